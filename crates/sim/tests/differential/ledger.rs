//! A ledger over a log in memory and a store in a temporary folder, asked as `tributary ask` asks it.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use tributary_audit::attribution;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::testing::{day, instant, period, read_id};
use tributary_events::json as wire;
use tributary_finance::{close_pending, credits, statement, suspense};
use tributary_intake::{Intake, Trust};
use tributary_log::{LogId, MemoryLog};
use tributary_projector::{Projection, open};
use tributary_renewals::renewals;
use tributary_store::Tuning;

const TUNING: Tuning = Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1 };

pub(crate) struct Ledger {
    projection: Projection,
    _folder: TempDir,
}

impl Ledger {
    pub(crate) fn of(events: &[Value]) -> Ledger {
        let log = MemoryLog::new(LogId([1; 16]), 1, Arc::new(|| 0));
        let folder = TempDir::new().expect("a folder");
        let projection = open(folder.path(), &log, &TUNING).expect("a store");
        let read = |event: &Value| {
            let line = event.to_string();
            wire::read(line.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal}: {line}"))
        };
        let drafts = events.iter().map(read).collect();
        Intake::new(&log, Trust::FileTimes, None).submit(drafts).expect("the log works");
        projection.catch_up(&log, |_| {}).expect("the store works");
        close_pending(&projection, |_, _, _| {}).expect("the store works");
        Ledger { projection, _folder: folder }
    }

    pub(crate) fn answer(&self, question: &Value) -> Value {
        let text = |field: &str| question[field].as_str().unwrap_or_default();
        let known_at = question["knownAt"].as_str().map(instant);
        let view = self.projection.view(known_at).expect("the store works");
        let partner = || read_id(PartnerId::new, text("partner"));
        let account = || read_id(AccountId::new, text("account"));
        match text("ask") {
            "statement" => match statement(&view, &partner(), period(text("period"))) {
                Ok(statement) => document(&statement),
                Err(error) => json!({"error": {"code": error.code(), "message": error.to_string()}}),
            },
            "credits" => document(&credits(&view, &partner(), period(text("period"))).expect("credits")),
            "attribution" => document(&attribution(&view, &account(), day(text("asOf"))).expect("an attribution")),
            "renewals" => document(&renewals(&view, &account()).expect("renewals")),
            _ => document(&suspense(&view).expect("suspense")),
        }
    }
}

fn document(answer: &impl Serialize) -> Value {
    serde_json::to_value(answer).expect("an answer")
}
