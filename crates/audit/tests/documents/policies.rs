//! Publishing documents: A, then B, then A again.

use proptest::prelude::*;
use serde_json::{Value, json};
use tributary_audit::policy::{diff_document, diff_versions, history, plan, show, summaries, unknown_names};
use tributary_domain::id::PolicyId;
use tributary_domain::policy::Policy;
use tributary_domain::testing::{day, instant};
use tributary_events::policy::{self, Novelty};
use tributary_intake::Outcome;

use crate::book::Ledger;

fn document(value: &Value) -> Policy {
    policy::check(value).expect("a policy")
}

/// A plan from a month on, that pays so much of a base.
fn flat(from: &str, rate: &str) -> Policy {
    let bands = json!([{"from": "0", "rate": rate}]);
    document(&json!({"kind": "commission", "id": "flat", "effectiveFrom": from, "basis": "consumption",
        "schedule": {"mode": "flat", "bands": bands}}))
}

/// Publishes, and gives what it was; the same again changes nothing.
fn publish(ledger: &Ledger, policy: &Policy) -> Novelty {
    let now = instant("2026-05-05");
    let planned = plan(&ledger.view(), policy, now);
    let (change, said) = (planned.publishing.change, Vec::from_iter(planned.draft));
    assert_eq!(said.is_empty(), change == Novelty::Unchanged);
    let outcomes = ledger.say(said.clone());
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Appended(_))), "{outcomes:?}");
    let again = ledger.say(said);
    assert!(again.iter().all(|outcome| matches!(outcome, Outcome::Duplicate(_))), "{again:?}");
    assert_eq!(plan(&ledger.view(), policy, now).publishing.change, Novelty::Unchanged);
    change
}

#[test]
fn words_that_stood_before_stand_again_and_the_history_has_all_three() {
    let ledger = Ledger::of("");
    let [a, b] = ["0.1", "0.2"].map(|rate| flat("2026-01-01", rate));
    let later = flat("2026-03-01", "0.3");
    let said = [&a, &b, &a, &later, &later].map(|policy| publish(&ledger, policy));
    assert_eq!(said, [Novelty::New, Novelty::Correction, Novelty::Correction, Novelty::Version, Novelty::Unchanged]);

    let (view, id) = (ledger.view(), PolicyId::new("flat").expect("an id"));
    let histories = history(&view, &id);
    let [only] = &histories[..] else { panic!("{histories:?}") };
    let [first, second] = &only.versions[..] else { panic!("{only:?}") };
    assert_eq!((first.in_force_to.as_deref(), second.in_force_to.as_deref()), (Some("2026-02-28"), None));
    let chain: Vec<_> =
        first.publications.iter().map(|one| (one.stands, one.superseded_by.map(|at| at.to_string()))).collect();
    assert_eq!(chain, [(false, Some("0:1".to_owned())), (false, Some("0:2".to_owned())), (true, None)]);
    assert_eq!(first.publications[2].supersedes.map(|at| at.to_string()).as_deref(), Some("0:1"));

    let shown =
        |on: &str| show(&view, &id, day(on)).iter().map(|one| one.document.get().to_owned()).collect::<Vec<_>>();
    assert_eq!(shown("2026-02-28"), [policy::write(&a)]);
    assert_eq!(shown("2026-03-01"), [policy::write(&later)]);
    assert_eq!(shown("2025-12-31"), Vec::<String>::new());
    let listed = &summaries(&view, day("2025-12-31"))[0];
    assert_eq!((listed.in_force, listed.effective_from.as_str(), listed.versions), (false, "2026-01-01", 2));
}

#[test]
fn versions_are_compared_field_by_field() {
    let ledger = Ledger::of("");
    let (a, b, later) = (flat("2026-01-01", "0.1"), flat("2026-01-01", "0.2"), flat("2026-03-01", "0.3"));
    [&a, &b, &later].into_iter().for_each(|policy| assert_ne!(publish(&ledger, policy), Novelty::Unchanged));
    let (view, id) = (ledger.view(), PolicyId::new("flat").expect("an id"));
    let compared = |from: Option<&str>, to: Option<&str>| {
        let diffs = diff_versions(&view, &id, from, to);
        let change = |change: &tributary_audit::policy::FieldChange| {
            let text = |value: &Option<Value>| value.as_ref().map_or_else(String::new, Value::to_string);
            format!("{}: {} {}", change.path, text(&change.before), text(&change.after))
        };
        diffs.iter().flat_map(|diff| diff.changes.iter().map(change)).collect::<Vec<_>>()
    };
    let rate = |before: &str, after: &str| format!("schedule.bands[0].rate: \"{before}\" \"{after}\"");
    let from = "effectiveFrom: \"2026-01-01\" \"2026-03-01\"".to_owned();
    assert_eq!(compared(None, None), [from.clone(), rate("0.2", "0.3")]);
    assert_eq!(compared(None, Some("2026-01-01")), [rate("0.1", "0.2")]);
    assert_eq!(compared(Some("0:0"), Some("2026-03-01")), [from, rate("0.1", "0.3")]);
    assert_eq!(compared(Some("2025-01-01"), None), Vec::<String>::new());

    let next = flat("2026-04-01", "0.3");
    let follows = diff_document(&view, &next);
    assert_eq!(follows.left.expect("a version").effective_from, "2026-03-01");
    assert_eq!(follows.changes.iter().map(|change| change.path.as_str()).collect::<Vec<_>>(), ["effectiveFrom"]);
    assert_eq!(diff_document(&view, &b).changes, []);
    assert!(diff_document(&view, &flat("2025-01-01", "0.1")).left.is_none());
}

#[test]
fn names_that_nothing_knows_are_found_where_they_stand() {
    let ledger = Ledger::of("2026-01-01 partner/p partner.enrolled kinds=msp tier=gold");
    let plan = document(&json!({
        "kind": "commission", "id": "x", "effectiveFrom": "2026-01-01", "basis": "recurring", "pool": "quota",
        "roles": ["msp", "touch"], "partners": {"kinds": ["msp", "si"], "tiers": ["gold", "silver"], "ids": ["p", "q"]},
        "schedule": {"mode": "flat", "bands": [{"from": "0", "rate": "0.1"}]}
    }));
    let paths = |policy: &Policy, others: &[Policy]| {
        let unknown = unknown_names(&ledger.view(), policy, others);
        unknown.into_iter().map(|name| name.path).collect::<Vec<_>>()
    };
    let people = ["partners.ids[1]", "partners.kinds[1]", "partners.tiers[1]"];
    assert_eq!(paths(&plan, &[]), [&["pool", "roles[0]", "roles[1]"][..], &people].concat());
    let quota = document(&json!({"kind": "attribution", "id": "y", "effectiveFrom": "2026-01-01", "pool": "quota",
        "model": {"sourceWins": {"share": "0.5", "otherwise": {"touch": {"weighting": "first", "lookbackDays": 9}}}}}));
    assert_eq!(paths(&plan, std::slice::from_ref(&quota)), [&["roles[0]"][..], &people].concat());
    assert_eq!(paths(&quota, &[]), [""; 0]);
    let fixed = document(&json!({"kind": "attribution", "id": "z", "effectiveFrom": "2026-01-01",
        "model": {"registrationProtection": {"share": "0.5", "otherwise": {"fixed": {"shares": {"p": "0.1", "q": "0.2"}}}}}}));
    assert_eq!(paths(&fixed, &[]), ["model.registrationProtection.otherwise.fixed.shares.q"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever was published before, what is published last stands.
    #[test]
    fn t3_what_is_published_last_stands(chosen in proptest::collection::vec((0..2_usize, 0..3_usize), 1..10)) {
        let ledger = Ledger::of("");
        for (from, rate) in chosen {
            let policy = flat(["2026-01-01", "2026-04-01"][from], ["0.1", "0.2", "0.3"][rate]);
            publish(&ledger, &policy);
            let shown = show(&ledger.view(), policy.id(), policy.effective_from());
            prop_assert_eq!(shown[0].document.get(), policy::write(&policy));
        }
    }
}
