//! `tributary drift`: where systems say different things of a deal.

use clap::Args;
use tributary_audit::{Drift, DriftingField, SaidAnswer, drift};
use tributary_domain::id::AccountId;

use crate::arguments::{AsOf, KnownAt, account};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};

const EXAMPLES: &str = "Examples:
  tributary drift
  tributary drift --account acme
  tributary drift --as-of 2024-09-15 --known-at 2024-10-01T00:00:00Z --json";

/// Report where systems say different things of the same deal
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Only deals of this account
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    account: Option<AccountId>,
    #[command(flatten)]
    on: AsOf,
    #[command(flatten)]
    at: KnownAt,
}

/// Every field of which systems say different things, with all that they say.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let drift = drift(&view, arguments.account.as_ref(), arguments.on.day(&view)?)?;
    context.answer(&drift, readable)?;
    Ok(Exit::Ok)
}

fn readable(drift: &Drift) -> String {
    let Drift { as_of, known_at, deals, fields } = drift;
    let of = if *deals == 1 { "1 deal".to_owned() } else { format!("{deals} deals") };
    let title = format!("drift between systems on {as_of}, as known at {known_at}: {of} observed\n");
    if fields.is_empty() {
        let none = if *deals == 0 { "no system says anything of a deal" } else { "all systems agree" };
        return format!("{title}\n{none}\n");
    }
    let mut grid = Grid::new(["account", "deal", "field", "authority", "says", "other", "says", "since"].map(text));
    let (mut account, mut deal) = ("", "");
    for of in fields {
        let account = if std::mem::replace(&mut account, &of.account) == of.account { "" } else { &of.account };
        let same = std::mem::replace(&mut deal, &of.deal) == of.deal && account.is_empty();
        rows(of, [account, if same { "" } else { &of.deal }], &mut grid);
    }
    format!("{title}\n{}", grid.render())
}

fn rows(of: &DriftingField, [account, deal]: [&str; 2], grid: &mut Grid) {
    let (system, says) = of.authority.as_ref().map_or(("none has spoken", ""), |said| (&said.system, value(said)));
    let mut head = [account, deal, of.field, system, says];
    for other in &of.others {
        let [account, deal, field, system, says] = std::mem::take(&mut head);
        grid.row([account, deal, field, system, says, &other.system, value(other), &other.since]);
    }
}

fn value(said: &SaidAnswer) -> &str {
    said.value.as_deref().unwrap_or("empty")
}
