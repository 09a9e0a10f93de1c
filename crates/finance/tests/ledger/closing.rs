//! Closing and truing up (L2–L5), through kept statements.

use tributary_domain::testing::{drafts, period};

use crate::book::{Ledger, partner_id};
use crate::check;

/// A partner with everything of two deals, whom a plan pays a tenth; January and February close.
const BEGINNING: &str = "
    2025-12-01 partner/p-1 partner.enrolled #p kinds=msp
    2025-12-01 book policy #q cloud model=roleSplit(msp:1)
    2025-12-01 book plan #f flat consumption bands=0:0.1
    2025-12-01 acme deal.opened #d1 d-1 lines=lake:consumption
    2025-12-01 acme deal.won #w1 d-1 2025-12-01..
    2025-12-01 acme deal.role_assigned #r1 d-1 p-1 msp
    2025-12-01 bolt deal.opened #d2 d-2 lines=lake:consumption
    2025-12-01 bolt deal.won #w2 d-2 2025-12-01..
    2025-12-01 bolt deal.role_assigned #r2 d-2 p-1 msp
    2026-02-04 book period.closed #c1 2026-01 2026-02-03
    2026-03-05 book period.closed #c2 2026-02 2026-03-04
";

#[track_caller]
fn check_ledger(said: &str, questions: &str) {
    check(&format!("{BEGINNING}{said}"), questions);
}

#[test]
fn l2_a_close_accrues_its_period_and_adjusts_the_earlier_ones_by_what_was_learned_late() {
    check_ledger(
        "
        2026-01-05            acme usage.recorded  #u-1 lake 100 USD
        2026-01-06@2026-02-03 bolt usage.recorded  #u-2 lake 50 USD
        2026-01-07@2026-02-04 bolt usage.recorded  #u-3 lake 30 USD
        2026-02-05            acme usage.recorded  #u-4 lake 200 USD
        2026-01-05@2026-02-20 acme usage.corrected #u-5 u-1 40
        2026-01-05@2026-03-10 acme usage.corrected #u-6 u-1 100
        2026-03-05            acme usage.recorded  #u-7 lake 10 USD
        ",
        "
        statement p-1 2026-01 = accrual:flat:2026-01:15(d-1:10,d-2:5)
        balance p-1 2026-01   = accrued:15 closing:15 payable:15
        statement p-1 2026-02 = adjustment:flat:2026-01:-3(d-1:-6,d-2:3) accrual:flat:2026-02:20(d-1:20)
        balance p-1 2026-02   = opening:15 accrued:20 adjusted:-3 closing:32 payable:32
        statement p-1 2026-03 = adjustment:flat:2026-01:6(d-1:6) accrual:flat:2026-03:1(d-1:1)
        balance p-1 2026-03   = opening:32 accrued:1 adjusted:6 closing:39 payable:39
        statement p-9 2026-01 = nothing
        ",
    );
}

#[test]
fn l2_only_periods_from_the_first_closed_one_are_trued_up() {
    check_ledger(
        "
        2025-12-05            acme usage.recorded #u-0 lake 100 USD
        2025-12-06@2026-02-10 acme usage.recorded #u-1 lake 100 USD
        2026-01-05            acme usage.recorded #u-2 lake 100 USD
        ",
        "
        statement p-1 2026-01 = accrual:flat:2026-01:10(d-1:10)
        statement p-1 2026-02 = nothing
        statement p-1 2025-12 = accrual:flat:2025-12:20(d-1:20)
        ",
    );
}

#[test]
fn l3_a_relink_moves_what_was_recognised_from_one_deal_to_another() {
    // The adjustment of January moves ten from one deal to the other: a line of zero is left out, and yet remembered.
    check_ledger(
        "
        2026-01-05            x/1 usage.recorded #u-1 lake 100 USD
        2026-01-05            x/1 alias.linked   #l-1 acme
        2026-01-06@2026-02-10 x/1 alias.linked   #l-2 bolt
        2026-01-05@2026-03-10 book plan #g flat consumption bands=0:0.2
        2026-02-10@2026-03-11 acme deal.role_removed #x d-1 p-1 msp
        2026-02-20            bolt usage.recorded #u-2 lake 50 USD
        ",
        "
        statement p-1 2026-01 = accrual:flat:2026-01:10(d-1:10)
        statement p-1 2026-02 = accrual:flat:2026-02:5(d-2:5)
        statement p-1 2026-03 = adjustment:flat:2026-01:10(d-2:10) adjustment:flat:2026-02:5(d-2:5)
        ",
    );
}

#[test]
fn l3_what_was_recognised_under_one_schedule_of_closes_adds_up_to_what_another_recognises() {
    let usage = "
        2026-01-05            acme usage.recorded #u-1 lake 100 USD
        2026-01-06@2026-02-20 acme usage.recorded #u-2 lake 50 USD
        2026-02-06@2026-03-20 acme usage.recorded #u-3 lake 30 USD
        2026-04-03            book period.closed #c3 2026-03 2026-04-02
    ";
    check_ledger(
        usage,
        "
        balance p-1 2026-01 = accrued:10 closing:10 payable:10
        balance p-1 2026-02 = opening:10 adjusted:5 closing:15 payable:15
        balance p-1 2026-03 = opening:15 adjusted:3 closing:18 payable:18
        ",
    );
    // Everything is closed in April, as late as may be.
    let late = BEGINNING.replace("2026-02-04 book", "2026-04-01 book").replace("2026-02-03", "2026-03-30");
    let late = late.replace("2026-03-05 book", "2026-04-01T13:00:00Z book").replace("2026-03-04", "2026-03-31");
    check(
        &format!("{late}{usage}"),
        "
        balance p-1 2026-01 = accrued:15 closing:15 payable:15
        balance p-1 2026-02 = opening:15 accrued:3 closing:18 payable:18
        balance p-1 2026-03 = opening:18 closing:18 payable:18
        ",
    );
}

#[test]
fn l3_a_backfill_that_a_close_should_have_known_empties_its_statement() {
    check_ledger(
        "
        2026-01-05            acme usage.recorded  #u-1 lake 100 USD
        2026-01-05@2026-02-01 acme usage.corrected #u-2 u-1 0
        ",
        "
        statement p-1 2026-01 = nothing
        balance p-1 2026-01   = nothing
        statement p-1 2026-02 = nothing
        balance p-1 2026-02   = nothing
        ",
    );
}

#[test]
fn l4_an_open_period_is_stated_as_if_it_closed_at_the_instant_and_not_before_the_last_cutoff() {
    check_ledger(
        "
        2026-01-05            acme usage.recorded #u-1 lake 100 USD
        2026-01-06@2026-03-10 acme usage.recorded #u-2 lake 50 USD
        2026-03-06            acme usage.recorded #u-3 lake 30 USD
        2026-04-06            acme usage.recorded #u-4 lake 20 USD
        ",
        "
        statement p-1 2026-03 @2026-03-03 = known-before-cutoff
        statement p-1 2026-03 @2026-03-04 = nothing
        statement p-1 2026-03 @2026-03-07 = accrual:flat:2026-03:3(d-1:3)
        statement p-1 2026-03             = adjustment:flat:2026-01:5(d-1:5) accrual:flat:2026-03:3(d-1:3)
        statement p-1 2026-04             = adjustment:flat:2026-01:5(d-1:5) adjustment:flat:2026-03:3(d-1:3) accrual:flat:2026-04:2(d-1:2)
        statement p-1 2026-01 @2026-01-06 = accrual:flat:2026-01:10(d-1:10)
        ",
    );
}

#[test]
fn l1_invalid_closes_are_set_aside_and_recognise_nothing() {
    check_ledger(
        "
        2026-01-05 acme usage.recorded #u-1 lake 100 USD
        2026-03-06 book period.closed #skips 2026-04 2026-03-06
        2026-03-07 book period.closed #again 2026-02 2026-03-07
        ",
        "
        invalid               = skips:close-before-period-end again:close-out-of-order
        statement p-1 2026-01 = accrual:flat:2026-01:10(d-1:10)
        statement p-1 2026-04 = nothing
        ",
    );
}

#[test]
fn l5_the_opening_balance_is_the_previous_closing_one_and_payouts_count_where_they_were_learned() {
    check_ledger(
        "
        2026-01-05            acme        usage.recorded  #u-1 lake 1000 USD
        2026-01-20@2026-02-03 partner/p-1 payout.issued   #p-1 pay-1 30 USD
        2026-01-20@2026-02-04 partner/p-1 payout.issued   #p-2 pay-2 40 USD
        2026-01-20@2026-03-05 partner/p-1 payout.returned #p-3 pay-1
        2026-01-20@2026-02-05 partner/p-1 hold.placed     #h-1 h-1 deal=d-1
        2026-01-20@2026-03-05 partner/p-1 hold.released   #h-2 h-1
        ",
        "
        balance p-1 2026-01 = accrued:100 paid:30 closing:70 payable:70
        balance p-1 2026-02 = opening:70 paid:40 closing:30 held:100
        balance p-1 2026-03 = opening:30 paid:-30 closing:60 payable:60
        ",
    );
}

#[test]
fn m5_statements_are_in_the_minor_unit_of_the_books_currency() {
    for (currency, amount, expected) in [("JPY", "1005", "100"), ("KWD", "1.0055", "0.101"), ("USD", "1.05", "0.1")] {
        check_ledger(
            &format!(
                "
                2025-12-01 book book.configured #b currency={currency}
                2026-01-05 acme usage.recorded #u-1 lake {amount} {currency}
                "
            ),
            &format!(
                "
                statement p-1 2026-01 = accrual:flat:2026-01:{expected}(d-1:{expected})
                balance p-1 2026-02   = opening:{expected} closing:{expected} payable:{expected}
                "
            ),
        );
    }
}

#[test]
fn m7_a_churn_learned_later_claws_back_what_every_period_was_allocated() {
    check_ledger(
        "
        2025-12-01 book plan #k claw consumption bands=0:0.1 clawback=90:0.5
        2026-01-05            acme usage.recorded #u-1 lake 100 USD
        2026-02-05            acme usage.recorded #u-2 lake 100 USD
        2026-02-10@2026-03-10 acme deal.churned   #x d-1
        ",
        "
        statement p-1 2026-01 = accrual:claw:2026-01:10(d-1:10) accrual:flat:2026-01:10(d-1:10)
        statement p-1 2026-03 = adjustment:claw:2026-01:-5(d-1:-5) adjustment:claw:2026-02:-5(d-1:-5)
        ",
    );
}

#[test]
fn l3_only_periods_of_which_something_was_learned_since_the_last_close_are_computed_again() {
    let ledger = Ledger::of(drafts(&format!(
        "{BEGINNING}
        2026-01-05 acme usage.recorded #u-1 lake 100 USD
        2026-03-06 acme usage.recorded #u-2 lake 100 USD
        "
    )));
    ledger.close();
    let (january, february) = (period("2026-01"), period("2026-02"));
    let moved = |partner| {
        let view = ledger.view(None);
        let last = view.closes().pop().expect("a close");
        view.moved(&partner_id(partner), &last, &[january, february]).expect("the store works")
    };
    assert_eq!(moved("p-1"), Some([].into()));
    ledger.import(drafts("2026-01-06@2026-03-10 bolt usage.recorded #u-3 lake 30 USD"));
    assert_eq!(moved("p-1"), Some([january].into()));
    assert_eq!(moved("p-2"), Some([].into()), "no history names it");
    ledger.import(drafts("2026-02-06@2026-03-11 book rate.published #fx EUR USD 2026-02-06 1.1"));
    assert_eq!(moved("p-2"), Some([february].into()), "what is in euros may be worth something else");
    ledger.import(drafts("2026-03-12 partner/p-2 partner.enrolled #p2 kinds=msp"));
    assert_eq!(moved("p-2"), None);
    ledger.import(drafts("2026-01-06@2026-03-13 book plan #g flat consumption bands=0:0.2 from=2026-01-01"));
    assert_eq!(moved("p-1"), Some([january, february].into()));
}
