//! Help, exit codes, closing, and a data directory that cannot be used.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use std::process::Stdio;

use harness::{Book, cases, checkout, tributary};
use tributary_log::system_clock;
use tributary_log_embedded::EmbeddedLog;

const COMMANDS: &[&str] = &[
    "import",
    "policy",
    "program",
    "ask",
    "statement",
    "attribution",
    "credits",
    "renewals",
    "suspense",
    "explain",
    "replay",
    "diff",
    "timeline",
    "journal",
    "trial-balance",
    "close",
    "period",
    "quarantine",
    "export",
    "rebuild",
    "status",
    "verify",
    "completions",
    "man",
];

fn worked() -> Book {
    let book = Book::new();
    book.run(&["import", "--trust-recorded-times", &format!("{}/events.jsonl", cases()[0])], 0);
    book
}

#[test]
fn every_command_shows_examples_of_itself() {
    let root = Book::new().run(&["--help"], 0);
    for code in ["0  ok", "1  some input", "2  the command line", "3  the data directory", "4  storage failed"] {
        assert!(root.contains(code), "{code} is missing:\n{root}");
    }
    for command in COMMANDS {
        assert!(root.contains(&format!("\n  {command} ")), "{command} is missing:\n{root}");
        let help = Book::new().run(&[command, "--help"], 0);
        let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{command} has no examples"));
        let shown = examples.lines().filter(|line| line.contains("tributary") && line.contains(command)).count();
        assert!(shown >= 2, "{command} shows {shown} examples of itself");
    }
}

#[test]
fn the_manual_and_the_completions_are_generated() {
    let book = Book::new();
    assert!(book.run(&["man"], 0).contains(".TH tributary 1"));
    book.run(&["man", "--output", "pages"], 0);
    for command in COMMANDS {
        let page = book.data().with_file_name("pages").join(format!("tributary-{command}.1"));
        assert!(page.is_file(), "{command} has no page");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(book.run(&["completions", shell], 0).contains("quarantine"), "{shell}");
    }
}

#[test]
fn what_cannot_be_understood_is_a_usage_error() {
    let book = worked();
    book.file("questions.json", r#"{"ask": "suspense"}"#);
    book.file("mapping.yaml", "cost: [");
    for arguments in [
        &["divine"][..],
        &["statement"],
        &["statement", "p-msp"],
        &["statement", "p-msp", "2026-2"],
        &["statement", "p-msp", "2026-02", "--known-at", "yesterday"],
        &["replay", "2026-02..2026-01"],
        &["replay", "2026-01", "--with", "no-such-file.yaml"],
        &["diff", "account", "acme", "--from", "2026-01-31@then", "--to", "2026-02-01"],
        &["diff", "period", "2026-01", "--from", "2999-01-01T00:00:00Z"],
        &["import", "no-such-file.jsonl"],
        &["import", "questions.json", "--since", "2026-01-01"],
        &["import", "--from", "focus", "questions.json"],
        &["import", "--from", "focus", "--mapping", "mapping.yaml", "questions.json"],
        &["ask", "questions.json"],
        &["ask", "no-such-file.json"],
    ] {
        let (_, said) = book.both(arguments, 2);
        assert!(said.starts_with("error: "), "{arguments:?}: {said}");
    }
    // A candidate that breaks a rule is refused input, as it is when it is published.
    book.run(&["replay", "2026-01", "--with", "questions.json"], 1);
}

#[test]
fn a_question_without_an_answer_has_an_error_in_its_place() {
    let book = worked();
    let (answers, _) = book.fed(&["ask"], r#"[{"ask": "suspense"}, {"ask": "weather"}]"#, 1);
    let answers: serde_json::Value = serde_json::from_str(&answers).expect("answers");
    assert!(answers[0]["error"].is_null());
    assert_eq!(answers[1]["error"]["code"], "bad-question");
}

#[test]
fn a_directory_in_use_is_said_so() {
    let book = worked();
    let held = EmbeddedLog::open(&book.data().join("log"), system_clock()).expect("the log");
    for command in [&["status"][..], &["rebuild"], &["export"], &["suspense"], &["verify"]] {
        let (_, said) = book.both(command, 3);
        assert!(said.contains("is in use by another process"), "{said}");
    }
    drop(held);
    book.run(&["status"], 0);
}

#[test]
fn a_directory_that_is_not_there_is_not_made_by_asking() {
    let book = Book::new();
    for command in [&["status"][..], &["suspense"], &["export"], &["rebuild"]] {
        let (_, said) = book.both(command, 3);
        assert!(said.starts_with("error: there is no data directory"), "{said}");
    }
    assert!(!book.data().exists());
}

#[test]
fn a_projection_of_another_log_asks_for_a_rebuild_and_gets_it() {
    let (book, other) = (worked(), worked());
    let [ours, theirs] = [&book, &other].map(|book| book.data().join("projection"));
    std::fs::remove_dir_all(&ours).expect("removed");
    std::fs::rename(theirs, &ours).expect("moved");
    let (_, said) = book.both(&["suspense"], 3);
    assert!(said.contains("`tributary rebuild`"), "{said}");
    book.run(&["rebuild"], 0);
    book.run(&["suspense"], 0);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let book = worked();
    let mut command = book.command(&["export"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("ends");
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn l1_a_close_is_judged_before_it_is_recorded() {
    let book = Book::new();
    let [program, mapping, sample] =
        ["program.jsonl", "focus.yaml", "data/focus_sample_1.0.csv"].map(|name| checkout(&format!("demo/{name}")));
    book.run(&["import", &program], 0);
    book.run(&["import", "--from", "focus", "--mapping", &mapping, &sample], 0);
    let events = || book.json(&["status"], 0)["events"].clone();
    let before = events();
    book.run(&["close", "2024-08", "--preview"], 0);
    let (_, early) = book.both(&["close", "2024-08", "--cutoff", "2024-08-15T00:00:00Z"], 1);
    assert!(early.contains("close-before-period-end"), "{early}");
    let (_, future) = book.both(&["close", "9998-01"], 1);
    assert!(future.contains("close-recorded-before-cutoff"), "{future}");
    assert_eq!(events(), before);

    let closed = book.json(&["close", "2024-08"], 0);
    let cutoff = closed["cutoff"].as_str().expect("a cutoff");
    let (_, twice) = book.both(&["close", "2024-08"], 1);
    assert!(twice.contains("was closed already"), "{twice}");
    assert_eq!(book.json(&["close", "2024-08", "--cutoff", cutoff], 0), closed, "the same close again");
    let (_, gap) = book.both(&["close", "2024-10"], 1);
    assert!(gap.contains("close-out-of-order"), "{gap}");
    book.run(&["close", "2024-09"], 0);
    assert_eq!(book.json(&["status"], 0)["closed"][0]["digest"], closed["digest"]);
    assert_eq!(book.json(&["quarantine"], 0), serde_json::json!([]));
}

#[test]
fn e1_a_statement_a_credit_and_a_share_are_explained_down_to_the_log_and_recomputed() {
    let book = worked();
    let explained = book.json(&["explain", "statement", "p-msp", "2026-02"], 0);
    assert_eq!(explained["statement"], book.json(&["statement", "p-msp", "2026-02"], 0));
    for (asked, begins) in [
        (&["statement", "p-msp", "2026-02"][..], "statement of `p-msp` for 2026-02: 606.75 USD"),
        (&["credit", "p-msp", "2026-02", "--role", "msp"], "credits of `p-msp` in 2026-02"),
        (&["share", "acme", "--as-of", "2026-02-15"], "attribution of `acme` on 2026-02-15"),
    ] {
        let (page, said) = book.both(&[&["explain"], asked, &["--check"]].concat(), 0);
        assert!(page.starts_with(begins) && page.contains("└─ ") && page.contains("at 0:"), "{page}");
        assert!(said.starts_with("recomputed "), "{said}");
    }
}

/// What people read is compared with a page that was looked at; `UPDATE_PAGES=1` rewrites it.
#[track_caller]
fn check_page(name: &str, found: &str) {
    let path = checkout(&format!("crates/cli/tests/pages/{name}.txt"));
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, found).expect("write a page");
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap_or_default(), "{path}; set UPDATE_PAGES=1");
}

#[test]
fn e1_an_explanation_reads_as_it_did_when_it_was_looked_at() {
    let book = worked();
    let (statement, share) = (["explain", "statement", "p-msp", "2026-02"], ["explain", "share", "acme"]);
    check_page("explain-statement", &book.run(&statement, 0));
    check_page("explain-share", &book.run(&[&share[..], &["--as-of", "2026-02-15"]].concat(), 0));
}

#[test]
fn there_is_no_colour_without_a_terminal() {
    let ended = tributary(&["--data", "no-such-folder", "status"]).output().expect("runs");
    assert!(!String::from_utf8_lossy(&ended.stderr).contains('\u{1b}'));
}
