//! How the files of a period follow each other: each adds to those before it, or replaces them. A file that replaces says all of its
//! scope, such as a billing period of an account; which of two files of a scope is right is a version that the mapping names.

use chrono_tz::Tz;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{self, Deserializer};

use super::key::{Form, hash_of};
use crate::mapping::sortable;
use crate::row::{Scope, Version};
use crate::{Reason, cell};

/// How files of a period follow each other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Delivery {
    /// A file adds to what others say, and restates the rows that it has.
    #[default]
    Append,
    /// A file says all of its scopes: what earlier files said of them and it does not is void.
    Overwrite(Overwrite),
}

/// What a file replaces.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overwrite {
    /// The columns whose values together are a scope.
    #[serde(deserialize_with = "super::mapping::some")]
    pub scope: Vec<String>,
    /// Which of two files of a scope is right: the one of the greater version.
    pub version: VersionOf,
}

/// Where the version of a file stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum VersionOf {
    /// In a column, the same in all rows of a scope.
    Column(String),
    /// In the file's name: what the star of a pattern stands for, as in `focus-*.csv`.
    #[serde(deserialize_with = "pattern")]
    FileName(String),
}

fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.matches('*').count() {
        1 => Ok(text),
        _ => Err(de::Error::custom(format_args!("{text:?} needs one `*`, which stands for the version"))),
    }
}

/// The place of the column at fault, if it is one, and the reason.
type Fault = (Option<usize>, Reason);

/// The scopes of one file, each with its version. Some fifty bytes are remembered for each.
#[derive(Debug)]
pub(super) struct Deliveries {
    scope: Vec<(String, usize, Form)>,
    version: Stands,
    source: String,
    zone: Tz,
    seen: FxHashMap<Scope, Version>,
}

#[derive(Debug)]
enum Stands {
    At(usize),
    Everywhere(Version),
}

impl Deliveries {
    /// Of a file of this name, whose columns are found by name. The column at fault, and the reason.
    pub(super) fn of(
        overwrite: &Overwrite,
        (source, zone): (&str, Tz),
        file: &str,
        column: impl Fn(&str) -> Result<usize, (String, Reason)>,
    ) -> Result<Self, (Option<String>, Reason)> {
        let found = |name: &String| column(name).map_err(|(name, reason)| (Some(name), reason));
        let scope = overwrite.scope.iter().map(|name| Ok((name.clone(), found(name)?, Form::of(name))));
        let version = match &overwrite.version {
            VersionOf::Column(name) => Stands::At(found(name)?),
            VersionOf::FileName(pattern) => {
                let text = starred(file, pattern);
                let text = text.ok_or_else(|| (None, Reason::NoVersion { pattern: pattern.clone() }))?;
                Stands::Everywhere(Version::delivered(&sortable(text)))
            }
        };
        let scope = scope.collect::<Result<_, _>>()?;
        Ok(Self { scope, version, source: source.to_owned(), zone, seen: FxHashMap::default() })
    }

    /// The scope and the version of a row.
    pub(super) fn of_row(&mut self, values: &csv::StringRecord) -> Result<(Scope, Version), Fault> {
        let scope = Scope(hash_of(&self.source, &self.scope, self.zone, values));
        let version = match &self.version {
            Stands::Everywhere(version) => version.clone(),
            Stands::At(at) => {
                let text = values.get(*at).and_then(cell::value).ok_or((Some(*at), Reason::ValueMissing))?;
                // Times are compared as instants, in whatever form they are.
                let text = cell::instant(text, self.zone).map_or_else(|_| text.to_owned(), |at| at.to_string());
                let version = Version::delivered(&sortable(&text));
                let first = self.seen.entry(scope).or_insert_with(|| version.clone());
                if *first != version {
                    return Err((Some(*at), Reason::VersionsDiffer));
                }
                version
            }
        };
        Ok((scope, version))
    }
}

/// What the star of a pattern stands for in the last part of a file's name.
fn starred<'a>(file: &'a str, pattern: &str) -> Option<&'a str> {
    let name = file.rsplit(['/', '\\']).next()?;
    let (before, after) = pattern.split_once('*')?;
    name.strip_prefix(before)?.strip_suffix(after).filter(|version| !version.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_what_the_star_stands_for() {
        assert_eq!(starred("in/focus-2025-07.csv", "focus-*.csv"), Some("2025-07"));
        assert_eq!(starred("focus-2025-07.parquet", "focus-*.csv"), None);
        assert_eq!(starred("focus-.csv", "focus-*.csv"), None);
    }
}
