//! Families of events, and how a log of several topics numbers its partitions: events of one subject share a number in
//! every family, so that one reader has the whole of it.

use std::fmt;

/// A family of event types: on Kafka, a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Who and by which rules: books, partners, accounts, aliases, policies, rates. One partition, read by everybody.
    Reference,
    /// Leads and touches.
    Leads,
    /// Registrations.
    Registrations,
    /// Deals and marketplace offers.
    Deals,
    /// Usage and its corrections: the bulk.
    Consumption,
    /// Charges, disbursements, payouts, holds, and the closing of periods.
    Disbursements,
}

impl Family {
    /// All of them, in the order in which their partitions are numbered.
    pub const ALL: [Self; 6] =
        [Self::Reference, Self::Leads, Self::Registrations, Self::Deals, Self::Consumption, Self::Disbursements];

    /// The family of an event type such as `tributary.deal.won.v1`; none if its noun is of no family.
    pub fn of(event_type: &str) -> Option<Self> {
        let noun = event_type.strip_prefix("tributary.")?.split('.').next()?;
        Some(match noun {
            "book" | "partner" | "account" | "alias" | "policy" | "rate" => Self::Reference,
            "lead" | "touch" => Self::Leads,
            "registration" => Self::Registrations,
            "deal" | "offer" => Self::Deals,
            "usage" => Self::Consumption,
            "charge" | "disbursement" | "payout" | "hold" | "period" => Self::Disbursements,
            _ => return None,
        })
    }

    /// Its name, which is the topic's after its prefix.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Leads => "leads",
            Self::Registrations => "registrations",
            Self::Deals => "deals",
            Self::Consumption => "consumption",
            Self::Disbursements => "disbursements",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How the partitions of the families are numbered: 0 is `reference`, then come those of each family in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Layout {
    /// Partitions of each family but `reference`, which has one; at least 1.
    pub per_family: u32,
}

impl Layout {
    /// Partitions in all.
    pub fn partitions(self) -> u32 {
        1 + (Family::ALL.len() as u32 - 1) * self.per_family
    }

    /// The number of a family's partition. `reference` has only its partition 0.
    pub fn number(self, family: Family, partition: u32) -> u32 {
        match family as u32 {
            0 => 0,
            family => 1 + (family - 1) * self.per_family + partition,
        }
    }

    /// The family, and the partition in it, that have a number; none if no partition has it.
    pub fn place(self, number: u32) -> Option<(Family, u32)> {
        let Some(after) = number.checked_sub(1) else { return Some((Family::Reference, 0)) };
        let family = Family::ALL.get(1 + (after / self.per_family) as usize)?;
        Some((*family, after % self.per_family))
    }

    /// Where an event of a type and subject belongs; one of no family to `reference`.
    pub fn route(self, event_type: &str, subject: &str) -> u32 {
        let family = Family::of(event_type).unwrap_or(Family::Reference);
        self.number(family, self.shard(subject))
    }

    /// The shard of a subject: its partition in every family but `reference`, as Kafka's own partitioner has it.
    pub fn shard(self, subject: &str) -> u32 {
        (murmur2(subject.as_bytes()) & 0x7fff_ffff) % self.per_family
    }
}

/// The hash by which Kafka's producers choose a partition for a key: murmur2, 32 bits, Kafka's seed.
fn murmur2(bytes: &[u8]) -> u32 {
    const SEED: u32 = 0x9747_b28c;
    const MULTIPLIER: u32 = 0x5bd1_e995;
    let mut hash = SEED ^ bytes.len() as u32;
    let mut words = bytes.chunks_exact(4);
    for word in &mut words {
        let mut word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]).wrapping_mul(MULTIPLIER);
        word ^= word >> 24;
        hash = hash.wrapping_mul(MULTIPLIER) ^ word.wrapping_mul(MULTIPLIER);
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        let last = rest.iter().rev().fold(0, |last, byte| last << 8 | u32::from(*byte));
        hash = (hash ^ last).wrapping_mul(MULTIPLIER);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(MULTIPLIER);
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hash_as_kafkas_own_clients_hash_them() {
        // The values that Kafka's `UtilsTest.testMurmur2` states.
        let stated: [(&[u8], i32); 6] = [
            (b"21", -973932308),
            (b"foobar", -790332482),
            (b"a-little-bit-long-string", -985981536),
            (b"a-little-bit-longer-string", -1486304829),
            (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
            (b"abc", 479470107),
        ];
        for (key, hash) in stated {
            assert_eq!(murmur2(key) as i32, hash, "{key:?}");
        }
    }

    #[test]
    fn every_number_has_one_place_and_every_place_its_number() {
        for per_family in [1, 3, 12] {
            let layout = Layout { per_family };
            for number in 0..layout.partitions() {
                let (family, partition) = layout.place(number).expect("a place");
                assert_eq!(layout.number(family, partition), number);
            }
            assert_eq!(layout.place(layout.partitions()), None);
        }
    }

    #[test]
    fn all_of_a_subject_lies_in_one_shard_and_reference_data_in_one_partition() {
        let layout = Layout { per_family: 12 };
        let shard = layout.shard("account/acme");
        for (event_type, family) in [
            ("tributary.touch.recorded.v1", Family::Leads),
            ("tributary.offer.accepted.v1", Family::Deals),
            ("tributary.usage.corrected.v1", Family::Consumption),
            ("tributary.hold.placed.v1", Family::Disbursements),
        ] {
            assert_eq!(layout.place(layout.route(event_type, "account/acme")), Some((family, shard)), "{event_type}");
        }
        for event_type in ["tributary.alias.linked.v1", "tributary.policy.published.v1", "unheard.of"] {
            assert_eq!(layout.route(event_type, "aws-buyer/1"), 0, "{event_type}");
        }
    }
}
