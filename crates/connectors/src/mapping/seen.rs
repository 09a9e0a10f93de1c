//! Which keys a file has said, where the file imported last is right: two rows of one key that say different things contradict each
//! other, wherever in the file they stand. Sixteen bytes and eight are remembered for each.

use rustc_hash::FxHashMap;
use tributary_events::encode;

use crate::row::{Restates, Statement};

/// The keys said so far, with what was said.
#[derive(Debug, Default)]
pub(super) struct Seen(FxHashMap<[u8; 16], u64>);

impl Seen {
    /// Whether an event says otherwise than one of the same key before it.
    pub(super) fn is_contradicted(&mut self, statements: &[Statement]) -> bool {
        let by_file = statements.iter().filter(|statement| matches!(statement.restates, Restates::ByFile { .. }));
        let mut contradicted = false;
        for Statement { draft, .. } in by_file {
            let mut key = [0; 16];
            key.copy_from_slice(&blake3::hash(draft.identity.id.as_str().as_bytes()).as_bytes()[..16]);
            let mut hasher = blake3::Hasher::new();
            hasher.update(draft.subject.to_string().as_bytes()).update(&draft.time.micros().to_le_bytes());
            hasher.update(&encode(&draft.body));
            let mut content = [0; 8];
            content.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
            let content = u64::from_le_bytes(content);
            contradicted |= *self.0.entry(key).or_insert(content) != content;
        }
        contradicted
    }
}
