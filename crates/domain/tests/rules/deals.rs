//! Deals (D1–D5).

use super::check;

#[test]
fn d1_of_several_openings_the_earliest_that_resolves_counts() {
    check(
        "
        2026-01-02            bolt deal.opened d-1
        2026-01-01            x/1  deal.opened d-1
        2026-03-01            x/1  alias.linked acme
        2026-04-01            x/1  alias.unlinked
        2026-01-03            bolt deal.role_assigned d-1 p-bolt msp
        2026-01-03            acme deal.role_assigned d-1 p-acme msp
        2026-01-05            bolt deal.opened d-1 lead=l-late
        ",
        "
        deals bolt @2026-02-01          = d-1
        team d-1 2026-02-01 @2026-02-01 = p-bolt:msp
        deals bolt @2026-03-01          = nothing
        deals acme @2026-03-01          = d-1
        team d-1 2026-02-01 @2026-03-01 = p-acme:msp
        deals bolt                      = d-1
        ",
    );
}

#[test]
fn d1_events_before_the_opening_is_known_count_once_it_is() {
    check(
        "
        2026-01-01            acme deal.role_assigned d-1 p-1 msp
        2026-01-10            acme deal.won d-1 2026-01-10..
        2026-01-02@2026-02-01 acme deal.opened d-1
        ",
        "
        deals acme @2026-01-31 = nothing
        terms d-1              = initial:2026-01-10..
        team d-1 2026-01-10    = p-1:msp
        ",
    );
}

#[test]
fn d1_the_motion_is_the_leads_else_that_of_a_registration_else_direct() {
    check(
        "
        2026-01-01            acme lead.captured l-1 coSell
        2026-01-02            acme deal.opened d-1 lead=l-1 registration=r-1
        2026-01-02            acme deal.opened d-2 lead=l-unknown registration=r-1
        2026-01-02            acme deal.opened d-3 registration=r-1
        2026-01-02            acme deal.opened d-4
        2026-01-02            acme deal.opened d-5 lead=l-unknown
        2026-01-09            acme lead.captured l-1 direct
        2026-01-01            bolt lead.captured l-2 partnerInfluenced
        2026-01-02            acme deal.opened d-6 lead=l-2
        ",
        "
        motion d-1 = coSell
        motion d-2 = partnerSourced
        motion d-3 = partnerSourced
        motion d-4 = direct
        motion d-5 = direct
        motion d-6 = direct
        ",
    );
}

#[test]
fn d2_the_term_of_the_earliest_won_is_initial_and_every_other_a_renewal() {
    check(
        "
        2026-01-01 acme deal.opened d-1
        2026-03-01 acme deal.won     d-1 2026-03-01..2026-12-31
        2026-01-05 acme deal.won     d-1 2026-06-01..2026-06-30
        2026-01-04 acme deal.renewed d-1 2026-01-10..2026-01-31
        ",
        "
        terms d-1           = renewal:2026-01-10..2026-01-31 renewal:2026-03-01..2026-12-31 initial:2026-06-01..2026-06-30
        term d-1 2026-02-15 = none
        term d-1 2026-05-31 = renewal:2026-03-01..2026-12-31
        term d-1 2026-06-15 = initial:2026-06-01..2026-06-30
        term d-1 2026-07-01 = renewal:2026-03-01..2026-12-31
        ",
    );
}

#[test]
fn d2_of_several_terms_with_one_start_the_latest_events_stands() {
    check(
        "
        2026-01-01            acme deal.opened d-1
        2026-01-05@2026-02-01 acme deal.won d-1 2026-01-10..2026-06-30
        2026-01-06            acme deal.won d-1 2026-01-10..2026-03-31
        2026-01-07@2026-03-01 acme deal.won d-1 2026-01-10..
        ",
        "
        terms d-1 @2026-01-31 = initial:2026-01-10..2026-03-31
        terms d-1 @2026-02-28 = initial:2026-01-10..2026-03-31
        terms d-1             = initial:2026-01-10..
        ",
    );
}

#[test]
fn d2_a_churn_cuts_every_term_that_contains_its_day_to_end_the_day_before() {
    check(
        "
        2026-01-01 acme deal.opened d-1
        2026-01-10 acme deal.won     d-1 2026-01-10..2026-12-31
        2026-03-01 acme deal.renewed d-1 2026-03-01..
        2026-02-01 acme deal.renewed d-1 2026-02-01..2026-02-28
        2026-09-01 acme deal.renewed d-1 2026-09-01..
        2026-06-05 acme deal.churned d-1
        2026-07-05 acme deal.churned d-1
        ",
        "
        terms d-1           = initial:2026-01-10..2026-06-04 renewal:2026-02-01..2026-02-28 renewal:2026-03-01..2026-06-04 renewal:2026-09-01..
        term d-1 2026-06-04 = renewal:2026-03-01..2026-06-04
        term d-1 2026-06-05 = none
        term d-1 2026-09-01 = renewal:2026-09-01..
        ",
    );
}

#[test]
fn d2_a_churn_on_the_first_day_leaves_the_term_empty_and_on_the_last_cuts_one_day() {
    check(
        "
        2026-01-01 acme deal.opened d-1
        2026-01-10 acme deal.won     d-1 2026-01-10..2026-01-31
        2026-01-10 acme deal.churned d-1
        2026-01-01 acme deal.opened d-2
        2026-01-10 acme deal.won     d-2 2026-01-10..2026-01-31
        2026-01-31 acme deal.churned d-2
        2026-01-01 acme deal.opened d-3
        2026-01-10 acme deal.won     d-3 2026-01-10..2026-01-31
        2026-02-01 acme deal.churned d-3
        ",
        "
        terms d-1           = initial:2026-01-10..2026-01-09
        term d-1 2026-01-10 = none
        term d-1 2026-01-09 = none
        terms d-2           = initial:2026-01-10..2026-01-30
        terms d-3           = initial:2026-01-10..2026-01-31
        ",
    );
}

#[test]
fn d3_the_lines_of_a_day_are_those_of_the_latest_event_in_force() {
    check(
        "
        2026-01-01 acme deal.opened  d-1 lines=lake:consumption
        2026-01-10 acme deal.won     d-1 2026-02-01..2026-12-31 lines=warehouse@v:consumption
        2026-01-15 acme deal.renewed d-1 2027-01-01.. lines=seats:recurring:10:USD
        2026-01-20 acme deal.won     d-1 2026-02-01..2026-12-31
        2026-06-01 acme deal.changed d-1 lines=vault:license:5:EUR,lake:consumption
        ",
        "
        lines d-1 2025-12-31 = nothing
        lines d-1 2026-01-09 = lake:consumption
        lines d-1 2026-01-10 = warehouse@v:consumption
        lines d-1 2026-05-31 = warehouse@v:consumption
        lines d-1 2026-06-01 = vault:license lake:consumption
        lines d-1 2026-12-31 = vault:license lake:consumption
        lines d-1 2027-01-01 = seats:recurring
        ",
    );
}

#[test]
fn d3_lines_in_force_on_one_day_are_told_apart_by_their_events() {
    check(
        "
        2026-01-01           acme deal.opened  d-1
        2026-03-01           acme deal.changed d-1 lines=late:consumption
        2026-02-15           acme deal.renewed d-1 2026-03-01.. lines=early:consumption
        2026-02-01           acme deal.renewed d-1 2026-03-02.. lines=first:consumption
        2026-02-20           acme deal.renewed d-1 2026-03-02.. lines=second:consumption
        ",
        "
        lines d-1 2026-03-01 = late:consumption
        lines d-1 2026-03-02 = second:consumption
        ",
    );
}

#[test]
fn d4_a_role_is_held_from_its_assignment_until_its_removal_and_again_once_re_assigned() {
    check(
        "
        2026-01-01            acme deal.opened d-1
        2026-01-05            acme deal.role_assigned d-1 p-1 msp
        2026-01-05            acme deal.role_assigned d-1 p-1 si
        2026-01-08            acme deal.role_removed  d-1 p-1 msp
        2026-01-11            acme deal.role_assigned d-1 p-1 msp
        2026-01-20            acme deal.role_removed  d-1 p-2 msp
        2026-01-25T01:00:00Z  acme deal.role_removed  d-1 p-1 si
        2026-01-25T02:00:00Z  acme deal.role_assigned d-1 p-1 si
        2026-01-26T02:00:00Z  acme deal.role_assigned d-1 p-1 si
        2026-01-26T03:00:00Z  acme deal.role_removed  d-1 p-1 si
        ",
        "
        team d-1 2026-01-04 = nothing
        team d-1 2026-01-05 = p-1:msp p-1:si
        team d-1 2026-01-07 = p-1:msp p-1:si
        team d-1 2026-01-08 = p-1:si
        team d-1 2026-01-11 = p-1:msp p-1:si
        team d-1 2026-01-25 = p-1:msp p-1:si
        team d-1 2026-01-26 = p-1:msp
        ",
    );
}

#[test]
fn d5_usage_belongs_to_the_deal_it_names_if_that_is_the_accounts_and_in_term() {
    check(
        "
        2026-01-01 acme deal.opened d-1 lines=lake:consumption
        2026-01-10 acme deal.won    d-1 2026-01-10..2026-01-20
        2026-01-01 acme deal.opened d-2 lines=lake:consumption
        2026-01-01 acme deal.won    d-2 2026-01-01..
        2026-01-01 bolt deal.opened d-3 lines=lake:consumption
        2026-01-01 bolt deal.won    d-3 2026-01-01..
        2026-01-10 acme usage.recorded vault 1 USD deal=d-1
        2026-01-20 acme usage.recorded lake  2 USD deal=d-1
        2026-01-21 acme usage.recorded lake  4 USD deal=d-1
        2026-01-22 acme usage.recorded lake  8 USD deal=d-3
        2026-01-23 acme usage.recorded lake 16 USD deal=d-9
        ",
        "
        facts 2026-01 = consumption:none:lake:2026-01-21:4USD consumption:none:lake:2026-01-22:8USD consumption:none:lake:2026-01-23:16USD consumption:d-1:lake:2026-01-20:2USD consumption:d-1:vault:2026-01-10:1USD
        ",
    );
}

#[test]
fn d5_usage_that_names_no_deal_goes_to_the_one_whose_term_starts_last_then_to_the_greatest_id() {
    check(
        "
        2026-01-01 acme deal.opened d-1 lines=lake:consumption
        2026-01-01 acme deal.won    d-1 2026-01-05..2026-01-20
        2026-01-01 acme deal.opened d-2 lines=lake:consumption
        2026-01-01 acme deal.won    d-2 2026-01-01..
        2026-01-01 acme deal.opened d-3 lines=lake:consumption
        2026-01-01 acme deal.won    d-3 2026-01-01..
        2026-01-01 acme deal.opened d-4 lines=lake:recurring:0:USD,vault:consumption
        2026-01-01 acme deal.won    d-4 2026-01-09..
        2026-01-25 acme deal.changed d-3 lines=vault:consumption
        2026-01-04 acme usage.recorded lake  1 USD
        2026-01-10 acme usage.recorded lake  2 USD
        2026-01-21 acme usage.recorded lake  4 USD
        2026-01-26 acme usage.recorded lake  8 USD
        2026-01-10 acme usage.recorded pond 16 USD
        ",
        "
        facts 2026-01 = consumption:none:pond:2026-01-10:16USD consumption:d-1:lake:2026-01-10:2USD consumption:d-2:lake:2026-01-26:8USD consumption:d-3:lake:2026-01-04:1USD consumption:d-3:lake:2026-01-21:4USD
        ",
    );
}
