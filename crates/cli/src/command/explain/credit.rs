//! `tributary explain credit`: what a partner is credited with in a period, day by day.

use clap::Args;
use tributary_domain::id::{AccountId, DealId, PartnerId, Pool, Product, Role, Vendor};
use tributary_domain::policy::Basis;
use tributary_domain::time::Period;
use tributary_finance::explain::{CreditFilter, explain_credits};
use tributary_log::Position;

use super::{Shown, answer, identity};
use crate::arguments::{KnownAt, account, partner, period};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "Examples:
  tributary explain credit p-msp 2024-09
  tributary explain credit p-msp 2024-09 --pool influence --deal d-1
  tributary explain credit p-msp 2024-09 --account acme --known-at 2024-10-05T00:00:00Z --full";

/// Explain the credits of a partner in a period
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The partner
    #[arg(value_parser = partner)]
    partner: PartnerId,
    /// The period, such as 2024-09
    #[arg(value_parser = period)]
    period: Period,
    /// Only those of this pool
    #[arg(long, value_name = "NAME", value_parser = Pool::new)]
    pool: Option<Pool>,
    /// Only those of this kind of fact: bookings, consumption, disbursement or recurring
    #[arg(long, value_name = "BASIS", value_parser = basis)]
    basis: Option<Basis>,
    /// Only those of this account
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<AccountId>,
    /// Only those of this deal
    #[arg(long, value_name = "ID", value_parser = DealId::new)]
    deal: Option<DealId>,
    /// Only those in this role
    #[arg(long, value_name = "ROLE", value_parser = Role::new)]
    role: Option<Role>,
    /// Only those for this product
    #[arg(long, value_name = "NAME", value_parser = Product::new)]
    product: Option<Product>,
    /// Only those for products of this vendor
    #[arg(long, value_name = "NAME", value_parser = Vendor::new)]
    vendor: Option<Vendor>,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    at: KnownAt,
}

fn basis(text: &str) -> Result<Basis, String> {
    let named = Basis::ALL.into_iter().find(|basis| basis.as_str() == text);
    named.ok_or_else(|| format!("is none of {}", Basis::ALL.map(Basis::as_str).join(", ")))
}

/// The credits as known at the instant asked for.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let filter = CreditFilter {
        pool: arguments.pool.clone(),
        basis: arguments.basis,
        account: arguments.account.clone(),
        deal: arguments.deal.clone(),
        role: arguments.role.clone(),
        product: arguments.product.clone(),
        vendor: arguments.vendor.clone(),
    };
    let identify = |position: Position| identity(&*ledger.log, position);
    let explanation = explain_credits(&view, &arguments.partner, arguments.period, &filter, &identify)?;
    answer(context, &arguments.shown, &explanation, |explanation| explanation.tree(arguments.shown.full))
}
