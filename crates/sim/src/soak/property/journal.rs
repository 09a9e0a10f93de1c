//! P1: every entry of the journal balances in every currency, and nothing of it changes or goes later. P2: its trial balance
//! is zero at every instant, and what is payable to a partner at a cutoff is the closing balance of the statement.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tributary_domain::closing::Close;
use tributary_domain::money::Amount;
use tributary_domain::time::Instant;
use tributary_finance::journal::{JournalEntry, JournalFilter, JournalPosting};
use tributary_finance::{close_pending, journal, statement, trial_balance};
use tributary_projector::View;

use super::{Broken, Case, equal, instants, read};

/// Instants beside the cutoffs at which the books are looked at.
const INSTANTS: usize = 4;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    close_pending(&case.ledger.projection, |_, _, _| {})?;
    let now = case.ledger.projection.view(None)?;
    let last = journal(&now, &JournalFilter::default())?.entries;
    last.iter().try_for_each(balances)?;
    let ids: BTreeSet<&str> = last.iter().map(|entry| entry.id.as_str()).collect();
    equal("entries", ("the journal", last.len()), ("the ids in it", ids.len()))?;
    let mut random = case.random(5);
    let all = instants(case);
    let some = (0..INSTANTS.min(all.len())).map(|_| random.pick(&all));
    let closes = now.closes();
    let looked_at: BTreeSet<Instant> = some.chain(closes.iter().map(|close| close.cutoff)).collect();
    for known_at in looked_at {
        let view = now.as_known_at(known_at);
        only_grew(&view, &last)?;
        zero(&view)?;
        closes.iter().filter(|close| close.cutoff == known_at).try_for_each(|close| owed(&view, close))?;
    }
    Ok(())
}

/// P1
fn balances(entry: &JournalEntry) -> Result<(), Broken> {
    let mut left: BTreeMap<&str, Amount> = BTreeMap::new();
    for JournalPosting { side, amount, currency, .. } in &entry.postings {
        let of_currency = left.entry(currency).or_default();
        let amount: Amount = read(amount)?;
        *of_currency =
            if *side == "debit" { of_currency.minus(amount.negated())? } else { of_currency.minus(amount)? };
    }
    let what = format!("debits less credits of {}", entry.id);
    left.values().try_for_each(|left| equal(&what, ("the journal", left.to_string()), ("the rule", "0".to_owned())))
}

/// What was booked by then is what stood in the journal then, in the same order, and comes first in it.
fn only_grew(view: &View<'_>, last: &[JournalEntry]) -> Result<(), Broken> {
    let then = journal(view, &JournalFilter::default())?.entries;
    let mut by_then = 0;
    for entry in last {
        by_then += usize::from(read::<Instant>(&entry.booked)? <= view.known_at());
    }
    let shown = |entries: &[JournalEntry]| entries.iter().map(serde_json::to_value).collect::<Result<Vec<Value>, _>>();
    let what = format!("the journal as known at {}", view.known_at());
    equal(&what, ("the ledger of today", shown(&last[..by_then])?), ("the ledger then", shown(&then)?))
}

/// P2
fn zero(view: &View<'_>) -> Result<(), Broken> {
    let what = format!("trial balance as known at {}", view.known_at());
    for total in trial_balance(view)?.totals {
        equal(&what, ("the debits", total.debit), ("the credits", total.credit))?;
    }
    Ok(())
}

/// P2, at the cutoff of a close.
fn owed(view: &View<'_>, close: &Close) -> Result<(), Broken> {
    let trial = trial_balance(view)?;
    for partner in view.partners()? {
        let stated = statement(view, &partner, close.period)?;
        let account = format!("payable:{partner}");
        let row = trial.accounts.iter().find(|row| row.account == account && row.currency == stated.currency);
        let owed = row.map_or(Ok(Amount::ZERO), |row| read::<Amount>(&row.balance).map(Amount::negated))?;
        let what = format!("{account} after {}", close.period);
        equal(&what, ("the trial balance", owed.to_string()), ("the statement", stated.balance.closing))?;
    }
    Ok(())
}
