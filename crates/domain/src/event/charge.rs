//! What a marketplace billed, and the parts of money that it bills and pays out (R1).

use crate::currency::Currency;
use crate::id::{AgreementId, ChargeId, DealId, Marketplace, Product};
use crate::money::{Amount, Overflow};
use crate::time::Day;

/// `tributary.charge.billed.v1` (R1). It gives no credit: what is billed is to be compared with what is paid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeBilled {
    /// Which charge; a later billing of the same one restates it.
    pub charge: ChargeId,
    /// Which marketplace billed.
    pub marketplace: Marketplace,
    /// For which deal.
    pub deal: Option<DealId>,
    /// Under which agreement.
    pub agreement: Option<AgreementId>,
    /// For which product.
    pub product: Option<Product>,
    /// What was billed; the net is what the marketplace owes because of it.
    pub parts: Parts,
    /// The currency of all parts.
    pub currency: Currency,
    /// When it was billed.
    pub billed_on: Day,
    /// When the customer has to pay.
    pub due_on: Option<Day>,
    /// The charge that it takes back, whole or in part.
    pub takes_back: Option<ChargeId>,
}

/// The parts of what a marketplace bills or pays out: `net = gross - fee - tax - refund`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// What the customer pays.
    pub gross: Amount,
    /// What the marketplace keeps.
    pub fee: Amount,
    /// What goes to tax.
    pub tax: Amount,
    /// What is paid back.
    pub refund: Amount,
    /// What arrives.
    pub net: Amount,
}

impl Parts {
    /// Nothing.
    pub const ZERO: Self =
        Self { gross: Amount::ZERO, fee: Amount::ZERO, tax: Amount::ZERO, refund: Amount::ZERO, net: Amount::ZERO };

    /// Whether every part is nothing.
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// What `net` has to be for the parts to tie.
    pub fn net_of_parts(&self) -> Result<Amount, Overflow> {
        self.gross.minus(self.fee)?.minus(self.tax)?.minus(self.refund)
    }

    /// The sums of the parts, or an overflow.
    pub fn plus(&self, other: &Self) -> Result<Self, Overflow> {
        self.each(other, Amount::plus)
    }

    /// The differences of the parts, or an overflow.
    pub fn minus(&self, other: &Self) -> Result<Self, Overflow> {
        self.each(other, Amount::minus)
    }

    /// Adds in place, or says that it overflows.
    pub fn add(&mut self, other: &Self) -> Result<(), Overflow> {
        *self = self.plus(other)?;
        Ok(())
    }

    fn each(&self, other: &Self, of: impl Fn(Amount, Amount) -> Result<Amount, Overflow>) -> Result<Self, Overflow> {
        Ok(Self {
            gross: of(self.gross, other.gross)?,
            fee: of(self.fee, other.fee)?,
            tax: of(self.tax, other.tax)?,
            refund: of(self.refund, other.refund)?,
            net: of(self.net, other.net)?,
        })
    }
}
