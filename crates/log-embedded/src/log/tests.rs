//! The suite that every log passes, and what only this one has: its bytes on disk.

use std::sync::Arc;

use tempfile::TempDir;
use tributary_log::conformance::{self, LogUnderTest, OpenLog};
use tributary_log::{Envelope, system_clock};
use tributary_store::Batch as Changes;

use super::*;
use crate::index::Index;
use crate::row::bucket::{self, Fingerprint};
use crate::row::{meta, seal};

mod identities;

struct Directory(TempDir);

fn directory() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

impl LogUnderTest for Directory {
    fn open(&self, clock: Clock) -> OpenLog {
        let log = Arc::new(settling(EmbeddedLog::open(self.0.path(), clock).expect("open")));
        OpenLog { log: log.clone(), identities: Some(log) }
    }
}

#[test]
fn the_embedded_log_is_a_log() {
    let make = || -> Box<dyn LogUnderTest> { Box::new(Directory(directory())) };
    conformance::check_log(&make);
    conformance::check_recorded(&make);
    conformance::check_identities(&make);
    conformance::check_reopening(&make);
    conformance::check_recorded_reopening(&make);
}

/// With an index that settles identities a hundred times sooner than it need.
fn settling(log: EmbeddedLog) -> EmbeddedLog {
    *log.index() = Index::new(PARTITION, 100);
    log
}

fn open(dir: &TempDir) -> EmbeddedLog {
    settling(EmbeddedLog::open(dir.path(), system_clock()).expect("open"))
}

/// The identity and what is to be known of it of the record at an offset.
fn record(log: &EmbeddedLog, offset: u64) -> (IdentityKey, Known) {
    let batch = log.read(at(offset), ReadLimit { records: 1, ..ReadLimit::default() }, Duration::ZERO).expect("read");
    let record = batch.iter().next().expect("a record").expect("readable");
    (record.envelope.identity_key(), Known { position: record.position, content: record.envelope.content_hash() })
}

/// Appends so many records of about 100 bytes.
fn append(log: &EmbeddedLog, count: usize) {
    let ids: Vec<_> = (0..count).map(|number| format!("{number:050}")).collect();
    let envelope = |id| Envelope { id, source: "s", event_type: "t", subject: "book", time_us: 0, data: &[7; 40] };
    let entries: Vec<_> = ids.iter().map(|id| Entry { envelope: envelope(id), recorded_us: None }).collect();
    log.known(&[]).expect("the index reads what is there");
    log.append(PARTITION, &entries).expect("append");
}

/// The keys and values of the blocks of a closed log.
fn blocks(dir: &TempDir) -> Vec<(Vec<u8>, Vec<u8>)> {
    let db = Db::open(dir.path(), &Tuning::log()).expect("open");
    let prefix = block::partition_prefix(PARTITION);
    db.prefix(&prefix).map(|row| row.map(|(key, value)| (key.into(), value.into())).expect("a row")).collect()
}

/// Writes a row into a closed log.
fn overwrite(dir: &TempDir, key: &[u8], value: &[u8]) {
    let db = Db::open(dir.path(), &Tuning::log()).expect("open");
    let mut changes = Changes::new();
    changes.put(key, value);
    db.write(changes, Durability::Synced).expect("write");
}

fn at(offset: u64) -> Position {
    Position { partition: PARTITION, offset }
}

/// Reads from an offset to the end; the offset and reason of the error it meets.
fn damage(log: &EmbeddedLog, mut offset: u64) -> Option<(u64, FrameError)> {
    let of = |error| match error {
        LogError::Damaged { position, source } => Some((position.offset, source)),
        other => panic!("{other}"),
    };
    while offset < log.end(PARTITION).expect("ask for the end") {
        let batch = match log.read(at(offset), ReadLimit::default(), Duration::ZERO) {
            Ok(batch) => batch,
            Err(error) => return of(error),
        };
        if let Some(error) = batch.iter().find_map(Result::err) {
            return of(error);
        }
        offset = batch.next_offset();
    }
    None
}

#[test]
fn an_append_is_stored_in_blocks_of_bounded_size() {
    let dir = directory();
    append(&open(&dir), 1_300);
    let firsts: Vec<_> = blocks(&dir).iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(firsts, [0, 512, 1_024].map(|first| block::key(at(first))));
}

#[test]
fn a_log_keeps_the_id_it_was_made_with_and_another_has_another() {
    let dir = directory();
    let id = open(&dir).id();
    assert_eq!(open(&dir).id(), id);
    assert_ne!(open(&directory()).id(), id);
}

#[test]
fn a_copy_of_a_log_is_the_same_log() {
    let (dir, copies) = (directory(), directory());
    let log = open(&dir);
    append(&log, 10);
    let copy = copies.path().join("copy");
    log.checkpoint(&copy).expect("copy");
    append(&log, 1);
    let copied = EmbeddedLog::open(&copy, system_clock()).expect("open");
    assert_eq!((copied.id(), copied.end(PARTITION).expect("end")), (log.id(), 10));
    assert!(log.size_on_disk_bytes().expect("measure") > 0);
}

#[test]
fn a_log_of_another_format_or_another_kind_of_database_is_refused() {
    let dir = directory();
    drop(open(&dir));
    overwrite(&dir, &meta::format_key(), &9u32.to_be_bytes());
    let refused = EmbeddedLog::open(dir.path(), system_clock());
    assert!(matches!(refused, Err(LogError::Format { found: 9, supported: 2, .. })), "{refused:?}");
    let other = directory();
    overwrite(&other, b"something", b"else");
    let refused = EmbeddedLog::open(other.path(), system_clock());
    assert!(matches!(refused, Err(LogError::Format { found: 0, .. })), "{refused:?}");
}

#[test]
fn a_log_open_elsewhere_is_locked() {
    let dir = directory();
    let _held = open(&dir);
    let refused = EmbeddedLog::open(dir.path(), system_clock());
    assert!(matches!(refused, Err(LogError::Locked { place }) if place == dir.path()));
}

#[test]
fn a_torn_block_is_an_error_that_names_the_position() {
    let dir = directory();
    append(&open(&dir), 1_300);
    let (key, whole) = blocks(&dir).swap_remove(1);
    overwrite(&dir, &key, &whole[..whole.len() - 1]);
    let torn = damage(&open(&dir), 0);
    assert!(matches!(torn, Some((1_023, FrameError::Short { field: "frame", .. }))), "{torn:?}");
    // Skipping within it looks at the frames one by one, and finds the same.
    assert_eq!(damage(&open(&dir), 600), torn);
    assert_eq!(damage(&open(&dir), 1_024), None, "what comes after is whole");
    overwrite(&dir, &key, &whole[..5]);
    assert_eq!(damage(&open(&dir), 0), Some((512, FrameError::Short { field: "block header", needed: 16, left: 5 })));
}

#[test]
fn a_changed_count_and_a_missing_block_are_errors_that_name_the_position() {
    let dir = directory();
    append(&open(&dir), 1_300);
    let (key, whole) = blocks(&dir).swap_remove(1);
    overwrite(&dir, &key, &[&511u32.to_be_bytes(), &whole[4..]].concat());
    assert_eq!(damage(&open(&dir), 0).map(|found| found.0), Some(1_023));
    let db = Db::open(dir.path(), &Tuning::log()).expect("open");
    let mut changes = Changes::new();
    changes.delete(&key);
    db.write(changes, Durability::Synced).expect("write");
    drop(db);
    assert_eq!(damage(&open(&dir), 0), Some((512, FrameError::Offset { expected: 512, found: 1_024 })));
    assert_eq!(damage(&open(&dir), 700), Some((700, FrameError::Offset { expected: 700, found: 0 })));
}

#[test]
fn a_log_whose_last_block_is_torn_is_not_opened() {
    let dir = directory();
    append(&open(&dir), 1_300);
    let (key, whole) = blocks(&dir).swap_remove(2);
    for length in [0, 5, 16, whole.len() / 2, whole.len() - 1] {
        overwrite(&dir, &key, &whole[..length]);
        let refused = EmbeddedLog::open(dir.path(), system_clock());
        assert!(
            matches!(&refused, Err(LogError::Damaged { position, .. }) if (1_024..1_300).contains(&position.offset)),
            "cut to {length}: {refused:?}"
        );
    }
}

#[test]
fn every_byte_of_a_block_may_be_wrong_without_a_panic() {
    let dir = directory();
    append(&open(&dir), 3);
    let (key, whole) = blocks(&dir).swap_remove(0);
    for index in 0..whole.len() {
        let mut wrong = whole.clone();
        wrong[index] ^= 0xff;
        let Ok(block) = Block::read(&key, &wrong) else { continue };
        let _ = block.check_frames();
        for from in 0..3 {
            let mut batch = Batch::new(at(from));
            if block.add_to(&mut batch, from, ReadLimit { records: 2, bytes: 1_000 }).is_ok() {
                let _ = batch.iter().count();
            }
        }
    }
}

#[test]
fn many_appends_at_once_share_groups_and_all_are_found_after_reopening() {
    let dir = directory();
    let log = open(&dir);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..50).for_each(|_| append(&log, 2)));
        }
    });
    assert!(log.tail().durable_group <= 400);
    drop(log);
    let log = open(&dir);
    assert_eq!(log.end(PARTITION).expect("end"), 800);
    assert_eq!(damage(&log, 0), None);
}

/// Copies the files of a directory as they are, as if the machine had stopped there.
fn copied(dir: &TempDir) -> TempDir {
    let copy = directory();
    for entry in std::fs::read_dir(dir.path()).expect("a directory") {
        let path = entry.expect("an entry").path();
        std::fs::copy(&path, copy.path().join(path.file_name().expect("a name"))).expect("copied");
    }
    copy
}

/// Cuts so many bytes off the engine's own log.
fn cut(dir: &TempDir, bytes: u64) {
    let files = std::fs::read_dir(dir.path()).expect("a directory").map(|entry| entry.expect("an entry").path());
    let longest = files.filter(|path| path.extension().is_some_and(|of| of == "log"));
    let path = longest.max_by_key(|path| path.metadata().expect("a file").len()).expect("a write-ahead log");
    let file = std::fs::File::options().write(true).open(&path).expect("a file");
    file.set_len(file.metadata().expect("a file").len() - bytes).expect("cut");
}

#[test]
fn what_was_acknowledged_and_is_gone_is_noticed_and_nothing_is_changed() {
    let dir = directory();
    let log = open(&dir);
    append(&log, 3);
    append(&log, 4);
    let copy = copied(&dir);
    cut(&copy, 5);
    for _ in 0..2 {
        let refused = EmbeddedLog::open(copy.path(), system_clock());
        let (end, acknowledged) = (at(3), at(7));
        assert!(
            matches!(&refused, Err(LogError::Lost { end: e, acknowledged: a, .. }) if (*e, *a) == (end, acknowledged)),
            "{refused:?}"
        );
    }
    let refused = EmbeddedLog::open_read_only(copy.path(), &Tuning::log());
    assert!(matches!(refused, Err(LogError::Lost { .. })), "{refused:?}");
}

#[test]
fn a_torn_tail_that_was_never_acknowledged_is_left_out() {
    let dir = directory();
    let log = open(&dir);
    append(&log, 3);
    let mark = std::fs::read(dir.path().join("END")).expect("a mark");
    append(&log, 4);
    let copy = copied(&dir);
    std::fs::write(copy.path().join("END"), mark).expect("written");
    cut(&copy, 5);
    let torn = EmbeddedLog::open_read_only(copy.path(), &Tuning::log()).expect("readable").verify(|_| {});
    assert_eq!((torn.records, torn.findings.len(), torn.notes.len()), (3, 0, 1), "{torn:?}");
    assert_eq!(EmbeddedLog::open(copy.path(), system_clock()).expect("open").end(PARTITION).expect("end"), 3);
}

#[test]
fn a_log_verifies_and_its_digest_is_that_of_its_frames() {
    let dir = directory();
    append(&open(&dir), 1_300);
    let mut seen = 0;
    let verified = open(&dir).verify(|_| seen += 1);
    assert_eq!((verified.records, seen, verified.findings.clone()), (1_300, 1_300, vec![]));
    assert_eq!(
        verified.digests,
        EmbeddedLog::open_read_only(dir.path(), &Tuning::log()).expect("open").verify(|_| {}).digests
    );
    append(&open(&dir), 1);
    assert_ne!(open(&dir).verify(|_| {}).digests, verified.digests);
}

#[test]
fn an_index_that_disagrees_with_the_records_is_named() {
    let dir = directory();
    let log = open(&dir);
    append(&log, 300);
    let identity = record(&log, 1).0;
    drop(log);
    let key = bucket::key(PARTITION, Fingerprint::of(identity).bucket());
    let found =
        |dir: &TempDir| EmbeddedLog::open_read_only(dir.path(), &Tuning::log()).expect("open").verify(|_| {}).findings;
    assert_eq!(found(&dir), [""; 0]);
    let mut wrong = Vec::new();
    bucket::piece(&[(Fingerprint::of(identity), 2)], &mut wrong);
    overwrite(&dir, &key, &wrong);
    let findings = found(&dir);
    assert!(findings.iter().any(|finding| finding.ends_with("at `0:1`")), "{findings:?}");
    assert!(findings.iter().any(|finding| finding.contains("that are not there")), "{findings:?}");
    overwrite(&dir, &key, &[1]);
    assert!(found(&dir).iter().any(|finding| finding.contains("cannot be read")));
}

#[test]
fn a_block_that_is_missing_or_changed_is_named() {
    let dir = directory();
    append(&open(&dir), 1_300);
    let mut changed = blocks(&dir)[1].clone();
    *changed.1.last_mut().expect("a byte") ^= 1;
    overwrite(&dir, &changed.0, &changed.1);
    let verified = open(&dir).verify(|_| {});
    assert_eq!(verified.findings, ["the block at `0:512` is not what was appended"]);
    let beyond = [&block::key(at(9_000))[..]].concat();
    overwrite(&dir, &beyond, &blocks(&dir)[0].1);
    let verified = open_read_only_findings(&dir);
    assert!(!verified.is_empty());
}

#[test]
fn a_block_without_its_seal_is_named() {
    let dir = directory();
    append(&open(&dir), 600);
    let db = Db::open(dir.path(), &Tuning::log()).expect("open");
    let mut changes = Changes::new();
    changes.delete(&seal::key(at(512)));
    db.write(changes, tributary_store::Durability::Synced).expect("write");
    drop(db);
    assert_eq!(open_read_only_findings(&dir), ["the block at `0:512` is not what was appended"]);
}

#[test]
fn a_block_of_other_events_is_named_and_so_are_its_identities() {
    let dir = directory();
    append(&open(&dir), 1_300);
    let (key, other) = blocks(&dir).swap_remove(0);
    let at_id = other.windows(50).position(|window| window == format!("{:050}", 7).as_bytes()).expect("the id");
    let mut changed = other.clone();
    changed[at_id + 49] = b'x';
    overwrite(&dir, &key, &changed);
    let verified = open_read_only_findings(&dir);
    assert!(verified.iter().any(|finding| finding.contains("identity index")), "{verified:?}");
    overwrite(&dir, &key, &other);
    assert!(open_read_only_findings(&dir).is_empty());
}

fn open_read_only_findings(dir: &TempDir) -> Vec<String> {
    match EmbeddedLog::open_read_only(dir.path(), &Tuning::log()) {
        Ok(log) => log.verify(|_| {}).findings,
        Err(error) => vec![error.to_string()],
    }
}
