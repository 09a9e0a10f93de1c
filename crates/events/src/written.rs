//! Documents that people write, checked as a whole: first that they have the shape of their message, then by its rules. What
//! has the wrong shape is reported and left aside, so that everything else can still be read; nothing is reported twice.

mod structure;

use serde::de::DeserializeOwned;
use serde_json::Value;

use self::structure::Structure;
use crate::Refusal;
use crate::wire::document;
use crate::wire::problems::Problems;

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What, and at which path.
    pub refusal: Refusal,
    /// The name that was likely meant.
    pub meant: Option<String>,
}

impl Problem {
    fn of(refusal: Refusal) -> Self {
        let meant = match &refusal {
            Refusal::UnknownWord { found, allowed, .. } => nearest(found, allowed.split(", ")),
            _ => None,
        };
        Self { refusal, meant }
    }
}

/// Reads a document as a message, or says all that is wrong with it.
pub(crate) fn read<M: DeserializeOwned, T>(
    value: &Value,
    message: &str,
    rules: impl FnOnce(&M, &mut Problems) -> Option<T>,
) -> Result<T, Vec<Problem>> {
    let mut document = value.clone();
    let Structure { mut problems, aside } = Structure::check(&mut document, message);
    if aside.iter().any(String::is_empty) {
        return Err(problems);
    }
    let message: M = match document::from_value(&document) {
        Ok(message) => message,
        Err(refusal) => {
            problems.push(Problem::of(refusal));
            return Err(problems);
        }
    };
    let mut by_rule = Problems::default();
    let read = rules(&message, &mut by_rule);
    let by_rule = match by_rule.all(read) {
        Ok(read) if problems.is_empty() => return Ok(read),
        Ok(_) => Vec::new(),
        Err(by_rule) => by_rule,
    };
    let follows = |refusal: &Refusal| aside.iter().any(|path| follows(refusal.field(), path));
    problems.extend(by_rule.into_iter().filter(|refusal| !follows(refusal)).map(Problem::of));
    Err(problems)
}

/// Whether what is wrong at a path may only be so because something there, within it or around it was left aside.
fn follows(path: &str, aside: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    path.is_empty() || within(path, aside) || within(aside, path)
}

/// The name that is most like a text, if one is much like it.
fn nearest<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    let text = text.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&text, &name.to_lowercase());
    let near = names.map(|name| (distance(name), name)).min_by_key(|(distance, _)| *distance);
    let (_, name) = near.filter(|(distance, name)| *distance * 3 <= name.len().max(text.len()))?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_suggested_only_if_it_is_much_like_what_was_written() {
        let names = ["effectiveFrom", "effectiveTo", "pool"];
        assert_eq!(nearest("effective_from", names.into_iter()), Some("effectiveFrom".to_owned()));
        assert_eq!(nearest("Pool", names.into_iter()), Some("pool".to_owned()));
        assert_eq!(nearest("colour", names.into_iter()), None);
    }

    #[test]
    fn what_only_follows_from_something_left_aside_is_known_by_its_path() {
        assert!(follows("schedule.bands[1].from", "schedule.bands[1]"));
        assert!(follows("schedule.bands", "schedule.bands[1].from"));
        assert!(!follows("schedule.bands[1].rate", "schedule.bands[1].from"));
        assert!(!follows("schedule.bands[10]", "schedule.bands[1]"));
        assert!(!follows("pool", "pools"));
    }
}
