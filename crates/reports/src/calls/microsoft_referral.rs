//! Co-sell referrals of Microsoft Partner Center: posted where there is none, else put under the tag that Microsoft last
//! answered. A referral's status goes forward only.

use serde_json::Value;

use super::body::{number, set, without_nulls};
use super::call::{About, Calls, Http};
use super::facts::{DealFacts, Standing};
use super::names::{ReferralAnswered, ReferralNames};
use super::problem::Problem;
use super::shape::{REFERRAL, Shape, ShapeError};
use super::{Portal, withheld};

const SERVICE: &str = "microsoft-partner-referrals";
const CREATE: &str = "CreateReferral";
const UPDATE: &str = "UpdateReferral";
const URI: &str = "https://api.partner.microsoft.com/v1.0/engagements/referrals";

/// What the ledger says, or what Microsoft answered: a file of names has no say in it.
pub(super) const SAID: &[&str] = &["id", "engagementId", "eTag", "externalReferenceId", "status", "substatus"];

/// The words for a substatus of each status, in the order in which a referral goes through them.
const STATUSES: [(&str, &[&str]); 3] =
    [("New", &["Pending", "Received"]), ("Active", &["Accepted"]), ("Closed", &["Won", "Lost", "Declined", "Expired"])];

/// The models of the operations.
#[derive(Debug)]
pub(super) struct Model {
    create: Shape,
    update: Shape,
}

impl Model {
    pub(super) fn load() -> Result<Self, ShapeError> {
        Ok(Self { create: Shape::of(CREATE, &[REFERRAL])?, update: Shape::of(UPDATE, &[REFERRAL])? })
    }
}

/// The call for a deal. One that is new and over already is posted as new, and closed once Microsoft has answered.
pub(super) fn deal(model: &Model, names: &ReferralNames, facts: &DealFacts, calls: &mut Calls) {
    let about = About::Deal { account: &facts.account, deal: &facts.deal };
    let Some(known) = names.referrals.get(&facts.deal) else {
        if facts.is_lost() {
            return; // Microsoft never knew of it
        }
        let http = Http { method: "POST", uri: URI.to_owned(), if_match: None };
        let (mut body, problems) = referral(names, facts);
        set(&mut body, "status", "New");
        set(&mut body, "substatus", "Pending");
        let taken = calls.take(about, (SERVICE, CREATE), Some(http), held(&model.create, body, problems));
        if taken && closed(&facts.standing).is_some() {
            let until = format!("`referrals.{}` has what Microsoft answers", facts.deal);
            calls.wait(about, UPDATE, until);
        }
        return;
    };
    let http = Http { method: "PUT", uri: format!("{URI}/{}", known.id), if_match: Some(known.e_tag.clone()) };
    let (mut body, mut problems) = referral(names, facts);
    for (field, value) in [("id", &known.id), ("engagementId", &known.engagement_id), ("eTag", &known.e_tag)] {
        set(&mut body, field, value.as_str());
    }
    match moved(known, &facts.standing) {
        Ok((status, substatus)) => {
            set(&mut body, "status", status);
            set(&mut body, "substatus", substatus);
        }
        Err(problem) => problems.push(problem),
    }
    calls.take(about, (SERVICE, UPDATE), Some(http), held(&model.update, body, problems));
}

fn referral(names: &ReferralNames, facts: &DealFacts) -> (Value, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut body = without_nulls(names.layers.of(&facts.account, &facts.deal));
    set(&mut body, "externalReferenceId", facts.deal.as_str());
    if let Some(money) = &facts.value {
        match number(money) {
            Some(number) => set(&mut body, "details.dealValue", number),
            None => {
                let reason = "has more digits than a number of JSON keeps";
                problems.push(Problem::new("details.dealValue", reason, "wrong-value"));
            }
        }
        set(&mut body, "details.currency", money.currency.as_str());
    }
    if let Some(day) = facts.won_on {
        set(&mut body, "details.closingDateTime", format!("{day}T00:00:00Z"));
    }
    (body, problems)
}

/// The substatus of a deal that is over.
const fn closed(standing: &Standing) -> Option<&'static str> {
    match standing {
        Standing::Open(_) => None,
        Standing::Won => Some("Won"),
        Standing::Lost(_) => Some("Lost"),
    }
}

/// Where a referral goes from where it is: never back, and never from one end to another.
fn moved(known: &ReferralAnswered, standing: &Standing) -> Result<(String, String), Problem> {
    let is = (known.status.as_str(), known.substatus.as_str());
    let fits = STATUSES.iter().any(|(status, substatuses)| *status == is.0 && substatuses.contains(&is.1));
    let refused = |reason: String| Err(Problem::new("status", reason, "status-goes-forward"));
    match closed(standing) {
        _ if !fits => refused(format!("`{}` has no substatus `{}`", is.0, is.1)),
        Some(end) if is.0 == "Closed" && is.1 != end => {
            refused(format!("Microsoft closed it as `{}`, and the ledger says `{end}`", is.1))
        }
        None if is.0 == "Closed" => refused(format!("Microsoft closed it as `{}`, and the ledger holds it open", is.1)),
        Some(end) => Ok(("Closed".to_owned(), end.to_owned())),
        None => Ok((known.status.clone(), known.substatus.clone())),
    }
}

fn held(shape: &Shape, body: Value, mut problems: Vec<Problem>) -> Result<Value, Vec<Problem>> {
    problems.extend(shape.problems(&body));
    problems.extend(withheld::found(Portal::MicrosoftReferral, &body));
    if problems.is_empty() { Ok(body) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_referral_goes_forward_only() {
        let ends = [Standing::Open(None), Standing::Won, Standing::Lost(None)];
        for (at, (status, substatuses)) in STATUSES.iter().enumerate() {
            for (substatus, standing) in substatuses.iter().flat_map(|one| ends.iter().map(move |end| (one, end))) {
                let known = ReferralAnswered {
                    id: String::new(),
                    engagement_id: String::new(),
                    e_tag: String::new(),
                    status: (*status).to_owned(),
                    substatus: (*substatus).to_owned(),
                };
                match moved(&known, standing) {
                    Ok((to, into)) => {
                        let reached = STATUSES.iter().position(|(status, _)| *status == to).expect("a status");
                        assert!(reached >= at && STATUSES[reached].1.contains(&into.as_str()));
                        assert!(at < 2 || into == *substatus, "from one end to another");
                    }
                    Err(problem) => assert!(at == 2 && closed(standing) != Some(substatus), "{problem:?}"),
                }
            }
        }
    }
}
