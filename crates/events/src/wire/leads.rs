//! Lead events ⇄ `leads.proto`.

use tributary_domain::event::{
    Body, LeadAssigned, LeadCaptured, LeadClaimed, LeadClosed, LeadOffered, Referral, Touch,
};
use tributary_domain::id::{DealId, LeadId, Market, PartnerId, Product};

use super::field::{self, At};
use super::{texts, word};
use crate::{Refusal, proto};

pub(super) fn lead_captured(message: &proto::LeadCaptured) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::LeadCaptured(LeadCaptured {
        lead: field::id(LeadId::new, &message.lead, at.name("lead"))?,
        motion: field::word(word::MOTION, &message.motion, at.name("motion"))?,
        partner: field::optional_id(PartnerId::new, &message.partner, at.name("partner"))?,
        referral: message.referral.as_ref().map(|given| referral(given, at.name("referral"))).transpose()?,
        market: field::optional_id(Market::new, &message.market, at.name("market"))?,
        products: field::ids(Product::new, &message.products, at.name("products"))?,
    }))
}

fn referral(message: &proto::Referral, at: At<'_>) -> Result<Referral, Refusal> {
    Ok(Referral {
        program: field::text(&message.program, at.name("program"))?.to_owned(),
        vendor: field::text(&message.vendor, at.name("vendor"))?.to_owned(),
        referral_id: field::text(&message.referral_id, at.name("referralId"))?.to_owned(),
    })
}

impl From<&LeadCaptured> for proto::LeadCaptured {
    fn from(said: &LeadCaptured) -> Self {
        Self {
            lead: said.lead.to_string(),
            motion: word::MOTION.print(said.motion),
            partner: said.partner.as_ref().map(PartnerId::to_string),
            referral: said.referral.as_ref().map(|referral| proto::Referral {
                program: referral.program.clone(),
                vendor: referral.vendor.clone(),
                referral_id: referral.referral_id.clone(),
            }),
            market: said.market.as_ref().map(Market::to_string),
            products: texts(&said.products),
        }
    }
}

pub(super) fn lead_offered(message: &proto::LeadOffered) -> Result<Body, Refusal> {
    let at = At::DATA;
    let partners = field::some(&message.partners, at.name("partners"))?;
    Ok(Body::LeadOffered(LeadOffered {
        lead: field::id(LeadId::new, &message.lead, at.name("lead"))?,
        partners: field::ids(PartnerId::new, partners, at.name("partners"))?,
    }))
}

impl From<&LeadOffered> for proto::LeadOffered {
    fn from(said: &LeadOffered) -> Self {
        Self { lead: said.lead.to_string(), partners: texts(&said.partners) }
    }
}

pub(super) fn lead_claimed(message: &proto::LeadClaimed) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::LeadClaimed(LeadClaimed {
        lead: field::id(LeadId::new, &message.lead, at.name("lead"))?,
        partner: field::id(PartnerId::new, &message.partner, at.name("partner"))?,
    }))
}

impl From<&LeadClaimed> for proto::LeadClaimed {
    fn from(said: &LeadClaimed) -> Self {
        Self { lead: said.lead.to_string(), partner: said.partner.to_string() }
    }
}

pub(super) fn lead_assigned(message: &proto::LeadAssigned) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::LeadAssigned(LeadAssigned {
        lead: field::id(LeadId::new, &message.lead, at.name("lead"))?,
        partner: field::id(PartnerId::new, &message.partner, at.name("partner"))?,
        basis: field::word(word::ASSIGNMENT_BASIS, &message.basis, at.name("basis"))?,
    }))
}

impl From<&LeadAssigned> for proto::LeadAssigned {
    fn from(said: &LeadAssigned) -> Self {
        Self {
            lead: said.lead.to_string(),
            partner: said.partner.to_string(),
            basis: word::ASSIGNMENT_BASIS.print(said.basis),
        }
    }
}

pub(super) fn lead_closed(message: &proto::LeadClosed) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::LeadClosed(LeadClosed {
        lead: field::id(LeadId::new, &message.lead, at.name("lead"))?,
        outcome: field::word(word::LEAD_OUTCOME, &message.outcome, at.name("outcome"))?,
        reason: message.reason.clone(),
    }))
}

impl From<&LeadClosed> for proto::LeadClosed {
    fn from(said: &LeadClosed) -> Self {
        Self {
            lead: said.lead.to_string(),
            outcome: word::LEAD_OUTCOME.print(said.outcome),
            reason: said.reason.clone(),
        }
    }
}

pub(super) fn touch_recorded(message: &proto::TouchRecorded) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::TouchRecorded(Touch {
        partner: field::id(PartnerId::new, &message.partner, at.name("partner"))?,
        kind: field::word(word::TOUCH_KIND, &message.kind, at.name("kind"))?,
        deal: field::optional_id(DealId::new, &message.deal, at.name("deal"))?,
        lead: field::optional_id(LeadId::new, &message.lead, at.name("lead"))?,
        note: message.note.clone(),
    }))
}

impl From<&Touch> for proto::TouchRecorded {
    fn from(said: &Touch) -> Self {
        Self {
            partner: said.partner.to_string(),
            kind: word::TOUCH_KIND.print(said.kind),
            deal: said.deal.as_ref().map(DealId::to_string),
            lead: said.lead.as_ref().map(LeadId::to_string),
            note: said.note.clone(),
        }
    }
}
