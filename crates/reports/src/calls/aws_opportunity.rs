//! Opportunities of AWS Partner Central: created where AWS has none, else replaced whole under the version that AWS last
//! answered; then associated with what is sold, and submitted where that is asked for.

use serde_json::{Value, json};

use super::body::{decimal, set, token, without, without_nulls};
use super::call::{About, Calls};
use super::facts::{DealFacts, Paid, Standing};
use super::names::{Opportunity, OpportunityNames, Related};
use super::problem::Problem;
use super::shape::{DEMANDED, SELLING, Shape, ShapeError};
use super::{Portal, withheld};

const SERVICE: &str = "partnercentral-selling";
const CREATE: &str = "CreateOpportunity";
const UPDATE: &str = "UpdateOpportunity";
const ASSOCIATE: &str = "AssociateOpportunity";
const SUBMIT: &str = "SubmitOpportunity";

const STAGES: [&str; 7] =
    ["Prospect", "Qualified", "Technical Validation", "Business Validation", "Committed", "Launched", "Closed Lost"];
const LOST: &str = "Closed Lost";
/// A contract is signed; whether AWS bills already, the ledger does not know.
const WON: &str = "Committed";
/// While AWS looks at an opportunity, it takes no changes.
const UNDER_REVIEW: [&str; 2] = ["Submitted", "In review"];
const NOT_SUBMITTED: &str = "Pending Submission";

/// What the ledger says, or what AWS answered: a file of names has no say in it.
pub(super) const SAID: &[&str] = &[
    "Catalog",
    "ClientToken",
    "Identifier",
    "LastModifiedDate",
    "Origin",
    "PartnerOpportunityIdentifier",
    "LifeCycle.Stage",
    "LifeCycle.ClosedLostReason",
    "LifeCycle.ReviewStatus",
];

/// What only a new opportunity takes.
const OF_NEW_ONES: &[&str] = &["OpportunityTeam"];

/// The models of the operations.
#[derive(Debug)]
pub(super) struct Model {
    create: Shape,
    update: Shape,
    associate: Shape,
    submit: Shape,
}

impl Model {
    pub(super) fn load() -> Result<Self, ShapeError> {
        Ok(Self {
            create: Shape::of(CREATE, &[SELLING, DEMANDED])?,
            update: Shape::of(UPDATE, &[SELLING, DEMANDED])?,
            associate: Shape::of(ASSOCIATE, &[SELLING])?,
            submit: Shape::of(SUBMIT, &[SELLING])?,
        })
    }
}

/// The calls for a deal.
pub(super) fn deal(model: &Model, names: &OpportunityNames, facts: &DealFacts, calls: &mut Calls) {
    let about = About::Deal { account: &facts.account, deal: &facts.deal };
    let Some(known) = names.opportunities.get(&facts.deal) else {
        if facts.is_lost() {
            return; // AWS never knew of it
        }
        if calls.take(about, (SERVICE, CREATE), None, created(model, names, facts)) {
            let until = format!("`opportunities.{}` has the `Identifier` that AWS answers", facts.deal);
            related(names, facts, &[]).iter().for_each(|_| calls.wait(about, ASSOCIATE, &until));
            names.submit.iter().for_each(|_| calls.wait(about, SUBMIT, &until));
        }
        return;
    };
    if !calls.take(about, (SERVICE, UPDATE), None, updated(model, names, facts, known)) {
        return;
    }
    for related in related(names, facts, &known.associated) {
        let body = json!({
            "Catalog": names.catalog,
            "OpportunityIdentifier": known.identifier,
            "RelatedEntityType": related.related_entity_type,
            "RelatedEntityIdentifier": related.related_entity_identifier,
        });
        calls.take(about, (SERVICE, ASSOCIATE), None, held(&model.associate, body, Vec::new()));
    }
    if let Some(submit) = names.submit.as_ref().filter(|_| known.review_status == NOT_SUBMITTED) {
        let body = json!({
            "Catalog": names.catalog,
            "Identifier": known.identifier,
            "InvolvementType": submit.involvement_type,
            "Visibility": submit.visibility,
        });
        calls.take(about, (SERVICE, SUBMIT), None, held(&model.submit, without_nulls(body), Vec::new()));
    }
}

fn created(model: &Model, names: &OpportunityNames, facts: &DealFacts) -> Result<Value, Vec<Problem>> {
    let (mut body, problems) = opportunity(names, facts);
    set(&mut body, "Origin", "Partner Referral");
    set(&mut body, "LifeCycle.ReviewStatus", NOT_SUBMITTED);
    let token = token(CREATE, &body);
    set(&mut body, "ClientToken", token);
    held(&model.create, body, problems)
}

/// A replacement: what it leaves out AWS forgets.
fn updated(
    model: &Model,
    names: &OpportunityNames,
    facts: &DealFacts,
    known: &Opportunity,
) -> Result<Value, Vec<Problem>> {
    let (body, mut problems) = opportunity(names, facts);
    let mut body = without(body, OF_NEW_ONES);
    set(&mut body, "Identifier", known.identifier.as_str());
    set(&mut body, "LastModifiedDate", known.last_modified_date.as_str());
    set(&mut body, "LifeCycle.ReviewStatus", known.review_status.as_str());
    if known.last_modified_date.parse::<tributary_domain::time::Instant>().is_err() {
        let reason = "is not the instant that AWS answered";
        problems.push(Problem::new("LastModifiedDate", reason, "wrong-form"));
    }
    if UNDER_REVIEW.contains(&known.review_status.as_str()) {
        let reason = "AWS is looking at it and takes no changes before it has decided";
        problems.push(Problem::new("LifeCycle.ReviewStatus", reason, "under-review"));
    }
    held(&model.update, body, problems)
}

/// The part that a new and a known opportunity share.
fn opportunity(names: &OpportunityNames, facts: &DealFacts) -> (Value, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut body = without_nulls(names.layers.of(&facts.account, &facts.deal));
    set(&mut body, "Catalog", names.catalog.as_str());
    set(&mut body, "PartnerOpportunityIdentifier", facts.deal.as_str());
    match stage(names, &facts.standing) {
        Ok(stage) => set(&mut body, "LifeCycle.Stage", stage),
        Err(problem) => problems.push(problem),
    }
    if let Standing::Lost(reason) = &facts.standing {
        let named =
            reason.as_ref().and_then(|reason| names.lost_reasons.get(reason)).or_else(|| names.lost_reasons.get("*"));
        // Without one the model says that it is needed.
        if let Some(reason) = named.or(reason.as_ref()) {
            set(&mut body, "LifeCycle.ClosedLostReason", reason.as_str());
        }
    }
    revenue(facts, &mut body, &mut problems);
    (body, problems)
}

fn revenue(facts: &DealFacts, body: &mut Value, problems: &mut Vec<Problem>) {
    let Some(money) = &facts.value else { return };
    let field = "SoftwareRevenue.Value";
    match decimal(money) {
        Some(amount) => {
            set(body, field, json!({"Amount": amount, "CurrencyCode": money.currency.as_str()}));
        }
        None => problems.push(Problem::new(field, "is out of the range of cents", "wrong-value")),
    }
    if let Some((start, end)) = facts.term {
        set(body, "SoftwareRevenue.EffectiveDate", start.to_string());
        end.iter().for_each(|end| set(body, "SoftwareRevenue.ExpirationDate", end.to_string()));
    }
    if body["SoftwareRevenue"].get("DeliveryModel").is_none() {
        let model = match facts.paid {
            Some(Paid::Consumption) => "Pay-as-you-go",
            Some(Paid::Recurring) => "Subscription",
            _ => "Contract",
        };
        set(body, "SoftwareRevenue.DeliveryModel", model);
    }
}

fn stage(names: &OpportunityNames, standing: &Standing) -> Result<String, Problem> {
    let any = || names.stages.get("*").map(String::as_str);
    let (said, otherwise) = match standing {
        Standing::Lost(_) => return Ok(LOST.to_owned()),
        Standing::Won => ("won", Some(WON)),
        Standing::Open(Some(stage)) => (stage.as_str(), any().or(Some(stage.as_str()))),
        Standing::Open(None) => ("", any()),
    };
    let named = names.stages.get(said).map(String::as_str);
    let found = named.or(otherwise).filter(|stage| STAGES.contains(stage));
    found.map(str::to_owned).ok_or_else(|| {
        let reason = match said {
            "" => "the ledger knows no stage: say which one that is under `stages.\"*\"`".to_owned(),
            said => format!("`{said}` is no stage of AWS: say which one it is under `stages`"),
        };
        Problem::new("LifeCycle.Stage", reason, "unknown-word")
    })
}

/// What is to be associated and is not yet, each once.
fn related(names: &OpportunityNames, facts: &DealFacts, associated: &[Related]) -> Vec<Related> {
    let of_products = facts.products.iter().filter_map(|product| names.products.get(product)).flatten();
    let mut related: Vec<Related> = of_products.filter(|related| !associated.contains(related)).cloned().collect();
    related.sort();
    related.dedup();
    related
}

/// The body if nothing is wrong with it.
fn held(shape: &Shape, body: Value, mut problems: Vec<Problem>) -> Result<Value, Vec<Problem>> {
    problems.extend(shape.problems(&body));
    problems.extend(withheld::found(Portal::AwsOpportunity, &body));
    if problems.is_empty() { Ok(body) } else { Err(problems) }
}
