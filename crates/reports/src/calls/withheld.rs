//! What is never said to a portal, whatever a file of names asks for. The list is fixed: what is shared cannot be taken back.

use serde_json::Value;

use super::Portal;
use super::problem::Problem;

/// A field that never leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withheld {
    /// Whose.
    pub portal: Portal,
    /// The field in the portal's names; `[]` is every item.
    pub field: &'static str,
    /// What it would tell.
    pub tells: &'static str,
}

const FINANCIALS: &str = "tells of a customer's finances more than the value of the deal";
const ROUTING: &str = "tells how work is routed inside the house";
const DISCUSSION: &str = "tells what was discussed before anything was decided";

const fn withheld(portal: Portal, field: &'static str, tells: &'static str) -> Withheld {
    Withheld { portal, field, tells }
}

/// All of them.
pub const WITHHELD: &[Withheld] = &[
    withheld(Portal::AwsOpportunity, "Project.ExpectedCustomerSpend[].EstimationUrl", FINANCIALS),
    withheld(Portal::AwsOpportunity, "Tags", ROUTING),
    withheld(Portal::AwsOpportunity, "Project.AdditionalComments", DISCUSSION),
    withheld(Portal::AwsOpportunity, "Project.CompetitorName", DISCUSSION),
    withheld(Portal::AwsOpportunity, "Project.OtherCompetitorNames", DISCUSSION),
    withheld(Portal::AwsOpportunity, "LifeCycle.NextStepsHistory", DISCUSSION),
    withheld(Portal::AwsOpportunity, "LifeCycle.ReviewComments", DISCUSSION),
    withheld(Portal::AwsOpportunity, "LifeCycle.ReviewStatusReason", DISCUSSION),
    withheld(Portal::AwsRevenueAttribution, "Tags", ROUTING),
    withheld(Portal::AwsRevenueAttribution, "Description", DISCUSSION),
    withheld(Portal::MicrosoftReferral, "registrations", FINANCIALS),
    withheld(Portal::MicrosoftReferral, "trackingInfo", ROUTING),
    withheld(Portal::MicrosoftReferral, "statusReason", DISCUSSION),
    withheld(Portal::MicrosoftReferral, "details.notes", DISCUSSION),
    withheld(Portal::MicrosoftReferral, "inviteContext.notes", DISCUSSION),
];

/// The withheld fields that stand in a body or in a part of one.
pub(super) fn found(portal: Portal, body: &Value) -> Vec<Problem> {
    let of_portal = WITHHELD.iter().filter(|withheld| withheld.portal == portal);
    let there = of_portal.filter(|withheld| holds(body, withheld.field));
    there
        .map(|withheld| {
            Problem::new(plain(withheld.field), format!("is never said: it {}", withheld.tells), "withheld-field")
        })
        .collect()
}

/// The fields of a list that stand in a body or in a part of one.
pub(super) fn any_of<'f>(fields: &'f [&'f str], body: &Value) -> impl Iterator<Item = String> {
    fields.iter().filter(|field| holds(body, field)).map(|field| plain(field))
}

fn plain(field: &str) -> String {
    field.replace("[]", "")
}

fn holds(value: &Value, field: &str) -> bool {
    let (name, rest) = field.split_once('.').map_or((field, None), |(name, rest)| (name, Some(rest)));
    let (name, each) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
    let Some(inner) = value.get(name) else { return false };
    match (each, rest) {
        (_, None) => true,
        (false, Some(rest)) => holds(inner, rest),
        (true, Some(rest)) => inner.as_array().into_iter().flatten().any(|item| holds(item, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_withheld_field_is_found_wherever_it_stands_and_whatever_it_holds() {
        for withheld in WITHHELD {
            let mut body = json!(null);
            for part in withheld.field.rsplit('.') {
                body = match part.strip_suffix("[]") {
                    Some(name) => json!({name: [{}, body]}),
                    None => json!({part: body}),
                };
            }
            let found = found(withheld.portal, &body);
            assert_eq!(found.len(), 1, "{withheld:?}");
            assert_eq!(found[0].field, withheld.field.replace("[]", ""));
        }
        assert_eq!(found(Portal::AwsOpportunity, &json!({"Project": {"Title": "x"}, "LifeCycle": "Tags"})), []);
    }
}
