//! The fingerprints of the records that are not settled: in sorted runs, each more than twice as long as the one after it. A map of
//! as many would be changed in a place of memory of its own by every record; runs are written and merged from front to back, and
//! come out in the order in which they are settled.

use tributary_log::IdentityKey;

use crate::row::bucket::Fingerprint;

/// Fingerprints in the order of their records, which are numbered from 0.
#[derive(Default)]
pub(crate) struct Recent {
    runs: Vec<Vec<Entry>>,
    len: u32,
}

/// A fingerprint and whose it is.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) number: u32,
    pub(crate) fingerprint: Fingerprint,
}

impl Entry {
    /// In the order of buckets, and within one of records.
    fn place(&self) -> (u16, u32) {
        (self.fingerprint.bucket(), self.number)
    }
}

impl Recent {
    pub(crate) fn len(&self) -> usize {
        self.len as usize
    }

    /// Adds the records that follow.
    pub(crate) fn add(&mut self, identities: &[IdentityKey]) {
        let entry = |(number, identity): (u32, &IdentityKey)| Entry { number, fingerprint: Fingerprint::of(*identity) };
        let mut run: Vec<Entry> = (self.len..).zip(identities).map(entry).collect();
        self.len += run.len() as u32; // an append is bounded by memory
        run.sort_unstable_by_key(Entry::place);
        while self.runs.last().is_some_and(|before| before.len() <= 2 * run.len())
            && let Some(before) = self.runs.pop()
        {
            run = merged(before, &run);
        }
        self.runs.push(run);
    }

    /// The records with a fingerprint, in no order.
    pub(crate) fn of(&self, fingerprint: Fingerprint) -> impl Iterator<Item = u32> {
        let bucket = fingerprint.bucket();
        self.runs.iter().flat_map(move |run| {
            let from = run.partition_point(|entry| entry.fingerprint.bucket() < bucket);
            let in_bucket = run[from..].iter().take_while(move |entry| entry.fingerprint.bucket() == bucket);
            in_bucket.filter(move |entry| entry.fingerprint == fingerprint).map(|entry| entry.number)
        })
    }

    /// All, in no order.
    pub(crate) fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.runs.iter().flatten().map(|entry| entry.fingerprint)
    }

    /// All, by bucket and then by record.
    pub(crate) fn sorted(&mut self) -> &[Entry] {
        let all = std::mem::take(&mut self.runs).into_iter().rev().reduce(|after, before| merged(before, &after));
        self.runs.extend(all);
        self.runs.first().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Two runs as one: a stable sort finds what is sorted, and merges.
fn merged(mut one: Vec<Entry>, other: &[Entry]) -> Vec<Entry> {
    one.extend_from_slice(other);
    one.sort_by_key(Entry::place);
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(bucket: u8, rest: u8) -> IdentityKey {
        let mut bytes = [7; 16];
        (bytes[0], bytes[4]) = (bucket, rest);
        IdentityKey(bytes)
    }

    #[test]
    fn what_was_added_is_found_by_its_fingerprint_and_comes_out_by_bucket_and_record() {
        let mut recent = Recent::default();
        let all: Vec<IdentityKey> =
            (0..1000_u32).map(|number| identity((number * 37) as u8, (number % 3) as u8)).collect();
        for (from, to) in [(0, 1), (1, 2), (2, 700), (700, 700), (700, 703), (703, 1000)] {
            recent.add(&all[from..to]);
        }
        assert_eq!(recent.len(), all.len());
        assert!(recent.runs.windows(2).all(|pair| pair[0].len() > 2 * pair[1].len()));
        let of = |wanted| (0..).zip(&all).filter(move |(_, one)| **one == wanted).map(|(number, _)| number);
        for wanted in [all[0], all[701], all[999], identity(1, 9)] {
            let mut found: Vec<u32> = recent.of(Fingerprint::of(wanted)).collect();
            found.sort_unstable();
            assert!(found.into_iter().eq(of(wanted)), "{wanted}");
        }
        let mut expected: Vec<(u16, u32)> =
            (0..).zip(&all).map(|(number, one)| (Fingerprint::of(*one).bucket(), number)).collect();
        expected.sort_unstable();
        assert!(recent.sorted().iter().map(Entry::place).eq(expected));
        assert_eq!(recent.fingerprints().count(), all.len());
        recent.clear();
        assert_eq!((recent.len(), recent.sorted().len()), (0, 0));
    }
}
