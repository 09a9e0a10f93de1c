//! Files of another writer, pyarrow: every type, nested and absent things, several row groups and pages; broken files, cut and
//! changed anywhere. `fixtures/make.py` writes them.

use std::fs;
use std::path::Path;

use tributary_parquet::{Broken, Cell, OpenError, Table, Wrong};

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).expect("a fixture")
}

/// The rows up to what is broken.
fn rows(bytes: &[u8]) -> Result<(Vec<Vec<Cell>>, Option<Broken>), OpenError> {
    let mut table = Table::open(bytes)?;
    let mut rows = Vec::new();
    while let Some(row) = table.next_row() {
        match row {
            Ok(row) => rows.push(row),
            Err(broken) => return Ok((rows, Some(broken))),
        }
    }
    Ok((rows, None))
}

#[test]
fn every_type_is_read_as_its_text_whatever_the_codec() {
    const EXPECTED: &[(&str, &str, &str)] = &[
        ("bool", "true", "false"),
        ("int8", "-128", "127"),
        ("uint32", "0", "4294967295"),
        ("int64", "-9223372036854775808", "9223372036854775807"),
        ("uint64", "0", "18446744073709551615"),
        ("half", "1.5", "-2"),
        ("float", "0.1", "-30000000000"),
        ("double", "0.1", "0.0000001"),
        ("decimal9", "-1.25", "9999999.99"),
        ("decimal18", "-0.000001", "123456789012.345678"),
        ("decimal38", "-12345678901234567890123456.789012345678", "0.000000000001"),
        ("decimal76", "-1000000000000000000000000000000000000000000000000000000000000.5000000000", "0.1000000000"),
        ("date", "2026-01-31", "1969-12-31"),
        ("time", "23:59:59.5", "00:00:00"),
        ("millis", "2024-09-18T22:00:00.5Z", "1969-12-31T23:59:59Z"),
        ("micros", "2024-09-18T22:00:00.5Z", "1969-12-31T23:59:59Z"),
        ("nanos", "2024-09-18T22:00:00.5Z", "1969-12-31T23:59:59Z"),
        ("local", "2024-09-18T22:00:00.5", "1969-12-31T23:59:59"),
        ("text", "a,\"ß\"\n", ""),
        ("bytes", "plain", "é"),
        ("uuid", "80000000-0000-0000-0000-000000000005", "00000000-0000-0000-0000-000000000000"),
        ("list", r#"["a",null,"b"]"#, "[]"),
        ("nested", "[[1],[],[2,3]]", "[null]"),
        ("map", r#"{"k":"v","n":null}"#, "{}"),
        ("struct", r#"{"a":1,"b":[{"c":0.10}]}"#, r#"{"a":null,"b":null}"#),
        ("numbers", r#"{"1":true}"#, r#"{"2":null}"#),
    ];
    for codec in ["none", "snappy", "gzip", "zstd"] {
        let bytes = fixture(&format!("types-{codec}.parquet"));
        let names = Table::open(bytes.as_slice()).expect("a table").columns().to_vec();
        assert_eq!(names, EXPECTED.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
        let (rows, broken) = rows(&bytes).expect("a table");
        assert_eq!((rows.len(), broken), (3, None), "{codec}");
        for (at, (name, first, last)) in EXPECTED.iter().enumerate() {
            let cell = |row: usize| rows[row][at].clone();
            assert_eq!(cell(0), Ok(Some((*first).to_owned())), "{name} {codec}");
            assert_eq!(cell(1), Ok(None), "{name} {codec}");
            assert_eq!(cell(2), Ok(Some((*last).to_owned())), "{name} {codec}");
        }
    }
}

#[test]
fn times_of_old_files_say_nothing_of_a_zone() {
    let (rows, _) = rows(&fixture("int96.parquet")).expect("a table");
    let at: Vec<Cell> = rows.into_iter().map(|mut row| row.remove(0)).collect();
    let text = |text: &str| Ok(Some(text.to_owned()));
    assert_eq!(at, [text("2024-09-18T22:00:00.5"), Ok(None), text("1969-12-31T23:59:59")]);
}

#[test]
fn rows_go_on_across_pages_and_row_groups() {
    let (rows, broken) = rows(&fixture("many.parquet")).expect("a table");
    assert_eq!((rows.len(), broken), (5000, None));
    for (at, row) in rows.iter().enumerate() {
        let items = vec![format!("\"{at}\""); at % 4].join(",");
        let tags = (at % 5 != 0).then(|| format!("[{items}]"));
        assert_eq!(row, &vec![Ok(Some(at.to_string())), Ok(tags)]);
    }
}

#[test]
fn a_value_that_has_no_text_is_wrong_by_itself() {
    let (rows, broken) = rows(&fixture("wrong.parquet")).expect("a table");
    let text = |text: &str| Ok(Some(text.to_owned()));
    let expected = [
        vec![text("a"), text("1970-01-01")],
        vec![Err(Wrong::Encoding), Err(Wrong::Value)],
        vec![text("b"), text("1970-01-02")],
    ];
    assert_eq!((rows, broken), (expected.to_vec(), None));
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused_whole() {
    let bytes = fixture("types-snappy.parquet");
    for end in (0..bytes.len()).step_by(7) {
        let refused = rows(&bytes[..end]).expect_err("not the whole of a file");
        assert!(refused.to_string().starts_with("is not the whole of a Parquet file: "), "{refused}");
    }
}

#[test]
fn a_page_that_says_it_has_more_than_the_file_ends() {
    // Found by fuzzing: the header of a page says that a list in it has more items than could ever be read.
    let (_, broken) = rows(&fixture("endless.parquet")).expect("a table");
    assert!(broken.is_some_and(|broken| broken.row_group.is_some() && broken.column.is_some()));
}

#[test]
fn a_file_that_is_changed_anywhere_is_read_to_an_end_and_says_where_it_is_broken() {
    let whole = fixture("many.parquet");
    let mut places = 0;
    // The library panics over some of these, which is caught, and would be said at length.
    std::panic::set_hook(Box::new(|_| {}));
    for at in (4..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        if let Ok((rows, broken)) = rows(&bytes) {
            assert!(rows.len() <= 5000 || broken.is_some() || at > whole.len() - 2000);
            if let Some(Broken { row_group: Some(group), column: Some(column), reason }) = broken {
                assert!((1..=3).contains(&group) && !reason.is_empty());
                assert!(
                    ["n", "tags.list.element", ""].contains(&column.as_str()) || at > whole.len() - 2000,
                    "{column}"
                );
                places += 1;
            }
        }
    }
    drop(std::panic::take_hook());
    assert!(places > 10, "{places}");
}
