//! The main job on the demo's real data: a program, a bill and rates in, two months closed, late facts trued up in the third.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// What late facts and a re-issued bill change of September, by partner, in EUR.
const ADJUSTED: [(&str, &str); 4] =
    [("p-anchor-msp", "0.02"), ("p-cedar-reseller", "0.11"), ("p-delta-si", "0.06"), ("p-ember-isv", "0.01")];

fn checkout(path: &str) -> String {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    root.join(path).to_str().expect("UTF-8").to_owned()
}

fn tributary(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tributary"));
    let done = command.arg("--json").arg("--data").arg(data).args(arguments).output().expect("a process");
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    done
}

fn answer(data: &Path, arguments: &[&str]) -> Value {
    serde_json::from_slice(&tributary(data, arguments).stdout).expect("JSON")
}

fn import_bill(data: &Path, file: &str) {
    tributary(data, &["import", "--from", "focus", "--mapping", &checkout("demo/focus.yaml"), &checkout(file)]);
}

/// A preview records nothing, and tells what publishing tells.
fn publish(data: &Path) {
    let files = ["growth-2024", "influence-2024", "managed-services-2024", "program-2024"]
        .map(|policy| checkout(&format!("demo/policies/{policy}.yaml")));
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let preview = answer(data, &[&["policy", "publish", "--preview"], files.as_slice()].concat());
    let published = answer(data, &[&["policy", "publish"], files.as_slice()].concat());
    assert!(preview["money"]["changes"].as_array().is_some_and(|changes| !changes.is_empty()), "{preview}");
    assert_eq!(preview["money"], published["money"]);
}

#[test]
fn l2_the_demo_closes_two_months_and_trues_up_what_comes_late_in_the_third() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    tributary(&data, &["import", &checkout("demo/program.jsonl")]);
    let rates = checkout("demo/data/eurofxref-hist.csv");
    tributary(&data, &["import", "--from", "ecb", "--since", "2024-07-01", &rates]);
    import_bill(&data, "demo/data/focus_sample_1.0.csv");
    publish(&data);
    tributary(&data, &["close", "2024-08"]);
    tributary(&data, &["close", "2024-09"]);
    tributary(&data, &["period", "attest", "2024-09"]);
    let september: Vec<Value> =
        ADJUSTED.iter().map(|(partner, _)| answer(&data, &["statement", partner, "2024-09"])).collect();

    for file in ["demo/payments.jsonl", "demo/late.jsonl"] {
        tributary(&data, &["import", &checkout(file)]);
    }
    import_bill(&data, "demo/data/focus_reissued.csv");
    let pending = answer(&data, &["replay", "2024-08..2024-09", "--pending"]);
    tributary(&data, &["close", "2024-10", "--preview"]);
    tributary(&data, &["close", "2024-10"]);
    assert_eq!(pending["amount"], "0.2");
    for ((partner, adjusted), before) in ADJUSTED.iter().zip(september) {
        let october = answer(&data, &["statement", partner, "2024-10"]);
        assert_eq!(october["balance"]["adjusted"], **adjusted, "{partner}");
        assert_eq!(october["balance"]["opening"], before["balance"]["closing"], "{partner}");
        assert_eq!(answer(&data, &["statement", partner, "2024-09"]), before, "{partner}: a closed month stays");
    }
    // What was paid stands on both sides, what is held is not payable.
    let balance = |partner: &str| answer(&data, &["statement", partner, "2024-10"])["balance"].clone();
    assert_eq!(balance("p-cedar-reseller")["paid"], "2.89");
    assert_eq!(balance("p-anchor-msp")["held"], "1.17");
    tributary(&data, &["replay", "2024-08..2024-10"]);
    tributary(&data, &["verify"]);

    let why =
        answer(&data, &["explain", "statement", "p-delta-si", "2024-10", "--period", "2024-09", "--deal", "d-lumen"]);
    let credits = &why["lines"][0]["measures"][0]["deals"][0]["credits"];
    let because = &credits[0]["days"][0]["because"];
    let cites = |id: &str| because.as_array().is_some_and(|all| all.iter().any(|event| event["id"] == id));
    assert!(cites("late-3"), "the back-dated role is what made the share so: {because}");
    for (partner, _) in ADJUSTED {
        for period in ["2024-08", "2024-09", "2024-10"] {
            tributary(&data, &["explain", "statement", partner, period, "--check"]);
        }
    }
}
