//! Dividing a whole number among weights so that the parts add up to it (A2).

use num_integer::Integer;
use num_traits::ToPrimitive;

/// Divides `whole` among weighted keys (A2): each gets `floor(whole · weight / sum)`, and the units left over go one each
/// by descending remainder, ties to the smallest key. Nothing is given when the weights add up to zero.
///
/// Weights are any non-negative integers; `whole · weight` must fit their type.
pub fn divide<K: Ord, W: Integer + Clone + From<u64> + ToPrimitive>(whole: u64, weights: Vec<(K, W)>) -> Vec<(K, u64)> {
    let sum = weights.iter().fold(W::zero(), |sum, (_, weight)| sum + weight.clone());
    if sum.is_zero() {
        return weights.into_iter().map(|(key, _)| (key, 0)).collect();
    }
    let mut parts: Vec<(K, u64, W)> = weights
        .into_iter()
        .map(|(key, weight)| {
            let (floor, remainder) = (W::from(whole) * weight).div_mod_floor(&sum);
            // A part never exceeds the whole, which is a u64.
            (key, floor.to_u64().unwrap_or(whole), remainder)
        })
        .collect();
    let left = whole - parts.iter().map(|(_, part, _)| part).sum::<u64>();
    parts.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    for (_, part, _) in parts.iter_mut().take(left as usize) {
        *part += 1;
    }
    parts.sort_by(|a, b| a.0.cmp(&b.0));
    parts.into_iter().map(|(key, part, _)| (key, part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    #[test]
    fn a2_what_is_left_over_goes_by_descending_remainder_then_to_the_smallest_key() {
        assert_eq!(divide(10, vec![("b", 1_u128), ("a", 1), ("c", 1)]), [("a", 4), ("b", 3), ("c", 3)]);
        assert_eq!(divide(10, vec![("a", 1_u128), ("b", 2)]), [("a", 3), ("b", 7)]);
        assert_eq!(divide(7, vec![("a", 0_u128), ("b", 0)]), [("a", 0), ("b", 0)]);
        assert_eq!(divide::<&str, u128>(7, vec![]), []);
    }

    proptest! {
        #[test]
        fn a2_the_parts_add_up_to_the_whole(whole in 0_u64..2_000_000_000, weights in prop::collection::vec(0_u64..1_000_000_000, 1..12)) {
            let keyed: Vec<(usize, u128)> = weights.iter().map(|w| u128::from(*w)).enumerate().collect();
            let parts = divide(whole, keyed.clone());
            let expected = if weights.iter().all(|w| *w == 0) { 0 } else { whole };
            prop_assert_eq!(parts.iter().map(|(_, part)| part).sum::<u64>(), expected);
            let large = keyed.into_iter().map(|(key, weight)| (key, BigUint::from(weight))).collect();
            prop_assert_eq!(divide(whole, large), parts);
        }
    }
}
