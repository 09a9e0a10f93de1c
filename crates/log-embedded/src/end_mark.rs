//! How far the log is known to reach: a file beside the database that says after which record the last append returned.
//!
//! The engine goes on with what it can read after a crash, and cannot tell a record that was never acknowledged from one
//! that was and is damaged. The mark can: it is written after each group is on disk, so it is never ahead of what must be
//! there, and a log that ends before it has lost something. It needs no sync of its own: a mark that is behind is weaker,
//! never wrong.
//!
//! ```text
//! END    = <log id> <partition>:<end, 20 digits> <first 16 bytes of BLAKE3 over what stands before> \n
//! ```

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tributary_log::{LogId, Position};

const NAME: &str = "END";

/// The mark of an open log.
#[derive(Debug)]
pub(crate) struct EndMark {
    file: Mutex<File>,
    id: LogId,
}

/// What the file of a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marked {
    /// There is none: the log is new, or older than marks.
    Nothing,
    /// The log of that id reaches at least to there.
    At(LogId, Position),
    /// It is not what was written.
    Unreadable,
}

impl EndMark {
    /// Opens or makes the file in a log's directory.
    pub(crate) fn open(dir: &Path, id: LogId) -> io::Result<Self> {
        let file = File::options().write(true).create(true).truncate(false).open(dir.join(NAME))?;
        Ok(Self { file: Mutex::new(file), id })
    }

    /// Everything before `end` is on disk. One small write in place: it is there whole or not at all.
    pub(crate) fn write(&self, end: Position) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(0))?;
        file.write_all(line(self.id, end).as_bytes())
    }
}

/// Reads the mark of a log's directory.
pub(crate) fn read(dir: &Path) -> io::Result<Marked> {
    match std::fs::read_to_string(dir.join(NAME)) {
        Ok(text) if text.is_empty() => Ok(Marked::Nothing),
        Ok(text) => Ok(parse(&text).map_or(Marked::Unreadable, |(id, end)| Marked::At(id, end))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Marked::Nothing),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Marked::Unreadable),
        Err(error) => Err(error),
    }
}

fn line(id: LogId, end: Position) -> String {
    let said = format!("{id} {}:{:020}", end.partition, end.offset);
    format!("{said} {}\n", check(&said))
}

fn check(said: &str) -> String {
    blake3::hash(said.as_bytes()).to_hex()[..32].to_owned()
}

fn parse(text: &str) -> Option<(LogId, Position)> {
    let (said, checked) = text.strip_suffix('\n')?.rsplit_once(' ')?;
    if check(said) != checked {
        return None;
    }
    let (id, end) = said.split_once(' ')?;
    let (partition, offset) = end.split_once(':')?;
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(id.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some((LogId(bytes), Position { partition: partition.parse().ok()?, offset: offset.parse().ok()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_as_written_and_any_byte_changed_is_unreadable() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(read(dir.path()).expect("read"), Marked::Nothing);
        let mark = EndMark::open(dir.path(), LogId([7; 16])).expect("open");
        for offset in [3, 70_000, 5] {
            let end = Position { partition: 0, offset };
            mark.write(end).expect("write");
            assert_eq!(read(dir.path()).expect("read"), Marked::At(LogId([7; 16]), end));
        }
        let path = dir.path().join(NAME);
        let bytes = std::fs::read(&path).expect("a file");
        for at in 0..bytes.len() {
            for flip in [1, 0x80] {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                std::fs::write(&path, changed).expect("written");
                assert_eq!(read(dir.path()).expect("read"), Marked::Unreadable, "{at}");
            }
        }
    }
}
