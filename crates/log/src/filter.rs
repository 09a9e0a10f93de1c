//! What may have been seen, in bounded memory: a Bloom filter of blocks as large as a cache line. It may say yes of what was
//! not inserted; never no of what was. Most identities are new, and then nothing else has to be asked.

/// The most memory that a filter takes; holding more than that is for, it says yes more often.
const BYTES_MAX: u64 = 128 * 1024 * 1024;
/// With seven probes, less than one in a hundred is looked up in vain.
const BITS_PER_HASH: u64 = 12;
const BLOCK_BYTES: u64 = 64;
const PROBES: u32 = 7;
/// Spreads what the upper bits of a hash have over all of them: 2^64 divided by the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// A set of hashes that is right about what it does not hold.
#[derive(Debug)]
pub struct Filter {
    blocks: Vec<[u64; 8]>,
}

impl Filter {
    /// An empty one, for so many hashes.
    pub fn sized_for(hashes: u64) -> Self {
        let bytes = (hashes.saturating_mul(BITS_PER_HASH) / 8).min(BYTES_MAX);
        Self { blocks: vec![[0; 8]; bytes.div_ceil(BLOCK_BYTES).max(1) as usize] }
    }

    /// Inserts a hash, of which the upper bits must vary; 40 are enough. Rising hashes are inserted from the front of the memory
    /// to its end.
    pub fn insert(&mut self, hash: u64) {
        let (block, bits) = self.place(hash);
        probes(bits).for_each(|(word, bit)| self.blocks[block][word] |= bit);
    }

    /// Whether the hash may have been inserted.
    pub fn may_hold(&self, hash: u64) -> bool {
        let (block, bits) = self.place(hash);
        probes(bits).all(|(word, bit)| self.blocks[block][word] & bit != 0)
    }

    /// The block of a hash, and what chooses its bits.
    fn place(&self, hash: u64) -> (usize, u64) {
        let block = (u128::from(hash) * self.blocks.len() as u128) >> 64;
        let spread = hash.wrapping_mul(SPREAD);
        (block as usize, (spread ^ spread >> 32).wrapping_mul(SPREAD))
    }
}

fn probes(bits: u64) -> impl Iterator<Item = (usize, u64)> {
    (0..PROBES).map(move |probe| {
        let bit = bits >> (probe * 9 + 1) & 511;
        ((bit / 64) as usize, 1 << (bit % 64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The upper 40 bits of a hash.
    fn hash(number: u32) -> u64 {
        let mut bytes = [0; 8];
        bytes[..5].copy_from_slice(&blake3::hash(&number.to_le_bytes()).as_bytes()[..5]);
        u64::from_be_bytes(bytes)
    }

    #[test]
    fn what_was_inserted_is_held_and_little_else() {
        let mut filter = Filter::sized_for(10_000);
        (0..10_000).for_each(|number| filter.insert(hash(number)));
        assert!((0..10_000).all(|number| filter.may_hold(hash(number))));
        let in_vain = (10_000..20_000).filter(|number| filter.may_hold(hash(*number))).count();
        assert!(in_vain < 200, "{in_vain} of 10000");
    }
}
