//! What each system says of a deal, who is right, and where they differ (O1–O4). O5 is tested where names are read.

use super::check;

#[test]
fn o1_an_observation_says_the_fields_that_it_names_and_those_that_it_clears_and_nothing_of_others() {
    check(
        "
        2026-01-01 acme deal.opened   d-1
        2026-01-02 acme deal.observed d-1 salesforce crm stage=Proposal amount=100
        2026-01-05 acme deal.observed d-1 salesforce crm amount=120 currency=EUR cleared=closeDate
        2026-01-06 acme deal.observed d-2 salesforce crm stage=Won
        ",
        "
        fields d-1 2026-01-04           = stage amount
        field  d-1 stage     2026-01-06 = salesforce:Proposal:2026-01-02
        field  d-1 amount    2026-01-04 = salesforce:100_USD:2026-01-02
        field  d-1 amount    2026-01-06 = salesforce:120_EUR:2026-01-05
        field  d-1 closeDate 2026-01-06 = salesforce:empty:2026-01-05
        field  d-1 closeDate 2026-01-04 = unsaid
        ",
    );
}

#[test]
fn o1_what_another_account_says_of_a_deal_is_not_said_of_it() {
    check(
        "
        2026-01-01 acme deal.opened   d-1
        2026-01-02 bolt deal.observed d-1 salesforce crm stage=Won
        2026-01-03 crm/9 deal.observed d-1 hubspot crm stage=Lost
        2026-01-04@2026-02-01 crm/9 alias.linked acme
        ",
        "
        field d-1 stage 2026-01-05 @2026-01-31 = unsaid
        field d-1 stage 2026-01-05             = hubspot:Lost:2026-01-03
        ",
    );
}

#[test]
fn o1_an_accepted_offer_says_the_agreement_and_disbursements_say_what_was_paid() {
    check(
        "
        2026-01-01 acme deal.opened   d-1
        2026-01-03 acme offer.accepted d-1 agmt-1
        2026-02-01 acme disbursement.reported pay-1 90 USD 2026-02-01 agreement=agmt-1
        2026-02-03 acme disbursement.reported pay-2 10 EUR 2026-02-03 deal=d-1
        2026-03-01 acme disbursement.reported pay-1 80 USD 2026-02-01 agreement=agmt-1
        2026-02-04 acme disbursement.reported pay-3 55 USD 2026-02-04 agreement=agmt-2
        2026-02-05 acme deal.observed d-1 salesforce crm paid=90
        ",
        "
        field  d-1 agreement 2026-01-03             = ledger:agmt-1:2026-01-03
        field  d-1 agreement 2026-01-02             = unsaid
        field  d-1 paid      2026-02-02 @2026-02-28 = ledger:90_USD:2026-02-01
        field  d-1 paid      2026-02-05             = ledger:10_EUR,_80_USD:2026-03-01
        others d-1 paid      2026-02-05             = salesforce:90_USD:2026-02-05
        ",
    );
}

#[test]
fn o2_what_a_system_says_is_its_latest_word_and_stands_since_it_began_to_say_so() {
    check(
        "
        2026-01-01 acme deal.opened   d-1
        2026-01-02 acme deal.observed d-1 salesforce crm stage=Proposal
        2026-01-03 acme deal.observed d-1 salesforce crm stage=Proposal
        2026-01-09 acme deal.observed d-1 salesforce crm stage=Won
        2026-01-05@2026-02-01 acme deal.observed d-1 salesforce crm stage=Lost
        2026-01-07@2026-02-01 acme deal.observed d-1 salesforce crm stage=Proposal
        ",
        "
        field d-1 stage 2026-01-08 @2026-01-31 = salesforce:Proposal:2026-01-02
        field d-1 stage 2026-01-08             = salesforce:Proposal:2026-01-07
        field d-1 stage 2026-01-06             = salesforce:Lost:2026-01-05
        field d-1 stage 2026-01-31             = salesforce:Won:2026-01-09
        ",
    );
}

#[test]
fn o3_without_a_policy_each_field_has_the_kind_of_system_that_owns_it() {
    check(
        "
        2026-01-01 acme deal.opened   d-1
        2026-01-02 acme deal.observed d-1 aws    portal      stage=Launched acceptance=Approved accountName=ACME
        2026-01-03 acme deal.observed d-1 market marketplace agreement=agmt-1 stage=Active
        2026-01-04 acme deal.observed d-1 older  crm         stage=Open accountName=Acme
        2026-01-05 acme deal.observed d-1 newer  crm         stage=Won
        ",
        "
        field     d-1 stage       2026-01-03 = none
        others    d-1 stage       2026-01-03 = aws:Launched:2026-01-02 market:Active:2026-01-03
        field     d-1 stage       2026-01-04 = older:Open:2026-01-04
        field     d-1 stage       2026-01-05 = newer:Won:2026-01-05
        field     d-1 acceptance  2026-01-05 = aws:Approved:2026-01-02
        field     d-1 agreement   2026-01-05 = market:agmt-1:2026-01-03
        authority d-1 stage       2026-01-05 = crm
        authority d-1 accountName 2026-01-05 = crm
        ",
    );
}

#[test]
fn o3_the_policy_in_force_with_the_highest_priority_names_the_systems_and_the_first_that_spoke_is_right() {
    check(
        "
        2026-01-01 acme deal.opened d-1
        2026-01-01 book authority #a base stage=salesforce,hubspot amount=hubspot to=2026-06-30
        2026-01-01 book authority #b more stage=aws priority=5 from=2026-02-01
        2026-01-01 book authority #c also stage=market priority=5 from=2026-02-01
        2026-01-01 book authority #d base stage=hubspot from=2026-05-01
        2026-01-02 acme deal.observed d-1 hubspot    crm    stage=Open amount=10
        2026-01-03 acme deal.observed d-1 aws        portal stage=Launched
        2026-01-04 acme deal.observed d-1 salesforce crm    amount=20
        2026-01-08 acme deal.observed d-1 salesforce crm    stage=Won
        ",
        "
        authority d-1 stage  2026-01-05 = base:salesforce hubspot
        field     d-1 stage  2026-01-05 = hubspot:Open:2026-01-02
        field     d-1 stage  2026-01-31 = salesforce:Won:2026-01-08
        authority d-1 stage  2026-02-01 = also:market
        field     d-1 stage  2026-02-01 = none
        field     d-1 amount 2026-01-31 = hubspot:10_USD:2026-01-02
        authority d-1 amount 2026-05-01 = crm
        authority d-1 amount 2026-07-01 = crm
        ",
    );
}

#[test]
fn o4_systems_differ_where_they_say_something_else_than_the_authority_unless_the_policy_calls_it_the_same() {
    check(
        "
        2026-01-01 acme deal.opened d-1
        2026-01-01 book authority #a base stage=salesforce same=stage:Closed_Won|Launched|Committed from=2026-02-01
        2026-01-02 acme deal.observed d-1 salesforce crm    stage=Closed_Won amount=100 closeDate=2026-03-01
        2026-01-03 acme deal.observed d-1 aws        portal stage=Launched   amount=100.0 cleared=closeDate
        2026-01-04 acme deal.observed d-1 microsoft  portal stage=Active     amount=100 currency=EUR
        ",
        "
        others d-1 stage     2026-01-31 = aws:Launched:2026-01-03 microsoft:Active:2026-01-04
        others d-1 stage     2026-02-01 = microsoft:Active:2026-01-04
        others d-1 amount    2026-02-01 = microsoft:100_EUR:2026-01-04
        others d-1 closeDate 2026-02-01 = aws:empty:2026-01-03
        ",
    );
}
