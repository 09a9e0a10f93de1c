//! `tributary program`: partners, accounts, aliases and teams kept as files. A file for each subcommand.

mod apply;
mod diff;
mod export;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tributary_audit::program::{Change, changes, unknown_deals};
use tributary_connectors::Finding;
use tributary_connectors::program::{Read, Section};
use tributary_domain::time::{Day, Instant, TimeError, parse_day, start_of_day};
use tributary_projector::View;

use crate::context::{Context, say};
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::ledger::now;

const EXAMPLES: &str = "Examples:
  tributary program export > program.yaml
  tributary program diff program.yaml
  tributary program apply program.yaml --effective 2024-07-01
  tributary program apply partners.csv accounts.csv";

/// Keep partners, accounts, aliases and teams as files
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Diff(diff::Arguments),
    Apply(apply::Arguments),
    Export(export::Arguments),
}

/// Carries the subcommand out.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    match &arguments.command {
        Command::Diff(arguments) => diff::run(context, arguments),
        Command::Apply(arguments) => apply::run(context, arguments),
        Command::Export(arguments) => export::run(context, arguments),
    }
}

/// How things should be, and from when on.
#[derive(Debug, Args)]
struct Wanted {
    /// The files: YAML or JSON, or CSV if the name ends so; `-` is standard input
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,
    /// From when on it is so: a day, which begins as the book's days do, or an instant; by default today
    #[arg(long, value_name = "DAY|INSTANT", value_parser = effective)]
    effective: Option<Effective>,
}

/// A day or an instant.
#[derive(Debug, Clone, Copy)]
enum Effective {
    Day(Day),
    Instant(Instant),
}

fn effective(text: &str) -> Result<Effective, TimeError> {
    parse_day(text).map(Effective::Day).or_else(|_| text.parse().map(Effective::Instant))
}

impl Wanted {
    /// What the files hold.
    fn read(&self) -> Result<Read, CliError> {
        let mut read = Read::default();
        for (name, text) in files::texts(&self.files)? {
            read.take(&name, &text);
        }
        Ok(read)
    }

    /// What would have to be said; nothing if anything is wrong with the files, which is then said.
    fn changes(&self, mut read: Read, view: &View<'_>) -> Result<Option<Vec<Change>>, CliError> {
        for deal in unknown_deals(view, &read.program)? {
            if let Some(place) = read.place(Section::Deals, deal.as_str()).cloned() {
                let reason = format!("`{deal}` is not opened: nobody knows whose it is");
                read.findings.push(Finding::error(&place.file, place.line, "deal", reason, "unknown-deal"));
            }
        }
        if is_wrong(&read) {
            return Ok(None);
        }
        Ok(Some(changes(view, &read.program, self.instant(view))?))
    }

    fn instant(&self, view: &View<'_>) -> Instant {
        let book = &view.reference().book;
        match self.effective {
            Some(Effective::Instant(instant)) => instant,
            Some(Effective::Day(day)) => start_of_day(day, book.zone),
            None => start_of_day(book.day(now()), book.zone),
        }
    }
}

/// Says what is wrong with the files, and whether anything is.
fn is_wrong(read: &Read) -> bool {
    read.findings.iter().for_each(say);
    !read.findings.is_empty()
}
