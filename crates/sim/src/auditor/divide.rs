//! A2: a whole divided into whole parts, without a unit lost.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use super::number::Number;

/// Each key gets the floor of its part; the units left over go one each by descending remainder, ties to the smallest
/// key. Where nothing weighs anything, nobody gets anything.
pub(super) fn divide<K: Ord + Clone>(whole: &BigInt, weights: &BTreeMap<K, Number>) -> BTreeMap<K, BigInt> {
    let total: Number = weights.values().cloned().sum();
    if total.is_zero() {
        return BTreeMap::new();
    }
    let mut parts = BTreeMap::new();
    let mut remainders = Vec::new();
    for (key, weight) in weights {
        let exact = Number::whole(whole.clone()) * weight.clone() / total.clone();
        let floor = exact.floor();
        remainders.push((exact - Number::whole(floor.clone()), key.clone()));
        parts.insert(key.clone(), floor);
    }
    remainders.sort_by(|(a, key), (b, other)| b.cmp(a).then(key.cmp(other)));
    let given: BigInt = parts.values().sum();
    let mut left = whole - given;
    for (_, key) in remainders {
        if left <= BigInt::from(0) {
            break;
        }
        *parts.entry(key).or_default() += 1;
        left -= 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_what_is_left_goes_to_the_largest_remainders_then_to_the_smallest_keys() {
        let weights = |text: &str| text.split(' ').enumerate().map(|(key, part)| (key, Number::read(part))).collect();
        let parts = |whole: i64, text: &str| -> Vec<String> {
            divide(&BigInt::from(whole), &weights(text)).values().map(BigInt::to_string).collect()
        };
        assert_eq!(parts(100, "1 1 1"), ["34", "33", "33"]);
        assert_eq!(parts(10, "0.5 0.26 0.24"), ["5", "3", "2"]);
        assert_eq!(parts(-100, "1 1 1"), ["-33", "-33", "-34"]);
        assert_eq!(parts(100, "2 -1"), ["200", "-100"]);
        assert!(parts(100, "0 0").is_empty());
    }
}
