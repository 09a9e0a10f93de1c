//! Looking at a database's own files byte by byte: what the engine would repair, leave out or never read. It reads the
//! write-ahead logs and the manifest the way they are written, and changes nothing; tables are checked by reading them.
//!
//! ```text
//! file   = block*          of 32 KiB; a rest too short for a header is zeros
//! record = crc:u32 length:u16 type:u8 payload    little-endian; the checksum, masked, is over type and payload
//! ```
//!
//! A record that spans blocks is written as a first, middle and last one. Checksums are CRC-32C.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use crate::{Result, StoreError};

const BLOCK_BYTES: usize = 32 * 1024;
const HEADER_BYTES: usize = 7;
/// Records of files that are written over again carry the file's number too. We write none, but their bytes may lie.
const RECYCLED_HEADER_BYTES: usize = 11;

/// A file of a database that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDamage {
    /// Its name in the directory.
    pub file: String,
    /// Where the first bytes stand that cannot be right.
    pub at: u64,
    /// What is wrong with them.
    pub what: &'static str,
}

impl FileDamage {
    /// Whether it is in a write-ahead log, whose end a crash may tear.
    pub fn is_of_write_ahead_log(&self) -> bool {
        self.file.ends_with(".log")
    }
}

impl fmt::Display for FileDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "file `{}` is damaged at byte {}: {}", self.file, self.at, self.what)
    }
}

/// Checks the files that say which tables there are and what is not in tables yet: at most one damage for each file.
pub fn inspect(dir: &Path) -> Result<Vec<FileDamage>> {
    inspect_files(dir).map_err(|source| StoreError::Inspect { path: dir.to_owned(), source })
}

fn inspect_files(dir: &Path) -> io::Result<Vec<FileDamage>> {
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(dir)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let mut damages = Vec::new();
    let current = fs::read(dir.join("CURRENT"))?;
    let manifest = String::from_utf8_lossy(&current).trim_end_matches('\n').to_owned();
    let named = manifest.starts_with("MANIFEST-") && current.ends_with(b"\n") && names.contains(&manifest);
    if !named {
        damages.push(FileDamage { file: "CURRENT".to_owned(), at: 0, what: "it names no manifest" });
    }
    for name in names {
        if name == manifest || name.ends_with(".log") {
            let found = check_records(File::open(dir.join(&name))?)?;
            damages.extend(found.map(|(at, what)| FileDamage { file: name, at, what }));
        }
    }
    Ok(damages)
}

/// The first place of a file that is not a whole record with the right checksum, and why.
fn check_records(file: File) -> io::Result<Option<(u64, &'static str)>> {
    let mut reader = BufReader::with_capacity(BLOCK_BYTES, file);
    let (mut begin, mut within) = (0, false);
    loop {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        reader.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut block)?;
        match check_block(&block, &mut within) {
            Err((at, what)) => return Ok(Some((begin + at as u64, what))),
            Ok(()) => begin += block.len() as u64,
        }
        if block.len() < BLOCK_BYTES {
            return Ok(within.then_some((begin, "the file ends within a record")));
        }
    }
}

/// `within` tells whether a record that began in an earlier block goes on.
fn check_block(block: &[u8], within: &mut bool) -> Result<(), (usize, &'static str)> {
    let mut at = 0;
    while BLOCK_BYTES - at >= HEADER_BYTES && at < block.len() {
        let rest = &block[at..];
        let Some(([c0, c1, c2, c3, l0, l1, kind], _)) = rest.split_first_chunk::<HEADER_BYTES>() else {
            return Err((at, "the file ends within a record"));
        };
        let recycled = matches!(kind, 5..=8 | 11 | 131);
        let header = if recycled { RECYCLED_HEADER_BYTES } else { HEADER_BYTES };
        let end = header + usize::from(u16::from_le_bytes([*l0, *l1]));
        if at + end > BLOCK_BYTES {
            return Err((at, "a record runs on into the next block"));
        }
        let Some(checked) = rest.get(HEADER_BYTES - 1..end) else {
            return Err((at, "the file ends within a record"));
        };
        if masked(crc32c(checked)) != u32::from_le_bytes([*c0, *c1, *c2, *c3]) {
            return Err((at, "a checksum is not that of its bytes"));
        }
        *within = follows(*kind, *within).ok_or((at, "a part of a record is missing"))?;
        at += end;
    }
    match block.get(at..).is_none_or(|padding| padding.iter().all(|byte| *byte == 0)) {
        true => Ok(()),
        false => Err((at, "bytes stand where nothing is written")),
    }
}

/// Whether a record goes on after one of this type; none if the type cannot stand here.
const fn follows(kind: u8, within: bool) -> Option<bool> {
    match (kind, within) {
        (1 | 5, false) => Some(false),
        (2 | 6, false) | (3 | 7, true) => Some(true),
        (4 | 8, true) => Some(false),
        (1..=8, _) => None,
        (_, within) => Some(within), // what the engine says of the file itself
    }
}

/// As it is stored, so that a checksum of bytes that hold checksums is no weaker.
const fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82f6_3b78 } else { crc >> 1 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
}

fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Batch, Db, Durability, Tuning};

    #[test]
    fn the_checksum_is_crc_32c() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }

    /// A database that was not closed: a manifest, and a write-ahead log of several blocks.
    fn database() -> tempfile::TempDir {
        let (place, copy) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let db = Db::open(place.path(), &Tuning::log()).expect("open");
        for number in 0..40_u32 {
            let mut batch = Batch::new();
            batch.put(&number.to_be_bytes(), &[7; 3000]);
            db.write(batch, Durability::Synced).expect("write");
        }
        for entry in fs::read_dir(place.path()).expect("a folder") {
            let path = entry.expect("an entry").path();
            fs::copy(&path, copy.path().join(path.file_name().expect("a name"))).expect("copied");
        }
        copy
    }

    #[test]
    fn a_whole_database_has_no_damage_and_any_byte_changed_is_named_with_its_file() {
        let place = database();
        assert_eq!(inspect(place.path()).expect("read"), []);
        for entry in fs::read_dir(place.path()).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if !(name == "CURRENT" || name.starts_with("MANIFEST") || name.ends_with(".log")) {
                continue;
            }
            let bytes = fs::read(&path).expect("a file");
            for at in (0..bytes.len()).step_by(bytes.len() / 97 + 1) {
                for flip in [0x01, 0x04, 0x80, 0xff] {
                    let mut changed = bytes.clone();
                    changed[at] ^= flip;
                    fs::write(&path, &changed).expect("written");
                    let found = inspect(place.path()).expect("read");
                    assert!(found.iter().any(|damage| damage.file == name), "{name} at {at} by {flip}: {found:?}");
                }
            }
            fs::write(&path, &bytes[..bytes.len() - 1]).expect("written");
            assert_ne!(inspect(place.path()).expect("read"), [], "{name} cut short");
            fs::write(&path, &bytes).expect("written");
        }
        assert_eq!(inspect(place.path()).expect("read"), []);
    }
}
