//! Tests of keys: byte order is tuple order, and reading gives back what was written.

use proptest::prelude::*;

use super::*;

/// Parts of every kind, in an order that puts a variable one before a fixed one.
type Parts = (String, i64, String, u8, u16, u32, u64, [u8; 3]);

fn write(parts: &Parts) -> Vec<u8> {
    let (a, b, c, d, e, f, g, h) = parts;
    KeyWriter::new(7).text(a).i64(*b).text(c).u8(*d).u16(*e).u32(*f).u64(*g).fixed(h).finish()
}

fn read(key: &[u8]) -> Result<Parts, KeyError> {
    let mut key = KeyReader::new(key, 7)?;
    let (first, number) = (key.text()?.into_owned(), key.i64()?);
    let parts = (first, number, key.text()?.into_owned(), key.u8()?, key.u16()?, key.u32()?, key.u64()?, key.fixed()?);
    key.end()?;
    Ok(parts)
}

/// Few characters, the escaped ones among them, so that texts share prefixes.
fn parts() -> impl Strategy<Value = Parts> {
    let text = "[\u{0}\u{1}\u{2}aé]{0,3}";
    (
        text,
        prop_oneof![Just(-1i64), Just(0), any::<i64>()],
        text,
        0..2u8,
        0..2u16,
        any::<u32>(),
        any::<u64>(),
        any::<[u8; 3]>(),
    )
}

proptest! {
    #[test]
    fn byte_order_is_tuple_order(one in parts(), other in parts()) {
        prop_assert_eq!(write(&one).cmp(&write(&other)), one.cmp(&other));
    }

    #[test]
    fn a_key_reads_back_as_written(parts in parts()) {
        prop_assert_eq!(read(&write(&parts)), Ok(parts));
    }

    #[test]
    fn arbitrary_bytes_never_panic(mut key in any::<Vec<u8>>()) {
        key.insert(0, 7);
        if let Ok(parts) = read(&key) {
            prop_assert_eq!(write(&parts), key);
        }
    }

    #[test]
    fn a_prefix_ends_where_the_next_one_begins(prefix in any::<Vec<u8>>(), key in any::<Vec<u8>>()) {
        let begins = |key: &[u8]| key.starts_with(&prefix);
        let within = |key: &[u8]| key >= &prefix[..] && after_prefix(&prefix).is_none_or(|end| key < &end[..]);
        prop_assert_eq!(begins(&key), within(&key));
        let longer = [&prefix[..], &key].concat();
        prop_assert!(within(&longer));
    }
}

#[test]
fn the_bytes_are_what_they_have_always_been() {
    let key = KeyWriter::new(9).u32(1).i64(-1).text("a\0\u{1}").u64(2).finish();
    assert_eq!(
        key,
        b"\x09\x00\x00\x00\x01\x7f\xff\xff\xff\xff\xff\xff\xffa\x01\x01\x01\x02\x00\x00\x00\x00\x00\x00\x00\x00\x02"
    );
}

#[test]
fn a_wrong_key_is_an_error_that_says_why() {
    assert_eq!(KeyReader::new(&[3], 7), Err(KeyError::Tag { expected: 7, found: 3 }));
    assert_eq!(KeyReader::new(&[], 7), Err(KeyError::Short));
    let mut key = KeyReader::new(b"\x07a", 7).expect("a key");
    assert_eq!(key.text(), Err(KeyError::Short));
    assert_eq!(key.u32(), Err(KeyError::Short));
    assert_eq!(key.end(), Err(KeyError::Trailing(1)));
    let mut key = KeyReader::new(b"\x07\xff\x00\x01\x03\x00", 7).expect("a key");
    assert_eq!((key.text(), key.text()), (Err(KeyError::Text), Err(KeyError::Text)));
}

#[test]
fn no_key_comes_after_a_prefix_of_the_largest_bytes() {
    assert_eq!(after_prefix(&[0xff, 0xff]), None);
    assert_eq!(after_prefix(&[]), None);
    assert_eq!(after_prefix(&[1, 0xff]), Some(vec![2]));
}
