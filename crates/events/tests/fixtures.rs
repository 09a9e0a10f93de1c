//! Old bytes stay readable: every version of every event, with what it means. `UPDATE_FIXTURES=1` adds what is missing and
//! never touches bytes that are there.

use std::path::{Path, PathBuf};

use tributary_events::{Encoded, decode_draft, json, schemas};
use tributary_log::Envelope;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/fixtures")
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<_> =
        std::fs::read_dir(root()).expect("the fixtures").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    folders
}

fn read_or_add(path: &Path, made: &[u8]) -> Vec<u8> {
    if !path.exists() && std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(path, made).expect("write a fixture");
    }
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}; set UPDATE_FIXTURES=1 to add it", path.display()))
}

#[test]
fn every_type_has_a_fixture() {
    let fixtures: Vec<String> =
        folders().iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
    let mut types: Vec<String> = schemas()
        .into_iter()
        .filter_map(|(path, _)| Some(path.strip_prefix("events/")?.strip_suffix(".json")?.to_owned()))
        .collect();
    types.sort();
    assert_eq!(fixtures, types);
    assert_eq!(types.len(), 40);
}

#[test]
fn old_bytes_stay_readable_and_mean_what_they_meant() {
    for folder in folders() {
        let text = std::fs::read(folder.join("v1.json")).expect("the event in JSON");
        let draft = json::read(&text).unwrap_or_else(|refusal| panic!("{}: {refusal}", folder.display()));
        let encoded = Encoded::of(&draft);
        let bytes = read_or_add(&folder.join("v1.bin"), encoded.envelope().data);
        let envelope = Envelope { data: &bytes, ..encoded.envelope() };
        let decoded = decode_draft(&envelope).unwrap_or_else(|refusal| panic!("{}: {refusal}", folder.display()));
        assert_eq!(decoded.body, draft.body, "{}", folder.display());
        let meaning = format!("{:#?}\n", decoded.body);
        let expected = read_or_add(&folder.join("v1.txt"), meaning.as_bytes());
        assert_eq!(meaning, String::from_utf8(expected).expect("text"), "{}", folder.display());
    }
}
