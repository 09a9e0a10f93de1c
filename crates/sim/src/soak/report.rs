//! What a soak saw: how much of what, which rules fired how often, and which never did.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::property::{Case, PROPERTIES};

/// Everything that the auditor notes: a run in which one of these never fired has said nothing about it.
const BRANCHES: &[&str] = &[
    "A1 decided",
    "A1 no policy",
    "A3 nobody holds any",
    "A3 redistribute",
    "A3 role split",
    "A3 several holders",
    "A4 adjudicated",
    "A4 expired",
    "A4 other products",
    "A4 protected",
    "A4 registrant first",
    "A4 rejected or withdrawn",
    "A4 unprotected",
    "A5 by assignment",
    "A5 by claim",
    "A5 by lead",
    "A5 by registration",
    "A5 source wins",
    "A6 decay",
    "A6 first",
    "A6 last",
    "A6 linear",
    "A6 no touch",
    "A6 position of many",
    "A6 position of one",
    "A6 position of two",
    "A7 fixed",
    "A7 not enrolled yet",
    "C1",
    "D1 opened again",
    "D2 churn cut",
    "D2 churn leaves nothing",
    "D2 term restated",
    "D5 found by product",
    "D5 names a deal that cannot have it",
    "D5 names its deal",
    "D5 unattributed",
    "F1 corrected",
    "F2",
    "F3",
    "F4 found by agreement",
    "F4 names its deal",
    "F4 restated",
    "F4 unattributed",
    "F5 direct",
    "F5 inverted",
    "F5 without a rate",
    "I3 linked",
    "I3 never linked",
    "I3 relinked",
    "I3 unlinked",
    "L1 invalid close",
    "L2 accrual",
    "L2 adjustment",
    "L4 before the last cutoff",
    "L5 all held",
    "L5 held",
    "L5 payout in another currency",
    "L5 payout returned",
    "M1 not enrolled",
    "M1 other partners",
    "M2 months are over",
    "M2 other terms",
    "M3 flat",
    "M3 graduated",
    "M3 negative",
    "M3 volume",
    "M4 accelerated",
    "M4 grew too little",
    "M4 nothing to compare with",
    "M5 capped",
    "M6 bases add up to zero",
    "M7 clawed back",
];

/// Counts over scenarios. Two runs of the same seeds give the same report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Scenarios that every property holds of.
    pub scenarios: u64,
    /// Events, by type.
    pub events: BTreeMap<String, u64>,
    /// Questions, by kind and by whether the answer says anything.
    pub questions: BTreeMap<String, u64>,
    /// How often each rule, and each branch of one, fired in the auditor.
    pub rules: BTreeMap<&'static str, u64>,
    /// Of the answers' bytes, whatever the order of the scenarios.
    digest: [u8; 32],
}

impl Report {
    /// Of one scenario.
    pub fn of(case: &Case<'_>) -> Self {
        let mut report = Self { scenarios: 1, rules: case.auditor.rules_fired(), ..Self::default() };
        for event in &case.scenario.events {
            let kind = event["type"].as_str().unwrap_or_default();
            *report.events.entry(kind.to_owned()).or_default() += 1;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&case.scenario.seed.to_le_bytes());
        for (question, answer) in case.scenario.questions.iter().zip(&case.answers) {
            let kind = format!("{}, {}", question["ask"].as_str().unwrap_or_default(), says(answer));
            *report.questions.entry(kind).or_default() += 1;
            hasher.update(answer.to_string().as_bytes());
        }
        report.digest = *hasher.finalize().as_bytes();
        report
    }

    /// Takes in another one.
    pub fn add(&mut self, other: &Self) {
        self.scenarios += other.scenarios;
        for (into, from) in [(&mut self.events, &other.events), (&mut self.questions, &other.questions)] {
            from.iter().for_each(|(of, count)| *into.entry(of.clone()).or_default() += count);
        }
        other.rules.iter().for_each(|(of, count)| *self.rules.entry(of).or_default() += count);
        self.digest.iter_mut().zip(other.digest).for_each(|(into, from)| *into ^= from);
    }

    /// The rules, and the branches of them, that never fired.
    pub fn never_fired(&self) -> Vec<&'static str> {
        BRANCHES.iter().copied().filter(|branch| !self.rules.contains_key(branch)).collect()
    }
}

/// Whether an answer says anything.
fn says(answer: &Value) -> &'static str {
    let lists = ["lines", "credits", "unresolved", "unattributed", "unconverted"];
    let full = |value: &Value| value.as_array().is_some_and(|list| !list.is_empty());
    let shares = answer["deals"].as_array().into_iter().flatten().flat_map(|deal| {
        let splits = deal["splits"].as_array().into_iter().flatten().map(|split| &split["shares"]);
        splits.chain([&deal["terms"]])
    });
    if answer["error"].is_object() {
        "refused"
    } else if lists.iter().any(|list| full(&answer[*list])) || shares.into_iter().any(full) {
        "with something to say"
    } else {
        "empty"
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |of: &BTreeMap<String, u64>| of.values().sum::<u64>();
        writeln!(f, "scenarios {}, each held to {} properties:", self.scenarios, PROPERTIES.len())?;
        PROPERTIES.iter().try_for_each(|property| writeln!(f, "  {}", property.name))?;
        writeln!(f, "events {}:", sum(&self.events))?;
        rows(f, self.events.iter().map(|(of, count)| (of.as_str(), *count)))?;
        writeln!(f, "questions {}:", sum(&self.questions))?;
        rows(f, self.questions.iter().map(|(of, count)| (of.as_str(), *count)))?;
        writeln!(f, "rules:")?;
        rows(f, self.rules.iter().map(|(of, count)| (*of, *count)))?;
        for rule in self.never_fired() {
            writeln!(f, "NEVER FIRED: {rule}")?;
        }
        let digest: String = self.digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        write!(f, "digest of the answers {digest}")
    }
}

fn rows<'a>(f: &mut fmt::Formatter<'_>, mut rows: impl Iterator<Item = (&'a str, u64)>) -> fmt::Result {
    rows.try_for_each(|(of, count)| writeln!(f, "  {count:>12}  {of}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// The texts of a source that begin like a rule: `"A4 expired"`.
    fn noted(source: &str) -> impl Iterator<Item = &str> {
        source.split('"').skip(1).step_by(2).filter(|text| {
            let mut letters = text.chars();
            let rule = letters.next().is_some_and(|letter| letter.is_ascii_uppercase())
                && letters.next().is_some_and(|digit| digit.is_ascii_digit());
            rule && letters.next().is_none_or(|blank| blank == ' ')
        })
    }

    #[test]
    fn the_branches_are_those_that_the_auditor_notes() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/auditor");
        let files = fs::read_dir(&folder).expect("the auditor").map(|entry| entry.expect("an entry").path());
        let texts: Vec<String> = files
            .chain([folder.with_extension("rs")])
            .map(|path| fs::read_to_string(path).expect("a source"))
            .collect();
        let found: BTreeSet<&str> = texts.iter().flat_map(|text| noted(text)).collect();
        assert_eq!(found, BRANCHES.iter().copied().collect());
    }
}
