//! What each system says of a deal, who is right about which field, and where systems differ (O1–O4).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::deal_record::{Authority, FieldRecord, Said, deal_record as fold};
use tributary_domain::event::{Body, DealField, SystemKind};
use tributary_domain::id::{AccountId, DealId};
use tributary_domain::time::Day;
use tributary_events::shape;
use tributary_projector::{Filed, ProjectorError, View};

/// The record of a deal on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealRecord {
    /// The deal.
    pub deal: String,
    /// The account that it belongs to; none: no opening of it is known.
    pub account: Option<String>,
    /// On which day.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub as_of: String,
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// The fields of which any system said something, in their order.
    pub fields: Vec<FieldAnswer>,
}

/// A field of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldAnswer {
    /// Which.
    #[schemars(extend("enum" = DealField::ALL.map(DealField::as_str)))]
    pub field: &'static str,
    /// What its authority says; none: nothing, or that it is empty.
    pub value: Option<String>,
    /// The authority that says so; none while it is silent.
    pub system: Option<String>,
    /// Since when it says so.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub since: Option<String>,
    /// Who is right about it.
    pub authority: RightfulAnswer,
    /// Whether any system says something else.
    pub drifts: bool,
    /// What every system says, by system.
    pub said: Vec<SaidAnswer>,
}

/// Who is right about a field (O3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RightfulAnswer {
    /// The policy that says so; none: what holds without one.
    pub policy: Option<String>,
    /// The first day of its version.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub effective_from: Option<String>,
    /// The systems that it names, in order.
    pub systems: Vec<String>,
    /// The kind of system that is right where no policy names the field.
    #[schemars(extend("enum" = kinds()))]
    pub kind: Option<&'static str>,
}

/// What a system says of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaidAnswer {
    /// Which system.
    pub system: String,
    /// What kind of system.
    #[schemars(extend("enum" = SystemKind::ALL.map(SystemKind::as_str)))]
    pub kind: &'static str,
    /// What it says; none: that the field is empty.
    pub value: Option<String>,
    /// Since when it says so.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub since: String,
    /// Who said so first: the source of that event.
    pub source: String,
    /// Its id there.
    pub id: String,
}

/// Where systems say different things of deals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// On which day.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub as_of: String,
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// How many deals any system says something of.
    pub deals: usize,
    /// By account, deal and field.
    pub fields: Vec<DriftingField>,
}

/// A field of a deal of which systems say different things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftingField {
    /// The account.
    pub account: String,
    /// The deal.
    pub deal: String,
    /// The field.
    #[schemars(extend("enum" = DealField::ALL.map(DealField::as_str)))]
    pub field: &'static str,
    /// What the authority says; none while it is silent, and others do not agree.
    pub authority: Option<SaidAnswer>,
    /// Those who say something else, by system.
    pub others: Vec<SaidAnswer>,
}

/// The kinds, and that there is none.
fn kinds() -> Vec<Option<&'static str>> {
    SystemKind::ALL.map(|kind| Some(kind.as_str())).into_iter().chain([None]).collect()
}

/// What every system says of a deal on a day, as known at the view's instant.
pub fn deal_record(view: &View<'_>, deal: &DealId, day: Day) -> Result<DealRecord, ProjectorError> {
    let account = view.owner(deal)?;
    let fields = match &account {
        Some(account) => fields_of(view, account, &view.observations(account)?, deal, day)?,
        None => Vec::new(),
    };
    Ok(DealRecord {
        deal: deal.to_string(),
        account: account.map(|account| account.to_string()),
        as_of: day.to_string(),
        known_at: view.known_at().to_string(),
        fields: fields.iter().map(answer).collect(),
    })
}

/// The fields of which systems say different things on a day, of the deals of an account or of every account that any system
/// observed by then.
pub fn drift(view: &View<'_>, account: Option<&AccountId>, day: Day) -> Result<Drift, ProjectorError> {
    let observed = view.observed_accounts()?;
    let asked = observed.iter().filter(|observed| account.is_none_or(|account| account == *observed));
    let (mut deals, mut drifting) = (0, Vec::new());
    for account in asked {
        let observations = view.observations(account)?;
        for deal in observed_deals(view, account, &observations, day)? {
            let fields = fields_of(view, account, &observations, &deal, day)?;
            deals += 1;
            drifting.extend(fields.iter().filter_map(|field| drifting_field(account, &deal, field)));
        }
    }
    Ok(Drift { as_of: day.to_string(), known_at: view.known_at().to_string(), deals, fields: drifting })
}

/// The deals of an account that are open and observed by a day.
fn observed_deals(
    view: &View<'_>,
    account: &AccountId,
    observations: &[Filed],
    day: Day,
) -> Result<BTreeSet<DealId>, ProjectorError> {
    let folded = view.account(account)?;
    let is_open = |deal: &DealId| folded.account.deals.get(deal).is_some_and(|deal| deal.opened_on <= day);
    let by_then = observations.iter().filter(|filed| view.reference().book.day(filed.event.meta.time) <= day);
    let named = by_then.filter_map(|filed| match &filed.event.body {
        Body::DealObserved(observed) => Some(observed.deal.clone()),
        _ => None,
    });
    Ok(named.filter(is_open).collect())
}

fn fields_of(
    view: &View<'_>,
    account: &AccountId,
    observations: &[Filed],
    deal: &DealId,
    day: Day,
) -> Result<Vec<FieldRecord>, ProjectorError> {
    let folded = view.account(account)?;
    let said = folded.events.iter().chain(observations).map(|filed| &filed.event);
    fold(&folded.account, deal, said, view.reference(), day)
        .map_err(|source| ProjectorError::Account { account: account.to_string(), source })
}

fn answer(of: &FieldRecord) -> FieldAnswer {
    let resolved = of.resolved();
    FieldAnswer {
        field: of.field.as_str(),
        value: resolved.and_then(|said| said.value.as_ref()).map(ToString::to_string),
        system: resolved.map(|said| said.system.to_string()),
        since: resolved.map(|said| said.since().to_string()),
        authority: rightful(&of.authority),
        drifts: !of.drifting().is_empty(),
        said: of.said.iter().map(said).collect(),
    }
}

fn rightful(authority: &Authority) -> RightfulAnswer {
    match authority {
        Authority::Systems { policy, effective_from, systems } => RightfulAnswer {
            policy: Some(policy.to_string()),
            effective_from: Some(effective_from.to_string()),
            systems: systems.iter().map(ToString::to_string).collect(),
            kind: None,
        },
        Authority::Kind(kind) => {
            RightfulAnswer { policy: None, effective_from: None, systems: Vec::new(), kind: Some(kind.as_str()) }
        }
    }
}

fn said(said: &Said) -> SaidAnswer {
    SaidAnswer {
        system: said.system.to_string(),
        kind: said.kind.as_str(),
        value: said.value.as_ref().map(ToString::to_string),
        since: said.since().to_string(),
        source: said.first.identity.source.to_string(),
        id: said.first.identity.id.to_string(),
    }
}

fn drifting_field(account: &AccountId, deal: &DealId, of: &FieldRecord) -> Option<DriftingField> {
    let others = of.drifting();
    (!others.is_empty()).then(|| DriftingField {
        account: account.to_string(),
        deal: deal.to_string(),
        field: of.field.as_str(),
        authority: of.resolved().map(said),
        others: others.into_iter().map(said).collect(),
    })
}
