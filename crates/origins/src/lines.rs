//! Positions and lines: blocks of what was appended together, one after another, so that a file of a hundred million rows is
//! written in bounded memory and a position is found by the heads of the blocks.
//!
//! ```text
//! block = partition:varint first:varint span:varint bytes:varint entry*     offsets first to first + span
//! entry = offset:varint line:zigzag                                         each less the one before it; the first less `first`, 0
//! ```

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use tributary_log::{Position, varint};

pub(crate) const FILE: &str = "lines";

/// Appends what was appended together.
pub(crate) fn write(lines: &[(Position, u64)], into: &mut impl Write) -> io::Result<()> {
    let mut partitions: BTreeMap<u32, Vec<(u64, u64)>> = BTreeMap::new();
    for (position, line) in lines {
        partitions.entry(position.partition).or_default().push((position.offset, *line));
    }
    for (partition, mut entries) in partitions {
        entries.sort_unstable();
        entries.dedup_by_key(|(offset, _)| *offset);
        let (Some((first, _)), Some((last, _))) = (entries.first(), entries.last()) else { continue };
        let (mut offset, mut line, mut body) = (*first, 0, Vec::new());
        let mut head = Vec::new();
        [u64::from(partition), *first, last - first].into_iter().for_each(|number| varint::write(number, &mut head));
        for (at, on) in &entries {
            varint::write(at - offset, &mut body);
            varint::write(varint::zigzag((*on as i64).wrapping_sub(line)), &mut body);
            (offset, line) = (*at, *on as i64);
        }
        varint::write(body.len() as u64, &mut head);
        into.write_all(&head)?;
        into.write_all(&body)?;
    }
    Ok(())
}

/// The line that said the event at a position.
pub(crate) fn find(path: &Path, position: Position) -> io::Result<Option<u64>> {
    let mut file = BufReader::new(File::open(path)?);
    while !file.fill_buf()?.is_empty() {
        let (partition, first, span) = (number(&mut file)?, number(&mut file)?, number(&mut file)?);
        let bytes = number(&mut file)?;
        let inside = partition == u64::from(position.partition)
            && position.offset.checked_sub(first).is_some_and(|beyond| beyond <= span);
        if !inside {
            let bytes = i64::try_from(bytes).map_err(|_| broken())?;
            file.seek_relative(bytes)?;
            continue;
        }
        let mut body = Vec::new();
        file.by_ref().take(bytes).read_to_end(&mut body)?;
        if let Some(line) = within(&body, first, position.offset)? {
            return Ok(Some(line));
        }
    }
    Ok(None)
}

/// Every position of some blocks.
pub(crate) fn all(mut blocks: &[u8]) -> io::Result<Vec<Position>> {
    let mut positions = Vec::new();
    while !blocks.is_empty() {
        let mut head = [0; 4];
        for number in &mut head {
            (*number, blocks) = varint::read(blocks).ok_or_else(broken)?;
        }
        let [partition, first, _, bytes] = head;
        let partition = u32::try_from(partition).map_err(|_| broken())?;
        let length = usize::try_from(bytes).map_err(|_| broken())?;
        let (mut body, rest) = blocks.split_at_checked(length).ok_or_else(broken)?;
        let mut offset = first;
        while !body.is_empty() {
            let (step, after) = varint::read(body).ok_or_else(broken)?;
            let (_, after) = varint::read(after).ok_or_else(broken)?;
            offset = offset.wrapping_add(step);
            positions.push(Position { partition, offset });
            body = after;
        }
        blocks = rest;
    }
    Ok(positions)
}

fn within(mut body: &[u8], first: u64, wanted: u64) -> io::Result<Option<u64>> {
    let (mut offset, mut line) = (first, 0_i64);
    while !body.is_empty() {
        let (step, rest) = varint::read(body).ok_or_else(broken)?;
        let (by, rest) = varint::read(rest).ok_or_else(broken)?;
        (offset, line, body) = (offset.wrapping_add(step), line.wrapping_add(varint::unzigzag(by)), rest);
        if offset == wanted {
            return Ok(Some(line as u64));
        }
    }
    Ok(None)
}

pub(crate) fn number(file: &mut impl Read) -> io::Result<u64> {
    let mut bytes = Vec::new();
    loop {
        let mut byte = [0];
        file.read_exact(&mut byte)?;
        bytes.push(byte[0]);
        if byte[0] < 0x80 || bytes.len() > 10 {
            return varint::read(&bytes).map(|(number, _)| number).ok_or_else(broken);
        }
    }
}

pub(crate) fn broken() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "is not made of whole blocks; remove its folder and import the file again",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fs_read(path: &Path) -> Vec<u8> {
        std::fs::read(path).expect("a file")
    }

    proptest! {
        #[test]
        fn every_position_is_found_on_its_line(
            blocks in proptest::collection::vec(
                proptest::collection::btree_map((0_u32..3, 0_u64..200), 1_u64..u64::MAX >> 1, 0..20), 0..6
            )
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join(FILE);
            let (mut bytes, mut expected) = (Vec::new(), BTreeMap::new());
            for (at, block) in blocks.iter().enumerate() {
                // A log gives each position once.
                let place = |(partition, offset): (u32, u64)| Position { partition, offset: offset + 1000 * at as u64 };
                let lines: Vec<_> = block.iter().map(|(position, line)| (place(*position), *line)).collect();
                write(&lines, &mut bytes).expect("memory");
                expected.extend(lines);
            }
            std::fs::write(&path, bytes).expect("a file");
            for (position, line) in &expected {
                prop_assert_eq!(find(&path, *position).expect("blocks"), Some(*line));
            }
            let mut every = all(&fs_read(&path)).expect("blocks");
            every.sort();
            prop_assert_eq!(every, expected.keys().copied().collect::<Vec<_>>());
            let beyond = Position { partition: 0, offset: 999 };
            prop_assert_eq!(find(&path, beyond).expect("blocks"), None);
        }
    }
}
