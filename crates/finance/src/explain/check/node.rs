//! A part of the document with its path, so that what is wrong can be named.

use num_bigint::BigInt;
use serde_json::Value;

use super::exact::Exact;
use super::{Mismatch, Result};

/// A part of the document.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    /// The path of a field.
    pub(super) fn path(&self, field: &str) -> String {
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }

    fn problem(&self, field: &str, problem: &str) -> Mismatch {
        Mismatch::Shape { at: self.path(field), problem: problem.to_owned() }
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.value.get(field).is_some_and(|value| !value.is_null())
    }

    /// A field that may be missing or null.
    pub(super) fn optional(&self, field: &str) -> Result<Option<Self>> {
        self.has(field).then(|| self.get(field)).transpose()
    }

    pub(super) fn get(&self, field: &str) -> Result<Self> {
        let value = self.value.get(field).ok_or_else(|| self.problem(field, "is missing"))?;
        Ok(Self { value, path: self.path(field) })
    }

    pub(super) fn list(&self, field: &str) -> Result<Vec<Self>> {
        let of = self.get(field)?;
        let all = of.value.as_array().ok_or_else(|| self.problem(field, "is no list"))?;
        let element = |(at, value)| Self { value, path: format!("{}[{at}]", of.path) };
        Ok(all.iter().enumerate().map(element).collect())
    }

    /// A list of texts.
    pub(super) fn texts(&self, field: &str) -> Result<Vec<String>> {
        let text = |of: Self| of.value.as_str().map(str::to_owned).ok_or_else(|| self.problem(field, "holds no texts"));
        self.list(field)?.into_iter().map(text).collect()
    }

    pub(super) fn text(&self, field: &str) -> Result<String> {
        let text = self.get(field)?.value.as_str();
        text.map(str::to_owned).ok_or_else(|| self.problem(field, "is no text"))
    }

    pub(super) fn optional_text(&self, field: &str) -> Result<Option<String>> {
        self.has(field).then(|| self.text(field)).transpose()
    }

    pub(super) fn flag(&self, field: &str) -> Result<bool> {
        self.get(field)?.value.as_bool().ok_or_else(|| self.problem(field, "is neither true nor false"))
    }

    pub(super) fn amount(&self, field: &str) -> Result<Exact> {
        Exact::read(&self.text(field)?).ok_or_else(|| self.problem(field, "is no decimal"))
    }

    /// The sum of a field over a list.
    pub(super) fn sum(&self, list: &str, field: &str) -> Result<Exact> {
        self.list(list)?.iter().map(|of| of.amount(field)).sum()
    }

    pub(super) fn whole<T: TryFrom<i64>>(&self, field: &str) -> Result<T> {
        let number = self.get(field)?.value.as_i64().and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| self.problem(field, "is no whole number"))
    }

    /// A whole number of any size, as text.
    pub(super) fn big(&self, field: &str) -> Result<BigInt> {
        self.text(field)?.parse().map_err(|_| self.problem(field, "is no whole number"))
    }

    /// The number of a day, so that days can be subtracted.
    pub(super) fn day(&self, field: &str) -> Result<i64> {
        let text = self.text(field)?;
        let parts: Vec<i64> = text.splitn(3, '-').filter_map(|part| part.parse().ok()).collect();
        let [year, month, day] = parts[..] else { return Err(self.problem(field, "is no day")) };
        // Years begin in March, so that a leap day is the last of its year.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        Ok(365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day)
    }
}
