//! Redriving: records that were set aside are judged again, by a program that may read more than the one before.
//!
//! What can be read now is filed where it stands in the log and with the recorded time it has there, exactly as a rebuild by
//! this program would file it. Saying it again instead would record it twice, at two times.

use std::sync::PoisonError;

use tributary_log::{Log, Position};
use tributary_store::Reader;

use crate::error::Result;
use crate::filing::Filing;
use crate::numbering::Numbering;
use crate::projection::Projection;
use crate::{key, quarantine};

/// The code of a record whose identity is taken (I1).
const CONFLICT: &str = "conflict";

impl Projection {
    /// Judges the records at these positions again, as far as they are set aside. What cannot be read now either is set
    /// aside again, with the reason that this program gives. No view may be held.
    pub fn redrive<L: Log + ?Sized>(&self, log: &L, positions: &[Position]) -> Result<()> {
        let mut judge = self.judge(log, positions.len() as u64)?;
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut filing = Filing::new(self.store(), &mut present, &mut closed, judge.as_mut()).out_of_turn();
        for position in positions {
            let row: Option<Vec<u8>> = self.store().get(&key::quarantine::key(*position))?;
            let Some(row) = row else { continue };
            let (code, .., record) = quarantine::read(&row)?;
            // A conflict is set aside for what stands beside it, whoever reads it.
            if code == CONFLICT {
                continue;
            }
            filing.release(*position);
            filing.carry(&record);
            filing.file_again(log, &record, &mut Numbering::default())?;
            filing.commit(log, None)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tributary_domain::testing::drafts;
    use tributary_intake::{Intake, Trust};
    use tributary_log::{LogId, MemoryLog, ReadLimit};
    use tributary_store::{Batch, Durability, Tuning};

    use super::*;
    use crate::meta::ReadOn;

    const TUNING: Tuning =
        Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

    const EVENTS: &str = "
        2026-01-01 partner/p-1 partner.enrolled #p kinds=msp
        2026-01-01 book policy #q cloud model=roleSplit(msp:1)
        2026-01-01 acme deal.opened #d d-a lines=lake:consumption
        2026-01-01 acme deal.won #w d-a 2026-01-01..
        2026-01-02 acme deal.role_assigned #r d-a p-1 msp
    ";

    /// A projection whose program could read none of the log's records, and set them all aside.
    fn of_an_older_program(log: &MemoryLog) -> Projection {
        let projection = Projection::in_memory(log, &TUNING).expect("a projection");
        let start = Position { partition: 0, offset: 0 };
        let read = log.read(start, ReadLimit::default(), Duration::ZERO).expect("a read");
        let mut batch = Batch::new();
        for record in &read {
            let record = record.expect("a record");
            let value = quarantine::encode("unknown-type", "type", "is not known", &record);
            batch.put(&key::quarantine::key(record.position), &value);
            projection.present.write().expect("a lock").counts.quarantined += 1;
        }
        let read_on = ReadOn { partition: 0, offset: read.next_offset(), recorded_us: 0 };
        read_on.write(log.recorded(), &mut batch);
        projection.store().write(batch, Durability::Unlogged).expect("a write");
        projection
    }

    #[test]
    fn what_a_newer_program_reads_counts_as_after_a_rebuild_by_it() {
        let log = MemoryLog::new(LogId([1; 16]), 1, Arc::new(|| 0));
        Intake::new(&log, &log, Trust::FileTimes, None).submit(drafts(EVENTS)).expect("the log works");
        let rebuilt = Projection::in_memory(&log, &TUNING).expect("a projection");
        rebuilt.catch_up(&log, |_| {}).expect("the store works");

        let redriven = of_an_older_program(&log);
        redriven.catch_up(&log, |_| {}).expect("the store works");
        let aside = redriven.quarantined().expect("the store works");
        let positions: Vec<Position> = aside.iter().map(|record| record.position).collect();
        assert_eq!(positions.len(), 5);
        assert_ne!(redriven.digest().expect("a digest"), rebuilt.digest().expect("a digest"));

        redriven.redrive(&log, &positions).expect("the store works");
        assert_eq!(redriven.quarantined().expect("the store works"), []);
        assert_eq!(redriven.counts(), rebuilt.counts());
        assert_eq!(redriven.digest().expect("a digest"), rebuilt.digest().expect("a digest"));
        redriven.redrive(&log, &positions).expect("nothing is left to do");
        assert_eq!(redriven.digest().expect("a digest"), rebuilt.digest().expect("a digest"));
    }
}
