//! The lines of a statement, taken apart: the arithmetic of each, its deals and their credits.

use tributary_domain::money::{Amount, CreditAmount, Ratio};
use tributary_finance::StatementLine;
use tributary_finance::explain::{CreditExplained, DealExplained, LineExplained, MeasureExplained};

use super::Handout;
use crate::decimal::{grouped, percent};

/// A line with why it is what it is.
pub(super) struct Line<'a> {
    pub(super) shown: &'a StatementLine,
    explained: Option<&'a LineExplained>,
}

/// A step of a line's arithmetic.
pub(super) struct Step {
    pub(super) what: String,
    /// What it is taken of.
    pub(super) part: String,
    /// By which ratio.
    pub(super) rate: String,
    /// What it gives.
    pub(super) gives: String,
}

/// A deal of a line.
pub(super) struct Deal<'a> {
    pub(super) account: &'a str,
    pub(super) deal: &'a str,
    /// The credit that the line recognises: in an adjustment what changed.
    pub(super) base: &'a str,
    /// What was recognised for it before this line.
    pub(super) before: String,
    /// What it comes to now.
    pub(super) now: String,
    /// The difference: what the line recognises.
    pub(super) amount: &'a str,
}

/// A sum of credit of a deal.
pub(super) struct Credit<'a> {
    pub(super) account: &'a str,
    pub(super) deal: &'a str,
    pub(super) of: &'a CreditExplained,
    /// Every share that days had, once.
    pub(super) shares: String,
    /// The facts of those days.
    pub(super) facts: String,
}

/// The lines, in the statement's order.
pub(super) fn lines(handout: &Handout) -> Vec<Line<'_>> {
    let explained = |shown: &StatementLine| {
        let same = |line: &&LineExplained| line.plan == shown.plan && line.period == shown.period;
        handout.explanation.lines.iter().find(same)
    };
    handout.statement().lines.iter().map(|shown| Line { shown, explained: explained(shown) }).collect()
}

impl<'a> Line<'a> {
    /// The version of the plan: its first day in force.
    pub(super) fn version(&self) -> &'a str {
        self.explained.and_then(|line| line.effective_from.as_deref()).unwrap_or_default()
    }

    /// What the plan gives, band by band, less what was recognised before (M3–M7, L2).
    pub(super) fn steps(&self) -> Vec<Step> {
        let Some(explained) = self.explained else { return Vec::new() };
        let mut steps: Vec<Step> = explained.measures.iter().flat_map(measure_steps).collect();
        for before in &explained.recognised_before {
            let what = format!("recognised in the close of {}", before.closed);
            steps.push(step(what, "", "", &minus(&before.amount)));
        }
        steps.push(step(format!("{} recognised", self.shown.kind), "", "", &self.shown.amount));
        steps
    }

    pub(super) fn deals(&self) -> Vec<Deal<'a>> {
        let mut deals: Vec<Deal<'a>> = self.shown.deals.iter().map(|shown| self.deal(shown)).collect();
        deals.sort_by_key(|deal| (deal.account, deal.deal));
        deals
    }

    fn deal(&self, shown: &'a tributary_finance::DealLine) -> Deal<'a> {
        let now = self.explained(&shown.deal).map_or("0", |deal| deal.target.as_str());
        Deal {
            account: &shown.account,
            deal: &shown.deal,
            base: &shown.base,
            before: difference(now, &shown.amount),
            now: now.to_owned(),
            amount: &shown.amount,
        }
    }

    fn explained(&self, deal: &str) -> Option<&'a DealExplained> {
        let measures = self.explained.into_iter().flat_map(|line| &line.measures);
        measures.flat_map(|measure| &measure.deals).find(|explained| explained.deal == deal)
    }

    /// The credits of the deals that the line shows, as known now; what came to nothing is left out.
    pub(super) fn credits(&self) -> Vec<Credit<'a>> {
        let deals = self.deals().into_iter().filter_map(|deal| self.explained(deal.deal));
        let credits = deals.flat_map(|deal| deal.credits.iter().map(move |of| credit(deal, of)));
        credits.filter(|credit| credit.facts != "0" || credit.of.amount != "0").collect()
    }
}

fn measure_steps(measure: &MeasureExplained) -> Vec<Step> {
    let of = measure.account.as_ref().map_or_else(String::new, |account| format!(" of account {account}"));
    let mut steps = vec![step(format!("base{of}"), &measure.base, "", "")];
    for band in &measure.bands {
        let what = format!("band from {}", grouped(&band.from, 0));
        steps.push(step(what, &band.part, &band.rate, &product(&band.part, &band.rate)));
    }
    steps.push(step("by the plan's rates".to_owned(), "", "", &measure.scheduled));
    if let Some(grown) = &measure.acceleration {
        let (growth, compared) = (percent(&grown.growth), grouped(&grown.compared, 0));
        let what = format!("accelerator: grew by {growth} or more over {compared}");
        steps.push(step(what, &measure.scheduled, &grown.multiplier, &product(&measure.scheduled, &grown.multiplier)));
    }
    steps.push(step("rounded".to_owned(), "", "", &measure.rounded));
    if let Some(capped) = &measure.capped {
        steps.push(step("what the cap leaves".to_owned(), "", "", capped));
    }
    let taken = sum(measure.deals.iter().map(|deal| deal.clawed_back.as_str()));
    if taken != "0" {
        steps.push(step("taken back for an early churn".to_owned(), "", "", &minus(&taken)));
    }
    steps
}

fn step(what: String, part: &str, rate: &str, gives: &str) -> Step {
    Step { what, part: part.to_owned(), rate: rate.to_owned(), gives: gives.to_owned() }
}

fn credit<'a>(deal: &'a DealExplained, of: &'a CreditExplained) -> Credit<'a> {
    let mut shares: Vec<&str> = Vec::new();
    for day in &of.days {
        if !shares.contains(&day.share.as_str()) {
            shares.push(&day.share);
        }
    }
    let facts = sum(of.days.iter().map(|day| day.fact.as_str()));
    Credit { account: &deal.account, deal: &deal.deal, of, shares: shares.join(" "), facts }
}

/// Sums of what was printed here and in finance: it reads back, and fits where it was computed before.
pub(super) fn sum<'a>(decimals: impl Iterator<Item = &'a str>) -> String {
    let read = decimals.filter_map(|decimal| decimal.parse::<CreditAmount>().ok());
    CreditAmount::sum(read).map_or_else(|overflow| overflow.to_string(), |sum| sum.to_string())
}

fn difference(from: &str, what: &str) -> String {
    sum([from, &minus(what)].into_iter())
}

fn minus(decimal: &str) -> String {
    match decimal.strip_prefix('-') {
        Some(positive) => positive.to_owned(),
        None if decimal == "0" => decimal.to_owned(),
        None => format!("-{decimal}"),
    }
}

fn product(amount: &str, ratio: &str) -> String {
    let (Ok(amount), Ok(ratio)) = (amount.parse::<Amount>(), ratio.parse::<Ratio>()) else { return String::new() };
    amount.share(ratio).map_or_else(|overflow| overflow.to_string(), |product| product.to_string())
}
