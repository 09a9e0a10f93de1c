//! Which identities may have been filed since the store was empty, in bounded memory: a Bloom filter of blocks as large as a
//! cache line. It may say yes of one that was not; never no of one that was. Most events are new, and then nothing is read.

use tributary_log::IdentityKey;

/// The most memory that a filter takes; with more records than that is for, it says yes more often.
const BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Bits for each record: with seven probes, less than one in a hundred is looked up in vain.
const BITS_PER_RECORD: u64 = 12;
const BLOCK_BYTES: u64 = 64;
const PROBES: u32 = 7;

pub(super) struct Filter {
    blocks: Vec<[u64; 8]>,
}

impl Filter {
    pub(super) fn sized_for(records: u64) -> Self {
        let bytes = (records.saturating_mul(BITS_PER_RECORD) / 8).min(BYTES_MAX);
        Self { blocks: vec![[0; 8]; bytes.div_ceil(BLOCK_BYTES).max(1) as usize] }
    }

    pub(super) fn insert(&mut self, identity: IdentityKey) {
        let (block, bits) = self.place(identity);
        probes(bits).for_each(|(word, bit)| self.blocks[block][word] |= bit);
    }

    pub(super) fn may_hold(&self, identity: IdentityKey) -> bool {
        let (block, bits) = self.place(identity);
        probes(bits).all(|(word, bit)| self.blocks[block][word] & bit != 0)
    }

    /// The block of an identity, and what chooses its bits: the identity is a hash already.
    fn place(&self, identity: IdentityKey) -> (usize, u64) {
        let bits = u128::from_le_bytes(identity.0);
        let block = ((bits >> 64) * self.blocks.len() as u128) >> 64;
        (block as usize, bits as u64)
    }
}

fn probes(bits: u64) -> impl Iterator<Item = (usize, u64)> {
    (0..PROBES).map(move |probe| {
        let bit = bits >> (probe * 9) & 511;
        ((bit / 64) as usize, 1 << (bit % 64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(number: u32) -> IdentityKey {
        let mut key = [0; 16];
        key.copy_from_slice(&blake3::hash(&number.to_le_bytes()).as_bytes()[..16]);
        IdentityKey(key)
    }

    #[test]
    fn what_was_inserted_is_held_and_little_else() {
        let mut filter = Filter::sized_for(10_000);
        (0..10_000).for_each(|number| filter.insert(identity(number)));
        assert!((0..10_000).all(|number| filter.may_hold(identity(number))));
        let in_vain = (10_000..20_000).filter(|number| filter.may_hold(identity(*number))).count();
        assert!(in_vain < 200, "{in_vain} of 10000");
    }
}
