//! Rows out of columns: what the levels of their values say is put together again, nested things as JSON.

use std::fmt::Write as _;

use serde_json::Value;

use crate::cell::{Cell, Form, Wrong};
use crate::leaf::{Item, Leaf};
use crate::shape::{Items, Of, Shape};

/// A column of the file that ends before its row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Short(pub(crate) usize);

/// The cell of a row, and with it everything of the row that the columns hold.
pub(crate) fn cell(shape: &Shape, leaves: &mut [Leaf]) -> Result<Cell, Short> {
    if matches!(shape.of, Of::Value) {
        return Ok(take(shape.leaves.start, leaves)?.text.transpose());
    }
    let mut rows = Assembly { leaves, wrong: None };
    let text = rows.value(shape)?;
    Ok(rows.wrong.map_or(Ok(text), Err))
}

/// What is put together of a row, and the first thing that is wrong in it.
struct Assembly<'a> {
    leaves: &'a mut [Leaf],
    wrong: Option<Wrong>,
}

impl Assembly<'_> {
    /// The next value of a shape as JSON; none if it is absent.
    fn value(&mut self, shape: &Shape) -> Result<Option<String>, Short> {
        let Some(definition) = self.peek(shape, |item| item.definition)? else { return Ok(None) };
        if definition < shape.present {
            self.skip(shape)?;
            return Ok(None);
        }
        match &shape.of {
            Of::Value => self.leaf(shape.leaves.start),
            Of::Struct(members) => self.members(members).map(Some),
            Of::List(items) => {
                let items = self.items(shape, items, definition, |rows, item| {
                    rows.value(item).map(|value| value.unwrap_or_else(null))
                })?;
                Ok(Some(format!("[{}]", items.join(","))))
            }
            Of::Map(items) => {
                let items = self.items(shape, items, definition, Self::pair)?;
                Ok(Some(format!("{{{}}}", items.join(","))))
            }
        }
    }

    fn leaf(&mut self, at: usize) -> Result<Option<String>, Short> {
        let form = self.leaves[at].form;
        Ok(match take(at, self.leaves)?.text {
            None => None,
            Some(Ok(text)) => Some(json(form, text)),
            Some(Err(wrong)) => {
                self.wrong.get_or_insert(wrong);
                None
            }
        })
    }

    fn members(&mut self, members: &[(String, Shape)]) -> Result<String, Short> {
        let mut text = "{".to_owned();
        for (at, (name, shape)) in members.iter().enumerate() {
            let value = self.value(shape)?.unwrap_or_else(null);
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(text, "{comma}{}:{value}", Value::from(name.as_str())); // a text takes everything
        }
        Ok(text + "}")
    }

    fn items(
        &mut self,
        shape: &Shape,
        of: &Items,
        definition: i16,
        read: impl Fn(&mut Self, &Shape) -> Result<String, Short>,
    ) -> Result<Vec<String>, Short> {
        if definition < of.filled {
            self.skip(shape)?;
            return Ok(Vec::new());
        }
        let mut items = Vec::new();
        loop {
            items.push(read(self, &of.item)?);
            let next = self.leaves.get(shape.leaves.start).and_then(Leaf::peek);
            if next.is_none_or(|next| next.repetition != of.repetition) {
                return Ok(items);
            }
        }
    }

    /// A key and a value. Keys of JSON are texts.
    fn pair(&mut self, item: &Shape) -> Result<String, Short> {
        let Of::Struct(parts) = &item.of else { return Err(Short(item.leaves.start)) };
        let [(_, key), (_, value)] = parts.as_slice() else { return Err(Short(item.leaves.start)) };
        let key = self.value(key)?.unwrap_or_else(null);
        let key = if key.starts_with('"') { key } else { Value::from(key).to_string() };
        let value = self.value(value)?.unwrap_or_else(null);
        Ok(format!("{key}:{value}"))
    }

    /// Something of what comes next in the first column of a shape; none of a shape without columns.
    fn peek<T>(&self, shape: &Shape, of: impl Fn(&Item) -> T) -> Result<Option<T>, Short> {
        if shape.leaves.is_empty() {
            return Ok(None);
        }
        self.leaves[shape.leaves.start].peek().map(|item| Some(of(item))).ok_or(Short(shape.leaves.start))
    }

    /// Takes what stands for something absent: one item of each of its columns.
    fn skip(&mut self, shape: &Shape) -> Result<(), Short> {
        shape.leaves.clone().try_for_each(|at| take(at, self.leaves).map(drop))
    }
}

fn take(at: usize, leaves: &mut [Leaf]) -> Result<Item, Short> {
    leaves.get_mut(at).and_then(Leaf::take).ok_or(Short(at))
}

fn null() -> String {
    "null".to_owned()
}

/// A value in JSON: numbers and truth as they are, all else as text.
fn json(form: Form, text: String) -> String {
    let number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'.');
    let bare = form.is_bare() && (number || text == "true" || text == "false");
    if bare { text } else { Value::from(text).to_string() }
}
