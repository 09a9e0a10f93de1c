//! What is kept of files, across imports.

use tributary_log::Position;
use tributary_origins::{ImportedFile, Origins, UnusableRow};

fn file(name: &str, hash: char, imported: &str) -> ImportedFile {
    let hash = hash.to_string().repeat(64);
    ImportedFile { imported: imported.to_owned(), file: name.to_owned(), hash, bytes: 5, format: "csv".to_owned() }
}

fn at(offset: u64) -> Position {
    Position { partition: 0, offset }
}

fn row(line: u64) -> UnusableRow {
    let [code, reason, kind, row] = ["no-rule", "no rule", "deal", "a,b"].map(str::to_owned);
    UnusableRow { line, column: None, code, reason, kind, row }
}

#[test]
fn the_files_that_said_an_event_are_named_the_first_one_at_the_front() {
    let folder = tempfile::tempdir().expect("a folder");
    let origins = Origins::at(folder.path().join("origins"));
    assert_eq!(origins.of(at(1)).expect("none"), []);
    for (name, hash, imported, line) in [("late.csv", 'a', "2026-02-02", 7), ("early.csv", 'b', "2026-02-01", 3)] {
        let mut import = origins.begin().expect("an import");
        import.note(&[(at(1), line)]).expect("a note");
        import.finish(file(name, hash, imported)).expect("an end");
    }
    let found = origins.of(at(1)).expect("two");
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["early.csv:3 (blake3 bbbbbbbbbbbbbbbb)", "late.csv:7 (blake3 aaaaaaaaaaaaaaaa)"]);
    assert_eq!(origins.of(at(2)).expect("none"), []);
}

#[test]
fn the_same_file_again_takes_the_place_of_its_part_and_empties_its_quarantine() {
    let folder = tempfile::tempdir().expect("a folder");
    let origins = Origins::at(folder.path());
    let mut import = origins.begin().expect("an import");
    import.keep(&row(2)).expect("a row");
    import.finish(file("x.csv", 'a', "2026-02-01")).expect("an end");
    let kept = origins.unusable().expect("rows");
    assert_eq!(kept.iter().map(|(_, rows)| rows.clone()).collect::<Vec<_>>(), [[row(2)]]);

    origins.begin().expect("one that breaks off").keep(&row(9)).expect("a row");
    let mut import = origins.begin().expect("an import");
    import.note(&[(at(1), 2)]).expect("a note");
    import.finish(file("renamed.csv", 'a', "2026-03-01")).expect("an end");
    assert_eq!(origins.unusable().expect("none"), []);
    let found = origins.of(at(1)).expect("one");
    assert_eq!(found.iter().map(|origin| origin.of.imported.as_str()).collect::<Vec<_>>(), ["2026-02-01"]);
}

#[test]
fn unusable_rows_are_forgotten_file_by_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let origins = Origins::at(folder.path());
    for hash in ['a', 'b'] {
        let mut import = origins.begin().expect("an import");
        import.keep(&row(1)).expect("a row");
        import.finish(file("x.csv", hash, "2026-02-01")).expect("an end");
    }
    assert_eq!(origins.forget("").expect("nothing"), 0);
    assert_eq!(origins.forget("aaaa").expect("one"), 1);
    let kept = origins.unusable().expect("rows");
    assert_eq!(kept.iter().map(|(of, _)| of.hash.chars().next()).collect::<Vec<_>>(), [Some('b')]);
}
