//! A document as the list of its leaves: each with its path, in the order of the document's fields. What documents are compared
//! by, field by field.

use serde_json::Value;

use crate::ordered::Ordered;

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
    if let Ok(tree) = serde_json::from_str::<Ordered>(json) {
        gather(tree, String::new(), &mut leaves);
    }
    leaves
}

fn gather(tree: Ordered, path: String, leaves: &mut Vec<Leaf>) {
    match tree {
        Ordered::Plain(value) => leaves.push(Leaf { path, value }),
        Ordered::List(items) if items.iter().all(|item| matches!(item, Ordered::Plain(_))) => {
            let plain = |item| if let Ordered::Plain(value) = item { value } else { Value::Null };
            leaves.push(Leaf { path, value: items.into_iter().map(plain).collect() });
        }
        Ordered::List(items) => {
            for (index, item) in items.into_iter().enumerate() {
                gather(item, format!("{path}[{index}]"), leaves);
            }
        }
        Ordered::Fields(fields) if fields.is_empty() => {
            leaves.push(Leaf { path, value: Value::Object(serde_json::Map::new()) });
        }
        Ordered::Fields(fields) => {
            for (name, value) in fields {
                gather(value, if path.is_empty() { name } else { format!("{path}.{name}") }, leaves);
            }
        }
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
