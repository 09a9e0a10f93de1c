//! Wire ⇄ domain, in one place: the table of event types, and one file per family below. Adding a type begins in the table.

mod attribution;
mod authority;
mod charges;
mod commission;
mod consumption;
mod deals;
mod disbursements;
pub(crate) mod document;
pub(crate) mod field;
mod leads;
mod observations;
pub(crate) mod policies;
pub(crate) mod problems;
pub(crate) mod reference;
mod registrations;
mod subject;
pub(crate) mod word;

use prost::Message;
use tributary_domain::event::{Body, Draft, Event, Meta};
use tributary_domain::id::{EventId, Identity, Source};
use tributary_domain::time::Instant;
use tributary_log::{Envelope, Record, UNREADABLE};

use crate::{Refusal, proto};
use field::At;
pub(crate) use subject::Scope;

/// A type of event: its name, the message of its data, and whose history it belongs to.
pub(crate) struct EventType {
    pub(crate) name: &'static str,
    pub(crate) message: &'static str,
    pub(crate) scope: Scope,
}

macro_rules! event_types {
    ($($name:literal, $scope:ident, $message:ident: $reader:path, $body:pat => $written:expr;)*) => {
        /// Every type of event.
        pub(crate) const TYPES: &[EventType] = &[
            $(EventType { name: $name, message: stringify!($message), scope: Scope::$scope },)*
        ];

        fn scope(event_type: &str) -> Result<Scope, Refusal> {
            match event_type {
                $($name => Ok(Scope::$scope),)*
                unknown => Err(Refusal::UnknownType { field: "type".to_owned(), found: unknown.to_owned() }),
            }
        }

        fn body_from_protobuf(event_type: &str, data: &[u8]) -> Result<Body, Refusal> {
            match event_type {
                $($name => $reader(&document::from_protobuf::<proto::$message>(data)?),)*
                unknown => Err(Refusal::UnknownType { field: "type".to_owned(), found: unknown.to_owned() }),
            }
        }

        fn body_from_json(event_type: &str, data: &str) -> Result<Body, Refusal> {
            match event_type {
                $($name => $reader(&document::from_json::<proto::$message>(data)?),)*
                unknown => Err(Refusal::UnknownType { field: "type".to_owned(), found: unknown.to_owned() }),
            }
        }

        /// The protobuf value of what an event says: the same bytes for the same body, always.
        pub fn encode(body: &Body) -> Vec<u8> {
            match body {
                $($body => {
                    let message: proto::$message = $written;
                    message.encode_to_vec()
                })*
            }
        }

        /// The canonical proto3 JSON of what an event says.
        pub(crate) fn to_json(body: &Body) -> String {
            match body {
                $($body => {
                    let message: proto::$message = $written;
                    document::to_json(&message)
                })*
            }
        }
    };
}

event_types! {
    "tributary.usage.recorded.v1", Account, UsageRecorded: consumption::usage_recorded, Body::UsageRecorded(said) => said.into();
    "tributary.usage.corrected.v1", Account, UsageCorrected: consumption::usage_corrected, Body::UsageCorrected(said) => said.into();
    "tributary.book.configured.v1", Book, BookConfigured: reference::book_configured, Body::BookConfigured(said) => said.into();
    "tributary.partner.enrolled.v1", Partner, PartnerEnrolled: reference::partner_enrolled, Body::PartnerEnrolled(said) => said.into();
    "tributary.account.opened.v1", OwnAccount, AccountOpened: reference::account_opened, Body::AccountOpened(said) => said.into();
    "tributary.alias.linked.v1", Alias, AliasLinked: reference::alias_linked, Body::AliasLinked { account } => proto::AliasLinked { account: account.to_string() };
    "tributary.alias.unlinked.v1", Alias, AliasUnlinked: reference::alias_unlinked, Body::AliasUnlinked => proto::AliasUnlinked {};
    "tributary.policy.published.v1", Book, PolicyPublished: policies::policy_published, Body::PolicyPublished(policy) => proto::PolicyPublished { policy: Some((&**policy).into()) };
    "tributary.rate.published.v1", Book, RatePublished: reference::rate_published, Body::RatePublished(said) => said.into();
    "tributary.lead.captured.v1", Account, LeadCaptured: leads::lead_captured, Body::LeadCaptured(said) => said.into();
    "tributary.lead.offered.v1", Account, LeadOffered: leads::lead_offered, Body::LeadOffered(said) => said.into();
    "tributary.lead.claimed.v1", Account, LeadClaimed: leads::lead_claimed, Body::LeadClaimed(said) => said.into();
    "tributary.lead.assigned.v1", Account, LeadAssigned: leads::lead_assigned, Body::LeadAssigned(said) => said.into();
    "tributary.lead.closed.v1", Account, LeadClosed: leads::lead_closed, Body::LeadClosed(said) => said.into();
    "tributary.touch.recorded.v1", Account, TouchRecorded: leads::touch_recorded, Body::TouchRecorded(said) => said.into();
    "tributary.registration.submitted.v1", Account, RegistrationSubmitted: registrations::submitted, Body::RegistrationSubmitted(said) => said.into();
    "tributary.registration.approved.v1", Account, RegistrationApproved: registrations::approved, Body::RegistrationApproved(said) => said.into();
    "tributary.registration.extended.v1", Account, RegistrationExtended: registrations::extended, Body::RegistrationExtended(said) => said.into();
    "tributary.registration.rejected.v1", Account, RegistrationRejected: registrations::rejected, Body::RegistrationRejected(said) => said.into();
    "tributary.registration.withdrawn.v1", Account, RegistrationWithdrawn: registrations::withdrawn, Body::RegistrationWithdrawn(said) => said.into();
    "tributary.registration.adjudicated.v1", Account, RegistrationAdjudicated: registrations::adjudicated, Body::RegistrationAdjudicated(said) => said.into();
    "tributary.deal.opened.v1", Account, DealOpened: deals::deal_opened, Body::DealOpened(said) => said.into();
    "tributary.deal.staged.v1", Account, DealStaged: deals::deal_staged, Body::DealStaged(said) => said.into();
    "tributary.deal.role_assigned.v1", Account, DealRoleAssigned: deals::deal_role_assigned, Body::DealRoleAssigned(said) => said.into();
    "tributary.deal.role_removed.v1", Account, DealRoleRemoved: deals::deal_role_removed, Body::DealRoleRemoved(said) => said.into();
    "tributary.deal.won.v1", Account, DealWon: deals::deal_won, Body::DealWon(said) => said.into();
    "tributary.deal.renewed.v1", Account, DealRenewed: deals::deal_renewed, Body::DealRenewed(said) => said.into();
    "tributary.deal.changed.v1", Account, DealChanged: deals::deal_changed, Body::DealChanged(said) => said.into();
    "tributary.deal.churned.v1", Account, DealChurned: deals::deal_churned, Body::DealChurned(said) => said.into();
    "tributary.deal.lost.v1", Account, DealLost: deals::deal_lost, Body::DealLost(said) => said.into();
    "tributary.offer.accepted.v1", Account, OfferAccepted: deals::offer_accepted, Body::OfferAccepted(said) => said.into();
    "tributary.deal.observed.v1", Account, DealObserved: observations::deal_observed, Body::DealObserved(said) => said.into();
    "tributary.charge.billed.v1", Account, ChargeBilled: charges::charge_billed, Body::ChargeBilled(said) => said.into();
    "tributary.disbursement.reported.v1", Account, DisbursementReported: disbursements::disbursement_reported, Body::DisbursementReported(said) => said.into();
    "tributary.payout.issued.v1", Partner, PayoutIssued: disbursements::payout_issued, Body::PayoutIssued(said) => said.into();
    "tributary.payout.returned.v1", Partner, PayoutReturned: disbursements::payout_returned, Body::PayoutReturned(said) => said.into();
    "tributary.hold.placed.v1", Partner, HoldPlaced: disbursements::hold_placed, Body::HoldPlaced(said) => said.into();
    "tributary.hold.released.v1", Partner, HoldReleased: disbursements::hold_released, Body::HoldReleased(said) => said.into();
    "tributary.period.closed.v1", Book, PeriodClosed: disbursements::period_closed, Body::PeriodClosed(said) => said.into();
    "tributary.period.attested.v1", Book, PeriodAttested: disbursements::period_attested, Body::PeriodAttested(said) => said.into();
}

/// What a record of the log means.
pub fn decode(record: &Record<'_>) -> Result<Event, Refusal> {
    let Draft { time, identity, subject, body, .. } = decode_draft(&record.envelope)?;
    let recorded = Instant::from_micros(record.recorded_us);
    Ok(Event { meta: Meta { time, recorded, identity }, subject, body })
}

/// What an envelope says that is not recorded yet.
pub fn decode_draft(envelope: &Envelope<'_>) -> Result<Draft, Refusal> {
    if envelope.event_type == UNREADABLE {
        let reason = String::from_utf8_lossy(envelope.data).into_owned();
        return Err(Refusal::Unreadable { field: "event".to_owned(), reason });
    }
    let identity = identity(envelope.source, envelope.id)?;
    let subject = scope(envelope.event_type)?.read(envelope.subject)?;
    let body = body_from_protobuf(envelope.event_type, envelope.data)?;
    Ok(Draft { time: Instant::from_micros(envelope.time_us), recorded: None, identity, subject, body })
}

/// The attributes of an event in JSON, and its data as text.
pub(crate) struct JsonParts<'a> {
    pub(crate) id: &'a str,
    pub(crate) source: &'a str,
    pub(crate) event_type: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) time: &'a str,
    pub(crate) recorded: Option<&'a str>,
    pub(crate) data: &'a str,
}

/// What an event in JSON says.
pub(crate) fn draft_from_json(parts: &JsonParts<'_>) -> Result<Draft, Refusal> {
    let identity = identity(parts.source, parts.id)?;
    let subject = scope(parts.event_type)?.read(parts.subject)?;
    let time = field::instant(parts.time, At::root("time"))?;
    let recorded = parts.recorded.map(|text| field::instant(text, At::root("recordedtime"))).transpose()?;
    let body = body_from_json(parts.event_type, parts.data)?;
    Ok(Draft { time, recorded, identity, subject, body })
}

fn identity(source: &str, id: &str) -> Result<Identity, Refusal> {
    let id = field::attribute(required(id, "id")?, At::root("id"))?;
    let source = field::attribute(required(source, "source")?, At::root("source"))?;
    Ok(Identity { source: Source::new(source), id: EventId::new(id) })
}

/// An attribute that must be there.
pub(crate) fn required<'t>(attribute: &'t str, name: &str) -> Result<&'t str, Refusal> {
    if attribute.is_empty() { Err(Refusal::MissingAttribute { field: name.to_owned() }) } else { Ok(attribute) }
}

/// Several identifiers as texts.
fn texts<T: ToString>(many: &[T]) -> Vec<String> {
    many.iter().map(T::to_string).collect()
}
