//! Watches the quotes of a CSV file go by, so that a file cut off inside a quoted field is noticed: the CSV parser takes
//! the end of the file for the end of the field.
//!
//! Carriage returns are left out on the way: the parser ends a line at one and would count the line feed after it to the
//! next row, whose line number it would then get wrong.

use std::io::{self, Read};

/// A reader that knows whether a quoted field is open at the end of what it has read.
#[derive(Debug)]
pub(crate) struct QuoteWatch<R> {
    inner: R,
    bytes: u64,
    open: bool,
    ended: bool,
}

impl<R> QuoteWatch<R> {
    /// Watches a reader from its start.
    pub(crate) const fn new(inner: R) -> Self {
        Self { inner, bytes: 0, open: false, ended: false }
    }

    /// Whether the file has ended inside quotes and `position` is where it ends.
    pub(crate) const fn cut_at(&self, position: u64) -> bool {
        self.ended && self.open && position >= self.bytes
    }
}

impl<R: Read> Read for QuoteWatch<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match self.inner.read(buffer) {
                // The CSV parser would take it for the end.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            let count = without_returns(buffer, read);
            if count == 0 && read > 0 {
                continue;
            }
            self.ended = read == 0 && !buffer.is_empty();
            self.bytes += count as u64;
            let quotes = buffer.iter().take(count).filter(|byte| **byte == b'"').count();
            self.open ^= quotes % 2 == 1;
            return Ok(count);
        }
    }
}

/// Moves the first `read` bytes together over the carriage returns among them; gives how many are left.
fn without_returns(buffer: &mut [u8], read: usize) -> usize {
    let mut count = 0;
    for at in 0..read {
        if buffer[at] != b'\r' {
            buffer[count] = buffer[at];
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every other read is interrupted.
    struct Interrupted<R>(R, bool);

    impl<R: Read> Read for Interrupted<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 { Err(io::ErrorKind::Interrupted.into()) } else { self.0.read(buffer) }
        }
    }

    #[test]
    fn a_read_that_is_interrupted_is_read_again() {
        let mut csv = csv::Reader::from_reader(QuoteWatch::new(Interrupted(b"a,b\r\n1,2\r\n".as_slice(), false)));
        let rows: Result<Vec<csv::StringRecord>, _> = csv.records().collect();
        assert_eq!(rows.expect("rows"), [vec!["1", "2"]]);
    }
}
