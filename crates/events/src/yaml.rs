//! JSON as YAML that people read: blocks, two spaces, strings in quotes only where plain ones would be read as something else.

use std::fmt::Write as _;

use serde_json::Value;

/// A value as a YAML document.
pub(crate) fn to_yaml(value: &Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

fn block(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                indent(depth, text);
                text.push_str(&scalar(key));
                text.push(':');
                after(value, depth + 1, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                indent(depth, text);
                text.push('-');
                let mut inner = String::new();
                if is_block(item) {
                    block(item, depth + 1, &mut inner);
                    // The first line of a block stands beside its dash.
                    text.push(' ');
                    text.push_str(inner.trim_start());
                } else {
                    after(item, depth + 1, text);
                }
            }
        }
        flat => {
            indent(depth, text);
            let _ = writeln!(text, "{}", inline(flat));
        }
    }
}

/// What stands behind a key or a dash.
fn after(value: &Value, depth: usize, text: &mut String) {
    if is_block(value) {
        text.push('\n');
        block(value, depth, text);
    } else {
        let _ = writeln!(text, " {}", inline(value));
    }
}

fn is_block(value: &Value) -> bool {
    match value {
        Value::Object(entries) => !entries.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn inline(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), scalar)
}

/// A string, plain where YAML 1.2 and 1.1 both read the same one. A string of JSON is one of YAML.
fn scalar(text: &str) -> String {
    let begins = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/');
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || " -_./,;()`'<>+$=".contains(letter);
    let word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    let plain = begins && !word && !text.ends_with(' ') && text.chars().all(harmless);
    if plain { text.to_owned() } else { Value::from(text).to_string() }
}

fn indent(depth: usize, text: &mut String) {
    text.extend(std::iter::repeat_n("  ", depth));
}
