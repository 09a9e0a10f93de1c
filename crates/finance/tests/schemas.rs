//! The files in `schemas/answers/` are what the answer types generate. `UPDATE_SCHEMAS=1` rewrites them. Here rather than
//! with one of the read models, because they stand beside each other and one page should show all answers alike.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::Value;
use tributary_audit::{Attribution, AttributionDiff, DealRecord, Drift, Timeline};
use tributary_events::shape;
use tributary_finance::explain::{CreditExplanation, Explanation, ShareExplanation};
use tributary_finance::{
    Adjustments, AttributionRates, Credits, Diff, Journal, PeriodState, Reconciliation, Statement, Suspense,
    SuspenseWork, TrialBalance, Verification, WhatIf,
};
use tributary_renewals::Renewals;

// The binary's own type reads questions; a binary has no types to lend, so theirs is shaped here once more. The questions
// of the cases hold the two together.
/// A question to the ledger, by the kind of its answer.
#[derive(Deserialize, JsonSchema)]
#[serde(tag = "ask", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is wanted")]
enum Question {
    /// A partner's statement for a period; `knownAt` counts only while the period is open.
    Statement { partner: Id, period: PeriodText, known_at: Option<InstantText> },
    /// Who was attributed to what on a day.
    Attribution { account: Id, as_of: DateText, known_at: Option<InstantText> },
    /// A partner's credits in a period.
    Credits { partner: Id, period: PeriodText, known_at: Option<InstantText> },
    /// The won deals of an account.
    Renewals { account: Id, known_at: Option<InstantText> },
    /// What earns no credit.
    Suspense { known_at: Option<InstantText> },
    /// What each system says of a deal on a day.
    DealRecord { deal: Id, as_of: DateText, known_at: Option<InstantText> },
    /// Where systems say different things of the deals of an account, or of any.
    Drift { account: Option<Id>, as_of: DateText, known_at: Option<InstantText> },
    /// What was billed against what was paid out; without `asOf`, by the day of `knownAt`.
    Reconciliation {
        account: Option<Id>,
        as_of: Option<DateText>,
        #[serde(default)]
        all: bool,
        known_at: Option<InstantText>,
    },
    /// How much of what was used and paid out belongs to deals.
    AttributionRate { period: Option<PeriodText>, known_at: Option<InstantText> },
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline, extend("minLength" = 1, "maxLength" = 200, "pattern" = "^[^/\\u0000-\\u001f]+$"))]
#[expect(dead_code, reason = "only its shape is wanted")]
struct Id(String);

#[derive(Deserialize, JsonSchema)]
#[schemars(inline, extend("pattern" = shape::PERIOD))]
#[expect(dead_code, reason = "only its shape is wanted")]
struct PeriodText(String);

#[derive(Deserialize, JsonSchema)]
#[schemars(inline, extend("format" = "date", "pattern" = shape::DATE))]
#[expect(dead_code, reason = "only its shape is wanted")]
struct DateText(String);

#[derive(Deserialize, JsonSchema)]
#[schemars(inline, extend("format" = "date-time"))]
#[expect(dead_code, reason = "only its shape is wanted")]
struct InstantText(String);

/// What stands in the place of an answer that there is not.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape is wanted")]
struct NoAnswer {
    /// Why the question cannot be answered.
    error: Reason,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is wanted")]
struct Reason {
    /// Fixed for ever, so that programs may tell by it.
    #[schemars(extend("pattern" = "^[a-z]+(-[a-z]+)*$", "examples" = ["bad-parameter", "bad-question", "known-before-cutoff"]))]
    code: String,
    /// For people; may change.
    message: String,
}

/// A schema as it is printed: objects have the fields that are named and no others.
fn schema<T: JsonSchema>(settings: SchemaSettings, title: &str) -> (String, String) {
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    let close = |schema: &mut Schema| {
        if schema.get("properties").is_some() {
            schema.insert("additionalProperties".to_owned(), false.into());
        }
    };
    RecursiveTransform(close).transform(&mut schema);
    (title.to_lowercase(), format!("{:#}\n", schema.to_value()))
}

fn schemas() -> BTreeMap<String, String> {
    let answers = SchemaSettings::draft2020_12().for_serialize();
    let questions = SchemaSettings::draft2020_12().for_deserialize();
    [
        schema::<Statement>(answers.clone(), "Statement"),
        schema::<Attribution>(answers.clone(), "Attribution"),
        schema::<Credits>(answers.clone(), "Credits"),
        schema::<Renewals>(answers.clone(), "Renewals"),
        schema::<Suspense>(answers.clone(), "Suspense"),
        schema::<DealRecord>(answers.clone(), "DealRecord"),
        schema::<Drift>(answers.clone(), "Drift"),
        schema::<SuspenseWork>(answers.clone(), "SuspenseWork"),
        schema::<Vec<PeriodState>>(answers.clone(), "Periods"),
        schema::<Verification>(answers.clone(), "Replay"),
        schema::<Adjustments>(answers.clone(), "Adjustments"),
        schema::<WhatIf>(answers.clone(), "What-if"),
        schema::<Diff>(answers.clone(), "Diff"),
        schema::<AttributionDiff>(answers.clone(), "Attribution-diff"),
        schema::<Timeline>(answers.clone(), "Timeline"),
        schema::<Explanation>(answers.clone(), "Explanation"),
        schema::<CreditExplanation>(answers.clone(), "CreditExplanation"),
        schema::<ShareExplanation>(answers.clone(), "ShareExplanation"),
        schema::<Journal>(answers.clone(), "Journal"),
        schema::<TrialBalance>(answers.clone(), "Trial-Balance"),
        schema::<AttributionRates>(answers.clone(), "AttributionRate"),
        schema::<Reconciliation>(answers.clone(), "Reconciliation"),
        schema::<NoAnswer>(answers, "Error"),
        schema::<Vec<Question>>(questions, "Questions"),
    ]
    .into()
}

fn validators() -> BTreeMap<String, jsonschema::Validator> {
    let validator = |(name, text): (String, String)| {
        let schema: Value = serde_json::from_str(&text).expect("JSON");
        (name, jsonschema::validator_for(&schema).expect("a schema"))
    };
    schemas().into_iter().map(validator).collect()
}

/// Questions and answers of every case.
fn cases() -> Vec<(PathBuf, Value, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let folders = std::fs::read_dir(root).expect("the cases").map(|entry| entry.expect("an entry").path());
    let read = |path: PathBuf| -> Value {
        serde_json::from_str(&std::fs::read_to_string(path).expect("a file of a case")).expect("JSON")
    };
    let case = |case: PathBuf| (case.clone(), read(case.join("questions.json")), read(case.join("expect.json")));
    folders.filter(|path| path.is_dir()).map(case).collect()
}

#[test]
fn the_schemas_are_generated_from_the_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/answers");
    for (name, schema) in schemas() {
        let path = root.join(format!("{name}.json"));
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::create_dir_all(&root).expect("make the folder");
            std::fs::write(&path, &schema).expect("write a schema");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(found, schema, "{} has drifted; set UPDATE_SCHEMAS=1", path.display());
    }
}

#[test]
fn what_the_cases_ask_and_expect_is_valid_and_an_unknown_field_is_not() {
    let validators = validators();
    let mut answers_seen = 0;
    for (case, questions, answers) in cases() {
        let errors: Vec<String> = validators["questions"].iter_errors(&questions).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", case.display());
        let pairs = questions.as_array().expect("questions").iter().zip(answers.as_array().expect("answers"));
        for (question, answer) in pairs {
            let kind = question["ask"].as_str().expect("a kind");
            let errors: Vec<String> = validators[kind].iter_errors(answer).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{}: {question}: {errors:?}", case.display());
            let mut more = answer.clone();
            more["colour"] = "red".into();
            assert!(!validators[kind].is_valid(&more), "{question}");
            answers_seen += 1;
        }
    }
    assert!(answers_seen > 250, "{answers_seen} answers");
}

#[test]
fn a_decimal_is_canonical_and_a_null_is_allowed_only_where_something_may_be_missing() {
    let validators = validators();
    let fact = |amount: &str| {
        serde_json::json!({"knownAt": "2026-03-05T00:00:00Z", "unresolved": [], "unattributed": [],
            "unconverted": [{"currency": "JPY", "facts": 1, "amount": amount}]})
    };
    for (amount, valid) in [
        ("0", true),
        ("-0.5", true),
        ("1200", true),
        ("12.000000000001", true),
        ("0.50", false),
        ("-0", false),
        ("01", false),
        ("1e3", false),
        ("", false),
    ] {
        assert_eq!(validators["suspense"].is_valid(&fact(amount)), valid, "{amount:?}");
    }
    let mut unknown = fact("1");
    unknown["knownAt"] = Value::Null;
    assert!(!validators["suspense"].is_valid(&unknown));
    let refusal = serde_json::json!({"error": {"code": "bad-parameter", "message": "`period` is not a month"}});
    assert!(validators["error"].is_valid(&refusal));
}
