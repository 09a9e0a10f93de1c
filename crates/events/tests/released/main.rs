//! Nothing that a release promised to others may break: today's messages and JSON Schemas against those of the last
//! release, which lie in `schemas/released/`. `RELEASE_SCHEMAS=1` puts today's there, where they break nothing.

mod json;
mod protos;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use prost::Message;
use prost_types::FileDescriptorSet;
use serde_json::Value;

use json::Written;

/// A promise that would be broken.
#[derive(Debug)]
struct Break {
    rule: &'static str,
    file: String,
    /// Message and field, or the way into a JSON Schema.
    place: String,
    what: String,
}

impl Break {
    fn new(rule: &'static str, file: &str, place: &str, what: impl Into<String>) -> Self {
        Self { rule, file: file.to_owned(), place: place.to_owned(), what: what.into() }
    }
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` in {}: {} ({})", self.place, self.file, self.what, self.rule)
    }
}

const DESCRIPTORS: &str = "descriptors.binpb";
const VERSION: &str = "VERSION";

#[test]
fn nothing_that_the_last_release_promised_is_broken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let released = root.join("schemas/released");
    let today = (messages(&root.join("proto")), documents(&root.join("schemas")));
    if !released.join(VERSION).exists() {
        assert!(released_now(), "schemas/released is empty; set RELEASE_SCHEMAS=1");
        write(&released, &today);
    }
    let bytes = std::fs::read(released.join(DESCRIPTORS)).expect("the released descriptors");
    let descriptors = FileDescriptorSet::decode(bytes.as_slice()).expect("descriptors");
    assert!(!descriptors.file.is_empty());
    let mut broken = protos::compare(&descriptors, &today.0);
    for (path, before) in documents(&released) {
        match today.1.get(&path) {
            Some(now) => broken.extend(json::compare(&path, written(&path), &before, now)),
            None => broken.push(Break::new("file-removed", &path, "#", "the schema is gone; leave it where it was")),
        }
    }
    let broken: Vec<String> = broken.iter().map(ToString::to_string).collect();
    assert!(broken.is_empty(), "the last release promised otherwise:\n{}", broken.join("\n"));
    if released_now() {
        write(&released, &today);
    }
}

fn released_now() -> bool {
    std::env::var_os("RELEASE_SCHEMAS").is_some()
}

type Promised = (FileDescriptorSet, BTreeMap<String, Value>);

/// Every file below `proto/`, without comments.
fn messages(root: &Path) -> FileDescriptorSet {
    let files = below(root, "proto");
    assert!(!files.is_empty());
    let mut compiler = protox::Compiler::new([root]).expect("a folder");
    compiler.open_files(files).expect("the protos").file_descriptor_set()
}

/// Every JSON Schema in a folder of schemas, by its path there.
fn documents(folder: &Path) -> BTreeMap<String, Value> {
    let kept = |path: &PathBuf| {
        let first = path.strip_prefix(folder).expect("below").iter().next().and_then(|first| first.to_str());
        !matches!(first, Some("released" | "fixtures" | "asyncapi"))
    };
    let files = below(folder, "json").into_iter().filter(kept);
    files
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a schema");
            let name = path.strip_prefix(folder).expect("below").to_str().expect("UTF-8").to_owned();
            (name, serde_json::from_str(&text).expect("JSON"))
        })
        .collect()
}

fn written(path: &str) -> Written {
    let answers = path.starts_with("answers/") && path != "answers/questions.json";
    if answers { Written::ByTheLedger } else { Written::ByOthers }
}

/// The files with an ending below a folder, in order.
fn below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                files.push(path);
            }
        }
    }
    files.sort_unstable();
    files
}

fn write(folder: &Path, (messages, documents): &Promised) {
    let put = |path: &str, bytes: &[u8]| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("make the folder");
        std::fs::write(path, bytes).expect("write what is released");
    };
    put(DESCRIPTORS, &messages.encode_to_vec());
    for (path, schema) in documents {
        put(path, format!("{schema:#}\n").as_bytes());
    }
    put(VERSION, format!("{}\n", env!("CARGO_PKG_VERSION")).as_bytes());
}
