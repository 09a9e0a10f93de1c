//! Suspense as one works it off: what waits, how much and how long, why, and what would resolve it. Beside the contract's
//! suspense document, whose counts it breaks down.
//!
//! Age is counted in days up to the instant of the view, never to a clock.

use schemars::JsonSchema;
use serde::Serialize;
use tributary_events::shape;
use tributary_projector::View;

use super::out_of_range::out_of_range;
use super::unattributed::unattributed;
use super::unconverted::unconverted;
use super::unresolved::unresolved;
use crate::error::FinanceError;

/// What earns no credit, to be worked off. The lists begin with what is worth most, then with what has waited longest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SuspenseWork {
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// The book's currency, in which worth is stated.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// Subjects that resolve to no account.
    pub unresolved: Vec<UnresolvedSubject>,
    /// Facts that belong to no deal, by the reason.
    pub unattributed: Vec<UnattributedFacts>,
    /// Facts without a rate, by currency.
    pub unconverted: Vec<UnconvertedFacts>,
    /// What leaves the range of the ledger's integers, accounts first, by period.
    pub out_of_range: Vec<OutOfRange>,
}

/// A subject that resolves to no account, and what waits under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnresolvedSubject {
    /// The subject.
    pub subject: String,
    /// How many events wait.
    pub events: u64,
    /// Of which types, by type.
    pub types: Vec<TypeCount>,
    /// Usage and disbursements that wait, by currency.
    pub amounts: Vec<CurrencyAmount>,
    /// What of them has a rate, in the book's currency; none if nothing has.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub worth: Option<String>,
    /// The first effective day.
    #[schemars(extend("pattern" = shape::DATE))]
    pub first_day: String,
    /// The last effective day.
    #[schemars(extend("pattern" = shape::DATE))]
    pub last_day: String,
    /// When the first of them was recorded.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub oldest_recorded: String,
    /// How many days ago that was.
    pub age_days: i64,
    /// Accounts that it may be, by id.
    pub likely_accounts: Vec<LikelyAccount>,
    /// The event that would resolve it; its account is the likely one, if there is exactly one.
    pub resolve: AliasToLink,
}

/// How many events of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TypeCount {
    /// The type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// How many.
    pub events: u64,
}

/// An amount in a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CurrencyAmount {
    /// The currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// How much.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
}

/// An account that a subject may stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LikelyAccount {
    /// The account.
    pub account: String,
    /// What hints at it.
    pub because: Vec<String>,
}

/// The event that links an alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AliasToLink {
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Its subject.
    pub subject: String,
    /// The account to name; none where several or no account suggest themselves.
    pub account: Option<String>,
}

/// Facts of an account that belong to no deal for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the contract's own words, where nothing else is said")]
pub struct UnattributedFacts {
    pub account: String,
    #[schemars(extend("enum" = ["consumption", "disbursement"]))]
    pub basis: &'static str,
    pub product: String,
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// What of it has a rate, in the book's currency; none if nothing has.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub worth: Option<String>,
    pub facts: u64,
    /// The first day.
    #[schemars(extend("pattern" = shape::DATE))]
    pub first_day: String,
    /// The last day.
    #[schemars(extend("pattern" = shape::DATE))]
    pub last_day: String,
    /// When the first of them was recorded.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub oldest_recorded: String,
    /// How many days ago that was.
    pub age_days: i64,
    /// Why, fixed for ever.
    #[schemars(extend("pattern" = "^[a-z]+(-[a-z]+)*$"))]
    pub code: &'static str,
    /// Why, for people.
    pub reason: String,
    /// What would resolve it.
    pub resolve: String,
}

/// Facts in a currency without a rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnconvertedFacts {
    /// Their currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// How many facts.
    pub facts: u64,
    /// Their sum.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// On how many days.
    pub days: u64,
    /// The first day.
    #[schemars(extend("pattern" = shape::DATE))]
    pub first_day: String,
    /// The last day.
    #[schemars(extend("pattern" = shape::DATE))]
    pub last_day: String,
    /// How many days ago the first day was.
    pub age_days: i64,
    /// The first date of which a rate is known in either direction; none if there is none.
    #[schemars(extend("pattern" = shape::DATE))]
    pub first_rate: Option<String>,
    /// What would resolve it.
    pub resolve: String,
}

/// A period that an account earns nothing of, or that a plan pays a partner nothing for, because sums leave the range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OutOfRange {
    /// The period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// The account, where it is the account's sums.
    pub account: Option<String>,
    /// The partner, where it is the sum of several accounts' credit.
    pub partner: Option<String>,
    /// The plan that cannot pay the partner.
    pub plan: Option<String>,
    /// What would resolve it.
    pub resolve: String,
}

/// What earns no credit as known at the view's instant, to be worked off.
pub fn suspense_work(view: &View<'_>) -> Result<SuspenseWork, FinanceError> {
    let suspended = view.suspended_by_period()?;
    Ok(SuspenseWork {
        known_at: view.known_at().to_string(),
        currency: view.reference().book.currency.to_string(),
        unresolved: unresolved(view)?,
        unattributed: unattributed(view, &suspended)?,
        unconverted: unconverted(view, &suspended)?,
        out_of_range: out_of_range(view, &suspended)?,
    })
}
