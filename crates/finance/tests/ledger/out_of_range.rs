//! An amount that leaves 128 bits holds nobody up: its account earns nothing of the period, or the plan pays its partner
//! nothing, and both are shown.

use tributary_audit::{Axis, timeline};
use tributary_domain::id::AccountId;
use tributary_domain::testing::{drafts, instant, period, read_id};
use tributary_domain::time::Day;
use tributary_finance::explain::Filter;
use tributary_finance::{adjustments, diff, explain, journal, statement, trial_balance, verify_closed};

use crate::book::{Ledger, partner_id};
use crate::check;
use crate::resolving::BEGINNING;

/// Beside the two accounts of one partner a third one, of another.
const ANOTHER: &str = "
    2026-01-01 partner/p-2 partner.enrolled #p2 kinds=msp
    2026-01-01 cord deal.opened #dc d-c lines=lake:consumption
    2026-01-01 cord deal.won #wc d-c 2026-01-01..
    2026-01-01 cord deal.role_assigned #rc d-c p-2 msp
";

#[track_caller]
fn check_ledger(said: &str, questions: &str) {
    check(&format!("{BEGINNING}{ANOTHER}{said}"), questions);
}

/// So much usage of an account on a day, each of the largest amount that there is.
fn largest(account: &str, count: usize) -> String {
    let usage = |number| format!("2026-01-05 {account} usage.recorded #{account}-{number} lake 999999999999999 USD\n");
    (0..count).map(usage).collect()
}

#[test]
fn f5_a_rate_that_makes_an_amount_too_large_suspends_the_accounts_period_until_it_is_corrected() {
    check_ledger(
        "
        2026-01-05 acme usage.recorded #u-1 lake 999999999999999 EUR
        2026-01-06 acme usage.recorded #u-2 pond 7 USD
        2026-02-05 acme usage.recorded #u-3 lake 10 USD
        2026-01-05 bolt usage.recorded #u-4 lake 100 USD
        2026-01-06@2026-02-10 book rate.published #r-1 EUR USD 2026-01-01 999999999999999
        2026-01-06@2026-02-20 book rate.published #r-2 EUR USD 2026-01-01 0.000000000001
        2026-02-16 book period.closed #c-1 2026-01 2026-02-15
        2026-03-05 book period.closed #c-2 2026-02 2026-03-04
        ",
        "
        out-of-range @2026-02-09           = nothing
        unconverted  @2026-02-09           = EUR:999999999999999:1
        out-of-range @2026-02-10           = acme:-:-:2026-01
        credits p-1 2026-01 @2026-02-10    = bolt:d-b:100
        credits p-1 2026-02 @2026-02-10    = acme:d-a:10
        statement p-1 2026-01              = accrual:flat:2026-01:10(d-b:10)
        out-of-range                       = nothing
        unattributed                       = acme:pond:7:1
        credits p-1 2026-01                = acme:d-a:999.999999999999 bolt:d-b:100
        statement p-1 2026-02              = adjustment:flat:2026-01:100(d-a:100) accrual:flat:2026-02:1(d-a:1)
        ",
    );
}

#[test]
fn c1_sums_of_credit_that_leave_the_range_suspend_their_period_alone() {
    let said = format!(
        "{}
        2026-01-07 acme usage.recorded #u-1 pond 7 USD
        2026-02-05 acme usage.recorded #u-2 lake 10 USD
        2026-01-05 bolt usage.recorded #u-3 lake 100 USD
        2026-02-05 book period.closed #c-1 2026-01 2026-02-04
        ",
        largest("acme", 171)
    );
    let ledger = Ledger::of(drafts(&format!("{BEGINNING}{ANOTHER}{said}")));
    for (asked, expected) in [
        ("out-of-range", "acme:-:-:2026-01"),
        ("unattributed", "acme:pond:7:1"),
        ("credits p-1 2026-01", "bolt:d-b:100"),
        ("credits p-1 2026-02", "acme:d-a:10"),
        ("credits p-1 2026-01 @2026-01-06", "bolt:d-b:100"),
        ("statement p-1 2026-01", "accrual:flat:2026-01:10(d-b:10)"),
    ] {
        assert_eq!(ledger.answer(asked), expected, "{asked}");
    }
    assert_eq!(ledger.differences(), Vec::<String>::new());
}

#[test]
fn m2_accounts_that_are_too_large_only_together_cost_their_partner_the_plan_and_nobody_else() {
    let said = format!(
        "{}{}
        2026-01-05 cord usage.recorded #u-1 lake 100 USD
        2026-02-05 book period.closed #c-1 2026-01 2026-02-04
        ",
        largest("acme", 90),
        largest("bolt", 90)
    );
    let ledger = Ledger::of(drafts(&format!("{BEGINNING}{ANOTHER}{said}")));
    for (asked, expected) in [
        ("out-of-range", "-:p-1:flat:2026-01"),
        ("statement p-1 2026-01", "nothing"),
        ("statement p-2 2026-01", "accrual:flat:2026-01:10(d-c:10)"),
    ] {
        assert_eq!(ledger.answer(asked), expected, "{asked}");
    }
}

#[test]
fn an_account_out_of_range_stops_no_question_about_the_others_and_the_rate_that_did_it_is_named() {
    let ledger = Ledger::of(drafts(&format!(
        "{BEGINNING}
        2026-01-05 acme usage.recorded #u-1 lake 999999999999999 EUR
        2026-01-05 bolt usage.recorded #u-2 lake 100 USD
        2026-01-05 cord usage.recorded #u-3 lake 100 USD
        2026-01-06@2026-02-01 book rate.published #r-1 EUR USD 2026-01-01 0.000000000001
        2026-02-05 book period.closed #c-1 2026-01 2026-02-04
        2026-01-06@2026-02-10 book rate.published #r-2 EUR USD 2026-01-01 999999999999999
        2026-01-07@2026-02-11 bolt usage.recorded #u-4 lake 50 USD
        "
    )));
    assert_eq!(ledger.differences(), Vec::<String>::new());
    let (view, january) = (ledger.view(None), period("2026-01"));
    for partner in ["p-1", "p-2"].map(partner_id) {
        for of in [january, period("2026-02")] {
            statement(&view, &partner, of).expect("a statement");
            explain(&view, &partner, of, &Filter::default(), &|_| None).expect("an explanation");
        }
        diff(&view, Some(&partner), january, instant("2026-02-05"), 9).expect("what differs");
    }
    for account in ["acme", "bolt"].map(|id| read_id(AccountId::new, id)) {
        timeline(&view, &account, Axis::Effective, &(Day::MIN..=Day::MAX)).expect("a timeline");
    }
    journal(&view, &Default::default()).expect("a journal");
    trial_balance(&view).expect("a trial balance");
    assert!(verify_closed(&view, january..=january, |_, _, _| {}).expect("a verification").verified);

    let pending = adjustments(&view, january..=january, 9, |_, _| {}).expect("adjustments");
    let [moved] = &pending.periods[0].partners[..] else { panic!("{pending:?}") };
    let causes: Vec<(&str, Vec<&str>)> =
        moved.causes.iter().map(|of| (&*of.amount, of.events.iter().map(|event| &*event.says).collect())).collect();
    let [(lost, rate), (won, usage)] = &causes[..] else { panic!("{causes:?}") };
    assert!((*lost, rate.len(), *won, usage.len()) == ("-100", 1, "5", 1) && rate[0].contains("EUR"), "{causes:?}");
}
