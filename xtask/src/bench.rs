//! `cargo xtask bench`: measures the ledger at a size, beside floors and peers, and makes the pages of what was found.
//!
//! The programs that measure and write are those of `benches/`; this builds them, says where their results go, and runs them.

use std::path::PathBuf;
use std::process::Command;

use crate::setup;
use crate::workspace::{Failure, Workspace, as_typed, create_dir, failed, succeeds};

/// What is measured must be what is shipped: the same profile as a release.
const BUILD: &[&str] =
    &["build", "--release", "--package", "tributary-cli", "--package", "tributary-benches", "--bins"];

/// Usage events, unless it is told otherwise.
const EVENTS: &str = "1000000";
/// What a run may be told with a value: it goes to the program as it is.
const OPTIONS: &[&str] = &["--events", "--runs", "--accounts", "--partners", "--dir"];

/// What a run over files of other systems may be told with a value.
const OF_SOURCES: &[&str] = &["--rows", "--only", "--dir"];

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked<'a> {
    /// Only the pages, from results that are there.
    Pages,
    /// A run of that size, with these arguments. A quick one, or one around another program, is looked at and kept nowhere.
    Run { events: &'a str, kept: bool, arguments: Vec<&'a str> },
    /// Files of other systems, of so many rows. What leaves some of them out is looked at and kept nowhere.
    Sources { rows: &'a str, kept: bool, arguments: Vec<&'a str> },
}

/// Runs what was asked for.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let asked = read(arguments)?;
    let workspace = Workspace::find()?;
    setup::run(&workspace)?;
    // All at once: cargo would build what the programs share again for each of them, with other features.
    if !succeeds(&mut workspace.cargo(BUILD))? {
        return Err(failed(format!("it does not build, see above; repeat it with: {}", as_typed(BUILD))));
    }
    let (mut measure, kept, file) = match asked {
        Asked::Pages => return pages(&workspace),
        Asked::Run { events, kept, arguments } => {
            let mut scale = program(&workspace, "scale");
            scale.args(arguments).args(["--peers", "benches/peers"]);
            (scale, kept, results(&workspace, "docs/performance", events)?)
        }
        Asked::Sources { rows, kept, arguments } => {
            let mut sources = program(&workspace, "sources");
            sources.args(arguments).arg("--tributary").arg(workspace.target_dir().join("release/tributary"));
            (sources, kept, results(&workspace, "docs/performance/sources", rows)?)
        }
    };
    if kept {
        measure.arg("--results").arg(file);
    }
    if !succeeds(&mut measure)? {
        return Err(failed("nothing was measured, see above"));
    }
    if kept { pages(&workspace) } else { Ok(()) }
}

/// A program that was built, in the root of the checkout.
fn program(workspace: &Workspace, name: &str) -> Command {
    let mut command = Command::new(workspace.target_dir().join("release").join(name));
    command.current_dir(&workspace.root);
    command
}

/// The file of the results of that size: one for each size, the newest.
fn results(workspace: &Workspace, folder: &str, events: &str) -> Result<PathBuf, Failure> {
    let folder = workspace.root.join(folder);
    create_dir(&folder)?;
    Ok(folder.join(format!("{events}.json")))
}

fn pages(workspace: &Workspace) -> Result<(), Failure> {
    create_dir(&workspace.root.join("docs/images"))?;
    create_dir(&workspace.root.join("docs/performance/sources"))?;
    let made = succeeds(program(workspace, "pages").arg("docs"))?;
    made.then_some(()).ok_or_else(|| failed("the pages were not made, see above"))
}

fn read<'a>(given: &[&'a str]) -> Result<Asked<'a>, Failure> {
    if given == ["--pages"] {
        return Ok(Asked::Pages);
    }
    if let Some(("--sources", given)) = given.split_first().map(|(first, rest)| (*first, rest)) {
        return of_sources(given);
    }
    let (mut events, mut kept, mut arguments) = (EVENTS, true, Vec::new());
    let mut rest = given.iter();
    while let Some(option) = rest.next() {
        match *option {
            "--quick" => {
                kept = false;
                arguments.push("--quick");
            }
            option if OPTIONS.contains(&option) => {
                let value = rest.next().ok_or_else(|| Failure::Usage(format!("`{option}` needs a value")))?;
                match option {
                    "--events" => events = value,
                    "--accounts" | "--partners" => kept = false,
                    _ => {}
                }
                if option != "--events" {
                    arguments.extend([option, value]);
                }
            }
            option => {
                let known = OPTIONS.join(", ");
                return Err(Failure::Usage(format!(
                    "`bench` has no option `{option}`, give one of {known}, --quick, or --pages alone"
                )));
            }
        }
    }
    if !events.parse::<u64>().is_ok_and(|events| events > 0) {
        return Err(Failure::Usage(format!("`--events` needs a number above zero, not `{events}`")));
    }
    arguments.extend(["--events", events]);
    Ok(Asked::Run { events, kept, arguments })
}

fn of_sources<'a>(given: &[&'a str]) -> Result<Asked<'a>, Failure> {
    let mut rows = EVENTS;
    for pair in given.chunks(2) {
        match pair {
            [option, value] if OF_SOURCES.contains(option) => {
                if *option == "--rows" {
                    rows = value;
                }
            }
            _ => {
                let known = OF_SOURCES.join(", ");
                let said = pair.join(" ");
                return Err(Failure::Usage(format!(
                    "`bench --sources` takes {known}, each with a value, not `{said}`"
                )));
            }
        }
    }
    if !rows.parse::<u64>().is_ok_and(|rows| rows > 0) {
        return Err(Failure::Usage(format!("`--rows` needs a number above zero, not `{rows}`")));
    }
    Ok(Asked::Sources { rows, kept: !given.contains(&"--only"), arguments: given.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_kept_unless_it_is_quick_or_of_another_program() {
        let kept = |given: &[&str]| match read(given) {
            Ok(Asked::Run { kept, events, .. }) => Some((kept, events.to_owned())),
            _ => None,
        };
        assert_eq!(kept(&[]), Some((true, EVENTS.to_owned())));
        assert_eq!(kept(&["--events", "10000000", "--runs", "1"]), Some((true, "10000000".to_owned())));
        assert_eq!(kept(&["--quick"]), Some((false, EVENTS.to_owned())));
        assert_eq!(kept(&["--accounts", "1000"]), Some((false, EVENTS.to_owned())));
        assert_eq!(read(&["--pages"]), Ok(Asked::Pages));
        let of_sources = |given: &[&str]| matches!(read(given), Ok(Asked::Sources { kept: true, .. }));
        assert!(of_sources(&["--sources", "--rows", "100"]) && !of_sources(&["--sources", "--only", "focus"]));
    }

    #[test]
    fn options_are_known_and_have_values() {
        let of_sources = [&["--sources", "--rows"][..], &["--sources", "--rows", "0"], &["--sources", "--events", "5"]];
        for wrong in
            [&["--fast"][..], &["--events"], &["--events", "many"], &["--events", "0"], &["--pages", "--quick"]]
                .into_iter()
                .chain(of_sources)
        {
            assert!(matches!(read(wrong), Err(Failure::Usage(_))), "{wrong:?}");
        }
    }
}
