//! A ledger in a folder of its own, and the questions of the tables: the only place that touches the API.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tributary_domain::event::Draft;
use tributary_domain::id::{EventId, Identity, PartnerId, Source};
use tributary_domain::testing::{drafts, instant, period, read_id};
use tributary_domain::time::{Instant, Period};
use tributary_events::Encoded;
use tributary_finance::journal::{JournalEntry, JournalFilter};
use tributary_finance::{
    FinanceError, Statement, SuspenseWork, close_pending, credits, journal, prove, statement, suspense, suspense_work,
    trial_balance,
};
use tributary_intake::{Intake, Trust};
use tributary_log::{Layout, Log, LogId, MemoryLog, Position, ReadLimit};
use tributary_projector::{Projection, View, fresh, open, rebuild};
use tributary_store::Tuning;

/// Asks the questions of the events: imported at once, and one by one in either order with every question asked in between,
/// for no answer may depend on any of it.
#[track_caller]
pub(crate) fn check(said: &str, questions: &str) {
    let said = drafts(said);
    let questions: Vec<(&str, &str)> = questions
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split_once('=').expect("a question, `=` and what is expected"))
        .map(|(asked, expected)| (asked.trim(), expected.trim()))
        .collect();
    let one_by_one = |said: &mut dyn Iterator<Item = &Draft>| {
        let ledger = Ledger::empty();
        for draft in said {
            ledger.import(vec![draft.clone()]);
            questions.iter().for_each(|(asked, _)| drop(ledger.answer(asked)));
        }
        ledger
    };
    for (order, ledger) in [
        ("at once", Ledger::of(said.clone())),
        ("one by one", one_by_one(&mut said.iter())),
        ("backwards", one_by_one(&mut said.iter().rev())),
    ] {
        for (asked, expected) in &questions {
            assert_eq!(ledger.answer(asked), *expected, "{order}: {asked}");
        }
    }
}

/// A log and what is projected from it.
pub(crate) struct Ledger {
    log: MemoryLog,
    pub(crate) projection: Projection,
    folder: TempDir,
}

const TUNING: Tuning =
    Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

impl Ledger {
    pub(crate) fn empty() -> Self {
        Self::over(MemoryLog::new(LogId([1; 16]), 1, Arc::new(|| 0)))
    }

    /// One whose log nobody judges, with so many partitions for each family.
    pub(crate) fn unjudged(per_family: u32) -> Self {
        Self::over(MemoryLog::unjudged(LogId([1; 16]), Layout { per_family }, Arc::new(|| 0)))
    }

    fn over(log: MemoryLog) -> Self {
        let folder = TempDir::new().expect("a folder");
        let projection = open(folder.path(), &log, &TUNING).expect("a store");
        Self { log, projection, folder }
    }

    pub(crate) fn of(said: Vec<Draft>) -> Self {
        let ledger = Self::empty();
        ledger.import(said);
        ledger
    }

    /// Takes events in with their own recorded times, and projects them.
    pub(crate) fn import(&self, said: Vec<Draft>) {
        let index = self.log.identities().unwrap_or(&self.projection);
        Intake::new(&self.log, index, Trust::FileTimes, None).submit(said).expect("the log works");
        self.projection.catch_up(&self.log, |_| {}).expect("the store works");
        assert_eq!(self.projection.quarantined().expect("the store works"), [], "the test says what breaks a rule");
    }

    /// Appends past the door, as others may, in partitions that the seed decides, and projects.
    pub(crate) fn append_anywhere(&self, said: &[Draft], seed: u64) {
        for (number, draft) in said.iter().enumerate() {
            let encoded = Encoded::of(draft);
            let partition = (number as u64 * 7 + seed) % u64::from(self.log.partitions());
            self.log.append(partition as u32, &[encoded.entry()]).expect("the log works");
        }
        self.projection.catch_up(&self.log, |_| {}).expect("the store works");
    }

    /// The same log, projected anew.
    pub(crate) fn rebuilt(self) -> Self {
        let Self { log, projection, folder } = self;
        drop(projection);
        let projection = rebuild(folder.path(), &log, &TUNING, |_| {}).expect("the store works");
        Self { log, projection, folder }
    }

    /// What a fresh projection of the same log differs in, and what is wrong with the kept statements.
    pub(crate) fn differences(&self) -> Vec<String> {
        self.close();
        let fresh = fresh(self.folder.path(), &self.log, &TUNING, |_| {}).expect("the store works");
        let fresh = fresh.projection().expect("a projection");
        close_pending(fresh, |_, _, _| {}).expect("the store works");
        let compared = self.projection.compare(fresh, |_| {}).expect("the store works");
        assert!(compared.rows > 0);
        let mut all: Vec<String> = compared.first.iter().map(ToString::to_string).collect();
        all.extend(compared.unreadable);
        let proofs = prove(&self.view(None), Some(&fresh.view(None).expect("the store works"))).expect("proofs");
        all.extend(proofs.into_iter().flat_map(|proof| proof.wrong));
        all
    }

    pub(crate) fn view(&self, known_at: Option<Instant>) -> View<'_> {
        self.projection.view(known_at).expect("the store works")
    }

    /// The event at a position of the log, and when it was recorded.
    pub(crate) fn recorded(&self, position: Position) -> Option<(Identity, Instant)> {
        let batch = self.log.read(position, ReadLimit { records: 1, ..ReadLimit::default() }, Duration::ZERO).ok()?;
        let record = batch.iter().next()?.expect("a record");
        let identity = Identity { source: Source::new(record.envelope.source), id: EventId::new(record.envelope.id) };
        Some((identity, Instant::from_micros(record.recorded_us)))
    }

    pub(crate) fn close(&self) {
        close_pending(&self.projection, |_, _, _| {}).expect("the store works");
    }

    pub(crate) fn statement(&self, partner: &PartnerId, period: Period) -> Result<Statement, FinanceError> {
        self.close();
        statement(&self.view(None), partner, period)
    }

    /// One question, with ` @instant` at its end as known then.
    pub(crate) fn answer(&self, asked: &str) -> String {
        self.close();
        let (asked, known_at) = asked.split_once(" @").map_or((asked, None), |(asked, at)| (asked, Some(instant(at))));
        let view = self.view(known_at);
        match *asked.split_whitespace().collect::<Vec<_>>() {
            ["statement", partner, of] => match statement(&view, &partner_id(partner), period(of)) {
                Ok(statement) => lines(&statement),
                Err(error) => error.code().to_owned(),
            },
            ["balance", partner, of] => match statement(&view, &partner_id(partner), period(of)) {
                Ok(statement) => balance(&statement),
                Err(error) => error.code().to_owned(),
            },
            ["credits", partner, of] => {
                let credits = credits(&view, &partner_id(partner), period(of)).expect("credits");
                list(credits.credits.iter().map(|of| format!("{}:{}:{}", of.account, of.deal, of.amount)))
            }
            ["unresolved"] => {
                let suspense = suspense(&view).expect("suspense");
                list(suspense.unresolved.iter().map(|of| format!("{}:{}", of.subject, of.events)))
            }
            ["unattributed"] => {
                let suspense = suspense(&view).expect("suspense");
                list(
                    suspense
                        .unattributed
                        .iter()
                        .map(|of| format!("{}:{}:{}:{}", of.account, of.product, of.amount, of.facts)),
                )
            }
            ["unconverted"] => {
                let suspense = suspense(&view).expect("suspense");
                list(suspense.unconverted.iter().map(|of| format!("{}:{}:{}", of.currency, of.amount, of.facts)))
            }
            ["out-of-range"] => {
                let work = suspense_work(&view).expect("suspense");
                list(work.out_of_range.iter().map(|of| {
                    let whose = [&of.account, &of.partner, &of.plan].map(|id| id.as_deref().unwrap_or("-"));
                    format!("{}:{}", whose.join(":"), of.period)
                }))
            }
            ["work", kind] => worked(&suspense_work(&view).expect("suspense"), kind),
            ["journal"] => {
                let journal = journal(&view, &JournalFilter::default()).expect("a journal");
                list(journal.entries.iter().map(entry))
            }
            ["unposted"] => {
                let journal = journal(&view, &JournalFilter::default()).expect("a journal");
                let unposted = journal.unposted.iter();
                list(unposted.map(|of| format!("{}:{}:{}{}", of.partner, of.payout, of.amount, of.currency)))
            }
            ["trial"] => {
                let trial = trial_balance(&view).expect("a trial balance");
                list(trial.accounts.iter().map(|row| format!("{}:{}", row.account, row.balance)))
            }
            ["invalid"] => list(
                view.invalid_closes()
                    .iter()
                    .map(|(filed, why)| format!("{}:{}", filed.event.meta.identity.id, why.code())),
            ),
            ref other => crate::reconciling::answer(&view, other),
        }
    }

    /// Everything that can be asked of a history, as text: now, and as known at each of these instants.
    pub(crate) fn everything(&self, periods: &[Period], instants: &[Instant]) -> Vec<String> {
        self.close();
        let mut all = vec![format!("digest {}", self.projection.digest().expect("a digest"))];
        let now = self.view(None);
        for partner in now.partners().expect("partners") {
            for period in periods {
                let said = statement(&now, &partner, *period);
                all.push(said.map_or_else(|error| error.to_string(), |statement| statement.canonical()));
            }
        }
        let closes = now.closes();
        all.push(format!("{closes:?}"));
        drop(now);
        for known_at in instants {
            all.extend(self.known(periods, *known_at));
        }
        all
    }

    /// Credits and suspense as known at an instant, and its open statements.
    pub(crate) fn known(&self, periods: &[Period], known_at: Instant) -> Vec<String> {
        let view = self.view(Some(known_at));
        let mut all = vec![format!("{:?}", suspense(&view).expect("suspense"))];
        for partner in ["p-1", "p-2", "p-3", "p1", "p2", "p3"].map(partner_id) {
            for period in periods {
                let credits = credits(&view, &partner, *period).expect("credits");
                all.extend((!credits.credits.is_empty()).then(|| format!("{credits:?}")));
            }
        }
        all
    }
}

/// One kind of suspense: what is asked for of each entry, in the order of the document.
fn worked(work: &SuspenseWork, kind: &str) -> String {
    let worth = |worth: &Option<String>| worth.clone().unwrap_or("-".to_owned());
    match kind {
        "unresolved" => list(work.unresolved.iter().map(|of| {
            let types: Vec<String> = of.types.iter().map(|one| format!("{}*{}", one.events, one.event_type)).collect();
            let account = of.resolve.account.as_deref().unwrap_or("-");
            let days = format!("{}..{}", of.first_day, of.last_day);
            format!("{}:{}:{days}:{}d:{account}:{}", of.subject, worth(&of.worth), of.age_days, types.join("+"))
        })),
        "candidates" => list(work.unresolved.iter().flat_map(|of| {
            of.likely_accounts.iter().map(|one| format!("{}:{}({})", of.subject, one.account, one.because.join(", ")))
        })),
        "unattributed" => list(work.unattributed.iter().map(|of| {
            let days = format!("{}..{}", of.first_day, of.last_day);
            format!(
                "{}:{}:{}:{}:{days}:{}d:{}",
                of.account,
                of.product,
                of.amount,
                worth(&of.worth),
                of.age_days,
                of.code
            )
        })),
        "reasons" => list(work.unattributed.iter().map(|of| format!("[{}; {}]", of.reason, of.resolve))),
        "unconverted" => list(work.unconverted.iter().map(|of| {
            let first_rate = of.first_rate.as_deref().unwrap_or("-");
            let days = format!("{}..{}", of.first_day, of.last_day);
            format!("{}:{}:{}:{}:{days}:{}d:{first_rate}", of.currency, of.amount, of.facts, of.days, of.age_days)
        })),
        other => panic!("no kind of suspense {other}"),
    }
}

/// `kind:plan:period:amount(deal:amount …)`.
fn lines(statement: &Statement) -> String {
    list(statement.lines.iter().map(|line| {
        let deals: Vec<String> = line.deals.iter().map(|deal| format!("{}:{}", deal.deal, deal.amount)).collect();
        format!("{}:{}:{}:{}({})", line.kind, line.plan, line.period, line.amount, deals.join(","))
    }))
}

/// `kind(account:amount …)`, credits below zero.
fn entry(entry: &JournalEntry) -> String {
    let posting = entry.postings.iter().map(|posting| {
        let sign = if posting.side == "credit" { "-" } else { "" };
        format!("{}:{sign}{}", posting.account, posting.amount)
    });
    format!("{}({})", entry.kind, posting.collect::<Vec<_>>().join(","))
}

/// The parts that are not zero.
fn balance(statement: &Statement) -> String {
    let of = &statement.balance;
    let parts = [
        ("opening", &of.opening),
        ("accrued", &of.accrued),
        ("adjusted", &of.adjusted),
        ("paid", &of.paid),
        ("closing", &of.closing),
        ("held", &of.held),
        ("payable", &of.payable),
    ];
    list(parts.iter().filter(|(_, amount)| *amount != "0").map(|(name, amount)| format!("{name}:{amount}")))
}

pub(crate) fn partner_id(text: &str) -> PartnerId {
    read_id(PartnerId::new, text)
}

/// The recorded instants of a history: the first, the last, and some between.
pub(crate) fn instants(said: &[Draft], count: usize) -> Vec<Instant> {
    let all: BTreeSet<Instant> = said.iter().filter_map(|draft| draft.recorded).collect();
    let step = (all.len() / count).max(1);
    all.into_iter().step_by(step).collect()
}

/// The same events in another order, which the seed alone decides.
pub(crate) fn shuffled(mut said: Vec<Draft>, seed: u64) -> Vec<Draft> {
    let mut state = seed;
    for at in (1..said.len()).rev() {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        said.swap(at, ((mixed ^ (mixed >> 31)) % (at as u64 + 1)) as usize);
    }
    said
}

fn list(values: impl IntoIterator<Item = impl Display>) -> String {
    let all: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(" ") }
}
