//! O1 to O4: what systems say of a deal, who is right, and where they differ.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::deal::Deal;
use super::event::{Event, texts};
use super::known::Known;
use super::number::Number;
use super::time::{Day, instant_text};

/// The fields in their order, and the kind of system that owns each. O3
const FIELDS: [(&str, &str); 8] = [
    ("accountName", "crm"),
    ("opportunityName", "crm"),
    ("stage", "crm"),
    ("amount", "crm"),
    ("closeDate", "crm"),
    ("acceptance", "portal"),
    ("agreement", "marketplace"),
    ("paid", "disbursements"),
];

/// One time that a system said something of a field.
struct Word<'a> {
    system: &'a str,
    kind: &'a str,
    value: Option<String>,
    event: &'a Event,
}

/// What a system says of a field in the end: its last word, and the first event of those that say the same. O2
struct Said<'a> {
    last: Word<'a>,
    first: &'a Event,
}

pub(super) fn deal_record(known: &Known, deal: &str, day: Day) -> Value {
    let open = known.deals.get(deal);
    let field = |(name, owner): (&'static str, &str)| {
        let said = said(known, open?, name, day);
        (!said.is_empty()).then(|| field_record(known, name, owner, &said, day))
    };
    json!({
        "deal": deal, "account": open.map(|deal| deal.account.clone()), "asOf": day.to_string(),
        "knownAt": instant_text(known.at), "fields": FIELDS.into_iter().filter_map(field).collect::<Vec<_>>(),
    })
}

pub(super) fn drift(known: &Known, account: Option<&str>, day: Day) -> Value {
    let mut deals: BTreeSet<(&str, &str)> = BTreeSet::new();
    for deal in known.deals.values() {
        let observed = known
            .of_account(&deal.account, "deal.observed")
            .any(|event| event.text("deal") == deal.id && known.day_of(event) <= day);
        if observed && deal.opened_on <= day && account.is_none_or(|account| account == deal.account) {
            deals.insert((&deal.account, &deal.id));
        }
    }
    let mut fields = Vec::new();
    for (account, deal) in &deals {
        for (name, owner) in FIELDS {
            let said = said(known, &known.deals[*deal], name, day);
            let (right, _, same) = authority(known, name, owner, &said, day);
            let others = differing(right, &said, &same);
            if !others.is_empty() {
                fields.push(json!({
                    "account": account, "deal": deal, "field": name,
                    "authority": right.map(shown), "others": others.into_iter().map(shown).collect::<Vec<_>>(),
                }));
            }
        }
    }
    json!({"asOf": day.to_string(), "knownAt": instant_text(known.at), "deals": deals.len(), "fields": fields})
}

fn field_record(known: &Known, name: &str, owner: &str, said: &[Said<'_>], day: Day) -> Value {
    let (right, authority, same) = authority(known, name, owner, said, day);
    json!({
        "field": name, "value": right.and_then(|said| said.last.value.clone()),
        "system": right.map(|said| said.last.system), "since": right.map(|said| instant_text(said.first.time)),
        "authority": authority, "drifts": !differing(right, said, &same).is_empty(),
        "said": said.iter().map(shown).collect::<Vec<_>>(),
    })
}

fn shown(said: &Said<'_>) -> Value {
    json!({
        "system": said.last.system, "kind": said.last.kind, "value": said.last.value,
        "since": instant_text(said.first.time), "source": said.first.source, "id": said.first.id,
    })
}

/// O1 and O2, by system.
fn said<'a>(known: &'a Known, deal: &'a Deal, field: &str, day: Day) -> Vec<Said<'a>> {
    let mut systems: BTreeMap<&str, Said<'a>> = BTreeMap::new();
    for word in words(known, deal, field, day) {
        let first = match systems.get(word.system) {
            Some(before) if before.last.value == word.value => before.first,
            _ => word.event,
        };
        systems.insert(word.system, Said { first, last: word });
    }
    systems.into_values().collect()
}

/// Everything that was said of a field by a day, in the order of T3.
fn words<'a>(known: &'a Known, deal: &'a Deal, field: &str, day: Day) -> Vec<Word<'a>> {
    let mut words = Vec::new();
    for event in known.of_account(&deal.account, "deal.observed") {
        if event.text("deal") == deal.id && known.day_of(event) <= day {
            let value = value(event, field);
            if value.is_some() || texts(&event.data["cleared"]).contains(&field) {
                words.push(Word { system: event.text("system"), kind: event.text("kind"), value, event });
            }
        }
    }
    if field == "agreement" {
        for event in known.of_account(&deal.account, "offer.accepted") {
            if event.text("deal") == deal.id && known.day_of(event) <= day {
                let value = Some(event.text("agreement").to_owned());
                words.push(Word { system: "ledger", kind: "marketplace", value, event });
            }
        }
    }
    words.extend((field == "paid").then(|| paid(known, deal, day)).flatten());
    words
}

fn value(event: &Event, field: &str) -> Option<String> {
    let text = event.data[field].as_str()?;
    match field {
        "amount" | "paid" => Some(format!("{} {}", Number::read(text).text(), event.text("currency"))),
        _ => Some(text.to_owned()),
    }
}

/// What was disbursed for a deal by a day. F4
fn paid<'a>(known: &'a Known, deal: &Deal, day: Day) -> Option<Word<'a>> {
    let mut amounts: BTreeMap<&str, Number> = BTreeMap::new();
    let mut last: Option<&Event> = None;
    for report in known.standing_reports(&deal.account) {
        let for_this = known.deal_of_disbursement(&deal.account, report).is_some_and(|of| of == deal.id);
        if !for_this || report.day("disbursedOn").is_none_or(|on| on > day) {
            continue;
        }
        let sum = amounts.entry(report.text("currency")).or_insert_with(Number::zero);
        *sum = sum.clone() + report.number("net");
        if last.is_none_or(|last| last.order() < report.order()) {
            last = Some(report);
        }
    }
    let shown: Vec<String> = amounts
        .into_iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(currency, amount)| format!("{} {currency}", amount.text()))
        .collect();
    let value = (!shown.is_empty()).then(|| shown.join(", "));
    last.map(|event| Word { system: "ledger", kind: "disbursements", value, event })
}

/// Who is right, how that is shown, and which texts say the same. O3
fn authority<'s, 'a>(
    known: &Known,
    name: &str,
    owner: &str,
    said: &'s [Said<'a>],
    day: Day,
) -> (Option<&'s Said<'a>>, Value, Vec<BTreeSet<String>>) {
    let mut policies: Vec<_> = known
        .in_force("authority", day, day)
        .into_values()
        .filter(|policy| policy.0["fields"][name].is_object())
        .collect();
    policies.sort_by_key(|policy| (-policy.0["priority"].as_i64().unwrap_or(0), policy.text("id").to_owned()));
    let Some(policy) = policies.first() else {
        let of_kind = said.iter().filter(|said| said.last.kind == owner);
        let right = of_kind.max_by(|one, other| one.last.event.order().cmp(&other.last.event.order()));
        return (right, json!({"policy": null, "effectiveFrom": null, "systems": [], "kind": owner}), Vec::new());
    };
    let named = &policy.0["fields"][name];
    let systems = texts(&named["systems"]);
    let right = systems.iter().find_map(|system| said.iter().find(|said| said.last.system == *system));
    let shown = json!({
        "policy": policy.text("id"), "effectiveFrom": policy.text("effectiveFrom"), "systems": systems, "kind": null,
    });
    let group = |group: &Value| texts(&group["values"]).into_iter().map(str::to_owned).collect();
    (right, shown, named["same"].as_array().into_iter().flatten().map(group).collect())
}

/// O4
fn differing<'s, 'a>(
    right: Option<&'s Said<'a>>,
    said: &'s [Said<'a>],
    same: &[BTreeSet<String>],
) -> Vec<&'s Said<'a>> {
    let alike = |one: &Said<'_>, other: &Said<'_>| match (&one.last.value, &other.last.value) {
        (Some(one), Some(other)) => {
            one == other || same.iter().any(|group| group.contains(one) && group.contains(other))
        }
        (one, other) => one == other,
    };
    match right {
        Some(right) => said.iter().filter(|other| !alike(right, other)).collect(),
        None if said.iter().all(|one| said.iter().all(|other| alike(one, other))) => Vec::new(),
        None => said.iter().collect(),
    }
}
