//! `kill -9` at any moment loses nothing and doubles nothing: a real process, killed a hundred times in the middle of importing,
//! projecting, closing and rebuilding, ends where a quiet run ends.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use harness::live_for;
use tributary_log::system_clock;

const KILLS: usize = 100;
const ACCOUNTS: usize = 40;
const USAGE: usize = 3_000;

/// SplitMix64: the moments of death, from a seed that is printed.
struct Moments(u64);

impl Moments {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// A program of forty accounts, their usage of January and February, some of it corrected, and the close of January.
fn events() -> String {
    let mut lines = String::new();
    let mut number = 0;
    let mut say = |day: &str, hour: usize, subject: &str, noun: &str, data: &str| {
        number += 1;
        let time = format!("{day}T{:02}:{:02}:{:02}Z", hour % 24, number / 60 % 60, number % 60);
        let _ = writeln!(
            lines,
            r#"{{"specversion":"1.0","id":"e{number}","source":"urn:crash","type":"tributary.{noun}.v1","subject":"{subject}","time":"{time}","recordedtime":"{time}","data":{data}}}"#
        );
        number
    };
    say("2026-01-01", 0, "book", "book.configured", r#"{"currency":"USD","timeZone":"UTC"}"#);
    for partner in ["p-1", "p-2"] {
        say("2026-01-01", 1, &format!("partner/{partner}"), "partner.enrolled", r#"{"kinds":["msp"]}"#);
    }
    let policy = r#"{"policy":{"kind":"attribution","id":"a","effectiveFrom":"2026-01-01","model":{"roleSplit":{"shares":{"msp":"0.4"}}}}}"#;
    say("2026-01-01", 2, "book", "policy.published", policy);
    let plan = r#"{"policy":{"kind":"commission","id":"c","effectiveFrom":"2026-01-01","basis":"consumption","schedule":{"mode":"graduated","bands":[{"from":"0","rate":"0.05"},{"from":"1000","rate":"0.08"}]}}}"#;
    say("2026-01-01", 2, "book", "policy.published", plan);
    for account in 0..ACCOUNTS {
        let subject = format!("account/a{account}");
        let lines = r#"[{"line":"1","product":"warehouse","kind":"consumption"}]"#;
        say("2026-01-01", 3, &subject, "deal.opened", &format!(r#"{{"deal":"d{account}","lines":{lines}}}"#));
        say("2026-01-01", 4, &subject, "deal.won", &format!(r#"{{"deal":"d{account}","termStart":"2026-01-01"}}"#));
        let partner = if account % 3 == 0 { "p-1" } else { "p-2" };
        let role = format!(r#"{{"deal":"d{account}","partner":"{partner}","role":"msp"}}"#);
        say("2026-01-01", 5, &subject, "deal.role_assigned", &role);
    }
    for used in 0..USAGE {
        let subject = format!("account/a{}", used * 7 % ACCOUNTS);
        let day = format!("2026-{:02}-{:02}", 1 + used % 2, 2 + used / 2 % 26);
        let usage =
            format!(r#"{{"product":"warehouse","amount":"{}.{:03}","currency":"USD"}}"#, used % 90, used % 1000);
        let said = say(&day, used, &subject, "usage.recorded", &usage);
        if used % 17 == 0 {
            let corrects =
                format!(r#"{{"corrects":{{"source":"urn:crash","id":"e{said}"}},"amount":"{}"}}"#, used % 11);
            say("2026-03-02", used, &subject, "usage.corrected", &corrects);
        }
    }
    let close = r#"{"period":"2026-01","cutoff":"2026-02-03T00:00:00Z"}"#;
    say("2026-03-04", 0, "book", "period.closed", close);
    lines
}

fn tributary(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tributary"));
    command.arg("--data").arg(data).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn output(data: &Path, arguments: &[&str]) -> String {
    let done = tributary(data, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("a process");
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("UTF-8")
}

/// Everything that must be the same: what was recorded, what it comes to, what was closed.
fn state(data: &Path) -> Vec<serde_json::Value> {
    let status: serde_json::Value =
        serde_json::from_str(&output(data, &["--json", "status", "--digest"])).expect("status as JSON");
    let mut state = vec![status["events"].clone(), status["stateDigest"].clone(), status["closed"].clone()];
    assert!(state.iter().all(|value| !value.is_null()), "{status}");
    for (partner, period) in [("p-1", "2026-01"), ("p-1", "2026-02"), ("p-2", "2026-01"), ("p-2", "2026-02")] {
        let statement = output(data, &["--json", "statement", partner, period]);
        state.push(serde_json::from_str(&statement).expect("a statement as JSON"));
    }
    state
}

#[test]
fn a_process_killed_a_hundred_times_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("events.jsonl");
    std::fs::write(&file, events()).expect("a file");
    let file = file.to_str().expect("UTF-8");
    let import = ["import", "--trust-recorded-times", file];

    let quiet = folder.path().join("quiet");
    let started = Instant::now();
    output(&quiet, &import);
    let lifetime_us_max = started.elapsed().as_micros() as u64;
    let expected = state(&quiet);

    let seed = system_clock()() as u64;
    println!("seed {seed}");
    let mut moments = Moments(seed);
    let killed = folder.path().join("killed");
    // The first line alone, undisturbed: from here on every command has something to answer from.
    let first = folder.path().join("first.jsonl");
    std::fs::write(&first, events().lines().next().expect("a line")).expect("a file");
    output(&killed, &["import", "--trust-recorded-times", first.to_str().expect("UTF-8")]);
    let mut kills = 0;
    let commands: [&[&str]; 4] =
        [&import, &["rebuild"], &["--json", "statement", "p-1", "2026-02"], &["--json", "status", "--digest"]];
    for turn in 0.. {
        if kills == KILLS {
            break;
        }
        // Importing dies more often than the rest: it is the one that writes the truth.
        let command = if turn % 3 == 0 { commands[1 + moments.below(3) as usize] } else { commands[0] };
        let child = tributary(&killed, command).spawn().expect("a process");
        kills += usize::from(live_for(child, Duration::from_micros(moments.below(lifetime_us_max))));
    }
    output(&killed, &import);
    assert_eq!(state(&killed), expected, "seed {seed}");
    output(&killed, &["rebuild"]);
    assert_eq!(state(&killed), expected, "seed {seed}, rebuilt");
    println!("seed {seed}");
}
