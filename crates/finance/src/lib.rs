//! What finance reads: statements, credits, suspense, and what a close recognises. The documents are the contract's.
//!
//! In reading order: `entitlement` (what a partner is entitled to for a period, as known at an instant), `closing` (what each
//! close recognised, kept so that it never changes), `statement`, `credits`, `suspense`,
//! `explain` (why a statement says what it says), `period` (open, closed, attested), `replay` and `proof` (closed periods
//! computed again), `adjustment` (what moved since, with `cause`), `what_if` (what candidate policies would give), `journal`
//! (what a bookkeeper enters for all of it), `reconciliation` (what was billed against what was paid out).

mod adjustment;
mod attribution_rate;
mod carried;
mod cause;
mod change;
mod closing;
mod credits;
mod decimal;
mod difference;
mod entitlement;
mod error;
pub mod explain;
pub mod journal;
mod parallel;
mod period;
mod proof;
mod reconciliation;
mod replay;
mod statement;
mod suspense;
mod what_if;

pub use adjustment::{Adjustments, Diff, PartnerMoved, PeriodMoved, adjustments, diff};
pub use attribution_rate::{AttributionRate, AttributionRates, Bucket, attribution_rates};
pub use cause::{AmountCited, Because, Cause, DealMoved, EventsCited};
pub use change::{Change, DealChange, PlanChange};
pub use closing::{Closing, PendingClose, close_pending, close_recorded, pending};
pub use credits::{Credit, Credits, credits};
pub use difference::Difference;
pub use entitlement::{Commissions, commissions};
pub use error::FinanceError;
pub use explain::explain;
pub use journal::{Journal, TrialBalance, journal, trial_balance};
pub use period::{AttestError, Attestation, PeriodState, PeriodStatus, attest, periods};
pub use proof::{PeriodProof, Seals, prove};
pub use reconciliation::{
    AgeTotal, ChargeRow, LineRow, PartsText, PieceRow, Reconcile, Reconciliation, ReconciliationTotal, UsageRow,
    reconciliation,
};
pub use replay::{Replayed, Verification, replay, verify_closed};
pub use statement::{Balance, DealLine, Statement, StatementLine, Status, accruing, statement};
pub use suspense::{
    AliasToLink, CurrencyAmount, LikelyAccount, OutOfRange, Suspense, SuspenseWork, TypeCount, Unattributed,
    UnattributedFacts, Unconverted, UnconvertedFacts, Unresolved, UnresolvedSubject, suspense, suspense_work,
};
pub use what_if::{Candidate, PartnerWhatIf, PeriodWhatIf, WhatIf, what_if};
