//! `tributary explain share`: who is attributed to an account's deals on a day, and by which steps.

use clap::Args;
use tributary_domain::id::{AccountId, DealId, Pool, Product, Vendor};
use tributary_domain::time::Day;
use tributary_finance::explain::{ShareFilter, explain_shares};
use tributary_log::Position;

use super::{Shown, answer, identity};
use crate::arguments::{KnownAt, account, day};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "Examples:
  tributary explain share acme --as-of 2024-09-15
  tributary explain share acme --as-of 2024-09-15 --deal d-1 --pool revenue
  tributary explain share acme --as-of 2024-09-15 --product warehouse --known-at 2024-10-05T00:00:00Z";

/// Explain who gets which share of an account's deals on a day
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The account
    #[arg(value_parser = account)]
    account: AccountId,
    /// The day, such as 2024-09-15
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Day,
    /// Only this deal
    #[arg(long, value_name = "ID", value_parser = DealId::new)]
    deal: Option<DealId>,
    /// Only this pool
    #[arg(long, value_name = "NAME", value_parser = Pool::new)]
    pool: Option<Pool>,
    /// Only this product
    #[arg(long, value_name = "NAME", value_parser = Product::new)]
    product: Option<Product>,
    /// Only products of this vendor
    #[arg(long, value_name = "NAME", value_parser = Vendor::new)]
    vendor: Option<Vendor>,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    at: KnownAt,
}

/// The shares as known at the instant asked for.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let filter = ShareFilter {
        deal: arguments.deal.clone(),
        pool: arguments.pool.clone(),
        product: arguments.product.clone(),
        vendor: arguments.vendor.clone(),
    };
    let identify = |position: Position| identity(&*ledger.log, position);
    let explanation = explain_shares(&view, &arguments.account, arguments.as_of, &filter, &identify)?;
    answer(context, &arguments.shown, &explanation, |explanation| explanation.tree())
}
