//! A log that keeps no index of identities: what the projection makes of what others append to it, what the door knows of
//! it, and what happens when an append fails half way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tributary_domain::event::Draft;
use tributary_domain::testing::{drafts, instant};
use tributary_intake::{Intake, IntakeError, Outcome, Trust};
use tributary_log::{
    Batch, Entry, Envelope, IdentityIndex, Layout, Log, LogError, LogId, MemoryLog, Position, ReadLimit, Recorded,
};
use tributary_projector::{Projection, ProjectorError};
use tributary_store::Tuning;

const TUNING: Tuning =
    Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

/// A log on another machine: its clock may run backwards, its beginning may go, and an append may break off.
struct Remote {
    log: MemoryLog,
    recorded: Recorded,
    start: AtomicU64,
    /// Events that are still appended before one append breaks off; none breaks off at the largest number.
    until_failure: AtomicU64,
}

impl Remote {
    fn new(recorded: Recorded) -> Self {
        let log = MemoryLog::unjudged(LogId([1; 16]), Layout { per_family: 3 }, Arc::new(|| 0));
        Self { log, recorded, start: AtomicU64::new(0), until_failure: AtomicU64::new(u64::MAX) }
    }

    fn breaks_off(&self) -> LogError {
        self.until_failure.store(u64::MAX, Ordering::Relaxed);
        LogError::Unavailable { operation: "append".to_owned(), source: "no answer".into() }
    }
}

impl Log for Remote {
    fn id(&self) -> LogId {
        self.log.id()
    }

    fn partitions(&self) -> u32 {
        self.log.partitions()
    }

    fn recorded(&self) -> Recorded {
        self.recorded
    }

    fn identities(&self) -> Option<&dyn IdentityIndex> {
        None
    }

    fn route(&self, envelope: &Envelope<'_>) -> u32 {
        self.log.route(envelope)
    }

    fn start(&self, partition: u32) -> Result<u64, LogError> {
        self.log.start(partition).map(|start| start.max(self.start.load(Ordering::Relaxed)))
    }

    fn end(&self, partition: u32) -> Result<u64, LogError> {
        self.log.end(partition)
    }

    fn read(&self, from: Position, limit: ReadLimit, wait: Duration) -> Result<Batch, LogError> {
        self.log.read(from, limit, wait)
    }

    fn append(&self, partition: u32, entries: &[Entry<'_>]) -> Result<Vec<Position>, LogError> {
        let mut positions = Vec::new();
        for entry in entries {
            match self.until_failure.load(Ordering::Relaxed) {
                0 => return Err(self.breaks_off()),
                u64::MAX => {}
                left => self.until_failure.store(left - 1, Ordering::Relaxed),
            }
            positions.extend(self.log.append(partition, std::slice::from_ref(entry))?);
        }
        Ok(positions)
    }
}

fn projection(log: &Remote) -> Projection {
    Projection::in_memory(log, &TUNING).expect("a store")
}

fn catch_up(projection: &Projection, log: &Remote) {
    projection.catch_up(log, |_| {}).expect("the store works");
}

/// Events of several families, each with its identity.
fn said() -> Vec<Draft> {
    let mut text = "
        2026-01-01 partner/p-1 partner.enrolled #p kinds=msp
        2026-01-01 book policy #q cloud model=roleSplit(msp:1)
    "
    .to_owned();
    for number in 0..20 {
        text.push_str(&format!("2026-01-02 acme-{number} deal.opened #d-{number} d-{number} lines=lake:consumption\n"));
        text.push_str(&format!("2026-01-03 acme-{number} usage.recorded #u-{number} lake {number} USD\n"));
    }
    drafts(&text)
}

fn appended(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Appended(_))).count()
}

/// Appends one record past the door.
fn append(log: &Remote, partition: u32, id: &str, (event_type, data): (&str, &[u8]), recorded: &str) {
    let recorded_us = Some(instant(recorded).micros());
    let envelope = Envelope { id, source: "s", event_type, subject: "account/acme", time_us: 0, data };
    log.append(partition, &[Entry { envelope, recorded_us }]).expect("the log works");
}

/// The usage event of an amount, encoded.
fn usage(amount: u8) -> (&'static str, Vec<u8>) {
    let said = drafts(&format!("2026-01-01 acme usage.recorded #u lake {amount} USD"));
    ("tributary.usage.recorded.v1", tributary_events::encode(&said[0].body))
}

fn aside(projection: &Projection) -> Vec<(String, Position)> {
    let all = projection.quarantined().expect("the store works");
    all.into_iter().map(|one| (one.code, one.position)).collect()
}

#[test]
fn i1_the_door_recognises_what_it_appended_before_the_index_follows() {
    let log = Remote::new(Recorded::ByEvents);
    let projection = projection(&log);
    let mut intake = Intake::new(&log, &projection, Trust::FileTimes, None);
    assert_eq!(appended(&intake.submit(said()).expect("the log works")), 42);
    assert_eq!(appended(&intake.submit(said()).expect("the log works")), 0);
    catch_up(&projection, &log);
    let mut another = Intake::new(&log, &projection, Trust::FileTimes, None);
    assert_eq!(appended(&another.submit(said()).expect("the log works")), 0);
    assert_eq!((projection.counts().events, projection.counts().repeated), (42, 0));
}

#[test]
fn i1_an_import_that_broke_off_anywhere_can_be_said_again() {
    let expected = {
        let log = Remote::new(Recorded::ByEvents);
        let projection = projection(&log);
        Intake::new(&log, &projection, Trust::FileTimes, None).submit(said()).expect("the log works");
        catch_up(&projection, &log);
        projection.digest().expect("the store works")
    };
    for until_failure in [0, 1, 5, 20, 41] {
        let log = Remote::new(Recorded::ByEvents);
        let projection = projection(&log);
        log.until_failure.store(until_failure, Ordering::Relaxed);
        let mut intake = Intake::new(&log, &projection, Trust::FileTimes, None)
            .catching_up(|| projection.file(&log, |_| {}).map(drop).map_err(Into::into));
        let broke_off = intake.submit(said()).err();
        assert!(
            matches!(broke_off, Some(IntakeError::Append { source: LogError::Unavailable { .. }, .. })),
            "{broke_off:?}"
        );
        let again = intake.submit(said()).expect("the log works");
        assert_eq!(appended(&again), 42 - until_failure as usize);
        catch_up(&projection, &log);
        assert_eq!((projection.counts().events, projection.counts().repeated), (42, 0), "{until_failure}");
        assert_eq!(projection.digest().expect("the store works"), expected);
    }
}

#[test]
fn i1_after_a_failed_append_a_door_that_cannot_ask_takes_nothing_in() {
    let log = Remote::new(Recorded::ByEvents);
    let projection = projection(&log);
    log.until_failure.store(3, Ordering::Relaxed);
    let mut intake = Intake::new(&log, &projection, Trust::FileTimes, None);
    assert!(intake.submit(said()).is_err());
    let refused = intake.submit(said()).err();
    assert!(matches!(refused, Some(IntakeError::Behind)), "{refused:?}");
}

#[test]
fn i2_recorded_times_are_not_trusted_where_the_log_assigns_them_and_nothing_is_appended() {
    let log = Remote::new(Recorded::ByLog);
    let projection = projection(&log);
    let refused = Intake::new(&log, &projection, Trust::FileTimes, None).submit(said()).err();
    assert!(matches!(refused, Some(IntakeError::Untrusted { source: LogError::RecordedNotKept })), "{refused:?}");
    assert!((0..log.partitions()).all(|partition| log.end(partition).expect("an end") == 0));
    let own = Intake::new(&log, &projection, Trust::LedgerClock, None).submit(said());
    assert_eq!(appended(&own.expect("the log works")), 42);
}

#[test]
fn i2_times_of_a_partition_do_not_fall_where_the_log_assigns_them_across_writes_too() {
    let (log, held) = (Remote::new(Recorded::ByLog), Remote::new(Recorded::ByEvents));
    let (projection, expected) = (projection(&log), projection(&held));
    let (event_type, data) = usage(5);
    let times =
        [("a", "2026-02-03", "2026-02-03"), ("b", "2026-02-01", "2026-02-03"), ("c", "2026-02-09", "2026-02-09")];
    for (id, says, counts) in times.into_iter().chain([("d", "2026-02-04", "2026-02-09")]) {
        append(&log, 4, id, (event_type, &data), says);
        append(&held, 4, id, (event_type, &data), counts);
        catch_up(&projection, &log);
    }
    append(&log, 5, "e", (event_type, &data), "2026-02-02");
    append(&held, 5, "e", (event_type, &data), "2026-02-02");
    catch_up(&projection, &log);
    catch_up(&expected, &held);
    assert_eq!(projection.digest().expect("a digest"), expected.digest().expect("a digest"));
    let rebuilt = self::projection(&log);
    catch_up(&rebuilt, &log);
    assert_eq!(rebuilt.digest().expect("a digest"), expected.digest().expect("a digest"));
}

#[test]
fn i1_of_several_contents_the_first_recorded_stands_and_the_others_are_set_aside_with_its_place() {
    let log = Remote::new(Recorded::ByEvents);
    let projection = projection(&log);
    let ((event_type, five), (_, six)) = (usage(5), usage(6));
    let at = |partition, offset| Position { partition, offset };
    append(&log, 4, "u", (event_type, &five), "2026-02-03");
    append(&log, 4, "u", (event_type, &five), "2026-02-04");
    append(&log, 4, "u", (event_type, &six), "2026-02-05");
    catch_up(&projection, &log);
    assert_eq!(aside(&projection), [("conflict".to_owned(), at(4, 2))]);
    assert_eq!((projection.counts().events, projection.counts().repeated), (1, 1));
    // The other content was said first, which is learned last.
    append(&log, 5, "u", (event_type, &six), "2026-02-01");
    catch_up(&projection, &log);
    assert_eq!(aside(&projection), [("conflict".to_owned(), at(4, 0)), ("conflict".to_owned(), at(4, 1))]);
    let reason = projection.quarantined().expect("the store works")[1].reason.clone();
    assert!(reason.contains("5:0"), "{reason}");
    let counts = projection.counts();
    assert_eq!((counts.events, counts.usage, counts.repeated, counts.quarantined), (1, 1, 1, 2));
    assert_eq!(counts.last_recorded, instant("2026-02-01"));
}

#[test]
fn i1_a_record_that_cannot_be_read_takes_no_identity() {
    let log = Remote::new(Recorded::ByEvents);
    let projection = projection(&log);
    let (event_type, data) = usage(5);
    append(&log, 4, "u", (event_type, b"nonsense"), "2026-02-01");
    append(&log, 4, "u", (event_type, &data), "2026-02-02");
    catch_up(&projection, &log);
    assert_eq!(projection.counts().events, 1);
    assert_eq!(aside(&projection).len(), 1);
    assert_ne!(aside(&projection)[0].0, "conflict");
}

#[test]
fn a_log_that_no_longer_holds_what_is_to_be_read_next_is_refused() {
    let log = Remote::new(Recorded::ByEvents);
    let projection = projection(&log);
    let (event_type, data) = usage(5);
    append(&log, 0, "u", (event_type, &data), "2026-02-01");
    catch_up(&projection, &log);
    log.log.leave_gap(0, 7).expect("the log works");
    log.start.store(3, Ordering::Relaxed);
    let refused = projection.catch_up(&log, |_| {}).err();
    assert!(
        matches!(refused, Some(ProjectorError::Log(LogError::Trimmed { position, start: 3 })) if position.offset == 1),
        "{refused:?}"
    );
}

#[test]
fn catching_up_counts_records_and_says_how_far_it_is_across_gaps() {
    let log = Remote::new(Recorded::ByEvents);
    let projection = projection(&log);
    let (event_type, data) = usage(5);
    log.log.leave_gap(1, 5).expect("the log works");
    append(&log, 1, "a", (event_type, &data), "2026-02-01");
    log.log.leave_gap(1, 2).expect("the log works");
    append(&log, 4, "b", (event_type, &data), "2026-02-01");
    let mut told = Vec::new();
    let filed = projection.file(&log, |progress| told.push(progress)).expect("the store works");
    assert_eq!(filed, 2);
    let last = tributary_projector::Progress::Filing { done: 9, total: 9 };
    assert_eq!(told.last(), Some(&last));
    assert_eq!(projection.next_offset(1).expect("an offset"), 8);
    assert_eq!(projection.file(&log, |_| {}).expect("the store works"), 0);
}

#[test]
fn i1_taking_usage_back_that_lies_beyond_the_present_leaves_nothing_of_what_recurs_there() {
    let log = Remote::new(Recorded::ByEvents);
    let say = |text: &str| {
        let door = Intake::new(&log, &projection(&log), Trust::FileTimes, None).submit(drafts(text));
        assert_eq!(appended(&door.expect("the log works")), drafts(text).len());
    };
    say("
        2026-01-01 partner/p-1 partner.enrolled #p kinds=msp
        2026-01-01 book policy #q cloud model=roleSplit(msp:1)
        2026-01-02 acme deal.opened #o d-1 lines=lake:consumption,seats:recurring:90:USD
        2026-01-02 acme deal.won #w d-1 2026-01-02..
        2026-01-02 acme deal.role_assigned #r d-1 p-1 msp
        2026-06-10@2026-01-05 acme usage.recorded #u lake 5 USD
    ");
    let followed = projection(&log);
    catch_up(&followed, &log);
    // The same identity was recorded before, for now; that is learned last.
    say("2026-01-04 acme usage.recorded #u lake 5 USD");
    catch_up(&followed, &log);
    let fresh = projection(&log);
    catch_up(&fresh, &log);
    assert_eq!(followed.digest().expect("a digest"), fresh.digest().expect("a digest"));
}
