//! What renewal teams read: the won deals of an account with their terms, and who was on each when it began (D2–D4).

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::account::Account;
use tributary_domain::attribution::source;
use tributary_domain::deal::{Deal, Term, TermKind};
use tributary_domain::event::{Line, Motion};
use tributary_domain::id::AccountId;
use tributary_events::shape;
use tributary_projector::{ProjectorError, View};

/// The won deals of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Renewals {
    /// The account.
    pub account: String,
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// Won deals, by id.
    pub deals: Vec<RenewalDeal>,
}

/// A won deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RenewalDeal {
    /// Its id.
    pub deal: String,
    /// How its lead is worked.
    #[schemars(extend("enum" = Motion::ALL.map(Motion::as_str)))]
    pub motion: &'static str,
    /// Who brought it (A5).
    pub source: Option<String>,
    /// By their first day.
    pub terms: Vec<RenewalTerm>,
}

/// A term of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenewalTerm {
    /// `initial` or `renewal`.
    #[schemars(extend("enum" = [TermKind::Initial.as_str(), TermKind::Renewal.as_str()]))]
    pub kind: &'static str,
    /// Its first day.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub term_start: String,
    /// Its last day as agreed; none: open-ended.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub term_end: Option<String>,
    /// The last day that a churn left it.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub ended: Option<String>,
    /// Who held which role on its first day, by partner and role.
    pub team: Vec<TeamMember>,
    /// The lines on its first day.
    pub lines: Vec<RenewalLine>,
}

/// A partner in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TeamMember {
    /// The partner.
    pub partner: String,
    /// The role.
    pub role: String,
}

/// A line of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the contract's own words")]
pub struct RenewalLine {
    pub line: String,
    pub product: String,
    pub vendor: String,
    #[schemars(extend("enum" = ["consumption", "recurring", "license"]))]
    pub kind: &'static str,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: Option<String>,
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: Option<String>,
}

/// The won deals of an account, as known at the view's instant.
pub fn renewals(view: &View<'_>, account: &AccountId) -> Result<Renewals, ProjectorError> {
    let folded = view.account(account)?;
    let won = folded.account.deals.values().filter(|deal| deal.first_won_on.is_some());
    Ok(Renewals {
        account: account.to_string(),
        known_at: view.known_at().to_string(),
        deals: won.map(|deal| renewal_deal(&folded.account, deal)).collect(),
    })
}

fn renewal_deal(account: &Account, deal: &Deal) -> RenewalDeal {
    RenewalDeal {
        deal: deal.id.to_string(),
        motion: deal.motion.as_str(),
        source: source(account, deal).map(ToString::to_string),
        terms: deal.terms.iter().map(|term| renewal_term(deal, term)).collect(),
    }
}

fn renewal_term(deal: &Deal, term: &Term) -> RenewalTerm {
    let member = |(partner, role): (&_, &_)| TeamMember { partner: text(partner), role: text(role) };
    RenewalTerm {
        kind: term.kind.as_str(),
        term_start: term.start.to_string(),
        term_end: term.end.map(|day| day.to_string()),
        ended: term.ended.map(|day| day.to_string()),
        team: deal.team_on(term.start).map(member).collect(),
        lines: deal.lines_on(term.start).iter().map(renewal_line).collect(),
    }
}

fn text(id: &impl ToString) -> String {
    id.to_string()
}

fn renewal_line(line: &Line) -> RenewalLine {
    let money = line.kind.money();
    RenewalLine {
        line: line.line.to_string(),
        product: line.product.to_string(),
        vendor: line.vendor.as_ref().map_or_else(String::new, ToString::to_string),
        kind: line.kind.as_str(),
        amount: money.map(|money| money.amount.to_string()),
        currency: money.map(|money| money.currency.to_string()),
    }
}
