//! What a statement says, in the order in which a partner reads it: heading, balance, lines with their arithmetic, deals and
//! credits, payouts, holds, proof.

use tributary_finance::explain::EventCited;

use super::Handout;
use super::lines::{Line, lines};
use super::table::{Column, Table, money, ratio, text};

/// A document before it has a format.
pub(super) struct Document {
    pub(super) title: String,
    /// Label and value.
    pub(super) heading: Vec<(&'static str, String)>,
    pub(super) sections: Vec<Section>,
}

/// A part of it.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) level: Level,
    pub(super) said: Option<String>,
    pub(super) table: Option<Table>,
}

/// What a section is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// A section of the statement.
    Section,
    /// A line of the statement; on paper it begins a page, so that what explains it is read together.
    Line,
    /// A part of the section before.
    Part,
}

const BALANCE: [Column; 2] = [text("balance"), money("amount")];
const LINES: [Column; 6] =
    [text("period"), text("plan"), text("version from"), text("kind"), money("base"), money("amount")];
const STEPS: [Column; 4] = [text("step"), money("of"), ratio("by"), money("gives")];
const DEALS: [Column; 6] =
    [text("account"), text("deal"), money("base"), money("now"), money("recognised before"), money("amount")];
const CREDITS: [Column; 8] = [
    text("account"),
    text("deal"),
    text("product"),
    text("vendor"),
    text("role"),
    money("facts of the month"),
    ratio("share"),
    money("credit"),
];
const PAYOUTS: [Column; 5] = [text("recorded"), text("payout"), text("what"), text("as said"), money("amount")];
const HOLDS: [Column; 4] = [text("hold"), text("on"), text("recorded"), text("reason")];

/// The whole document.
pub(super) fn document(handout: &Handout) -> Document {
    let lines = lines(handout);
    let mut sections = vec![plain("Balance", balance(handout))];
    sections.push(match lines.is_empty() {
        true => said("Lines", "Nothing was recognised."),
        false => plain("Lines", overview(handout, &lines)),
    });
    for line in &lines {
        let shown = line.shown;
        sections.push(Section {
            title: format!("{} under {}: {}", shown.period, shown.plan, shown.kind),
            level: Level::Line,
            said: Some(purpose(handout, line)),
            table: None,
        });
        sections.push(nested("Arithmetic", steps(handout, line)));
        sections.push(nested("Deals", deals(handout, line)));
        sections.push(nested("Credits", credits(handout, line)));
    }
    sections.push(plain("Payouts", payouts(handout)));
    sections.push(plain("Holds", holds(handout)));
    sections.push(said("Proof", &proof(handout).join(" ")));
    sections.retain(|section| section.table.as_ref().is_none_or(|table| !table.rows.is_empty()));
    let statement = handout.statement();
    Document {
        title: format!("Statement of {} for {}", named(handout), statement.period),
        heading: heading(handout),
        sections,
    }
}

fn named(handout: &Handout) -> &str {
    handout.name.as_deref().unwrap_or(&handout.statement().partner)
}

/// Who, when, in what.
pub(super) fn heading(handout: &Handout) -> Vec<(&'static str, String)> {
    let statement = handout.statement();
    let mut heading = vec![("Partner", statement.partner.clone())];
    heading.extend(handout.name.iter().map(|name| ("Name", name.clone())));
    heading.extend([
        ("Period", statement.period.clone()),
        ("Status", handout.status().to_owned()),
        ("Known at", statement.known_at.clone()),
        ("Currency", statement.currency.clone()),
    ]);
    heading
}

/// What whoever doubts a figure can repeat.
pub(super) fn proof(handout: &Handout) -> Vec<String> {
    let statement = handout.statement();
    let mut proof = Vec::new();
    match &handout.digest {
        Some(digest) => proof.push(format!(
            "The digest of the closed period {} is {digest}; whoever replays the events gets the same.",
            statement.period
        )),
        None => proof.push("The period is open, so nothing proves this statement yet.".to_owned()),
    }
    let at = if handout.digest.is_some() { String::new() } else { format!(" --known-at {}", statement.known_at) };
    let partner = super::file_name::shell_word(&statement.partner);
    proof.push(format!(
        "This command repeats the explanation down to the events: tributary explain statement {partner} {}{at}",
        statement.period
    ));
    proof
}

fn purpose(handout: &Handout, line: &Line<'_>) -> String {
    let version = match line.version() {
        "" => "No version of the plan applies any more.".to_owned(),
        version => format!("By the version of the plan in force from {version}."),
    };
    let kind = match line.shown.kind.as_str() {
        "accrual" => "What the period earned.".to_owned(),
        _ => format!(
            "What {} turned out to have earned more or less than was recognised, as known at {}.",
            line.shown.period,
            handout.statement().known_at
        ),
    };
    format!("{kind} {version}")
}

fn plain(title: &str, table: Table) -> Section {
    Section { title: title.to_owned(), level: Level::Section, said: None, table: Some(table) }
}

fn nested(title: &str, table: Table) -> Section {
    Section { level: Level::Part, ..plain(title, table) }
}

fn said(title: &str, text: &str) -> Section {
    Section { title: title.to_owned(), level: Level::Section, said: Some(text.to_owned()), table: None }
}

pub(super) fn balance(handout: &Handout) -> Table {
    let of = &handout.statement().balance;
    let mut table = Table::new(&BALANCE, handout.places());
    for (name, amount) in [
        ("opening", &of.opening),
        ("accrued", &of.accrued),
        ("adjusted", &of.adjusted),
        ("paid", &of.paid),
        ("closing", &of.closing),
        ("held", &of.held),
        ("payable", &of.payable),
    ] {
        table.row([name, amount]);
    }
    table
}

fn overview(handout: &Handout, lines: &[Line<'_>]) -> Table {
    let mut table = Table::new(&LINES, handout.places());
    for line in lines {
        let shown = line.shown;
        table.row([&shown.period, &shown.plan, line.version(), &shown.kind, &shown.base, &shown.amount]);
    }
    table
}

fn steps(handout: &Handout, line: &Line<'_>) -> Table {
    let mut table = Table::new(&STEPS, handout.places());
    for step in line.steps() {
        table.row([&step.what, &step.part, &step.rate, &step.gives]);
    }
    table
}

fn deals(handout: &Handout, line: &Line<'_>) -> Table {
    let mut table = Table::new(&DEALS, handout.places());
    for deal in line.deals() {
        table.row([deal.account, deal.deal, deal.base, &deal.now, &deal.before, deal.amount]);
    }
    table.row(["all", "", &line.shown.base, "", "", &line.shown.amount]);
    table
}

fn credits(handout: &Handout, line: &Line<'_>) -> Table {
    let mut table = Table::new(&CREDITS, handout.places());
    for credit in line.credits() {
        let of = credit.of;
        table.row([
            credit.account,
            credit.deal,
            &of.product,
            &of.vendor,
            &of.role,
            &credit.facts,
            &credit.shares,
            &of.amount,
        ]);
    }
    table
}

pub(super) fn payouts(handout: &Handout) -> Table {
    let mut table = Table::new(&PAYOUTS, handout.places());
    for paid in handout.paid() {
        let what = if paid.returned { "came back" } else { "paid out" };
        let said = format!("{} {}", paid.issued, paid.currency);
        // Without a rate nothing moves.
        let amount = paid.converted.as_ref().map_or("", |_| paid.paid.as_str());
        table.row([recorded(paid.event.as_ref()), &paid.payout, what, &said, amount]);
    }
    table
}

pub(super) fn holds(handout: &Handout) -> Table {
    let mut table = Table::new(&HOLDS, handout.places());
    for hold in handout.holds() {
        let on = hold.deal.as_deref().unwrap_or("everything");
        table.row([&hold.hold, on, recorded(hold.event.as_ref()), &hold.reason]);
    }
    table
}

fn recorded(event: Option<&EventCited>) -> &str {
    event.map_or("", |event| event.at.recorded.as_str())
}
