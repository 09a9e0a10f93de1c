//! Program files through the binary: compared, applied once, and written from what is there.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use harness::{Book, checkout};
use serde_json::json;

fn demo() -> Book {
    let book = Book::new();
    book.run(&["import", &checkout("demo/program.jsonl")], 0);
    book
}

#[test]
fn what_is_exported_differs_in_nothing_and_is_what_another_ledger_needs() {
    let book = demo();
    let exported = book.run(&["program", "export", "--on", "2024-08-01"], 0);
    book.file("program.yaml", &exported);
    let same = ["program", "diff", "program.yaml", "--effective", "2024-08-01"];
    assert_eq!(book.run(&same, 0), "nothing differs\n");
    assert_eq!(book.run(&["program", "apply", "program.yaml"], 0), "nothing differs, nothing is recorded\n");

    let other = Book::new();
    let without_deals = exported.split("deals:\n").next().expect("sections");
    other.file("program.yaml", without_deals);
    other.run(&["program", "apply", "program.yaml", "--effective", "2024-08-01"], 0);
    assert_eq!(other.run(&["program", "export", "--on", "2024-08-01"], 0), without_deals);
}

#[test]
fn d4_a_team_in_a_file_is_the_whole_team_and_applying_it_twice_adds_nothing() {
    let book = demo();
    book.file(
        "partners.csv",
        "partner,kinds,tier,name\np-anchor-msp,msp; reseller,platinum,\"Anchor, a provider\"\np-new,si,,\n",
    );
    book.file("teams.csv", "role,partner,deal\nsi,p-new,d-cobalt\n");
    book.file("aliases.csv", "alias,account\nx/1,cobalt-freight\n");
    let files = ["partners.csv", "teams.csv", "aliases.csv", "--effective", "2024-08-01"];
    let diff = book.json(&[&["program", "diff"], &files[..]].concat(), 0);
    let types: Vec<&str> = diff.as_array().expect("a list").iter().filter_map(|one| one["type"].as_str()).collect();
    let expected = [
        "tributary.partner.enrolled.v1",
        "tributary.partner.enrolled.v1",
        "tributary.alias.linked.v1",
        "tributary.deal.role_removed.v1",
        "tributary.deal.role_removed.v1",
        "tributary.deal.role_assigned.v1",
    ];
    assert_eq!(types, expected, "{diff:#}");
    assert_eq!(diff[2]["changes"], json!([{"path": "account", "before": null, "after": "cobalt-freight"}]));

    let apply = [&["program", "apply"], &files[..]].concat();
    let applied = book.json(&apply, 0);
    assert_eq!((&applied["appended"], &applied["changes"]), (&json!(6), &diff));
    assert_eq!(book.json(&apply, 0), json!({"appended": 0, "changes": []}));

    book.file("aliases.csv", "alias,account\nx/1,\n");
    assert_eq!(book.json(&apply, 0)["changes"][0]["type"], "tributary.alias.unlinked.v1");
    book.file("aliases.csv", "alias,account\nx/1,cobalt-freight\n");
    assert_eq!(book.json(&apply, 0)["appended"], 1, "linked once more");
    assert_eq!(book.json(&apply, 0)["appended"], 0);
    assert_eq!(book.json(&["quarantine"], 0), json!([]));
}

#[test]
fn nothing_is_recorded_if_anything_is_wrong_and_all_of_it_is_said() {
    let book = demo();
    book.file(
        "program.yaml",
        "partners:\n  - partner: p-new\n    kinds: [msp, resellr]\n    teir: gold\n  - {partner: a/b, kinds: []}\n\
         alias:\n  - 1\naliases:\n  - {alias: account/x, account: null}\n  - {alias: x/1}\n\
         deals:\n  - deal: d-nobody\n    team: []\n  - deal: d-cobalt\n    team:\n      - {partner: p, rle: si}\n  - {deal: d-cobalt, team: []}\n",
    );
    book.file("partners.csv", "partner,kinds\np-new,msp\np-x,king\np-y\np-new,si\n");
    book.file("accounts.csv", "account,nam\nx,y\n");
    let events = book.json(&["status"], 0)["events"].clone();
    let (_, said) = book.both(&["program", "apply", "program.yaml", "partners.csv", "accounts.csv"], 1);
    let places: Vec<String> = said
        .lines()
        .map(|line| {
            let [file, line_number, rest] = line.splitn(3, ':').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let (path, reason) = rest.trim().split_once(": ").expect("a path");
            let code = reason.rsplit_once(" (").expect("a code").1.trim_end_matches(')');
            format!("{file}:{line_number} {path} {code}")
        })
        .collect();
    let expected = [
        "program.yaml:3 partners[0].kinds[1] unknown-word",
        "program.yaml:4 partners[0].teir unknown-field",
        "program.yaml:5 partners[1].partner bad-identifier",
        "program.yaml:5 partners[1].kinds empty-list",
        "program.yaml:6 alias unknown-field",
        "program.yaml:9 aliases[0].alias bad-alias",
        "program.yaml:10 aliases[1].account missing-field",
        "program.yaml:16 deals[1].team[0].role missing-field",
        "program.yaml:16 deals[1].team[0].rle unknown-field",
        "program.yaml:17 deals[2].deal duplicate-entry",
        "partners.csv:2 partner duplicate-entry",
        "partners.csv:3 kinds[0] unknown-word",
        "partners.csv:4 row not-csv",
        "partners.csv:5 partner duplicate-entry",
        "accounts.csv:1 nam unknown-field",
        "program.yaml:12 deal unknown-deal",
    ];
    assert_eq!(places, expected, "{said}");
    assert_eq!(book.json(&["status"], 0)["events"], events);

    let none = Book::new();
    none.file("partners.csv", "partner,kinds\np,king\n");
    none.both(&["program", "apply", "partners.csv"], 1);
    assert!(!none.data().exists(), "files that are wrong make no ledger");
}
