//! The marker: the record that every partition of an input topic opens with. It says which log the partition belongs to, so
//! that a topic that was mirrored, made by others or made again is never taken for the log.

use std::fmt;

use tributary_log::{Family, Layout, LogId, Recorded};

/// The header that makes a record a marker.
pub(crate) const HEADER: &str = "tributary_log";

/// What a marker says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) id: LogId,
    /// The cluster that it was made in.
    pub(crate) cluster: String,
    pub(crate) layout: Layout,
    pub(crate) family: Family,
    /// The partition of the family's topic.
    pub(crate) partition: u32,
    pub(crate) recorded: Recorded,
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, cluster, layout, family, partition, recorded } = self;
        let recorded = match recorded {
            Recorded::ByLog => "log",
            Recorded::ByEvents => "events",
        };
        let per_family = layout.per_family;
        write!(f, "1 {id} cluster={cluster} partitions={per_family} at={family}/{partition} recorded={recorded}")
    }
}

impl Marker {
    /// Reads what [`fmt::Display`] writes; none if it is anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        if words.next() != Some("1") {
            return None;
        }
        let id = log_id(words.next()?)?;
        let mut named = |name: &str| words.next()?.strip_prefix(name)?.strip_prefix('=');
        let cluster = named("cluster")?.to_owned();
        let per_family = named("partitions")?.parse().ok().filter(|count| *count > 0)?;
        let (family, partition) = named("at")?.split_once('/')?;
        let family = Family::ALL.into_iter().find(|known| known.name() == family)?;
        let recorded = match named("recorded")? {
            "log" => Recorded::ByLog,
            "events" => Recorded::ByEvents,
            _ => return None,
        };
        Some(Self { id, cluster, layout: Layout { per_family }, family, partition: partition.parse().ok()?, recorded })
    }

    /// Whether they belong to the same log, made in the same way.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        let said = |marker: &Self| (marker.id, marker.cluster.clone(), marker.layout, marker.recorded);
        said(self) == said(other)
    }
}

fn log_id(text: &str) -> Option<LogId> {
    if text.len() != 32 || !text.is_ascii() {
        return None;
    }
    let mut id = [0; 16];
    for (number, byte) in id.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * number..2 * number + 2], 16).ok()?;
    }
    Some(LogId(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker() -> Marker {
        let (id, layout) = (LogId([0xa5; 16]), Layout { per_family: 12 });
        let cluster = "MkU3OEVBNTcwNTJENDM2Qk".to_owned();
        Marker { id, cluster, layout, family: Family::Deals, partition: 11, recorded: Recorded::ByLog }
    }

    #[test]
    fn a_marker_reads_back_as_written_and_its_text_never_changes() {
        let text =
            "1 a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 cluster=MkU3OEVBNTcwNTJENDM2Qk partitions=12 at=deals/11 recorded=log";
        assert_eq!(marker().to_string(), text);
        assert_eq!(Marker::read(text), Some(marker()));
        let other = Marker { recorded: Recorded::ByEvents, family: Family::Reference, partition: 0, ..marker() };
        assert_eq!(Marker::read(&other.to_string()), Some(other));
    }

    #[test]
    fn what_is_cut_or_of_another_version_is_no_marker() {
        let text = marker().to_string();
        for end in 0..text.len() {
            let read = Marker::read(&text[..end]);
            assert!(read.is_none_or(|read| read != marker()), "cut at {end}");
        }
        assert_eq!(Marker::read(&text.replacen('1', "2", 1)), None);
        assert_eq!(Marker::read(&text.replace("deals", "dreams")), None);
    }
}
