//! What texts look like in the ledger's JSON, as patterns for schemas. Events and policies are read by these shapes; answers
//! are printed in the narrower canonical one where there is one.

/// A decimal as it is printed: no exponent, no padding, no negative zero.
pub const DECIMAL: &str = "^(0|-?(0\\.[0-9]*[1-9]|[1-9][0-9]*(\\.[0-9]*[1-9])?))$";
/// A calendar date, `YYYY-MM-DD`.
pub const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
/// A calendar month, `YYYY-MM`.
pub const PERIOD: &str = "^[0-9]{4}-(0[1-9]|1[0-2])$";
/// An instant as it is printed: UTC, to the microsecond at most.
pub const INSTANT: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?Z$";
/// A currency code of ISO 4217.
pub const CURRENCY: &str = "^[A-Z]{3}$";
