//! Kept statements held against those computed again: where each first differs.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use tributary_domain::id::PartnerId;

use crate::period::Kept;

/// Where a kept statement first differs from the one computed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// Whose statement.
    pub partner: String,
    /// The first field that differs, such as `lines[0].deals[1].amount`; empty: the statement as a whole.
    pub at: String,
    /// What is kept there; none: nothing is.
    pub kept: Option<String>,
    /// What was computed again; none: nothing was.
    pub replayed: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partner, at, kept, replayed } = self;
        match (kept, replayed) {
            (None, _) if at.is_empty() => write!(f, "the kept statement of partner `{partner}` is missing"),
            (_, None) if at.is_empty() => write!(f, "partner `{partner}` has a kept statement and should have none"),
            _ => {
                let place = if at.is_empty() { String::new() } else { format!(" at `{at}`") };
                let [kept, replayed] = [kept, replayed].map(|text| text.as_deref().unwrap_or("nothing"));
                let words = "is not what the log gives";
                write!(f, "the kept statement of partner `{partner}` {words}{place}: {kept} instead of {replayed}")
            }
        }
    }
}

/// Byte for byte, by partner.
pub(crate) fn differences(kept: &Kept, replayed: &Kept) -> Vec<Difference> {
    let partners: BTreeSet<&PartnerId> = kept.keys().chain(replayed.keys()).collect();
    let of_partner = |partner: &PartnerId| first_difference(partner, kept.get(partner), replayed.get(partner));
    partners.into_iter().filter_map(of_partner).collect()
}

/// None if they are the same to the byte.
fn first_difference(partner: &PartnerId, kept: Option<&Vec<u8>>, replayed: Option<&Vec<u8>>) -> Option<Difference> {
    if kept == replayed {
        return None;
    }
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    let [was, is] = [kept, replayed].map(|bytes| bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()));
    let (at, kept, replayed) = match (was, is) {
        (Some(was), Some(is)) if was != is => in_value(String::new(), Some(&was), Some(&is)),
        _ => (String::new(), kept.map(text), replayed.map(text)),
    };
    Some(Difference { partner: partner.to_string(), at, kept, replayed })
}

/// The lines before the balance that follows from them, then the rest.
const FIRST: &str = "lines";

fn in_value(at: String, was: Option<&Value>, is: Option<&Value>) -> (String, Option<String>, Option<String>) {
    match (was, is) {
        (Some(Value::Object(was)), Some(Value::Object(is))) => {
            let names = [FIRST].into_iter().chain(was.keys().chain(is.keys()).map(String::as_str));
            let differs = names.into_iter().find(|name| was.get(*name) != is.get(*name));
            let name = differs.unwrap_or_default();
            let inner = if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
            in_value(inner, was.get(name), is.get(name))
        }
        (Some(Value::Array(was)), Some(Value::Array(is))) => {
            let differs = (0..was.len().max(is.len())).find(|index| was.get(*index) != is.get(*index));
            let index = differs.unwrap_or_default();
            in_value(format!("{at}[{index}]"), was.get(index), is.get(index))
        }
        (was, is) => (at, was.map(Value::to_string), is.map(Value::to_string)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_looked_for_in_the_lines_first() {
        let was =
            serde_json::json!({"balance": {"closing": "1"}, "lines": [{"deals": [{"amount": "1"}, {"amount": "2"}]}]});
        let is =
            serde_json::json!({"balance": {"closing": "2"}, "lines": [{"deals": [{"amount": "1"}, {"amount": "3"}]}]});
        let (at, kept, replayed) = in_value(String::new(), Some(&was), Some(&is));
        assert_eq!(at, "lines[0].deals[1].amount");
        assert_eq!((kept.as_deref(), replayed.as_deref()), (Some("\"2\""), Some("\"3\"")));
        let (at, kept, replayed) = in_value(String::new(), Some(&was), Some(&serde_json::json!({"lines": []})));
        assert_eq!((at.as_str(), kept.is_some(), replayed), ("lines[0]", true, None));
    }
}
