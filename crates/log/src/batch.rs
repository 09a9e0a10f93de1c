//! What a read gives: frames of one partition in one buffer, in the order of their offsets.

use crate::error::FrameError;
use crate::{LogError, Position, ReadLimit, Record, Result, frame};

/// Records of one partition, decoded as they are iterated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    from: Position,
    frames: Vec<u8>,
    records: usize,
    next_offset: u64,
}

impl Batch {
    /// A batch without records, for a read from there.
    pub fn new(from: Position) -> Self {
        Self { from, frames: Vec::new(), records: 0, next_offset: from.offset }
    }

    /// Adds a record; its offset is at least [`Self::next_offset`].
    pub fn push(&mut self, record: &Record<'_>) {
        frame::encode(record, &mut self.frames);
        self.count(1, record.position.offset);
    }

    /// Adds encoded frames: so many of them, the last of them at that offset.
    pub fn push_frames(&mut self, frames: &[u8], records: usize, last_offset: u64) {
        self.frames.extend_from_slice(frames);
        self.count(records, last_offset);
    }

    /// Moves where to read on past offsets that hold no record.
    pub fn skip_to(&mut self, offset: u64) {
        self.next_offset = self.next_offset.max(offset);
    }

    /// Whether so many more records and bytes stay within the limit; the first record always does.
    pub fn has_room(&self, limit: ReadLimit, records: usize, bytes: usize) -> bool {
        let within = self.records + records <= limit.records && self.frames.len() + bytes <= limit.bytes;
        within || (self.records == 0 && records <= 1)
    }

    /// The partition it was read from.
    pub fn partition(&self) -> u32 {
        self.from.partition
    }

    /// The number of records.
    pub fn len(&self) -> usize {
        self.records
    }

    /// Whether it has no records.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// The frames' bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.frames
    }

    /// Where to read on.
    pub fn next_offset(&self) -> u64 {
        self.next_offset
    }

    /// The records in order. Ends after the first error.
    pub fn iter(&self) -> Records<'_> {
        Records { batch: self, rest: &self.frames, expected: self.from.offset, seen: 0 }
    }

    fn count(&mut self, records: usize, last_offset: u64) {
        self.records += records;
        self.next_offset = last_offset.saturating_add(1);
    }
}

impl<'a> IntoIterator for &'a Batch {
    type Item = Result<Record<'a>>;
    type IntoIter = Records<'a>;

    fn into_iter(self) -> Records<'a> {
        self.iter()
    }
}

/// The records of a [`Batch`].
#[derive(Debug, Clone)]
pub struct Records<'a> {
    batch: &'a Batch,
    rest: &'a [u8],
    expected: u64,
    seen: usize,
}

impl<'a> Records<'a> {
    fn next_frame(&mut self) -> Result<Option<Record<'a>>, FrameError> {
        let all = self.batch.records;
        if self.rest.is_empty() {
            return if self.seen == all {
                Ok(None)
            } else {
                Err(FrameError::Count { expected: all, found: self.seen })
            };
        }
        if self.seen == all {
            return Err(FrameError::Count { expected: all, found: all + 1 });
        }
        let (record, rest) = frame::decode(self.batch.from.partition, self.rest)?;
        let offset = record.position.offset;
        if offset < self.expected {
            return Err(FrameError::Offset { expected: self.expected, found: offset });
        }
        (self.rest, self.expected, self.seen) = (rest, offset.saturating_add(1), self.seen + 1);
        Ok(Some(record))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.next_frame() {
            Ok(record) => record.map(Ok),
            Err(source) => {
                (self.rest, self.seen) = (&[], self.batch.records);
                let position = Position { partition: self.batch.from.partition, offset: self.expected };
                Some(Err(LogError::Damaged { position, source }))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.batch.records - self.seen + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Envelope;

    const FROM: Position = Position { partition: 2, offset: 10 };

    fn record(offset: u64) -> Record<'static> {
        let envelope = Envelope { id: "i", source: "s", event_type: "t", subject: "book", time_us: 0, data: b"" };
        Record { position: Position { partition: 2, offset }, recorded_us: 1, envelope }
    }

    /// Iterates to the end: the offsets read, and the offset and reason of the error if there is one.
    fn read(batch: &Batch) -> (Vec<u64>, Option<(u64, FrameError)>) {
        let mut offsets = Vec::new();
        for record in batch {
            match record {
                Ok(record) => offsets.push(record.position.offset),
                Err(LogError::Damaged { position, source }) => return (offsets, Some((position.offset, source))),
                Err(other) => panic!("{other}"),
            }
        }
        (offsets, None)
    }

    #[test]
    fn a_batch_gives_its_records_and_where_to_read_on_across_gaps() {
        let mut batch = Batch::new(FROM);
        assert_eq!((batch.is_empty(), batch.next_offset()), (true, 10));
        batch.push(&record(10));
        batch.push(&record(15));
        assert_eq!(read(&batch), (vec![10, 15], None));
        assert_eq!((batch.len(), batch.next_offset()), (2, 16));
        batch.skip_to(20);
        assert_eq!(batch.next_offset(), 20);
    }

    #[test]
    fn a_damaged_batch_names_the_first_position_that_cannot_be_read() {
        let mut batch = Batch::new(FROM);
        batch.push(&record(10));
        batch.push_frames(&[200, 1, 1], 1, 11);
        let (offsets, error) = read(&batch);
        assert_eq!(offsets, [10]);
        assert_eq!(error, Some((11, FrameError::Short { field: "frame", needed: 200, left: 1 })));
    }

    #[test]
    fn frames_that_are_missing_too_many_or_out_of_order_are_errors() {
        let mut missing = Batch::new(FROM);
        missing.push_frames(&[], 1, 10);
        assert_eq!(read(&missing).1, Some((10, FrameError::Count { expected: 1, found: 0 })));

        let mut bytes = Vec::new();
        frame::encode(&record(10), &mut bytes);
        let mut many = Batch::new(FROM);
        many.push_frames(&[bytes.clone(), bytes].concat(), 1, 10);
        assert_eq!(read(&many).1, Some((11, FrameError::Count { expected: 1, found: 2 })));

        let mut backwards = Batch::new(FROM);
        backwards.push(&record(11));
        backwards.push(&record(10));
        assert_eq!(read(&backwards).1, Some((12, FrameError::Offset { expected: 12, found: 10 })));
    }
}
