//! Suspense to be worked off: worth, age, reason and what would resolve each (I3, D5, F4, F5).

use crate::check;

/// One account with a deal that sells the lake, one with a deal that is won for January alone.
const BEGINNING: &str = "
    2026-01-01 acme deal.opened #da d-a lines=lake:consumption
    2026-01-01 acme deal.won #wa d-a 2026-01-01..
    2026-01-01 bolt deal.opened #db d-b lines=lake:consumption
    2026-01-01 bolt deal.won #wb d-b 2026-01-01..2026-01-31
";

#[track_caller]
fn check_ledger(said: &str, questions: &str) {
    check(&format!("{BEGINNING}{said}"), questions);
}

#[test]
fn i3_what_waits_under_a_subject_is_counted_by_type_valued_aged_and_hinted_at() {
    check_ledger(
        "
        2026-01-05 x/1 usage.recorded   #u-1 lake 100 USD
        2026-01-07 x/1 usage.recorded   #u-2 lake 50 EUR
        2026-01-07@2026-01-09 x/1 usage.corrected #u-3 u-2 60
        2026-01-03@2026-01-08 x/1 touch.recorded  #t-1 p-1 demo
        2026-01-05 x/2 usage.recorded   #u-4 lake 200 USD deal=d-b
        2026-01-06 x/3 registration.approved #g-1 r-1 2026-12-31
        2026-01-02 acme registration.submitted #g-2 r-1 p-1
        2026-01-02 z/3 alias.linked #l-1 bolt
        2026-01-02 book rate.published #r EUR USD 2026-01-01 2
        2026-01-15 cord account.opened #last
        ",
        "
        work unresolved @2026-01-05 = x/2:200:2026-01-05..2026-01-05:0d:bolt:1*tributary.usage.recorded.v1 x/1:100:2026-01-05..2026-01-05:0d:-:1*tributary.usage.recorded.v1
        work unresolved = x/1:220:2026-01-03..2026-01-07:10d:-:1*tributary.touch.recorded.v1+1*tributary.usage.corrected.v1+2*tributary.usage.recorded.v1 x/2:200:2026-01-05..2026-01-05:10d:bolt:1*tributary.usage.recorded.v1 x/3:-:2026-01-06..2026-01-06:9d:-:1*tributary.registration.approved.v1
        work candidates = x/2:bolt(deal `d-b` is open there) x/3:acme(registration `r-1` was submitted there) x/3:bolt(`z/3` is linked to it)
        ",
    );
}

#[test]
fn d5_f4_a_fact_without_a_deal_says_why_and_what_would_give_it_one() {
    check_ledger(
        "
        2026-01-05 acme usage.recorded #u-1 lake 1 USD deal=d-x
        2026-01-05 acme usage.recorded #u-2 lake 2 USD deal=d-b
        2026-02-05 bolt usage.recorded #u-3 lake 3 USD deal=d-b
        2026-01-05 acme usage.recorded #u-4 pond 4 USD
        2026-02-06 bolt usage.recorded #u-5 lake 5 USD
        2026-01-05 acme disbursement.reported #x-1 x-1 6 USD 2026-01-05
        2026-01-05 acme disbursement.reported #x-2 x-2 7 USD 2026-01-05 agreement=agr
        2026-01-05 acme disbursement.reported #x-3 x-3 8 USD 2026-01-05 deal=d-b
        2026-02-10 cord account.opened #last
        ",
        "
        work unattributed = acme::8:8:2026-01-05..2026-01-05:36d:deal-of-another-account acme::7:7:2026-01-05..2026-01-05:36d:agreement-without-offer acme::6:6:2026-01-05..2026-01-05:36d:names-nothing bolt:lake:5:5:2026-02-06..2026-02-06:4d:no-deal-in-term acme:pond:4:4:2026-01-05..2026-01-05:36d:no-consumption-line bolt:lake:3:3:2026-02-05..2026-02-05:5d:deal-not-in-term acme:lake:2:2:2026-01-05..2026-01-05:36d:deal-of-another-account acme:lake:1:1:2026-01-05..2026-01-05:36d:deal-not-open
        work unattributed @2026-01-04 = nothing
        ",
    );
}

#[test]
fn f5_a_fact_without_a_rate_says_which_and_of_which_day() {
    check_ledger(
        "
        2026-01-05 acme usage.recorded #u-1 lake 10 EUR
        2026-01-09 acme usage.recorded #u-2 lake 20 EUR
        2026-01-20 acme usage.recorded #u-3 lake 30 EUR
        2026-01-06 acme usage.recorded #u-4 lake 40 JPY
        2026-01-21 book rate.published #r EUR USD 2026-01-15 2
        2026-02-05 cord account.opened #last
        ",
        "
        work unconverted = EUR:30:2:2:2026-01-05..2026-01-09:31d:2026-01-15 JPY:40:1:1:2026-01-06..2026-01-06:30d:-
        ",
    );
}
