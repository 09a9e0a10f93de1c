//! Amounts as the documents print them: decimals without padding.

use tributary_domain::currency::Currency;
use tributary_domain::money::{AMOUNT_PLACES, Amount};

/// An amount in minor units of a currency.
pub(crate) fn minor(count: i128, currency: Currency) -> String {
    Amount::from_units(count * 10_i128.pow(AMOUNT_PLACES - currency.decimals())).to_string()
}
