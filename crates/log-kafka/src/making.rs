//! Making the ledger's topics, judging those that are there, and recognising the log when it is opened.

mod administration;
mod finding;
mod marks;
mod plan;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tributary_log::{Family, Layout, LogId, Recorded};

use crate::client::{Client, PATIENCE, Shape};
use crate::marker::Marker;
use crate::{KafkaError, Result, Settings};

use administration::Administration;
pub use finding::{Finding, TopicReport, TopicState};
use marks::{First, Place};
use plan::Planned;

/// How topics are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InitOptions {
    /// Partitions of each topic that is shared out; at least 1. It never changes afterwards.
    pub partitions: u32,
    /// How many brokers hold each partition; at least 1.
    pub replication: u16,
    /// Who says when events were recorded (I2).
    pub recorded: Recorded,
}

/// Makes the ledger's topics, or completes them if making them was cut off. Changes nothing of topics that are there, and
/// makes none if one of them is not safe to use.
pub fn init(settings: &Settings, options: &InitOptions) -> Result<Vec<TopicReport>> {
    let client = Client::connect(settings)?;
    let administration = Administration::connect(settings)?;
    let layout = Layout { per_family: options.partitions.max(1) };
    let plan = plan::topics(layout);
    let shapes = client.shapes()?;
    let cluster = client.cluster()?;
    let firsts = firsts(&client, layout, &shapes)?;
    let own = Marker { cluster, layout, recorded: options.recorded, ..some_marker(&firsts)? };

    let mut reports = judged(&client, &administration, &plan, &shapes)?;
    judge_marks(&mut reports, settings, &firsts, &own);
    judge_missing(&mut reports, settings, &firsts);
    if reports.iter().any(|report| !report.findings.is_empty()) {
        return Err(KafkaError::Unsafe { reports });
    }

    let missing: Vec<&Planned> =
        plan.iter().filter(|topic| !shapes.contains_key(&settings.topic(topic.name))).collect();
    administration.create(settings, &missing, options.replication.max(1))?;
    administration.wait_for(&client, settings, &missing)?;
    let unmarked: Vec<Place> =
        places(layout).filter(|place| !matches!(firsts.get(place), Some(First::Marked(_)))).collect();
    marks::write(&client, &own, &unmarked)?;
    for report in &mut reports {
        let marks = unmarked.iter().any(|(family, _)| settings.topic(family.name()) == report.topic);
        report.state = match report.state {
            TopicState::Missing => TopicState::Created,
            _ if marks => TopicState::Completed,
            state => state,
        };
    }
    Ok(reports)
}

/// Makes a topic beside a projected one, as it is made itself, and empty. The name is without the prefix.
pub fn make_beside(settings: &Settings, projected: &str, name: &str) -> Result<()> {
    let client = Client::connect(settings)?;
    let (like, topic) = (settings.topic(projected), settings.topic(name));
    let shapes = client.shapes()?;
    if shapes.contains_key(&topic) {
        return Err(KafkaError::Exists { topic });
    }
    let shape = shapes.get(&like).ok_or(KafkaError::NoTopic { topic: like })?;
    let planned = plan::projected(shape.partitions);
    Administration::connect(settings)?.create_named(&[(topic.clone(), &planned)], shape.replication.max(1))?;
    let until = Instant::now() + PATIENCE;
    while client.shapes()?.get(&topic).is_none_or(|made| made.partitions != shape.partitions) {
        if Instant::now() > until {
            let cause = "the brokers do not know of it in time".into();
            return Err(KafkaError::with(format!("make `{topic}`"), true, cause));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Judges the ledger's topics: what is unsafe about them, and what it would lose.
pub fn check(settings: &Settings) -> Result<Vec<TopicReport>> {
    let client = Client::connect(settings)?;
    let administration = Administration::connect(settings)?;
    let shapes = client.shapes()?;
    let layout = layout_of(settings, &shapes);
    let mut reports = judged(&client, &administration, &plan::topics(layout), &shapes)?;
    let firsts = firsts(&client, layout, &shapes)?;
    let own = some_marker(&firsts)?;
    let own = Marker { cluster: client.cluster()?, layout, ..own };
    judge_marks(&mut reports, settings, &firsts, &own);
    for report in reports.iter_mut().filter(|report| report.state == TopicState::Missing) {
        report.findings.push(Finding::missing());
    }
    for (place, _) in firsts.iter().filter(|(_, first)| matches!(first, First::Nothing)) {
        push(&mut reports, settings, place.0, Finding::unmarked(place.1));
    }
    Ok(reports)
}

/// The marker of the log that the topics hold, if every partition of every input topic opens with one of the same log, and
/// all of it is there.
pub(crate) fn opened(client: &Client) -> Result<Marker> {
    let settings = client.settings();
    let shapes = client.shapes()?;
    for family in Family::ALL {
        let topic = settings.topic(family.name());
        if !shapes.contains_key(&topic) {
            return Err(KafkaError::NoTopic { topic });
        }
    }
    let layout = layout_of(settings, &shapes);
    let mut reports: Vec<TopicReport> =
        Family::ALL.iter().map(|family| TopicReport::of(settings.topic(family.name()), Vec::new())).collect();
    for planned in plan::topics(layout).iter().take(Family::ALL.len()) {
        let topic = settings.topic(planned.name);
        let found = shapes[&topic].partitions;
        if found != planned.partitions {
            return Err(KafkaError::found(topic, Finding::partitions(found, planned.partitions)));
        }
    }
    let firsts = firsts(client, layout, &shapes)?;
    let own = Marker { cluster: client.cluster()?, layout, ..some_marker(&firsts)? };
    judge_marks(&mut reports, settings, &firsts, &own);
    for (place, _) in firsts.iter().filter(|(_, first)| matches!(first, First::Nothing)) {
        push(&mut reports, settings, place.0, Finding::unmarked(place.1));
    }
    if reports.iter().any(|report| !report.findings.is_empty()) {
        return Err(KafkaError::Unsafe { reports });
    }
    Ok(own)
}

/// As many partitions as the bulk has.
fn layout_of(settings: &Settings, shapes: &BTreeMap<String, Shape>) -> Layout {
    let bulk = shapes.get(&settings.topic(Family::Consumption.name()));
    Layout { per_family: bulk.map_or(1, |shape| shape.partitions.max(1)) }
}

/// Every partition of the input topics.
fn places(layout: Layout) -> impl Iterator<Item = Place> {
    (0..layout.partitions()).filter_map(move |number| layout.place(number))
}

fn firsts(client: &Client, layout: Layout, shapes: &BTreeMap<String, Shape>) -> Result<BTreeMap<Place, First>> {
    let there = |(family, partition): &Place| {
        let shape = shapes.get(&client.settings().topic(family.name()));
        shape.is_some_and(|shape| *partition < shape.partitions)
    };
    let places: Vec<Place> = places(layout).filter(there).collect();
    marks::read(client, &places)
}

/// The first marker found, else that of a new log.
fn some_marker(firsts: &BTreeMap<Place, First>) -> Result<Marker> {
    let found = firsts.values().find_map(|first| match first {
        First::Marked(marked) => Some(marked.marker.clone()),
        _ => None,
    });
    if let Some(marker) = found {
        return Ok(marker);
    }
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_| KafkaError::NoRandomness)?;
    let layout = Layout { per_family: 1 };
    let (family, partition, recorded) = (Family::Reference, 0, Recorded::ByLog);
    Ok(Marker { id: LogId(id), cluster: String::new(), layout, family, partition, recorded })
}

/// A report for each planned topic, with what its settings and its number of partitions would lose.
fn judged(
    client: &Client,
    administration: &Administration,
    plan: &[Planned],
    shapes: &BTreeMap<String, Shape>,
) -> Result<Vec<TopicReport>> {
    let settings = client.settings();
    let there: Vec<String> =
        plan.iter().map(|topic| settings.topic(topic.name)).filter(|topic| shapes.contains_key(topic)).collect();
    let mut held = administration.settings_of(&there)?;
    let mut reports = Vec::with_capacity(plan.len());
    for planned in plan {
        let topic = settings.topic(planned.name);
        let Some(shape) = shapes.get(&topic) else {
            reports.push(TopicReport { topic, state: TopicState::Missing, findings: Vec::new() });
            continue;
        };
        let mut findings = Vec::new();
        if shape.partitions != planned.partitions {
            findings.push(Finding::partitions(shape.partitions, planned.partitions));
        }
        findings.extend(planned.judge(&topic, shape.replication, &held.remove(&topic).unwrap_or_default()));
        reports.push(TopicReport::of(topic, findings));
    }
    Ok(reports)
}

/// What the markers say against the log being this one, or being whole.
fn judge_marks(reports: &mut [TopicReport], settings: &Settings, firsts: &BTreeMap<Place, First>, own: &Marker) {
    for (place, first) in firsts {
        let (family, partition) = *place;
        let finding = match first {
            First::Nothing => None,
            First::Foreign => Some(Finding::foreign(partition)),
            First::Gone { start } => Some(Finding::gone(partition, *start)),
            First::Marked(marked) => {
                let found = &marked.marker;
                let here = (found.family, found.partition) == *place;
                (!here || !found.agrees(own)).then(|| Finding::other_log(partition, found, own))
            }
        };
        if let Some(finding) = finding {
            push(reports, settings, family, finding);
        }
    }
}

/// A topic that is missing or empty while others hold events was taken away: making it again would hide the loss.
fn judge_missing(reports: &mut [TopicReport], settings: &Settings, firsts: &BTreeMap<Place, First>) {
    let used = firsts.values().any(|first| matches!(first, First::Marked(marked) if marked.events));
    if !used {
        return;
    }
    for family in Family::ALL {
        let topic = settings.topic(family.name());
        let report = reports.iter_mut().find(|report| report.topic == topic);
        if let Some(report) = report.filter(|report| report.state == TopicState::Missing) {
            report.findings.push(Finding::taken_away());
        }
    }
    for (place, _) in firsts.iter().filter(|(_, first)| matches!(first, First::Nothing)) {
        push(reports, settings, place.0, Finding::taken_away());
    }
}

fn push(reports: &mut [TopicReport], settings: &Settings, family: Family, finding: Finding) {
    let topic = settings.topic(family.name());
    if let Some(report) = reports.iter_mut().find(|report| report.topic == topic) {
        report.findings.push(finding);
    }
}
