//! `tributary --help`: the commands in groups, by what one has come to do.

use clap::Subcommand;

use crate::arguments::Command;

/// What one comes to do, and the commands for it. Every command stands in one group.
const GROUPS: &[(&str, &[&str])] = &[
    ("Bring in what happened, and the rules", &["import", "policy", "program"]),
    ("Ask", &["statement", "credits", "attribution", "renewals", "suspense", "deal", "drift", "ask"]),
    ("Close a month, and post it", &["reconcile", "close", "period", "journal", "trial-balance"]),
    ("Hand it out to portals", &["calls"]),
    ("Understand a number", &["explain", "replay", "diff", "timeline"]),
    ("Look after the ledger", &["status", "verify", "quarantine", "export", "rebuild"]),
    ("Run on Kafka", &["kafka", "project", "feed"]),
    ("Set up the shell", &["completions", "man"]),
];

/// How the first page of help is laid out: the list of commands of clap has no groups.
pub(crate) fn template() -> String {
    let known = Command::augment_subcommands(clap::Command::new("tributary"));
    let mut page = String::from("{about-section}\n{usage-heading} {usage}\n");
    for (purpose, commands) in GROUPS {
        page.push_str(&format!("\n{purpose}:\n"));
        for command in known.get_subcommands().filter(|command| commands.contains(&command.get_name())) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            page.push_str(&format!("  {:<13}  {about}\n", command.get_name()));
        }
    }
    page.push_str("\n`tributary <COMMAND> --help` has examples of each.\n\nOptions:\n{options}{after-help}");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_one_group_and_fits_a_line() {
        let known = Command::augment_subcommands(clap::Command::new("tributary"));
        let mut names: Vec<&str> = known.get_subcommands().map(clap::Command::get_name).collect();
        let mut listed: Vec<&str> = GROUPS.iter().flat_map(|(_, commands)| *commands).copied().collect();
        names.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, names);
        let page = template();
        assert_eq!(page.lines().find(|line| line.chars().count() > 100), None);
    }
}
