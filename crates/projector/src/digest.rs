//! The digest of what is derived: how determinism is checked, in tests and in production.

use tributary_store::{Db, Reader};

use crate::error::Result;
use crate::key;

/// BLAKE3 over every credit and suspense row, key and value, in the order of the keys. No row holds a log position, so the
/// digest depends on the set of events alone.
pub(crate) fn of_credits(store: &Db) -> Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    for prefix in [key::credit::all(), key::suspense::all()] {
        let mut rows = store.prefix(&prefix);
        while let Some(row) = rows.advance() {
            let (key, value) = row?;
            for part in [key, value] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
    }
    Ok(hasher.finalize())
}
