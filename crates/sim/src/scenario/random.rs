//! A small generator of random numbers: a scenario must be the same for ever, whatever a library does.

/// SplitMix64.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `count - 1`; 0 if there is none.
    pub fn below(&mut self, count: usize) -> usize {
        let count = count.max(1) as u64;
        (self.number() % count) as usize
    }

    /// A number of the range, ends included.
    pub fn within(&mut self, from: i64, to: i64) -> i64 {
        let span = to.abs_diff(from).saturating_add(1).max(1);
        from.saturating_add_unsigned(self.number() % span)
    }

    /// True so many times of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.number() % 100 < percent
    }

    /// One of a list that is not empty.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// One of a list that is not empty, each as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, of: &[(u64, T)]) -> T {
        let mut left = self.number() % of.iter().map(|(weight, _)| weight).sum::<u64>();
        for (weight, value) in of {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *value,
            }
        }
        of[0].1
    }

    /// Some of a list, in its order, at least one of them.
    pub fn some<T: Copy>(&mut self, of: &[T]) -> Vec<T> {
        let percent = self.pick(&[30, 60]);
        let mut chosen: Vec<T> = of.iter().copied().filter(|_| self.chance(percent)).collect();
        if chosen.is_empty() {
            chosen.push(self.pick(of));
        }
        chosen
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}
