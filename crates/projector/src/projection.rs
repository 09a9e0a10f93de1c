//! The projection: a store that is brought up to a log, and asked.

use std::iter::Peekable;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock};

use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::{Instant, Period};
use tributary_log::{Log, LogError, Position, in_words};
use tributary_store::{Batch, Db, Durability, Reader, Tuning};

use crate::closed::{Closed, ClosedPeriod};
use crate::compare::Comparison;
use crate::correction::Correction;
use crate::error::{ProjectorError, Result};
use crate::filing::{Filing, Judge};
use crate::key;
use crate::meta::{self, Counts, ReadOn};
use crate::prepared::{Preparation, Prepared};
use crate::present::Present;
use crate::quarantine::{self, Quarantined};
use crate::reading::{self, Part};
use crate::view::View;
use crate::{compare, derive, digest};

/// Records filed in one write while questions are answered, or a few more: few enough that they wait for a fraction of a
/// second.
const RECORDS_PER_WRITE: usize = 256 * 1024;
/// Records filed in one write of a rebuild, which answers nothing: enough that much of an account's usage shares a block.
const RECORDS_PER_WRITE_REBUILDING: usize = 1024 * 1024;

/// A store of history and credits, built from one log.
pub struct Projection {
    pub(crate) store: Db,
    pub(crate) present: RwLock<Present>,
    pub(crate) closed: Mutex<Closed>,
}

/// How far catching up is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Filing: so many of so many records.
    Filing {
        /// Records read since the start of this catching up.
        done: u64,
        /// Records that there are to read.
        total: u64,
    },
    /// Deriving: so many accounts are left.
    Deriving {
        /// Accounts left.
        left: u64,
    },
}

impl Projection {
    /// Opens the store in `path`, or makes one, for that log. Refuses one of another layout or log, and one that has read
    /// more than the log holds.
    pub fn open<L: Log + ?Sized>(path: &Path, log: &L, tuning: &Tuning) -> Result<Self> {
        Self::over(Db::open(path, tuning)?, log)
    }

    /// One that is nowhere but in memory, for tests: it is gone when it is dropped.
    pub fn in_memory<L: Log + ?Sized>(log: &L, tuning: &Tuning) -> Result<Self> {
        Self::over(Db::in_memory(tuning)?, log)
    }

    fn over<L: Log + ?Sized>(store: Db, log: &L) -> Result<Self> {
        if let Some(batch) = meta::check_or_write(&store, log.id())? {
            store.write(batch, Durability::Unlogged)?;
        }
        for partition in 0..log.partitions() {
            let stored = meta::next_offset(&store, partition)?.unwrap_or(0);
            let end = log.end(partition)?;
            if stored > end {
                return Err(ProjectorError::AheadOfLog {
                    stored: Position { partition, offset: stored },
                    end: Position { partition, offset: end },
                });
            }
        }
        let present = RwLock::new(Present::load(&store)?);
        let closed = Mutex::new(Closed::load(&store)?);
        Ok(Self { store, present, closed })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    pub(crate) fn store(&self) -> &Db {
        &self.store
    }

    /// Files everything that the log holds beyond what is filed, then derives what became dirty. Questions are answered
    /// between two writes.
    pub fn catch_up<L: Log + ?Sized>(&self, log: &L, mut progress: impl FnMut(Progress)) -> Result<u64> {
        let filed = self.file(log, &mut progress)?;
        self.derive(|left| progress(Progress::Deriving { left: left as u64 }))?;
        Ok(filed)
    }

    /// The same for a new store that nobody asks yet.
    pub(crate) fn build<L: Log + ?Sized>(&self, log: &L, mut progress: impl FnMut(Progress)) -> Result<()> {
        self.file_in_writes(log, &self.ends(log)?, RECORDS_PER_WRITE_REBUILDING, &mut progress)?;
        self.derive(|left| progress(Progress::Deriving { left: left as u64 }))
    }

    /// Files everything that the log holds beyond what is filed, and derives nothing yet.
    pub fn file<L: Log + ?Sized>(&self, log: &L, progress: impl FnMut(Progress)) -> Result<u64> {
        self.file_until(log, &self.ends(log)?, progress)
    }

    /// Files what the log holds before these offsets of these partitions, beyond what is filed, and nothing else.
    pub fn file_until<L: Log + ?Sized>(
        &self,
        log: &L,
        ends: &[(u32, u64)],
        progress: impl FnMut(Progress),
    ) -> Result<u64> {
        self.file_in_writes(log, ends, RECORDS_PER_WRITE, progress)
    }

    /// Where the partitions in its scope end now.
    pub fn ends<L: Log + ?Sized>(&self, log: &L) -> Result<Vec<(u32, u64)>> {
        let scope = self.scope();
        let partitions: Vec<u32> = (0..log.partitions()).filter(|partition| scope.reads(*partition)).collect();
        let ends = log.ends(&partitions)?;
        Ok(partitions.into_iter().zip(ends).collect())
    }

    fn file_in_writes<L: Log + ?Sized>(
        &self,
        log: &L,
        ends: &[(u32, u64)],
        records_per_write: usize,
        mut progress: impl FnMut(Progress),
    ) -> Result<u64> {
        let parts = self.unfiled(log, ends)?;
        let total = parts.iter().map(Part::left).sum();
        let mut judge = self.judge(log, total)?;
        let judged = judge.is_some();
        // What begins to wait while this is read waits for what the log did not hold then (see `place_corrections`).
        let whole = judged || self.present.read().unwrap_or_else(PoisonError::into_inner).corrected.anything_waits();
        let how = Preparation { recorded: log.recorded(), judged, whole, records_per_write };
        reading::read(log, &parts, how, |batches| {
            let mut batches = batches.peekable();
            let (mut filed, mut done) = (0, 0);
            for Part { from, end } in &parts {
                while batches.peek().is_some_and(|next| reading::is_of(next, from.partition)) {
                    let (records, read_on) = self.file_write(log, *from, judge.as_mut(), &mut batches)?;
                    filed += records;
                    progress(Progress::Filing { done: (done + read_on.offset - from.offset).min(total), total });
                }
                done += end.saturating_sub(from.offset);
            }
            // What could be read is filed, whatever came then.
            batches.next().map_or(Ok(filed), |failed| failed.map(|_| filed))
        })
    }

    /// What the log holds beyond what is filed, before these offsets.
    fn unfiled<L: Log + ?Sized>(&self, log: &L, ends: &[(u32, u64)]) -> Result<Vec<Part>> {
        let unfiled = |&(partition, end)| {
            let filed = ReadOn::load(&self.store, partition)?;
            // Where nothing is left it does not matter where the log begins.
            if let Some(from) = filed.filter(|from| from.offset >= end) {
                return Ok(Part { from, end });
            }
            let start = log.start(partition)?;
            let from = filed.unwrap_or(ReadOn { partition, offset: start, recorded_us: i64::MIN });
            if from.offset < start {
                let position = Position { partition, offset: from.offset };
                return Err(LogError::Trimmed { position, start }.into());
            }
            Ok(Part { from, end })
        };
        ends.iter().map(unfiled).collect()
    }

    /// What judges the records of a log that nobody has judged.
    pub(crate) fn judge<L: Log + ?Sized>(&self, log: &L, records: u64) -> Result<Option<Judge>> {
        if log.identities().is_some() {
            return Ok(None);
        }
        let empty = self.store.prefix(&[key::tag::IDENTITY]).next().is_none();
        Ok(Some(if empty { Judge::of_empty(records) } else { Judge::of_filled() }))
    }

    /// Files batches of one partition in one write, as many as belong to it; gives how many records they had, and where to
    /// read on.
    fn file_write<L: Log + ?Sized>(
        &self,
        log: &L,
        from: ReadOn,
        judge: Option<&mut Judge>,
        batches: &mut Peekable<impl Iterator<Item = Result<Prepared>>>,
    ) -> Result<(u64, ReadOn)> {
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut filing = Filing::new(&self.store, &mut present, &mut closed, judge);
        let (mut records, mut read_on) = (0, from);
        while let Some(batch) = batches.next_if(|next| reading::is_of(next, from.partition)) {
            let batch = batch?;
            records += batch.len();
            read_on = batch.read_on;
            let ends_write = batch.ends_write;
            filing.file_prepared(log, batch)?;
            if ends_write {
                break;
            }
        }
        filing.commit(log, Some(read_on))?;
        Ok((records as u64, read_on))
    }

    /// Derives what is dirty.
    pub fn derive(&self, progress: impl FnMut(usize)) -> Result<()> {
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        derive::derive(&self.store, &mut present, progress)
    }

    /// The ledger as known at an instant; none: at the last recorded one. Derives first what is dirty.
    pub fn view(&self, known_at: Option<Instant>) -> Result<View<'_>> {
        loop {
            let present = self.present.read().unwrap_or_else(PoisonError::into_inner);
            if present.dirty.len() == 0 {
                let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner).periods.clone();
                let known_at = known_at.unwrap_or(present.counts.last_recorded);
                return Ok(View::new(&self.store, present, closed, known_at));
            }
            drop(present);
            self.derive(|_| {})?;
        }
    }

    /// Keeps the statements of closes: those of `closed` and no others are valid from now on. Statements of periods that
    /// are not closed any more are removed. They were computed from a view that is still held, so that nothing can have
    /// been filed since.
    pub fn keep_statements(
        &self,
        _held: &View<'_>,
        closed: Vec<ClosedPeriod>,
        statements: impl IntoIterator<Item = (PartnerId, Period, Vec<u8>)>,
    ) -> Result<()> {
        let mut batch = Batch::new();
        let mut held = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let same = held.periods.iter().zip(&closed).take_while(|(held, closed)| held == closed);
        let kept: std::collections::BTreeSet<Period> = same.map(|(_, closed)| closed.period).collect();
        for row in self.store.prefix(&key::closing::all()) {
            let (key, _) = row?;
            if !kept.contains(&key::closing::read(&key)?.1) {
                batch.delete(&key);
            }
        }
        for (partner, period, statement) in statements {
            batch.put(&key::closing::key(&partner, period), &statement);
        }
        held.replace(closed);
        held.write(&mut batch);
        self.store.write(batch, Durability::Unlogged)?;
        Ok(())
    }

    /// The correction that stands now for the usage event at a position, if there is one: what a re-issued file is compared
    /// with.
    pub fn correction(&self, usage: Position) -> Result<Option<Correction>> {
        let present = self.present.read().unwrap_or_else(PoisonError::into_inner);
        present.corrected.standing(&self.store, usage, Instant::MAX)
    }

    /// The records that could not be read, by position.
    pub fn quarantined(&self) -> Result<Vec<Quarantined>> {
        quarantine::all(&self.store)
    }

    /// The data of a record that was set aside, if one was at that position.
    pub fn quarantined_data(&self, position: Position) -> Result<Option<Vec<u8>>> {
        let row: Option<Vec<u8>> = self.store.get(&key::quarantine::key(position))?;
        row.map(|row| Ok(quarantine::read(&row)?.3.envelope.data.to_vec())).transpose()
    }

    /// How much it has read.
    pub fn counts(&self) -> Counts {
        self.present.read().unwrap_or_else(PoisonError::into_inner).counts
    }

    /// How many accounts are to be derived again.
    pub fn dirty_accounts(&self) -> usize {
        self.present.read().unwrap_or_else(PoisonError::into_inner).dirty.len()
    }

    /// Where it reads on in a partition.
    pub fn next_offset(&self, partition: u32) -> Result<u64> {
        Ok(meta::next_offset(&self.store, partition)?.unwrap_or(0))
    }

    /// A digest of the state, derived first: equal wherever the same events were recorded, whatever the order they came in.
    pub fn digest(&self) -> Result<blake3::Hash> {
        self.derive(|_| {})?;
        digest::of_state(&self.store)
    }

    /// Compares its rows with those of another projection of the same log, both brought up to it. `progress` hears how many
    /// are compared.
    pub fn compare(&self, fresh: &Self, progress: impl FnMut(u64)) -> Result<Comparison> {
        self.derive(|_| {})?;
        fresh.derive(|_| {})?;
        let present = fresh.present.read().unwrap_or_else(PoisonError::into_inner);
        let learned = |account: &AccountId| derive::learned(&fresh.store, &present, account);
        let own = self.present.read().unwrap_or_else(PoisonError::into_inner);
        let sums_are_right = |key: &[u8], row: &[u8]| derive::sums_are_right(&self.store, &own, key, row);
        Ok(compare::compare(&self.store, &fresh.store, learned, sums_are_right, progress))
    }

    /// Reads every row past the cache and checks the files that hold them; gives how many rows there are, and what is wrong
    /// in words.
    pub fn verify_rows(&self, mut progress: impl FnMut(u64)) -> (u64, Vec<String>) {
        let mut findings = Vec::new();
        let mut rows = 0_u64;
        let mut scan = self.store.scan(b"");
        while let Some(row) = scan.advance() {
            match row {
                Ok(_) => rows += 1,
                Err(error) => findings.push(in_words(&error)),
            }
            if rows.is_multiple_of(4096) {
                progress(rows);
            }
        }
        (rows, findings)
    }

    /// Brings everything to disk: after this a crash loses nothing of it.
    pub fn flush(&self) -> Result<()> {
        Ok(self.store.flush()?)
    }

    /// Bytes on disk.
    pub fn size_on_disk_bytes(&self) -> Result<u64> {
        Ok(self.store.size_on_disk_bytes()?)
    }

    /// Rewrites the store into its smallest form.
    pub fn compact(&self) {
        self.store.compact();
    }
}

impl std::fmt::Debug for Projection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Projection").field("path", &self.path()).finish_non_exhaustive()
    }
}
