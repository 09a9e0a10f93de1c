//! What a marketplace billed ⇄ `disbursements.proto`, and the tie of the parts of money that marketplaces speak of.

use tributary_domain::event::{Body, ChargeBilled, Parts};
use tributary_domain::id::{AgreementId, ChargeId, DealId, Marketplace, Product};
use tributary_domain::time::Day;

use super::field::{self, At};
use crate::{Refusal, proto};

pub(super) fn charge_billed(message: &proto::ChargeBilled) -> Result<Body, Refusal> {
    let at = At::DATA;
    let billed = ChargeBilled {
        charge: field::id(ChargeId::new, &message.charge, at.name("charge"))?,
        marketplace: field::id(Marketplace::new, &message.marketplace, at.name("marketplace"))?,
        deal: field::optional_id(DealId::new, &message.deal, at.name("deal"))?,
        agreement: field::optional_id(AgreementId::new, &message.agreement, at.name("agreement"))?,
        product: field::optional_id(Product::new, &message.product, at.name("product"))?,
        parts: Parts {
            gross: field::amount(&message.gross, at.name("gross"))?,
            fee: field::amount(&message.fee, at.name("fee"))?,
            tax: field::amount(&message.tax, at.name("tax"))?,
            refund: field::amount(&message.refund, at.name("refund"))?,
            net: field::amount(&message.net, at.name("net"))?,
        },
        currency: field::currency(&message.currency, at.name("currency"))?,
        billed_on: field::date(&message.billed_on, at.name("billedOn"))?,
        due_on: message.due_on.as_ref().map(|date| field::date(date, at.name("dueOn"))).transpose()?,
        takes_back: field::optional_id(ChargeId::new, &message.takes_back, at.name("takesBack"))?,
    };
    tied(&billed.parts, at)?;
    Ok(Body::ChargeBilled(billed))
}

/// Refuses parts that do not tie: `net = gross - fee - tax - refund`.
pub(super) fn tied(parts: &Parts, at: At<'_>) -> Result<(), Refusal> {
    // Each has at most 27 digits, so that no sum of five leaves 128 bits.
    let expected = parts.net_of_parts().unwrap_or_default();
    if parts.net == expected {
        return Ok(());
    }
    let (net, expected) = (parts.net.to_string(), expected.to_string());
    Err(Refusal::NetMismatch { field: at.name("net").path(), net, expected })
}

impl From<&ChargeBilled> for proto::ChargeBilled {
    fn from(said: &ChargeBilled) -> Self {
        let Parts { gross, fee, tax, refund, net } = said.parts;
        Self {
            charge: said.charge.to_string(),
            marketplace: said.marketplace.to_string(),
            deal: said.deal.as_ref().map(DealId::to_string),
            agreement: said.agreement.as_ref().map(AgreementId::to_string),
            product: said.product.as_ref().map(Product::to_string),
            gross: gross.to_string(),
            fee: fee.to_string(),
            tax: tax.to_string(),
            refund: refund.to_string(),
            net: net.to_string(),
            currency: said.currency.to_string(),
            billed_on: said.billed_on.to_string(),
            due_on: said.due_on.as_ref().map(Day::to_string),
            takes_back: said.takes_back.as_ref().map(ChargeId::to_string),
        }
    }
}
