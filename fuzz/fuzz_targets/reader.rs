//! One target for everything that reads: `TRIBUTARY_FUZZ` names what the bytes are given to. Without it, the names are printed,
//! one on a line; with `TRIBUTARY_FUZZ_SEEDS` too, files to begin from are written into that folder.
#![no_main]
#![allow(clippy::print_stdout, missing_docs, reason = "the macro's function; the names are the answer")]

use std::path::Path;
use std::process::exit;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use tributary_fuzz::{Subject, subjects};

static SUBJECT: OnceLock<Subject> = OnceLock::new();

fn choose() -> Subject {
    let wanted = std::env::var("TRIBUTARY_FUZZ").unwrap_or_default();
    let names: Vec<String> = subjects().iter().map(|subject| subject.name.to_owned()).collect();
    let Some(subject) = subjects().into_iter().find(|subject| subject.name == wanted) else {
        println!("{}", names.join("\n"));
        exit(i32::from(!wanted.is_empty()));
    };
    if let Ok(folder) = std::env::var("TRIBUTARY_FUZZ_SEEDS") {
        for (at, seed) in subject.seeds().iter().enumerate() {
            std::fs::write(Path::new(&folder).join(format!("seed-{at}")), seed).expect("a folder for the seeds");
        }
        exit(0);
    }
    subject
}

/// A panic ends the run; but those of the library that reads Parquet are caught where it is called.
fn leave_out_what_is_caught() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let caught = panic.location().is_some_and(|at| at.file().contains("/parquet-"));
        if !caught {
            hook(panic);
        }
    }));
}

fuzz_target!(
    init: {
        leave_out_what_is_caught();
        SUBJECT.get_or_init(choose);
    },
    |bytes: &[u8]| SUBJECT.get_or_init(choose).hold(bytes)
);
