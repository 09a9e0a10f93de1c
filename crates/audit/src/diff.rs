//! What differs between the attribution of an account at two coordinates (*as of*, *known at*), and the events between
//! them that can have made it so.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::deal::Term;
use tributary_domain::event::{Body, Subject};
use tributary_domain::id::AccountId;
use tributary_domain::policy::Policy;
use tributary_domain::time::{Day, Instant};
use tributary_events::shape;
use tributary_projector::{Filed, ProjectorError, View};

use crate::attribution::{AttributedDeal, SplitAnswer, attribution};
use crate::timeline::{Entry, Noted, subjects};

/// What differs between the attribution of an account at two coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AttributionDiff {
    /// The account.
    pub account: String,
    /// Before.
    pub from: Coordinates,
    /// After.
    pub to: Coordinates,
    /// The deals that differ, by id.
    pub deals: Vec<DealDiff>,
    /// What was recorded between the two, or took effect between them; by recorded time.
    pub events: Vec<Between>,
}

/// A pair of coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Coordinates {
    /// On which day.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub as_of: String,
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
}

/// How a deal differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DealDiff {
    /// The deal.
    pub deal: String,
    /// Whether it is new, gone, or another.
    pub what: Presence,
    /// What of it differs.
    pub fields: Vec<Turned>,
    /// The shares that differ, by pool, product, vendor, partner and role; the vendor's own part last, without a partner.
    pub shares: Vec<ShareTurned>,
}

/// Whether a deal is on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Presence {
    /// Only after.
    Appeared,
    /// Only before.
    Vanished,
    /// On both.
    Changed,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Turned {
    /// Which: `motion`, `term`, `source`, `influencers`, or `policy` with its pool and product.
    pub field: String,
    /// What it was; none: nothing.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// A share that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the words of the attribution's own shares")]
pub struct ShareTurned {
    pub pool: String,
    pub product: String,
    pub vendor: String,
    pub partner: Option<String>,
    pub role: Option<String>,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub before: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub after: String,
}

/// An event between two coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Between {
    /// How it lies between them.
    pub how: How,
    /// The event.
    #[serde(flatten)]
    pub event: Entry,
}

/// How an event lies between two coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum How {
    /// It was recorded between the two instants.
    Learned,
    /// It was known before, and took effect, or ran out, between the two days.
    TookEffect,
}

/// Compares the attribution of an account at two coordinates. Either may be the earlier one.
pub fn attribution_diff(
    account: &AccountId,
    from: (&View<'_>, Day),
    to: (&View<'_>, Day),
) -> Result<AttributionDiff, ProjectorError> {
    let [before, after] = [from, to].map(|(view, day)| state(view, account, day));
    let (before, after) = (before?, after?);
    let named = before.values().chain(after.values()).flat_map(partners).collect();
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let deals = ids.into_iter().filter_map(|id| deal_diff(id, before.get(id), after.get(id)));
    let at =
        |(view, day): (&View<'_>, Day)| Coordinates { as_of: day.to_string(), known_at: view.known_at().to_string() };
    Ok(AttributionDiff {
        account: account.to_string(),
        from: at(from),
        to: at(to),
        deals: deals.collect(),
        events: between(account, from, to, &named)?,
    })
}

/// A deal as it is attributed on a day, and its term of the day.
struct State {
    attributed: AttributedDeal,
    term: Option<String>,
}

fn state(view: &View<'_>, account: &AccountId, day: Day) -> Result<BTreeMap<String, State>, ProjectorError> {
    let folded = view.account(account)?;
    let terms: BTreeMap<String, String> = folded
        .account
        .deals
        .values()
        .filter_map(|deal| Some((deal.id.to_string(), term(deal.term_on(day)?))))
        .collect();
    let of_deal = |attributed: AttributedDeal| {
        let term = terms.get(&attributed.deal).cloned();
        (attributed.deal.clone(), State { attributed, term })
    };
    Ok(attribution(view, account, day)?.deals.into_iter().map(of_deal).collect())
}

/// The partners that have any part in a deal.
fn partners(state: &State) -> Vec<String> {
    let AttributedDeal { source, influencers, splits, .. } = &state.attributed;
    let shares = splits.iter().flat_map(|split| split.shares.iter().map(|share| &share.partner));
    source.iter().chain(influencers).chain(shares).cloned().collect()
}

fn term(term: &Term) -> String {
    let last = term.last_day().map_or_else(String::new, |last| last.to_string());
    format!("{}..{last}", term.start)
}

fn deal_diff(deal: &str, before: Option<&State>, after: Option<&State>) -> Option<DealDiff> {
    let what = match (before, after) {
        (None, _) => Presence::Appeared,
        (_, None) => Presence::Vanished,
        _ => Presence::Changed,
    };
    let (was, is) = (facets(before), facets(after));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let fields: Vec<Turned> = names
        .into_iter()
        .filter(|name| was.get(*name) != is.get(*name))
        .map(|name| Turned { field: name.clone(), before: was.get(name).cloned(), after: is.get(name).cloned() })
        .collect();
    let shares = shares_turned(before, after);
    let same = what == Presence::Changed && fields.is_empty() && shares.is_empty();
    (!same).then(|| DealDiff { deal: deal.to_owned(), what, fields, shares })
}

/// What is said of a deal beside its shares, by name.
fn facets(state: Option<&State>) -> BTreeMap<String, String> {
    let mut facets = BTreeMap::new();
    let Some(State { attributed, term }) = state else { return facets };
    facets.insert("motion".to_owned(), attributed.motion.to_owned());
    facets.extend(term.clone().map(|term| ("term".to_owned(), term)));
    facets.extend(attributed.source.clone().map(|source| ("source".to_owned(), source)));
    let influencers = Some(attributed.influencers.join(", ")).filter(|names| !names.is_empty());
    facets.extend(influencers.map(|names| ("influencers".to_owned(), names)));
    for split in &attributed.splits {
        if let (Some(policy), Some(from)) = (&split.policy, &split.effective_from) {
            let SplitAnswer { pool, product, vendor, .. } = split;
            let of = if vendor.is_empty() { product.clone() } else { format!("{product} of {vendor}") };
            facets.insert(format!("policy in {pool} for {of}"), format!("{policy} from {from}"));
        }
    }
    facets
}

/// Pool, product, vendor, then whose: the vendor's own part has no partner and stands last.
type ShareKey = (String, String, String, bool, Option<String>, Option<String>);

fn shares(state: Option<&State>) -> BTreeMap<ShareKey, String> {
    let mut all = BTreeMap::new();
    for split in state.iter().flat_map(|state| &state.attributed.splits) {
        let key = |whose: Option<(&String, &String)>| {
            let (partner, role) = whose.map(|(partner, role)| (partner.clone(), role.clone())).unzip();
            (split.pool.clone(), split.product.clone(), split.vendor.clone(), partner.is_none(), partner, role)
        };
        all.extend(split.shares.iter().map(|of| (key(Some((&of.partner, &of.role))), of.share.clone())));
        all.insert(key(None), split.retained.clone());
    }
    all
}

fn shares_turned(before: Option<&State>, after: Option<&State>) -> Vec<ShareTurned> {
    let (was, is) = (shares(before), shares(after));
    let keys: BTreeSet<&ShareKey> = was.keys().chain(is.keys()).collect();
    let turned = |key: &ShareKey| {
        let of = |side: &BTreeMap<ShareKey, String>| side.get(key).cloned().unwrap_or_else(|| "0".to_owned());
        let (before, after) = (of(&was), of(&is));
        let (pool, product, vendor, _, partner, role) = key.clone();
        (before != after).then_some(ShareTurned { pool, product, vendor, partner, role, before, after })
    };
    keys.into_iter().filter_map(turned).collect()
}

/// The events of the account, and the reference events that attribution asks for, that lie between two coordinates.
fn between(
    account: &AccountId,
    from: (&View<'_>, Day),
    to: (&View<'_>, Day),
    named: &BTreeSet<String>,
) -> Result<Vec<Between>, ProjectorError> {
    let (early, late) = if from.0.known_at() <= to.0.known_at() { (from.0, to.0) } else { (to.0, from.0) };
    let (first, last) = (from.1.min(to.1), from.1.max(to.1));
    let book = &late.reference().book;
    let learned = late.learned(account, Some(&BTreeSet::new()), Instant::MIN)?;
    let theirs = subjects(late, account, &learned)?.joined(subjects(early, account, &learned)?);
    let of_book = late.reference_events().filter(|filed| attributes(filed, named));
    let told = learned.events.iter().filter(|filed| theirs.tells(filed) && !matters_not(&filed.event.body));
    let mut all = Vec::new();
    for filed in told.chain(of_book) {
        let days = effective_days(filed, book.day(filed.event.meta.time));
        if early.known_at() < filed.event.meta.recorded {
            let counts = counts_on_any_day(&filed.event.body) || days.iter().any(|day| *day <= last);
            all.extend(counts.then_some((How::Learned, filed)));
        } else if days.iter().any(|day| first < *day && *day <= last) {
            all.push((How::TookEffect, filed));
        }
    }
    all.sort_by_key(|(_, filed)| (filed.event.meta.recorded, filed.position));
    Ok(all.into_iter().map(|(how, filed)| Between { how, event: Noted::one(filed, book).entry(book) }).collect())
}

/// Whether an event counts on days before its own: links, leads, adjudications, an account's first markets, the book.
const fn counts_on_any_day(body: &Body) -> bool {
    matches!(
        body,
        Body::AliasLinked { .. }
            | Body::AliasUnlinked
            | Body::LeadCaptured(_)
            | Body::LeadOffered(_)
            | Body::LeadClaimed(_)
            | Body::LeadAssigned(_)
            | Body::RegistrationAdjudicated(_)
            | Body::AccountOpened(_)
            | Body::BookConfigured(_)
    )
}

/// Whether an event says nothing to attribution.
const fn matters_not(body: &Body) -> bool {
    matches!(
        body,
        Body::UsageCorrected(_)
            | Body::ChargeBilled(_)
            | Body::DisbursementReported(_)
            | Body::DealStaged(_)
            | Body::DealLost(_)
    )
}

/// Whether a reference event has a say in attribution.
fn attributes(filed: &Filed, named: &BTreeSet<String>) -> bool {
    match &filed.event.body {
        Body::PolicyPublished(policy) => matches!(**policy, Policy::Attribution(_)),
        Body::PartnerEnrolled(_) => match &filed.event.subject {
            Subject::Partner(partner) => named.contains(partner.as_str()),
            _ => false,
        },
        Body::BookConfigured(_) => true,
        _ => false,
    }
}

/// The days from which an event has another effect than the day before.
fn effective_days(filed: &Filed, day: Day) -> Vec<Day> {
    let after = |day: Option<Day>| day.and_then(|day| day.succ_opt());
    match &filed.event.body {
        Body::DealWon(given) | Body::DealRenewed(given) => {
            [Some(given.term_start), after(given.term_end)].into_iter().flatten().chain([day]).collect()
        }
        Body::PolicyPublished(policy) => match &**policy {
            Policy::Attribution(policy) => {
                [Some(policy.effective_from), after(policy.effective_to)].into_iter().flatten().collect()
            }
            Policy::Commission(plan) => vec![plan.effective_from],
            Policy::Authority(_) => Vec::new(),
        },
        _ => vec![day],
    }
}
