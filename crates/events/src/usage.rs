//! Usage read the short way: without copying, for the one type of event that comes by the million. Anything unusual is left to
//! [`crate::decode`], which says what is wrong; what is read here is what it would have said.

use tributary_domain::currency::Currency;
use tributary_domain::id::{self, ID_BYTES_MAX};
use tributary_domain::money::Amount;
use tributary_log::{Envelope, Record};

/// What a usage event says, borrowed from its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageRead<'a> {
    /// What was used.
    pub product: &'a str,
    /// Whose product it is.
    pub vendor: Option<&'a str>,
    /// The deal that it names.
    pub deal: Option<&'a str>,
    /// What it cost.
    pub amount: Amount,
    /// In which currency.
    pub currency: Currency,
}

/// Reads a record of a usage event; none if it is of another type or anything about it is unusual.
pub fn read<'a>(record: &Record<'a>) -> Option<UsageRead<'a>> {
    if is_usual(&record.envelope) { read_data(record.envelope.data) } else { None }
}

/// The type that is read here.
const TYPE: &str = "tributary.usage.recorded.v1";

fn is_usual(envelope: &Envelope<'_>) -> bool {
    envelope.event_type == TYPE
        && is_attribute(envelope.source)
        && is_attribute(envelope.id)
        && is_account_scoped(envelope.subject)
}

fn is_attribute(text: &str) -> bool {
    !text.is_empty() && text.len() <= ID_BYTES_MAX && !text.chars().any(char::is_control)
}

fn is_account_scoped(subject: &str) -> bool {
    match subject.split_once('/') {
        Some(("partner" | "book", _)) | None => false,
        Some((namespace, id)) => id::check(namespace).is_ok() && id::check(id).is_ok(),
    }
}

const FIELDS: usize = 8;

/// The fields of the message by their numbers, each after those before it; each is a text with its length before it.
fn texts(mut data: &[u8]) -> Option<[Option<&str>; FIELDS]> {
    let (mut fields, mut last) = ([None; FIELDS], 0);
    while let Some((&tag, rest)) = data.split_first() {
        let number = usize::from(tag >> 3);
        if tag & 7 != 2 || !(last + 1..FIELDS).contains(&number) {
            return None;
        }
        let (&length, rest) = rest.split_first()?;
        if length >= 0x80 || rest.len() < usize::from(length) {
            return None;
        }
        let (text, rest) = rest.split_at(usize::from(length));
        fields[number] = Some(std::str::from_utf8(text).ok()?);
        (data, last) = (rest, number);
    }
    Some(fields)
}

fn read_data(data: &[u8]) -> Option<UsageRead<'_>> {
    let [_, product, vendor, deal, quantity, _, amount, currency] = texts(data)?;
    let named = |id: Option<&str>| id.is_none_or(|id| id::check(id).is_ok());
    let product = product.filter(|product| id::check(product).is_ok())?;
    if !named(vendor) || !named(deal) || quantity.is_some_and(|quantity| quantity.parse::<Amount>().is_err()) {
        return None;
    }
    Some(UsageRead { product, vendor, deal, amount: amount?.parse().ok()?, currency: currency?.parse().ok()? })
}
