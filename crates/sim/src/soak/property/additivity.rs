//! A2, C1: in every pool the credits of all partners and what the vendor retains add up to the facts, exactly.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::credit::{earning, split_of};
use tributary_domain::event::Subject;
use tributary_domain::id::{AccountId, PartnerId, Pool};
use tributary_domain::money::{CreditAmount, Ratio};
use tributary_domain::time::Period;
use tributary_events::json;
use tributary_projector::View;

use super::{Broken, Case, equal, periods};
use crate::soak::SimError;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let view = case.ledger.projection.view(None)?;
    let mut random = case.random(4);
    let names = names(case)?;
    for period in periods(case) {
        if !random.chance(50) {
            continue;
        }
        let mut left = BTreeMap::new();
        for account in &names.accounts {
            facts_less_retained(&view, account, period, &mut left)?;
        }
        for partner in &names.partners {
            for (key, amount) in view.credits(partner, period)? {
                let of_pool: &mut CreditAmount = left.entry((key.account, key.pool)).or_default();
                *of_pool = of_pool.minus(amount)?;
            }
        }
        for ((account, pool), left) in left {
            let what = format!("{account}, {period}, {pool}: facts less retained less credits");
            equal(&what, ("the ledger", left.to_string()), ("the rule", "0".to_owned()))?;
        }
    }
    Ok(())
}

fn facts_less_retained(
    view: &View<'_>,
    id: &AccountId,
    period: Period,
    left: &mut BTreeMap<(AccountId, Pool), CreditAmount>,
) -> Result<(), Broken> {
    let folded = view.account(id)?;
    for fact in view.facts(id, period)? {
        let Some((deal, amount)) = earning(&folded.account, &fact) else { continue };
        for pool in view.reference().policies.pools() {
            let retained = split_of(&folded.account, deal, &fact, &pool, view.reference()).retained;
            let of_pool = left.entry((id.clone(), pool)).or_default();
            of_pool.add(amount.share(Ratio::ONE)?)?;
            *of_pool = of_pool.minus(amount.share(retained)?)?;
        }
    }
    Ok(())
}

/// The accounts and partners that a scenario names.
pub(super) struct Names {
    pub(super) accounts: BTreeSet<AccountId>,
    pub(super) partners: BTreeSet<PartnerId>,
}

pub(super) fn names(case: &Case<'_>) -> Result<Names, SimError> {
    let mut names = Names { accounts: BTreeSet::new(), partners: BTreeSet::new() };
    for event in &case.scenario.events {
        let draft = json::read(event.to_string().as_bytes()).map_err(SimError::Refused)?;
        if let Subject::Account(account) = draft.subject {
            names.accounts.insert(account);
        }
        named_in(event, &mut names);
    }
    Ok(names)
}

fn named_in(event: &serde_json::Value, names: &mut Names) {
    let data = &event["data"];
    let listed = data["partners"].as_array().into_iter().flatten();
    let fixed = data["policy"].to_string();
    let quoted = fixed.split('"').filter(|text| text.starts_with("p-"));
    let texts = listed.chain([&data["partner"]]).filter_map(serde_json::Value::as_str).chain(quoted);
    names.partners.extend(texts.filter_map(|text| PartnerId::new(text).ok()));
    names.accounts.extend(data["account"].as_str().and_then(|text| AccountId::new(text).ok()));
}
