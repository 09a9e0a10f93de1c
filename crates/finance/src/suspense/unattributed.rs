//! Facts without a deal (D5, F4): why each has none, in words, and what would give it one.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::account::Account;
use tributary_domain::currency::Currency;
use tributary_domain::event::DisbursementReported;
use tributary_domain::fact::usage_key;
use tributary_domain::id::{AccountId, DealId, Product};
use tributary_domain::money::Amount;
use tributary_domain::time::{Day, Period};
use tributary_projector::{FoldedAccount, Suspended, View};

use super::waiting::{Waiting, days_between, rank};
use super::work::UnattributedFacts;
use crate::error::FinanceError;

/// Why a fact has no deal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reason {
    code: &'static str,
    reason: String,
    resolve: String,
}

type Group = (AccountId, &'static str, Option<Product>, Currency, Reason);

/// Sums by what facts have in common.
#[derive(Default)]
struct Groups(BTreeMap<Group, (Waiting, u64)>);

pub(super) fn unattributed(
    view: &View<'_>,
    suspended: &[(AccountId, Period, Suspended)],
) -> Result<Vec<UnattributedFacts>, FinanceError> {
    let waiting = suspended.iter().filter(|(_, _, one)| one.why.is_unattributed());
    let places: BTreeSet<(&AccountId, Period)> = waiting.map(|(account, period, _)| (account, *period)).collect();
    let mut groups = Groups::default();
    for (account, period) in places {
        let folded = view.account(account)?;
        add_usage(view, &folded, period, &mut groups)?;
        add_disbursements(view, &folded, period, &mut groups)?;
    }
    let mut all = Vec::new();
    for (group, (waiting, facts)) in groups.0 {
        all.push((waiting.worth(view), item(view, group, &waiting, facts)?));
    }
    rank(&mut all, |of| (of.age_days, format!("{}/{}/{}/{}", of.account, of.basis, of.product, of.reason)));
    Ok(all.into_iter().map(|(_, one)| one).collect())
}

fn add_usage(view: &View<'_>, folded: &FoldedAccount, period: Period, groups: &mut Groups) -> Result<(), FinanceError> {
    let account = &folded.account;
    let mut reasons: BTreeMap<(Option<DealId>, Product, Day), Reason> = BTreeMap::new();
    for used in view.usage(&account.id, period)? {
        let day = view.reference().book.day(used.row.time);
        let usage = used.row.term.used(day, used.amount());
        if usage_key(account, &usage).deal.is_some() {
            continue;
        }
        let asked = (usage.deal.cloned(), usage.product.clone(), day);
        let reason = match reasons.get(&asked) {
            Some(reason) => reason.clone(),
            None => {
                let reason = match usage.deal {
                    Some(deal) => named(view, account, deal)?,
                    None => unnamed(account, usage.product, day),
                };
                reasons.entry(asked).or_insert(reason).clone()
            }
        };
        let group = (account.id.clone(), "consumption", Some(usage.product.clone()), usage.money.currency, reason);
        let (waiting, facts) = groups.0.entry(group).or_default();
        waiting.since(day, used.row.recorded);
        waiting.add(day, usage.money.currency, usage.money.amount)?;
        *facts += 1;
    }
    Ok(())
}

fn add_disbursements(
    view: &View<'_>,
    folded: &FoldedAccount,
    period: Period,
    groups: &mut Groups,
) -> Result<(), FinanceError> {
    let account = &folded.account;
    for (meta, report) in account.disbursements.standing() {
        if !period.contains(report.disbursed_on) {
            continue;
        }
        let Some(reason) = undisbursed(view, account, report)? else { continue };
        let group = (account.id.clone(), "disbursement", report.product.clone(), report.currency, reason);
        let (waiting, facts) = groups.0.entry(group).or_default();
        waiting.since(report.disbursed_on, meta.recorded);
        waiting.add(report.disbursed_on, report.currency, report.net)?;
        *facts += 1;
    }
    Ok(())
}

/// Usage that names a deal.
fn named(view: &View<'_>, account: &Account, deal: &DealId) -> Result<Reason, FinanceError> {
    if account.deals.contains_key(deal) {
        return Ok(Reason {
            code: "deal-not-in-term",
            reason: format!("names deal `{deal}`, which is in no term on those days"),
            resolve: format!("`deal.won` or `deal.renewed` of `{deal}` with a term that holds them"),
        });
    }
    not_ours(view, account, deal)
}

/// A deal that is not the account's.
fn not_ours(view: &View<'_>, account: &Account, deal: &DealId) -> Result<Reason, FinanceError> {
    Ok(match view.owner(deal)? {
        Some(owner) => Reason {
            code: "deal-of-another-account",
            reason: format!("names deal `{deal}`, which is account `{owner}`'s"),
            resolve: format!("void it here and record it for account `{owner}`, or name a deal of `{}`", account.id),
        },
        None => Reason {
            code: "deal-not-open",
            reason: format!("names deal `{deal}`, which is not open"),
            resolve: format!("`deal.opened` and `deal.won` of `{deal}` for account `{}`", account.id),
        },
    })
}

/// Usage that names no deal, on a day that no deal takes it.
fn unnamed(account: &Account, product: &Product, day: Day) -> Reason {
    let in_term = account.deals.values().filter(|deal| deal.term_on(day).is_some());
    let deals: Vec<String> = in_term.map(|deal| format!("`{}`", deal.id)).collect();
    if deals.is_empty() {
        return Reason {
            code: "no-deal-in-term",
            reason: "no deal of the account is in term on those days".to_owned(),
            resolve: format!("`deal.won` or `deal.renewed` of a deal with a consumption line for `{product}`"),
        };
    }
    let deals = deals.join(", ");
    Reason {
        code: "no-consumption-line",
        reason: format!("the deals in term ({deals}) have no consumption line for `{product}`"),
        resolve: format!("`deal.changed` of one of {deals} with a consumption line for `{product}`"),
    }
}

/// Why a disbursement has no deal (F4); none if it has one.
fn undisbursed(
    view: &View<'_>,
    account: &Account,
    report: &DisbursementReported,
) -> Result<Option<Reason>, FinanceError> {
    let own = |deal: &DealId| account.deals.contains_key(deal);
    if report.deal.as_ref().is_some_and(own) {
        return Ok(None);
    }
    let deal_agreed = |agreement| account.disbursements.accepted(agreement).map(|(_, deal)| deal);
    let agreed = report.agreement.as_ref().map(|agreement| (agreement, deal_agreed(agreement)));
    Ok(Some(match (agreed, &report.deal) {
        (Some((_, Some(deal))), _) if own(deal) => return Ok(None),
        (_, Some(deal)) => not_ours(view, account, deal)?,
        (Some((agreement, Some(deal))), None) => {
            let of_deal = not_ours(view, account, deal)?;
            Reason { reason: format!("its agreement `{agreement}` {}", of_deal.reason), ..of_deal }
        }
        (Some((agreement, None)), None) => Reason {
            code: "agreement-without-offer",
            reason: format!("no accepted offer of the account has agreement `{agreement}`"),
            resolve: format!("`offer.accepted` with agreement `{agreement}` and the deal"),
        },
        (None, None) => Reason {
            code: "names-nothing",
            reason: "names neither a deal nor an agreement".to_owned(),
            resolve: "the report again, with its deal or its agreement".to_owned(),
        },
    }))
}

fn item(
    view: &View<'_>,
    (account, basis, product, currency, why): Group,
    waiting: &Waiting,
    facts: u64,
) -> Result<UnattributedFacts, FinanceError> {
    let (first_day, last_day, oldest) = waiting.span();
    let amount = waiting.amounts()?.remove(&currency).unwrap_or(Amount::ZERO);
    Ok(UnattributedFacts {
        account: account.to_string(),
        basis,
        product: product.map_or_else(String::new, |product| product.to_string()),
        currency: currency.to_string(),
        amount: amount.to_string(),
        worth: waiting.worth(view).map(|worth| worth.to_string()),
        facts,
        first_day: first_day.to_string(),
        last_day: last_day.to_string(),
        oldest_recorded: oldest.to_string(),
        age_days: days_between(oldest, view.known_at()),
        code: why.code,
        reason: why.reason,
        resolve: why.resolve,
    })
}
