//! `cargo xtask kafka up|down|status`: a broker to try things on, which stays until it is taken down.

use std::fmt::Display;
use std::io::{Write as _, stdout};
use std::path::PathBuf;

use tributary_broker::{ADDRESS, Running, Standing};

use crate::setup;
use crate::workspace::{Failure, cache_dir, failed};

/// Runs one of the three.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    match arguments {
        ["up"] => up(),
        ["down"] => down(),
        ["status"] => status(),
        [] => Err(Failure::Usage("`kafka` needs to know what to do: up, down or status".to_owned())),
        other => Err(Failure::Usage(format!("`kafka {}` is nothing it does, say up, down or status", other.join(" ")))),
    }
}

/// One for the machine: its topics have names of their own in every test, so that checkouts can share it.
fn folder() -> Result<PathBuf, Failure> {
    Ok(cache_dir()?.join("kafka/standing"))
}

fn up() -> Result<(), Failure> {
    let distribution = setup::kafka::fetch()?;
    let standing = Standing::within(&folder()?);
    match standing.status() {
        Some(running) => print(&standing, &running),
        None => {
            let folder = folder()?;
            let running = standing.up(distribution).map_err(|error| {
                // Tests leave their topics behind: after hundreds of runs it is long in taking them up again.
                let folder = folder.display();
                failed(format!("{error}; to begin anew, without the topics that are there, remove `{folder}`"))
            })?;
            print(&standing, &running);
        }
    }
    Ok(())
}

fn down() -> Result<(), Failure> {
    let folder = folder()?;
    match Standing::within(&folder).down() {
        Some(running) => {
            let folder = folder.display();
            say(format_args!(
                "Kafka at {} is stopped; `up` goes on with its data, unless `{folder}` is removed",
                running.address
            ));
        }
        None => say("no Kafka runs"),
    }
    Ok(())
}

fn status() -> Result<(), Failure> {
    let standing = Standing::within(&folder()?);
    match standing.status() {
        Some(running) => print(&standing, &running),
        None => say("no Kafka runs, start one with `cargo xtask kafka up`"),
    }
    Ok(())
}

fn print(standing: &Standing, running: &Running) {
    say(format_args!("Kafka runs at {} (process {})", running.address, running.id));
    say(format_args!("  its log      {}", standing.log().display()));
    say(format_args!("  for tests    export {ADDRESS}={}", running.address));
    say(format_args!("  for clients  bootstrap.servers={}", running.address));
}

fn say(line: impl Display) {
    // Who reads the first line and closes the pipe, as `head` does, wants no more; what was asked for is done.
    let _ = writeln!(stdout(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_one_word() {
        for wrong in [&[][..], &["restart"], &["up", "now"]] {
            assert!(matches!(run(wrong), Err(Failure::Usage(_))), "{wrong:?}");
        }
    }
}
