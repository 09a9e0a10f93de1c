//! Which closes are valid (L1), and the balance (L5). Truing up (L2–L4) is tested where statements are made.

use super::check;

#[test]
fn l1_periods_close_in_order_and_a_close_that_breaks_a_rule_is_set_aside_with_the_reason() {
    check(
        "
        2026-03-05 book period.closed #early-recorded 2026-02 2026-03-06
        2026-03-05 book period.closed #before-end     2026-03 2026-03-05
        2026-03-07 book period.closed #first          2026-02 2026-03-07
        2026-03-08 book period.closed #again          2026-02 2026-03-08
        2026-04-08 book period.closed #same-cutoff    2026-03 2026-03-07
        2026-05-08 book period.closed #skips          2026-04 2026-05-07
        2026-05-09 book period.closed #second         2026-03 2026-04-01T00:00:00Z
        2026-05-10 book period.closed #falls          2026-04 2026-03-31
        2026-05-10 book period.closed #third          2026-04 2026-05-10
        2026-05-11 book period.closed #backwards      2026-01 2026-05-11
        ",
        "
        closes = 2026-02 2026-03 2026-04 before-end:close-before-period-end early-recorded:close-recorded-before-cutoff again:close-out-of-order same-cutoff:close-before-period-end skips:close-out-of-order falls:close-before-period-end backwards:close-out-of-order
        ",
    );
}

#[test]
fn l1_a_cutoff_is_after_the_previous_one_and_closes_are_judged_as_they_were_recorded() {
    check(
        "
        2026-01-01@2026-05-02 book period.closed #later  2026-03 2026-05-01
        2026-03-01@2026-05-03 book period.closed #same   2026-04 2026-05-01
        2026-04-01@2026-05-01 book period.closed #sooner 2026-02 2026-04-30
        ",
        "closes = 2026-02 2026-03 same:close-cutoff-not-after-previous",
    );
}

#[test]
fn l1_a_period_ends_at_local_midnight() {
    let close = |cutoff: &str| {
        format!(
            "2026-01-01 book book.configured zone=America/New_York\n2026-05-01 book period.closed #c 2026-02 {cutoff}"
        )
    };
    check(&close("2026-03-01T05:00:00Z"), "closes = 2026-02");
    check(&close("2026-03-01T04:59:59.999999Z"), "closes = c:close-before-period-end");
}

/// A partner who earned 100 in January.
const EARNED: &str = "
    2020-01-01 partner/p-1 partner.enrolled #p
    2020-01-01 book policy #q cloud model=fixed(p-1:1)
    2020-01-01 book plan #f flat consumption bands=0:0.1
    2026-01-01 acme deal.opened #d1 d-1 lines=lake:consumption
    2026-01-01 acme deal.won #w1 d-1 2026-01-01..
    2026-01-01 bolt deal.opened #d2 d-2 lines=lake:consumption
    2026-01-01 bolt deal.won #w2 d-2 2026-01-01..
    2026-01-05 acme usage.recorded #u1 lake 600 USD
    2026-01-05 bolt usage.recorded #u2 lake 400 USD
";

#[track_caller]
fn check_balance(said: &str, questions: &str) {
    check(&format!("{EARNED}{said}"), questions);
}

#[test]
fn l5_what_was_paid_is_what_was_issued_in_the_window_less_what_came_back() {
    check_balance(
        "
        2026-01-10@2026-02-03 partner/p-1 payout.issued   pay-1 10 USD
        2026-01-10@2026-02-04 partner/p-1 payout.issued   pay-2 20 USD
        2026-01-10@2026-02-05 partner/p-1 payout.issued   pay-3 40 USD
        2026-01-11@2026-02-06 partner/p-1 payout.returned pay-3
        2026-01-11@2026-02-06 partner/p-2 payout.issued   pay-4 80 USD
        2026-01-11@2026-02-07 partner/p-1 payout.issued   pay-2 99 USD
        ",
        "
        balance p-1 - 2026-02-02          = accrued:100 closing:100 payable:100
        balance p-1 - 2026-02-03          = accrued:100 paid:10 closing:90 payable:90
        balance p-1 2026-02-03 2026-02-04 = opening:-10 accrued:100 paid:20 closing:70 payable:70
        balance p-1 - 2026-02-05          = accrued:100 paid:70 closing:30 payable:30
        balance p-1 2026-02-05 2026-02-06 = opening:-70 accrued:100 paid:-40 closing:70 payable:70
        balance p-1 2026-02-06 2026-02-07 = opening:-30 accrued:100 closing:70 payable:70
        ",
    );
}

#[test]
fn l5_a_return_learned_before_its_payout_counts_from_when_it_was_learned() {
    check_balance(
        "
        2026-01-11@2026-02-03 partner/p-1 payout.returned pay-1
        2026-01-10@2026-02-05 partner/p-1 payout.issued   pay-1 10 USD
        ",
        "
        balance p-1 - 2026-02-04          = accrued:100 closing:100 payable:100
        balance p-1 - 2026-02-05          = accrued:100 closing:100 payable:100
        balance p-1 2026-02-04 2026-02-05 = opening:10 accrued:100 paid:10 closing:100 payable:100
        ",
    );
}

#[test]
fn l5_a_hold_withholds_its_deals_or_the_whole_positive_balance_until_it_is_released() {
    check_balance(
        "
        2026-01-20@2026-02-03 partner/p-1 hold.placed   h-1 deal=d-1
        2026-01-20@2026-02-04 partner/p-1 hold.placed   h-2 deal=d-1
        2026-01-21@2026-02-05 partner/p-1 hold.released h-1
        2026-01-21@2026-02-06 partner/p-1 hold.released h-2
        2026-01-20@2026-02-07 partner/p-1 hold.placed   h-3
        2026-01-21@2026-02-08 partner/p-1 payout.issued pay-1 150 USD
        2026-01-22@2026-02-09 partner/p-1 hold.released h-3
        2026-01-22@2026-02-10 partner/p-1 hold.placed   h-4 deal=d-2
        2026-01-22@2026-02-11 partner/p-1 hold.placed   h-5 deal=d-9
        ",
        "
        balance p-1 - 2026-02-03 = accrued:100 closing:100 held:60 payable:40
        balance p-1 - 2026-02-04 = accrued:100 closing:100 held:60 payable:40
        balance p-1 - 2026-02-05 = accrued:100 closing:100 held:60 payable:40
        balance p-1 - 2026-02-06 = accrued:100 closing:100 payable:100
        balance p-1 - 2026-02-07 = accrued:100 closing:100 held:100
        balance p-1 - 2026-02-08 = accrued:100 paid:150 closing:-50
        balance p-1 - 2026-02-10 = accrued:100 paid:150 closing:-50 held:40
        balance p-1 - 2026-02-11 = accrued:100 paid:150 closing:-50 held:40
        ",
    );
}
