//! What a kind of table says: its rows' keys, versions and amounts, and the rules that they meet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tributary_domain::event::Draft;
use tributary_domain::id::Source;
use tributary_domain::money::Money;
use tributary_domain::time::Instant;

use super::changed::ChangedRule;
use super::condition::When;
use super::document::{KeyOf, RuleOf, TableOf};
use super::event::{EventRule, Wrong};
use super::record::Record;
use super::template::{Fault, Setting, Template};
use crate::Reason;
use crate::restate::is_restated;
use crate::row::{Restates, Said, Statement, Version};

/// The name under which a row's key can be asked for.
const KEY: &str = "key";

/// A kind of table.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: Arc<str>,
    has: Vec<String>,
    named: BTreeMap<String, Template>,
    key: Vec<Template>,
    version: Vec<Template>,
    first: Vec<Template>,
    last_file_is_right: bool,
    money: Option<(Template, Template)>,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    kind: Template,
    when: When,
    named: BTreeMap<String, Template>,
    leave_out: Option<Arc<str>>,
    changed: Option<ChangedRule>,
    refuse: Option<String>,
    takes_back: Option<Template>,
    events: Vec<EventRule>,
}

/// A row as a rule reads it.
pub(super) struct Read {
    pub(super) kind: Arc<str>,
    pub(super) money: Option<Money>,
    /// The column at fault and the reason, if it cannot be used.
    pub(super) said: Result<Said, Fault>,
}

impl Table {
    /// Reads it, with what is worked out for every table; an error names the path at fault.
    pub(super) fn read(of: &TableOf, all: &BTreeMap<String, String>, setting: &Setting) -> Result<Self, Wrong> {
        let template =
            |at: &str, text: &str| Template::read(text, &setting.names).map_err(|reason| (at.to_owned(), reason));
        let shared = all.iter().filter(|(name, _)| !of.named.contains_key(*name));
        let parts = |at: &str, of: &Option<KeyOf>| {
            of.iter().flat_map(KeyOf::parts).map(|text| template(at, text)).collect::<Result<Vec<_>, _>>()
        };
        let named = |(name, text): (&String, &String)| Ok((name.clone(), template(&format!("let.{name}"), text)?));
        let rules = of.rules.iter().enumerate();
        let rules = rules.map(|(at, rule)| Rule::read(rule, setting).map_err(|wrong| inside("rules", at, wrong)));
        let mut table = Self {
            name: of.name.as_str().into(),
            has: of.has.clone(),
            named: shared.chain(&of.named).map(named).collect::<Result<_, Wrong>>()?,
            key: parts("key", &of.key)?,
            version: parts("version", &of.version)?,
            first: parts("first", &of.first)?,
            last_file_is_right: of.last_file_is_right,
            money: match &of.money {
                Some(of) => Some((template("money.amount", &of.amount)?, template("money.currency", &of.currency)?)),
                None => None,
            },
            rules: rules.collect::<Result<_, _>>()?,
        };
        table.check_names()?;
        table.check_withheld()?;
        let used: BTreeSet<String> = table.used().into_iter().map(str::to_owned).collect();
        table.named.retain(|name, _| of.named.contains_key(name) || used.contains(name));
        Ok(table)
    }

    /// A name that nothing stands for would be a value that is never there.
    fn check_names(&self) -> Result<(), Wrong> {
        for (at, rule) in self.rules.iter().enumerate() {
            for (index, event) in rule.events.iter().enumerate() {
                let known = |name: &&str| {
                    let worked_out = self.named.contains_key(*name) || rule.named.contains_key(*name);
                    worked_out || (*name == KEY && !self.key.is_empty())
                };
                if let Some(name) = event.named().into_iter().find(|name| !known(name)) {
                    let why = match name {
                        KEY => "needs an `id`, or the table a `key`".to_owned(),
                        name => format!("`${name}` is not in the table's `let`"),
                    };
                    return Err((format!("rules[{at}].events[{index}]"), why));
                }
            }
        }
        Ok(())
    }

    /// What systems keep to themselves does not become an observation, whoever maps it (O5).
    fn check_withheld(&self) -> Result<(), Wrong> {
        let of_table = |name: &str| self.named.get(name).map_or_else(Vec::new, |template| template.fields().collect());
        for (at, rule) in self.rules.iter().enumerate() {
            let columns = |name: &str| match rule.named.get(name) {
                Some(own) => own.fields().chain(own.named().flat_map(of_table)).collect(),
                None => of_table(name),
            };
            for (index, event) in rule.events.iter().enumerate() {
                if let Some((column, why)) = event.withheld(columns) {
                    let why = format!("`{column}` is not synchronised between systems: {}", why.as_str());
                    return Err((format!("rules[{at}].events[{index}].data"), why));
                }
            }
        }
        Ok(())
    }

    /// The names that it asks for.
    fn used(&self) -> BTreeSet<&str> {
        let own = self.key.iter().chain(&self.version).chain(&self.first);
        let own = own.chain(self.money.iter().flat_map(|(amount, currency)| [amount, currency]));
        let mut used: BTreeSet<&str> = own.flat_map(Template::named).collect();
        for rule in &self.rules {
            used.extend(rule.kind.named().chain(rule.when.named()));
            used.extend(rule.templates().flat_map(Template::named));
            used.extend(rule.changed.iter().flat_map(ChangedRule::templates).flat_map(Template::named));
            used.extend(rule.events.iter().flat_map(EventRule::named));
        }
        used
    }

    /// Whether a row or a header is of this kind.
    pub(super) fn fits(&self, has: impl Fn(&str) -> bool) -> bool {
        self.has.iter().all(|name| has(name))
    }

    /// By what it is recognised, for people.
    pub(super) fn recognised(&self) -> String {
        format!("{} (which has {})", self.name, self.has.join(", "))
    }

    /// The columns that its templates read.
    pub(super) fn columns(&self) -> BTreeSet<&str> {
        let own = self.named.values().chain(&self.key).chain(&self.version).chain(&self.first);
        let own = own.chain(self.money.iter().flat_map(|(amount, currency)| [amount, currency]));
        let mut columns: BTreeSet<&str> = own.flat_map(Template::columns).collect();
        for rule in &self.rules {
            columns.extend(rule.kind.columns().chain(rule.when.columns()));
            columns.extend(rule.templates().flat_map(Template::columns));
            columns.extend(rule.changed.iter().flat_map(ChangedRule::templates).flat_map(Template::columns));
            columns.extend(rule.events.iter().flat_map(EventRule::columns));
        }
        columns
    }

    /// Reads a row. Whatever is wrong with it, it has a kind to be counted by.
    pub(super) fn row(&self, bare: &Record<'_>, setting: &Setting, source: &Source) -> Read {
        let mut read = Read { kind: Arc::clone(&self.name), money: None, said: Err((None, Reason::NoRule)) };
        let (mut named, fault) = self.work_out(bare, setting);
        let record = &Record { named: &named, ..*bare };
        let amount = self.amount(record, setting);
        read.money = amount.as_ref().ok().copied().flatten();
        let Some(rule) = self.rules.iter().find(|rule| rule.when.holds(record)) else { return read };
        if let Ok(Some(kind)) = rule.kind.text(record, setting) {
            read.kind = kind.into();
        }
        let own = rule.work_out(record, setting);
        // What is left out need not be readable.
        let fault = amount.err().or(fault).filter(|_| rule.leave_out.is_none());
        read.said = match (fault, own) {
            (Some(fault), _) | (None, Err(fault)) => Err(fault),
            (None, Ok(own)) => {
                named.extend(own);
                self.said(rule, &Record { named: &named, ..*bare }, setting, source)
            }
        };
        read
    }

    /// What can be asked for by name, and the first fault in it.
    fn work_out(&self, bare: &Record<'_>, setting: &Setting) -> (BTreeMap<&str, Option<String>>, Option<Fault>) {
        let (mut named, mut fault) = (BTreeMap::new(), None);
        let mut keep = |worked_out: Result<Option<String>, Fault>| {
            worked_out.unwrap_or_else(|one| {
                fault.get_or_insert(one);
                None
            })
        };
        for (name, template) in &self.named {
            named.insert(name.as_str(), keep(template.text(bare, setting)));
        }
        let record = &Record { named: &named, ..*bare };
        let key = match self.key.as_slice() {
            [] => Ok(None),
            [one] => one.needed(record, setting).map(Some),
            parts => hashed(parts, record, setting).map(Some),
        };
        let key = keep(key);
        named.insert(KEY, key);
        (named, fault)
    }

    fn amount(&self, record: &Record<'_>, setting: &Setting) -> Result<Option<Money>, Fault> {
        let Some((amount, currency)) = &self.money else { return Ok(None) };
        let texts = amount.text(record, setting)?.zip(currency.text(record, setting)?);
        let Some((amount_text, currency_text)) = texts else { return Ok(None) };
        let wrong = |template: &Template, reason| (template.columns().next().map(str::to_owned), reason);
        let read = amount_text.parse();
        let read_amount = read.map_err(|error| wrong(amount, Reason::Decimal { text: amount_text.clone(), error }))?;
        let read = currency_text.parse();
        let read_currency =
            read.map_err(|error| wrong(currency, Reason::Currency { text: currency_text.clone(), error }))?;
        Ok(Some(Money { amount: read_amount, currency: read_currency }))
    }

    fn said(&self, rule: &Rule, record: &Record<'_>, setting: &Setting, source: &Source) -> Result<Said, Fault> {
        if let Some(reason) = &rule.refuse {
            return Err((None, Reason::Unusable { reason: reason.clone() }));
        }
        if let Some(reason) = &rule.leave_out {
            let changed = rule.changed.as_ref().map(|changed| changed.said(reason, record, setting));
            return changed.unwrap_or_else(|| Ok(Said::LeftOut(Arc::clone(reason))));
        }
        if let Some(payment) = &rule.takes_back {
            let payment = payment.needed(record, setting)?;
            return Ok(Said::TakesBack { source: source.clone(), payment });
        }
        let mut statements = Vec::new();
        for event in &rule.events {
            for draft in event.drafts(record, setting, source)? {
                let restates = self.restates(&draft, &event.only_restates, record, setting)?;
                statements.push(Statement { draft, restates });
            }
        }
        Ok(if statements.is_empty() { Said::LeftOut("says nothing".into()) } else { Said::Events(statements) })
    }

    fn restates(
        &self,
        draft: &Draft,
        only: &Option<Arc<str>>,
        record: &Record<'_>,
        setting: &Setting,
    ) -> Result<Restates, Fault> {
        if !is_restated(&draft.body) {
            return Ok(Restates::Nothing);
        }
        if self.version.is_empty() {
            let by_file = self.last_file_is_right;
            return Ok(if by_file { Restates::ByFile { only: only.clone() } } else { Restates::Nothing });
        }
        let part = |part: &Template| Ok(sortable(&part.needed(record, setting)?));
        let version = self.version.iter().map(part).collect::<Result<Vec<_>, Fault>>()?;
        let first = self.first.iter().map(|part| part.text(record, setting)).collect::<Result<Option<Vec<_>>, _>>()?;
        let first = first.is_some_and(|first| first.iter().map(|part| sortable(part)).eq(version.iter().cloned()));
        Ok(Restates::ByVersion { version: Version::new(version.join("~")), first })
    }
}

impl Rule {
    fn read(of: &RuleOf, setting: &Setting) -> Result<Self, Wrong> {
        let ways = [of.leave_out.is_some(), of.refuse.is_some(), of.takes_back.is_some(), !of.events.is_empty()];
        if ways.into_iter().filter(|way| *way).count() != 1 {
            return Err(("".to_owned(), "needs one of `events`, `leaveOut`, `refuse` and `takesBack`".to_owned()));
        }
        if of.changed.is_some() && of.leave_out.is_none() {
            return Err(("changed".to_owned(), "goes with `leaveOut` only".to_owned()));
        }
        let events = of.events.iter().enumerate();
        let events = events
            .map(|(at, event)| EventRule::read(event, &setting.names).map_err(|wrong| inside("events", at, wrong)));
        let template =
            |at: &str, text: &str| Template::read(text, &setting.names).map_err(|reason| (at.to_owned(), reason));
        let named = |(name, text): (&String, &String)| Ok((name.clone(), template(&format!("let.{name}"), text)?));
        Ok(Self {
            kind: template("kind", &of.kind)?,
            when: When::read(&of.when, &of.unless)?,
            named: of.named.iter().map(named).collect::<Result<_, Wrong>>()?,
            takes_back: of.takes_back.as_ref().map(|text| template("takesBack", text)).transpose()?,
            leave_out: of.leave_out.as_deref().map(Into::into),
            changed: of.changed.as_ref().map(|changed| ChangedRule::read(changed, &setting.names)).transpose()?,
            refuse: of.refuse.clone(),
            events: events.collect::<Result<_, _>>()?,
        })
    }

    /// What it works out beside the table.
    fn work_out(&self, record: &Record<'_>, setting: &Setting) -> Result<Vec<(&str, Option<String>)>, Fault> {
        self.named.iter().map(|(name, template)| Ok((name.as_str(), template.text(record, setting)?))).collect()
    }

    /// Its templates that no event has.
    fn templates(&self) -> impl Iterator<Item = &Template> {
        self.named.values().chain(&self.takes_back)
    }
}

/// What is wrong in an item of a list.
pub(super) fn inside(list: &str, at: usize, (path, reason): Wrong) -> Wrong {
    let dot = if path.is_empty() { "" } else { "." };
    (format!("{list}[{at}]{dot}{path}"), reason)
}

/// The key of several parts: 32 hex digits. Each part is hashed with its length before it, an absent one with none.
fn hashed(parts: &[Template], record: &Record<'_>, setting: &Setting) -> Result<String, Fault> {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        match part.text(record, setting)? {
            Some(text) => hasher.update(&[1]).update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes()),
            None => hasher.update(&[0]),
        };
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

/// A version whose text sorts as versions follow each other: instants and numbers in as many digits as any.
pub(crate) fn sortable(text: &str) -> String {
    if let Ok(instant) = text.parse::<Instant>() {
        let (seconds, micros) = (instant.micros().div_euclid(1_000_000), instant.micros().rem_euclid(1_000_000));
        let whole = Instant::from_micros(seconds * 1_000_000).to_string();
        return format!("{}.{micros:06}Z", whole.trim_end_matches('Z'));
    }
    match text.parse::<u64>() {
        Ok(number) => format!("{number:020}"),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_sort_as_they_follow_each_other() {
        for (earlier, later) in [
            ("2019-03-29T03:00:00Z", "2019-03-29T03:00:00.5Z"),
            ("2019-03-29T03:00:00.000001Z", "2019-04-28T03:00:00Z"),
            ("2019-03-29T03:00:00+02:00", "2019-03-29T02:00:00Z"),
            ("9", "10"),
            ("a", "b"),
        ] {
            assert!(sortable(earlier) < sortable(later), "{earlier} {later}");
        }
        assert_eq!(sortable("2019-03-29T03:00:00Z"), sortable("2019-03-29T03:00:00.000Z"));
    }
}
