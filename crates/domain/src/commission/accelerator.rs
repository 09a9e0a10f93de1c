//! The accelerator: growth multiplies (M4).

use ethnum::I256;

use crate::money::{Amount, Overflow, Ratio};
use crate::policy::{Accelerator, GrowthBand};

/// What growth does to a commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acceleration {
    /// The base of the compared period.
    pub compared: Amount,
    /// The growth that was reached.
    pub growth: Ratio,
    /// What the commission is multiplied by.
    pub multiplier: Ratio,
}

/// The highest band whose growth a base has reached over a positive compared base; a negative base is never accelerated (M3, M4).
pub(super) fn acceleration(
    accelerator: Option<&Accelerator>,
    base: Amount,
    compared: Amount,
) -> Result<Option<Acceleration>, Overflow> {
    let Some(accelerator) = accelerator else { return Ok(None) };
    if compared <= Amount::ZERO || base < Amount::ZERO {
        return Ok(None);
    }
    let grown = I256::from(base.minus(compared)?.units()) * I256::from(Ratio::ONE.units());
    let reached = |band: &&GrowthBand| grown >= I256::from(band.growth.units()) * I256::from(compared.units());
    let highest = accelerator.bands.iter().filter(reached).max_by_key(|band| band.growth);
    Ok(highest.map(|band| Acceleration { compared, growth: band.growth, multiplier: band.multiplier }))
}
