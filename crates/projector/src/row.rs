//! The bytes of values: varints, zigzag, lengths before texts. Written and read field by field, in one order.

use crate::error::{ProjectorError, Result};

/// Writes a value field by field.
#[derive(Debug, Default)]
pub(crate) struct RowWriter(pub(crate) Vec<u8>);

impl RowWriter {
    pub(crate) fn number(&mut self, mut value: u64) -> &mut Self {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
        self
    }

    pub(crate) fn signed(&mut self, value: i64) -> &mut Self {
        self.number(((value << 1) ^ (value >> 63)) as u64)
    }

    pub(crate) fn wide(&mut self, value: i128) -> &mut Self {
        let mut rest = ((value << 1) ^ (value >> 127)) as u128;
        if let Ok(short) = u64::try_from(rest) {
            return self.number(short);
        }
        while rest >= 0x80 {
            self.0.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.0.push(rest as u8);
        self
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.number(value.len() as u64);
        self.0.extend_from_slice(value);
        self
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.bytes(value.as_bytes())
    }

    /// An empty text stands for none: no identifier is empty.
    pub(crate) fn optional_text(&mut self, value: Option<&str>) -> &mut Self {
        self.text(value.unwrap_or_default())
    }

    /// Zero stands for none.
    pub(crate) fn optional_number(&mut self, value: Option<u32>) -> &mut Self {
        self.number(value.map_or(0, |value| u64::from(value) + 1))
    }

    pub(crate) fn fixed(&mut self, value: &[u8]) -> &mut Self {
        self.0.extend_from_slice(value);
        self
    }
}

/// Reads a value field by field; what is missing or malformed is damage, named by the kind of row.
#[derive(Debug)]
pub(crate) struct RowReader<'a> {
    row: &'static str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> RowReader<'a> {
    pub(crate) fn new(row: &'static str, bytes: &'a [u8]) -> Self {
        Self { row, bytes, at: 0 }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub(crate) fn damage(&self) -> ProjectorError {
        ProjectorError::Damaged { row: self.row, at: self.at }
    }

    pub(crate) fn wide_unsigned(&mut self) -> Result<u128> {
        // Most are short: nine bytes of seven bits fit a word.
        let mut short = 0_u64;
        for (byte, step) in self.bytes[self.at..].iter().take(9).zip(0..) {
            short |= u64::from(byte & 0x7f) << (step * 7);
            if *byte < 0x80 {
                self.at += step + 1;
                return Ok(short.into());
            }
        }
        let mut value = 0_u128;
        for shift in (0..19).map(|step| step * 7) {
            let byte = *self.bytes.get(self.at).ok_or_else(|| self.damage())?;
            self.at += 1;
            value |= u128::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.damage())
    }

    pub(crate) fn number(&mut self) -> Result<u64> {
        let value = self.wide_unsigned()?;
        u64::try_from(value).map_err(|_| self.damage())
    }

    pub(crate) fn signed(&mut self) -> Result<i64> {
        let value = self.number()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(crate) fn wide(&mut self) -> Result<i128> {
        let value = self.wide_unsigned()?;
        Ok((value >> 1) as i128 ^ -((value & 1) as i128))
    }

    pub(crate) fn fixed<const BYTES: usize>(&mut self) -> Result<[u8; BYTES]> {
        let slice = self.take(BYTES)?;
        slice.try_into().map_err(|_| self.damage())
    }

    fn take(&mut self, bytes: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(bytes).filter(|end| *end <= self.bytes.len()).ok_or_else(|| self.damage())?;
        let slice = &self.bytes[self.at..end];
        self.at = end;
        Ok(slice)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = usize::try_from(self.number()?).map_err(|_| self.damage())?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str> {
        let bytes = self.bytes()?;
        std::str::from_utf8(bytes).map_err(|_| self.damage())
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<&'a str>> {
        Ok(Some(self.text()?).filter(|text| !text.is_empty()))
    }

    pub(crate) fn optional_number(&mut self) -> Result<Option<u32>> {
        let value = self.number()?;
        Ok(value.checked_sub(1).map(|value| value as u32))
    }

    /// The bytes that a part takes, which is read to see where it ends.
    pub(crate) fn bytes_of(&mut self, part: impl FnOnce(&mut Self) -> Result<()>) -> Result<&'a [u8]> {
        let start = self.at;
        part(self)?;
        Ok(&self.bytes[start..self.at])
    }

    pub(crate) fn rest(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        self.at = self.bytes.len();
        rest
    }

    /// Reads an identifier that this crate wrote; another is damage.
    pub(crate) fn id<T, E>(&self, made: std::result::Result<T, E>) -> Result<T> {
        made.map_err(|_| self.damage())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_reads_back_as_written(number: u64, signed: i64, wide: i128, text: String, option: Option<u16>) {
            let mut writer = RowWriter::default();
            writer.number(number).signed(signed).wide(wide).text(&text).optional_number(option.map(u32::from));
            let mut reader = RowReader::new("test", &writer.0);
            prop_assert_eq!(reader.number().expect("number"), number);
            prop_assert_eq!(reader.signed().expect("signed"), signed);
            prop_assert_eq!(reader.wide().expect("wide"), wide);
            prop_assert_eq!(reader.text().expect("text"), text);
            prop_assert_eq!(reader.optional_number().expect("option"), option.map(u32::from));
            prop_assert!(reader.is_at_end());
        }

        #[test]
        fn arbitrary_bytes_are_damage_and_never_a_panic(bytes: Vec<u8>) {
            let mut reader = RowReader::new("test", &bytes);
            while reader.text().is_ok() && reader.wide().is_ok() && reader.fixed::<3>().is_ok() {}
        }
    }
}
