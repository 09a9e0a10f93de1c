//! The file of names: what a portal asks for and the ledger does not know, in the portal's own words.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::problem::Problem;
use super::shape::Shape;
use super::{Portal, withheld};
use super::{aws_opportunity, microsoft_referral};

/// The JSON Schema of the files, by portal under `operations`.
pub const SCHEMA: &str = include_str!("models/names.json");

/// A file of names, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Names(pub(super) OfPortal);

/// What each portal asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum OfPortal {
    AwsOpportunity(OpportunityNames),
    AwsRevenueAttribution(RevenueNames),
    MicrosoftReferral(ReferralNames),
}

/// Parts of bodies, laid over one another: of every deal, of an account's deals, of one deal.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Layers {
    #[serde(default)]
    pub(super) every: Map<String, Value>,
    #[serde(default)]
    pub(super) accounts: BTreeMap<String, Map<String, Value>>,
    #[serde(default)]
    pub(super) deals: BTreeMap<String, Map<String, Value>>,
}

/// What is associated with an opportunity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Related {
    pub(super) related_entity_type: String,
    pub(super) related_entity_identifier: String,
}

/// An opportunity that AWS has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Opportunity {
    pub(super) identifier: String,
    pub(super) last_modified_date: String,
    pub(super) review_status: String,
    #[serde(default, rename = "associated")]
    pub(super) associated: Vec<Related>,
}

/// How opportunities are submitted.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Submit {
    pub(super) involvement_type: String,
    pub(super) visibility: Option<String>,
}

/// For opportunities of AWS.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpportunityNames {
    pub(super) catalog: String,
    #[serde(flatten)]
    pub(super) layers: Layers,
    #[serde(default)]
    pub(super) stages: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) lost_reasons: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) products: BTreeMap<String, Vec<Related>>,
    #[serde(default)]
    pub(super) opportunities: BTreeMap<String, Opportunity>,
    pub(super) submit: Option<Submit>,
}

/// A product's attribution at AWS.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttributionNames {
    pub(super) name: String,
    pub(super) tenancy_model: String,
    pub(super) product_identifier: Option<String>,
    #[serde(rename = "attribution")]
    pub(super) attribution: Option<Attribution>,
    #[serde(default, rename = "allocations")]
    pub(super) allocations: Vec<Allocation>,
}

/// An attribution that AWS has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attribution {
    pub(super) revenue_attribution_identifier: String,
    pub(super) revenue_attribution_revision: String,
}

/// An allocation that AWS has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Allocation {
    pub(super) revenue_attribution_allocation_id: String,
    #[serde(flatten)]
    pub(super) entity: Entity,
    pub(super) customer_aws_account_id: String,
    pub(super) revenue_share_percent: String,
    pub(super) effective_from: String,
    pub(super) effective_until: String,
    pub(super) status: Option<String>,
}

/// What a deal is at AWS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entity {
    pub(super) entity_type: String,
    pub(super) entity_identifier: String,
}

/// For allocations of AWS.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct RevenueNames {
    pub(super) catalog: String,
    #[serde(default = "revenue")]
    pub(super) pool: String,
    #[serde(default = "consumption")]
    pub(super) basis: String,
    pub(super) products: BTreeMap<String, AttributionNames>,
    #[serde(default)]
    pub(super) deals: BTreeMap<String, Entity>,
    #[serde(default)]
    pub(super) accounts: BTreeMap<String, String>,
}

fn revenue() -> String {
    "revenue".to_owned()
}

fn consumption() -> String {
    "consumption".to_owned()
}

/// A referral that Microsoft has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReferralAnswered {
    pub(super) id: String,
    pub(super) engagement_id: String,
    pub(super) e_tag: String,
    pub(super) status: String,
    pub(super) substatus: String,
}

/// For referrals of Microsoft.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct ReferralNames {
    #[serde(flatten)]
    pub(super) layers: Layers,
    #[serde(default)]
    pub(super) referrals: BTreeMap<String, ReferralAnswered>,
}

impl Names {
    /// Reads a file's document, or says everything that is wrong with it: what it has to look like, what is never said, what
    /// is for the ledger to say.
    pub fn read(portal: Portal, document: &Value) -> Result<Self, Vec<Problem>> {
        let shape = Shape::of(portal.as_str(), &[SCHEMA])
            .map_err(|error| vec![Problem::new("", error.to_string(), "bad-model")])?;
        let mut problems = shape.problems(document);
        for (place, part) in parts(document) {
            let wrong = withheld::found(portal, part).into_iter().chain(said_by_ledger(portal, part));
            problems.extend(wrong.map(|wrong| Problem { field: format!("{place}.{}", wrong.field), ..wrong }));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let names = match portal {
            Portal::AwsOpportunity => OfPortal::AwsOpportunity(typed(document)?),
            Portal::AwsRevenueAttribution => OfPortal::AwsRevenueAttribution(typed(document)?),
            Portal::MicrosoftReferral => OfPortal::MicrosoftReferral(typed(document)?),
        };
        Ok(Self(names))
    }

    /// Whose they are.
    pub const fn portal(&self) -> Portal {
        match self.0 {
            OfPortal::AwsOpportunity(_) => Portal::AwsOpportunity,
            OfPortal::AwsRevenueAttribution(_) => Portal::AwsRevenueAttribution,
            OfPortal::MicrosoftReferral(_) => Portal::MicrosoftReferral,
        }
    }
}

fn typed<T: DeserializeOwned>(document: &Value) -> Result<T, Vec<Problem>> {
    T::deserialize(document).map_err(|error| vec![Problem::new("", error.to_string(), "wrong-value")])
}

/// The parts of bodies in a document, with their places.
fn parts(document: &Value) -> Vec<(String, &Value)> {
    let mut parts: Vec<(String, &Value)> =
        document.get("every").map(|every| ("every".to_owned(), every)).into_iter().collect();
    for of in ["accounts", "deals", "products"] {
        let named = document.get(of).and_then(Value::as_object).into_iter().flatten();
        parts.extend(named.map(|(name, part)| (format!("{of}.{name}"), part)));
    }
    parts
}

fn said_by_ledger(portal: Portal, part: &Value) -> Vec<Problem> {
    let fields = match portal {
        Portal::AwsOpportunity => aws_opportunity::SAID,
        Portal::AwsRevenueAttribution => &[],
        Portal::MicrosoftReferral => microsoft_referral::SAID,
    };
    let said = withheld::any_of(fields, part);
    said.map(|field| Problem::new(field, "is for the ledger to say, or for what the portal answered", "said-by-ledger"))
        .collect()
}
