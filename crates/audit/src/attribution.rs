//! Attribution of an account's deals on a day (A1–A8).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::account::Account;
use tributary_domain::attribution::{Slice, influencers, source, split};
use tributary_domain::deal::Deal;
use tributary_domain::event::Motion;
use tributary_domain::id::{AccountId, Pool, Product, Vendor};
use tributary_domain::reference::Reference;
use tributary_domain::time::Day;
use tributary_events::shape;
use tributary_projector::{ProjectorError, View};

/// Who was attributed to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attribution {
    /// The account.
    pub account: String,
    /// On which day.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub as_of: String,
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// The deals opened by then, by id.
    pub deals: Vec<AttributedDeal>,
}

/// A deal and who gets which part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributedDeal {
    /// Its id.
    pub deal: String,
    /// How its lead is worked.
    #[schemars(extend("enum" = Motion::ALL.map(Motion::as_str)))]
    pub motion: &'static str,
    /// Whether a term contains the day.
    pub in_term: bool,
    /// Who brought it (A5).
    pub source: Option<String>,
    /// Who else had a hand in it (A8).
    pub influencers: Vec<String>,
    /// By pool, product and vendor.
    pub splits: Vec<SplitAnswer>,
}

/// How a product of a deal is divided in a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SplitAnswer {
    /// The pool.
    pub pool: String,
    /// The product.
    pub product: String,
    /// The vendor, empty where the line names none.
    pub vendor: String,
    /// The policy that decided.
    pub policy: Option<String>,
    /// The first day in force of its version.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub effective_from: Option<String>,
    /// By partner and role.
    pub shares: Vec<ShareAnswer>,
    /// What the vendor retains.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub retained: String,
}

/// A partner's share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShareAnswer {
    /// The partner.
    pub partner: String,
    /// The role.
    pub role: String,
    /// The share of the whole.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub share: String,
}

/// The attribution of an account's deals on a day, as known at the view's instant.
pub fn attribution(view: &View<'_>, account: &AccountId, as_of: Day) -> Result<Attribution, ProjectorError> {
    let folded = view.account(account)?;
    let opened = folded.account.deals.values().filter(|deal| deal.opened_on <= as_of);
    Ok(Attribution {
        account: account.to_string(),
        as_of: as_of.to_string(),
        known_at: view.known_at().to_string(),
        deals: opened.map(|deal| attributed(&folded.account, deal, as_of, view.reference())).collect(),
    })
}

fn attributed(account: &Account, deal: &Deal, day: Day, reference: &Reference) -> AttributedDeal {
    let sold: BTreeSet<(&Product, Option<&Vendor>)> =
        deal.lines_on(day).iter().map(|line| (&line.product, line.vendor.as_ref())).collect();
    let mut splits = Vec::new();
    for pool in &reference.policies.pools() {
        for (product, vendor) in &sold {
            let slice = Slice { account, deal, day, product: Some(product), vendor: *vendor };
            splits.push(answer(&slice, pool, reference));
        }
    }
    AttributedDeal {
        deal: deal.id.to_string(),
        motion: deal.motion.as_str(),
        in_term: deal.term_on(day).is_some(),
        source: source(account, deal).map(ToString::to_string),
        influencers: influencers(account, deal, day).into_iter().map(ToString::to_string).collect(),
        splits,
    }
}

fn answer(slice: &Slice<'_>, pool: &Pool, reference: &Reference) -> SplitAnswer {
    let split = split(slice, pool, reference);
    let (policy, effective_from) = split.policy.unzip();
    let share = |share: &tributary_domain::attribution::Share| ShareAnswer {
        partner: share.partner.to_string(),
        role: share.role.to_string(),
        share: share.share.to_string(),
    };
    SplitAnswer {
        pool: pool.to_string(),
        product: slice.product.map_or_else(String::new, ToString::to_string),
        vendor: slice.vendor.map_or_else(String::new, ToString::to_string),
        policy: policy.map(|policy| policy.to_string()),
        effective_from: effective_from.map(|day| day.to_string()),
        shares: split.shares.iter().map(share).collect(),
        retained: split.retained.to_string(),
    }
}
