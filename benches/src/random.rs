//! Numbers that look random and are the same for the same seed, on every machine.

/// The generator splitmix64 (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A generator for one of many things, independent of those of the others.
    pub fn of(seed: u64, thing: u64) -> Self {
        Self(Self(seed ^ thing.wrapping_mul(0xd134_2543_de82_ef95)).next())
    }

    /// The next 64 bits.
    #[expect(clippy::should_implement_trait, reason = "it never ends, and nobody iterates it")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`, which is not zero.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// Whether it hits, once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// A number from 0 on, below 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Ranks from 0 on, each so much rarer than the first as it is further down: Zipf's law with exponent 1.
#[derive(Debug, Clone)]
pub struct Zipf {
    cumulative: Vec<f64>,
}

impl Zipf {
    /// Over so many ranks.
    pub fn new(ranks: u64) -> Self {
        let mut sum = 0.0;
        let add = |rank: u64| {
            sum += 1.0 / rank as f64;
            sum
        };
        Self { cumulative: (1..=ranks).map(add).collect() }
    }

    /// A rank.
    pub fn draw(&self, random: &mut Random) -> u64 {
        let all = self.cumulative.last().copied().unwrap_or_default();
        let at = random.unit() * all;
        self.cumulative.partition_point(|sum| *sum <= at) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_for_ever() {
        let mut random = Random::new(1);
        assert_eq!(random.next(), 0x910a_2dec_8902_5cc1);
        assert!((0..1000).all(|_| random.below(7) < 7));
    }

    #[test]
    fn the_first_of_many_ranks_is_drawn_as_often_as_the_law_says() {
        let (zipf, mut random) = (Zipf::new(1000), Random::new(7));
        let first = (0..100_000).filter(|_| zipf.draw(&mut random) == 0).count();
        assert!((12_500..14_200).contains(&first), "one in 7.49, found {first} of 100000");
    }
}
