//! What a template can ask for: the values of a row, of an item of one of its lists, and what was worked out before.

use std::borrow::Cow;
use std::collections::BTreeMap;

use csv::StringRecord;
use rustc_hash::FxHashMap;

use crate::text::Json;

/// The places of a table's columns.
pub(super) type Columns = FxHashMap<String, usize>;

/// A row.
#[derive(Clone, Copy)]
pub(super) enum Values<'a> {
    /// Of a table.
    Table(&'a Columns, &'a StringRecord),
    /// Of a list of JSON, which may have a name.
    Json(&'a Json, Option<&'a str>),
}

/// A row, an item of it, and what was worked out.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) values: Values<'a>,
    pub(super) item: Option<&'a Json>,
    pub(super) named: &'a BTreeMap<&'a str, Option<String>>,
    pub(super) nulls: &'a [String],
}

impl<'a> Record<'a> {
    /// The value of a column or path; nothing if it is blank or a null.
    pub(super) fn field(&self, path: &str) -> Option<Cow<'a, str>> {
        let text = match self.values {
            Values::Table(columns, values) => Cow::Borrowed(values.get(*columns.get(path)?)?),
            Values::Json(json, _) => json.at(path)?.text()?,
        };
        self.filled(text)
    }

    /// The value of a path in the item; of the item itself, of the empty path.
    pub(super) fn of_item(&self, path: &str) -> Option<Cow<'a, str>> {
        self.filled(self.item?.at(path)?.text()?)
    }

    /// The items of a list.
    pub(super) fn items(&self, path: &str) -> &'a [Json] {
        match (self.values, path.strip_prefix("@.")) {
            (_, Some(path)) => self.item.and_then(|item| item.at(path)).map_or(&[], Json::items),
            (Values::Json(json, _), None) => json.at(path).map_or(&[], Json::items),
            (Values::Table(..), None) => &[],
        }
    }

    /// The name of the list that the row is an item of.
    pub(super) fn list(&self) -> Option<&'a str> {
        match self.values {
            Values::Json(_, list) => list,
            Values::Table(..) => None,
        }
    }

    /// Whether the row has a column or member, with or without a value.
    pub(super) fn has(&self, path: &str) -> bool {
        match self.values {
            Values::Table(columns, _) => columns.contains_key(path),
            Values::Json(json, _) => json.at(path).is_some(),
        }
    }

    fn filled(&self, text: Cow<'a, str>) -> Option<Cow<'a, str>> {
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        let null = text.is_empty() || self.nulls.iter().any(|null| text.eq_ignore_ascii_case(null));
        (!null).then_some(text)
    }
}
