//! Deal events ⇄ `deals.proto`.

use tributary_domain::event::{
    Body, DealChanged, DealEnded, DealOpened, DealStaged, Line, LineKind, OfferAccepted, RoleChange, TermGiven,
};
use tributary_domain::id::{
    AgreementId, DealId, LeadId, LineId, Marketplace, OfferId, PartnerId, Product, RegistrationId, Role, Stage, Vendor,
};
use tributary_domain::money::Money;

use super::field::{self, At};
use super::word::{self, LineWord};
use crate::{Refusal, proto};

pub(super) fn deal_opened(message: &proto::DealOpened) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::DealOpened(DealOpened {
        deal: deal(&message.deal)?,
        lead: field::optional_id(LeadId::new, &message.lead, at.name("lead"))?,
        registration: field::optional_id(RegistrationId::new, &message.registration, at.name("registration"))?,
        lines: lines(&message.lines, at.name("lines"))?,
    }))
}

impl From<&DealOpened> for proto::DealOpened {
    fn from(said: &DealOpened) -> Self {
        Self {
            deal: said.deal.to_string(),
            lead: said.lead.as_ref().map(LeadId::to_string),
            registration: said.registration.as_ref().map(RegistrationId::to_string),
            lines: said.lines.iter().map(Into::into).collect(),
        }
    }
}

pub(super) fn deal_staged(message: &proto::DealStaged) -> Result<Body, Refusal> {
    let stage = field::id(Stage::new, &message.stage, At::DATA.name("stage"))?;
    Ok(Body::DealStaged(DealStaged { deal: deal(&message.deal)?, stage }))
}

impl From<&DealStaged> for proto::DealStaged {
    fn from(said: &DealStaged) -> Self {
        Self { deal: said.deal.to_string(), stage: said.stage.to_string() }
    }
}

pub(super) fn deal_role_assigned(message: &proto::DealRoleAssigned) -> Result<Body, Refusal> {
    role_change(&message.deal, &message.partner, &message.role).map(Body::DealRoleAssigned)
}

pub(super) fn deal_role_removed(message: &proto::DealRoleRemoved) -> Result<Body, Refusal> {
    role_change(&message.deal, &message.partner, &message.role).map(Body::DealRoleRemoved)
}

fn role_change(deal_id: &str, partner: &str, role: &str) -> Result<RoleChange, Refusal> {
    Ok(RoleChange {
        deal: deal(deal_id)?,
        partner: field::id(PartnerId::new, partner, At::DATA.name("partner"))?,
        role: field::id(Role::new, role, At::DATA.name("role"))?,
    })
}

impl From<&RoleChange> for proto::DealRoleAssigned {
    fn from(said: &RoleChange) -> Self {
        Self { deal: said.deal.to_string(), partner: said.partner.to_string(), role: said.role.to_string() }
    }
}

impl From<&RoleChange> for proto::DealRoleRemoved {
    fn from(said: &RoleChange) -> Self {
        Self { deal: said.deal.to_string(), partner: said.partner.to_string(), role: said.role.to_string() }
    }
}

pub(super) fn deal_won(message: &proto::DealWon) -> Result<Body, Refusal> {
    term(&message.deal, &message.term_start, &message.term_end, &message.lines).map(Body::DealWon)
}

pub(super) fn deal_renewed(message: &proto::DealRenewed) -> Result<Body, Refusal> {
    term(&message.deal, &message.term_start, &message.term_end, &message.lines).map(Body::DealRenewed)
}

fn term(deal_id: &str, start: &str, end: &Option<String>, given: &[proto::Line]) -> Result<TermGiven, Refusal> {
    let at = At::DATA;
    let deal = deal(deal_id)?;
    let term_start = field::date(start, at.name("termStart"))?;
    let term_end = field::optional(end, at.name("termEnd"), field::date)?;
    if let Some(end) = term_end.filter(|end| *end < term_start) {
        let (start, end) = (term_start.to_string(), end.to_string());
        return Err(Refusal::TermEndsBeforeStart { field: at.name("termEnd").path(), start, end });
    }
    Ok(TermGiven { deal, term_start, term_end, lines: lines(given, at.name("lines"))? })
}

impl From<&TermGiven> for proto::DealWon {
    fn from(said: &TermGiven) -> Self {
        Self {
            deal: said.deal.to_string(),
            term_start: said.term_start.to_string(),
            term_end: said.term_end.map(|day| day.to_string()),
            lines: said.lines.iter().map(Into::into).collect(),
        }
    }
}

impl From<&TermGiven> for proto::DealRenewed {
    fn from(said: &TermGiven) -> Self {
        let proto::DealWon { deal, term_start, term_end, lines } = said.into();
        Self { deal, term_start, term_end, lines }
    }
}

pub(super) fn deal_changed(message: &proto::DealChanged) -> Result<Body, Refusal> {
    let at = At::DATA;
    let given = field::some(&message.lines, at.name("lines"))?;
    Ok(Body::DealChanged(DealChanged { deal: deal(&message.deal)?, lines: lines(given, at.name("lines"))? }))
}

impl From<&DealChanged> for proto::DealChanged {
    fn from(said: &DealChanged) -> Self {
        Self { deal: said.deal.to_string(), lines: said.lines.iter().map(Into::into).collect() }
    }
}

pub(super) fn deal_churned(message: &proto::DealChurned) -> Result<Body, Refusal> {
    ended(&message.deal, &message.reason).map(Body::DealChurned)
}

pub(super) fn deal_lost(message: &proto::DealLost) -> Result<Body, Refusal> {
    ended(&message.deal, &message.reason).map(Body::DealLost)
}

fn ended(deal_id: &str, reason: &Option<String>) -> Result<DealEnded, Refusal> {
    Ok(DealEnded { deal: deal(deal_id)?, reason: reason.clone() })
}

impl From<&DealEnded> for proto::DealChurned {
    fn from(said: &DealEnded) -> Self {
        Self { deal: said.deal.to_string(), reason: said.reason.clone() }
    }
}

impl From<&DealEnded> for proto::DealLost {
    fn from(said: &DealEnded) -> Self {
        Self { deal: said.deal.to_string(), reason: said.reason.clone() }
    }
}

pub(super) fn offer_accepted(message: &proto::OfferAccepted) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::OfferAccepted(OfferAccepted {
        offer: field::id(OfferId::new, &message.offer, at.name("offer"))?,
        deal: deal(&message.deal)?,
        marketplace: field::id(Marketplace::new, &message.marketplace, at.name("marketplace"))?,
        agreement: field::id(AgreementId::new, &message.agreement, at.name("agreement"))?,
    }))
}

impl From<&OfferAccepted> for proto::OfferAccepted {
    fn from(said: &OfferAccepted) -> Self {
        Self {
            offer: said.offer.to_string(),
            deal: said.deal.to_string(),
            marketplace: said.marketplace.to_string(),
            agreement: said.agreement.to_string(),
        }
    }
}

fn deal(id: &str) -> Result<DealId, Refusal> {
    field::id(DealId::new, id, At::DATA.name("deal"))
}

fn lines(given: &[proto::Line], at: At<'_>) -> Result<Vec<Line>, Refusal> {
    given.iter().enumerate().map(|(index, given)| line(given, at.index(index))).collect()
}

fn line(message: &proto::Line, at: At<'_>) -> Result<Line, Refusal> {
    Ok(Line {
        line: field::id(LineId::new, &message.line, at.name("line"))?,
        product: field::id(Product::new, &message.product, at.name("product"))?,
        vendor: field::optional_id(Vendor::new, &message.vendor, at.name("vendor"))?,
        kind: match field::word(word::LINE_KIND, &message.kind, at.name("kind"))? {
            LineWord::Consumption => consumption(message, at)?,
            LineWord::Recurring => LineKind::Recurring(agreed(message, "recurring", at)?),
            LineWord::License => LineKind::License(agreed(message, "license", at)?),
        },
    })
}

fn consumption(message: &proto::Line, at: At<'_>) -> Result<LineKind, Refusal> {
    let refuse = |name| Err(Refusal::ConsumptionLineWithAmount { field: at.name(name).path() });
    if message.amount.is_some() {
        return refuse("amount");
    }
    if message.currency.is_some() {
        return refuse("currency");
    }
    Ok(LineKind::Consumption)
}

fn agreed(message: &proto::Line, kind: &'static str, at: At<'_>) -> Result<Money, Refusal> {
    let refuse = |name| Refusal::LineWithoutAmount { field: at.name(name).path(), kind };
    let amount = message.amount.as_deref().ok_or_else(|| refuse("amount"))?;
    let currency = message.currency.as_deref().ok_or_else(|| refuse("currency"))?;
    field::money(amount, currency, at)
}

impl From<&Line> for proto::Line {
    fn from(said: &Line) -> Self {
        let money = said.kind.money();
        Self {
            line: said.line.to_string(),
            product: said.product.to_string(),
            vendor: said.vendor.as_ref().map(Vendor::to_string),
            kind: said.kind.as_str().to_owned(),
            amount: money.map(|money| money.amount.to_string()),
            currency: money.map(|money| money.currency.to_string()),
        }
    }
}
