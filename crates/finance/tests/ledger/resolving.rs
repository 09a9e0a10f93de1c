//! What a subject resolves to, which deal is whose, which correction stands (I3, D1, F1): also where it is learned late.

use crate::check;

/// A plan that pays a tenth, and a partner who is given everything of both accounts.
pub(crate) const BEGINNING: &str = "
    2026-01-01 partner/p-1 partner.enrolled #p kinds=msp
    2026-01-01 book policy #q cloud model=roleSplit(msp:1)
    2026-01-01 book plan #f flat consumption bands=0:0.1
    2026-01-01 acme deal.opened #da d-a lines=lake:consumption
    2026-01-01 acme deal.won #wa d-a 2026-01-01..
    2026-01-01 acme deal.role_assigned #ra d-a p-1 msp
    2026-01-01 bolt deal.opened #db d-b lines=lake:consumption
    2026-01-01 bolt deal.won #wb d-b 2026-01-01..
    2026-01-01 bolt deal.role_assigned #rb d-b p-1 msp
";

#[track_caller]
fn check_ledger(said: &str, questions: &str) {
    check(&format!("{BEGINNING}{said}"), questions);
}

#[test]
fn i3_events_wait_in_suspense_until_their_alias_is_linked_and_move_with_it() {
    check_ledger(
        "
        2026-01-05            x/1 usage.recorded lake 100 USD
        2026-01-06            x/1 touch.recorded p-1 demo
        2026-06-01@2026-02-01 x/1 alias.linked acme
        2026-06-02@2026-03-01 x/1 alias.linked bolt
        2026-06-03@2026-04-01 x/1 alias.unlinked
        ",
        "
        unresolved @2026-01-05          = x/1:1
        unresolved @2026-01-31          = x/1:2
        credits p-1 2026-01 @2026-01-31 = nothing
        unresolved @2026-02-01          = nothing
        credits p-1 2026-01 @2026-02-01 = acme:d-a:100
        credits p-1 2026-01 @2026-03-01 = bolt:d-b:100
        credits p-1 2026-01 @2026-04-01 = nothing
        unresolved                      = x/1:2
        ",
    );
}

#[test]
fn f1_of_several_corrections_the_latest_by_recorded_then_source_then_id_stands() {
    check_ledger(
        "
        2026-01-05            acme usage.recorded  #u-1 lake 100 USD
        2026-09-01@2026-02-01 acme usage.corrected #a:9 u-1 90
        2026-01-01@2026-03-01 acme usage.corrected #a:1 u-1 80
        2026-01-02@2026-03-01 acme usage.corrected #a:2 u-1 70
        2026-01-01@2026-03-01 acme usage.corrected #b:0 u-1 60
        2026-01-01@2026-04-01 acme usage.corrected #c:0 u-1 0
        2026-01-01@2026-04-02 acme usage.corrected #c:1 z:u-1 5
        ",
        "
        credits p-1 2026-01 @2026-01-31 = acme:d-a:100
        credits p-1 2026-01 @2026-02-01 = acme:d-a:90
        credits p-1 2026-01 @2026-03-01 = acme:d-a:60
        credits p-1 2026-01 @2026-04-01 = nothing
        credits p-1 2026-01             = nothing
        credits p-1 2026-09             = nothing
        ",
    );
}

#[test]
fn f1_a_correction_said_of_another_subject_stands_from_when_it_was_learned() {
    check_ledger(
        "
        2026-01-05            acme usage.recorded  #u-1 lake 100 USD
        2026-01-05@2026-03-01 cord usage.corrected #c-1 u-1 80
        2026-01-05@2026-05-01 dune account.opened  #last
        ",
        "
        credits p-1 2026-01 @2026-02-01 = acme:d-a:100
        credits p-1 2026-01 @2026-03-01 = acme:d-a:80
        credits p-1 2026-01             = acme:d-a:80
        ",
    );
}

#[test]
fn d1_a_deal_opened_twice_follows_its_earliest_opening_that_resolves() {
    check_ledger(
        "
        2026-01-02@2026-01-20 x/1  deal.opened #o-1 d-1 lines=pond:consumption
        2026-01-03@2026-01-03 bolt deal.opened #o-2 d-1 lines=pond:consumption
        2026-01-04 bolt deal.won           #w-2 d-1 2026-01-04..
        2026-01-04 bolt deal.role_assigned #r-2 d-1 p-1 msp
        2026-01-04 acme deal.won           #w-1 d-1 2026-01-04..
        2026-01-04 acme deal.role_assigned #r-1 d-1 p-1 msp
        2026-01-05 acme usage.recorded     #u-1 pond 1 USD
        2026-01-05 bolt usage.recorded     #u-2 pond 2 USD
        2026-06-01@2026-02-01 x/1 alias.linked acme
        2026-06-02@2026-03-01 x/1 alias.unlinked
        2026-01-01@2026-04-01 acme deal.opened #o-3 d-1 lines=pond:consumption
        2026-01-05@2026-05-01 dune account.opened #last
        ",
        "
        credits p-1 2026-01 @2026-01-31 = bolt:d-1:2
        credits p-1 2026-01 @2026-02-01 = acme:d-1:1
        unattributed        @2026-02-01 = bolt:pond:2:1
        credits p-1 2026-01 @2026-03-01 = bolt:d-1:2
        unattributed        @2026-03-01 = acme:pond:1:1
        credits p-1 2026-01 @2026-04-01 = acme:d-1:1
        credits p-1 2026-01             = acme:d-1:1
        ",
    );
}

#[test]
fn d5_usage_without_a_deal_is_unattributed_and_f5_a_fact_without_a_rate_unconverted() {
    check_ledger(
        "
        2026-01-05 acme usage.recorded #u-1 pond 1 USD
        2026-01-06 acme usage.recorded #u-2 pond 2 USD
        2026-01-06 acme usage.recorded #u-3 lake 4 EUR
        2026-01-06 acme usage.recorded #u-4 pond 8 EUR
        2026-01-07 cord disbursement.reported #x-1 x-1 16 USD 2026-01-07
        2026-01-06@2026-03-01 book rate.published #r EUR USD 2026-01-01 2
        ",
        "
        unattributed @2026-02-01 = acme:pond:8:1 acme:pond:3:2 cord::16:1
        unconverted @2026-02-01  = EUR:4:1
        unconverted              = nothing
        credits p-1 2026-01      = acme:d-a:8
        ",
    );
}

#[test]
fn f5_what_has_no_rate_is_counted_by_the_days_sum_that_would_have_one() {
    check_ledger(
        "
        2026-01-06 acme usage.recorded #u-1 lake 4 EUR
        2026-01-06 acme usage.recorded #u-2 lake 5 EUR
        2026-01-07 acme usage.recorded #u-3 lake 6 EUR
        2026-01-07 acme usage.recorded #u-4 lake 7 JPY
        ",
        "
        unconverted         = EUR:15:2 JPY:7:1
        credits p-1 2026-01 = nothing
        ",
    );
}

#[test]
fn f4_no_earlier_offer_stands_in_for_one_whose_deal_the_account_does_not_have() {
    check_ledger(
        "
        2026-01-02            acme offer.accepted        #o-1 d-a agr-1
        2026-01-03            acme offer.accepted        #o-2 d-new agr-1
        2026-01-20            acme disbursement.reported #x-1 x-1 16 USD 2026-01-20 agreement=agr-1
        2026-01-01@2026-03-01 acme deal.opened           #on d-new
        ",
        "
        unattributed @2026-02-01 = acme::16:1
        unattributed             = nothing
        ",
    );
}

#[test]
fn t1_what_recurs_without_a_rate_is_suspended_up_to_the_period_of_the_instant() {
    check_ledger(
        "
        2026-01-01 acme deal.changed #z d-a lines=seats:recurring:31:EUR
        2026-03-15 cord account.opened #last
        ",
        "
        unconverted @2026-01-31 = EUR:31:31
        unconverted @2026-02-28 = EUR:62:59
        unconverted             = EUR:93:90
        unconverted @2026-04-02 = EUR:124:120
        ",
    );
}
