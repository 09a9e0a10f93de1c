//! Commission of a partner under a plan, for a period (M1–M8).

use super::check;

/// A partner who gets everything of every deal, and accounts with a deal each.
const PARTNER: &str = "
    2020-01-01 partner/p-1 partner.enrolled #p kinds=msp,si track=build tier=gold
    2020-01-01 book policy #q cloud model=roleSplit(msp:1)
    2025-01-01 acme deal.opened #d1 d-1 lines=lake@v:consumption
    2025-01-01 acme deal.won    #w1 d-1 2025-01-01..
    2025-01-01 acme deal.role_assigned #r1 d-1 p-1 msp
    2025-01-01 bolt deal.opened #d2 d-2 lines=lake@v:consumption
    2025-01-01 bolt deal.won    #w2 d-2 2025-01-01..
    2025-01-01 bolt deal.role_assigned #r2 d-2 p-1 msp
    2025-01-01 cord deal.opened #d3 d-3 lines=lake@v:consumption
    2025-01-01 cord deal.won    #w3 d-3 2025-01-01..
    2025-01-01 cord deal.role_assigned #r3 d-3 p-1 msp
";

#[track_caller]
fn check_plan(said: &str, questions: &str) {
    check(&format!("{PARTNER}{said}"), questions);
}

#[test]
fn m1_the_version_of_a_plan_is_the_one_begun_last_unless_it_ends_before_the_period_does() {
    check_plan(
        "
        2026-01-01            book plan a consumption from=2026-01-01 bands=0:0.1
        2026-01-01            book plan a consumption from=2026-03-01 to=2026-04-30 bands=0:0.1
        2026-01-02@2026-09-01 book plan a consumption from=2026-06-01 ids=p-2 bands=0:0.1
        2026-01-01@2026-09-02 book plan a consumption from=2026-06-01 bands=0:0.1
        2026-01-01            book plan b consumption from=2026-02-01 to=2026-02-28 bands=0:0.1
        2026-01-01            book plan c consumption from=2026-02-02 bands=0:0.1
        2026-01-01            book plan d consumption from=2026-02-01 to=2026-02-27 bands=0:0.1
        ",
        "
        plans p-1 2025-12 = nothing
        plans p-1 2026-01 = a:2026-01-01
        plans p-1 2026-02 = a:2026-01-01 b:2026-02-01
        plans p-1 2026-03 = a:2026-03-01 c:2026-02-02
        plans p-1 2026-04 = a:2026-03-01 c:2026-02-02
        plans p-1 2026-05 = c:2026-02-02
        plans p-1 2026-06 @2026-08-01 = c:2026-02-02
        plans p-1 2026-06 @2026-09-01 = c:2026-02-02
        plans p-1 2026-06 = c:2026-02-02
        ",
    );
}

#[test]
fn m1_whom_a_plan_pays_is_matched_against_the_state_on_the_last_day_of_the_period() {
    check_plan(
        "
        2026-01-31T20:00:00Z partner/p-1 partner.enrolled kinds=isv track=sell
        2026-03-01           partner/p-2 partner.enrolled kinds=msp
        2026-01-01 book plan a-all    consumption bands=0:0.1
        2026-01-01 book plan b-kinds  consumption bands=0:0.1 kinds=si,reseller
        2026-01-01 book plan c-tracks consumption bands=0:0.1 tracks=build,sell
        2026-01-01 book plan d-tiers  consumption bands=0:0.1 tiers=gold
        2026-01-01 book plan e-ids    consumption bands=0:0.1 ids=p-2
        2026-01-01 book plan f-both   consumption bands=0:0.1 kinds=isv tracks=build
        ",
        "
        plans p-1 2025-12 = a-all:2020-01-01 b-kinds:2020-01-01 c-tracks:2020-01-01 d-tiers:2020-01-01
        plans p-1 2026-01 = a-all:2020-01-01 c-tracks:2020-01-01
        plans p-2 2026-02 = nothing
        plans p-2 2026-03 = a-all:2020-01-01 e-ids:2020-01-01
        plans p-9 2026-03 = nothing
        ",
    );
}

#[test]
fn m2_the_base_is_the_credit_that_passes_every_filter_of_the_plan() {
    check_plan(
        "
        2026-01-01 book plan all      consumption bands=0:1
        2026-01-01 book plan roles    consumption bands=0:1 roles=si
        2026-01-01 book plan products consumption bands=0:1 products=pond
        2026-01-01 book plan vendors  consumption bands=0:1 vendors=v
        2026-01-01 book plan pool     consumption bands=0:1 pool=overlay
        2026-01-01 book plan bookings bookings    bands=0:1
        2026-01-01 book policy overlay pool=overlay model=fixed(p-1:0.5)
        2026-01-05 acme usage.recorded lake 1 USD
        2026-01-05 acme usage.recorded pond 2 USD deal=d-1
        2026-01-05 acme usage.recorded lake 4 USD vendor=w
        2026-01-05 bolt usage.recorded lake 8 USD
        2026-02-01 bolt usage.recorded lake 16 USD
        ",
        "
        measures all p-1 2026-01      = 15:15
        measures roles p-1 2026-01    = nothing
        measures products p-1 2026-01 = 2:2
        measures vendors p-1 2026-01  = 9:9
        measures pool p-1 2026-01     = 7.5:7.5
        measures bookings p-1 2026-01 = nothing
        measures all p-1 2026-02      = 16:16
        ",
    );
}

#[test]
fn m2_terms_and_months_from_start_choose_the_days() {
    check(
        "
        2020-01-01 partner/p-1 partner.enrolled
        2020-01-01 book policy cloud model=fixed(p-1:1)
        2026-01-01 book plan any     disbursement bands=0:1
        2026-01-01 book plan initial disbursement bands=0:1 terms=initial
        2026-01-01 book plan renewal disbursement bands=0:1 terms=renewal
        2026-01-01 book plan months  disbursement bands=0:1 months=1
        2026-01-01 book plan before  disbursement bands=0:1 months=0
        2026-01-01 acme deal.opened d-1
        2026-01-01 acme deal.won     d-1 2026-01-31..2026-02-28
        2026-01-01 acme deal.renewed d-1 2026-03-01..2026-03-10
        2026-01-01 acme disbursement.reported x-1 1 USD 2026-02-27 deal=d-1
        2026-01-01 acme disbursement.reported x-2 2 USD 2026-02-28 deal=d-1
        2026-01-01 acme disbursement.reported x-3 4 USD 2026-03-01 deal=d-1
        2026-01-01 acme disbursement.reported x-4 8 USD 2026-03-11 deal=d-1
        2026-01-01 acme disbursement.reported x-5 16 USD 2026-01-30 deal=d-1
        2026-01-01 acme disbursement.reported x-6 32 USD 2026-01-31 deal=d-1
        ",
        "
        measures any p-1 2026-02     = 3:3
        measures any p-1 2026-03     = 12:12
        measures initial p-1 2026-02 = 3:3
        measures initial p-1 2026-03 = nothing
        measures renewal p-1 2026-02 = nothing
        measures renewal p-1 2026-03 = 4:4
        measures months p-1 2026-01  = 48:48
        measures before p-1 2026-01  = 16:16
        measures before p-1 2026-02  = nothing
        measures months p-1 2026-02  = 1:1
        measures months p-1 2026-03  = nothing
        ",
    );
}

#[test]
fn m2_a_measure_is_the_partner_or_each_account() {
    check_plan(
        "
        2026-01-01 book plan one  consumption mode=volume bands=0:0.1,10:0.2
        2026-01-01 book plan each consumption mode=volume bands=0:0.1,10:0.2 measure=account
        2026-01-05 acme usage.recorded lake 6 USD
        2026-01-05 bolt usage.recorded lake 10 USD
        ",
        "
        measures one p-1 2026-01  = 16:3.2
        measures each p-1 2026-01 = acme:6:0.6 bolt:10:2
        ",
    );
}

/// What a plan of this mode schedules for a base.
#[track_caller]
fn check_schedule(mode: &str, base: &str, expected: &str) {
    let plan = format!("2026-01-01 book plan a consumption mode={mode} bands=0:0.05,100:0.1,200:0.2\n");
    let used = format!("2026-01-05 acme usage.recorded lake {base} USD\n");
    check_plan(&format!("{plan}{used}"), &format!("scheduled a p-1 2026-01 = {expected}"));
}

#[test]
fn m3_flat_volume_and_graduated_pay_at_the_edges_of_their_bands() {
    for (mode, base, expected) in [
        ("flat", "250", "12.5"),
        ("volume", "99.99", "4.9995"),
        ("volume", "100", "10"),
        ("volume", "200", "40"),
        ("graduated", "100", "5"),
        ("graduated", "100.01", "5.001"),
        ("graduated", "200", "15"),
        ("graduated", "250", "25"),
    ] {
        check_schedule(mode, base, expected);
    }
}

#[test]
fn m3_a_negative_base_pays_the_negative_of_what_its_absolute_value_would() {
    for (mode, base, expected) in [
        ("flat", "-250", "-12.5"),
        ("volume", "-100", "-10"),
        ("graduated", "-250", "-25"),
        ("graduated", "-1", "-0.05"),
    ] {
        check_schedule(mode, base, expected);
    }
}

#[test]
fn m3_the_result_is_rounded_half_even_to_twelve_places() {
    check_schedule("flat", "0.00000000001", "0");
    check_schedule("flat", "0.00000000003", "0.000000000002");
    check_schedule("flat", "-0.00000000003", "-0.000000000002");
}

#[test]
fn m4_growth_that_reaches_a_band_exactly_multiplies_and_a_base_before_of_zero_never_does() {
    let plan = "2020-01-01 book plan #a a consumption bands=0:0.1 accelerator=previousPeriod,0.1:1.25,0.5:2,0.2:1.5\n";
    for (before, base, expected) in [
        ("100", "109.99", "10.999"),
        ("100", "110", "11x1.25"),
        ("100", "119.99", "11.999x1.25"),
        ("100", "120", "12x1.5"),
        ("100", "150", "15x2"),
        ("0", "150", "15"),
        ("-10", "150", "15"),
        ("100", "-500", "-50"),
    ] {
        let used = format!(
            "2025-12-05 acme usage.recorded #u1 lake {before} USD\n2026-01-05 acme usage.recorded #u2 lake {base} USD\n"
        );
        check_plan(&format!("{plan}{used}"), &format!("scheduled a p-1 2026-01 = {expected}"));
    }
}

#[test]
fn m4_the_compared_period_is_the_month_or_the_year_before_of_the_same_measure() {
    check_plan(
        "
        2020-01-01 book plan month consumption bands=0:0.1 accelerator=previousPeriod,0.1:2
        2020-01-01 book plan year  consumption bands=0:0.1 accelerator=samePeriodLastYear,0.1:2 measure=account
        2025-01-05 acme usage.recorded lake 100 USD
        2025-12-05 acme usage.recorded lake 300 USD
        2025-12-05 bolt usage.recorded lake 1 USD
        2026-01-05 acme usage.recorded lake 200 USD
        2026-01-05 bolt usage.recorded lake 200 USD
        ",
        "
        scheduled month p-1 2026-01 = 40x2
        scheduled year p-1 2026-01  = 20x2 20
        measures year p-1 2026-01   = acme:200:40 bolt:200:20
        ",
    );
    // A base that stays the same has grown by nothing; a negative one is never multiplied, whatever the bands.
    check_plan(
        "
        2020-01-01 book plan a consumption bands=0:0.1 accelerator=previousPeriod,0:1.5
        2025-12-05 acme usage.recorded lake 100 USD
        2026-01-05 acme usage.recorded lake 100 USD
        ",
        "scheduled a p-1 2026-01 = 10x1.5",
    );
    check_plan(
        "
        2020-01-01 book plan a consumption bands=0:0.1 accelerator=previousPeriod,-9:2
        2025-12-05 acme usage.recorded lake 100 USD
        2026-01-05 acme usage.recorded lake -500 USD
        ",
        "scheduled a p-1 2026-01 = -50",
    );
}

#[test]
fn m5_a_cap_limits_the_sum_over_the_measures_and_is_divided_by_their_positive_amounts() {
    let usage = "
        2026-01-05 acme usage.recorded #u1 lake 100 USD
        2026-01-05 bolt usage.recorded #u2 lake 200 USD
        2026-01-05 cord usage.recorded #u3 lake -60 USD
        2026-02-05 acme usage.recorded #u4 lake 100 USD
        2026-02-05 bolt usage.recorded #u5 lake 100 USD
        2026-02-05 cord usage.recorded #u6 lake 100 USD
    ";
    for (cap, expected) in [
        ("24", "acme:100:10 bolt:200:20 cord:-60:-6"),
        ("23.99", "acme:100:8 bolt:200:15.99 cord:-60:0"),
        ("0", "acme:100:0 bolt:200:0 cord:-60:0"),
    ] {
        let plan = format!("2026-01-01 book plan #a a consumption bands=0:0.1 measure=account cap={cap}\n");
        check_plan(&format!("{plan}{usage}"), &format!("measures a p-1 2026-01 = {expected}"));
    }
    let plan = "2026-01-01 book plan #a a consumption bands=0:0.1 measure=account cap=20\n";
    check_plan(&format!("{plan}{usage}"), "measures a p-1 2026-02 = acme:100:6.67 bolt:100:6.67 cord:100:6.66");
    let plan = "2026-01-01 book plan #a a consumption bands=0:0.1 cap=20\n";
    check_plan(&format!("{plan}{usage}"), "measures a p-1 2026-02 = 300:20");
}

#[test]
fn m6_an_amount_is_allocated_to_its_deals_by_base_toward_minus_infinity() {
    let plan = "2026-01-01 book plan #a a consumption bands=0:0.1\n";
    for (bases, expected) in [
        (["1", "1", "1"], "d-1:0.1 d-2:0.1 d-3:0.1"),
        (["0.1", "0.1", "0.1"], "d-1:0.01 d-2:0.01 d-3:0.01"),
        // Four cents among three: the unit that is left goes to the smallest deal.
        (["0.12", "0.12", "0.12"], "d-1:0.02 d-2:0.01 d-3:0.01"),
        // Minus four cents: toward minus infinity two each, two units are left.
        (["-0.12", "-0.12", "-0.12"], "d-1:-0.01 d-2:-0.01 d-3:-0.02"),
        (["30", "-10", "20"], "d-1:3 d-2:-1 d-3:2"),
        // The bases add up to zero.
        (["30", "-10", "-20"], "d-1:0 d-2:0 d-3:0"),
    ] {
        let used: String = ["acme", "bolt", "cord"]
            .iter()
            .zip(bases)
            .map(|(account, base)| format!("2026-01-05 {account} usage.recorded #{account} lake {base} USD\n"))
            .collect();
        check_plan(&format!("{plan}{used}"), &format!("commission a p-1 2026-01 = {expected}"));
    }
}

#[test]
fn m7_a_churn_fewer_than_so_many_days_after_the_initial_term_began_takes_back_a_share() {
    let said = |churned: &str, share: &str| {
        format!(
            "
            2020-01-01 partner/p-1 partner.enrolled
            2020-01-01 book policy cloud model=fixed(p-1:1)
            2020-01-01 book plan a consumption bands=0:0.1 clawback=90:{share}
            2026-01-01 acme deal.opened d-1 lines=lake:consumption
            2026-01-01 acme deal.won     d-1 2026-01-01..
            2026-03-01 acme deal.renewed d-1 2026-03-01..
            2026-01-05 acme usage.recorded lake 100.5 USD
            2026-02-05 acme usage.recorded lake 200 USD
            2026-02-05 acme usage.recorded lake -400 USD
            {churned}       acme deal.churned d-1
            "
        )
    };
    // The 90th day after the 1st of January is the 1st of April.
    check(&said("2026-04-01", "1"), "commission a p-1 2026-01 = d-1:10.05");
    check(
        &said("2026-03-31", "1"),
        "
        commission a p-1 2026-01             = d-1:0
        commission a p-1 2026-01 @2026-03-30 = d-1:10.05
        commission a p-1 2026-02             = d-1:0
        commission a p-1 2026-02 @2026-03-30 = d-1:-20
        ",
    );
    // Half of 10.05 is 5.025: half-even, 5.02 is taken back.
    check(&said("2026-03-31", "0.5"), "commission a p-1 2026-01 = d-1:5.03");
    check(&said("2025-12-31", "1"), "commission a p-1 2026-01 = d-1:10.05");
}

#[test]
fn m8_the_target_is_what_is_left_deal_by_deal() {
    check_plan(
        "
        2026-01-01 book plan a consumption bands=0:0.1 clawback=600:0.25 cap=12
        2026-01-05 acme usage.recorded lake 100 USD
        2026-01-05 bolt usage.recorded lake 100 USD
        2026-02-05 bolt deal.churned d-2
        ",
        "
        measures a p-1 2026-01   = 200:12
        commission a p-1 2026-01 = d-1:6 d-2:4.5
        ",
    );
}
