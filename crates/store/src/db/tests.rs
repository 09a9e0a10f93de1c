//! Tests of the database: the wrapper keeps its word, the engine is trusted.

use std::process::Command;

use tempfile::TempDir;

use super::*;

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

#[test]
fn rows_come_in_the_order_of_their_keys_within_their_bounds() {
    let place = place();
    let db = open(&place);
    assert_eq!(text(db.prefix(b"")), "");
    put(&db, &[("b1", "2"), ("c", "4"), ("a", "1"), ("b2", "3")], Durability::Logged);
    assert_eq!(text(db.prefix(b"")), "a=1 b1=2 b2=3 c=4");
    assert_eq!(text(db.prefix(b"b")), "b1=2 b2=3");
    assert_eq!(text(db.prefix_descending(b"b")), "b2=3 b1=2");
    assert_eq!(text(db.range(b"b1", b"c")), "b1=2 b2=3");
    assert_eq!(text(db.range_descending(b"a", b"b2")), "b1=2 a=1");
    assert_eq!(text(db.range(b"c", b"a")), "");
    assert_eq!(text(db.range_descending(b"c", b"a")), "");
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
    batch.delete_range(b"a", b"c");
    batch.delete(b"c");
    batch.put(b"b", b"5");
    assert_eq!(batch.len(), 3);
    assert!(batch.bytes() > 4);
    db.write(batch, Durability::Synced).expect("write");
    assert_eq!(text(db.prefix(b"")), "b=5");
    assert_eq!(db.get(b"b").expect("read"), Some(b"5".to_vec()));
    assert_eq!(db.multi_get(&[b"c", b"b", b"x"]).expect("read"), [None, Some(b"5".to_vec()), None]);
}

#[test]
fn put_first_keeps_what_is_there_through_flush_compaction_and_reopening() {
    let place = place();
    let first = |db: &Db, value: &[u8]| {
        let mut batch = Batch::new();
        batch.put_first(b"new", value);
        batch.put_first(b"old", value);
        db.write(batch, Durability::Synced).expect("write");
    };
    let db = open(&place);
    put(&db, &[("old", "0")], Durability::Synced);
    for value in [b"1", b"2", b"3"] {
        first(&db, value);
        db.flush().expect("flush");
    }
    assert_eq!(text(db.prefix(b"")), "new=1 old=0");
    db.compact();
    first(&db, b"4");
    drop(db);
    let db = open(&place);
    assert_eq!(text(db.prefix(b"")), "new=1 old=0");
    assert_eq!(db.multi_get(&[b"new", b"old"]).expect("read"), [Some(b"1".to_vec()), Some(b"0".to_vec())]);
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
