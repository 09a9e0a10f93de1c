//! What became of the rows of a file, so that rows in equal rows used, skipped and refused.

use std::collections::BTreeMap;

/// `ChargeCategory` of FOCUS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[expect(missing_docs, reason = "the words of the specification")]
pub enum Category {
    Usage,
    Purchase,
    Tax,
    Credit,
    Adjustment,
}

impl Category {
    /// Every category, in the specification's order.
    pub const ALL: [Self; 5] = [Self::Usage, Self::Purchase, Self::Tax, Self::Credit, Self::Adjustment];

    /// The specification's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "Usage",
            Self::Purchase => "Purchase",
            Self::Tax => "Tax",
            Self::Credit => "Credit",
            Self::Adjustment => "Adjustment",
        }
    }

    /// Reads it in any case.
    pub(super) fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str().eq_ignore_ascii_case(text))
    }
}

/// Rows by what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rows read, the header not among them.
    pub rows: u64,
    /// Rows that are usage.
    pub used: u64,
    /// Rows left out because they cost nothing; they only ever restate what is already known.
    pub zero_cost: u64,
    /// Rows left out because their category does not count.
    pub category: BTreeMap<Category, u64>,
    /// Rows refused.
    pub refused: u64,
}

impl Tally {
    /// Rows left out for any reason.
    pub fn skipped(&self) -> u64 {
        self.zero_cost + self.category.values().sum::<u64>()
    }
}
