//! A reconciliation as it is answered.

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::event::{Parts, Subject};
use tributary_domain::money::Overflow;
use tributary_domain::reconcile::{Age, Because, Charge, ChargeStatus, Line, LineStatus, Piece};
use tributary_domain::time::Day;
use tributary_events::shape;

use super::{Answer, Total};

/// What was billed against what was paid out, as known at an instant, by a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reconciliation {
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// What was billed and paid out by this day counts.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub as_of: String,
    /// The account that was asked for; none: all of them.
    pub account: Option<String>,
    /// By marketplace and currency.
    pub totals: Vec<ReconciliationTotal>,
    /// What is billed and not paid out, by marketplace, currency and age; the youngest first.
    pub ages: Vec<AgeTotal>,
    /// The charges that are open, or all if so asked: by owner, billed day and id.
    pub charges: Vec<ChargeRow>,
    /// The lines that are not matched, or all if so asked: by owner, day and id.
    pub lines: Vec<LineRow>,
    /// What deals earned that lines without charges were compared with (R5).
    pub usage: Vec<UsageRow>,
}

/// All of a marketplace in a currency: `billed = settled + setOff + open`, `paid = settled + takenBack + usage + unmatched`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReconciliationTotal {
    /// The marketplace.
    pub marketplace: String,
    /// The currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// What was billed.
    pub billed: PartsText,
    /// What was paid of it.
    pub settled: PartsText,
    /// What was set off (R4): of a charge and the one that takes it back.
    pub set_off: PartsText,
    /// What is not paid.
    pub open: PartsText,
    /// What was paid out.
    pub paid: PartsText,
    /// What of that takes back what was paid (R3); with the sign that it has in the lines.
    pub taken_back: PartsText,
    /// What of that is within the usage of deals (R5).
    pub usage: PartsText,
    /// What of that is for nothing that is known.
    pub unmatched: PartsText,
    /// Charges that are settled.
    pub charges_settled: u64,
    /// Charges that are settled in part.
    pub charges_partly: u64,
    /// Charges of which nothing is settled.
    pub charges_open: u64,
    /// Lines that are matched.
    pub lines_matched: u64,
    /// Lines that are matched in part.
    pub lines_partly: u64,
    /// Lines that are not matched.
    pub lines_unmatched: u64,
}

/// What is open of one age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AgeTotal {
    /// The marketplace.
    pub marketplace: String,
    /// The currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// How old (R6).
    #[schemars(extend("enum" = Age::ALL.map(Age::as_str)))]
    pub age: &'static str,
    /// How many charges.
    pub charges: u64,
    /// The net that is open of them.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub open: String,
}

/// A charge, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChargeRow {
    /// The account, or the subject that resolves to none.
    pub owner: String,
    /// The charge.
    pub charge: String,
    /// Which marketplace billed it.
    pub marketplace: String,
    /// The deal that it names.
    pub deal: Option<String>,
    /// The agreement that it names.
    pub agreement: Option<String>,
    /// The product that it names.
    pub product: Option<String>,
    /// The charge that it takes back.
    pub takes_back: Option<String>,
    /// The currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// When it was billed.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub billed_on: String,
    /// When the customer has to pay.
    #[schemars(extend("pattern" = shape::DATE))]
    pub due_on: Option<String>,
    /// Whether it is paid.
    #[schemars(extend("enum" = [ChargeStatus::Settled.as_str(), ChargeStatus::Partly.as_str(), ChargeStatus::Open.as_str()]))]
    pub status: &'static str,
    /// Days since it was billed.
    pub age_days: i64,
    /// How old that is, of what is open; none if nothing is.
    #[schemars(extend("enum" = [Age::NotDue.as_str(), Age::Expected.as_str(), Age::Late30.as_str(), Age::Late60.as_str(), Age::Late90.as_str(), Age::Late120.as_str(), Age::LateOver120.as_str(), null]))]
    pub age: Option<&'static str>,
    /// What was billed.
    pub billed: PartsText,
    /// What was paid of it.
    pub settled: PartsText,
    /// What was set off (R4).
    pub set_off: PartsText,
    /// What is not paid.
    pub open: PartsText,
    /// What was taken back of what was billed (R3); with the sign of the charge.
    pub taken_back: PartsText,
}

/// A line of what was paid out, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineRow {
    /// The account, or the subject that resolves to none.
    pub owner: String,
    /// The disbursement.
    pub disbursement: String,
    /// Which marketplace paid.
    pub marketplace: String,
    /// The deal that it names, or with whose usage it was compared.
    pub deal: Option<String>,
    /// The agreement that it names.
    pub agreement: Option<String>,
    /// The charge that it names.
    pub charge: Option<String>,
    /// The currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// When it arrived.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub disbursed_on: String,
    /// Whether it is matched.
    #[schemars(extend("enum" = [LineStatus::Matched.as_str(), LineStatus::Partly.as_str(), LineStatus::Unmatched.as_str()]))]
    pub status: &'static str,
    /// Why, fixed for ever.
    #[schemars(extend("enum" = codes()))]
    pub code: &'static str,
    /// Why, for people.
    pub reason: &'static str,
    /// What was paid out.
    pub paid: PartsText,
    /// What of it is for nothing that is known.
    pub unmatched: PartsText,
    /// The charges that it is for.
    pub pieces: Vec<PieceRow>,
}

/// What of a line goes to a charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PieceRow {
    /// The charge.
    pub charge: String,
    /// How much, with the line's sign.
    pub parts: PartsText,
    /// Whether it takes back what was paid, rather than pays.
    pub takes_back: bool,
}

/// What a deal earned, and what of it no line paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UsageRow {
    /// The account.
    pub owner: String,
    /// The deal.
    pub deal: String,
    /// The currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// What it earned by the day.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub earned: String,
    /// What of that was not paid out.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub unpaid: String,
}

/// Parts of money: `net = gross - fee - tax - refund`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the contract's own words")]
pub struct PartsText {
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub gross: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub fee: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub tax: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub refund: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub net: String,
}

fn codes() -> Vec<&'static str> {
    Because::ALL.iter().map(|because| because.code()).collect()
}

impl PartsText {
    fn of(parts: &Parts) -> Self {
        let Parts { gross, fee, tax, refund, net } = parts;
        let [gross, fee, tax, refund, net] = [gross, fee, tax, refund, net].map(ToString::to_string);
        Self { gross, fee, tax, refund, net }
    }
}

impl Answer {
    pub(super) fn document(self, known_at: String, account: Option<String>) -> Result<Reconciliation, Overflow> {
        let totals = self.totals.iter().map(|((marketplace, currency), total)| {
            ReconciliationTotal::of(marketplace.to_string(), currency.to_string(), total)
        });
        let ages = self.ages.iter().map(|((marketplace, currency, age), (charges, open))| AgeTotal {
            marketplace: marketplace.to_string(),
            currency: currency.to_string(),
            age: age.as_str(),
            charges: *charges,
            open: open.to_string(),
        });
        Ok(Reconciliation {
            known_at,
            as_of: self.as_of.to_string(),
            account,
            totals: totals.collect::<Result<_, Overflow>>()?,
            ages: ages.collect(),
            charges: self.charges,
            lines: self.lines,
            usage: self.usage,
        })
    }
}

impl ReconciliationTotal {
    fn of(marketplace: String, currency: String, total: &Total) -> Result<Self, Overflow> {
        let charges = |status| total.charges.get(&status).copied().unwrap_or(0);
        let lines = |status| total.lines.get(&status).copied().unwrap_or(0);
        let used = total.paid.minus(&total.settled)?.minus(&total.taken_back)?.minus(&total.left)?;
        Ok(Self {
            marketplace,
            currency,
            billed: PartsText::of(&total.billed),
            settled: PartsText::of(&total.settled),
            set_off: PartsText::of(&total.set_off),
            open: PartsText::of(&total.open),
            paid: PartsText::of(&total.paid),
            taken_back: PartsText::of(&total.taken_back),
            usage: PartsText::of(&used),
            unmatched: PartsText::of(&total.left),
            charges_settled: charges(ChargeStatus::Settled),
            charges_partly: charges(ChargeStatus::Partly),
            charges_open: charges(ChargeStatus::Open),
            lines_matched: lines(LineStatus::Matched),
            lines_partly: lines(LineStatus::Partly),
            lines_unmatched: lines(LineStatus::Unmatched),
        })
    }
}

impl ChargeRow {
    pub(super) fn of(owner: &Subject, charge: &Charge, as_of: Day) -> Self {
        let (billed, status) = (&charge.billed, charge.status());
        let age = (status != ChargeStatus::Settled).then(|| charge.age(as_of).as_str());
        Self {
            owner: named(owner),
            charge: billed.charge.to_string(),
            marketplace: billed.marketplace.to_string(),
            deal: billed.deal.as_ref().map(ToString::to_string),
            agreement: billed.agreement.as_ref().map(ToString::to_string),
            product: billed.product.as_ref().map(ToString::to_string),
            takes_back: billed.takes_back.as_ref().map(ToString::to_string),
            currency: billed.currency.to_string(),
            billed_on: billed.billed_on.to_string(),
            due_on: billed.due_on.as_ref().map(ToString::to_string),
            status: status.as_str(),
            age_days: (as_of - billed.billed_on).num_days(),
            age,
            billed: PartsText::of(&billed.parts),
            settled: PartsText::of(&charge.settled),
            set_off: PartsText::of(&charge.set_off),
            open: PartsText::of(&charge.open),
            taken_back: PartsText::of(&charge.taken_back),
        }
    }
}

impl LineRow {
    pub(super) fn of(owner: &Subject, line: &Line) -> Self {
        let report = &line.report;
        let piece = |piece: &Piece| PieceRow {
            charge: piece.charge.to_string(),
            parts: PartsText::of(&piece.parts),
            takes_back: piece.takes_back,
        };
        Self {
            owner: named(owner),
            disbursement: report.disbursement.to_string(),
            marketplace: report.marketplace.to_string(),
            deal: report.deal.as_ref().or(line.deal.as_ref()).map(ToString::to_string),
            agreement: report.agreement.as_ref().map(ToString::to_string),
            charge: report.charge.as_ref().map(ToString::to_string),
            currency: report.currency.to_string(),
            disbursed_on: report.disbursed_on.to_string(),
            status: line.status.as_str(),
            code: line.because.code(),
            reason: line.because.said(),
            paid: PartsText::of(&report.parts()),
            unmatched: PartsText::of(&line.left),
            pieces: line.pieces.iter().map(piece).collect(),
        }
    }
}

/// An account by its id, another subject whole.
pub(super) fn named(owner: &Subject) -> String {
    match owner {
        Subject::Account(account) => account.to_string(),
        other => other.to_string(),
    }
}
