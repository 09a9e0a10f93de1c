//! Deliveries: which version of which scopes a file is, and where the events stand that it said of them. A file that replaces what
//! earlier ones said of a scope is known by this to come before or after them, and what it no longer says is found by it.
//!
//! ```text
//! file  = entry*                                                          one for what was appended together, scope by scope
//! entry = scope:16 bytes:varint version bytes:varint blocks               blocks: as in `lines`
//! ```

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use tributary_log::{Position, varint};

use crate::lines;

pub(crate) const FILE: &str = "scopes";

/// What a delivery replaces: a hash of what names it.
pub type Scope = [u8; 16];

/// What the files of a ledger say of scopes: the events, by the version that said them.
pub type Said = BTreeMap<String, Vec<Position>>;

/// Appends what was said of a scope.
pub(crate) fn write(scope: &Scope, version: &str, said: &[(Position, u64)], into: &mut impl Write) -> io::Result<()> {
    let (mut head, mut body) = (scope.to_vec(), Vec::new());
    lines::write(said, &mut body)?;
    varint::write(version.len() as u64, &mut head);
    head.extend(version.as_bytes());
    varint::write(body.len() as u64, &mut head);
    into.write_all(&head)?;
    into.write_all(&body)
}

/// The greatest version of each scope, over those that are there.
pub(crate) fn greatest(path: &Path, into: &mut BTreeMap<Scope, String>) -> io::Result<()> {
    each(path, |scope, version, body, bytes| {
        let greatest = into.entry(scope).or_default();
        if *greatest < version {
            *greatest = version;
        }
        body.seek_relative(bytes)
    })
}

/// The events that were said of a scope.
pub(crate) fn said(path: &Path, wanted: &Scope, into: &mut Said) -> io::Result<()> {
    each(path, |scope, version, body, bytes| {
        if scope != *wanted {
            return body.seek_relative(bytes);
        }
        let mut blocks = vec![0; usize::try_from(bytes).map_err(|_| lines::broken())?];
        body.read_exact(&mut blocks)?;
        into.entry(version).or_default().extend(lines::all(&blocks)?);
        Ok(())
    })
}

fn each(
    path: &Path,
    mut entry: impl FnMut(Scope, String, &mut BufReader<File>, i64) -> io::Result<()>,
) -> io::Result<()> {
    // A file that was imported before there were deliveries has none.
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    let mut file = BufReader::new(file);
    while !file.fill_buf()?.is_empty() {
        let mut scope = [0; 16];
        file.read_exact(&mut scope)?;
        let length = lines::number(&mut file)?;
        let mut version = String::new();
        let read = file.by_ref().take(length).read_to_string(&mut version)?;
        let bytes = i64::try_from(lines::number(&mut file)?).map_err(|_| lines::broken())?;
        if read as u64 != length {
            return Err(lines::broken());
        }
        entry(scope, version, &mut file, bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_of_a_scope_is_found_by_its_version() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        let at = |offset| Position { partition: 1, offset };
        let mut bytes = Vec::new();
        for (scope, version, offsets) in
            [(1, "b", vec![7, 9]), (2, "a", vec![8]), (1, "c", vec![10]), (1, "b", vec![3])]
        {
            let said: Vec<_> = offsets.into_iter().map(|offset| (at(offset), 1)).collect();
            write(&[scope; 16], version, &said, &mut bytes).expect("memory");
        }
        std::fs::write(&path, bytes).expect("a file");
        let (mut versions, mut found) = (BTreeMap::new(), Said::new());
        greatest(&path, &mut versions).expect("entries");
        assert_eq!(versions, BTreeMap::from([([1; 16], "c".to_owned()), ([2; 16], "a".to_owned())]));
        said(&path, &[1; 16], &mut found).expect("entries");
        let expected = [("b".to_owned(), vec![at(7), at(9), at(3)]), ("c".to_owned(), vec![at(10)])];
        assert_eq!(found, BTreeMap::from(expected));
        greatest(&folder.path().join("none"), &mut versions).expect("no file, no entries");
    }
}
