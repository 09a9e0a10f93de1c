//! The `tributary` binary.

mod ask;
mod error;
mod ledger;

use std::io::Read;
use tributary_log::{Entry, Envelope, Log};

fn main() {
    let dir = std::env::args().nth(1).expect("dir");
    let case = std::path::PathBuf::from(std::env::args().nth(2).expect("case"));
    let data = std::path::Path::new(&dir);
    let log = ledger::open_log(data).expect("log");
    let text = std::fs::read_to_string(case.join("events.jsonl")).expect("events");
    let mut seen = std::collections::HashSet::new();
    for line in text.lines() {
        let draft = tributary_events::json::read(line.as_bytes()).expect("draft");
        if !seen.insert(draft.identity.clone()) {
            continue;
        }
        let bytes = tributary_events::encode(&draft.body);
        let subject = draft.subject.to_string();
        let envelope = Envelope {
            id: draft.identity.id.as_str(),
            source: draft.identity.source.as_str(),
            event_type: draft.body.event_type(),
            subject: &subject,
            time_us: draft.time.micros(),
            data: &bytes,
        };
        log.append(0, &[Entry { envelope, recorded_us: draft.recorded.map(|r| r.micros()) }]).expect("append");
    }
    drop(log);
    let ledger = ledger::Ledger::open(data, |_| {}).expect("open");
    let mut q = String::new();
    std::fs::File::open(case.join("questions.json")).expect("q").read_to_string(&mut q).expect("q");
    let questions: Vec<serde_json::Value> = serde_json::from_str(&q).expect("json");
    let answers = ask::answers(&ledger, &questions);
    let expect: Vec<serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(case.join("expect.json")).expect("e")).expect("e");
    let mut bad = 0;
    for ((q, a), e) in questions.iter().zip(&answers).zip(&expect) {
        if a != e {
            bad += 1;
            if bad < 4 {
                println!("Q {q}\nGOT  {a}\nWANT {e}\n");
            }
        }
    }
    println!("{}: {} of {} differ", case.display(), bad, questions.len());
}
