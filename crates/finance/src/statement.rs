//! Statements: of a closed period as it was recognised, of an open one as if it closed now (L2, L4, L5).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tributary_domain::balance;
use tributary_domain::closing::{Entitlement, Line, LineKind};
use tributary_domain::currency::Currency;
use tributary_domain::id::{AccountId, DealId, PartnerId, PolicyId};
use tributary_domain::money::{AMOUNT_PLACES, Amount, CreditAmount, Overflow};
use tributary_domain::time::{Instant, Period};
use tributary_events::shape;
use tributary_projector::View;

use crate::closing::strike;
use crate::decimal::minor;
use crate::error::FinanceError;

/// A partner's statement for a period. Amounts are decimals in the book's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// Whose.
    pub partner: String,
    /// Of which period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// The book's currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// Whether the period is closed.
    pub status: Status,
    /// When it is known: the cutoff of a closed period.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// By period and plan.
    pub lines: Vec<StatementLine>,
    /// What is owed.
    pub balance: Balance,
}

/// Whether a period is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Its statements may still change.
    Open,
    /// Its statements never change.
    Closed,
}

/// What was recognised for one period under one plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementLine {
    /// The plan.
    pub plan: String,
    /// The period that it is for.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// `accrual` or `adjustment`.
    #[schemars(extend("enum" = [LineKind::Accrual.as_str(), LineKind::Adjustment.as_str()]))]
    pub kind: String,
    /// The sum over the deals.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// The sum of their bases.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base: String,
    /// By deal.
    pub deals: Vec<DealLine>,
}

/// A deal's part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DealLine {
    /// The deal.
    pub deal: String,
    /// Its account.
    pub account: String,
    /// The credit that it brings.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base: String,
    /// What that earns.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
}

/// What is owed after the period (L5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the contract's own words, explained at the domain's balance")]
pub struct Balance {
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub opening: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub accrued: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub adjusted: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub paid: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub closing: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub held: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub payable: String,
}

/// The statement of a partner for a period: the kept one if it is closed, else as if it closed at the view's instant.
/// Call [`crate::close_pending`] before.
pub fn statement(view: &View<'_>, partner: &PartnerId, period: Period) -> Result<Statement, FinanceError> {
    whole(view, partner, period).map(Statement::shown)
}

/// The same with the lines that are not shown.
pub(crate) fn whole(view: &View<'_>, partner: &PartnerId, period: Period) -> Result<Statement, FinanceError> {
    view.last_recorded().ok_or(FinanceError::Nothing)?;
    let closes = view.closes();
    if let Some(close) = closes.iter().find(|close| close.period == period) {
        return match view.statement(partner, period)? {
            Some(kept) => {
                let kept = Statement::from_bytes(&kept);
                let kept = kept.map_err(|source| FinanceError::Kept { partner: partner.to_string(), source })?;
                Ok(kept)
            }
            None => {
                let nothing = balance::Balance::default();
                Ok(Statement::new(
                    partner,
                    period,
                    view.book_at(close.cutoff).currency,
                    Status::Closed,
                    close.cutoff,
                    &[],
                    &nothing,
                )?)
            }
        };
    }
    let known_at = view.known_at();
    if let Some(cutoff) = closes.last().map(|close| close.cutoff).filter(|cutoff| known_at < *cutoff) {
        return Err(FinanceError::KnownBeforeCutoff { period, known_at, cutoff });
    }
    strike(view, partner, period, Status::Open, &closes)
}

/// What a partner accrues in the period of the view's instant, from what is known then: its statement as if the period closed
/// there, after the closes that were recorded by then; none if it would say nothing. Those closes are to be computed before.
pub fn accruing(view: &View<'_>, partner: &PartnerId) -> Result<Option<Statement>, FinanceError> {
    let closes = view.closes();
    let known = closes.partition_point(|close| close.meta.recorded <= view.known_at());
    let statement = strike(view, partner, view.period(), Status::Open, &closes[..known])?;
    Ok(Some(statement.shown()).filter(|statement| !statement.says_nothing()))
}

impl StatementLine {
    fn is_shown(&self) -> bool {
        self.amount != "0" || self.base != "0"
    }
}

impl Statement {
    pub(crate) fn new(
        partner: &PartnerId,
        period: Period,
        currency: Currency,
        status: Status,
        known_at: Instant,
        lines: &[Line],
        balance: &balance::Balance,
    ) -> Result<Self, Overflow> {
        let amount = |count: i128| minor(count, currency);
        let deal_line = |(deal, of_deal): (&DealId, &Entitlement)| DealLine {
            deal: deal.to_string(),
            account: of_deal.account.to_string(),
            base: of_deal.base.to_string(),
            amount: amount(of_deal.amount_minor),
        };
        let line = |line: &Line| {
            Ok(StatementLine {
                plan: line.plan.to_string(),
                period: line.period.to_string(),
                kind: line.kind.as_str().to_owned(),
                amount: amount(line.amount_minor()),
                base: line.base()?.to_string(),
                deals: line.deals.iter().map(deal_line).collect(),
            })
        };
        Ok(Self {
            partner: partner.to_string(),
            period: period.to_string(),
            currency: currency.to_string(),
            status,
            known_at: known_at.to_string(),
            lines: lines.iter().map(line).collect::<Result<_, Overflow>>()?,
            balance: Balance {
                opening: amount(balance.opening_minor),
                accrued: amount(balance.accrued_minor),
                adjusted: amount(balance.adjusted_minor),
                paid: amount(balance.paid_minor),
                closing: amount(balance.closing_minor),
                held: amount(balance.held_minor),
                payable: amount(balance.payable_minor),
            },
        })
    }

    /// Whether it has no line and no balance.
    pub(crate) fn says_nothing(&self) -> bool {
        let Balance { opening, accrued, adjusted, paid, closing, held, payable } = &self.balance;
        self.lines.is_empty() && [opening, accrued, adjusted, paid, closing, held, payable].iter().all(|of| *of == "0")
    }

    /// As the contract shows it: without lines whose amount and base are both zero. What is kept has them, for they may
    /// hold deals that cancel each other out.
    pub(crate) fn shown(mut self) -> Self {
        self.lines.retain(StatementLine::is_shown);
        self
    }

    /// Its canonical JSON (E2).
    pub fn canonical(&self) -> String {
        String::from_utf8(self.canonical_bytes()).unwrap_or_default()
    }

    pub(crate) fn canonical_bytes(&self) -> Vec<u8> {
        if self.is_canonical() { self.to_bytes() } else { self.clone().shown().to_bytes() }
    }

    /// Whether every line of it is shown.
    pub(crate) fn is_canonical(&self) -> bool {
        self.lines.iter().all(StatementLine::is_shown)
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// The lines as the rules know them. What this crate wrote reads back; anything else counts as nothing.
    pub(crate) fn recognised(&self) -> Vec<Line> {
        self.lines.iter().filter_map(|line| self.line(line)).collect()
    }

    fn line(&self, line: &StatementLine) -> Option<Line> {
        let mut deals = BTreeMap::new();
        for deal in &line.deals {
            let entitlement = Entitlement {
                account: AccountId::new(&deal.account).ok()?,
                base: deal.base.parse::<CreditAmount>().ok()?,
                amount_minor: self.minor(&deal.amount)?,
            };
            deals.insert(DealId::new(&deal.deal).ok()?, entitlement);
        }
        let kind = if line.period == self.period { LineKind::Accrual } else { LineKind::Adjustment };
        Some(Line { plan: PolicyId::new(&line.plan).ok()?, period: line.period.parse().ok()?, kind, deals })
    }

    fn minor(&self, text: &str) -> Option<i128> {
        in_minor(text, self.currency.parse::<Currency>().ok()?)
    }
}

fn in_minor(text: &str, currency: Currency) -> Option<i128> {
    let amount: Amount = text.parse().ok()?;
    Some(amount.units() / 10_i128.pow(AMOUNT_PLACES - currency.decimals()))
}

/// The closing balance of a kept statement, whose lines are not read: the balance stands last.
pub(crate) fn closing_minor(kept: &[u8], currency: Currency) -> Option<i128> {
    const BALANCE: &[u8] = br#""balance":"#; // within a text its quotes would be escaped
    let at = kept.windows(BALANCE.len()).rposition(|window| window == BALANCE)? + BALANCE.len();
    let balance: Balance = serde_json::from_slice(kept[at..].strip_suffix(b"}")?).ok()?;
    in_minor(&balance.closing, currency)
}
