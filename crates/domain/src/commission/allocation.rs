//! Allocation of a measure's amount to its deals, and what an early churn takes back (M6, M7).

use ethnum::I256;

use super::MeasureCommission;
use crate::money::{CreditAmount, Overflow, Ratio, Rounding};
use crate::policy::Clawback;

/// Allocates `total` by bases (M6): `floor(total · base / sum)` toward −∞, what is left one unit each by descending
/// remainder, ties to the smallest key. Nothing is allocated when the bases add up to zero. The bases come by rising key.
pub fn allocate<K: Ord + Clone>(total: i128, bases: &[(K, CreditAmount)]) -> Result<Vec<i128>, Overflow> {
    let sum = CreditAmount::sum(bases.iter().map(|(_, base)| *base))?;
    if sum.is_zero() {
        return Ok(vec![0; bases.len()]);
    }
    let sign = I256::from(sum.units().signum());
    let divisor = I256::from(sum.units()) * sign;
    let mut parts = Vec::with_capacity(bases.len());
    let mut remainders = Vec::with_capacity(bases.len());
    for (at, (key, base)) in bases.iter().enumerate() {
        let product = I256::from(total) * I256::from(base.units()) * sign;
        parts.push(i128::try_from(product.div_euclid(divisor)).map_err(|_| Overflow)?);
        remainders.push((product.rem_euclid(divisor), key, at));
    }
    let left = total - parts.iter().sum::<i128>();
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    for (_, _, at) in remainders.iter().take(usize::try_from(left).map_err(|_| Overflow)?) {
        parts[*at] += 1;
    }
    Ok(parts)
}

/// Gives each deal of a measure its part (M6) and takes back what an early churn costs it (M7).
pub(super) fn to_deals(
    measure: &mut MeasureCommission,
    clawback: Option<Clawback>,
    rounding: Rounding,
) -> Result<(), Overflow> {
    let bases: Vec<_> = measure.deals.iter().map(|deal| (deal.deal.clone(), deal.base)).collect();
    for (deal, part) in measure.deals.iter_mut().zip(allocate(measure.capped_minor, &bases)?) {
        deal.allocated_minor = part;
        let early = clawback.filter(|claw| deal.churned_after_days.is_some_and(|days| days < claw.within_days));
        if let Some(clawback) = early {
            let taken = part.checked_mul(clawback.share.units()).ok_or(Overflow)?;
            deal.clawed_back_minor = rounding.divide(taken, Ratio::ONE.units())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bases(units: &[i128]) -> Vec<(usize, CreditAmount)> {
        units.iter().map(|units| CreditAmount::from_units(*units)).enumerate().collect()
    }

    #[test]
    fn m6_what_is_left_goes_by_remainder_then_to_the_smallest_deal() {
        assert_eq!(allocate(10, &bases(&[1, 1, 1])), Ok(vec![4, 3, 3]));
        assert_eq!(allocate(-10, &bases(&[1, 1, 1])), Ok(vec![-3, -3, -4]));
        assert_eq!(allocate(100, &bases(&[300, -100])), Ok(vec![150, -50]));
        assert_eq!(allocate(100, &bases(&[100, -100])), Ok(vec![0, 0]));
    }

    proptest! {
        #[test]
        fn m6_the_parts_add_up_to_the_total(total in -1_000_000_i128..1_000_000, units in prop::collection::vec(-10_i128.pow(24)..10_i128.pow(24), 1..9)) {
            let expected = if units.iter().sum::<i128>() == 0 { 0 } else { total };
            let parts = allocate(total, &bases(&units)).expect("in range");
            prop_assert_eq!(parts.iter().sum::<i128>(), expected);
        }
    }
}
