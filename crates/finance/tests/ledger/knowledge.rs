//! What auditors ask of an account: its events on both axes of time, and what differs between two states of knowledge.

use std::path::Path;

use serde::Serialize;
use tributary_audit::{Axis, attribution_diff, timeline};
use tributary_domain::id::AccountId;
use tributary_domain::testing::{day, drafts, instant, period, read_id};
use tributary_domain::time::Day;
use tributary_finance::{adjustments, diff, verify_closed, what_if};

use crate::book::Ledger;
use crate::what_if::policies;

const SAID: &str = "
    2026-01-01 partner/p-1 partner.enrolled kinds=msp
    2026-01-01 partner/p-2 partner.enrolled kinds=si
    2026-01-01 partner/p-3 partner.enrolled kinds=isv
    2026-01-01 book policy cloud model=roleSplit(msp:0.5,si:0.2)
    2026-01-01 book policy cloud model=roleSplit(msp:0.4) from=2026-03-01
    2026-01-02 acme deal.opened d-1 lines=lake@v:consumption
    2026-01-03 acme deal.won d-1 2026-01-10..2026-02-09
    2026-01-04 acme deal.role_assigned d-1 p-1 msp
    2026-01-12 acme usage.recorded #u-1 lake 10 USD
    2026-01-12 acme usage.recorded #u-2 lake 5 USD
    2026-01-12@2026-01-20 acme usage.recorded #u-3 lake 7 USD
    2026-01-12@2026-01-21 acme usage.corrected #u-4 u-1 4
    2026-01-13@2026-01-22 acme usage.corrected #u-5 u-1 3
    2026-01-14@2026-01-23 acme usage.corrected #u-6 not-here 3
    2026-01-14 x/1 touch.recorded p-2 demo
    2026-01-15@2026-02-02 x/1 alias.linked acme
    2026-01-15@2026-02-03 acme deal.role_assigned d-1 p-2 si
    2026-01-15@2026-02-04 x/1 alias.unlinked
";

fn acme() -> AccountId {
    read_id(AccountId::new, "acme")
}

#[track_caller]
fn check(by: Axis, known_at: &str, from: &str, expected: &[&str]) {
    let ledger = Ledger::of(drafts(SAID));
    let view = ledger.view(Some(instant(known_at)));
    let found = timeline(&view, &acme(), by, &(day(from)..=Day::MAX)).expect("an answer");
    let shown: Vec<String> = found
        .entries
        .iter()
        .map(|of| format!("{} {} {} {}: {}", of.day, &of.recorded[..10], of.late_days, of.subject, of.says))
        .collect();
    assert_eq!(shown, expected, "{by:?}, known at {known_at}, from {from}");
}

#[test]
fn t1_a_timeline_shows_both_times_of_every_event_with_usage_summed_and_corrections_compared() {
    check(
        Axis::Effective,
        "2026-02-01",
        "2026-01-03",
        &[
            "2026-01-03 2026-01-03 0 account/acme: deal `d-1` won, from 2026-01-10 to 2026-02-09",
            "2026-01-04 2026-01-04 0 account/acme: `p-1` is `msp` on deal `d-1`",
            "2026-01-12 2026-01-12 0 account/acme: `lake` used 2 times, together for 15 USD",
            "2026-01-12 2026-01-20 8 account/acme: `lake` used for 7 USD",
            "2026-01-12 2026-01-21 9 account/acme: usage of `lake` restated: 10 → 4 USD",
            "2026-01-12 2026-01-22 10 account/acme: usage of `lake` restated: 4 → 3 USD",
            "2026-01-14 2026-01-23 9 account/acme: usage `test not-here` restated as 3",
        ],
    );
    check(
        Axis::Recorded,
        "2026-02-03",
        "2026-01-22",
        &[
            "2026-01-12 2026-01-22 10 account/acme: usage of `lake` restated: 4 → 3 USD",
            "2026-01-14 2026-01-23 9 account/acme: usage `test not-here` restated as 3",
            "2026-01-15 2026-02-02 18 x/1: linked to account `acme`",
            "2026-01-15 2026-02-03 19 account/acme: `p-2` is `si` on deal `d-1`",
        ],
    );
}

#[test]
fn i3_what_an_alias_said_is_in_the_timeline_while_it_leads_to_the_account() {
    let touched = "2026-01-14 2026-01-14 0 x/1: touched by `p-2`: demo";
    let linked = "2026-01-15 2026-02-02 18 x/1: linked to account `acme`";
    let role = "2026-01-15 2026-02-03 19 account/acme: `p-2` is `si` on deal `d-1`";
    let waiting = "2026-01-14 2026-01-23 9 account/acme: usage `test not-here` restated as 3";
    check(Axis::Effective, "2026-02-03", "2026-01-14", &[touched, waiting, linked, role]);
    let unlinked = "2026-01-15 2026-02-04 20 x/1: linked to no account any more";
    check(Axis::Effective, "2026-02-04", "2026-01-14", &[waiting, linked, role, unlinked]);
}

/// A line for each deal, field, share and event.
#[track_caller]
fn check_diff(from: (&str, &str), to: (&str, &str), expected: &[&str]) {
    let ledger = Ledger::of(drafts(SAID));
    let view = ledger.view(None);
    let [early, late] = [from, to].map(|(_, known_at)| view.as_known_at(instant(known_at)));
    let found = attribution_diff(&acme(), (&early, day(from.0)), (&late, day(to.0))).expect("an answer");
    let mut shown = Vec::new();
    for deal in &found.deals {
        shown.push(format!("{} {:?}", deal.deal, deal.what));
        let told = |value: &Option<String>| value.clone().unwrap_or_default();
        shown.extend(deal.fields.iter().map(|of| format!("{}: {}>{}", of.field, told(&of.before), told(&of.after))));
        shown.extend(deal.shares.iter().map(|of| format!("{} {}>{}", told(&of.partner), of.before, of.after)));
    }
    shown.extend(found.events.iter().map(|of| format!("{:?} {}", of.how, of.event.says)));
    assert_eq!(shown, expected, "{from:?} to {to:?}");
}

#[test]
fn t1_an_attribution_differs_by_what_was_learned_and_by_what_took_effect() {
    check_diff(
        ("2026-01-20", "2026-02-01"),
        ("2026-01-20", "2026-02-03"),
        &[
            "d-1 Changed",
            "influencers: p-1>p-1, p-2",
            "p-2 0>0.2",
            " 0.5>0.3",
            "Learned linked to account `acme`",
            "Learned `p-2` is `si` on deal `d-1`",
        ],
    );
    check_diff(
        ("2026-01-20", "2026-02-01"),
        ("2026-03-01", "2026-02-01"),
        &[
            "d-1 Changed",
            "policy in revenue for lake of v: cloud from 2020-01-01>cloud from 2026-03-01",
            "term: 2026-01-10..2026-02-09>",
            "p-1 0.5>0.4",
            " 0.5>0.6",
            "TookEffect attribution policy `cloud` from 2026-03-01: pool `revenue` by a role split",
            "TookEffect deal `d-1` won, from 2026-01-10 to 2026-02-09",
        ],
    );
    check_diff(
        ("2026-01-01", "2026-02-01"),
        ("2026-01-02", "2026-02-01"),
        &[
            "d-1 Appeared",
            "motion: >direct",
            "policy in revenue for lake of v: >cloud from 2020-01-01",
            " 0>1",
            "TookEffect deal `d-1` opened: `lake`",
        ],
    );
    check_diff(("2026-01-20", "2026-02-01"), ("2026-01-20", "2026-02-01"), &[]);
}

#[track_caller]
fn check_schema(name: &str, document: &impl Serialize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../schemas/answers/{name}.json"));
    let schema = serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON");
    let document = serde_json::to_value(document).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}\n{document:#}");
}

#[test]
fn the_documents_are_as_their_schemas_say() {
    let ledger = Ledger::of(drafts(&format!(
        "{SAID}
        2026-01-01 book plan tenth consumption bands=0:0.1
        2026-02-01 book period.closed 2026-01 2026-02-01T00:00:00Z
        2026-01-20@2026-02-06 acme usage.recorded lake 70 USD
        "
    )));
    ledger.close();
    let view = ledger.view(None);
    let (january, early) = (period("2026-01"), view.as_known_at(instant("2026-01-15")));
    check_schema("replay", &verify_closed(&view, january..=january, |_, _, _| {}).expect("an answer"));
    let pending = adjustments(&view, january..=january, 9, |_, _| {}).expect("an answer");
    assert_eq!(pending.periods[0].partners.len(), 2, "the document has something to check");
    check_schema("adjustments", &pending);
    check_schema("diff", &diff(&view, None, january, early.known_at(), 9).expect("an answer"));
    let supposed = view.supposing(&policies("2026-01-01 book plan tenth consumption bands=0:0.2"));
    check_schema("what-if", &what_if(&view, &supposed, january..=january).expect("an answer"));
    check_schema("timeline", &timeline(&view, &acme(), Axis::Effective, &(Day::MIN..=Day::MAX)).expect("an answer"));
    let differs = attribution_diff(&acme(), (&early, day("2026-01-09")), (&view, day("2026-03-01")));
    check_schema("attribution-diff", &differs.expect("an answer"));
}
