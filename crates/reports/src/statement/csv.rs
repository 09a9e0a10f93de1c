//! CSV: every figure a row under one head, named by its section; decimals as they are, ratios as ratios.

use super::Handout;
use super::content::{balance, heading, holds, payouts, proof};
use super::lines::lines;

const HEAD: [&str; 14] = [
    "section", "period", "plan", "kind", "account", "deal", "product", "vendor", "role", "what", "of", "by", "amount",
    "currency",
];

/// A row; what it does not say is empty.
#[derive(Default)]
struct Row<'a> {
    section: &'a str,
    line: [&'a str; 3],
    deal: [&'a str; 2],
    credit: [&'a str; 3],
    what: &'a str,
    of: &'a str,
    by: &'a str,
    amount: &'a str,
}

pub(super) fn write(handout: &Handout) -> String {
    let currency = handout.statement().currency.as_str();
    let mut rows = vec![HEAD.map(str::to_owned)];
    let mut push = |row: Row<'_>| {
        let Row { section, line: [period, plan, kind], deal: [account, deal], credit, what, of, by, amount } = row;
        let [product, vendor, role] = credit;
        let money = if amount.is_empty() && of.is_empty() { "" } else { currency };
        let cells = [section, period, plan, kind, account, deal, product, vendor, role, what, of, by, amount, money];
        rows.push(cells.map(str::to_owned));
    };
    for (label, value) in heading(handout) {
        push(Row { section: "heading", deal: [label, ""], what: &value, ..Row::default() });
    }
    for row in &balance(handout).rows {
        push(Row { section: "balance", what: &row[0], amount: &row[1], ..Row::default() });
    }
    for one in lines(handout) {
        let shown = one.shown;
        let line = [shown.period.as_str(), shown.plan.as_str(), shown.kind.as_str()];
        let version = one.version();
        push(Row { section: "line", line, what: version, of: &shown.base, amount: &shown.amount, ..Row::default() });
        for step in one.steps() {
            let (what, of, by, amount) = (&step.what, &step.part, &step.rate, &step.gives);
            push(Row { section: "step", line, what, of, by, amount, ..Row::default() });
        }
        for deal in one.deals() {
            let of = [deal.account, deal.deal];
            push(Row { section: "deal", line, deal: of, of: deal.base, amount: deal.amount, ..Row::default() });
        }
        for credit in one.credits() {
            let of = credit.of;
            push(Row {
                section: "credit",
                line,
                deal: [credit.account, credit.deal],
                credit: [&of.product, &of.vendor, &of.role],
                of: &credit.facts,
                by: &credit.shares,
                amount: &of.amount,
                ..Row::default()
            });
        }
    }
    for row in &payouts(handout).rows {
        let what = format!("{} {} {}, {}", row[1], row[2], row[3], row[0]);
        push(Row { section: "payout", what: &what, amount: &row[4], ..Row::default() });
    }
    for row in &holds(handout).rows {
        let what = format!("{}, {}", row[0], row[2]);
        push(Row { section: "hold", deal: ["", &row[1]], what: &what, ..Row::default() });
    }
    for said in proof(handout) {
        push(Row { section: "proof", what: &said, ..Row::default() });
    }
    crate::csv_text(&rows)
}
