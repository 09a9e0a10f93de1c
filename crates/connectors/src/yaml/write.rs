//! Writing: block style, short objects of scalars in one line, texts quoted wherever a reader could take them for something
//! else.

use serde::Serialize;
use serde_json::Value;
use tributary_events::Ordered;

/// How long an object or list of scalars may be in one line.
const INLINE_CHARACTERS: usize = 90;

/// A document as YAML that reads back as the same one. Fields stand in the order in which they are serialized. Fails where
/// JSON would.
pub fn write(document: &impl Serialize) -> Result<String, serde_json::Error> {
    let node: Ordered = serde_json::from_str(&serde_json::to_string(document)?)?;
    let mut text = String::new();
    block(&node, 0, &mut text);
    Ok(text)
}

/// Writes a node from the beginning of a line on.
fn block(node: &Ordered, indent: usize, text: &mut String) {
    match node {
        Ordered::Fields(fields) if !fields.is_empty() => {
            for (at, (name, value)) in fields.iter().enumerate() {
                // The first field of a list's item stands behind its dash.
                if at > 0 || !text.ends_with("- ") {
                    text.push_str(&" ".repeat(indent));
                }
                text.push_str(&scalar(name));
                text.push(':');
                below(value, indent, text);
            }
        }
        Ordered::List(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                if at > 0 || !text.ends_with("- ") {
                    text.push_str(&" ".repeat(indent));
                }
                text.push_str("- ");
                match inline(item) {
                    Some(short) => text.push_str(&format!("{short}\n")),
                    None => block(item, indent + 2, text),
                }
            }
        }
        other => text.push_str(&format!("{}\n", flow(other))),
    }
}

/// Writes a node after the colon of its name.
fn below(node: &Ordered, indent: usize, text: &mut String) {
    match inline(node) {
        Some(short) => text.push_str(&format!(" {short}\n")),
        None => {
            text.push('\n');
            block(node, indent + 2, text);
        }
    }
}

/// A node in one line, if that is short and holds no more than scalars or lists of them.
fn inline(node: &Ordered) -> Option<String> {
    let flat = |node: &Ordered| match node {
        Ordered::List(items) => items.iter().all(|item| matches!(item, Ordered::Plain(_))),
        Ordered::Fields(fields) => fields.is_empty(),
        Ordered::Plain(_) => true,
    };
    let fits = match node {
        Ordered::Fields(fields) => fields.iter().all(|(_, value)| flat(value)),
        node => flat(node),
    };
    let text = fits.then(|| flow(node))?;
    (matches!(node, Ordered::Plain(_)) || text.chars().count() <= INLINE_CHARACTERS).then_some(text)
}

fn flow(node: &Ordered) -> String {
    match node {
        Ordered::Fields(fields) => {
            let pairs = fields.iter().map(|(name, value)| format!("{}: {}", scalar(name), flow(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        Ordered::List(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Ordered::Plain(Value::String(text)) => scalar(text),
        Ordered::Plain(other) => other.to_string(),
    }
}

/// A text; a JSON text is a quoted YAML one.
fn scalar(text: &str) -> String {
    if is_plain(text) || is_date(text) {
        return text.to_owned();
    }
    let escaped = |c: char| if is_printable(c) { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) };
    Value::from(text).to_string().chars().map(escaped).collect()
}

/// What JSON writes as it is, and YAML does not take so.
const fn is_printable(c: char) -> bool {
    !matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether no reader takes it for anything but itself: words of letters, and ids.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 8] = ["true", "false", "null", "yes", "no", "on", "off", "y"];
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ' | '/' | '.' | '(' | ')');
    let edges = text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.ends_with(' ');
    edges && text.len() > 1 && text.chars().all(word) && !WORDS.contains(&text.to_lowercase().as_str())
}

/// Dates are read as texts.
fn is_date(text: &str) -> bool {
    let shape = |(at, c): (usize, char)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() };
    text.chars().count() == 10 && text.chars().enumerate().all(shape)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::yaml::documents;

    #[test]
    fn a_policy_looks_as_a_person_writes_it() {
        let value = json!({
            "bands": [{"from": "0", "rate": "0.05"}, {"from": "10", "rate": "0.1"}],
            "deep": {"model": {"none": {}}, "names": []},
            "effectiveFrom": "2026-01-01",
            "match": {"markets": ["Healthcare - Providers", "no", "a:b"]},
            "priority": 3,
        });
        let text = "\
bands:
  - {from: \"0\", rate: \"0.05\"}
  - {from: \"10\", rate: \"0.1\"}
deep:
  model: {none: {}}
  names: []
effectiveFrom: 2026-01-01
match: {markets: [Healthcare - Providers, \"no\", \"a:b\"]}
priority: 3
";
        assert_eq!(write(&value).expect("written"), text);
    }

    fn value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[ -~äß\n\t]{0,12}".prop_map(Value::from),
            "[a\u{0}\u{1}\r\u{7f}\u{85}\u{9f}\u{a0}\u{2028}\u{feff}\u{ffff}\u{10000}]{0,4}".prop_map(Value::from),
            "(0|1e3|0x1f|~|null|No|2026-01-01|- a|a: b|#x|12:30|\\.inf|<<|nan)".prop_map(Value::from),
        ];
        scalar.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::btree_map("[ -~]{1,10}", inner, 0..5)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(value in value()) {
            // A document that is nothing is skipped, so it stands in something.
            let value = json!({"value": value});
            let text = write(&value).expect("written");
            let read = documents(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
            prop_assert_eq!(&read[0].value, &value, "{}", text);
        }
    }
}
