//! What candidate policies would give (L6), as tables: a policy, and what it would change.

use tributary_domain::event::Body;
use tributary_domain::policy::Policy;
use tributary_domain::testing::{drafts, instant, period};
use tributary_events::policy::Novelty;
use tributary_finance::{PlanChange, WhatIf, what_if};

use crate::book::Ledger;

/// Two partners on two deals; usage of January and February, none of it closed.
const SAID: &str = "
    2026-01-01 partner/p-1 partner.enrolled kinds=msp
    2026-01-01 partner/p-2 partner.enrolled kinds=si
    2026-01-01 book policy cloud model=roleSplit(msp:0.5,si:0.2)
    2026-01-01 book plan growth consumption mode=volume bands=0:0.1,150:0.2
    2026-01-01 acme deal.opened d-1 lines=lake:consumption
    2026-01-01 acme deal.won d-1 2026-01-01..
    2026-01-01 acme deal.role_assigned d-1 p-1 msp
    2026-01-01 bolt deal.opened d-2 lines=lake:consumption
    2026-01-01 bolt deal.won d-2 2026-01-01..
    2026-01-01 bolt deal.role_assigned d-2 p-1 msp
    2026-01-01 bolt deal.role_assigned d-2 p-2 si
    2026-01-05 acme usage.recorded lake 100 USD
    2026-01-06 bolt usage.recorded lake 100 USD
    2026-02-05 acme usage.recorded lake 300 USD
";

pub(crate) fn policies(said: &str) -> Vec<Policy> {
    let policy = |body| match body {
        Body::PolicyPublished(policy) => *policy,
        other => panic!("no policy: {other:?}"),
    };
    drafts(said).into_iter().map(|draft| policy(draft.body)).collect()
}

/// `partner:before>after` for each partner, then `period:plan:deal:before>after` for each deal that differs.
fn shown(document: &WhatIf) -> String {
    let deals = |period: &str, plan: &PlanChange| -> Vec<String> {
        let deal = |of: &tributary_finance::DealChange| {
            format!("{period}:{}:{}:{}>{}", plan.plan, of.deal, of.amount.before, of.amount.after)
        };
        plan.deals.iter().map(deal).collect()
    };
    let mut all = Vec::new();
    for partner in &document.partners {
        all.push(format!("{}:{}>{}", partner.partner, partner.amount.before, partner.amount.after));
        for of in &partner.periods {
            all.extend(of.plans.iter().flat_map(|plan| deals(&of.period, plan)));
        }
    }
    all.join(" ")
}

#[track_caller]
fn check(candidates: &str, expected: &str) {
    let ledger = Ledger::of(drafts(SAID));
    let events = ledger.projection.counts();
    let now = ledger.view(None);
    let supposed = now.supposing(&policies(candidates));
    let document = what_if(&now, &supposed, period("2026-01")..=period("2026-02")).expect("an answer");
    assert_eq!(shown(&document), expected, "{candidates}");
    drop((now, supposed));
    assert_eq!(ledger.projection.counts(), events);
}

#[test]
fn l6_a_candidate_plan_pays_for_the_credit_as_it_is() {
    // A version of its own from February on.
    check(
        "2026-01-01 book plan growth consumption bands=0:0.3 from=2026-02-01",
        "p-1:40>55 2026-02:growth:d-1:30>45 p-2:2>2",
    );
    // A correction of the version that is known: also January is paid by it.
    check(
        "2026-01-01 book plan growth consumption bands=0:0.3",
        "p-1:40>75 2026-01:growth:d-1:5>15 2026-01:growth:d-2:5>15 2026-02:growth:d-1:30>45 p-2:2>6 2026-01:growth:d-2:2>6",
    );
}

#[test]
fn l6_a_candidate_attribution_policy_divides_every_fact_anew_and_moves_the_bands() {
    check(
        "2026-01-01 book policy cloud model=roleSplit(msp:0.8)",
        "p-1:40>80 2026-01:growth:d-1:5>16 2026-01:growth:d-2:5>16 2026-02:growth:d-1:30>48 p-2:2>0 2026-01:growth:d-2:2>0",
    );
}

#[test]
fn l6_a_candidate_may_name_partners_whom_no_history_does_and_a_pool_that_is_new() {
    check(
        "
        2026-01-01 book policy extra pool=extra model=fixed(p-2:0.5)
        2026-01-01 book plan extra consumption pool=extra bands=0:0.1 from=2026-02-01
        ",
        "p-1:40>40 p-2:2>17 2026-02:extra:d-1:0>15",
    );
}

#[test]
fn l6_a_what_if_in_the_past_knows_no_more_than_was_known_then() {
    let ledger = Ledger::of(drafts(SAID));
    let now = ledger.view(Some(instant("2026-01-05")));
    let supposed = now.supposing(&policies("2026-01-01 book policy cloud model=roleSplit(msp:0.8)"));
    let document = what_if(&now, &supposed, period("2026-01")..=period("2026-02")).expect("an answer");
    assert_eq!(shown(&document), "p-1:5>8 2026-01:growth:d-1:5>8");
}

#[test]
fn l6_a_what_if_says_what_publishing_each_candidate_would_be() {
    let ledger = Ledger::of(drafts(SAID));
    let now = ledger.view(None);
    let supposed = now.supposing(&policies(
        "
        2026-01-01 book plan growth consumption bands=0:0.3
        2026-01-01 book plan growth consumption bands=0:0.3 from=2026-03-01
        2026-01-01 book policy growth model=none
        ",
    ));
    let document = what_if(&now, &supposed, period("2026-01")..=period("2026-01")).expect("an answer");
    let said: Vec<Novelty> = document.candidates.iter().map(|candidate| candidate.publication).collect();
    assert_eq!(said, [Novelty::Correction, Novelty::Version, Novelty::New]);
}
