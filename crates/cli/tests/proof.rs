//! Attesting and verifying through the binary: what was signed stays, and one wrong byte anywhere is found and named.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use std::fs;
use std::path::{Path, PathBuf};

use harness::{Book, cases, checkout};
use serde_json::{Value, json};
use tributary_store::{Batch, Db, Durability, Reader, Tuning};

/// The demo's program and bill with two months closed, read in two pieces so that the log has tables and a tail.
fn closed() -> Book {
    let book = Book::new();
    let [program, mapping, sample] =
        ["program.jsonl", "focus.yaml", "data/focus_sample_1.0.csv"].map(|name| checkout(&format!("demo/{name}")));
    book.run(&["import", &program], 0);
    let policies = ["growth", "influence", "managed-services", "program"];
    for policy in policies.map(|name| checkout(&format!("demo/policies/{name}-2024.yaml"))) {
        book.run(&["import", "--from", "policy", &policy], 0);
    }
    book.run(&["import", "--from", "focus", "--mapping", &mapping, &sample], 0);
    book.run(&["close", "2024-08"], 0);
    book.run(&["close", "2024-09"], 0);
    book
}

fn event(id: &str, noun: &str, subject: &str, recorded: &str, data: &Value) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"urn:test","type":"tributary.{noun}.v1","subject":"{subject}","time":"2024-08-02T00:00:00Z","recordedtime":"{recorded}","data":{data}}}"#
    )
}

/// What `verify` finds wrong, in one text; the exit code says whether there is anything.
fn wrong(book: &Book, arguments: &[&str]) -> String {
    let output = book.command(&[&["--json", "verify"], arguments].concat()).output().expect("runs");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    });
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(output.status.code(), Some(i32::from(!findings.is_empty())), "{report}");
    assert_eq!(report["ok"], findings.is_empty());
    findings.iter().map(|one| format!("{}: {}\n", one["part"].as_str().expect("a part"), one["what"])).collect()
}

#[test]
fn e2_a_closed_period_is_attested_once_and_an_open_one_is_not() {
    let book = closed();
    let listed = book.json(&["period", "list"], 0);
    assert_eq!((&listed[0]["period"], &listed[0]["status"]), (&json!("2024-08"), &json!("closed")));
    let (_, open) = book.both(&["period", "attest", "2024-10"], 1);
    assert!(open.contains("period 2024-10 is open"), "{open}");
    let attested = book.json(&["period", "attest", "2024-08"], 0);
    assert_eq!((&attested["digest"], &attested["recorded"]), (&listed[0]["digest"], &json!(true)));
    let events = book.json(&["status"], 0)["events"].clone();
    let again = book.json(&["period", "attest", "2024-08"], 0);
    assert_eq!((&again["offset"], &again["recorded"]), (&attested["offset"], &json!(false)));
    assert_eq!(book.json(&["status"], 0)["events"], events);
    let listed = book.json(&["period", "list"], 0);
    assert_eq!((&listed[0]["status"], &listed[1]["status"]), (&json!("attested"), &json!("closed")));
    assert_eq!(listed[0]["attestations"][0]["offset"], attested["offset"]);
    assert!(book.run(&["period", "list"], 0).contains("attested"));
    assert_eq!(wrong(&book, &[]), "");
}

#[test]
fn i2_nothing_can_be_recorded_in_the_past_of_an_attested_period() {
    let book = closed();
    let cutoff = book.json(&["period", "list"], 0)[0]["cutoff"].as_str().expect("a cutoff").to_owned();
    let usage = json!({"product": "warehouse", "amount": "1", "currency": "USD"});
    let trusted = |name: &str, recorded: &str, exit: i32| {
        book.file(name, &event(name, "usage.recorded", "account/late", recorded, &usage));
        book.both(&["import", "--trust-recorded-times", name], exit).1
    };
    trusted("before.jsonl", &cutoff, 0);
    book.run(&["period", "attest", "2024-08"], 0);
    for (name, recorded) in [("at.jsonl", cutoff.as_str()), ("early.jsonl", "2024-08-03T00:00:00Z")] {
        let said = trusted(name, recorded, 1);
        assert!(said.contains("(sealed-past)"), "{said}");
    }
    book.file("clock.jsonl", &event("clock", "usage.recorded", "account/late", "2024-08-03T00:00:00Z", &usage));
    book.run(&["import", "clock.jsonl"], 0);
    assert_eq!(wrong(&book, &[]), "");
}

#[test]
fn i2_what_the_import_of_an_attestation_slips_into_the_past_after_it_is_named() {
    let book = closed();
    let listed = book.json(&["period", "list"], 0);
    let data = json!({"period": "2024-08", "digest": listed[0]["digest"]});
    let attested = event("attested", "period.attested", "book", "2999-01-01T00:00:00Z", &data);
    let usage = json!({"product": "warehouse", "amount": "1", "currency": "USD"});
    let slipped = event("slipped", "usage.recorded", "account/late", "2024-08-03T00:00:00Z", &usage);
    book.file("both.jsonl", &format!("{attested}\n{slipped}\n"));
    book.run(&["import", "--trust-recorded-times", "both.jsonl"], 0);
    let found = wrong(&book, &[]);
    assert!(found.starts_with("log: ") && found.contains("in the past of period 2024-08"), "{found}");
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn e2_an_attestation_of_other_statements_is_refused_and_found() {
    let book = closed();
    let other = "ab".repeat(32);
    let data = json!({"period": "2024-08", "digest": other});
    book.file("other.jsonl", &event("other", "period.attested", "book", "2024-08-01T00:00:00Z", &data));
    book.run(&["import", "other.jsonl"], 0);
    let digest = book.json(&["period", "list"], 0)[0]["digest"].as_str().expect("a digest").to_owned();
    let (_, said) = book.both(&["period", "attest", "2024-08"], 1);
    assert!(said.contains(&other) && said.contains(&digest), "{said}");
    for arguments in [&[][..], &["--quick"]] {
        let found = wrong(&book, arguments);
        assert!(found.starts_with("period: ") && found.contains(&other) && found.contains(&digest), "{found}");
    }
}

#[test]
fn every_case_verifies_and_leaves_one_store() {
    for case in cases() {
        let book = Book::new();
        book.run(&["import", "--trust-recorded-times", &format!("{case}/events.jsonl")], 0);
        let before = book.json(&["status", "--digest"], 0);
        let report = book.json(&["verify"], 0);
        assert_eq!(report["projection"]["digest"], before["stateDigest"], "{case}");
        assert_eq!(report["log"]["events"], before["events"], "{case}");
        assert_eq!(report["periods"].as_array().map(Vec::len), before["closed"].as_array().map(Vec::len), "{case}");
        let stores = fs::read_dir(book.data().join("projection")).expect("a folder");
        assert_eq!(stores.count(), 2, "{case}: a store, and the file that names it");
        assert_eq!(book.json(&["verify", "--quick"], 0)["log"]["digests"], report["log"]["digests"], "{case}");
        assert_eq!(book.json(&["status", "--digest"], 0)["stateDigest"], before["stateDigest"], "{case}");
    }
    let page = closed().run(&["verify"], 0);
    assert!(page.contains("statements of 2024-08") && page.ends_with("everything agrees\n"), "{page}");
}

/// Changes rows of the projection in use: the first whose key begins with `tag` and whose text holds `text`.
fn tamper(book: &Book, tag: u8, text: &str, change: impl FnOnce(&[u8]) -> Option<Vec<u8>>) {
    let folder = book.data().join("projection");
    let name = fs::read_to_string(folder.join("CURRENT")).expect("a name");
    let store = Db::open(&folder.join(name.trim()), &Tuning::projection()).expect("a store");
    let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(text);
    let mut rows = store.prefix(&[tag]).map(|row| row.expect("a row"));
    let (key, value) =
        rows.find(|(key, value)| holds(key) || holds(value)).unwrap_or_else(|| panic!("no row {tag:x} of {text}"));
    let mut batch = Batch::new();
    match change(&value) {
        Some(value) => batch.put(&key, &value),
        None => batch.delete(&key),
    }
    store.write(batch, Durability::Unlogged).expect("written");
    store.flush().expect("flushed");
}

#[test]
fn a_row_that_is_valid_and_wrong_is_named() {
    let off_by_little = |value: &[u8]| {
        let mut value = value.to_vec();
        *value.last_mut().expect("a byte") ^= 1;
        Some(value)
    };
    let cheaper = |value: &[u8]| {
        let text = String::from_utf8(value.to_vec()).expect("JSON");
        Some(text.replacen(r#""closing":""#, r#""closing":"1"#, 1).into_bytes())
    };
    type Change<'a> = &'a dyn Fn(&[u8]) -> Option<Vec<u8>>;
    let changes: [(u8, &str, Change<'_>, &str); 6] = [
        (0x50, "", &off_by_little, "projection: \"credit of partner `"),
        (0x10, "account/", &|_| None, "projection: \"history of `account/"),
        (0x60, "", &|_| None, "projection: \"opening with key"),
        (0x62, "", &|_| None, "projection: \"mention in `"),
        (0x80, "2024-09", &cheaper, "period: \"2024-09: the kept statement of partner `"),
        (0x80, "2024-09", &|_| None, "period: \"2024-09: the kept statement of partner `"),
    ];
    for (tag, text, change, expected) in changes {
        let book = closed();
        tamper(&book, tag, text, change);
        let found = wrong(&book, &[]);
        assert!(found.contains(expected), "{tag:x}: {found}");
        book.run(&["rebuild"], 0);
        assert_eq!(wrong(&book, &[]), "", "{tag:x}");
    }
    let book = closed();
    tamper(&book, 0x80, "2024-09", cheaper);
    assert!(wrong(&book, &["--quick"]).contains("its statements give"), "the digest tells without computing");
}

#[test]
fn a_log_that_lost_its_tail_is_refused_and_named() {
    let book = closed();
    let longest = files(&book.data().join("log")).into_iter().filter(|path| is_of(path, "log"));
    let tail = longest.max_by_key(|path| path.metadata().expect("a file").len()).expect("a write-ahead log");
    let file = fs::File::options().write(true).open(&tail).expect("a file");
    file.set_len(tail.metadata().expect("a file").len() - 1).expect("cut");
    let (_, said) = book.both(&["status"], 3);
    assert!(said.contains("has lost events"), "{said}");
    let found = wrong(&book, &[]);
    assert!(found.contains("has lost events") && found.contains("file `"), "{found}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all.sort();
    all
}

fn is_of(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|of| of == extension)
}

/// Whether a file holds data; the others are the engine's journal, settings and lock.
fn holds_data(path: &Path) -> bool {
    let name = path.file_name().expect("a name").to_string_lossy();
    is_of(path, "sst") || is_of(path, "log") || name.starts_with("MANIFEST") || name == "CURRENT" || name == "END"
}

fn copy(from: &Path, to: &Path) {
    for path in files(from) {
        let copied = to.join(path.strip_prefix(from).expect("within"));
        fs::create_dir_all(copied.parent().expect("a folder")).expect("made");
        fs::copy(&path, copied).expect("copied");
    }
}

/// Places to change in each file; `VERIFY_FLIPS` asks for more.
fn flips_per_file() -> usize {
    std::env::var("VERIFY_FLIPS").ok().and_then(|count| count.parse().ok()).unwrap_or(5)
}

#[test]
fn one_wrong_byte_in_any_file_is_found_or_changes_nothing() {
    let book = closed();
    let before = book.json(&["verify"], 0);
    let original = book.data();
    let (mut flipped, mut harmless) = (0, Vec::new());
    for path in files(&original).into_iter().filter(|path| holds_data(path)) {
        let bytes = fs::read(&path).expect("a file");
        let step = (bytes.len() / flips_per_file()).max(1);
        for at in (step / 2..bytes.len()).step_by(step) {
            let place = Book::new();
            copy(&original, &place.data());
            let mut changed = bytes.clone();
            changed[at] ^= [0x01, 0x10, 0x80, 0xff][at % 4];
            let name = path.strip_prefix(&original).expect("within");
            fs::write(place.data().join(name), changed).expect("written");
            flipped += 1;
            let output = place.command(&["--json", "verify"]).output().expect("runs");
            let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
            let found = report["findings"].as_array().expect("a list");
            assert_eq!(output.status.success(), found.is_empty(), "{report}");
            if found.is_empty() {
                // What no answer is read from: a filter, which is passed over if it is not whole.
                assert!(is_of(name, "sst"), "{} at {at} is not found", name.display());
                for part in ["log", "projection", "periods"] {
                    assert_eq!(report[part], before[part], "{} at {at}", name.display());
                }
                harmless.push(format!("{} at {at} of {}", name.display(), bytes.len()));
            }
        }
    }
    println!("{flipped} bytes changed, {} harmless: {harmless:#?}", harmless.len());
    assert!(flipped >= 30 && harmless.len() * 4 < flipped, "{harmless:?}");
}
