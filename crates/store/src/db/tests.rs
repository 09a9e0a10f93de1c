//! Tests of the database: the wrapper keeps its word, the engine is trusted.

use std::process::Command;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::reader::{Bounds, Direction};

fn place() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn open(place: &TempDir) -> Db {
    Db::open(place.path(), &Tuning::log()).expect("open")
}

fn put(db: &Db, rows: &[(&str, &str)], durability: Durability) {
    let mut batch = Batch::new();
    rows.iter().for_each(|(key, value)| batch.put(key.as_bytes(), value.as_bytes()));
    db.write(batch, durability).expect("write");
}

/// Keys and values as `k=v`, separated by spaces.
fn text(rows: Rows<'_>) -> String {
    let text = |bytes: Box<[u8]>| String::from_utf8(bytes.into_vec()).expect("text");
    let row = |row: Result<_>| row.map(|(key, value)| format!("{}={}", text(key), text(value))).expect("a row");
    rows.map(row).collect::<Vec<_>>().join(" ")
}

fn check_order(reader: &impl Reader) {
    assert_eq!(text(reader.prefix(b"")), "a=1 b1=2 b2=3 c=4");
    assert_eq!(text(reader.prefix(b"b")), "b1=2 b2=3");
    assert_eq!(text(reader.prefix_descending(b"b")), "b2=3 b1=2");
    assert_eq!(text(reader.prefix_descending(b"")), "c=4 b2=3 b1=2 a=1");
    assert_eq!(text(reader.range(b"b1", b"c")), "b1=2 b2=3");
    assert_eq!(text(reader.range_descending(b"a", b"b2")), "b1=2 a=1");
    assert_eq!(text(reader.range_descending(b"b", b"b3")), "b2=3 b1=2");
    assert_eq!(text(reader.range(b"c", b"a")), "");
    assert_eq!(text(reader.range_descending(b"c", b"a")), "");
    assert_eq!(reader.get(b"b1").expect("read"), Some(b"2".to_vec()));
    assert_eq!(reader.multi_get(&[b"x", b"c"]).expect("read"), [None, Some(b"4".to_vec())]);
}

#[test]
fn rows_come_in_the_order_of_their_keys_within_their_bounds_whoever_reads() {
    let place = place();
    let db = open(&place);
    assert_eq!(text(db.prefix(b"")), "");
    put(&db, &[("b1", "2"), ("c", "4"), ("a", "1"), ("b2", "3")], Durability::Logged);
    check_order(&db);
    let snapshot = db.snapshot();
    check_order(&snapshot);
    let session = snapshot.session();
    put(&db, &[("b3", "later")], Durability::Logged);
    check_order(&session);
    // What is used again does not remember.
    check_order(&session);
    assert_eq!(text(session.range(b"a", b"b2")), "a=1 b1=2");
    let (mut one, mut two) = (session.prefix(b"b"), session.prefix(b"b"));
    one.advance();
    assert_eq!(two.advance().expect("a row").expect("readable").0, b"b1");
    assert_eq!(one.advance().expect("a row").expect("readable").0, b"b2");
    assert!(one.advance().is_none() && one.advance().is_none());
}

proptest! {
    #[test]
    fn a_session_answers_as_its_snapshot_whatever_was_asked_before(
        keys in prop::collection::vec("a[a-d]{0,3}", 0..40),
        questions in prop::collection::vec(("a[a-d]{0,3}", "a[a-d]{0,3}", 0_usize..8, any::<bool>()), 1..40),
        in_order: bool,
    ) {
        let place = place();
        let db = open(&place);
        keys.iter().for_each(|key| put(&db, &[(key, "1")], Durability::Unlogged));
        let snapshot = db.snapshot();
        let session = snapshot.session();
        let mut questions = questions;
        if in_order {
            questions.sort();
        }
        for question in &questions {
            prop_assert_eq!(keys_read(&session, question), keys_read(&snapshot, question));
        }
    }
}

/// The first so many keys of a range.
fn keys_read(reader: &impl Reader, (from, to, taken, descending): &(String, String, usize, bool)) -> Vec<Box<[u8]>> {
    let direction = if *descending { Direction::Descending } else { Direction::Ascending };
    let bounds = Bounds { from: from.clone().into_bytes(), to: Some(to.clone().into_bytes()) };
    reader.rows(bounds, direction).take(*taken).map(|row| row.expect("a row").0).collect()
}

#[test]
fn a_borrowed_row_equals_the_copied_one() {
    let place = place();
    let db = open(&place);
    put(&db, &[("a", "1"), ("b", "2")], Durability::Logged);
    let mut rows = db.prefix(b"");
    let first = rows.advance().expect("a row").expect("readable");
    assert_eq!(first, (&b"a"[..], &b"1"[..]));
    assert_eq!(text(rows), "b=2");
}

#[test]
fn a_batch_changes_everything_at_once_and_later_changes_win() {
    let place = place();
    let db = open(&place);
    put(&db, &[("a", "1"), ("b", "2"), ("c", "3")], Durability::Logged);
    let mut batch = Batch::new();
    assert!(batch.is_empty());
    batch.put(b"b", b"4");
    batch.delete_range(b"a", b"c");
    batch.delete(b"c");
    batch.put(b"b", b"5");
    assert_eq!(batch.len(), 4);
    assert!(batch.bytes() > 4);
    db.write(batch, Durability::Synced).expect("write");
    assert_eq!(text(db.prefix(b"")), "b=5");
    assert_eq!(db.get(b"b").expect("read"), Some(b"5".to_vec()));
    assert_eq!(db.multi_get(&[b"c", b"b", b"x"]).expect("read"), [None, Some(b"5".to_vec()), None]);
}

/// So many rows that a write of them is sorted into a file.
fn large(change: impl Fn(u32, &[u8]) -> Option<&[u8]>) -> Batch {
    let mut batch = Batch::new();
    for number in 0..20_000_u32 {
        // In no order.
        let key = number.wrapping_mul(2_654_435_761).to_be_bytes();
        match change(number, &[number as u8; 1_000]) {
            Some(value) => batch.put(&key, value),
            None => batch.delete(&key),
        }
    }
    batch
}

#[test]
fn a_large_write_changes_what_a_small_one_would_wherever_the_database_is() {
    let place = place();
    for db in [open(&place), Db::in_memory(&Tuning::log()).expect("open")] {
        put(&db, &[("small", "1"), ("large", "1")], Durability::Unlogged);
        let mut all = large(|_, value| Some(value));
        all.put(b"large", b"2");
        all.delete(b"small");
        assert!(all.bytes() > RUN_BYTES_MIN);
        db.write(all, Durability::Unlogged).expect("write");
        assert_eq!(db.get(b"large").expect("read"), Some(b"2".to_vec()));
        assert_eq!(db.get(b"small").expect("read"), None);
        assert_eq!(db.prefix(b"").count(), 20_001);
        db.write(large(|number, value| (number % 2 == 0).then_some(value)), Durability::Unlogged).expect("write");
        put(&db, &[("large", "3")], Durability::Unlogged);
        assert_eq!(db.prefix(b"").count(), 10_001);
        assert_eq!(db.get(b"large").expect("read"), Some(b"3".to_vec()));
        assert!(!db.path().join(RUN).exists());
    }
}

#[test]
fn what_was_written_before_a_large_write_is_as_safe_as_it() {
    let place = place();
    let db = open(&place);
    put(&db, &[("before", "1")], Durability::Unlogged);
    db.write(large(|_, value| Some(value)), Durability::Unlogged).expect("write");
    put(&db, &[("zz", "1")], Durability::Unlogged);
    let copy = tempfile::tempdir().expect("a temporary directory");
    for file in std::fs::read_dir(place.path()).expect("list").map(|entry| entry.expect("a file").path()) {
        std::fs::copy(&file, copy.path().join(file.file_name().expect("a name"))).expect("copy");
    }
    let after_a_crash = open(&copy);
    assert_eq!(after_a_crash.get(b"before").expect("read"), Some(b"1".to_vec()));
    assert_eq!(after_a_crash.prefix(b"").count(), 20_001);
}

#[test]
fn a_value_is_extended_in_order_through_flush_compaction_and_reopening() {
    let place = place();
    let extend = |db: &Db, value: &[u8]| {
        let mut batch = Batch::new();
        batch.extend(b"new", value);
        batch.extend(b"old", value);
        db.write(batch, Durability::Synced).expect("write");
    };
    let db = open(&place);
    put(&db, &[("old", "0")], Durability::Synced);
    for value in [b"1", b"2", b"3"] {
        extend(&db, value);
        db.flush().expect("flush");
    }
    assert_eq!(text(db.prefix(b"")), "new=123 old=0123");
    db.compact();
    extend(&db, b"4");
    drop(db);
    let db = open(&place);
    assert_eq!(text(db.prefix(b"")), "new=1234 old=01234");
    assert_eq!(db.multi_get(&[b"new", b"old"]).expect("read"), [Some(b"1234".to_vec()), Some(b"01234".to_vec())]);
}

#[test]
fn a_snapshot_does_not_see_later_writes() {
    let place = place();
    let db = open(&place);
    put(&db, &[("a", "1")], Durability::Logged);
    let snapshot = db.snapshot();
    put(&db, &[("a", "2"), ("b", "3")], Durability::Logged);
    assert_eq!(text(snapshot.prefix(b"")), "a=1");
    assert_eq!(snapshot.get(b"a").expect("read"), Some(b"1".to_vec()));
    assert_eq!(snapshot.multi_get(&[b"b"]).expect("read"), [None]);
    assert_eq!(text(db.prefix(b"")), "a=2 b=3");
}

#[test]
fn what_is_logged_survives_closing_and_what_is_not_needs_a_flush() {
    let place = place();
    let copy = place.path().join("copy");
    let db = open(&place);
    put(&db, &[("flushed", "1")], Durability::Unlogged);
    db.flush().expect("flush");
    put(&db, &[("logged", "2")], Durability::Logged);
    put(&db, &[("synced", "3")], Durability::Synced);
    // Reads the files as they are, as after a crash: nothing closed this database.
    let crashed = Db::open_read_only(place.path(), &Tuning::log()).expect("open");
    assert_eq!(text(crashed.prefix(b"")), "flushed=1 logged=2 synced=3");
    put(&db, &[("lost", "4")], Durability::Unlogged);
    let crashed = Db::open_read_only(place.path(), &Tuning::log()).expect("open");
    assert_eq!(text(crashed.prefix(b"")), "flushed=1 logged=2 synced=3");
    db.checkpoint(&copy).expect("make a checkpoint");
    let copied = Db::open(&copy, &Tuning::log()).expect("open the copy");
    assert_eq!(text(copied.prefix(b"")), "flushed=1 logged=2 lost=4 synced=3");
}

#[test]
fn a_read_only_database_refuses_to_write_and_is_not_made() {
    let place = place();
    assert!(matches!(Db::open_read_only(&place.path().join("absent"), &Tuning::log()), Err(StoreError::Engine { .. })));
    drop(open(&place));
    let db = Db::open_read_only(place.path(), &Tuning::log()).expect("open");
    let mut batch = Batch::new();
    batch.put(b"a", b"1");
    assert!(matches!(db.write(batch, Durability::Logged), Err(StoreError::Engine { .. })));
}

#[test]
fn sizes_grow_with_what_is_written() {
    let place = place();
    let db = open(&place);
    let (disk, memory) = (db.size_on_disk_bytes().expect("measure"), db.memory_use().expect("ask"));
    let value = "x".repeat(1 << 20);
    put(&db, &[("a", &value), ("b", &value)], Durability::Logged);
    assert!(db.memory_use().expect("ask").memtables_bytes >= memory.memtables_bytes + (2 << 20));
    assert!(db.size_on_disk_bytes().expect("measure") >= disk + (2 << 20));
}

#[test]
fn a_database_open_in_this_process_is_locked() {
    let place = place();
    let _held = open(&place);
    let refused = Db::open(place.path(), &Tuning::log());
    assert!(matches!(refused, Err(StoreError::Locked { path }) if path == place.path()));
}

const HELD: &str = "TRIBUTARY_TEST_HELD_DIRECTORY";

#[test]
fn a_database_open_in_another_process_is_locked() {
    let place = place();
    let child = |expected: &str| {
        Command::new(std::env::current_exe().expect("this test binary"))
            .args(["--exact", "--ignored", expected])
            .env(HELD, place.path())
            .output()
            .expect("run the child")
    };
    let held = open(&place);
    let output = child("db::tests::child_is_refused");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "the child ran");
    drop(held);
    assert!(!child("db::tests::child_is_refused").status.success(), "once closed it opens");
}

#[test]
#[ignore = "runs in the process that the test above starts"]
fn child_is_refused() {
    let path = std::env::var_os(HELD).expect("started by the test above");
    let refused = Db::open(Path::new(&path), &Tuning::log());
    assert!(matches!(refused, Err(StoreError::Locked { .. })), "{refused:?}");
}

#[test]
fn databases_in_memory_do_not_know_of_each_other_and_leave_nothing() {
    let tuning = Tuning::log();
    let [one, other] = [(); 2].map(|()| Db::in_memory(&tuning).expect("a database"));
    put(&one, &[("a", "1")], Durability::Synced);
    assert_eq!((text(one.scan(b"")), text(other.scan(b""))), ("a=1".to_owned(), String::new()));
    drop(one);
    assert_eq!(text(Db::in_memory(&tuning).expect("a database").scan(b"")), "");
}
