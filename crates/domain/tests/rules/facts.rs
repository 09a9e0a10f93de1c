//! Earning facts (F1–F5) and their credit (C1).

use super::check;

#[test]
fn f1_the_vendor_is_the_events_else_the_matching_lines_else_none() {
    check(
        "
        2026-01-01 acme deal.opened d-1 lines=lake@theirs:consumption,pond:consumption
        2026-01-01 acme deal.won    d-1 2026-01-01..
        2026-01-02 acme usage.recorded lake 1 USD vendor=ours
        2026-01-02 acme usage.recorded lake 2 USD
        2026-01-02 acme usage.recorded pond 4 USD
        ",
        "
        facts 2026-01 = consumption:d-1:lake@ours:2026-01-02:1USD consumption:d-1:lake@theirs:2026-01-02:2USD consumption:d-1:pond:2026-01-02:4USD
        ",
    );
}

#[test]
fn f2_a_recurring_line_gives_a_part_on_every_day_in_term_and_a_month_adds_up() {
    check(
        "
        2026-01-01 acme deal.opened  d-1 lines=seats@v:recurring:100:USD
        2026-01-01 acme deal.won     d-1 2026-01-30..2026-03-02
        2026-01-01 bolt deal.opened  d-2 lines=seats:recurring:100:USD
        2026-01-01 bolt deal.won     d-2 2026-02-27..
        2026-02-28 bolt deal.changed d-2 lines=seats:recurring:28:EUR
        ",
        "
        facts 2026-01           = recurring:d-1:seats@v:2026-01-30:3.225806451613USD recurring:d-1:seats@v:2026-01-31:3.225806451613USD
        total recurring 2026-02 @2026-01-01 = 107.142857142858
        total recurring 2026-03 @2026-01-01 = 106.451612903225
        total recurring 2026-02 = 104.571428571429
        total recurring 2026-03 = 34.451612903225
        ",
    );
}

#[test]
fn f3_a_license_is_booked_on_the_first_day_of_its_term_with_the_lines_of_that_day() {
    check(
        "
        2026-01-01 acme deal.opened  d-1 lines=vault@v:license:900:USD,seats:recurring:0:USD
        2026-01-10 acme deal.won     d-1 2026-02-05..2026-03-04
        2026-01-10 acme deal.renewed d-1 2026-03-05.. lines=vault@v:license:1200:USD
        2026-02-06 acme deal.changed d-1 lines=vault@v:license:1:USD
        2026-01-01 bolt deal.opened  d-2 lines=vault:license:7:USD
        2026-01-10 bolt deal.won     d-2 2026-02-05..
        2026-02-05 bolt deal.churned d-2
        ",
        "
        facts 2026-01 = nothing
        facts 2026-02 = bookings:d-1:vault@v:2026-02-05:900USD bookings:d-2:vault:2026-02-05:7USD
        facts 2026-03 = bookings:d-1:vault@v:2026-03-05:1200USD
        ",
    );
}

#[test]
fn f4_of_several_reports_of_a_disbursement_the_one_learned_last_stands() {
    check(
        "
        2026-01-01            acme deal.opened d-1
        2026-05-01@2026-02-01 acme disbursement.reported #a:1 x-1 10 USD 2026-01-20 deal=d-1 fee=1
        2026-01-01@2026-03-01 acme disbursement.reported #a:2 x-1 20 USD 2026-01-21 deal=d-1
        2026-01-01@2026-03-01 acme disbursement.reported #b:0 x-1 30 USD 2026-01-22 deal=d-1
        2026-06-01@2026-03-01 acme disbursement.reported #a:9 x-1 40 USD 2026-01-23 deal=d-1
        2026-01-01@2026-02-01 bolt disbursement.reported #c:1 x-1  5 USD 2026-01-24
        ",
        "
        facts 2026-01 @2026-01-31 = nothing
        facts 2026-01 @2026-02-01 = disbursement:d-1:none:2026-01-20:10USD disbursement:none:none:2026-01-24:5USD
        facts 2026-01             = disbursement:d-1:none:2026-01-22:30USD disbursement:none:none:2026-01-24:5USD
        ",
    );
}

#[test]
fn f4_a_disbursement_is_for_the_deal_it_names_else_for_that_of_its_agreement_and_terms_play_no_part() {
    check(
        "
        2026-01-01 acme deal.opened d-1
        2026-01-01 acme deal.opened d-2
        2026-01-01 bolt deal.opened d-3
        2026-01-05 acme offer.accepted d-1 agr-1
        2026-01-06 acme offer.accepted d-2 agr-1
        2026-01-06 acme offer.accepted d-3 agr-2
        2026-01-06 bolt offer.accepted d-3 agr-3
        2026-02-01 acme disbursement.reported x-1  1 USD 2026-01-01 deal=d-1 agreement=agr-1 product=lake
        2026-02-01 acme disbursement.reported x-2  2 USD 2026-01-02 agreement=agr-1
        2026-02-01 acme disbursement.reported x-3  4 USD 2026-01-03 deal=d-3 agreement=agr-1
        2026-02-01 acme disbursement.reported x-4  8 USD 2026-01-04 agreement=agr-2
        2026-02-01 acme disbursement.reported x-5 16 USD 2026-01-05 agreement=agr-3
        2026-02-01 acme disbursement.reported x-6 32 USD 2026-01-06
        2026-02-01 acme disbursement.reported x-7 -3 USD 2026-01-02 agreement=agr-1
        ",
        "
        facts 2026-01 = disbursement:none:none:2026-01-04:8USD disbursement:none:none:2026-01-05:16USD disbursement:none:none:2026-01-06:32USD disbursement:d-1:lake:2026-01-01:1USD disbursement:d-2:none:2026-01-02:-1USD disbursement:d-2:none:2026-01-03:4USD
        ",
    );
}

const IN_EUROS: &str = "
    2026-01-01 acme deal.opened d-1 lines=lake:consumption
    2026-01-01 acme deal.won    d-1 2026-01-01..
    2026-01-14 acme usage.recorded lake 3 EUR
    2026-01-14 acme usage.recorded lake 7 EUR
    2026-01-15 acme usage.recorded lake 10 EUR
";

#[test]
fn f5_the_sum_of_a_day_is_converted_at_the_latest_rate_by_that_day() {
    let rates = "
        2026-01-01            book rate.published #r-1 EUR USD 2026-01-15 1.5
        2026-01-02@2026-03-01 book rate.published #r-2 EUR USD 2026-01-15 2
        2026-01-03            book rate.published #r-3 EUR USD 2026-01-31 4
        2026-01-03            book rate.published #r-4 USD EUR 2026-01-01 0.1
    ";
    check(
        &format!("{IN_EUROS}{rates}"),
        "
        facts 2026-01 @2026-02-01 = consumption:d-1:lake:2026-01-14:10EUR>100 consumption:d-1:lake:2026-01-15:10EUR>15
        facts 2026-01             = consumption:d-1:lake:2026-01-14:10EUR>100 consumption:d-1:lake:2026-01-15:10EUR>20
        ",
    );
}

#[test]
fn f5_the_period_end_convention_takes_the_latest_rate_by_the_last_day_of_the_period() {
    let rates = "
        2026-01-01 book book.configured #b fx=periodEnd
        2026-01-01 book rate.published #r-1 EUR USD 2026-01-15 1.5
        2026-01-01 book rate.published #r-2 EUR USD 2026-01-31 4
        2026-01-01 book rate.published #r-3 EUR USD 2026-02-01 8
    ";
    let expected = "consumption:d-1:lake:2026-01-14:10EUR>40 consumption:d-1:lake:2026-01-15:10EUR>40";
    check(&format!("{IN_EUROS}{rates}"), &format!("facts 2026-01 = {expected}"));
}

#[test]
fn f5_a_pair_is_inverted_only_where_it_is_not_quoted_directly_and_rounds_half_even() {
    check(
        "
        2026-01-01 acme deal.opened d-1 lines=lake:consumption
        2026-01-01 acme deal.won    d-1 2026-01-01..
        2026-01-01 book rate.published USD JPY 2026-01-01 160
        2026-01-01 book rate.published USD GBP 2026-01-01 2
        2026-01-10 acme usage.recorded lake 1000 JPY
        2026-01-11 acme usage.recorded lake 0.000000000003 GBP
        2026-01-12 acme usage.recorded lake 0.000000000001 GBP
        ",
        "
        facts 2026-01 = consumption:d-1:lake:2026-01-10:1000JPY>6.25 consumption:d-1:lake:2026-01-11:0.000000000003GBP>0.000000000002 consumption:d-1:lake:2026-01-12:0.000000000001GBP>0
        ",
    );
}

#[test]
fn f5_without_any_rate_a_fact_is_unconverted_and_earns_no_credit() {
    let policy = "
        2026-01-01 partner/p-1 partner.enrolled #p kinds=msp
        2026-01-01 book policy #q cloud model=fixed(p-1:0.5)
        2026-01-15@2026-02-01 book rate.published #r EUR USD 2026-01-15 2
    ";
    check(
        &format!("{IN_EUROS}{policy}"),
        "
        facts 2026-01 @2026-01-31       = consumption:d-1:lake:2026-01-14:10EUR>unconverted consumption:d-1:lake:2026-01-15:10EUR>unconverted
        credits p-1 2026-01 @2026-01-31 = nothing
        facts 2026-01                   = consumption:d-1:lake:2026-01-14:10EUR>unconverted consumption:d-1:lake:2026-01-15:10EUR>20
        credits p-1 2026-01             = revenue:d-1:fixed:10
        ",
    );
}

#[test]
fn c1_credit_is_exact_in_every_pool_and_never_rounded() {
    check(
        "
        2026-01-01 partner/p-1 partner.enrolled kinds=msp
        2026-01-01 book policy cloud   model=fixed(p-1:0.333333333)
        2026-01-01 book policy overlay model=fixed(p-1:1) pool=overlay
        2026-01-01 acme deal.opened d-1 lines=lake:consumption
        2026-01-01 acme deal.won    d-1 2026-01-01..
        2026-01-14 acme usage.recorded lake 0.000000000001 USD
        2026-01-15 acme usage.recorded lake 1 USD
        2026-01-15 acme usage.recorded pond 1 USD
        ",
        "
        credits p-1 2026-01 = overlay:d-1:fixed:1.000000000001 revenue:d-1:fixed:0.333333333000333333333
        ",
    );
}
