//! The journal: everything that was recognised, paid out and disbursed as balanced entries (P1), and its trial balance (P2).
//! As known at an instant it holds the entries booked by then; none of them changes or goes at a later one.

mod entry;
mod trial_balance;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::Close;
use tributary_domain::event::Event;
use tributary_domain::posting::{Calendar, Entry, Payouts, commissions, disbursements, payouts};
use tributary_domain::time::{Day, Period};
use tributary_events::shape;
use tributary_projector::View;

use crate::error::FinanceError;
use crate::statement::Statement;

pub use entry::{JournalEntry, JournalPosting, MoneyText};
pub use trial_balance::{TrialBalance, TrialRow, TrialTotal, trial_balance};

/// The journal of the ledger, as known at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Journal {
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// By the instant from which they count, then by kind and id.
    pub entries: Vec<JournalEntry>,
    /// Payouts that could not be converted, by partner and payout; they move no balance (L5).
    pub unposted: Vec<UnpostedPayout>,
}

/// A payout in another currency than the book's, for which no rate is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnpostedPayout {
    /// To whom.
    pub partner: String,
    /// Which payout.
    pub payout: String,
    /// How much.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// Of what.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// When it was recorded.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub recorded: String,
}

/// Which entries are wanted; none named: all. An entry is shown whole or not at all, so that it balances.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Only those booked on this day or later.
    pub from: Option<Day>,
    /// Only those booked on this day or earlier.
    pub to: Option<Day>,
    /// Only those that post to an account whose name begins so.
    pub account: Option<String>,
}

/// The journal as known at the view's instant. Call [`crate::close_pending`] before.
pub fn journal(view: &View<'_>, filter: &JournalFilter) -> Result<Journal, FinanceError> {
    let (entries, payouts) = entries(view)?;
    let unposted = payouts.unposted.iter().map(|unposted| UnpostedPayout {
        partner: unposted.partner.to_string(),
        payout: unposted.payout.to_string(),
        amount: unposted.money.amount.to_string(),
        currency: unposted.money.currency.to_string(),
        recorded: unposted.recorded.to_string(),
    });
    Ok(Journal {
        known_at: view.known_at().to_string(),
        entries: entries.iter().filter(|entry| filter.wants(entry)).map(JournalEntry::of).collect(),
        unposted: unposted.collect(),
    })
}

impl JournalFilter {
    fn wants(&self, entry: &Entry) -> bool {
        let names = |prefix: &String| {
            entry.postings.iter().any(|posting| posting.account.to_string().starts_with(prefix.as_str()))
        };
        self.from.is_none_or(|from| from <= entry.day)
            && self.to.is_none_or(|to| entry.day <= to)
            && self.account.as_ref().is_none_or(names)
    }
}

/// Every entry known at the view's instant, in order. Of the closes those whose cutoff has come count, whenever they were
/// said: at its cutoff a close's statements are the balance (P2).
fn entries(view: &View<'_>) -> Result<(Vec<Entry>, Payouts), FinanceError> {
    let calendar = Calendar::of(view.reference_events().map(|filed| &filed.event));
    let closes: Vec<Close> = view.closes().into_iter().filter(|close| close.cutoff <= view.known_at()).collect();
    let mut moved = Vec::new();
    let types = ["tributary.disbursement.reported.v1", "tributary.payout.issued.v1", "tributary.payout.returned.v1"];
    view.visit_events(&types, |event| moved.push(event))?;
    let reports = moved.iter().filter(|event| event.body.event_type() == "tributary.disbursement.reported.v1");
    let reference = view.reference_events().map(|filed| &filed.event);
    let mut payouts = payouts(&moved, reference, &closes, &calendar)?;
    let said: Vec<&Event> = reports.chain(view.alias_events().map(|filed| &filed.event)).collect();
    let mut entries = disbursements(said, &calendar)?;
    entries.append(&mut payouts.entries);
    entries.append(&mut recognised(view, &closes, &calendar)?);
    entries.sort_by(|a, b| (a.booked, &a.cause).cmp(&(b.booked, &b.cause)));
    Ok((entries, payouts))
}

/// What the kept statements of these closes recognised.
fn recognised(view: &View<'_>, closes: &[Close], calendar: &Calendar) -> Result<Vec<Entry>, FinanceError> {
    let struck = |close: &Close| {
        let booked = (close.cutoff, calendar.day(close.cutoff));
        (close.period, (booked, view.book_at(close.cutoff).currency))
    };
    let struck: BTreeMap<Period, _> = closes.iter().map(struck).collect();
    let mut entries = Vec::new();
    for partner in view.partners()? {
        for (period, kept) in view.statements_of(&partner)? {
            let Some((booked, currency)) = struck.get(&period) else { continue };
            let statement = Statement::from_bytes(&kept)
                .map_err(|source| FinanceError::Kept { partner: partner.to_string(), source })?;
            entries.extend(commissions(period, *booked, &partner, &statement.recognised(), *currency)?);
        }
    }
    Ok(entries)
}
