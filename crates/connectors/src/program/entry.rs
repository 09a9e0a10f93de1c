//! One entry of a section: its key, and its fields by the rules of the events that they become.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use tributary_domain::id::{AccountId, DealId, ExternalId, IdError, Namespace, PartnerId, Role};
use tributary_events::{Problem, member};

use super::{Place, Read, Section};
use crate::finding::Finding;

/// The namespaces that are no other system's.
const RESERVED: [&str; 3] = ["account", "partner", "book"];

/// Where an entry stands.
pub(super) struct At<'a> {
    pub(super) file: &'a str,
    /// The path of the entry; empty in a table, where a field is a column.
    pub(super) prefix: &'a str,
    /// The line of a path.
    pub(super) line: &'a dyn Fn(&str) -> u64,
}

impl At<'_> {
    fn path(&self, field: &str) -> String {
        match (self.prefix, field) {
            ("", field) => field.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, field) => format!("{prefix}.{field}"),
        }
    }

    fn finding(&self, field: &str, reason: impl Into<String>, code: &'static str) -> Finding {
        let path = self.path(field);
        Finding::error(self.file, (self.line)(&path), &path, reason, code)
    }

    fn problem(&self, problem: Problem) -> Finding {
        let path = self.path(problem.refusal.field());
        Finding::of(self.file, (self.line)(&path), &path, problem)
    }
}

/// Takes in an entry, or says all that is wrong with it.
pub(super) fn take(read: &mut Read, section: Section, value: &Value, at: &At<'_>) {
    let Value::Object(fields) = value else {
        return read.findings.push(at.finding("", "must be an object of named fields", "wrong-type"));
    };
    let mut entry = Entry { fields: fields.clone(), at, wrong: Vec::new() };
    match section {
        Section::Partners => {
            let id = entry.id("partner", PartnerId::new);
            let state = entry.state(member::partner);
            if let (Some(id), Some(state)) = (entry.once(read, section, id), state) {
                read.program.partners.insert(id, state);
            }
        }
        Section::Accounts => {
            let id = entry.id("account", AccountId::new);
            let state = entry.state(member::account);
            if let (Some(id), Some(state)) = (entry.once(read, section, id), state) {
                read.program.accounts.insert(id, state);
            }
        }
        Section::Aliases => alias(read, &mut entry),
        Section::Deals => {
            let id = entry.id("deal", DealId::new);
            let team = entry.team();
            entry.no_others(&["deal", "team"]);
            if let (Some(id), Some(team)) = (entry.once(read, section, id), team) {
                read.program.teams.insert(id, team);
            }
        }
    }
    read.findings.append(&mut entry.wrong);
}

fn alias(read: &mut Read, entry: &mut Entry<'_>) {
    let alias = entry.text("alias").and_then(|text| entry.external(&text));
    let account = match entry.fields.remove("account") {
        Some(Value::Null) => Some(None),
        Some(value) => {
            entry.fields.insert("account".to_owned(), value);
            entry.id("account", AccountId::new).map(Some)
        }
        None => {
            let reason = "is missing: name an account, or null to unlink the alias";
            entry.wrong.push(entry.at.finding("account", reason, "missing-field"));
            None
        }
    };
    entry.no_others(&["alias", "account"]);
    let name = alias.as_ref().map(|(namespace, id)| format!("{namespace}/{id}"));
    let known = entry.once(read, Section::Aliases, name).is_some();
    if let (Some(alias), Some(account), true) = (alias, account, known) {
        read.program.aliases.insert(alias, account);
    }
}

struct Entry<'a> {
    fields: Map<String, Value>,
    at: &'a At<'a>,
    wrong: Vec<Finding>,
}

impl Entry<'_> {
    /// A text that must be there.
    fn text(&mut self, name: &str) -> Option<String> {
        match self.fields.remove(name) {
            Some(Value::String(text)) if !text.is_empty() => return Some(text),
            None | Some(Value::String(_)) => {
                self.wrong.push(self.at.finding(name, "is missing or empty", "missing-field"));
            }
            Some(other) => self.wrong.push(self.at.finding(name, not_a_text(&other), "wrong-type")),
        }
        None
    }

    fn id<T>(&mut self, name: &str, new: fn(&str) -> Result<T, IdError>) -> Option<T> {
        let text = self.text(name)?;
        let id = new(&text);
        id.map_err(|error| self.wrong.push(self.at.finding(name, error.to_string(), "bad-identifier"))).ok()
    }

    /// What is left of the fields, as a state.
    fn state<T>(&mut self, read: fn(&Value) -> Result<T, Vec<Problem>>) -> Option<T> {
        let state = read(&Value::Object(std::mem::take(&mut self.fields)));
        state.map_err(|problems| self.wrong.extend(problems.into_iter().map(|one| self.at.problem(one)))).ok()
    }

    fn external(&mut self, text: &str) -> Option<(Namespace, ExternalId)> {
        let refuse = |reason: String| self.at.finding("alias", reason, "bad-alias");
        let Some((namespace, id)) = text.split_once('/').filter(|(namespace, _)| !RESERVED.contains(namespace)) else {
            let reason = "must be <namespace>/<external id>, and the namespace not account, partner or book";
            self.wrong.push(refuse(format!("is {text:?}, {reason}")));
            return None;
        };
        match (Namespace::new(namespace), ExternalId::new(id)) {
            (Ok(namespace), Ok(id)) => Some((namespace, id)),
            (Err(error), _) | (_, Err(error)) => {
                self.wrong.push(refuse(error.to_string()));
                None
            }
        }
    }

    /// The members of a team, each with partner and role.
    fn team(&mut self) -> Option<BTreeSet<(PartnerId, Role)>> {
        let members = match self.fields.remove("team") {
            Some(Value::Array(members)) => members,
            Some(_) => {
                self.wrong.push(self.at.finding("team", "must be a list of members", "wrong-type"));
                return None;
            }
            None => {
                let reason = "is missing: list the members, or none";
                self.wrong.push(self.at.finding("team", reason, "missing-field"));
                return None;
            }
        };
        let before = self.wrong.len();
        let mut team = BTreeSet::new();
        for (index, value) in members.into_iter().enumerate() {
            let path = format!("team[{index}]");
            let Value::Object(fields) = value else {
                self.wrong.push(self.at.finding(&path, "must be an object with partner and role", "wrong-type"));
                continue;
            };
            let prefix = self.at.path(&path);
            let at = At { file: self.at.file, prefix: &prefix, line: self.at.line };
            let mut member = Entry { fields, at: &at, wrong: Vec::new() };
            let who = member.id("partner", PartnerId::new).zip(member.id("role", Role::new));
            member.no_others(&["partner", "role"]);
            if who.is_some_and(|who| !team.insert(who)) {
                member.wrong.push(at.finding("", "stands twice in the team", "duplicate-entry"));
            }
            self.wrong.append(&mut member.wrong);
        }
        (self.wrong.len() == before).then_some(team)
    }

    fn no_others(&mut self, known: &[&str]) {
        for name in std::mem::take(&mut self.fields).keys().filter(|name| !known.contains(&name.as_str())) {
            let reason = format!("is no field of this entry: {}", known.join(", "));
            self.wrong.push(self.at.finding(name, reason, "unknown-field"));
        }
    }

    /// The key, if nothing of its name stands in this or an earlier file.
    fn once<T: ToString>(&mut self, read: &mut Read, section: Section, key: Option<T>) -> Option<T> {
        let key = key?;
        let path = self.at.path("");
        let place = Place { file: self.at.file.to_owned(), line: (self.at.line)(&path) };
        match read.places.get(&(section, key.to_string())) {
            Some(first) => {
                let reason = format!("`{}` stands at {}:{} already", key.to_string(), first.file, first.line);
                self.wrong.push(self.at.finding(section.key(), reason, "duplicate-entry"));
                None
            }
            None => {
                read.places.insert((section, key.to_string()), place);
                Some(key)
            }
        }
    }
}

fn not_a_text(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("is the number {number}, must be a text: write \"{number}\""),
        Value::Null => "is empty, must be a text".to_owned(),
        _ => "must be a text".to_owned(),
    }
}
