//! What a row means to a ledger that may know it: pure decisions over what the ledger holds, which the importer looks up.
//!
//! A restated row keeps its first event and says a second one, under `<id>:<version>`, which names or repeats what it restates:
//! `usage.corrected`, or another `charge.billed` or `disbursement.reported` of the same charge or disbursement (F1, F4, R1: of
//! several the one recorded last stands). That the ledger never goes back to an older version, whatever the order of files, rests on two rules: a version that
//! is not the first says its correction even where nothing was known before it, so that the version that stands can always be
//! read from an id; and one that is older than what stands says nothing.

use std::sync::Arc;

use tributary_domain::event::{Body, Draft, UsageCorrected, UsageRecorded};
use tributary_domain::id::{DisbursementId, EventId, Identity};
use tributary_domain::money::{Amount, Money};

use crate::{Reason, Version};

/// How many hex digits of a file's hash make a version.
const FILE_DIGITS: usize = 16;

/// The version that a file is, by the hex digits of its hash.
pub fn version_of_file(hash: &str) -> Version {
    Version::new(hash.chars().take(FILE_DIGITS).collect::<String>())
}

/// The event by which a row at a version restates what its key said before. None if an event of its type cannot be restated.
pub fn restatement(row: &Draft, version: &Version) -> Option<Draft> {
    let body = match &row.body {
        Body::UsageRecorded(usage) => Body::UsageCorrected(UsageCorrected {
            corrects: row.identity.clone(),
            amount: usage.money.amount,
            quantity: usage.quantity,
        }),
        Body::ChargeBilled(_) | Body::DisbursementReported(_) => row.body.clone(),
        _ => return None,
    };
    let id = EventId::new(&format!("{}:{}", row.identity.id, version.as_str()));
    let identity = Identity { source: row.identity.source.clone(), id };
    Some(Draft { time: row.time, recorded: row.recorded, identity, subject: row.subject.clone(), body })
}

/// Whether what an event says can be said anew.
pub const fn is_restated(body: &Body) -> bool {
    matches!(body, Body::UsageRecorded(_) | Body::ChargeBilled(_) | Body::DisbursementReported(_))
}

/// The version of a leg whose payment came back: no version of a file is greater.
const TAKEN_BACK: &str = "~taken-back";

/// The payment that a leg is of, where its disbursement's id says it: `<payment>:<leg>`.
pub fn payment_of(disbursement: &DisbursementId) -> Option<&str> {
    disbursement.as_str().split_once(':').map(|(payment, _)| payment)
}

/// The event that takes back a leg of a payment that came back: the report at nothing. None if the row is no report.
pub fn taken_back(row: &Draft) -> Option<Draft> {
    let mut taken_back = restatement(row, &Version::new(TAKEN_BACK))?;
    let Body::DisbursementReported(report) = &mut taken_back.body else { return None };
    let nothing = Amount::ZERO;
    (report.gross, report.fee, report.tax) = (nothing, nothing, nothing);
    (report.refund, report.net) = (nothing, nothing);
    Some(taken_back)
}

/// Whether an event is one that takes back a leg.
pub fn takes_back(restatement: &Identity) -> bool {
    restatement.id.as_str().strip_suffix(TAKEN_BACK).is_some_and(|row| row.ends_with(':'))
}

/// The version that an event restates a row to, if it is one of ours.
pub fn version_in(row: &Identity, restatement: &Identity) -> Option<Version> {
    let of_row = restatement.id.as_str().strip_prefix(row.id.as_str())?;
    let version = of_row.strip_prefix(':')?;
    (row.source == restatement.source).then(|| Version::new(version))
}

/// What a ledger holds of the key of a row that has versions.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The event under the key's own id.
    pub first: Draft,
    /// The version that stands, where a restatement of ours does.
    pub standing: Option<Version>,
    /// Whether the row's own version has been said.
    pub said: bool,
}

/// What is to be said for a row.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// These events, in this order; the row is new.
    New(Vec<Draft>),
    /// A correction of what the ledger holds.
    Restated(Box<Draft>),
    /// Nothing: the ledger knows it.
    Known,
    /// Nothing: the ledger holds a later version.
    Superseded,
    /// Nothing: such a row is only ever said to restate another, for this reason.
    LeftOut(Arc<str>),
    /// The row moves to where no correction can follow.
    Moved(Reason),
}

/// Judges a row that has versions.
pub fn judge(row: &Draft, version: &Version, first: bool, held: Option<&Held>) -> News {
    let restated = restatement(row, version);
    let Some(held) = held else {
        let marked = restated.filter(|_| !first);
        return News::New([row.clone()].into_iter().chain(marked).collect());
    };
    let same = says_the_same(&held.first, row);
    if held.said || (first && same) {
        return News::Known;
    }
    if held.standing.as_ref().is_some_and(|standing| *standing > *version) {
        return News::Superseded;
    }
    match (restated, moved(&held.first, row)) {
        // Two first versions that differ: the door refuses the second as the conflict that it is.
        _ if first => News::New(vec![row.clone()]),
        (None, _) => News::New(vec![row.clone()]),
        (_, Some(field)) => News::Moved(Reason::Moved { field }),
        (Some(restated), None) => News::Restated(Box::new(restated)),
    }
}

/// Judges a row of a delivery whose amount or quantity is another than what stands.
pub fn judge_delivered(row: &Draft, version: &Version, held: &Held) -> News {
    if held.said {
        return News::Known;
    }
    let standing = held.standing.as_ref().and_then(Version::as_delivered);
    // What a delivery voided, a later part of the same delivery may say.
    if standing.zip(version.as_delivered()).is_some_and(|((standing, _), (version, _))| standing > version) {
        return News::Superseded;
    }
    match (restatement(row, version), moved(&held.first, row)) {
        (_, Some(field)) => News::Moved(Reason::Moved { field }),
        (Some(restated), None) => News::Restated(Box::new(restated)),
        (None, None) => News::New(vec![row.clone()]),
    }
}

/// The event by which a delivery voids usage that an earlier one said and it does not; none if a later one has spoken of it.
pub fn voided(first: &Draft, version: &Version, standing: Option<&Version>) -> Option<Draft> {
    let Body::UsageRecorded(usage) = &first.body else { return None };
    let standing = standing.and_then(Version::as_delivered);
    if standing.zip(version.as_delivered()).is_some_and(|((standing, _), (version, _))| standing >= version) {
        return None;
    }
    let money = Money { amount: Amount::ZERO, ..usage.money };
    let nothing = UsageRecorded { money, quantity: usage.quantity.map(|_| Amount::ZERO), ..usage.clone() };
    restatement(&Draft { body: Body::UsageRecorded(nothing), ..first.clone() }, &version.of_void())
}

fn says_the_same(held: &Draft, row: &Draft) -> bool {
    (&held.subject, held.time, &held.body) == (&row.subject, row.time, &row.body)
}

/// What a row says otherwise than the ledger, and no correction can say.
pub fn moved(held: &Draft, row: &Draft) -> Option<&'static str> {
    if held.subject != row.subject {
        return Some("subject");
    }
    let (Body::UsageRecorded(held_usage), Body::UsageRecorded(usage)) = (&held.body, &row.body) else {
        return None;
    };
    let differs = [
        (held.time != row.time, "time"),
        (held_usage.product != usage.product, "product"),
        (held_usage.vendor != usage.vendor, "vendor"),
        (held_usage.deal != usage.deal, "deal"),
        (held_usage.money.currency != usage.money.currency, "currency"),
    ];
    differs.into_iter().find(|(differs, _)| *differs).map(|(_, field)| field)
}

#[cfg(test)]
mod tests {
    use tributary_domain::event::Subject;
    use tributary_domain::id::{AccountId, Product, Source};
    use tributary_domain::time::Instant;

    use super::*;

    fn row(amount: i128) -> Draft {
        let money = Money { amount: Amount::from_units(amount), currency: "USD".parse().expect("a currency") };
        let product = Product::new("p").expect("an id");
        Draft {
            time: Instant::from_micros(0),
            recorded: None,
            identity: Identity { source: Source::new("s"), id: EventId::new("k") },
            subject: Subject::Account(AccountId::new("a").expect("an id")),
            body: Body::UsageRecorded(UsageRecorded {
                product,
                vendor: None,
                deal: None,
                quantity: None,
                unit: None,
                money,
            }),
        }
    }

    /// Says versions in an order, each with whether it is the first, and gives the amount that stands at the end.
    fn stands(versions: &[(&str, i128, bool)]) -> i128 {
        let mut held: Option<Held> = None;
        let (mut said, mut amount) = (Vec::new(), 0);
        for (version, of, first) in versions {
            let (row, version) = (row(*of), Version::new(*version));
            let now = held.clone().map(|held| Held { said: said.contains(&version), ..held });
            let news = judge(&row, &version, *first, now.as_ref());
            match &news {
                News::New(drafts) => {
                    let standing = (drafts.len() == 2).then(|| version.clone());
                    held = Some(Held { first: row, standing, said: false });
                }
                News::Restated(_) => {
                    held = held.map(|held| Held { standing: Some(version.clone()), ..held });
                }
                News::Known | News::Superseded => continue,
                News::LeftOut(_) | News::Moved(_) => panic!("{news:?}"),
            }
            amount = *of;
            said.extend((!first).then_some(version));
        }
        amount
    }

    #[test]
    fn f1_the_greatest_version_stands_in_whatever_order_and_however_often_they_come() {
        let versions = [("1", 100, true), ("2", 80, false), ("3", 100, false)];
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut said: Vec<_> = order.iter().map(|at| versions[*at]).collect();
            assert_eq!(stands(&said), 100, "{order:?}");
            said.extend(order.iter().rev().map(|at| versions[*at]));
            assert_eq!(stands(&said), 100, "{order:?}, again");
            assert_eq!(stands(&said[..2]), versions[order[0].max(order[1])].1, "{order:?}, in part");
        }
    }

    #[test]
    fn a_version_that_moves_the_row_is_not_said_as_a_correction() {
        let held = Held { first: row(1), standing: None, said: false };
        let mut moved = row(1);
        moved.time = Instant::from_micros(1);
        let news = judge(&moved, &Version::new("2"), false, Some(&held));
        assert_eq!(news, News::Moved(Reason::Moved { field: "time" }));
    }

    #[test]
    fn the_version_is_read_back_from_the_id_of_a_restatement() {
        let restated = restatement(&row(1), &Version::new("v:2")).expect("usage");
        assert_eq!(version_in(&row(1).identity, &restated.identity), Some(Version::new("v:2")));
        assert_eq!(version_in(&restated.identity, &row(1).identity), None);
    }
}
