//! The ledger against the auditor: any history, the same answers. Identifiers are few, so that whatever can clash does.

mod history;
mod ledger;

use proptest::prelude::*;
use serde_json::{Value, json};
use tributary_sim::auditor::Auditor;

use history::Choices;
use ledger::Ledger;

/// Histories for each run: a few seconds in all. `PROPTEST_CASES` asks for more.
const CASES: u32 = 24;

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(CASES)
}

/// Everything that the contract can be asked about such a history.
fn questions(events: &[Value]) -> Vec<Value> {
    let mut recorded: Vec<&str> = events.iter().filter_map(|event| event["recordedtime"].as_str()).collect();
    recorded.sort_unstable();
    recorded.dedup();
    let step = (recorded.len() / 4).max(1);
    let instants =
        recorded.iter().step_by(step).map(|at| json!(at)).chain([Value::Null, json!("2027-01-01T00:00:00Z")]);
    let mut questions = Vec::new();
    for known_at in instants {
        let mut ask = |mut question: Value| {
            if !known_at.is_null() {
                question["knownAt"] = known_at.clone();
            }
            questions.push(question);
        };
        for partner in history::PARTNERS {
            for period in ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"] {
                ask(json!({"ask": "statement", "partner": partner, "period": period}));
                ask(json!({"ask": "credits", "partner": partner, "period": period}));
            }
        }
        for account in history::ACCOUNTS {
            for day in ["2025-12-25", "2026-01-31", "2026-02-17", "2026-03-29", "2026-05-01"] {
                ask(json!({"ask": "attribution", "account": account, "asOf": day}));
            }
            ask(json!({"ask": "renewals", "account": account}));
        }
        ask(json!({"ask": "suspense"}));
    }
    questions
}

/// An answer to compare: of an error its code alone.
fn comparable(answer: Value) -> Value {
    match answer["error"]["code"].as_str() {
        Some(code) => json!({"error": code}),
        None => answer,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_and_the_auditor_answer_any_history_alike(
        book in prop::sample::select(history::BOOKS.as_slice()),
        choices in prop::collection::vec(prop::collection::vec(any::<u8>(), 14), 4..60),
    ) {
        let mut events = history::beginning(book);
        events.extend(choices.iter().enumerate().map(|(number, bytes)| history::event(number, book, &mut Choices::new(bytes))));
        let (auditor, ledger) = (Auditor::new(&events), Ledger::of(&events));
        for question in questions(&events) {
            let (ours, theirs) = (comparable(ledger.answer(&question)), comparable(auditor.answer(&question)));
            prop_assert!(
                ours == theirs,
                "{question}\n  ledger  {ours}\n  auditor {theirs}\n{}",
                events.iter().map(Value::to_string).collect::<Vec<_>>().join("\n"),
            );
        }
    }
}
