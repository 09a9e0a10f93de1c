//! Reading: values as in JSON, and beside them the line on which each field stands.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

/// A document of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it says.
    pub value: Value,
    /// The line of each field, by its path such as `schedule.bands[1].from`; of the document, by the empty one.
    lines: BTreeMap<String, u64>,
}

impl Document {
    /// The line, from 1, of a field, or of the nearest one around it that is there.
    pub fn line(&self, path: &str) -> u64 {
        let mut path = path;
        loop {
            match self.lines.get(path) {
                Some(line) => return *line,
                None if path.is_empty() => return 1,
                None => path = path.rfind(['.', '[']).map_or("", |at| &path[..at]),
            }
        }
    }
}

/// Why a file is neither YAML nor JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is neither YAML nor JSON: {reason}")]
pub struct NotYaml {
    /// The line, from 1.
    pub line: u64,
    /// What the reader says.
    pub reason: String,
}

/// Reads every document of a file.
pub fn documents(text: &str) -> Result<Vec<Document>, NotYaml> {
    // Words such as `y` and `on` are names here: YAML 1.2 says so too.
    let options = serde_saphyr::options! { strict_booleans: true };
    let nodes: Vec<Spanned<Node>> = serde_saphyr::from_multiple_with_options(text, options).map_err(|error| {
        let line = error.location().map_or(1, |at| at.line().max(1));
        let reason = error.without_snippet().to_string();
        NotYaml { line, reason: reason.lines().next().unwrap_or_default().to_owned() }
    })?;
    Ok(nodes.into_iter().map(document).collect())
}

fn document(node: Spanned<Node>) -> Document {
    let mut lines = BTreeMap::new();
    let line = node.referenced.line();
    let value = flatten(node.value, line, String::new(), &mut lines);
    Document { value, lines }
}

/// A value as it was read.
enum Node {
    Scalar(Value),
    List(Vec<Spanned<Node>>),
    Fields(Vec<(Spanned<String>, Node)>),
}

fn flatten(node: Node, line: u64, path: String, lines: &mut BTreeMap<String, u64>) -> Value {
    let value = match node {
        Node::Scalar(value) => value,
        Node::List(items) => {
            let item = |(index, item): (usize, Spanned<Node>)| {
                flatten(item.value, item.referenced.line(), format!("{path}[{index}]"), lines)
            };
            Value::Array(items.into_iter().enumerate().map(item).collect())
        }
        Node::Fields(fields) => {
            let mut map = Map::new();
            for (name, value) in fields {
                let inner = if path.is_empty() { name.value.clone() } else { format!("{path}.{}", name.value) };
                // Where its name stands: the value may begin on a later line.
                map.insert(name.value, flatten(value, name.referenced.line(), inner, lines));
            }
            Value::Object(map)
        }
    };
    lines.insert(path, line.max(1));
    value
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            fields.push(entry);
        }
        Ok(Node::Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const STREAM: &str = "\
# a comment
kind: commission
bands:
  - {from: \"0\", rate: 0.05}
  - from: \"10\"
    rate: \"0.1\"
---
other:
    - a
    -
---
";

    #[test]
    fn every_field_has_its_line_and_what_is_not_there_that_of_what_is_around_it() {
        let documents = documents(STREAM).expect("YAML");
        let [first, second] = &documents[..] else { panic!("{documents:?}") };
        let expected =
            json!({"kind": "commission", "bands": [{"from": "0", "rate": 0.05}, {"from": "10", "rate": "0.1"}]});
        assert_eq!(first.value, expected);
        assert_eq!(second.value, json!({"other": ["a", null]}));
        for (path, line) in [
            ("", 2),
            ("kind", 2),
            ("bands", 3),
            ("bands[0]", 4),
            ("bands[0].rate", 4),
            ("bands[1].rate", 6),
            ("bands[1].colour", 5),
            ("bands[2].from", 3),
            ("id", 2),
        ] {
            assert_eq!(first.line(path), line, "{path}");
        }
        assert_eq!((second.line("other"), second.line("other[0]")), (8, 9));
    }

    #[test]
    fn json_is_read_with_its_lines() {
        let documents = documents("{\n  \"a\": {\n    \"b\": [1,\n 2]}}").expect("JSON");
        assert_eq!(documents[0].value, json!({"a": {"b": [1, 2]}}));
        assert_eq!((documents[0].line("a.b"), documents[0].line("a.b[1]")), (3, 4));
    }

    #[test]
    fn what_is_not_yaml_says_where() {
        let error = documents("a: 1\nb: [\n").expect_err("open");
        assert!(error.line >= 2, "{error:?}");
        assert_eq!(documents("a: 1\na: 2\n").expect_err("twice").line, 2);
        assert_eq!(documents("").expect("nothing"), Vec::new());
    }
}
