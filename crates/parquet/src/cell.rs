//! What a value of a column is as text, by its physical and its logical type.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::schema::types::ColumnDescriptor;

use crate::time::{self, Unit};

/// A value as text; nothing for a null.
pub type Cell = Result<Option<String>, Wrong>;

/// Why a value has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Its bytes are no text of UTF-8.
    Encoding,
    /// It is no value of its type, such as a day that no calendar has.
    Value,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Number,
    Unsigned,
    /// So many digits stand behind the point.
    Decimal(u32),
    Date,
    Time(Unit),
    /// Whether it is in UTC.
    Timestamp(Unit, bool),
    Uuid,
    Half,
    Text,
}

impl Form {
    pub(crate) fn of(column: &ColumnDescriptor) -> Self {
        let scale = u32::try_from(column.self_type().get_scale()).unwrap_or_default();
        match column.logical_type_ref() {
            Some(LogicalType::Decimal(_)) => Self::Decimal(scale),
            Some(LogicalType::Date) => Self::Date,
            Some(LogicalType::Time(of)) => Self::Time(unit(&of.unit)),
            Some(LogicalType::Timestamp(of)) => Self::Timestamp(unit(&of.unit), of.is_adjusted_to_u_t_c),
            Some(LogicalType::Integer(of)) if !of.is_signed => Self::Unsigned,
            Some(LogicalType::Uuid) => Self::Uuid,
            Some(LogicalType::Float16) => Self::Half,
            Some(_) => Self::plain(column),
            None => Self::converted(column, scale),
        }
    }

    /// By the annotations of old files.
    fn converted(column: &ColumnDescriptor, scale: u32) -> Self {
        match column.converted_type() {
            ConvertedType::DECIMAL => Self::Decimal(scale),
            ConvertedType::DATE => Self::Date,
            ConvertedType::TIME_MILLIS => Self::Time(Unit::Millis),
            ConvertedType::TIME_MICROS => Self::Time(Unit::Micros),
            ConvertedType::TIMESTAMP_MILLIS => Self::Timestamp(Unit::Millis, true),
            ConvertedType::TIMESTAMP_MICROS => Self::Timestamp(Unit::Micros, true),
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => {
                Self::Unsigned
            }
            _ => Self::plain(column),
        }
    }

    fn plain(column: &ColumnDescriptor) -> Self {
        match column.physical_type() {
            Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => Self::Text,
            _ => Self::Number,
        }
    }

    /// Whether its text stands in JSON without quotes, if it is a number there can be.
    pub(crate) const fn is_bare(self) -> bool {
        matches!(self, Self::Number | Self::Unsigned | Self::Decimal(_) | Self::Half)
    }

    pub(crate) fn of_i32(self, value: i32) -> Result<String, Wrong> {
        match self {
            Self::Unsigned => Ok((value as u32).to_string()),
            Self::Date => time::date(value).ok_or(Wrong::Value),
            _ => self.of_i64(value.into()),
        }
    }

    pub(crate) fn of_i64(self, value: i64) -> Result<String, Wrong> {
        match self {
            Self::Unsigned => Ok((value as u64).to_string()),
            Self::Decimal(scale) => Ok(decimal(&value.to_string(), scale)),
            Self::Time(unit) => time::time(value, unit).ok_or(Wrong::Value),
            Self::Timestamp(unit, utc) => time::timestamp(value, unit, utc).ok_or(Wrong::Value),
            _ => Ok(value.to_string()),
        }
    }

    pub(crate) fn of_bytes(self, bytes: &[u8]) -> Result<String, Wrong> {
        match self {
            Self::Decimal(scale) => Ok(decimal(&whole(bytes), scale)),
            Self::Uuid => uuid(bytes).ok_or(Wrong::Value),
            Self::Half => bytes.try_into().map(|bytes| half(u16::from_le_bytes(bytes))).map_err(|_| Wrong::Value),
            _ => std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Wrong::Encoding),
        }
    }
}

const fn unit(of: &TimeUnit) -> Unit {
    match of {
        TimeUnit::MILLIS => Unit::Millis,
        TimeUnit::MICROS => Unit::Micros,
        TimeUnit::NANOS => Unit::Nanos,
    }
}

/// Puts the point before the last `scale` digits of a whole number.
fn decimal(whole: &str, scale: u32) -> String {
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    if scale == 0 {
        return whole.to_owned();
    }
    let places = scale as usize;
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (before, after) = digits.split_at(digits.len() - places);
    format!("{sign}{before}.{after}")
}

/// A whole number of any length in two's complement, the greatest byte first, in digits.
fn whole(bytes: &[u8]) -> String {
    const STEP: u64 = 1_000_000_000;
    let negative = bytes.first().is_some_and(|byte| *byte >= 0x80);
    let mut magnitude: Vec<u8> = bytes.to_vec();
    if negative {
        let mut carry = true;
        for byte in magnitude.iter_mut().rev() {
            (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
        }
    }
    let mut parts: Vec<u64> = Vec::new();
    for byte in magnitude {
        let mut carry = u64::from(byte);
        for part in &mut parts {
            let sum = *part * 256 + carry;
            (*part, carry) = (sum % STEP, sum / STEP);
        }
        if carry > 0 {
            parts.push(carry);
        }
    }
    let Some((first, rest)) = parts.split_last() else { return "0".to_owned() };
    let rest: String = rest.iter().rev().map(|part| format!("{part:09}")).collect();
    format!("{}{first}{rest}", if negative { "-" } else { "" })
}

fn uuid(bytes: &[u8]) -> Option<String> {
    let number = u128::from_be_bytes(bytes.try_into().ok()?);
    let hex = format!("{number:032x}");
    Some([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

/// A float of sixteen bits is a float of thirty-two exactly; its text is the shortest of that.
fn half(bits: u16) -> String {
    let (sign, exponent, fraction) = (bits >> 15, (bits >> 10) & 0x1f, f32::from(bits & 0x3ff));
    let magnitude = match exponent {
        0 => fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        exponent => (1.0 + fraction / 1024.0) * 2_f32.powi(i32::from(exponent) - 15),
    };
    (if sign == 1 { -magnitude } else { magnitude }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_every_digit_whatever_holds_them() {
        assert_eq!(decimal("-1250", 2), "-12.50");
        assert_eq!(decimal("5", 12), "0.000000000005");
        assert_eq!(decimal("-5", 1), "-0.5");
        assert_eq!(decimal("7", 0), "7");
        for value in [0, 1, -1, 127, -128, 255, -256, i128::MAX, i128::MIN, 10_i128.pow(38) - 1] {
            assert_eq!(whole(&value.to_be_bytes()), value.to_string());
        }
        assert_eq!(whole(&[]), "0");
        assert_eq!(whole(&[0xff]), "-1");
        // 2^200, which no integer of the language holds.
        let bytes: Vec<u8> = [1].into_iter().chain([0; 25]).collect();
        assert_eq!(whole(&bytes), "1606938044258990275541962092341162602522202993782792835301376");
    }

    #[test]
    fn floats_of_sixteen_bits_are_read() {
        for (bits, text) in
            [(0x3c00, "1"), (0xc000, "-2"), (0x3555, "0.33325195"), (0x0001, "0.000000059604645"), (0x7c00, "inf")]
        {
            assert_eq!(half(bits), text);
        }
    }

    #[test]
    fn a_uuid_is_written_as_people_write_it() {
        let bytes: Vec<u8> = (0..16).collect();
        assert_eq!(uuid(&bytes).as_deref(), Some("00010203-0405-0607-0809-0a0b0c0d0e0f"));
        assert_eq!(uuid(&bytes[1..]), None);
    }
}
