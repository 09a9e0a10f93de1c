//! Disbursement and period events ⇄ `disbursements.proto`.

use tributary_domain::event::{
    Body, DisbursementReported, HoldPlaced, HoldReleased, PayoutIssued, PayoutReturned, PeriodAttested, PeriodClosed,
};
use tributary_domain::id::{AgreementId, ChargeId, DealId, DisbursementId, HoldId, Marketplace, PayoutId, Product};
use tributary_domain::money::Money;

use super::charges::tied;
use super::field::{self, At};
use crate::{Refusal, proto};

pub(super) fn disbursement_reported(message: &proto::DisbursementReported) -> Result<Body, Refusal> {
    let at = At::DATA;
    let reported = DisbursementReported {
        disbursement: field::id(DisbursementId::new, &message.disbursement, at.name("disbursement"))?,
        marketplace: field::id(Marketplace::new, &message.marketplace, at.name("marketplace"))?,
        deal: field::optional_id(DealId::new, &message.deal, at.name("deal"))?,
        agreement: field::optional_id(AgreementId::new, &message.agreement, at.name("agreement"))?,
        product: field::optional_id(Product::new, &message.product, at.name("product"))?,
        gross: field::amount(&message.gross, at.name("gross"))?,
        fee: field::amount(&message.fee, at.name("fee"))?,
        tax: field::amount(&message.tax, at.name("tax"))?,
        refund: field::amount(&message.refund, at.name("refund"))?,
        net: field::amount(&message.net, at.name("net"))?,
        currency: field::currency(&message.currency, at.name("currency"))?,
        disbursed_on: field::date(&message.disbursed_on, at.name("disbursedOn"))?,
        charge: field::optional_id(ChargeId::new, &message.charge, at.name("charge"))?,
    };
    tied(&reported.parts(), at)?;
    Ok(Body::DisbursementReported(reported))
}

impl From<&DisbursementReported> for proto::DisbursementReported {
    fn from(said: &DisbursementReported) -> Self {
        Self {
            disbursement: said.disbursement.to_string(),
            marketplace: said.marketplace.to_string(),
            deal: said.deal.as_ref().map(DealId::to_string),
            agreement: said.agreement.as_ref().map(AgreementId::to_string),
            product: said.product.as_ref().map(Product::to_string),
            gross: said.gross.to_string(),
            fee: said.fee.to_string(),
            tax: said.tax.to_string(),
            refund: said.refund.to_string(),
            net: said.net.to_string(),
            currency: said.currency.to_string(),
            disbursed_on: said.disbursed_on.to_string(),
            charge: said.charge.as_ref().map(ChargeId::to_string),
        }
    }
}

pub(super) fn payout_issued(message: &proto::PayoutIssued) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::PayoutIssued(PayoutIssued {
        payout: field::id(PayoutId::new, &message.payout, at.name("payout"))?,
        money: Money {
            amount: field::amount_not_negative(&message.amount, at.name("amount"))?,
            currency: field::currency(&message.currency, at.name("currency"))?,
        },
    }))
}

impl From<&PayoutIssued> for proto::PayoutIssued {
    fn from(said: &PayoutIssued) -> Self {
        Self {
            payout: said.payout.to_string(),
            amount: said.money.amount.to_string(),
            currency: said.money.currency.to_string(),
        }
    }
}

pub(super) fn payout_returned(message: &proto::PayoutReturned) -> Result<Body, Refusal> {
    let payout = field::id(PayoutId::new, &message.payout, At::DATA.name("payout"))?;
    Ok(Body::PayoutReturned(PayoutReturned { payout }))
}

impl From<&PayoutReturned> for proto::PayoutReturned {
    fn from(said: &PayoutReturned) -> Self {
        Self { payout: said.payout.to_string() }
    }
}

pub(super) fn hold_placed(message: &proto::HoldPlaced) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::HoldPlaced(HoldPlaced {
        hold: field::id(HoldId::new, &message.hold, at.name("hold"))?,
        deal: field::optional_id(DealId::new, &message.deal, at.name("deal"))?,
        reason: field::text(&message.reason, at.name("reason"))?.to_owned(),
    }))
}

impl From<&HoldPlaced> for proto::HoldPlaced {
    fn from(said: &HoldPlaced) -> Self {
        Self {
            hold: said.hold.to_string(),
            deal: said.deal.as_ref().map(DealId::to_string),
            reason: said.reason.clone(),
        }
    }
}

pub(super) fn hold_released(message: &proto::HoldReleased) -> Result<Body, Refusal> {
    let hold = field::id(HoldId::new, &message.hold, At::DATA.name("hold"))?;
    Ok(Body::HoldReleased(HoldReleased { hold }))
}

impl From<&HoldReleased> for proto::HoldReleased {
    fn from(said: &HoldReleased) -> Self {
        Self { hold: said.hold.to_string() }
    }
}

pub(super) fn period_closed(message: &proto::PeriodClosed) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::PeriodClosed(PeriodClosed {
        period: field::period(&message.period, at.name("period"))?,
        cutoff: field::instant(&message.cutoff, at.name("cutoff"))?,
    }))
}

impl From<&PeriodClosed> for proto::PeriodClosed {
    fn from(said: &PeriodClosed) -> Self {
        Self { period: said.period.to_string(), cutoff: said.cutoff.to_string() }
    }
}

pub(super) fn period_attested(message: &proto::PeriodAttested) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::PeriodAttested(PeriodAttested {
        period: field::period(&message.period, at.name("period"))?,
        digest: field::text(&message.digest, at.name("digest"))?.to_owned(),
    }))
}

impl From<&PeriodAttested> for proto::PeriodAttested {
    fn from(said: &PeriodAttested) -> Self {
        Self { period: said.period.to_string(), digest: said.digest.clone() }
    }
}
