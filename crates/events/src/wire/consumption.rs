//! Consumption events ⇄ `consumption.proto`.

use tributary_domain::event::{Body, UsageCorrected, UsageRecorded};
use tributary_domain::id::{DealId, EventId, Identity, Product, Source, Vendor};
use tributary_domain::money::Amount;

use super::field::{self, At};
use crate::{Refusal, proto};

pub(super) fn usage_recorded(message: &proto::UsageRecorded) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::UsageRecorded(UsageRecorded {
        product: field::id(Product::new, &message.product, at.name("product"))?,
        vendor: field::optional_id(Vendor::new, &message.vendor, at.name("vendor"))?,
        deal: field::optional_id(DealId::new, &message.deal, at.name("deal"))?,
        quantity: field::optional(&message.quantity, at.name("quantity"), field::amount)?,
        unit: message.unit.clone(),
        money: field::money(&message.amount, &message.currency, at)?,
    }))
}

impl From<&UsageRecorded> for proto::UsageRecorded {
    fn from(said: &UsageRecorded) -> Self {
        Self {
            product: said.product.to_string(),
            vendor: said.vendor.as_ref().map(Vendor::to_string),
            deal: said.deal.as_ref().map(DealId::to_string),
            quantity: said.quantity.as_ref().map(Amount::to_string),
            unit: said.unit.clone(),
            amount: said.money.amount.to_string(),
            currency: said.money.currency.to_string(),
        }
    }
}

pub(super) fn usage_corrected(message: &proto::UsageCorrected) -> Result<Body, Refusal> {
    let at = At::DATA;
    let corrects = field::present(message.corrects.as_ref(), at.name("corrects"))?;
    Ok(Body::UsageCorrected(UsageCorrected {
        corrects: identity(corrects, at.name("corrects"))?,
        amount: field::amount(&message.amount, at.name("amount"))?,
        quantity: field::optional(&message.quantity, at.name("quantity"), field::amount)?,
    }))
}

fn identity(message: &proto::EventReference, at: At<'_>) -> Result<Identity, Refusal> {
    let (source, id) = (at.name("source"), at.name("id"));
    Ok(Identity {
        source: Source::new(field::attribute(field::text(&message.source, source)?, source)?),
        id: EventId::new(field::attribute(field::text(&message.id, id)?, id)?),
    })
}

impl From<&UsageCorrected> for proto::UsageCorrected {
    fn from(said: &UsageCorrected) -> Self {
        let Identity { source, id } = &said.corrects;
        Self {
            corrects: Some(proto::EventReference { source: source.to_string(), id: id.to_string() }),
            amount: said.amount.to_string(),
            quantity: said.quantity.as_ref().map(Amount::to_string),
        }
    }
}
