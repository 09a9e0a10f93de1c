//! E1: what explains a statement, a partner's credits or an account's shares says what the answer says, can be recomputed
//! from what it shows and nothing else, and cites events that stand in the log where it says.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use tributary_domain::id::Identity;
use tributary_finance::explain;
use tributary_finance::explain::{CreditFilter, Filter, Identify, ShareFilter, check, explain_credits, explain_shares};
use tributary_log::Position;

use super::{Broken, Case, equal};
use crate::question::{About, Question};

/// So many answers of a scenario are explained: an explanation is far longer than what it explains.
const EXPLAINED: usize = 5;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let log: BTreeMap<u64, Identity> = case.ledger.identities()?.into_iter().collect();
    let identify = |at: Position| log.get(&at.offset).cloned();
    let asked = case.scenario.questions.iter().zip(&case.answers);
    let explainable = asked.filter(|(_, answer)| !answer["error"].is_object());
    let full = |(_, answer): &(&Value, &Value)| ["lines", "credits", "deals"].iter().any(|of| has(&answer[*of]));
    for (question, answer) in explainable.filter(full).take(EXPLAINED) {
        let Some(explained) = explained(case, question, &identify)? else { continue };
        says(question, &explained, answer)?;
        let recomputed = check(&explained).map_err(|mismatch| mismatch.to_string());
        let found = recomputed.err().unwrap_or_default();
        equal(&format!("explained: {question}"), ("who recomputes it", found), ("the rule", String::new()))?;
        cited(question, &explained, &log)?;
    }
    Ok(())
}

fn has(list: &Value) -> bool {
    list.as_array().is_some_and(|list| !list.is_empty())
}

/// The explanation of what was answered; none: there is nothing to explain.
fn explained(case: &Case<'_>, question: &Value, identify: &Identify<'_>) -> Result<Option<Value>, Broken> {
    let Some(Question { about, known_at }) = Question::read(question) else { return Ok(None) };
    let view = case.ledger.projection.view(known_at)?;
    Ok(match about {
        About::Statement { partner, period } => {
            let closed = view.closes().into_iter().find(|close| close.period == period);
            let view = closed.map_or_else(|| view.as_known_at(view.known_at()), |close| view.as_known_at(close.cutoff));
            document(&explain(&view, &partner, period, &Filter::default(), identify)?)?
        }
        About::Credits { partner, period } => {
            document(&explain_credits(&view, &partner, period, &CreditFilter::default(), identify)?)?
        }
        About::Attribution { account, as_of } => {
            document(&explain_shares(&view, &account, as_of, &ShareFilter::default(), identify)?)?
        }
        About::Renewals { .. } | About::Suspense | About::DealRecord { .. } | About::Drift { .. } => None,
    })
}

fn document(explained: &impl Serialize) -> Result<Option<Value>, Broken> {
    Ok(Some(serde_json::to_value(explained)?))
}

/// An explanation is of the answer that was given.
fn says(question: &Value, explained: &Value, answer: &Value) -> Result<(), Broken> {
    let (said, expected) = match question["ask"].as_str() {
        Some("statement") => (explained["statement"].clone(), answer.clone()),
        Some("credits") => {
            let fields = ["pool", "basis", "account", "deal", "role", "product", "vendor", "amount"];
            let shown = each(&explained["credits"]).filter(|credit| credit["amount"] != "0");
            (shown.map(|credit| fields.map(|of| credit[of].clone())).collect(), {
                each(&answer["credits"]).map(|credit| fields.map(|of| credit[of].clone())).collect()
            })
        }
        _ => (shares(explained), shares(answer)),
    };
    equal(&format!("what is explained: {question}"), ("the explanation", said), ("the ledger", expected))
}

/// The partners' shares of an account's deals.
fn shares(of: &Value) -> Value {
    let split = |split: &Value| {
        let credited = each(&split["shares"]).filter(|of| of["enrolled"] != false && of["share"] != "0");
        let shares = credited.map(|of| ["partner", "role", "share"].map(|name| of[name].clone()));
        json!([split["pool"], split["product"], split["vendor"], split["retained"], shares.collect::<Vec<_>>()])
    };
    let deal = |deal: &Value| json!([deal["deal"], each(&deal["splits"]).map(split).collect::<Vec<_>>()]);
    each(&of["deals"]).map(deal).collect()
}

fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Every event that is cited stands in the log at that position.
fn cited(question: &Value, document: &Value, log: &BTreeMap<u64, Identity>) -> Result<(), Broken> {
    match document {
        Value::Array(all) => all.iter().try_for_each(|one| cited(question, one, log)),
        Value::Object(fields) => {
            if let Some(offset) = fields.get("offset").and_then(Value::as_u64) {
                let says = json!([fields["source"], fields["id"]]);
                let stands = log.get(&offset).map(|of| json!([of.source.as_str(), of.id.as_str()]));
                let what = format!("cited at {offset}: {question}");
                equal(&what, ("the explanation", says), ("the log", stands.unwrap_or_default()))?;
            }
            fields.values().try_for_each(|one| cited(question, one, log))
        }
        _ => Ok(()),
    }
}
