//! Files of outside systems: rows that the ledger does not know are recorded, rows that changed are restated, rows that cannot be
//! used go into the quarantine, and the line of every event is kept (`tributary_origins`).
//!
//! What is said for a row is decided in `tributary_connectors::restate`; here is looked up what the ledger holds of it.

mod delivery;
mod held;
mod spool;

use std::collections::BTreeSet;
use std::sync::Arc;

use tributary_connectors::restate::{News, judge, judge_delivered, restatement, version_of_file};
pub(super) use tributary_connectors::source::Format as Of;
use tributary_connectors::source::Source;
use tributary_connectors::{Fate, Reason, Refusal, Restates, Row, Said, Scope, Statement, Tally, Unusable, Version};
use tributary_domain::event::Draft;
use tributary_domain::money::Money;
use tributary_intake::Outcome;
use tributary_log::{IdentityKey, Position};
use tributary_origins::{Import, ImportedFile, Origins, UnusableRow};

use self::delivery::Deliveries;
use self::held::{Batch, Lookup, Stands};
use self::spool::Spool;
use super::report::Counts;
use super::{DRAFTS_PER_BATCH, Input, outcomes};
use crate::context::Context;
use crate::error::CliError;
use crate::ledger::{Ledger, now, origins_folder};
use crate::meter::Meter;

/// Why rows that are older than what the ledger holds say nothing.
const SUPERSEDED: &str = "superseded";

/// Imports a file; what is counted are its rows.
pub(super) fn import(
    context: &Context,
    ledger: &Ledger,
    input: Input,
    (format, source): (&Of, &dyn Source),
    meter: &Meter,
) -> Result<(Counts, Tally), CliError> {
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
        name: &spool.name,
        version: version_of_file(&of.hash),
        meter,
        counts: Counts::default(),
        tally: Tally::default(),
        import: origins.begin()?,
        lines: Vec::new(),
        deliveries: Deliveries::of(origins),
    };
    match source.rows(Box::new(meter.read(spool.open()?)), &spool.name) {
        Err(refusal) => importing.header(refusal)?,
        Ok(rows) => {
            let mut batch = Vec::new();
            for row in rows {
                batch.push(row);
                if batch.len() >= DRAFTS_PER_BATCH {
                    importing.take(std::mem::take(&mut batch))?;
                }
            }
            importing.take(batch)?;
        }
    }
    importing.void()?;
    importing.import.finish(of)?;
    Ok((importing.counts.summed(), importing.tally))
}

/// A file on its way into the ledger.
struct Importing<'a> {
    ledger: &'a Ledger,
    name: &'a str,
    /// The version that the file itself is.
    version: Version,
    meter: &'a Meter,
    counts: Counts,
    tally: Tally,
    import: Import,
    /// Where the events of the batch stand, with the lines that say them.
    lines: Vec<(Position, u64)>,
    deliveries: Deliveries,
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
                Said::Refused(unusable) => {
                    self.counts.refused += 1;
                    self.tally.count(&kind, money, Fate::Quarantined);
                    self.refuse(&kind, &unusable.refusal, unusable.text)?;
                }
                Said::Events(events) => {
                    statements.extend(events.into_iter().map(|event| (pending.len(), event)));
                    let (fates, left_out) = (BTreeSet::new(), None);
                    pending.push(Pending { line, kind, money, restated: false, fates, left_out });
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
        let (mut batch, mut sayings) = (Batch::default(), Vec::new());
        for (row, statement) in statements {
            let Statement { draft, restates } = statement;
            let pending = &mut pending[row];
            let scope = match &restates {
                Restates::ByDelivery { scope, .. } => Some(*scope),
                _ => None,
            };
            match self.news(&draft, &restates, &lookup, &mut batch)? {
                News::New(drafts) => sayings.extend(drafts.into_iter().map(|draft| Saying { row, draft, scope })),
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

    /// Submits what is to be said, and notes which line said what.
    fn say(&mut self, sayings: Vec<Saying>, pending: &mut [Pending]) -> Result<(), CliError> {
        let drafts: Vec<Draft> = sayings.iter().map(|saying| saying.draft.clone()).collect();
        for (saying, outcome) in sayings.iter().zip(outcomes(self.ledger, drafts)?) {
            let row = &mut pending[saying.row];
            match outcome {
                Outcome::Appended(position) => {
                    row.fates.insert(Fate::Accepted);
                    self.deliver(saying.scope, Some(position), row.line);
                    self.lines.push((position, row.line));
                }
                Outcome::Duplicate(position) => {
                    row.fates.insert(Fate::Duplicate);
                    self.deliver(saying.scope, Some(position), row.line);
                    self.lines.push((position, row.line));
                }
                Outcome::Refused(refusal) => {
                    row.fates.insert(Fate::Quarantined);
                    let column = Some(refusal.field().to_owned());
                    self.refuse_draft(&saying.draft, row, column, Reason::Event(Box::new(refusal)))?;
                }
            }
        }
        self.import.note(&std::mem::take(&mut self.lines))?;
        self.deliveries.note(&mut self.import)?;
        // The next batch asks what this one said.
        self.ledger.projection.file(&*self.ledger.log, |_| {})?;
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
        let voided = self.deliveries.void(self.ledger)?;
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
