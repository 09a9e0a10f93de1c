//! `tributary journal`: the ledger as a bookkeeper's entries, for people and for their programs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tributary_domain::time::Day;
use tributary_finance::journal::JournalFilter;
use tributary_finance::{Journal, journal};
use tributary_reports::journal::{beancount, csv, hledger};

use crate::arguments::{KnownAt, day};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary journal --from 2024-09-01 --to 2024-09-30
  tributary journal --account payable:p-msp
  tributary journal --format hledger --output tributary.journal
  tributary journal --format beancount --known-at 2024-10-05T00:00:00Z --output tributary.beancount";

/// Show what was recognised, paid out and disbursed as balanced entries
///
/// What is on the journal at an instant stays on it: what turns out otherwise is an entry of its own.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Only entries booked on this day or later
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Day>,
    /// Only entries booked on this day or earlier
    #[arg(long, value_name = "DAY", value_parser = day)]
    to: Option<Day>,
    /// Only entries that post to an account whose name begins so
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The file; standard output if none
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    at: KnownAt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people; with --json the document
    Table,
    /// A row for each posting
    Csv,
    /// The plain text that hledger reads
    Hledger,
    /// The plain text that beancount reads
    Beancount,
}

/// The journal, in the format asked for.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let filter = JournalFilter { from: arguments.from, to: arguments.to, account: arguments.account.clone() };
    let journal = journal(&view, &filter)?;
    let text = match arguments.format {
        Format::Table => context.document(&journal, readable)?,
        Format::Csv => csv(&journal),
        Format::Hledger => hledger(&journal),
        Format::Beancount => beancount(&journal),
    };
    context.deliver(arguments.output.as_deref(), text.as_bytes())?;
    Ok(Exit::Ok)
}

fn readable(journal: &Journal) -> String {
    let title = format!("journal as known at {}\n", journal.known_at);
    let mut page = match journal.entries.is_empty() {
        true => format!("{title}\nno entries\n"),
        false => format!("{title}\n{}", entries(journal).render()),
    };
    if !journal.unposted.is_empty() {
        page.push_str("\nnot posted, for no rate was known\n");
        page.push_str(&unposted(journal).render());
    }
    page
}

/// A row for each posting; the entry stands beside its first one.
fn entries(journal: &Journal) -> Grid {
    let columns = [text("day"), text("entry"), text("account"), text("deal"), text("currency")];
    let mut grid = Grid::new(columns.into_iter().chain([figure("debit"), figure("credit")]));
    for entry in &journal.entries {
        let said = entry.original.as_ref();
        let said = said.map_or_else(String::new, |said| format!(", {} {}", said.amount, said.currency));
        for (at, posting) in entry.postings.iter().enumerate() {
            let (day, description) = match at {
                0 => (entry.day.as_str(), format!("{}{said}", entry.description)),
                _ => ("", String::new()),
            };
            let (debit, credit) = match posting.side {
                "debit" => (posting.amount.as_str(), ""),
                _ => ("", posting.amount.as_str()),
            };
            let deal = posting.deal.as_deref().unwrap_or_default();
            grid.row([day, &description, &posting.account, deal, &posting.currency, debit, credit]);
        }
    }
    grid
}

fn unposted(journal: &Journal) -> Grid {
    let mut grid = Grid::new([text("partner"), text("payout"), text("recorded"), text("currency"), figure("amount")]);
    for of in &journal.unposted {
        grid.row([&of.partner, &of.payout, &of.recorded, &of.currency, &of.amount]);
    }
    grid
}
