//! `tributary attribution`: who gets which part of an account's deals on a day.

use clap::Args;
use tributary_audit::{AttributedDeal, Attribution, SplitAnswer, attribution};
use tributary_domain::id::AccountId;

use crate::arguments::{AsOf, KnownAt, account};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary attribution acme
  tributary attribution acme --as-of 2024-09-15
  tributary attribution acme --as-of 2024-09-15 --known-at 2024-10-01T00:00:00Z --json";

/// Show who gets which share of an account's deals on a day
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The account
    #[arg(value_parser = account)]
    account: AccountId,
    #[command(flatten)]
    on: AsOf,
    #[command(flatten)]
    at: KnownAt,
}

/// The attribution of every deal opened by the day.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let attribution = attribution(&view, &arguments.account, arguments.on.day(&view)?)?;
    context.answer(&attribution, readable)?;
    Ok(Exit::Ok)
}

fn readable(attribution: &Attribution) -> String {
    let Attribution { account, as_of, known_at, deals } = attribution;
    let mut page = format!("attribution of `{account}` on {as_of}, as known at {known_at}\n");
    if deals.is_empty() {
        page.push_str("\nno deal was opened by then\n");
    }
    deals.iter().for_each(|of| page.push_str(&deal(of)));
    page
}

fn deal(deal: &AttributedDeal) -> String {
    let AttributedDeal { deal, motion, in_term, source, influencers, splits } = deal;
    let term = if *in_term { "in term" } else { "not in term" };
    let source = source.as_ref().map_or_else(|| "none".to_owned(), |source| format!("`{source}`"));
    let mut title = format!("\ndeal `{deal}`: {motion}, {term}, source {source}");
    if !influencers.is_empty() {
        title.push_str(&format!(", influenced by {}", influencers.join(", ")));
    }
    let columns = ["pool", "product", "vendor", "policy", "partner", "role"].map(text);
    let mut grid = Grid::new(columns.into_iter().chain([figure("share")]));
    for alike in divided_alike(splits) {
        divided(&alike, &mut grid);
    }
    if grid.is_empty() { format!("{title}\nno lines on that day\n") } else { format!("{title}\n{}", grid.render()) }
}

/// Splits that say the same of several products stand together, where the first of them stands.
fn divided_alike(splits: &[SplitAnswer]) -> Vec<Vec<&SplitAnswer>> {
    let mut groups: Vec<Vec<&SplitAnswer>> = Vec::new();
    for split in splits {
        let said = |of: &SplitAnswer| {
            (of.pool.clone(), of.policy.clone(), of.effective_from.clone(), of.shares.clone(), of.retained.clone())
        };
        match groups.iter_mut().find(|group| said(group[0]) == said(split)) {
            Some(group) => group.push(split),
            None => groups.push(vec![split]),
        }
    }
    groups
}

/// The products to the left, their shares to the right.
fn divided(alike: &[&SplitAnswer], grid: &mut Grid) {
    let of = alike[0];
    let policy = match (&of.policy, &of.effective_from) {
        (Some(policy), Some(from)) => format!("{policy} of {from}"),
        _ => "none".to_owned(),
    };
    let mut head = [of.pool.as_str(), &policy];
    let shares = of.shares.iter().map(|share| [share.partner.as_str(), &share.role, &share.share]);
    let shares: Vec<[&str; 3]> = shares.chain([["retained", "", of.retained.as_str()]]).collect();
    for at in 0..alike.len().max(shares.len()) {
        let [pool, policy] = std::mem::take(&mut head);
        let [product, vendor] = alike.get(at).map_or([""; 2], |of| [of.product.as_str(), &of.vendor]);
        let [partner, role, share] = shares.get(at).copied().unwrap_or_default();
        grid.row([pool, product, vendor, policy, partner, role, share]);
    }
}

#[cfg(test)]
mod tests {
    use tributary_audit::ShareAnswer;

    use super::*;

    fn split(pool: &str, product: &str, share: &str) -> SplitAnswer {
        let share = ShareAnswer { partner: "p-msp".to_owned(), role: "msp".to_owned(), share: share.to_owned() };
        SplitAnswer {
            pool: pool.to_owned(),
            product: product.to_owned(),
            vendor: "aws".to_owned(),
            policy: Some("cloud".to_owned()),
            effective_from: Some("2024-01-01".to_owned()),
            shares: vec![share],
            retained: "0.5".to_owned(),
        }
    }

    #[test]
    fn products_that_are_divided_alike_stand_together() {
        let splits = [
            split("revenue", "disk", "0.5"),
            split("revenue", "lake", "0.3"),
            split("revenue", "net", "0.5"),
            split("revenue", "vm", "0.5"),
            split("influence", "vm", "0.5"),
        ];
        let columns = ["pool", "product", "vendor", "policy", "partner", "role"].map(text);
        let mut grid = Grid::new(columns.into_iter().chain([figure("share")]));
        divided_alike(&splits).iter().for_each(|alike| divided(alike, &mut grid));
        let rows: Vec<String> =
            grid.render().lines().skip(2).map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            rows,
            [
                "revenue disk aws cloud of 2024-01-01 p-msp msp 0.5",
                "net aws retained 0.5",
                "vm aws",
                "revenue lake aws cloud of 2024-01-01 p-msp msp 0.3",
                "retained 0.5",
                "influence vm aws cloud of 2024-01-01 p-msp msp 0.5",
                "retained 0.5",
            ]
        );
    }
}
