//! FOCUS files that replace their scopes: which scope and version a row is of. What becomes of it is the importer's.

#[expect(dead_code, reason = "each test uses its part of it")]
mod reading;

use reading::{refusals, rows, statements};
use tributary_connectors::focus::{Mapping, SCHEMA};
use tributary_connectors::{Restates, Row, Scope, Version};

const HEADER: &str =
    "Account,ChargeCategory,ChargePeriodStart,BillingPeriodStart,Cost,BillingCurrency,Service,Exported";

fn mapping(version: &str) -> String {
    format!(
        "source: urn:focus:test\ncost: Cost\nproduct: {{column: Service}}\naccounts: [{{namespace: a, column: Account}}]\n\
         delivery: {{overwrite: {{scope: [Account, BillingPeriodStart], version: {version}}}}}\n"
    )
}

fn row(account: &str, period: &str, exported: &str) -> String {
    format!("{account},Usage,2026-01-02,{period},1,USD,s,{exported}")
}

fn read(version: &str, name: &str, lines: &[String]) -> Result<Vec<Row>, String> {
    let source = Mapping::from_yaml(&mapping(version)).expect("a mapping");
    rows(&source, format!("{HEADER}\n{}\n", lines.join("\n")).as_bytes(), name)
}

fn deliveries(rows: &[Row]) -> Vec<(Scope, Version)> {
    let of = |restates: &Restates| match restates {
        Restates::ByDelivery { scope, version, only: None } => (*scope, version.clone()),
        other => panic!("{other:?}"),
    };
    statements(rows).into_iter().map(|(_, statement)| of(&statement.restates)).collect()
}

#[test]
fn rows_of_one_account_and_period_are_one_scope_however_they_are_written() {
    let lines = [
        row("1", "2026-01-01", "2026-02-03T00:00:00Z"),
        row("1", "2026-01-01T00:00:00Z", "2026-02-03 00:00:00"),
        row("2", "2026-01-01", "2026-02-04"),
    ];
    let found = deliveries(&read("{column: Exported}", "f.csv", &lines).expect("a header"));
    assert_eq!(found[0], found[1]);
    assert!(found[0].0 != found[2].0 && found[0].1 < found[2].1);
}

#[test]
fn a_row_of_another_version_than_its_scope_is_refused() {
    let lines = [row("1", "2026-01-01", "2026-02-03"), row("1", "2026-01-01", "2026-02-04")];
    let read = read("{column: Exported}", "f.csv", &lines).expect("a header");
    let reason = "says another version of its scope than the rows before it; a file is one delivery (versions-differ)";
    assert_eq!(refusals(&read), [format!("f.csv:3: Exported: {reason}")]);
}

#[test]
fn the_version_may_stand_in_the_files_name() {
    let lines = [row("1", "2026-01-01", "")];
    let of = |name: &str| read("{fileName: 'bill-*.csv'}", name, &lines);
    let version = |name: &str| deliveries(&of(name).expect("a header")).remove(0).1;
    assert!(version("in/bill-9.csv") < version("bill-10.csv"));
    let refused = of("bill.csv").map(|_| ()).expect_err("no version");
    assert!(refused.ends_with("in which the mapping says its version stands (no-version)"), "{refused}");
}

#[test]
fn the_schema_has_what_mappings_may_say_of_deliveries() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (from, to, right) in [
        ("", "", true),
        ("{overwrite: {scope: [Account, BillingPeriodStart], version: {column: Exported}}}", "append", true),
        ("column: Exported", "fileName: 'a-*-b'", true),
        ("column: Exported", "fileName: 'a'", false),
        ("column: Exported", "row: 1", false),
        ("scope: [Account, BillingPeriodStart], ", "", false),
        ("[Account, BillingPeriodStart]", "[]", false),
        ("overwrite", "replace", false),
    ] {
        let text = mapping("{column: Exported}").replacen(from, to, 1);
        let document = tributary_connectors::yaml::documents(&text).expect("YAML").remove(0);
        assert_eq!(validator.is_valid(&document.value), right, "{text}");
        assert_eq!(Mapping::from_yaml(&text).is_ok(), right, "{text}");
    }
}
