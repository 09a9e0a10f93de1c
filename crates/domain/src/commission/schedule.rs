//! The schedule: what a base earns, band by band (M3).

use crate::money::{Amount, CreditAmount, Overflow};
use crate::policy::{Band, Mode, Schedule};

/// A part of the base and the rate that it is paid at. For a negative base the part is that of its absolute value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandSlice {
    /// The band that gives the rate.
    pub band: Band,
    /// The part of the base.
    pub part: Amount,
}

/// What a base earns, and from which slices (M3). A negative base pays the negative of what its absolute value would.
pub fn scheduled(schedule: &Schedule, base: Amount) -> Result<(Amount, Vec<BandSlice>), Overflow> {
    let size = Amount::from_units(base.units().abs());
    let slices = slices(schedule, size);
    let parts = slices.iter().map(|slice| slice.part.share(slice.band.rate));
    let earned = parts.collect::<Result<Vec<CreditAmount>, Overflow>>().and_then(CreditAmount::sum)?.rounded()?;
    Ok((if base < Amount::ZERO { earned.negated() } else { earned }, slices))
}

fn slices(schedule: &Schedule, size: Amount) -> Vec<BandSlice> {
    let bands = &schedule.bands;
    let whole = |band: Option<&Band>| band.map(|band| BandSlice { band: *band, part: size }).into_iter().collect();
    match schedule.mode {
        Mode::Flat => whole(bands.first()),
        Mode::Volume => whole(bands.iter().rev().find(|band| band.from <= size)),
        Mode::Graduated => {
            let upper = |at: usize| bands.get(at + 1).map_or(size, |next| next.from.min(size));
            let slice = |(at, band): (usize, &Band)| BandSlice {
                band: *band,
                part: Amount::from_units(upper(at).units() - band.from.units()),
            };
            bands.iter().enumerate().filter(|(_, band)| band.from < size).map(slice).collect()
        }
    }
}
