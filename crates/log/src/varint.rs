//! Varints: unsigned LEB128 in its shortest form, and zigzag for signed numbers. So small numbers take few bytes.

/// The bytes that `value` takes.
pub fn encoded_bytes(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

/// Writes `value`.
pub fn write(mut value: u64, into: &mut Vec<u8>) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

/// Reads a number and gives what follows it; `None` if it is too long, cut short or padded.
pub fn read(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (at, &byte) in bytes.iter().enumerate().take(10) {
        let bits = u64::from(byte & 0x7f);
        if at == 9 && bits > 1 {
            return None;
        }
        value |= bits << (7 * at);
        if byte < 0x80 {
            let padded = byte == 0 && at > 0;
            return (!padded).then(|| (value, &bytes[at + 1..]));
        }
    }
    None
}

/// Signed to unsigned, small magnitudes staying small.
pub fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The inverse of [`zigzag`].
pub fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn padded_overlong_and_cut_numbers_are_refused() {
        for bytes in [&[0x80, 0x00][..], &[0xff; 10], &[0x80], &[]] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn a_number_reads_back_as_written(value in any::<u64>(), shift in 0..64u32) {
            let value = value >> shift;
            let mut bytes = Vec::new();
            write(value, &mut bytes);
            prop_assert_eq!(bytes.len(), encoded_bytes(value));
            prop_assert_eq!(read(&bytes), Some((value, &[][..])));
        }

        #[test]
        fn zigzag_turns_back(value: i64) {
            prop_assert_eq!(unzigzag(zigzag(value)), value);
        }
    }
}
