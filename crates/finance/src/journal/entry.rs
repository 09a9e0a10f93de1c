//! An entry as it is printed.

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::id::DealId;
use tributary_domain::money::Money;
use tributary_domain::posting::{Cause, Entry, Posting};
use tributary_events::shape;

/// An entry of the journal: in each currency its debits equal its credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JournalEntry {
    /// Derived from its cause: the same for everybody, and no two alike.
    pub id: String,
    /// What it follows from.
    #[schemars(extend("enum" = KINDS))]
    pub kind: &'static str,
    /// From when on it counts: when its cause was recorded, or the cutoff of its close.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub booked: String,
    /// The day of that, in the book as it was known then.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub day: String,
    /// For people.
    pub description: String,
    /// The money as it was said, where it was converted to be posted.
    pub original: Option<MoneyText>,
    /// In the order in which the rule names the accounts.
    pub postings: Vec<JournalPosting>,
}

const KINDS: [&str; 6] =
    ["disbursement", "disbursement-relink", "payout", "payout-return", "payout-true-up", "commission"];

/// An amount on one side of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JournalPosting {
    /// The journal account, as P1 names it.
    pub account: String,
    /// Which side.
    #[schemars(extend("enum" = ["debit", "credit"]))]
    pub side: &'static str,
    /// How much: above zero.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// Of what.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// The deal that it is for, where one is named.
    pub deal: Option<String>,
}

/// An amount with its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MoneyText {
    /// How much.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// Of what.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
}

impl JournalEntry {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            id: entry.cause.to_string(),
            kind: entry.cause.kind(),
            booked: entry.booked.to_string(),
            day: entry.day.to_string(),
            description: description(&entry.cause),
            original: entry.original.as_ref().map(MoneyText::of),
            postings: entry.postings.iter().map(JournalPosting::of).collect(),
        }
    }
}

impl JournalPosting {
    fn of(posting: &Posting) -> Self {
        let MoneyText { amount, currency } = MoneyText::of(&posting.money);
        let deal = posting.deal.as_ref().map(DealId::to_string);
        Self { account: posting.account.to_string(), side: posting.side.as_str(), amount, currency, deal }
    }
}

impl MoneyText {
    fn of(money: &Money) -> Self {
        Self { amount: money.amount.to_string(), currency: money.currency.to_string() }
    }
}

fn description(cause: &Cause) -> String {
    match cause {
        Cause::Disbursed { disbursement, .. } => format!("disbursement {disbursement}"),
        Cause::Relinked { disbursement, .. } => format!("relinked disbursement {disbursement}"),
        Cause::PaidOut { partner, payout, .. } => format!("payout {payout} to {partner}"),
        Cause::Returned { partner, payout, .. } => format!("return of payout {payout} from {partner}"),
        Cause::TruedUp { closed, partner, payout } => {
            format!("true-up of payout {payout} to {partner} in the close of {closed}")
        }
        Cause::Recognised { closed, partner, plan, period } if closed == period => {
            format!("accrual of {partner} under {plan} for {period}")
        }
        Cause::Recognised { closed, partner, plan, period } => {
            format!("adjustment of {partner} under {plan} for {period} in the close of {closed}")
        }
    }
}
