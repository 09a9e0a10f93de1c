//! Who brought a deal, and which registration protects it (A4, A5, A8).

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::attribution::{Source, source_found};
use tributary_domain::deal::Deal;
use tributary_domain::event::Meta;
use tributary_domain::id::RegistrationId;
use tributary_domain::lead::Brought;
use tributary_domain::registration::{Registration, Standing};

use super::event::{Citing, EventCited, History};

/// Who brought a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceExplained {
    /// The partner.
    pub partner: String,
    /// Which of the steps of A5 says so.
    #[schemars(extend("enum" = ["registration", "leadBrought", "leadClaimed", "leadAssigned"]))]
    pub step: &'static str,
    /// The registration or lead.
    pub of: String,
    /// The events that say so.
    pub because: Vec<EventCited>,
}

/// How a registration may stand to a deal.
const STANDINGS: [&str; 8] = [
    "protects",
    "laterThanProtecting",
    "notSubmitted",
    "lost",
    "notApproved",
    "notExclusive",
    "refused",
    "otherProducts",
];

/// A registration, and whether it protects a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationExplained {
    /// The registration.
    pub registration: String,
    /// Whose claim it is, if anybody submitted it.
    pub partner: Option<String>,
    /// Whether it protects, or why not; `laterThanProtecting`: another was submitted earlier.
    #[schemars(extend("enum" = STANDINGS))]
    pub standing: &'static str,
    /// The last day on which it was exclusive, as known on the deal's opening day.
    #[schemars(extend("format" = "date"))]
    pub exclusive_until: Option<String>,
    /// The events that say so: submission, approval, extension, rejection, adjudication.
    pub because: Vec<EventCited>,
}

/// Who brought a deal (A5); none: nobody did.
pub(super) fn explain(citing: &Citing<'_>, history: &History, deal: &Deal) -> Option<SourceExplained> {
    let account = &history.folded.account;
    let source = source_found(account, deal)?;
    let cite = |what: &str, meta: &Meta| history.cite(citing, what, &meta.identity);
    let (step, of, because) = match &source {
        Source::Registered(id, _) => {
            let judged = account.registrations.judged(deal).find(|(known, _, _)| known == id);
            let cited = judged.map(|(id, of, _)| evidence(citing, history, deal, id, of));
            ("registration", id.to_string(), cited.unwrap_or_default())
        }
        Source::OfLead(lead, Brought::By { captured, .. }) => {
            ("leadBrought", lead.to_string(), cite("lead captured", captured).into_iter().collect())
        }
        Source::OfLead(lead, Brought::Claimed { claimed, offered, .. }) => {
            let cited = [cite("lead offered", offered), cite("lead claimed", claimed)];
            ("leadClaimed", lead.to_string(), cited.into_iter().flatten().collect())
        }
        Source::OfLead(lead, Brought::Assigned { assigned, .. }) => {
            ("leadAssigned", lead.to_string(), cite("lead assigned", assigned).into_iter().collect())
        }
    };
    let opened = cite("deal opened", &deal.opened);
    let because = opened.into_iter().chain(because).collect();
    Some(SourceExplained { partner: source.partner().to_string(), step, of, because })
}

/// The account's registrations, by id, and which of them protects a deal (A4).
pub(super) fn registrations(citing: &Citing<'_>, history: &History, deal: &Deal) -> Vec<RegistrationExplained> {
    let registrations = &history.folded.account.registrations;
    let protecting = registrations.protecting(deal).map(|(id, _)| id);
    let explained = |(id, of, standing): (&RegistrationId, &Registration, Standing)| RegistrationExplained {
        registration: id.to_string(),
        partner: of.submitted.as_ref().map(|claim| claim.partner.to_string()),
        standing: match standing {
            Standing::Qualifies if protecting == Some(id) => "protects",
            Standing::Qualifies => "laterThanProtecting",
            standing => standing.as_str(),
        },
        exclusive_until: of.exclusive_by(deal.opened_on).map(|(_, until)| until.to_string()),
        because: evidence(citing, history, deal, id, of),
    };
    registrations.judged(deal).map(explained).collect()
}

/// What a registration's standing rests on: submission, approval, extension, refusal by the deal's opening day, and every
/// adjudication.
fn evidence(
    citing: &Citing<'_>,
    history: &History,
    deal: &Deal,
    id: &RegistrationId,
    of: &Registration,
) -> Vec<EventCited> {
    let day = deal.opened_on;
    let approved = of.approved_by(day);
    let extended = of.exclusive_by(day).map(|(meta, _)| meta).filter(|meta| Some(*meta) != approved);
    let said = [
        of.submitted.as_ref().map(|claim| ("submitted", &claim.meta)),
        approved.map(|meta| ("approved", meta)),
        extended.map(|meta| ("exclusivity given", meta)),
        of.refused_by(day).map(|meta| ("refused", meta)),
    ];
    let adjudicated = of.adjudications().map(|meta| ("adjudicated", meta));
    let said = said.into_iter().flatten().chain(adjudicated);
    said.filter_map(|(what, meta)| history.cite(citing, format!("registration `{id}` {what}"), &meta.identity))
        .collect()
}
