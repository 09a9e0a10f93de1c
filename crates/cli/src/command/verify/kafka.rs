//! What can be verified of a log on Kafka: that its topics are safe and whole from their first record on, and that every
//! record reads. Its bytes are the brokers' to keep, and nobody can tell who wrote them.

use std::time::Duration;

use tributary_log::{Log, LogError, Position, ReadLimit, in_words};
use tributary_log_embedded::Verified;

use super::report::{LogReport, Part, Report};
use crate::command::kafka::unsafe_topics;
use crate::context::Context;
use crate::error::CliError;
use crate::log::AnyLog;
use crate::meter::Meter;

/// What is not said of a log on Kafka.
const NOTES: [&str; 2] = [
    "the log is kept by Kafka: checksums were compared as records were read, other replicas were not looked at",
    "partitions have no common order: whether something was recorded into the past of an attested period is not told",
];

/// Reads every partition; gives whether all of it could be read.
pub(super) fn verify_log(context: &Context, log: &AnyLog, report: &mut Report) -> Result<bool, CliError> {
    unsafe_topics(context)?.into_iter().for_each(|what| report.find(Part::Log, what));
    let mut verified = Verified::default();
    let events = (0..log.partitions()).map(|partition| log.end(partition)).sum::<Result<u64, _>>()?;
    let meter = Meter::events(context.quiet, "reading the log", events);
    for partition in 0..log.partitions() {
        let read = read(&**log, partition, &mut verified, |records| meter.at(records));
        verified.digests.push(read.map_err(|error| report.find(Part::Log, in_words(&error))).ok());
    }
    meter.finish();
    report.notes.extend(NOTES.map(str::to_owned));
    report.log = Some(LogReport::new(log.id(), &verified));
    Ok(verified.digests.iter().all(Option::is_some))
}

/// Reads a partition to its end; gives the digest over its records as they are read.
fn read(
    log: &dyn Log,
    partition: u32,
    verified: &mut Verified,
    progress: impl Fn(u64),
) -> Result<blake3::Hash, LogError> {
    let (mut hasher, mut recorded_us_max) = (blake3::Hasher::new(), i64::MIN);
    let mut next = Position { partition, offset: log.start(partition)? };
    let end = log.end(partition)?;
    while next.offset < end {
        let batch = log.read(next, ReadLimit::default(), Duration::ZERO)?;
        for record in &batch {
            let record = record?;
            verified.records += 1;
            verified.backdated += u64::from(record.recorded_us < recorded_us_max);
            recorded_us_max = recorded_us_max.max(record.recorded_us);
        }
        verified.bytes += batch.bytes().len() as u64;
        hasher.update(batch.bytes());
        progress(verified.records);
        if batch.next_offset() == next.offset {
            break;
        }
        next.offset = batch.next_offset();
    }
    Ok(hasher.finalize())
}
