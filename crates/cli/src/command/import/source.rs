//! Files of outside systems: rows that the ledger does not know are recorded, rows that changed are restated, rows that cannot be
//! used go into the quarantine, and the line of every event is kept (`tributary_origins`).
//!
//! What is said for a row is decided in `tributary_connectors::restate`; here is looked up what the ledger holds of it.

mod delivery;
mod held;
mod returned;
mod spool;

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use tributary_connectors::restate::{News, judge, judge_delivered, restatement, taken_back, version_of_file};
pub(super) use tributary_connectors::source::Format as Of;
use tributary_connectors::source::Source;
use tributary_connectors::{
    Changed, Fate, Reason, Refusal, Restates, Row, Said, Scope, Statement, Tally, Unusable, Version,
};
use tributary_domain::event::{Body, Draft};
use tributary_domain::id::Source as SaidBy;
use tributary_domain::money::Money;
use tributary_intake::Outcome;
use tributary_log::{IdentityKey, Position};
use tributary_origins::{Import, ImportedFile, Origins, UnusableRow};

use self::delivery::Deliveries;
use self::held::{Batch, Lookup, Stands};
use self::returned::{Returned, legs_of};
use self::spool::Spool;
use super::changes::Changes;
use super::report::Counts;
use super::{DRAFTS_PER_BATCH, Imported, Input, Received};
use crate::context::Context;
use crate::error::CliError;
use crate::ledger::{Ledger, now, origins_folder};
use crate::meter::Meter;

/// How many batches may be read and not taken yet.
const BATCHES_AHEAD: usize = 2;

/// Why rows that are older than what the ledger holds say nothing.
const SUPERSEDED: &str = "superseded";

/// Imports a file; what is counted are its rows.
pub(super) fn import(
    context: &Context,
    ledger: &Ledger,
    input: Input,
    (format, source): (&Of, &dyn Source),
    received: Received,
    meter: &Meter,
) -> Result<Imported, CliError> {
    let origins = Origins::at(origins_folder(&context.data));
    let spool = Spool::of(input, &origins_folder(&context.data))?;
    let of = ImportedFile {
        imported: now().to_string(),
        file: spool.name.clone(),
        hash: spool.hash()?,
        bytes: spool.bytes()?,
        format: format.name.to_owned(),
    };
    let mut importing = Importing {
        ledger,
        from: format.name,
        name: &spool.name,
        version: version_of_file(&of.hash),
        received,
        meter,
        counts: Counts::default(),
        tally: Tally::default(),
        changes: Changes::default(),
        import: origins.begin()?,
        lines: Vec::new(),
        came_back: Vec::new(),
        returned: None,
        unfiled: false,
        deliveries: Deliveries::of(origins),
    };
    let (reader, name) = (meter.read(spool.open()?), spool.name.as_str());
    thread::scope(|scope| {
        let (sender, read) = sync_channel(BATCHES_AHEAD);
        scope.spawn(move || read_ahead(source, reader, name, &sender));
        for batch in read {
            match batch {
                Ok(rows) => importing.take(rows)?,
                Err(refusal) => importing.header(refusal)?,
            }
        }
        Ok::<(), CliError>(())
    })?;
    importing.take_back()?;
    importing.void()?;
    let Importing { import, counts, tally, changes, .. } = importing;
    import.finish(of)?;
    Ok(Imported { counts: counts.summed(), tally, changes })
}

/// Reads rows in batches, while those before are taken; the refusal of a header is all there is of a file. Ends early if nobody
/// takes them any more.
fn read_ahead(source: &dyn Source, reader: impl Read, name: &str, to: &SyncSender<Result<Vec<Row>, Refusal>>) {
    let mut rows = match source.rows(Box::new(reader), name) {
        Ok(rows) => rows,
        Err(refusal) => {
            let _ = to.send(Err(refusal)); // nobody listens: there was an error already
            return;
        }
    };
    loop {
        let batch: Vec<Row> = rows.by_ref().take(DRAFTS_PER_BATCH).collect();
        if batch.is_empty() || to.send(Ok(batch)).is_err() {
            return;
        }
    }
}

/// A file on its way into the ledger.
struct Importing<'a> {
    ledger: &'a Ledger,
    /// What the file comes from.
    from: &'static str,
    name: &'a str,
    /// The version that the file itself is.
    version: Version,
    received: Received,
    meter: &'a Meter,
    counts: Counts,
    tally: Tally,
    changes: Changes,
    import: Import,
    /// Where the events of the batch stand, with the lines that say them.
    lines: Vec<(Position, u64)>,
    /// Whether batches were appended that are not filed yet.
    unfiled: bool,
    /// Rows that say that a payment came back: what its legs are is known at the end of the file.
    came_back: Vec<CameBack>,
    /// The payments that came back before; looked up once a leg is new.
    returned: Option<Returned>,
    deliveries: Deliveries,
}

/// A row that says that a payment came back.
struct CameBack {
    row: Pending,
    payment: (SaidBy, String),
}

/// A row of which events are to be said, and what has become of it so far.
struct Pending {
    line: u64,
    kind: Arc<str>,
    money: Option<Money>,
    restated: bool,
    fates: BTreeSet<Fate>,
    left_out: Option<Arc<str>>,
}

impl Pending {
    fn of(line: u64, kind: Arc<str>, money: Option<Money>) -> Self {
        Self { line, kind, money, restated: false, fates: BTreeSet::new(), left_out: None }
    }
}

/// An event to be said for a row of the batch.
struct Saying {
    row: usize,
    draft: Draft,
    /// What the file replaces, if this is what a row of it says first.
    scope: Option<Scope>,
}

impl Importing<'_> {
    /// A file whose header is another's is one row that cannot be used.
    fn header(&mut self, refusal: Refusal) -> Result<(), CliError> {
        let row = Row {
            line: refusal.line,
            kind: "header".into(),
            money: None,
            said: Said::Refused(Box::new(Unusable { refusal, text: String::new() })),
        };
        self.take(vec![row])
    }

    fn take(&mut self, rows: Vec<Row>) -> Result<(), CliError> {
        let (mut pending, mut statements) = (Vec::new(), Vec::new());
        for Row { line, kind, money, said } in rows {
            match said {
                Said::LeftOut(reason) => {
                    self.counts.leave_out(&reason, 1);
                    self.tally.count(&kind, money, Fate::LeftOut);
                }
                Said::Changed(changed) => {
                    let Changed { reason, things, at } = *changed;
                    self.counts.leave_out(&reason, 1);
                    self.tally.count(&kind, money, Fate::LeftOut);
                    things.into_iter().for_each(|what| self.changes.learn(self.from, what, at));
                }
                Said::Refused(unusable) => {
                    self.counts.refused += 1;
                    self.tally.count(&kind, money, Fate::Quarantined);
                    self.refuse(&kind, &unusable.refusal, unusable.text)?;
                }
                Said::TakesBack { source, payment } => {
                    let row = Pending::of(line, kind, money);
                    self.came_back.push(CameBack { row, payment: (source, payment) });
                }
                Said::Events(events) => {
                    statements.extend(events.into_iter().map(|event| (pending.len(), event)));
                    pending.push(Pending::of(line, kind, money));
                }
            }
        }
        let sayings = self.judged(statements, &mut pending)?;
        self.say(sayings, &mut pending)?;
        pending.iter().for_each(|row| self.count(row));
        Ok(())
    }

    /// What is to be said, in the order of versions: of what the ledger holds already, nothing.
    fn judged(
        &mut self,
        mut statements: Vec<(usize, Statement)>,
        pending: &mut [Pending],
    ) -> Result<Vec<Saying>, CliError> {
        let version = |statement: &Statement| match &statement.restates {
            Restates::ByVersion { version, .. } => Some(version.clone()),
            Restates::Nothing | Restates::ByFile { .. } | Restates::ByDelivery { .. } => None,
        };
        statements.sort_by_cached_key(|(_, statement)| version(statement));
        let lookup = Lookup::of(self.ledger, statements.iter().map(|(_, statement)| statement))?;
        if lookup.knows_any() {
            self.file()?; // how it stands now, the projection knows
        }
        let (mut batch, mut sayings) = (Batch::default(), Vec::new());
        for (row, statement) in statements {
            let Statement { draft, restates } = statement;
            let pending = &mut pending[row];
            if restates == Restates::Nothing {
                sayings.push(Saying { row, draft, scope: None });
                continue;
            }
            let scope = match &restates {
                Restates::ByDelivery { scope, .. } => Some(*scope),
                _ => None,
            };
            match self.news(&draft, &restates, &lookup, &mut batch)? {
                News::New(drafts) => {
                    sayings.extend(drafts.into_iter().map(|draft| Saying { row, draft, scope }));
                    sayings.extend(self.came_back_before(&draft)?.map(|draft| Saying { row, draft, scope: None }));
                }
                News::Restated(restated) => {
                    pending.restated = true;
                    self.deliver(scope, lookup.position(&draft), pending.line);
                    sayings.push(Saying { row, draft: *restated, scope: None });
                }
                News::Known => {
                    pending.fates.insert(Fate::Duplicate);
                    self.deliver(scope, lookup.position(&draft), pending.line);
                    self.lines.extend(lookup.position(&draft).map(|position| (position, pending.line)));
                }
                News::Superseded => pending.left_out = Some(SUPERSEDED.into()),
                News::LeftOut(reason) => pending.left_out = Some(reason),
                News::Moved(reason) => {
                    pending.fates.insert(Fate::Quarantined);
                    self.refuse_draft(&draft, pending, None, reason)?;
                }
            }
        }
        Ok(sayings)
    }

    fn deliver(&mut self, scope: Option<Scope>, position: Option<Position>, line: u64) {
        if let Some((scope, position)) = scope.zip(position) {
            self.deliveries.say(scope, position, line);
        }
    }

    fn news(
        &mut self,
        draft: &Draft,
        restates: &Restates,
        lookup: &Lookup<'_>,
        batch: &mut Batch,
    ) -> Result<News, CliError> {
        match restates {
            Restates::Nothing => Ok(News::New(vec![draft.clone()])),
            Restates::ByFile { only } => Ok(match (lookup.stands(draft)?, only) {
                (Stands::Nothing, Some(reason)) => News::LeftOut(Arc::clone(reason)),
                (Stands::Nothing | Stands::Other, _) => News::New(vec![draft.clone()]),
                (Stands::Same, _) => News::Known,
                (Stands::Differs, _) => match restatement(draft, &self.version) {
                    Some(restated) => News::Restated(Box::new(restated)),
                    None => News::New(vec![draft.clone()]),
                },
            }),
            Restates::ByDelivery { scope, version, only } => {
                if self.deliveries.is_superseded(*scope, version)? {
                    return Ok(News::Superseded);
                }
                Ok(match (lookup.stands(draft)?, only) {
                    (Stands::Nothing, Some(reason)) => News::LeftOut(Arc::clone(reason)),
                    (Stands::Nothing | Stands::Other, _) => News::New(vec![draft.clone()]),
                    (Stands::Same, _) => News::Known,
                    (Stands::Differs, _) => match lookup.held(draft, version, false)? {
                        Some(held) => judge_delivered(draft, version, &held),
                        None => News::New(vec![draft.clone()]),
                    },
                })
            }
            Restates::ByVersion { version, first } => {
                let held = match batch.held(draft, version) {
                    Some(held) => Some(held),
                    None => lookup.held(draft, version, *first)?,
                };
                let news = judge(draft, version, *first, held.as_ref());
                batch.learn(draft, version, held, &news);
                Ok(news)
            }
        }
    }

    /// What takes back a leg that is new, if its payment came back.
    fn came_back_before(&mut self, row: &Draft) -> Result<Option<Draft>, CliError> {
        if !matches!(row.body, Body::DisbursementReported(_)) {
            return Ok(None);
        }
        let returned = match self.returned.take() {
            Some(returned) => returned,
            None => {
                self.file()?;
                Returned::of(self.ledger)?
            }
        };
        Ok(self.returned.insert(returned).take_back(row))
    }

    /// Restates at nothing what is held of the payments that came back.
    fn take_back(&mut self) -> Result<(), CliError> {
        let came_back = std::mem::take(&mut self.came_back);
        if came_back.is_empty() {
            return Ok(());
        }
        let payments = came_back.iter().map(|one| one.payment.clone()).collect();
        self.file()?;
        let mut legs = legs_of(self.ledger, &payments)?;
        let (mut rows, mut sayings) = (Vec::new(), Vec::new());
        for CameBack { mut row, payment } in came_back {
            match legs.get_mut(&payment).map(std::mem::take) {
                None => {
                    row.fates.insert(Fate::Quarantined);
                    let reason = Reason::NothingToTakeBack { payment: payment.1.clone() };
                    let refusal = Refusal { file: self.name.to_owned(), line: row.line, column: None, reason };
                    self.refuse(&row.kind, &refusal, payment.1)?;
                }
                Some(standing) if standing.is_empty() => {
                    row.fates.insert(Fate::Duplicate);
                }
                Some(standing) => {
                    row.restated = true;
                    let at = rows.len();
                    sayings.extend(standing.iter().filter_map(taken_back).map(|draft| Saying {
                        row: at,
                        draft,
                        scope: None,
                    }));
                }
            }
            rows.push(row);
        }
        self.say(sayings, &mut rows)?;
        rows.iter().for_each(|row| self.count(row));
        Ok(())
    }

    /// Submits what is to be said, and notes which line said what.
    fn say(&mut self, sayings: Vec<Saying>, pending: &mut [Pending]) -> Result<(), CliError> {
        let (rows, drafts): (Vec<(usize, Option<Scope>)>, Vec<Draft>) =
            sayings.into_iter().map(|Saying { row, draft, scope }| ((row, scope), draft)).unzip();
        let drafts = self.received.mark(drafts);
        let outcomes = self.received.outcomes(self.ledger, &drafts)?;
        for (((row, scope), draft), outcome) in rows.into_iter().zip(&drafts).zip(outcomes) {
            let row = &mut pending[row];
            match outcome {
                Outcome::Appended(position) => {
                    row.fates.insert(Fate::Accepted);
                    self.deliver(scope, Some(position), row.line);
                    self.lines.push((position, row.line));
                }
                Outcome::Duplicate(position) => {
                    row.fates.insert(Fate::Duplicate);
                    self.deliver(scope, Some(position), row.line);
                    self.lines.push((position, row.line));
                }
                Outcome::Refused(refusal) => {
                    row.fates.insert(Fate::Quarantined);
                    let column = Some(refusal.field().to_owned());
                    self.refuse_draft(draft, row, column, Reason::Event(Box::new(refusal)))?;
                }
            }
        }
        self.import.note(&std::mem::take(&mut self.lines))?;
        self.deliveries.note(&mut self.import)?;
        self.unfiled = true;
        // Where the log keeps no index, the next batch asks the projection what this one said.
        if self.ledger.log.identities().is_none() { self.file() } else { Ok(()) }
    }

    /// Files what was appended. Many batches at once are filed in larger, sorted writes: only what asks for it does it sooner.
    fn file(&mut self) -> Result<(), CliError> {
        if std::mem::take(&mut self.unfiled) {
            self.ledger.projection.file(&*self.ledger.log, |_| {})?;
        }
        Ok(())
    }

    /// Voids what the file replaces and no longer has: only of a file that was read whole, for a row that cannot be used is one that
    /// it has.
    fn void(&mut self) -> Result<(), CliError> {
        if self.counts.refused > 0 {
            if self.deliveries.any() {
                let why = "rows were refused, so that nothing is voided that the file no longer has; mend them and import it again";
                self.meter.say(&format_args!("{}: {why}", self.name));
            }
            return Ok(());
        }
        if !self.deliveries.any() {
            return Ok(());
        }
        self.file()?;
        let voided = self.deliveries.void(self.ledger, self.received)?;
        self.counts.voided = voided.len() as u64;
        let lines: Vec<(Position, u64)> = voided.into_iter().map(|position| (position, 0)).collect();
        Ok(self.import.note(&lines)?)
    }

    /// Counts a row once: what is wrong with a part of it is wrong with the row.
    fn count(&mut self, row: &Pending) {
        let fate = if row.fates.contains(&Fate::Quarantined) {
            self.counts.refused += 1;
            Fate::Quarantined
        } else if row.fates.contains(&Fate::Accepted) {
            *(if row.restated { &mut self.counts.restated } else { &mut self.counts.appended }) += 1;
            Fate::Accepted
        } else if let Some(reason) = &row.left_out {
            self.counts.leave_out(reason, 1);
            Fate::LeftOut
        } else {
            self.counts.duplicate += 1;
            Fate::Duplicate
        };
        self.tally.count(&row.kind, row.money, fate);
    }

    /// An event that the ledger does not take: what is kept of its row is the event.
    fn refuse_draft(
        &mut self,
        draft: &Draft,
        row: &Pending,
        column: Option<String>,
        reason: Reason,
    ) -> Result<(), CliError> {
        let refusal = Refusal { file: self.name.to_owned(), line: row.line, column, reason };
        self.refuse(&row.kind, &refusal, tributary_events::json::write_draft(draft))
    }

    fn refuse(&mut self, kind: &str, refusal: &Refusal, row: String) -> Result<(), CliError> {
        self.meter.say(refusal);
        let (code, reason) = (refusal.reason.code().to_owned(), refusal.reason.to_string());
        let (line, column, kind) = (refusal.line, refusal.column.clone(), kind.to_owned());
        Ok(self.import.keep(&UnusableRow { line, column, code, reason, kind, row })?)
    }
}

/// The identities that a statement may be known by.
fn keys(statement: &Statement) -> Vec<IdentityKey> {
    let own = held::key(&statement.draft);
    let restated = match &statement.restates {
        Restates::ByVersion { version, first: false } | Restates::ByDelivery { version, .. } => {
            restatement(&statement.draft, version)
        }
        _ => None,
    };
    [own].into_iter().chain(restated.map(|draft| held::key(&draft))).collect()
}
