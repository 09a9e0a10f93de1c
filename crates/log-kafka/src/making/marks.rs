//! The first records of the input topics' partitions: reading the markers, and writing those that are missing.

use std::collections::BTreeMap;

use rdkafka::message::{Header, OwnedHeaders};
use tributary_log::Family;

use crate::Result;
use crate::client::{Client, Outgoing, View};
use crate::marker::{HEADER, Marker};

/// A partition of a family's topic.
pub(super) type Place = (Family, u32);

/// What a partition opens with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum First {
    /// Nothing has been written to it.
    Nothing,
    /// A marker.
    Marked(Box<Marked>),
    /// A record that is no marker.
    Foreign,
    /// Its first records are gone.
    Gone {
        /// The first offset that is left.
        start: u64,
    },
}

/// A partition with its marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) marker: Marker,
    /// Whether anything stands after the marker.
    pub(super) events: bool,
}

/// Reads what partitions open with.
pub(super) fn read(client: &Client, places: &[Place]) -> Result<BTreeMap<Place, First>> {
    let mut firsts = BTreeMap::new();
    let mut begun = Vec::new();
    for (family, partition) in places {
        let topic = client.settings().topic(family.name());
        match client.bounds(&topic, *partition)? {
            (0, 0) => drop(firsts.insert((*family, *partition), First::Nothing)),
            (0, end) => begun.push(((*family, *partition), topic, end)),
            (start, _) => drop(firsts.insert((*family, *partition), First::Gone { start })),
        }
    }
    let partitions: Vec<(&str, u32)> = begun.iter().map(|((_, partition), topic, _)| (&**topic, *partition)).collect();
    client.read_first(&partitions, &mut |number, view| {
        let (place, _, end) = &begun[number];
        firsts.insert(*place, first(view, *end));
    })?;
    Ok(firsts)
}

/// What a partition opens with whose first record that is, and which has that end.
fn first(view: &View<'_>, end: u64) -> First {
    let text = view.header(HEADER).filter(|_| view.offset == 0);
    match text.and_then(|text| Marker::read(std::str::from_utf8(text).ok()?)) {
        Some(marker) => First::Marked(Box::new(Marked { marker, events: end > 1 })),
        None => First::Foreign,
    }
}

/// Writes the marker of a log to partitions that have none.
pub(super) fn write(client: &Client, own: &Marker, places: &[Place]) -> Result<()> {
    let topics: Vec<String> = places.iter().map(|(family, _)| client.settings().topic(family.name())).collect();
    let records = places.iter().zip(&topics).map(|((family, partition), topic)| {
        let text = Marker { family: *family, partition: *partition, ..own.clone() }.to_string();
        let headers = OwnedHeaders::new().insert(Header { key: HEADER, value: Some(text.as_bytes()) });
        Outgoing { topic, partition: *partition, key: None, value: None, headers }
    });
    client.append(records).map(drop)
}
