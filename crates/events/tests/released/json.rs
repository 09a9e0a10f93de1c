//! What may not change between a release and today in the JSON Schemas. What others send must stay acceptable, so a schema
//! of events may only widen; what they read must stay what they read it as, so a schema of answers may only narrow.

use serde_json::{Map, Value};

use super::Break;

/// Who writes what a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// Others do: events, policies, programs.
    ByOthers,
    /// The ledger does: answers. Their readers skip properties that they do not know and expect words that are new.
    ByTheLedger,
}

/// Everything that today's schema breaks of the released one.
pub(super) fn compare(path: &str, written: Written, released: &Value, today: &Value) -> Vec<Break> {
    let mut comparison = Comparison { path, written, found: Vec::new() };
    comparison.schema("#", released, today);
    comparison.found
}

/// Says nothing of what is valid.
const NOTES: [&str; 5] = ["$schema", "$id", "title", "description", "examples"];
/// Bounds from below: without one, everything is valid.
const LEAST: [&str; 4] = ["minimum", "minLength", "minItems", "minProperties"];
/// Bounds from above, likewise.
const MOST: [&str; 4] = ["maximum", "maxLength", "maxItems", "maxProperties"];

struct Comparison<'a> {
    path: &'a str,
    written: Written,
    found: Vec<Break>,
}

impl Comparison<'_> {
    fn say(&mut self, rule: &'static str, place: &str, what: impl Into<String>) {
        self.found.push(Break::new(rule, self.path, place, what));
    }

    fn schema(&mut self, place: &str, before: &Value, now: &Value) {
        let (Some(was), Some(is)) = (before.as_object(), now.as_object()) else {
            // `true` and `{}` take everything, `false` nothing.
            let (was, is) = (takes_all(before), takes_all(now));
            let allowed = if self.written == Written::ByOthers { is || before == &Value::Bool(false) } else { was };
            if before != now && was != is && !allowed {
                self.say("narrowed", place, format!("`{before}` became `{now}`"));
            }
            return;
        };
        let mut keywords: Vec<&String> = was.keys().chain(is.keys()).collect();
        keywords.sort_unstable();
        keywords.dedup();
        for keyword in keywords.into_iter().filter(|keyword| !NOTES.contains(&keyword.as_str())) {
            self.keyword(place, keyword, was, is);
        }
    }

    fn keyword(&mut self, place: &str, keyword: &str, was: &Map<String, Value>, is: &Map<String, Value>) {
        let (before, now) = (was.get(keyword), is.get(keyword));
        let below = format!("{place}/{keyword}");
        match keyword {
            "properties" => self.properties(place, before, now),
            "$defs" => self.definitions(place, before, now),
            "required" => self.required(place, before, now),
            "enum" => self.words(place, before, now),
            "type" => self.types(place, before, now),
            "items" | "additionalProperties" => {
                let all = Value::Bool(true);
                self.schema(&below, before.unwrap_or(&all), now.unwrap_or(&all));
            }
            "oneOf" | "anyOf" => self.choices(&below, before, now),
            "allOf" => self.conditions(&below, was, is),
            bound if LEAST.contains(&bound) => self.bound(&below, before, now, true),
            bound if MOST.contains(&bound) => self.bound(&below, before, now, false),
            _ => self.other(&below, before, now),
        }
    }

    fn properties(&mut self, place: &str, before: Option<&Value>, now: Option<&Value>) {
        for (name, was) in entries(before) {
            let below = format!("{place}/{name}");
            match now.and_then(|now| now.get(name)) {
                Some(is) => self.schema(&below, was, is),
                None => self.say("property-removed", &below, "the property is gone; keep it"),
            }
        }
    }

    /// A definition that nothing refers to any more may go: whoever referred to it has changed, and is told.
    fn definitions(&mut self, place: &str, before: Option<&Value>, now: Option<&Value>) {
        for (name, was) in entries(before) {
            if let Some(is) = now.and_then(|now| now.get(name)) {
                self.schema(&format!("{place}/$defs/{name}"), was, is);
            }
        }
    }

    fn required(&mut self, place: &str, before: Option<&Value>, now: Option<&Value>) {
        let (before, now) = (list(before), list(now));
        match self.written {
            Written::ByOthers => {
                for name in now.iter().filter(|name| !before.contains(name)) {
                    let what = format!("{name} became required; those who sent none are refused");
                    self.say("property-required", place, what);
                }
            }
            Written::ByTheLedger => {
                for name in before.iter().filter(|name| !now.contains(name)) {
                    self.say("property-optional", place, format!("{name} may be absent now; its readers expect it"));
                }
            }
        }
    }

    fn words(&mut self, place: &str, before: Option<&Value>, now: Option<&Value>) {
        let (Some(_), Some(_)) = (before, now) else { return self.other(&format!("{place}/enum"), before, now) };
        let now = list(now);
        if self.written == Written::ByOthers {
            for word in list(before).iter().filter(|word| !now.contains(word)) {
                self.say("word-removed", place, format!("{word} is no longer taken"));
            }
        }
    }

    fn types(&mut self, place: &str, before: Option<&Value>, now: Option<&Value>) {
        let (Some(_), Some(_)) = (before, now) else { return self.other(&format!("{place}/type"), before, now) };
        let (before, now) = (list(before), list(now));
        let (fewer, more) = if self.written == Written::ByOthers { (&before, &now) } else { (&now, &before) };
        if let Some(missing) = fewer.iter().find(|kind| !more.contains(kind)) {
            let what = if self.written == Written::ByOthers { "is no longer taken" } else { "may appear now" };
            self.say("type", place, format!("{missing} {what}"));
        }
    }

    fn choices(&mut self, place: &str, before: Option<&Value>, now: Option<&Value>) {
        let (before, now) = (list(before), list(now));
        for (at, (was, is)) in before.iter().zip(&now).enumerate() {
            self.schema(&format!("{place}/{at}"), was, is);
        }
        let fewer = now.len() < before.len();
        let more = now.len() > before.len();
        if if self.written == Written::ByOthers { fewer || before.is_empty() && more } else { more } {
            self.say("choices", place, format!("{} choices became {}", before.len(), now.len()));
        }
    }

    /// What must hold under a condition. One for a type of event that did not exist concerns nobody.
    fn conditions(&mut self, place: &str, was: &Map<String, Value>, is: &Map<String, Value>) {
        let (before, now) = (list(was.get("allOf")), list(is.get("allOf")));
        let same = |one: &Value, other: &Value| one.get("if") == other.get("if");
        for rule in &before {
            match now.iter().find(|candidate| same(rule, candidate)) {
                Some(now) => self.schema(&format!("{place}/{}", rule["if"]), &rule["then"], &now["then"]),
                None if self.written == Written::ByTheLedger => {
                    self.say("condition", place, format!("{} holds no longer", rule["if"]));
                }
                None => {}
            }
        }
        let known = list(was.get("properties").and_then(|properties| properties["type"].get("enum")));
        for rule in now.iter().filter(|rule| !before.iter().any(|known| same(known, rule))) {
            let new_type = rule["if"]["properties"]["type"].get("const").is_some_and(|name| !known.contains(name));
            if self.written == Written::ByOthers && !new_type {
                self.say("condition", place, format!("{} was not asked before", rule["if"]));
            }
        }
    }

    fn bound(&mut self, place: &str, before: Option<&Value>, now: Option<&Value>, least: bool) {
        let number = |value: Option<&Value>| value.and_then(Value::as_i64);
        let tighter = match (number(before), number(now)) {
            (Some(was), Some(is)) if was == is => return,
            (Some(was), Some(is)) => (is > was) == least,
            (None, None) => return self.other(place, before, now),
            (was, _) => was.is_none(),
        };
        if tighter == (self.written == Written::ByOthers) {
            self.say("bound", place, format!("{} became {}", said(before), said(now)));
        }
    }

    /// A keyword that is compared as it stands: it may go where a schema may widen, and come where it may narrow.
    fn other(&mut self, place: &str, before: Option<&Value>, now: Option<&Value>) {
        let allowed = if self.written == Written::ByOthers { now.is_none() } else { before.is_none() };
        if before != now && !allowed {
            self.say("changed", place, format!("{} became {}", said(before), said(now)));
        }
    }
}

fn takes_all(schema: &Value) -> bool {
    schema == &Value::Bool(true) || schema.as_object().is_some_and(Map::is_empty)
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// A list; a single value is a list of one.
fn list(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(list)) => list.clone(),
        Some(single) => vec![single.clone()],
        None => Vec::new(),
    }
}

fn said(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(written: Written, before: Value, now: Value, expected: &[&str]) {
        let found = compare("s.json", written, &before, &now);
        let rules: Vec<&str> = found.iter().map(|found| found.rule).collect();
        assert_eq!(rules, expected, "{before} -> {now}: {found:?}");
    }

    /// What widens breaks readers; turned round it narrows, and breaks writers.
    fn widens(before: Value, now: Value, for_readers: &[&str], turned_for_writers: &[&str]) {
        check(Written::ByOthers, before.clone(), now.clone(), &[]);
        check(Written::ByTheLedger, before.clone(), now.clone(), for_readers);
        check(Written::ByTheLedger, now.clone(), before.clone(), &[]);
        check(Written::ByOthers, now, before, turned_for_writers);
    }

    #[test]
    fn types_words_bounds_patterns_and_choices_only_widen_for_writers_and_only_narrow_for_readers() {
        widens(json!({"type": "string"}), json!({"type": ["string", "null"]}), &["type"], &["type"]);
        widens(json!({"type": "string", "pattern": "^a$"}), json!({"type": "string"}), &["changed"], &["changed"]);
        widens(json!({"maxLength": 3}), json!({"maxLength": 4}), &["bound"], &["bound"]);
        widens(json!({"minimum": 3}), json!({"minimum": 2}), &["bound"], &["bound"]);
        widens(json!({"minItems": 1, "type": "array"}), json!({"type": "array"}), &["bound"], &["bound"]);
        widens(json!({"items": {"const": 1}}), json!({"items": true}), &["narrowed"], &["narrowed"]);
        widens(json!({"items": {"maxLength": 1}}), json!({"items": {"maxLength": 2}}), &["bound"], &["bound"]);
        let choice =
            |kinds: &[&str]| json!({"oneOf": kinds.iter().map(|kind| json!({"type": kind})).collect::<Vec<_>>()});
        widens(choice(&["string"]), choice(&["string", "null"]), &["choices"], &["choices"]);
        widens(
            json!({"required": ["a", "b"], "type": "object"}),
            json!({"required": ["a"], "type": "object"}),
            &["property-optional"],
            &["property-required"],
        );
    }

    #[test]
    fn words_may_be_added_and_are_never_taken_from_writers() {
        let (two, three) = (json!({"enum": ["a", "b"]}), json!({"enum": ["a", "b", "c"]}));
        check(Written::ByOthers, two.clone(), three.clone(), &[]);
        check(Written::ByTheLedger, two.clone(), three.clone(), &[]);
        check(Written::ByOthers, three, two, &["word-removed"]);
    }

    #[test]
    fn a_property_stays_and_may_be_joined_by_another() {
        let one = json!({"properties": {"a": {"type": "string"}}, "additionalProperties": false});
        let two = json!({"properties": {"a": {"type": "string"}, "b": {}}, "additionalProperties": false});
        for written in [Written::ByOthers, Written::ByTheLedger] {
            check(written, one.clone(), two.clone(), &[]);
            check(written, two.clone(), one.clone(), &["property-removed"]);
        }
    }

    #[test]
    fn what_a_place_refers_to_is_compared_wherever_it_is_defined() {
        let with = |definition: Value| json!({"$ref": "#/$defs/D", "$defs": {"D": definition}});
        check(
            Written::ByOthers,
            with(json!({"maxLength": 3, "type": "string"})),
            with(json!({"maxLength": 2, "type": "string"})),
            &["bound"],
        );
        check(Written::ByOthers, with(json!({})), json!({"$ref": "#/$defs/E", "$defs": {"E": {}}}), &["changed"]);
    }

    #[test]
    fn a_condition_on_a_type_that_did_not_exist_concerns_nobody() {
        let rule = |name: &str| json!({"if": {"properties": {"type": {"const": name}}}, "then": {"required": ["x"]}});
        let schema = |types: &[&str], rules: &[&str]| json!({"properties": {"type": {"enum": types}}, "allOf": rules.iter().map(|name| rule(name)).collect::<Vec<_>>()});
        check(Written::ByOthers, schema(&["a"], &["a"]), schema(&["a", "b"], &["a", "b"]), &[]);
        check(Written::ByOthers, schema(&["a", "b"], &["a"]), schema(&["a", "b"], &["a", "b"]), &["condition"]);
    }

    #[test]
    fn notes_for_people_may_change() {
        for written in [Written::ByOthers, Written::ByTheLedger] {
            check(written, json!({"title": "a", "description": "b"}), json!({"title": "c"}), &[]);
        }
    }
}
