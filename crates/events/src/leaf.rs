//! A document as the list of its leaves: each with its path, in the order of the document's fields. What documents are compared
//! by, field by field.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A field that holds no others. A list of plain values is one leaf: its elements have no places of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Such as `schedule.bands[1].from`.
    pub path: String,
    /// What stands there.
    pub value: Value,
}

/// The leaves of a document in JSON; none of what is not JSON.
pub fn leaves(json: &str) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    if let Ok(tree) = serde_json::from_str::<Tree>(json) {
        tree.gather(String::new(), &mut leaves);
    }
    leaves
}

enum Tree {
    Plain(Value),
    List(Vec<Tree>),
    Fields(Vec<(String, Tree)>),
}

impl Tree {
    fn gather(self, path: String, leaves: &mut Vec<Leaf>) {
        match self {
            Self::Plain(value) => leaves.push(Leaf { path, value }),
            Self::List(items) if items.iter().all(|item| matches!(item, Self::Plain(_))) => {
                let plain = |item| if let Self::Plain(value) = item { value } else { Value::Null };
                leaves.push(Leaf { path, value: items.into_iter().map(plain).collect() });
            }
            Self::List(items) => {
                for (index, item) in items.into_iter().enumerate() {
                    item.gather(format!("{path}[{index}]"), leaves);
                }
            }
            Self::Fields(fields) if fields.is_empty() => {
                leaves.push(Leaf { path, value: Value::Object(serde_json::Map::new()) });
            }
            Self::Fields(fields) => {
                for (name, value) in fields {
                    value.gather(if path.is_empty() { name } else { format!("{path}.{name}") }, leaves);
                }
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Tree, E> {
        Ok(Tree::Plain(Value::Null))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Plain(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Plain(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Plain(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Plain(value.into()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Plain(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut fields = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            fields.push(entry);
        }
        Ok(Tree::Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_stand_in_the_order_of_the_document() {
        let text = r#"{"kind":"x","bands":[{"from":"0"},{"from":"1"}],"all":["b","a"],"model":{"none":{}},"roles":[]}"#;
        let found: Vec<String> = leaves(text).iter().map(|leaf| format!("{}={}", leaf.path, leaf.value)).collect();
        let expected = [
            r#"kind="x""#,
            r#"bands[0].from="0""#,
            r#"bands[1].from="1""#,
            r#"all=["b","a"]"#,
            "model.none={}",
            "roles=[]",
        ];
        assert_eq!(found, expected);
    }
}
