//! Reconciliation: what was billed against what was paid out (R1–R6). A pure function of what one owner's history says; an
//! owner is an account, or a subject that resolves to none: the money moved all the same.
//!
//! In reading order: `age` (how long an open charge waits), `piece` (how much of a line goes to a charge), `settle` (which
//! line goes to which charge), `usage` (lines where nothing is billed as charges).

mod age;
mod piece;
mod settle;
mod usage;

use std::collections::BTreeMap;

use crate::disbursement::Disbursements;
use crate::event::{Body, ChargeBilled, DisbursementReported, Event, Parts};
use crate::id::{ChargeId, DealId, EventId, Source};
use crate::money::Overflow;
use crate::time::{Day, Instant};

pub use age::Age;
pub use usage::Earned;

/// What was billed and paid out to one owner, reconciled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// The charges that stand, by billed day and id.
    pub charges: Vec<Charge>,
    /// The lines that stand, by day and id.
    pub lines: Vec<Line>,
}

/// A charge, and what became of it: `billed = settled + set off + open`, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// What was billed.
    pub billed: ChargeBilled,
    /// What was paid of it.
    pub settled: Parts,
    /// What was set off against the charge that it takes back, or that takes it back (R4).
    pub set_off: Parts,
    /// What is not paid yet.
    pub open: Parts,
    /// What of its payments was taken back again, as a positive amount for a positive charge (R3).
    pub taken_back: Parts,
    /// By which lines, in order.
    pub lines: u64,
}

/// Whether a charge is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChargeStatus {
    /// Nothing of it is open.
    Settled,
    /// Some of it is.
    Partly,
    /// All of it is.
    Open,
}

impl ChargeStatus {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Partly => "partly",
            Self::Open => "open",
        }
    }
}

/// A line of what was paid out, and what it is for: `paid = matched + left`, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The report that stands.
    pub report: DisbursementReported,
    /// What of it goes to which charge.
    pub pieces: Vec<Piece>,
    /// What of it goes to none.
    pub left: Parts,
    /// Whether it is matched.
    pub status: LineStatus,
    /// Why.
    pub because: Because,
    /// The deal whose usage it was compared with (R5).
    pub deal: Option<DealId>,
    /// Whether its agreement has no charges, so that there is only usage to compare it with (R5).
    lacks_charges: bool,
}

/// What of a line goes to a charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Which charge.
    pub charge: ChargeId,
    /// How much, with the line's sign.
    pub parts: Parts,
    /// Whether it takes back what was paid (R3), rather than pays.
    pub takes_back: bool,
}

/// Whether a line is accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineStatus {
    /// All of it.
    Matched,
    /// Some of it.
    Partly,
    /// Nothing of it.
    Unmatched,
}

impl LineStatus {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Partly => "partly",
            Self::Unmatched => "unmatched",
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $said:literal;)*) => {
        /// Why a line is matched, partly matched or not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Because {
            $($(#[$doc])* $name,)*
        }

        impl Because {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its code, fixed for ever.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The reason, for people.
            pub const fn said(self) -> &'static str {
                match self {
                    $(Self::$name => $said,)*
                }
            }
        }
    };
}

reasons! {
    /// It names the charge (R2).
    Named, "charge-named", "settles the charge that it names";
    /// It names none (R2).
    Oldest, "oldest-charges", "names no charge: settles the oldest open ones of its agreement";
    /// It is a refund (R3).
    TakesBack, "takes-back", "takes back what was paid for a charge";
    /// It moves nothing.
    Nothing, "moves-nothing", "moves nothing: the payment failed, came back or was voided";
    /// There are no charges, but usage (R5).
    Used, "within-usage", "nothing is billed as charges: within what its deal earned";
    /// It is more than is open.
    MoreThanOpen, "more-than-open", "is more than was open of what it settles";
    /// It is more than is used.
    MoreThanUsed, "more-than-used", "is more than its deal earned and was not paid yet";
    /// It names a charge that is not there.
    NotBilled, "charge-not-billed", "names a charge that was not billed here, or not by that day";
    /// It names a charge of another marketplace or currency.
    Elsewhere, "charge-elsewhere", "names a charge of another marketplace or in another currency";
    /// Nothing is open any more.
    NothingOpen, "nothing-open", "nothing is open of what it would settle";
    /// There is nothing to compare it with.
    NoDeal, "nothing-billed", "no charge, and no deal whose usage it could be compared with";
}

/// When it was learned, then the tie-breakers (R1).
type LearnedOrder<'a> = (Instant, &'a Source, &'a EventId);

/// Reconciles an owner's charges and lines as they stand, of those that are billed and paid out by a day (R1–R4). What has no
/// charge to be compared with is left to [`Reconciliation::compare_with_usage`].
pub fn reconcile<'e>(events: impl IntoIterator<Item = &'e Event>, as_of: Day) -> Result<Reconciliation, Overflow> {
    let events: Vec<&Event> = events.into_iter().collect();
    let mut charges: Vec<Charge> =
        standing(&events).into_values().filter(|billed| billed.billed_on <= as_of).map(Charge::of).collect();
    charges.sort_by(|a, b| (a.billed.billed_on, &a.billed.charge).cmp(&(b.billed.billed_on, &b.billed.charge)));
    let reports = Disbursements::fold(&events);
    let paid = reports.standing().map(|(_, report)| report).filter(|report| report.disbursed_on <= as_of);
    let mut lines: Vec<Line> = paid.map(Line::of).collect();
    lines.sort_by(|a, b| {
        let order = |line: &Line| (line.report.disbursed_on, line.report.disbursement.clone());
        order(a).cmp(&order(b))
    });
    settle::settle(&mut charges, &mut lines)?;
    Ok(Reconciliation { charges, lines })
}

/// Of the billings of each charge the one learned last (R1).
fn standing<'e>(events: &[&'e Event]) -> BTreeMap<&'e ChargeId, &'e ChargeBilled> {
    let mut latest: BTreeMap<&ChargeId, (LearnedOrder<'_>, &ChargeBilled)> = BTreeMap::new();
    for event in events {
        let Body::ChargeBilled(billed) = &event.body else { continue };
        let order = (event.meta.recorded, &event.meta.identity.source, &event.meta.identity.id);
        match latest.get(&billed.charge) {
            Some((known, _)) if *known > order => {}
            _ => {
                latest.insert(&billed.charge, (order, billed));
            }
        }
    }
    latest.into_iter().map(|(id, (_, billed))| (id, billed)).collect()
}

impl Charge {
    fn of(billed: &ChargeBilled) -> Self {
        let (settled, set_off, taken_back) = (Parts::ZERO, Parts::ZERO, Parts::ZERO);
        Self { billed: billed.clone(), settled, set_off, open: billed.parts, taken_back, lines: 0 }
    }

    /// Whether it is paid: by its net, or by its gross where no net is billed.
    pub fn status(&self) -> ChargeStatus {
        let untouched = self.lines == 0 && self.set_off.is_zero();
        match piece::By::of(&self.billed).measure(&self.open) {
            0 => ChargeStatus::Settled,
            _ if untouched => ChargeStatus::Open,
            _ => ChargeStatus::Partly,
        }
    }

    /// How long it has been waiting on a day (R6).
    pub fn age(&self, as_of: Day) -> Age {
        Age::of((as_of - self.billed.billed_on).num_days())
    }
}

impl Line {
    fn of(report: &DisbursementReported) -> Self {
        let left = report.parts();
        let (status, because) = match left.is_zero() {
            true => (LineStatus::Matched, Because::Nothing),
            false => (LineStatus::Unmatched, Because::NoDeal),
        };
        let lacks_charges = !left.is_zero();
        Self { report: report.clone(), pieces: Vec::new(), left, status, because, deal: None, lacks_charges }
    }
}
