//! The order of many keys: sorted by a word of each, so that the keys themselves are seldom looked at.
//!
//! Keys of one kind begin alike, with a tag and the name of what they are about. The word is what follows that.

/// A key among others, as it is sorted.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The eight bytes after what the keys of its kind have in common; zeros where it is shorter.
    word: u64,
    number: u32,
}

/// The numbers of the keys in the keys' order; of equal keys only the last one's.
pub(super) fn last_of_each(keys: &[&[u8]]) -> Vec<u32> {
    let mut kinds: Vec<Vec<u32>> = vec![Vec::new(); 257];
    for (number, key) in (0..).zip(keys) {
        kinds[key.first().map_or(0, |tag| usize::from(*tag) + 1)].push(number);
    }
    let mut order = Vec::with_capacity(keys.len());
    for kind in kinds {
        of_kind(keys, &kind, &mut order);
    }
    order
}

fn of_kind(keys: &[&[u8]], kind: &[u32], order: &mut Vec<u32>) {
    let key = |number: u32| keys[number as usize];
    let Some(first) = kind.first().map(|number| key(*number)) else { return };
    let common = kind.iter().fold(first.len(), |common, number| in_common(&first[..common], key(*number)));
    let place = |number: &u32| Place { word: word(&key(*number)[common..]), number: *number };
    let mut places: Vec<Place> = kind.iter().map(place).collect();
    places.sort_unstable_by(|a, b| {
        let by_key = || key(a.number).cmp(key(b.number));
        a.word.cmp(&b.word).then_with(by_key).then(a.number.cmp(&b.number))
    });
    let is_last = |at: usize, place: &Place| {
        places.get(at + 1).is_none_or(|next| next.word != place.word || key(next.number) != key(place.number))
    };
    let last = places.iter().enumerate().filter(|(at, place)| is_last(*at, place));
    order.extend(last.map(|(_, place)| place.number));
}

/// How many bytes two keys begin alike with.
fn in_common(one: &[u8], two: &[u8]) -> usize {
    one.iter().zip(two).take_while(|(a, b)| a == b).count()
}

fn word(rest: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = rest.len().min(8);
    bytes[..length].copy_from_slice(&rest[..length]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_come_in_their_order_and_of_equal_ones_the_last(
            keys in prop::collection::vec(prop::collection::vec(prop::sample::select(vec![0_u8, 1, 2, 255]), 0..14), 0..200),
        ) {
            let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
            let expected: BTreeMap<&[u8], u32> = keys.iter().copied().zip(0..).collect();
            prop_assert_eq!(last_of_each(&keys), expected.into_values().collect::<Vec<_>>());
        }
    }
}
