//! The floor: what reading the log takes, however it is folded then. Once each: blocks, records, events, and events with
//! usage read the short way, as the projector does.

use std::hint::black_box;
use std::time::Duration;

use tributary_domain::event::Body;
use tributary_log::{Batch, Log, Position, ReadLimit};

use super::Setting;
use crate::Result;
use crate::figures::{Figures, timed, timed_with_cpu};

/// As the projector reads.
const LIMIT: ReadLimit = ReadLimit { records: 64 * 1024, bytes: 16 * 1024 * 1024 };

/// Reads the log from its start to its end: without looking at it, record by record, and decoding every event.
pub(super) fn floor(setting: &Setting) -> Result<Figures> {
    let log = setting.log()?;
    let mut figures = Figures::default();
    each_batch(&log, |_| Ok(()))?; // the caches are warm for all of them
    let (mut events, mut bytes, mut usage, mut sum) = (0_usize, 0_usize, 0_usize, 0_i128);
    let (read, taken) = timed(|| {
        each_batch(&log, |batch| {
            events += batch.len();
            bytes += batch.bytes().len();
            Ok(())
        })
    });
    read?;
    figures.time("read_s", taken);
    let (read_records, taken) = timed(|| {
        each_batch(&log, |batch| {
            batch
                .iter()
                .try_for_each(|record| {
                    record.map(|record| {
                        _ = black_box(record);
                    })
                })
                .map_err(Into::into)
        })
    });
    read_records?;
    figures.time("records_s", taken);
    let (decoded, taken, spent) = timed_with_cpu(|| {
        each_batch(&log, |batch| {
            for record in batch {
                if let Body::UsageRecorded(used) = tributary_events::decode(&record?)?.body {
                    usage += 1;
                    sum += used.money.amount.units();
                }
            }
            Ok(())
        })
    });
    decoded?;
    figures.time_with_cpu("decode", taken, spent);
    let (decoded, taken, spent) = timed_with_cpu(|| {
        each_batch(&log, |batch| {
            for record in batch {
                let record = record?;
                match tributary_events::usage::read(&record) {
                    Some(used) => sum += used.amount.units(),
                    None => drop(black_box(tributary_events::decode(&record)?)),
                }
            }
            Ok(())
        })
    });
    decoded?;
    figures.time_with_cpu("decode_short", taken, spent);
    black_box(sum);
    figures.set("events", events as f64);
    figures.set("usage", usage as f64);
    figures.set("frames_bytes", bytes as f64);
    Ok(figures)
}

fn each_batch(log: &impl Log, mut each: impl FnMut(&Batch) -> Result<()>) -> Result<()> {
    let (mut from, end) = (log.start(0)?, log.end(0)?);
    while from < end {
        let batch = log.read(Position { partition: 0, offset: from }, LIMIT, Duration::ZERO)?;
        each(&batch)?;
        from = batch.next_offset();
    }
    Ok(())
}
