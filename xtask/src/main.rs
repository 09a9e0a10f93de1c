//! `cargo xtask <command>`: everything that is done to this project rather than by it.
//!
//! A command is a file here. Nothing from elsewhere is used, because this is the first thing a new machine compiles.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks through its output")]

mod bench;
mod demo;
mod fuzz;
mod kafka;
mod setup;
mod soak;
mod test;
mod tidy;
mod workspace;

use std::env;
use std::process::ExitCode;

use workspace::{Failure, Workspace};

const HELP: &str = "\
usage: cargo xtask <command>

commands:
  setup  make this machine ready: libclang, a C++ compiler, headers, RocksDB's archive (built once, kept outside the
         checkout), what tests read the journal's exports with (hledger, beancount), and Kafka
  test   setup, then everything CI runs, with a Kafka for as long as it takes: format, clippy, tidy, tests, docs,
         dependencies; TRIBUTARY_WITHOUT_KAFKA=1 leaves out what needs Kafka
  kafka  up: start a Kafka that stays, and say where it is; down: stop it; status: say whether it runs
  demo   setup, build the `tributary` binary and walk through it; `demo month`: through the files of a CRM and three marketplaces
  soak   run made-up histories through the ledger and hold them to every property; --scenarios N --seed S --minutes M
  bench  measure the ledger at a size, beside floors and peers, and make docs/performance.md of it; --events N --runs N
         --dir DIR; --quick looks and keeps nothing; --pages only makes the pages again
  fuzz   look for bytes that a reader of others' files does not take as it must, reader by reader; --minutes N in all,
         --only NAME
  tidy   check the habits of the tree: heads, layers, fences, names, sizes, pages, rules cited by tests
  help   print this

exit codes: 0 done, 1 failed, 2 called wrongly";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Failed(what)) => {
            eprintln!("error: {what}");
            ExitCode::from(1)
        }
        Err(Failure::Usage(what)) => {
            eprintln!("error: {what}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Failure> {
    match arguments {
        ["help" | "--help" | "-h"] | [_, "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        ["setup"] => setup::run(&Workspace::find()?),
        ["test"] => test::run(&Workspace::find()?),
        ["demo"] => demo::run(&Workspace::find()?, &demo::PROGRAM),
        ["demo", "month"] => demo::run(&Workspace::find()?, &demo::MONTH),
        ["tidy"] => tidy::run(&Workspace::find()?),
        ["kafka", what @ ..] => kafka::run(what),
        ["soak", options @ ..] => soak::run(options),
        ["bench", options @ ..] => bench::run(options),
        ["fuzz", options @ ..] => fuzz::run(options),
        [] => Err(Failure::Usage("no command given, name one of those below".to_owned())),
        ["demo", ..] => Err(Failure::Usage("`demo` takes nothing, or `month`".to_owned())),
        [command @ ("setup" | "test" | "tidy"), ..] => {
            Err(Failure::Usage(format!("`{command}` takes no arguments, leave them out")))
        }
        [command, ..] => Err(Failure::Usage(format!("no command `{command}`, name one of those below"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_call_is_a_usage_failure_and_help_is_not() {
        for wrong in [
            &[][..],
            &["tody"],
            &["tidy", "--fast"],
            &["soak", "--fast"],
            &["bench", "--fast"],
            &["fuzz", "--fast"],
            &["kafka"],
        ] {
            assert!(matches!(run(wrong), Err(Failure::Usage(_))), "{wrong:?}");
        }
        assert!(run(&["help"]).is_ok());
        assert!(run(&["tidy", "--help"]).is_ok());
    }

    #[test]
    fn the_help_has_a_line_for_every_command() {
        for command in ["setup", "test", "kafka", "demo", "soak", "bench", "fuzz", "tidy", "help"] {
            assert!(HELP.lines().any(|line| line.starts_with(&format!("  {command} "))), "{command}");
        }
    }
}
