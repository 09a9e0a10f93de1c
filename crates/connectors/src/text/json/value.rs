//! A value of JSON with its numbers as they are written: no float comes between a bill and its amounts.

mod whole;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// How deep values may lie in one another.
const DEPTH_MAX: usize = 64;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// Reads a value, or says what is wrong with it.
    pub(crate) fn read(text: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(text).map_err(|_| "is not UTF-8".to_owned())?;
        if let Some(json) = whole::read(text) {
            return Ok(json);
        }
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| said(&error))?;
        Self::of(raw.get(), 0)
    }

    fn of(text: &str, depth: usize) -> Result<Self, String> {
        if depth > DEPTH_MAX {
            return Err(format!("values lie more than {DEPTH_MAX} deep in one another"));
        }
        let wrong = |error: serde_json::Error| said(&error);
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let members: BTreeMap<Cow<'_, str>, &RawValue> = read_members(text)?;
                let member = |(name, raw): (Cow<'_, str>, &RawValue)| {
                    Ok::<_, String>((name.into_owned(), Self::of(raw.get(), depth + 1)?))
                };
                Self::Object(members.into_iter().map(member).collect::<Result<_, _>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(wrong)?;
                Self::List(items.into_iter().map(|raw| Self::of(raw.get(), depth + 1)).collect::<Result<_, _>>()?)
            }
            Some(b'"') => Self::Text(serde_json::from_str(text).map_err(wrong)?),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            _ => Self::Number(text.to_owned()),
        })
    }

    /// What a path such as `LifeCycle.Stage`, `lines[0].id` or `Spend[TargetCompany=AWS].Amount` leads to.
    pub(crate) fn at(&self, path: &str) -> Option<&Self> {
        let mut value = self;
        let mut rest = path;
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                let (chosen, after) = inside.split_once(']')?;
                value = value.chosen(chosen)?;
                rest = after.strip_prefix('.').unwrap_or(after);
                continue;
            }
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let Self::Object(members) = value else { return None };
            value = members.get(name)?;
            rest = after.strip_prefix('.').unwrap_or(after);
        }
        Some(value)
    }

    /// An item by its number, or the first one that has a member with a value.
    fn chosen(&self, by: &str) -> Option<&Self> {
        let Self::List(items) = self else { return None };
        match by.split_once('=') {
            Some((path, wanted)) => {
                items.iter().find(|item| item.at(path).and_then(Self::text).is_some_and(|text| text == wanted))
            }
            None => items.get(by.parse::<usize>().ok()?),
        }
    }

    /// A scalar as text; nothing of null, lists and objects.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Number(text) | Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Self::Null | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// The items of a list.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

/// The members of an object; of two of one name nobody knows which is meant.
fn read_members(text: &str) -> Result<BTreeMap<Cow<'_, str>, &RawValue>, String> {
    struct Members<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

    #[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
    struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

    impl<'de> Deserialize<'de> for Members<'de> {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Members<'de>;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                    let mut members = BTreeMap::new();
                    while let Some((Name(name), value)) = entries.next_entry::<Name<'de>, &'de RawValue>()? {
                        if members.insert(name.clone(), value).is_some() {
                            return Err(serde::de::Error::custom(format_args!("`{name}` is there more than once")));
                        }
                    }
                    Ok(Members(members))
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }

    serde_json::from_str::<Members<'_>>(text).map(|Members(members)| members).map_err(|error| said(&error))
}

/// What is wrong, without where: the parser counts from the value's own beginning.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.as_str(), |(said, _)| said).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_as_they_are_written() {
        let json =
            Json::read(br#"{"a": 0.40000000000000002220446049250313080847263336181640625, "b": [1e3, "x\u00e9"]}"#);
        let json = json.expect("JSON");
        let text = |path: &str| json.at(path).and_then(Json::text).map(Cow::into_owned);
        assert_eq!(text("a").as_deref(), Some("0.40000000000000002220446049250313080847263336181640625"));
        assert_eq!((text("b[0]").as_deref(), text("b[1]").as_deref()), (Some("1e3"), Some("xé")));
        assert_eq!((text("b"), text("c"), text("b[2]"), text("a.b")), (None, None, None, None));
    }

    #[test]
    fn the_short_way_and_the_long_way_read_the_same() {
        for text in [
            r#"{"a": [1, -2, 18446744073709551615, -9223372036854775808], "b": {"c": null, "d": [true, false, "\u00e9\n"]}}"#,
            "[]",
            "{}",
            "\"x\"",
            " 12 ",
        ] {
            let short = whole::read(text).expect("no fractions");
            assert_eq!(Json::of(text.trim(), 0), Ok(short), "{text}");
        }
        // What the short way might change or would not notice is left to the long one.
        for text in ["1.50", "-0", "1e3", "18446744073709551616", r#"{"a": 1, "a": 2}"#, "[1", "1 2", ""] {
            assert_eq!(whole::read(text), None, "{text}");
        }
        let deep = format!("{}{}", "[".repeat(70), "]".repeat(70));
        assert_eq!(whole::read(&deep), None);
    }

    #[test]
    fn an_item_is_found_by_what_it_holds() {
        let json = Json::read(br#"{"s": [{"by": "Self", "n": "1"}, {"by": "AWS", "n": "2"}]}"#).expect("JSON");
        assert_eq!(json.at("s[by=AWS].n").and_then(Json::text).as_deref(), Some("2"));
        assert_eq!(json.at("s[by=x].n"), None);
    }

    #[test]
    fn a_member_that_is_there_twice_and_values_too_deep_are_refused() {
        assert_eq!(Json::read(br#"{"a": 1, "a": 2}"#), Err("`a` is there more than once".to_owned()));
        let deep = format!("{}{}", "[".repeat(70), "]".repeat(70));
        assert!(Json::read(deep.as_bytes()).is_err());
        let deeper = "[".repeat(100_000);
        assert!(Json::read(deeper.as_bytes()).is_err());
    }
}
