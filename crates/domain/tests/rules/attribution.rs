//! Attribution of a deal, on a day, for a product and vendor, in a pool (A1–A8).

use super::check;

/// Partners who are enrolled, and a deal of acme's that is open and won.
const DEAL: &str = "
    2020-01-01 partner/p-1 partner.enrolled #p-1
    2020-01-01 partner/p-2 partner.enrolled #p-2
    2020-01-01 partner/p-3 partner.enrolled #p-3
    2020-01-01 partner/p-4 partner.enrolled #p-4
    2026-01-10 acme deal.opened #d lead=l-1 d-1 lines=lake@v:consumption
    2026-02-01 acme deal.won    #w d-1 2026-02-01..
";

#[track_caller]
fn check_deal(said: &str, questions: &str) {
    check(&format!("{DEAL}{said}"), questions);
}

#[test]
fn a1_the_version_in_force_is_the_one_begun_last_unless_it_has_ended() {
    check_deal(
        "
        2026-01-01            book policy cloud from=2026-01-01               model=fixed(p-1:0.1)
        2026-01-02            book policy cloud from=2026-03-01 to=2026-03-31 model=fixed(p-1:0.3)
        2026-01-03@2026-08-01 book policy cloud from=2026-03-01 to=2026-03-31 model=fixed(p-1:0.4)
        2026-01-01@2026-09-01 book policy cloud from=2026-03-01 to=2026-12-31 model=fixed(p-1:0.5)
        2026-01-01            book policy cloud from=2026-05-01               model=fixed(p-1:0.6)
        ",
        "
        split d-1 2025-12-31 lake@v = none retained:1
        split d-1 2026-02-28 lake@v = cloud@2026-01-01 p-1:fixed:0.1 retained:0.9
        split d-1 2026-03-01 lake@v @2026-07-01 = cloud@2026-03-01 p-1:fixed:0.3 retained:0.7
        split d-1 2026-03-31 lake@v = cloud@2026-03-01 p-1:fixed:0.4 retained:0.6
        split d-1 2026-04-01 lake@v = none retained:1
        split d-1 2026-05-01 lake@v = cloud@2026-05-01 p-1:fixed:0.6 retained:0.4
        ",
    );
}

#[test]
fn a1_the_highest_priority_decides_then_the_smallest_id_and_every_named_list_must_match() {
    check_deal(
        "
        2026-01-01 acme lead.captured l-1 coSell
        2026-01-15 acme account.opened markets=health,north
        2026-03-01 acme account.opened markets=north
        2026-01-01 book policy b-default model=none
        2026-01-01 book policy a-later   model=none priority=1 products=pond
        2026-01-01 book policy c-vendor  model=none priority=1 vendors=v,w
        2026-01-01 book policy d-vendor  model=none priority=1 vendors=v
        2026-01-01 book policy health    model=none priority=2 markets=health
        2026-01-01 book policy direct    model=none priority=3 motions=direct,partnerSourced
        2026-01-01 book policy both      model=none priority=4 products=lake vendors=other motions=coSell
        ",
        "
        split d-1 2026-01-01 lake@v = health retained:1
        split d-1 2026-02-28 lake@v = health retained:1
        split d-1 2026-03-01 lake@v = c-vendor retained:1
        split d-1 2026-03-01 lake   = b-default retained:1
        split d-1 2026-03-01 pond@v = a-later retained:1
        split d-1 2026-03-01 -      = b-default retained:1
        split d-1 2026-03-01 lake@other = both retained:1
        ",
    );
}

#[test]
fn a1_every_pool_is_attributed_by_itself_and_revenue_is_always_one() {
    check_deal("", "pools = revenue");
    check_deal(
        "
        2026-01-01            book policy team  model=fixed(p-1:1) pool=overlay priority=9
        2026-01-01@2026-02-01 book policy cloud model=fixed(p-2:1)
        ",
        "
        pools                               = overlay revenue
        split d-1 2026-03-01 lake@v overlay = team p-1:fixed:1 retained:0
        split d-1 2026-03-01 lake@v         = cloud p-2:fixed:1 retained:0
        split d-1 2026-03-01 lake@v @2026-01-31 = none retained:1
        split d-1 2026-03-01 lake@v quota   = none retained:1
        ",
    );
}

#[test]
fn a3_a_roles_share_is_divided_equally_and_what_nobody_holds_is_retained() {
    check_deal(
        "
        2026-01-01 book policy cloud model=roleSplit(msp:0.2,si:0.1,isv:0.3)
        2026-02-01 acme deal.role_assigned d-1 p-1 msp
        2026-02-01 acme deal.role_assigned d-1 p-3 si
        2026-02-01 acme deal.role_assigned d-1 p-2 si
        2026-02-01 acme deal.role_assigned d-1 p-1 si
        2026-02-01 acme deal.role_assigned d-1 p-4 other
        2026-03-01 acme deal.role_removed  d-1 p-1 msp
        2026-04-01 acme deal.role_removed  d-1 p-1 si
        2026-04-01 acme deal.role_removed  d-1 p-2 si
        2026-04-01 acme deal.role_removed  d-1 p-3 si
        ",
        "
        split d-1 2026-02-01 lake@v = cloud p-1:msp:0.2 p-1:si:0.033333334 p-2:si:0.033333333 p-3:si:0.033333333 retained:0.7
        split d-1 2026-03-01 lake@v = cloud p-1:si:0.033333334 p-2:si:0.033333333 p-3:si:0.033333333 retained:0.9
        split d-1 2026-04-01 lake@v = cloud retained:1
        ",
    );
}

#[test]
fn a3_redistribute_divides_the_tables_total_among_the_held_roles() {
    check_deal(
        "
        2026-01-01 book policy cloud model=redistribute(msp:0.2,si:0.1,isv:0.4)
        2026-02-01 acme deal.role_assigned d-1 p-1 msp
        2026-02-01 acme deal.role_assigned d-1 p-2 si
        2026-03-01 acme deal.role_removed  d-1 p-2 si
        2026-04-01 acme deal.role_removed  d-1 p-1 msp
        ",
        "
        split d-1 2026-02-01 lake@v = cloud p-1:msp:0.466666667 p-2:si:0.233333333 retained:0.3
        split d-1 2026-03-01 lake@v = cloud p-1:msp:0.7 retained:0.3
        split d-1 2026-04-01 lake@v = cloud retained:1
        ",
    );
}

/// Asks who protects the deal when these registration events are said.
#[track_caller]
fn check_protection(said: &str, expected: &str) {
    let policy = "2026-01-01 book policy #policy cloud model=protection(0.7,none)\n";
    check_deal(&format!("{policy}{said}"), &format!("split d-1 2026-02-01 lake@v = cloud {expected}"));
}

const PROTECTED: &str = "p-1:registrant:0.7 retained:0.3";
const UNPROTECTED: &str = "retained:1";

#[test]
fn a4_a_registration_protects_from_its_approval_until_exclusivity_ends() {
    let submitted = "2026-01-01 acme registration.submitted r-1 p-1\n";
    for (said, expected) in [
        ("", UNPROTECTED),
        ("2026-01-10 acme registration.approved r-1 2026-01-10", PROTECTED),
        ("2026-01-11 acme registration.approved r-1 2026-12-31", UNPROTECTED),
        ("2026-01-02 acme registration.approved r-1 2026-01-09", UNPROTECTED),
        ("2026-01-02 bolt registration.approved r-1 2026-12-31", UNPROTECTED),
        ("2026-01-02 acme registration.extended r-1 2026-12-31", UNPROTECTED),
    ] {
        check_protection(&format!("{submitted}{said}"), expected);
    }
    let approved = "2026-01-02 acme registration.approved r-1 2026-01-09\n";
    for (said, expected) in [
        ("2026-01-10 acme registration.extended r-1 2026-01-10", PROTECTED),
        ("2026-01-11 acme registration.extended r-1 2026-12-31", UNPROTECTED),
        (
            "2026-01-03 acme registration.extended r-1 2026-12-31\n2026-01-04 acme registration.approved r-1 2026-01-08",
            UNPROTECTED,
        ),
        (
            "2026-01-05 acme registration.extended r-1 2026-12-31\n2026-01-10 acme registration.rejected r-1",
            UNPROTECTED,
        ),
        ("2026-01-05 acme registration.extended r-1 2026-12-31\n2026-01-11 acme registration.rejected r-1", PROTECTED),
        (
            "2026-01-05 acme registration.extended r-1 2026-12-31\n2026-01-06 acme registration.withdrawn r-1",
            UNPROTECTED,
        ),
    ] {
        check_protection(&format!("{submitted}{approved}{said}"), expected);
    }
    check_protection(approved, UNPROTECTED);
}

#[test]
fn a4_a_registrations_products_meet_those_of_the_opening_day() {
    let approved = "2026-01-02 acme registration.approved #a r-1 2026-12-31\n";
    for (said, expected) in [
        ("2026-01-01 acme registration.submitted r-1 p-1 products=pond,lake", PROTECTED),
        ("2026-01-01 acme registration.submitted r-1 p-1 products=pond", UNPROTECTED),
        (
            "2026-01-01 acme registration.submitted r-1 p-1 products=pond\n2026-01-11 acme deal.changed d-1 lines=pond:consumption",
            UNPROTECTED,
        ),
        (
            "2026-01-01 acme registration.submitted r-1 p-1 products=pond\n2026-01-10 acme deal.changed #z d-1 lines=pond:consumption",
            PROTECTED,
        ),
    ] {
        check_protection(&format!("{approved}{said}"), expected);
    }
    // A deal without lines meets all.
    check(
        "
        2020-01-01 partner/p-1 partner.enrolled
        2026-01-01 book policy cloud model=protection(1,none)
        2026-01-01 acme registration.submitted r-1 p-1 products=pond
        2026-01-02 acme registration.approved r-1 2026-12-31
        2026-01-10 acme deal.opened d-1
        ",
        "split d-1 2026-02-01 lake@v = cloud p-1:registrant:1 retained:0",
    );
}

#[test]
fn a4_the_earliest_submitted_protects_minus_those_an_adjudication_names_without_making_them_its_winner() {
    check_deal(
        "
        2026-01-01            book policy cloud model=protection(0.7,none)
        2026-01-02            acme registration.submitted r-2 p-2
        2026-01-03            acme registration.submitted r-1 p-1
        2026-01-04            acme registration.submitted r-3 p-3
        2026-01-05            acme registration.approved  r-3 2026-12-31
        2026-01-06            acme registration.approved  r-1 2026-12-31
        2026-01-07            acme registration.approved  r-2 2026-12-31
        2026-08-01@2026-03-01 acme registration.adjudicated r-1,r-2 r-1
        2026-08-01@2026-04-01 acme registration.adjudicated r-1,r-3 r-9
        ",
        "
        split d-1 2026-02-01 lake@v @2026-02-28 = cloud p-2:registrant:0.7 retained:0.3
        split d-1 2026-02-01 lake@v @2026-03-01 = cloud p-1:registrant:0.7 retained:0.3
        split d-1 2026-02-01 lake@v             = cloud retained:1
        source d-1 @2026-03-01                  = p-1
        source d-1                              = none
        ",
    );
}

#[test]
fn a4_the_rest_is_divided_by_otherwise_scaled_down_and_without_a_registration_otherwise_stands_alone() {
    let said = "
        2026-01-01 book policy #q cloud model=protection(0.333333333,roleSplit(msp:0.333333333,si:0.5))
        2026-02-01 acme deal.role_assigned #m d-1 p-1 msp
        2026-02-01 acme deal.role_assigned #n d-1 p-2 si
    ";
    check_deal(said, "split d-1 2026-02-01 lake@v = cloud p-1:msp:0.333333333 p-2:si:0.5 retained:0.166666667");
    let registered = "
        2026-01-03 acme registration.submitted r-1 p-1
        2026-01-06 acme registration.approved  r-1 2026-12-31
    ";
    check_deal(
        &format!("{said}{registered}"),
        "split d-1 2026-02-01 lake@v = cloud p-1:msp:0.222222222 p-1:registrant:0.333333333 p-2:si:0.333333333 retained:0.111111112",
    );
}

#[test]
fn a5_the_source_is_the_registrant_else_the_leads_partner_else_the_first_rightful_claim_else_the_last_assigned() {
    let said = "
        2026-01-01            book policy #q cloud model=source(0.4,fixed(p-4:0.5))
        2026-03-02@2026-03-02 acme lead.assigned #a l-1 p-1
        2026-03-01@2026-03-03 acme lead.assigned #b l-1 p-2
        2026-03-01@2026-04-01 acme lead.offered  #c l-1 p-2,p-3
        2026-01-01@2026-04-02 acme lead.claimed  #d1 l-1 p-1
        2026-01-02@2026-04-03 acme lead.claimed  #e l-1 p-3
        2026-01-03@2026-04-04 acme lead.claimed  #f l-1 p-2
        2026-01-01@2026-05-01 acme lead.captured #g l-1 direct
        2026-01-02@2026-05-02 acme lead.captured #h l-1 direct partner=p-2
        2026-01-01@2026-06-01 bolt lead.captured #i l-1 direct partner=p-4
        2025-12-31@2026-06-02 acme lead.captured #j l-1 direct partner=p-1
        2026-01-05@2026-07-01 acme registration.submitted #k r-1 p-4
        2026-01-05@2026-07-01 acme registration.approved  #l r-1 2026-12-31
    ";
    check_deal(
        said,
        "
        source d-1 @2026-03-01 = none
        split d-1 2026-03-01 lake@v @2026-03-01 = cloud p-4:fixed:0.5 retained:0.5
        source d-1 @2026-03-02 = p-1
        source d-1 @2026-03-03 = p-1
        split d-1 2026-03-01 lake@v @2026-03-03 = cloud p-1:source:0.4 p-4:fixed:0.3 retained:0.3
        source d-1 @2026-04-01 = p-1
        source d-1 @2026-04-02 = p-1
        source d-1 @2026-04-03 = p-3
        source d-1 @2026-04-04 = p-3
        source d-1 @2026-05-02 = p-3
        source d-1 @2026-06-01 = p-3
        source d-1 @2026-06-02 = p-1
        source d-1             = p-4
        split d-1 2026-03-01 lake@v = cloud p-4:fixed:0.3 p-4:source:0.4 retained:0.3
        ",
    );
}

#[test]
fn a5_a_claim_without_an_offer_to_its_partner_is_none() {
    check_deal(
        "
        2026-01-02 acme lead.claimed l-1 p-1
        2026-01-03 acme lead.offered l-1 p-2
        2026-01-03 acme lead.offered l-2 p-1
        ",
        "source d-1 = none",
    );
}

#[test]
fn a6_touches_count_from_the_lookback_to_the_first_won_day_or_to_the_day_where_it_is_not_won_yet() {
    // The deal is won on the 1st of February; ten days before is the 22nd of January.
    let said = "
        2026-01-01 book policy #q cloud model=touch(linear,10)
        2026-01-12 acme touch.recorded #a p-4 demo
        2026-01-21 acme touch.recorded #b p-1 demo
        2026-01-22 acme touch.recorded #c p-2 demo
        2026-02-01 acme touch.recorded #d1 p-3 workshop deal=d-1
        2026-02-01 acme touch.recorded #e p-1 demo deal=d-2
        2026-02-02 acme touch.recorded #f p-1 demo
        2026-03-01 acme deal.won #g d-1 2026-03-01..
    ";
    check_deal(
        said,
        "
        split d-1 2026-01-21 lake@v = cloud p-1:touch:0.5 p-4:touch:0.5 retained:0
        split d-1 2026-01-31 lake@v = cloud p-1:touch:0.5 p-2:touch:0.5 retained:0
        split d-1 2026-02-01 lake@v = cloud p-2:touch:0.5 p-3:touch:0.5 retained:0
        split d-1 2026-12-01 lake@v = cloud p-2:touch:0.5 p-3:touch:0.5 retained:0
        split d-1 2026-01-11 lake@v = cloud retained:1
        ",
    );
    check_deal(
        &said.replace("10)", "10,workshop+other)"),
        "split d-1 2026-02-01 lake@v = cloud p-3:touch:1 retained:0",
    );
    check_deal(&said.replace("10)", "0)"), "split d-1 2026-02-01 lake@v = cloud p-3:touch:1 retained:0");
}

#[test]
fn a6_weightings_weigh_the_touches_in_their_order_and_add_up_per_partner() {
    let touches = "
        2026-01-22           acme touch.recorded #b p-1 demo
        2026-01-28           acme touch.recorded #c p-2 demo
        2026-01-31           acme touch.recorded #d1 p-1 demo
        2026-02-01T01:00:00Z acme touch.recorded #f p-3 demo
        2026-02-01T01:00:00Z acme touch.recorded #e p-2 demo
    ";
    for (weighting, expected) in [
        ("first", "p-1:touch:1 retained:0"),
        ("last", "p-3:touch:1 retained:0"),
        ("linear", "p-1:touch:0.4 p-2:touch:0.4 p-3:touch:0.2 retained:0"),
        // Ten, four, one and no days before: 1/4, and 1 for each of the others.
        ("decay:5", "p-1:touch:0.294117647 p-2:touch:0.470588235 p-3:touch:0.235294118 retained:0"),
        // 2^-10, 2^-4, 2^-1, 1, 1: in 2625ths 513, 1088 and 1024.
        ("decay:1", "p-1:touch:0.195428571 p-2:touch:0.414476191 p-3:touch:0.390095238 retained:0"),
        // 0.4 to the first, 0.3 to the last, 0.1 to each between.
        ("position:0.4:0.3", "p-1:touch:0.5 p-2:touch:0.2 p-3:touch:0.3 retained:0"),
        ("position:0.5:0.5", "p-1:touch:0.5 p-3:touch:0.5 retained:0"),
    ] {
        let policy = format!("2026-01-01 book policy #q cloud model=touch({weighting},30)\n");
        check_deal(&format!("{policy}{touches}"), &format!("split d-1 2026-02-01 lake@v = cloud {expected}"));
    }
}

#[test]
fn a6_position_divides_two_touches_first_to_last_and_gives_one_all() {
    let policy = "2026-01-01 book policy #q cloud model=touch(position:0.4:0.2,30)\n";
    let one = "2026-01-22 acme touch.recorded #b p-1 demo\n";
    let two = "2026-01-28 acme touch.recorded #c p-2 demo\n";
    check_deal(&format!("{policy}{one}"), "split d-1 2026-02-01 lake@v = cloud p-1:touch:1 retained:0");
    let expected = "cloud p-1:touch:0.666666667 p-2:touch:0.333333333 retained:0";
    check_deal(&format!("{policy}{one}{two}"), &format!("split d-1 2026-02-01 lake@v = {expected}"));
}

#[test]
fn a6_decay_is_exact_through_hundreds_of_halvings() {
    check_deal(
        "
        2026-01-01 book policy cloud model=touch(decay:1,365)
        2025-02-01 acme touch.recorded p-1 demo
        2026-01-31 acme touch.recorded p-2 demo
        ",
        // 1 against 2^364: the unit that is left over goes to the greater remainder.
        "split d-1 2026-02-01 lake@v = cloud p-2:touch:1 retained:0",
    );
    check_deal(
        "
        2026-01-01 book policy cloud model=touch(decay:1,365)
        2025-02-01 acme touch.recorded p-1 demo
        2025-02-02 acme touch.recorded p-2 demo
        ",
        "split d-1 2026-02-01 lake@v = cloud p-1:touch:0.333333333 p-2:touch:0.666666667 retained:0",
    );
}

#[test]
fn a7_the_share_of_a_partner_who_is_not_enrolled_by_the_day_is_retained() {
    check_deal(
        "
        2026-01-01 book policy cloud model=fixed(p-1:0.1,p-8:0.2,p-9:0.3)
        2026-03-01 partner/p-8 partner.enrolled
        2026-02-15@2026-05-01 partner/p-8 partner.enrolled
        2026-01-01 book policy team pool=team model=roleSplit(msp:1)
        2026-02-01 acme deal.role_assigned d-1 p-8 msp
        2026-02-01 acme deal.role_assigned d-1 p-1 msp
        ",
        "
        split d-1 2026-02-28 lake@v @2026-04-30 = cloud p-1:fixed:0.1 retained:0.9
        split d-1 2026-03-01 lake@v @2026-04-30 = cloud p-1:fixed:0.1 p-8:fixed:0.2 retained:0.7
        split d-1 2026-02-15 lake@v             = cloud p-1:fixed:0.1 p-8:fixed:0.2 retained:0.7
        split d-1 2026-02-14 lake@v team        = team p-1:msp:0.5 retained:0.5
        ",
    );
}

#[test]
fn a8_influencers_are_those_with_a_touch_or_a_role_other_than_the_source() {
    check_deal(
        "
        2026-01-01 acme lead.captured l-1 coSell partner=p-1
        2026-01-15 acme touch.recorded p-1 demo
        2026-01-20 acme touch.recorded p-2 other
        2025-01-20 acme touch.recorded p-9 marketing deal=d-1
        2026-01-20 acme touch.recorded p-8 demo deal=d-2
        2026-01-21 acme deal.role_assigned d-1 p-3 msp
        2026-01-21 acme deal.role_assigned d-1 p-1 si
        2026-01-25 acme deal.role_removed  d-1 p-3 msp
        2026-01-01 book policy cloud model=none
        ",
        "
        source d-1                  = p-1
        influencers d-1 2026-01-19  = p-9
        influencers d-1 2026-01-20  = p-2 p-9
        influencers d-1 2026-01-21  = p-2 p-3 p-9
        influencers d-1 2026-01-25  = p-2 p-9
        split d-1 2026-01-21 lake@v = cloud retained:1
        ",
    );
}
