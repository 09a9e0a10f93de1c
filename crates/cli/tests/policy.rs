//! Policies as files through the binary: checked whole, shown before they are published, and standing afterwards.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use harness::{Book, checkout};
use serde_json::{Value, json};

const WRONG: &str = "\
# two documents, and neither is right
kind: commission
id: growth
effective_from: 2026-01-15
basis: consumtion
schedule:
  mode: graduated
  bands:
    - {from: \"1\", rate: 0.05}
    - from: \"0\"
      rate: \"0.1\"
---
kind: attribution
id: y
effectiveFrom: 2026-01-01
effectiveTo: 2025-12-31
model:
  roleSplit: {shares: {isv: \"0.6\", msp: \"0.5\"}}
";

fn plan(rate: &str) -> String {
    format!(
        "kind: commission\nid: growth\neffectiveFrom: 2024-07-01\nbasis: consumption\n\
         schedule: {{mode: flat, bands: [{{from: \"0\", rate: \"{rate}\"}}]}}\n"
    )
}

/// A ledger with a bill, and the policies that give credit.
fn billed() -> Book {
    let book = Book::new();
    let [program, mapping, sample, split] =
        ["program.jsonl", "focus.yaml", "data/focus_sample_1.0.csv", "policies/program-2024.yaml"]
            .map(|name| checkout(&format!("demo/{name}")));
    book.run(&["import", &program], 0);
    book.run(&["import", "--from", "focus", "--mapping", &mapping, &sample], 0);
    book.run(&["policy", "publish", &split], 0);
    book
}

#[test]
fn everything_that_is_wrong_is_said_with_its_place() {
    let book = Book::new();
    book.file("wrong.yaml", WRONG);
    book.file("broken.yaml", "a: [\n");
    book.file("right.yaml", &plan("0.1"));
    let said = book.run(&["policy", "check", "wrong.yaml", "broken.yaml", "right.yaml"], 1);
    let lines: Vec<&str> = said.lines().collect();
    let expected = [
        "wrong.yaml:4: effective_from: is no field of this document, did you mean `effectiveFrom`? (unknown-field)",
        "wrong.yaml:5: basis: \"consumtion\" is none of consumption, recurring, bookings, disbursement, did you mean \
         `consumption`? (unknown-word)",
        "wrong.yaml:9: schedule.bands[0].rate: is the number 0.05, must be a text: write \"0.05\" (wrong-type)",
        "wrong.yaml:9: schedule.bands[0].from: is 1, the first band begins at \"0\" (bands-not-from-zero)",
        "wrong.yaml:10: schedule.bands[1].from: is 0, must be above 1 of the band before (bands-not-rising)",
        "wrong.yaml:16: effectiveTo: is 2025-12-31, before `effectiveFrom` 2026-01-01 (ends-before-start)",
        "wrong.yaml:18: model.roleSplit.shares: add up to 1.1, must be at most 1 (shares-above-one)",
    ];
    assert_eq!(&lines[..expected.len()], expected, "{said}");
    assert!(lines[7].starts_with("broken.yaml:") && lines[7].ends_with("(not-yaml)"), "{said}");
    assert_eq!(lines[8], "right.yaml:1: commission policy `growth` from 2024-07-01 is well-formed");
    assert_eq!(lines[9], "8 errors, 0 warnings");
    assert!(!book.data().exists(), "checking makes no ledger");

    let checked = book.json(&["policy", "check", "wrong.yaml"], 1);
    assert_eq!((&checked["errors"], &checked["documents"]), (&json!(7), &json!([])));
    let first = json!({"severity": "error", "file": "wrong.yaml", "line": 4, "path": "effective_from",
        "reason": "is no field of this document", "code": "unknown-field", "meant": "effectiveFrom"});
    assert_eq!(checked["findings"][0], first);
}

#[test]
fn nothing_of_wrong_files_is_published() {
    let book = Book::new();
    book.file("wrong.yaml", WRONG);
    book.file("right.yaml", &plan("0.1"));
    let (_, refused) = book.both(&["policy", "publish", "right.yaml", "wrong.yaml"], 1);
    assert!(refused.starts_with("wrong.yaml:4: effective_from: "), "{refused}");
    let (_, twice) = book.both(&["policy", "publish", "right.yaml", "right.yaml"], 1);
    assert_eq!(twice, "right.yaml:1: policy: the same version stands at right.yaml:1 (duplicate-version)\n");
    assert!(!book.data().exists());
}

#[test]
fn names_that_the_ledger_does_not_know_are_warnings() {
    let book = billed();
    let misspelt =
        plan("0.1").replace("basis:", "pool: influnce\npartners: {kinds: [training], ids: [p-anchor]}\nbasis:");
    book.file("plan.yaml", &misspelt);
    let said = book.run(&["policy", "check", "plan.yaml"], 0);
    for line in [
        "plan.yaml:4: pool: warning: no attribution policy divides the pool `influnce` (unknown-name)",
        "plan.yaml:5: partners.ids[0]: warning: the partner `p-anchor` was never enrolled (unknown-name)",
        "plan.yaml:5: partners.kinds[0]: warning: no partner was ever of the kind `training` (unknown-name)",
        "0 errors, 3 warnings",
    ] {
        assert!(said.lines().any(|said| said == line), "{line}\n{said}");
    }
}

#[test]
fn l2_a_preview_shows_adjustments_and_accruals_and_records_nothing() {
    let book = billed();
    let recurring = |rate: &str| plan(rate).replace("consumption", "recurring");
    book.file("plan.yaml", &recurring("0.1"));
    book.file("raised.yaml", &recurring("0.2"));
    book.run(&["policy", "publish", "plan.yaml"], 0);
    book.run(&["close", "2024-08"], 0);
    let events = book.json(&["status"], 0)["events"].clone();
    let preview = book.json(&["policy", "publish", "raised.yaml", "--preview"], 0);
    assert_eq!((&preview["published"], &preview["policies"][0]["change"]), (&json!(false), &json!("correction")));
    assert_eq!(preview["policies"][0]["changes"][0]["path"], "schedule.bands[0].rate");
    assert_eq!(book.json(&["status"], 0)["events"], events, "nothing is recorded");
    let changes = preview["money"]["changes"].as_array().expect("a list").clone();
    assert!(changes.iter().any(|of| of["kind"] == "accrual"), "{preview}");
    assert!(changes.iter().all(|of| (of["kind"] == "adjustment") == (of["period"] == "2024-08")), "{preview}");

    let published = book.json(&["policy", "publish", "raised.yaml"], 0);
    assert_eq!((&published["money"], &published["published"]), (&preview["money"], &json!(true)));
    // What was foretold is what the ledger then says, partner by partner.
    for of in &changes {
        for partner in of["partners"].as_array().expect("a list") {
            let [name, period] = [&partner["partner"], &of["period"]].map(|text| text.as_str().expect("a text"));
            let open = if of["kind"] == "adjustment" { "2024-09" } else { period };
            let statement = book.json(&["statement", name, open], 0);
            let lines = statement["lines"].as_array().expect("lines");
            let of_period = lines.iter().filter(|line| line["period"] == period && line["plan"] == "growth");
            let amounts: Vec<&Value> = of_period.map(|line| &line["amount"]).collect();
            let foretold = if of["kind"] == "adjustment" { &partner["difference"] } else { &partner["after"] };
            assert_eq!(amounts, [foretold], "{name} {period}");
        }
    }
}

#[test]
fn t3_a_wording_that_stood_before_stands_again_and_the_standing_one_changes_nothing() {
    let book = Book::new();
    book.file("a.yaml", &plan("0.1"));
    book.file("b.yaml", &plan("0.2"));
    let publish = |file: &str| book.json(&["policy", "publish", file], 0)["policies"][0]["change"].clone();
    let all: Vec<Value> = ["a.yaml", "a.yaml", "b.yaml", "a.yaml", "a.yaml"].map(publish).into();
    assert_eq!(json!(all), json!(["new", "unchanged", "correction", "correction", "unchanged"]));
    assert_eq!(book.json(&["status"], 0)["events"], 3);
    let shown = book.json(&["policy", "show", "growth"], 0);
    assert_eq!(shown[0]["document"]["schedule"]["bands"][0]["rate"], "0.1");

    book.run(&["import", "--from", "policy", "a.yaml", "b.yaml"], 0);
    assert_eq!(book.json(&["status"], 0)["events"], 4, "importing is publishing");
    assert_eq!(book.json(&["quarantine"], 0), json!([]));
}

#[test]
fn what_is_shown_as_yaml_stands_already_when_it_is_published() {
    let book = billed();
    let policy = ["policy", "show", "program-2024", "--on", "2024-09-01"];
    let yaml = book.run(&[&policy[..], &["--yaml"]].concat(), 0);
    assert!(yaml.starts_with("kind: attribution\nid: program-2024\neffectiveFrom: 2024-07-01\n"), "{yaml}");
    book.file("shown.yaml", &yaml);
    assert_eq!(
        book.run(&["policy", "publish", "shown.yaml"], 0),
        "attribution policy `program-2024` from 2024-07-01 stands already\n"
    );
    assert!(book.run(&policy, 0).contains("published at 0:"));
    assert_eq!(book.run(&["policy", "diff", "shown.yaml"], 0).lines().count(), 2);
    let (_, unknown) = book.both(&["policy", "show", "programme"], 1);
    assert_eq!(unknown, "error: no policy `programme` is known: `tributary policy show` lists them\n");
    let (_, early) = book.both(&["policy", "show", "program-2024", "--on", "2024-06-30"], 1);
    assert!(early.contains("`program-2024` is not in force on 2024-06-30"), "{early}");
}

#[test]
fn versions_stand_side_by_side() {
    let book = Book::new();
    book.file("a.yaml", &plan("0.1"));
    book.file("b.yaml", &plan("0.25").replace("id: growth", "id: growth\ncap: \"50\""));
    book.run(&["policy", "publish", "a.yaml"], 0);
    let file = book.run(&["policy", "diff", "b.yaml"], 0);
    let expected = "\
commission policy `growth`

field                    from 2024-07-01 at 0:0   from 2024-07-01, not published
──────────────────────────────────────────────────────────────────────────────────
schedule.bands[0].rate   0.1                      0.25
cap                      -                        50
";
    assert_eq!(file, expected);
    book.run(&["policy", "publish", "b.yaml"], 0);
    let published = book.run(&["policy", "diff", "growth"], 0);
    assert!(published.contains("from 2024-07-01 at 0:1"), "{published}");
    assert_eq!(
        book.json(&["policy", "diff", "growth", "--from", "0:1", "--to", "0:0"], 0)[0]["changes"][0]["after"],
        "0.1"
    );
    let history = book.run(&["policy", "history", "growth"], 0);
    assert!(history.contains("corrected by 0:1") && history.contains("stands, a correction"), "{history}");
    let (_, nothing) = book.both(&["policy", "diff", "growth", "--from", "2020-01-01"], 1);
    assert!(nothing.contains("no such two versions"), "{nothing}");
}
