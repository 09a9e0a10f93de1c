//! Where a kept statement first differs from the one computed again.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use tributary_domain::id::PartnerId;

use crate::statement::Statement;

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

/// None if they are the same to the byte.
pub(super) fn first_difference(
    partner: &PartnerId,
    kept: Option<&[u8]>,
    replayed: Option<&Statement>,
) -> Option<Difference> {
    let bytes = replayed.map(Statement::to_bytes);
    if kept == bytes.as_deref() {
        return None;
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let [was, is] = [kept, bytes.as_deref()].map(|bytes| bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()));
    let (at, kept, replayed) = match (was, is) {
        (Some(was), Some(is)) if was != is => in_value(String::new(), Some(&was), Some(&is)),
        _ => (String::new(), kept.map(text), bytes.as_deref().map(text)),
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
