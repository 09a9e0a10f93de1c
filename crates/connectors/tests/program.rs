//! Program files: the same program in YAML and in tables, what the schema says of them, and everything that can be wrong.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};
use tributary_connectors::program::{Read, Section, write};
use tributary_connectors::{policy, yaml};
use tributary_domain::program::Program;

fn text(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join(path)).expect("a file")
}

fn read(files: &[&str]) -> Read {
    let mut read = Read::default();
    for file in files {
        read.take(Path::new(file).file_name().and_then(|name| name.to_str()).expect("a name"), &text(file));
    }
    read
}

fn right(files: &[&str]) -> Program {
    let read = read(files);
    assert_eq!(read.findings, []);
    read.program
}

const YAML: &str = "fixtures/program/program.yaml";
const TABLES: [&str; 4] = [
    "fixtures/program/deals.csv",
    "fixtures/program/partners.csv",
    "fixtures/program/aliases.csv",
    "fixtures/program/accounts.csv",
];

#[test]
fn tables_say_what_the_document_says_and_it_reads_back_as_written() {
    let program = right(&[YAML]);
    assert_eq!(right(&TABLES), program);
    let counts = (program.partners.len(), program.accounts.len(), program.aliases.len(), program.teams.len());
    assert_eq!(counts, (2, 2, 2, 2));
    let mut again = Read::default();
    again.take("written.yaml", &write(&program).expect("written"));
    assert_eq!((again.findings, again.program), (vec![], program));
    let place = read(&TABLES).place(Section::Deals, "d-1").cloned().expect("a place");
    assert_eq!((place.file.as_str(), place.line), ("deals.csv", 2));
}

#[test]
fn what_stands_in_two_files_is_said_twice() {
    let read = read(&[YAML, TABLES[2]]);
    let said: Vec<String> = read.findings.iter().map(ToString::to_string).collect();
    let expected = [
        "aliases.csv:2: alias: `aws-account/123456789012` stands at program.yaml:14 already (duplicate-entry)",
        "aliases.csv:3: alias: `crm/0042` stands at program.yaml:15 already (duplicate-entry)",
    ];
    assert_eq!(said, expected);
}

/// A file, its text, and what is wrong with it: `line path code`.
#[test]
fn everything_that_is_wrong_has_its_place() {
    for (file, text, expected) in [
        ("p.yaml", "partner: x\n", &["1 partner unknown-field"][..]),
        ("p.yaml", "- 1\n", &["1 program wrong-type"]),
        ("p.yaml", "partners: {a: b}\n", &["1 partners wrong-type"]),
        ("p.yaml", "a: [\n", &["1 program not-yaml"]),
        ("p.yaml", "partners:\n  - x\n", &["2 partners[0] wrong-type"]),
        ("p.yaml", "partners: [{partner: 7, kinds: [msp]}]\n", &["1 partners[0].partner wrong-type"]),
        ("p.yaml", "accounts:\n  - account: a\n    markets: EMEA\n", &["3 accounts[0].markets wrong-type"]),
        ("p.yaml", "aliases: [{alias: a, account: b}]\n", &["1 aliases[0].alias bad-alias"]),
        ("p.yaml", "aliases: [{alias: x/1, account: a/b}]\n", &["1 aliases[0].account bad-identifier"]),
        (
            "p.yaml",
            "aliases: [{alias: x/1, acount: a}]\n",
            &["1 aliases[0].account missing-field", "1 aliases[0].acount unknown-field"],
        ),
        ("p.yaml", "deals: [{deal: d}]\n", &["1 deals[0].team missing-field"]),
        ("p.yaml", "deals: [{deal: d, team: {msp: p}}]\n", &["1 deals[0].team wrong-type"]),
        (
            "p.yaml",
            "deals:\n - deal: d\n   team:\n   - {partner: p, role: r}\n   - {partner: p, role: r}\n",
            &["5 deals[0].team[1] duplicate-entry"],
        ),
        ("p.csv", "", &["1 header no-header"]),
        ("p.csv", "name,kinds\n", &["1 header no-header"]),
        ("p.csv", "partner,name\n", &["1 kinds column-missing"]),
        ("p.csv", "partner,kinds,kinds\n", &["1 kinds column-twice"]),
        ("p.csv", "deal,partner\n", &["1 role column-missing"]),
        ("p.csv", "partner,kinds\np,\n,msp\n", &["2 kinds empty-list", "3 partner missing-field"]),
        (
            "p.csv",
            "deal,partner,role\nd,p,\nd,,si\n",
            &["2 team[0].role missing-field", "3 team[1].partner missing-field"],
        ),
        ("P.CSV", "account,name\na,b,c\n", &["2 row not-csv"]),
    ] {
        let mut read = Read::default();
        read.take(file, text);
        let found = read.findings.iter().map(|finding| format!("{} {} {}", finding.line, finding.path, finding.code));
        assert_eq!(found.collect::<Vec<_>>(), expected, "{text}");
        assert_eq!(read.program, Program::default(), "{text}");
    }
}

fn schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&text("../../schemas/program.json")).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

fn pointers(value: &Value, at: String, all: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, inner)| (name.clone(), inner)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, inner)| (index.to_string(), inner)).collect(),
        _ => Vec::new(),
    };
    inner.into_iter().for_each(|(name, inner)| pointers(inner, format!("{at}/{}", name.replace('/', "~1")), all));
    all.push(at);
}

fn junk() -> impl Strategy<Value = Value> {
    let fixed = [Value::Null, json!(1), json!({}), json!([]), json!({"colour": "red"}), json!([1]), json!(["x"])];
    prop_oneof![prop::sample::select(fixed.to_vec()), "[ -~]{0,6}".prop_map(Value::from)]
}

proptest! {
    #[test]
    fn what_the_schema_refuses_is_found(changes in proptest::collection::vec((any::<prop::sample::Index>(), junk()), 0..3)) {
        let mut value = yaml::documents(&text(YAML)).expect("YAML")[0].value.clone();
        for (at, junk) in &changes {
            let mut all = Vec::new();
            pointers(&value, String::new(), &mut all);
            let place: &String = at.get(&all);
            *value.pointer_mut(place).expect("a place") = junk.clone();
        }
        let mut read = Read::default();
        read.take("p.json", &value.to_string());
        let is_valid = schema().is_valid(&value);
        prop_assert!(is_valid || !read.findings.is_empty() || value.is_null(), "{}", value);
        prop_assert!(is_valid || !changes.is_empty());
    }

    #[test]
    fn text_of_any_kind_is_read_or_found_wrong(text in "\\PC{0,80}|[a-z:,;\n\\[\\]{} \"-]{0,80}", csv: bool) {
        Read::default().take(if csv { "p.csv" } else { "p.yaml" }, &text);
        Read::default().take("p.csv", &format!("deal,partner,role\n{text}"));
        Read::default().take("p.yaml", &format!("partners:\n  - {text}"));
        policy::Read::default().take("p.yaml", &text);
        policy::Read::default().take("p.yaml", &format!("kind: commission\n{text}"));
    }
}
