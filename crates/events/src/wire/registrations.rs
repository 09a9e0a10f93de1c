//! Registration events ⇄ `registrations.proto`.

use tributary_domain::event::{
    Body, Economics, RegistrationAdjudicated, RegistrationApproved, RegistrationExtended, RegistrationRefused,
    RegistrationSubmitted,
};
use tributary_domain::id::{PartnerId, Product, RegistrationId};

use super::field::{self, At};
use super::texts;
use crate::{Refusal, proto};

pub(super) fn submitted(message: &proto::RegistrationSubmitted) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::RegistrationSubmitted(RegistrationSubmitted {
        registration: registration(&message.registration)?,
        partner: field::id(PartnerId::new, &message.partner, at.name("partner"))?,
        products: field::ids(Product::new, &message.products, at.name("products"))?,
        evidence: message.evidence.clone(),
    }))
}

impl From<&RegistrationSubmitted> for proto::RegistrationSubmitted {
    fn from(said: &RegistrationSubmitted) -> Self {
        Self {
            registration: said.registration.to_string(),
            partner: said.partner.to_string(),
            products: texts(&said.products),
            evidence: said.evidence.clone(),
        }
    }
}

pub(super) fn approved(message: &proto::RegistrationApproved) -> Result<Body, Refusal> {
    Ok(Body::RegistrationApproved(RegistrationApproved {
        registration: registration(&message.registration)?,
        exclusive_until: field::date(&message.exclusive_until, At::DATA.name("exclusiveUntil"))?,
        economics: message.economics.as_ref().map(|given| Economics {
            margin_protection: given.margin_protection.clone(),
            mdf_eligible: given.mdf_eligible,
            joint_planning: given.joint_planning,
        }),
    }))
}

impl From<&RegistrationApproved> for proto::RegistrationApproved {
    fn from(said: &RegistrationApproved) -> Self {
        Self {
            registration: said.registration.to_string(),
            exclusive_until: said.exclusive_until.to_string(),
            economics: said.economics.as_ref().map(|given| proto::Economics {
                margin_protection: given.margin_protection.clone(),
                mdf_eligible: given.mdf_eligible,
                joint_planning: given.joint_planning,
            }),
        }
    }
}

pub(super) fn extended(message: &proto::RegistrationExtended) -> Result<Body, Refusal> {
    Ok(Body::RegistrationExtended(RegistrationExtended {
        registration: registration(&message.registration)?,
        exclusive_until: field::date(&message.exclusive_until, At::DATA.name("exclusiveUntil"))?,
    }))
}

impl From<&RegistrationExtended> for proto::RegistrationExtended {
    fn from(said: &RegistrationExtended) -> Self {
        Self { registration: said.registration.to_string(), exclusive_until: said.exclusive_until.to_string() }
    }
}

pub(super) fn rejected(message: &proto::RegistrationRejected) -> Result<Body, Refusal> {
    refused(&message.registration, &message.reason).map(Body::RegistrationRejected)
}

pub(super) fn withdrawn(message: &proto::RegistrationWithdrawn) -> Result<Body, Refusal> {
    refused(&message.registration, &message.reason).map(Body::RegistrationWithdrawn)
}

fn refused(id: &str, reason: &Option<String>) -> Result<RegistrationRefused, Refusal> {
    Ok(RegistrationRefused { registration: registration(id)?, reason: reason.clone() })
}

impl From<&RegistrationRefused> for proto::RegistrationRejected {
    fn from(said: &RegistrationRefused) -> Self {
        Self { registration: said.registration.to_string(), reason: said.reason.clone() }
    }
}

impl From<&RegistrationRefused> for proto::RegistrationWithdrawn {
    fn from(said: &RegistrationRefused) -> Self {
        Self { registration: said.registration.to_string(), reason: said.reason.clone() }
    }
}

pub(super) fn adjudicated(message: &proto::RegistrationAdjudicated) -> Result<Body, Refusal> {
    let at = At::DATA;
    let registrations = field::some(&message.registrations, at.name("registrations"))?;
    Ok(Body::RegistrationAdjudicated(RegistrationAdjudicated {
        registrations: field::ids(RegistrationId::new, registrations, at.name("registrations"))?,
        winner: field::id(RegistrationId::new, &message.winner, at.name("winner"))?,
        by: field::text(&message.by, at.name("by"))?.to_owned(),
        reason: field::text(&message.reason, at.name("reason"))?.to_owned(),
    }))
}

impl From<&RegistrationAdjudicated> for proto::RegistrationAdjudicated {
    fn from(said: &RegistrationAdjudicated) -> Self {
        Self {
            registrations: texts(&said.registrations),
            winner: said.winner.to_string(),
            by: said.by.clone(),
            reason: said.reason.clone(),
        }
    }
}

fn registration(id: &str) -> Result<RegistrationId, Refusal> {
    field::id(RegistrationId::new, id, At::DATA.name("registration"))
}
