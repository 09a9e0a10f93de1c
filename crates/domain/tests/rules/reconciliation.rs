//! Reconciliation (R1–R6): charges against lines, as text tables and as properties of any history.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tributary_domain::event::{Event, Parts};
use tributary_domain::id::DealId;
use tributary_domain::reconcile::{Because, LineStatus, Reconciliation, reconcile};
use tributary_domain::testing::{day, events, read, read_id};

/// The charges as `id:status:settled:open[:set off]`, and the lines as `id:status:code[:left]`; amounts are nets.
fn shown(found: &Reconciliation) -> String {
    let mut all: Vec<String> = Vec::new();
    for charge in &found.charges {
        let mut text =
            format!("{}:{}:{}:{}", charge.billed.charge, charge.status().as_str(), charge.settled.net, charge.open.net);
        if !charge.set_off.is_zero() {
            text.push_str(&format!(":off {}", charge.set_off.net));
        }
        if !charge.taken_back.is_zero() {
            text.push_str(&format!(":back {}", charge.taken_back.net));
        }
        all.push(text);
    }
    for line in &found.lines {
        let mut text = format!("{}:{}:{}", line.report.disbursement, line.status.as_str(), line.because.code());
        if !line.left.is_zero() {
            text.push_str(&format!(":left {}", line.left.net));
        }
        all.push(text);
    }
    all.join(" | ")
}

#[track_caller]
fn check(said: &str, as_of: &str, expected: &str) {
    let found = reconcile(&events(said), day(as_of)).expect("in range");
    assert_eq!(shown(&found), expected.trim().replace('\n', " ").split_whitespace().collect::<Vec<_>>().join(" "));
}

#[test]
fn r1_of_the_billings_of_a_charge_the_one_learned_last_stands() {
    check(
        "
        2026-01-05@2026-02-01 acme charge.billed #a c-1 100 USD 2026-01-05
        2026-01-06@2026-01-07 acme charge.billed #b c-1 80 USD 2026-01-06
        2026-01-06@2026-02-01 acme charge.billed #c c-1 90 USD 2026-01-06
        2026-02-05 acme charge.billed c-2 7 USD 2026-02-05
        ",
        "2026-01-31",
        "c-1:open:0:90",
    );
}

#[test]
fn r2_a_line_settles_the_charge_that_it_names_and_else_the_oldest_of_its_agreement() {
    check(
        "
        2026-01-05 acme charge.billed c-1 100 USD 2026-01-05 agreement=a
        2026-01-09 acme charge.billed c-2 50 USD 2026-01-09 agreement=a
        2026-01-09 acme charge.billed c-3 50 EUR 2026-01-09 agreement=a
        2026-01-09 acme charge.billed c-4 50 USD 2026-01-09
        2026-03-01 acme disbursement.reported x-1 120 USD 2026-03-01 agreement=a
        2026-03-05 acme disbursement.reported x-2 50 USD 2026-03-05 charge=c-2
        2026-03-05 acme disbursement.reported x-3 10 USD 2026-03-05 charge=c-3
        2026-03-05 acme disbursement.reported x-4 10 USD 2026-03-05 charge=c-9
        2026-03-05 acme disbursement.reported x-5 10 USD 2026-03-05 agreement=b
        2026-03-05 acme disbursement.reported x-6 0 USD 2026-03-05 charge=c-4
        ",
        "2026-03-31",
        "c-1:settled:100:0 | c-2:settled:50:0 | c-3:open:0:50 | c-4:open:0:50
         | x-1:partly:more-than-open:left 20 | x-2:matched:charge-named | x-3:unmatched:charge-elsewhere:left 10
         | x-4:unmatched:charge-not-billed:left 10 | x-5:unmatched:nothing-billed:left 10 | x-6:matched:moves-nothing",
    );
}

#[test]
fn r3_a_charge_is_settled_in_parts_and_no_further_than_it_was_billed() {
    check(
        "
        2026-01-05 acme charge.billed c-1 97 USD 2026-01-05 fee=3
        2026-03-01 acme disbursement.reported x-1 40 USD 2026-03-01 charge=c-1
        2026-03-02 acme disbursement.reported x-2 60 USD 2026-03-02 charge=c-1
        2026-03-03 acme disbursement.reported x-3 1 USD 2026-03-03 charge=c-1
        ",
        "2026-03-31",
        "c-1:settled:97:0 | x-1:matched:charge-named | x-2:partly:more-than-open:left 3 | x-3:unmatched:nothing-open:left 1",
    );
}

#[test]
fn r3_a_refund_settles_what_was_billed_as_one_and_else_takes_back_what_was_paid() {
    check(
        "
        2026-01-05 acme charge.billed c-1 100 USD 2026-01-05
        2026-01-09 acme charge.billed c-2 -30 USD 2026-01-09
        2026-03-01 acme disbursement.reported x-1 100 USD 2026-03-01 charge=c-1
        2026-03-01 acme disbursement.reported x-2 -30 USD 2026-03-01 charge=c-2
        2026-06-01 acme disbursement.reported x-3 -60 USD 2026-06-01 charge=c-1
        2026-06-02 acme disbursement.reported x-4 -60 USD 2026-06-02
        ",
        "2026-06-30",
        "c-1:settled:100:0:back 100 | c-2:settled:-30:0 | x-1:matched:charge-named | x-2:matched:charge-named
         | x-3:matched:takes-back | x-4:partly:more-than-open:left -20",
    );
}

#[test]
fn r3_a_failed_payment_is_restated_at_nothing_and_opens_its_charge_again() {
    let paid = "
        2026-01-05 acme charge.billed c-1 100 USD 2026-01-05
        2026-03-01 acme disbursement.reported #x p-1:x 100 USD 2026-03-01 charge=c-1
        ";
    check(paid, "2026-06-30", "c-1:settled:100:0 | p-1:x:matched:charge-named");
    let failed = format!("{paid}\n 2026-03-09 acme disbursement.reported #y p-1:x 0 USD 2026-03-01 charge=c-1");
    check(&failed, "2026-06-30", "c-1:open:0:100 | p-1:x:matched:moves-nothing");
    let again = format!("{failed}\n 2026-03-15 acme disbursement.reported #z p-2:y 100 USD 2026-03-15 charge=c-1");
    check(&again, "2026-06-30", "c-1:settled:100:0 | p-1:x:matched:moves-nothing | p-2:y:matched:charge-named");
}

#[test]
fn r4_what_is_open_of_a_charge_that_takes_back_another_is_set_off_against_it() {
    check(
        "
        2026-01-05 acme charge.billed c-1 100 USD 2026-01-05
        2026-01-05 acme charge.billed c-2 50 USD 2026-01-05
        2026-02-05 acme charge.billed f-1 -100 USD 2026-02-05 takesBack=c-1
        2026-02-05 acme charge.billed f-2 -50 USD 2026-02-05 takesBack=c-2
        2026-02-05 acme charge.billed f-3 -5 USD 2026-02-05 takesBack=c-9
        2026-03-01 acme disbursement.reported x-1 20 USD 2026-03-01 charge=c-2
        ",
        "2026-03-31",
        "c-1:settled:0:0:off 100 | c-2:settled:20:0:off 30 | f-1:settled:0:0:off -100 | f-2:partly:0:-20:off -30
         | f-3:open:0:-5 | x-1:matched:charge-named",
    );
}

#[test]
fn r5_without_charges_lines_are_compared_with_what_their_deals_earned() {
    let said = "
        2026-02-01 acme disbursement.reported x-0 10 USD 2026-02-01 deal=d-1 charge=c-9
        2026-03-01 acme disbursement.reported x-1 57 USD 2026-03-01 deal=d-1 fee=3
        2026-03-02 acme disbursement.reported x-2 60 USD 2026-03-02 deal=d-1
        2026-03-03 acme disbursement.reported x-3 1 USD 2026-03-03 deal=d-1
        2026-03-04 acme disbursement.reported x-4 1 EUR 2026-03-04 deal=d-1
        2026-03-05 acme disbursement.reported x-5 1 USD 2026-03-05
        ";
    let mut found = reconcile(&events(said), day("2026-03-31")).expect("in range");
    assert!(found.lacks_charges());
    let earned = BTreeMap::from([((read_id(DealId::new, "d-1"), read("USD")), read("100"))]);
    let unpaid = found.compare_with_usage(|report| report.deal.clone(), &earned).expect("in range");
    assert_eq!(
        shown(&found),
        "x-0:matched:within-usage | x-1:matched:within-usage | x-2:partly:more-than-used:left 30 | x-3:unmatched:more-than-used:left 1 | \
         x-4:unmatched:more-than-used:left 1 | x-5:unmatched:nothing-billed:left 1"
    );
    assert_eq!(unpaid[&(read_id(DealId::new, "d-1"), read("USD"))].to_string(), "0");
}

/// A history of a few charges and lines, any of which may restate, name or take back any other.
fn any_history() -> impl Strategy<Value = Vec<String>> {
    let pick = |texts: &'static [&'static str]| proptest::sample::select(texts);
    let charge = (0..6, -40..100_i64, 0..9, 1..60_u64, pick(&["", " agreement=a", " agreement=b"]), 0..12_i32)
        .prop_map(|(id, net, fee, on, agreement, back)| {
            let back = if back < 6 { format!(" takesBack=c-{back}") } else { String::new() };
            let on = day("2026-01-01") + chrono::Days::new(on);
            format!("acme charge.billed c-{id} {net} USD {on} fee={fee}{agreement}{back}")
        });
    let line = (0..8, -40..100_i64, 0..9, 1..60_u64, pick(&["", " agreement=a", " agreement=b"]), 0..12_i32).prop_map(
        |(id, net, fee, on, agreement, named)| {
            let named = if named < 7 { format!(" charge=c-{named}") } else { String::new() };
            let on = day("2026-02-01") + chrono::Days::new(on);
            format!("acme disbursement.reported x-{id} {net} USD {on} fee={fee}{agreement}{named}")
        },
    );
    proptest::collection::vec(prop_oneof![charge, line], 0..24).prop_map(|said| {
        let when = |at: usize| format!("2026-04-{:02}T{:02}:00:00Z", 1 + at / 24, at % 24);
        said.into_iter().enumerate().map(|(at, said)| format!("{} {said}", when(at))).collect()
    })
}

fn told(history: &[String]) -> Vec<Event> {
    events(&history.join("\n"))
}

fn sum<'a>(all: impl IntoIterator<Item = &'a Parts>) -> Parts {
    all.into_iter().fold(Parts::ZERO, |sum, parts| sum.plus(parts).expect("in range"))
}

proptest! {
    #[test]
    fn r2_r3_r4_what_is_billed_is_settled_set_off_or_open_and_what_is_paid_goes_somewhere_or_is_left(
        history in any_history(),
    ) {
        let found = reconcile(&told(&history), day("2026-12-31")).expect("in range");
        for charge in &found.charges {
            prop_assert_eq!(charge.billed.parts, sum([&charge.settled, &charge.set_off, &charge.open]));
            prop_assert_eq!(charge.open.net, charge.open.net_of_parts().expect("in range"));
        }
        prop_assert!(sum(found.charges.iter().map(|charge| &charge.set_off)).is_zero());
        let pieces = || found.lines.iter().flat_map(|line| &line.pieces);
        let settled = sum(pieces().filter(|piece| !piece.takes_back).map(|piece| &piece.parts));
        prop_assert_eq!(settled, sum(found.charges.iter().map(|charge| &charge.settled)));
        let back = sum(pieces().filter(|piece| piece.takes_back).map(|piece| &piece.parts));
        prop_assert!(back.plus(&sum(found.charges.iter().map(|charge| &charge.taken_back))).expect("in range").is_zero());
        for line in &found.lines {
            let given = sum(line.pieces.iter().map(|piece| &piece.parts));
            prop_assert_eq!(line.report.parts(), given.plus(&line.left).expect("in range"));
            let status = match (line.left.is_zero(), line.pieces.is_empty()) {
                (true, _) => LineStatus::Matched,
                (false, false) => LineStatus::Partly,
                (false, true) => LineStatus::Unmatched,
            };
            prop_assert_eq!(line.status, status);
            prop_assert_eq!(line.because == Because::Nothing, line.report.parts().is_zero());
        }
    }

    #[test]
    fn r1_the_order_in_which_events_come_changes_nothing(history in any_history(), seed in any::<u64>()) {
        let told = told(&history);
        let mut shuffled = told.clone();
        shuffled.sort_by_key(|event| {
            let id: u64 = event.meta.identity.id.as_str().bytes().map(u64::from).sum();
            (id + event.meta.recorded.micros() as u64 / 3_600_000_000).wrapping_mul(seed | 1)
        });
        let as_of = day("2026-12-31");
        prop_assert_eq!(reconcile(&told, as_of), reconcile(&shuffled, as_of));
    }
}
