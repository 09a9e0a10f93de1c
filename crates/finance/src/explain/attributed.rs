//! The attribution of an account's deals on a day, explained (A1–A8).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::attribution::{Slice, influencers};
use tributary_domain::deal::Deal;
use tributary_domain::event::Motion;
use tributary_domain::id::{AccountId, DealId, PartnerId, Pool, Product, Vendor};
use tributary_domain::time::Day;
use tributary_events::shape;
use tributary_projector::View;

use super::Identify;
use super::event::{Citing, EventCited, History};
use super::fact::made_the_deals;
use super::source::{self, SourceExplained};
use super::split::{self, SplitExplained};
use crate::error::FinanceError;

/// Which splits of an account to explain; none named: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShareFilter {
    /// Only those of a deal.
    pub deal: Option<DealId>,
    /// Only those of a pool.
    pub pool: Option<Pool>,
    /// Only those of a product.
    pub product: Option<Product>,
    /// Only those of a vendor's products.
    pub vendor: Option<Vendor>,
}

/// Who is attributed to an account's deals on a day, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShareExplanation {
    /// The account.
    pub account: String,
    /// On which day.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub as_of: String,
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// The deals opened by then, by id.
    pub deals: Vec<AttributedExplained>,
}

/// A deal and who gets which part of it, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributedExplained {
    /// Its id.
    pub deal: String,
    /// How its lead is worked.
    #[schemars(extend("enum" = Motion::ALL.map(Motion::as_str)))]
    pub motion: &'static str,
    /// The term of the day; none: the deal is in no term.
    #[schemars(extend("enum" = ["initial", "renewal", null]))]
    pub term: Option<&'static str>,
    /// What made it so: opening, term and lines of the day, and the links of aliases.
    pub because: Vec<EventCited>,
    /// Who brought it (A5).
    pub source: Option<SourceExplained>,
    /// Who else had a hand in it (A8), by partner.
    pub influencers: Vec<InfluencerExplained>,
    /// By pool, product and vendor.
    pub splits: Vec<SplitExplained>,
}

/// Who else had a hand in a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InfluencerExplained {
    /// The partner.
    pub partner: String,
    /// The touches by the day, and the roles held on it.
    pub because: Vec<EventCited>,
}

/// Explains the attribution of an account's deals on a day, as known at the view's instant.
pub fn explain_shares(
    view: &View<'_>,
    account: &AccountId,
    as_of: Day,
    filter: &ShareFilter,
    identify: &Identify<'_>,
) -> Result<ShareExplanation, FinanceError> {
    let citing = Citing::new(view, identify);
    let history = History::new(view.account(account)?);
    let deals = history.folded.account.deals.values().filter(|deal| deal.opened_on <= as_of);
    let deals = deals.filter(|deal| filter.deal.as_ref().is_none_or(|only| deal.id == *only));
    Ok(ShareExplanation {
        account: account.to_string(),
        as_of: as_of.to_string(),
        known_at: view.known_at().to_string(),
        deals: deals.map(|deal| attributed(&citing, &history, deal, as_of, filter)).collect(),
    })
}

fn attributed(
    citing: &Citing<'_>,
    history: &History,
    deal: &Deal,
    day: Day,
    filter: &ShareFilter,
) -> AttributedExplained {
    let account = &history.folded.account;
    let lines = deal.lines_on(day).iter().map(|line| (&line.product, line.vendor.as_ref()));
    let wanted = |(product, vendor): &(&Product, Option<&Vendor>)| {
        filter.product.as_ref().is_none_or(|only| only == *product)
            && filter.vendor.as_ref().is_none_or(|only| Some(only) == *vendor)
    };
    let sold: BTreeSet<(&Product, Option<&Vendor>)> = lines.filter(wanted).collect();
    let pools = citing.view.reference().policies.pools();
    let mut splits = Vec::new();
    for pool in pools.iter().filter(|pool| filter.pool.as_ref().is_none_or(|only| only == *pool)) {
        for (product, vendor) in &sold {
            let slice = Slice { account, deal, day, product: Some(product), vendor: *vendor };
            splits.push(split::explain(citing, history, &slice, pool));
        }
    }
    let influencer = |partner: &PartnerId| InfluencerExplained {
        partner: partner.to_string(),
        because: influence(citing, history, deal, day, partner),
    };
    AttributedExplained {
        deal: deal.id.to_string(),
        motion: deal.motion.as_str(),
        term: deal.term_on(day).map(|term| term.kind.as_str()),
        because: made_the_deals(citing, history, deal, day, &[]),
        source: source::explain(citing, history, deal),
        influencers: influencers(account, deal, day).into_iter().map(influencer).collect(),
        splits,
    }
}

/// The touches by a day and the roles held on it (A8).
fn influence(citing: &Citing<'_>, history: &History, deal: &Deal, day: Day, partner: &PartnerId) -> Vec<EventCited> {
    let touches = history.folded.account.touches_of(&deal.id).filter(|on| on.day <= day);
    let touches = touches.filter(|on| on.touch.partner == *partner).map(|on| ("touch".to_owned(), &on.meta.identity));
    let roles = deal.team_on(day).filter(|(holder, _)| *holder == partner);
    let assigned = roles.filter_map(|(_, role)| {
        deal.role_given_by(partner, role, day).map(|identity| (format!("role `{role}` assigned"), identity))
    });
    touches.chain(assigned).filter_map(|(what, identity)| history.cite(citing, what, identity)).collect()
}
