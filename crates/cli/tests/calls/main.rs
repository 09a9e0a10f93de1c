//! Calls to portals through the binary: what is written passes the vendors' own models, what cannot be is named, and what must
//! not leave does not.

#[expect(dead_code, reason = "each test uses its part of the harness")]
#[path = "../harness/mod.rs"]
mod harness;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::{Book, checkout};
use serde_json::Value;
use tributary_reports::calls::{Portal, WITHHELD};

const PORTALS: [(&str, &str); 3] = [
    ("aws-opportunity", "opportunities.yaml"),
    ("aws-revenue-attribution", "shares.yaml"),
    ("microsoft-referral", "referrals.yaml"),
];

fn fixture(name: &str) -> String {
    std::fs::read_to_string(checkout(&format!("crates/cli/tests/calls/{name}"))).expect("a fixture")
}

fn book() -> Book {
    let book = Book::new();
    book.file("program.jsonl", &fixture("program.jsonl"));
    book.run(&["import", "--trust-recorded-times", "program.jsonl"], 0);
    book
}

/// Writes the calls for a portal into a folder of its name; gives the answer.
fn written(book: &Book, portal: &str, names: &str, more: &[&str], exit: i32) -> Value {
    book.file("names.yaml", names);
    let arguments = ["calls", "--to", portal, "--names", "names.yaml", "--period", "2026-01", "--out", portal];
    book.json(&[&arguments[..], more].concat(), exit)
}

fn folder(book: &Book, portal: &str) -> PathBuf {
    book.data().with_file_name(portal)
}

/// The files of a folder.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let named = |path: PathBuf| (path.file_name().expect("a name").to_string_lossy().into_owned(), path);
    entries.map(named).map(|(name, path)| (name, std::fs::read_to_string(path).expect("a file"))).collect()
}

/// A script of this folder, run with botocore.
fn with_botocore(script: &str, argument: &Path) -> String {
    let environment = checkout("examples/python/environment.sh");
    let requirement = checkout("crates/cli/tests/calls/botocore.txt");
    let made = Command::new(environment).arg(requirement).output().expect("a shell");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let python = String::from_utf8(made.stdout).expect("a path");
    let script = checkout(&format!("crates/cli/tests/calls/{script}"));
    let ran = Command::new(python.trim()).arg(script).arg(argument).output().expect("python");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("text")
}

fn judged_by_botocore(folder: &Path) -> Value {
    serde_json::from_str(&with_botocore("validate.py", folder)).expect("JSON")
}

#[test]
fn every_call_to_aws_passes_botocores_service_model() {
    let book = book();
    for (portal, names, operations) in [
        (
            "aws-opportunity",
            "opportunities.yaml",
            "UpdateOpportunity AssociateOpportunity SubmitOpportunity CreateOpportunity",
        ),
        ("aws-revenue-attribution", "shares.yaml", "CreateRevenueAttribution StartRevenueAttributionAllocationsTask"),
    ] {
        let answer = written(&book, portal, &fixture(names), &[], 0);
        let calls = answer["calls"].as_array().expect("calls");
        let said: Vec<&str> = calls.iter().map(|call| call["operation"].as_str().expect("a name")).collect();
        assert_eq!(said.join(" "), operations);
        let judged = judged_by_botocore(&folder(&book, portal));
        assert_eq!(judged, serde_json::json!({"seen": calls.len(), "wrong": []}));
    }
}

#[test]
fn botocore_finds_what_is_wrong_with_a_call() {
    let book = book();
    let answer = written(&book, "aws-opportunity", &fixture("opportunities.yaml"), &[], 0);
    let folder = folder(&book, "aws-opportunity");
    for (at, (field, value)) in
        [("NationalSecurity", "Perhaps"), ("PartnerOpportunityIdentifier", &"x".repeat(65)), ("Nickname", "x")]
            .into_iter()
            .enumerate()
    {
        let mut call = answer["calls"][0].clone();
        call["body"][field] = value.into();
        std::fs::write(folder.join(format!("bad-{at}.json")), call.to_string()).expect("a file");
    }
    assert_eq!(judged_by_botocore(&folder)["wrong"].as_array().map(Vec::len), Some(3));
}

#[test]
fn the_models_that_bodies_are_held_to_are_botocores() {
    let made = tempfile::tempdir().expect("a folder");
    with_botocore("models.py", made.path());
    for (name, text) in files(made.path()) {
        let ours = PathBuf::from(checkout("crates/reports/src/calls/models")).join(&name);
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(&ours, &text).expect("a file");
        }
        assert_eq!(std::fs::read_to_string(ours).expect("a model"), text, "{name}: repeat with UPDATE_SCHEMAS=1");
    }
}

#[test]
fn bodies_say_what_the_ledger_knows() {
    let book = book();
    let opportunities = written(&book, "aws-opportunity", &fixture("opportunities.yaml"), &[], 0);
    let body = |call: &Value, path: &str| call.pointer(&format!("/body/{path}")).cloned().unwrap_or_default();
    let updated = &opportunities["calls"][0];
    for (path, value) in [
        ("Identifier", "O1111111"),
        ("LastModifiedDate", "2026-01-09T01:37:49Z"),
        ("LifeCycle/Stage", "Committed"),
        ("SoftwareRevenue/Value/Amount", "1201.50"), // twelve months of 100.125
        ("SoftwareRevenue/EffectiveDate", "2026-01-10"),
        ("SoftwareRevenue/ExpirationDate", "2027-01-09"),
        ("SoftwareRevenue/DeliveryModel", "Subscription"),
    ] {
        assert_eq!(body(updated, path), value, "{path}");
    }
    assert_eq!(body(updated, "OpportunityTeam"), Value::Null, "an update does not take it");
    assert_eq!(body(&opportunities["calls"][3], "Origin"), "Partner Referral");
    assert_eq!(body(&opportunities["calls"][3], "LifeCycle/Stage"), "Business Validation");

    let shares = written(&book, "aws-revenue-attribution", &fixture("shares.yaml"), &[], 0);
    let changes = body(&shares["calls"][1], "RevenueShareAllocations");
    let change = |at: usize| {
        ["Action", "EntityIdentifier", "RevenueSharePercent", "Status"].map(|field| changes[at][field].clone())
    };
    // Of 3500 earned 90 % of 2000 are credited. What ends comes first.
    assert_eq!(change(0), ["UPDATE", "O9999999", "80", "INACTIVE"]);
    assert_eq!(change(1), ["CREATE", "O1111111", "51.43", "ACTIVE"]);

    let referrals = written(&book, "microsoft-referral", &fixture("referrals.yaml"), &["--deal", "d-won"], 0);
    let referral = &referrals["calls"][0];
    assert_eq!(referral["http"]["ifMatch"], "\"2500ec5a-0000-0000-0000-5bf4967d0000\"");
    assert_eq!([body(referral, "status"), body(referral, "substatus")], ["Closed", "Won"]);
    assert_eq!(body(referral, "details/dealValue"), 1201.5);
}

#[test]
fn what_lacks_a_field_is_left_out_with_the_field_and_the_others_are_written() {
    let book = book();
    let names = fixture("opportunities.yaml").replace("Industry: Gaming, ", "").replace("Title: Warehouse at Beta", "");
    let answer = written(&book, "aws-opportunity", &names, &[], 1);
    let left_out = &answer["leftOut"][0];
    assert_eq!(left_out["deal"], "d-open");
    let fields: Vec<&Value> =
        left_out["problems"].as_array().expect("problems").iter().map(|of| &of["field"]).collect();
    assert_eq!(fields, ["Customer.Account.Industry", "Project.Title"]);
    let names: Vec<String> = files(&folder(&book, "aws-opportunity")).into_keys().collect();
    assert_eq!(
        names,
        [
            "00001-UpdateOpportunity-d-won.json",
            "00002-AssociateOpportunity-d-won.json",
            "00003-SubmitOpportunity-d-won.json"
        ]
    );
}

#[test]
fn what_must_not_leave_is_refused_by_name_wherever_the_names_say_it() {
    let book = book();
    for withheld in WITHHELD {
        let (portal, names) = PORTALS[Portal::ALL.iter().position(|of| *of == withheld.portal).expect("a portal")];
        let mut part = serde_json::json!("secret");
        for name in withheld.field.rsplit('.') {
            part = match name.strip_suffix("[]") {
                Some(name) => serde_json::json!({name: [part]}),
                None => serde_json::json!({name: part}),
            };
        }
        // Of every deal, of an account, of a deal; of a product where that is all that there is.
        let places: &[&str] = match withheld.portal {
            Portal::AwsRevenueAttribution => &["products"],
            _ => &["every", "accounts", "deals"],
        };
        for place in places {
            let part = if *place == "every" { part.clone() } else { serde_json::json!({"d-won": part}) };
            let mut document = serde_json::json!({*place: part});
            if withheld.portal != Portal::MicrosoftReferral {
                document["catalog"] = "AWS".into();
            }
            book.file("names.yaml", &document.to_string());
            let arguments = ["calls", "--to", portal, "--names", "names.yaml", "--period", "2026-01", "--out", "no"];
            let (_, said) = book.both(&arguments, 2);
            assert!(said.contains("(withheld-field)") && !said.contains("secret"), "{withheld:?} {names}: {said}");
            assert!(!book.data().with_file_name("no").exists(), "something was written");
        }
    }
}

#[test]
fn the_same_events_in_another_order_make_the_same_files() {
    let backwards = Book::new();
    let lines: Vec<String> = fixture("program.jsonl").lines().rev().map(str::to_owned).collect();
    backwards.file("program.jsonl", &lines.join("\n"));
    backwards.run(&["import", "--trust-recorded-times", "program.jsonl"], 0);
    let book = book();
    for (portal, names) in PORTALS {
        let exit = if portal == "microsoft-referral" { 1 } else { 0 }; // an open deal has no value
        for book in [&book, &backwards] {
            written(book, portal, &fixture(names), &[], exit);
        }
        assert_eq!(files(&folder(&book, portal)), files(&folder(&backwards, portal)), "{portal}");
    }
}

#[test]
fn deals_are_chosen_by_name_account_and_partner_and_nothing_is_written_over() {
    let book = book();
    let names = fixture("opportunities.yaml");
    for (more, deals) in [
        (&["--deal", "d-open"][..], &["d-open"][..]),
        (&["--account", "acme"], &["d-won", "d-won", "d-won"]),
        (&["--partner", "p-msp", "--as-of", "2026-01-07"], &["d-won", "d-open"]),
        (&["--as-of", "2026-01-04"], &[]),
    ] {
        let answer = written(&book, "aws-opportunity", &names, more, i32::from(more.contains(&"2026-01-07")));
        let calls =
            answer["calls"].as_array().expect("calls").iter().chain(answer["leftOut"].as_array().expect("left out"));
        assert_eq!(calls.map(|call| call["deal"].clone()).collect::<Vec<_>>(), deals, "{more:?}");
        std::fs::remove_dir_all(folder(&book, "aws-opportunity")).expect("a folder");
    }
    written(&book, "aws-opportunity", &names, &[], 0);
    let before = files(&folder(&book, "aws-opportunity"));
    let again = ["calls", "--to", "aws-opportunity", "--names", "names.yaml", "--out", "aws-opportunity"];
    assert!(book.both(&again, 2).1.contains("is not empty"));
    assert_eq!(files(&folder(&book, "aws-opportunity")), before);
    let unknown = ["calls", "--to", "aws-opportunity", "--names", "names.yaml", "--out", "no", "--deal", "d-none"];
    assert!(book.both(&unknown, 1).1.contains("`d-none`"));
    book.both(&["calls", "--to", "aws-revenue-attribution", "--names", "names.yaml", "--out", "no"], 2);
    assert!(book.run(&["calls", "--schema"], 0).contains("aws-opportunity"));
}
