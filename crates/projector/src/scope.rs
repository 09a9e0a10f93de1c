//! Which part of the log a process answers for, where several share one ledger: the shards that it owns.
//!
//! Everything but consumption is read whole by every process, because it decides whose deals, aliases and rules there are.
//! Usage is shared out, and with it the accounts: a process derives the credit of those whose shard it owns.

use std::collections::BTreeSet;

use tributary_domain::event::Subject;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_log::{Family, Layout};

/// What a process answers for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Scope {
    /// The whole log: it is alone.
    #[default]
    Everything,
    /// Some shards of a log that is laid out so; others may own the rest.
    Shards {
        /// How the log is laid out.
        layout: Layout,
        /// The shards, from 0.
        shards: BTreeSet<u32>,
    },
}

impl Scope {
    /// Some shards of a layout.
    pub fn of(layout: Layout, shards: impl IntoIterator<Item = u32>) -> Self {
        Self::Shards { layout, shards: shards.into_iter().collect() }
    }

    /// Whether a shard is in it.
    pub fn holds_shard(&self, shard: u32) -> bool {
        match self {
            Self::Everything => true,
            Self::Shards { shards, .. } => shards.contains(&shard),
        }
    }

    /// Whether what a subject comes to is derived here.
    pub fn holds(&self, subject: &Subject) -> bool {
        match self {
            Self::Everything => true,
            Self::Shards { layout, shards } => shards.contains(&layout.shard(&subject.to_string())),
        }
    }

    /// Whether an account's credit is derived here.
    pub fn holds_account(&self, account: &AccountId) -> bool {
        *self == Self::Everything || self.holds(&Subject::Account(account.clone()))
    }

    /// Whether a partner's statements are published here.
    pub fn holds_partner(&self, partner: &PartnerId) -> bool {
        *self == Self::Everything || self.holds(&Subject::Partner(partner.clone()))
    }

    /// Whether a partition of the log is read here.
    pub fn reads(&self, partition: u32) -> bool {
        match self {
            Self::Everything => true,
            Self::Shards { layout, shards } => match layout.place(partition) {
                Some((Family::Consumption, shard)) => shards.contains(&shard),
                _ => true,
            },
        }
    }

    /// The layout, where others may own a part of the log.
    pub fn layout(&self) -> Option<Layout> {
        match self {
            Self::Everything => None,
            Self::Shards { layout, .. } => Some(*layout),
        }
    }

    /// The shards that are in it and not in another scope.
    pub(crate) fn gained_from(&self, before: &Self) -> BTreeSet<u32> {
        match self {
            Self::Everything => BTreeSet::new(),
            Self::Shards { shards, .. } => shards
                .iter()
                .copied()
                .filter(|shard| *before == Self::Everything || !before.holds_shard(*shard))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consumption_is_shared_out_and_everything_else_is_read_whole() {
        let layout = Layout { per_family: 3 };
        let scope = Scope::of(layout, [1]);
        for partition in 0..layout.partitions() {
            let (family, shard) = layout.place(partition).expect("a place");
            assert_eq!(scope.reads(partition), family != Family::Consumption || shard == 1, "{family}/{shard}");
        }
        assert!((0..layout.partitions()).all(|partition| Scope::Everything.reads(partition)));
    }

    #[test]
    fn every_account_is_in_exactly_one_of_the_scopes_that_share_a_layout() {
        let layout = Layout { per_family: 12 };
        let scopes: Vec<Scope> =
            (0..3).map(|node| Scope::of(layout, (0..12).filter(|shard| shard % 3 == node))).collect();
        for number in 0..40 {
            let account = AccountId::new(&format!("a-{number}")).expect("an id");
            assert_eq!(scopes.iter().filter(|scope| scope.holds_account(&account)).count(), 1);
        }
    }
}
