//! Observation events: what another system says of a deal (O1–O4).

use std::collections::BTreeMap;
use std::fmt;

use crate::currency::Currency;
use crate::id::{DealId, System};
use crate::money::{Amount, Money};
use crate::time::Day;

/// `tributary.deal.observed.v1` (O1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealObserved {
    /// Which deal.
    pub deal: DealId,
    /// Which system says so.
    pub system: System,
    /// What kind of system it is.
    pub kind: SystemKind,
    /// What it says, by field; none: that the field is empty. Of fields that are not named it says nothing new.
    pub fields: BTreeMap<DealField, Option<FieldValue>>,
}

/// What kind of system says something of a deal: who is the authority for a field that no policy names (O3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SystemKind {
    /// Where the sellers work.
    Crm,
    /// A vendor's portal for partners.
    Portal,
    /// Where it was bought.
    Marketplace,
    /// What a marketplace reports of the money it paid.
    Disbursements,
    /// Anything else: never the authority unless a policy names it.
    Other,
}

impl SystemKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Crm, Self::Portal, Self::Marketplace, Self::Disbursements, Self::Other];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Crm => "crm",
            Self::Portal => "portal",
            Self::Marketplace => "marketplace",
            Self::Disbursements => "disbursements",
            Self::Other => "other",
        }
    }
}

/// What several systems say of a deal, in the order of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DealField {
    /// What the account is called.
    AccountName,
    /// What the opportunity is called.
    OpportunityName,
    /// The stage that it reached.
    Stage,
    /// What it is worth.
    Amount,
    /// When it is to close, or did.
    CloseDate,
    /// How far a portal's acceptance is.
    Acceptance,
    /// The agreement under which it was bought.
    Agreement,
    /// What was paid out for it.
    Paid,
}

impl DealField {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::AccountName,
        Self::OpportunityName,
        Self::Stage,
        Self::Amount,
        Self::CloseDate,
        Self::Acceptance,
        Self::Agreement,
        Self::Paid,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccountName => "accountName",
            Self::OpportunityName => "opportunityName",
            Self::Stage => "stage",
            Self::Amount => "amount",
            Self::CloseDate => "closeDate",
            Self::Acceptance => "acceptance",
            Self::Agreement => "agreement",
            Self::Paid => "paid",
        }
    }

    /// The kind of system that is the authority where no policy names one (O3).
    pub const fn owner(self) -> SystemKind {
        match self {
            Self::AccountName | Self::OpportunityName | Self::Stage | Self::Amount | Self::CloseDate => SystemKind::Crm,
            Self::Acceptance => SystemKind::Portal,
            Self::Agreement => SystemKind::Marketplace,
            Self::Paid => SystemKind::Disbursements,
        }
    }
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A name or a word.
    Text(String),
    /// A day.
    Date(Day),
    /// Amounts, by currency; an observation has one.
    Money(BTreeMap<Currency, Amount>),
}

impl From<Money> for FieldValue {
    fn from(money: Money) -> Self {
        Self::Money(BTreeMap::from([(money.currency, money.amount)]))
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Date(day) => day.fmt(f),
            Self::Money(amounts) => {
                for (at, (currency, amount)) in amounts.iter().enumerate() {
                    let separator = if at == 0 { "" } else { ", " };
                    write!(f, "{separator}{amount} {currency}")?;
                }
                Ok(())
            }
        }
    }
}
