//! Identifiers: one newtype each, cheap to clone, ordered by their bytes. Nothing but names.

use std::fmt;
use std::sync::Arc;

/// The most bytes an identifier may have.
pub const ID_BYTES_MAX: usize = 200;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing between the quotes.
    #[error("is empty")]
    Empty,
    /// Longer than [`ID_BYTES_MAX`].
    #[error("has {bytes} bytes, at most {ID_BYTES_MAX} are allowed")]
    TooLong {
        /// Its length in bytes of UTF-8.
        bytes: usize,
    },
    /// Holds a control character or `/`.
    #[error("holds {0:?}, which an identifier may not")]
    Character(char),
}

/// Checks that a text is an identifier: non-empty, at most 200 bytes, no control character, no `/`.
pub fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > ID_BYTES_MAX {
        return Err(IdError::TooLong { bytes: text.len() });
    }
    match text.chars().find(|c| c.is_control() || *c == '/') {
        Some(character) => Err(IdError::Character(character)),
        None => Ok(()),
    }
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the text: non-empty, at most 200 bytes, no control character, no `/`.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check(text)?;
                Ok(Self(text.into()))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

identifiers! {
    /// A customer account, as the vendor knows it.
    AccountId,
    /// A partner of the program.
    PartnerId,
    /// A deal; unique in a book (D1).
    DealId,
    /// A lead.
    LeadId,
    /// A registration.
    RegistrationId,
    /// A product, by the name that lines, usage and policies use.
    Product,
    /// A vendor, by the name that lines, usage and policies use.
    Vendor,
    /// A line of a deal.
    LineId,
    /// A policy document's id: attribution policies and commission plans.
    PolicyId,
    /// A role on a deal, such as `msp`; also `registrant`, `source`, `touch` and `fixed`.
    Role,
    /// An attribution pool, such as `revenue`.
    Pool,
    /// The namespace of an external identifier, such as `aws-buyer`.
    Namespace,
    /// An identifier of an account in somebody else's system.
    ExternalId,
    /// A marketplace, such as `aws`.
    Marketplace,
    /// An agreement of a marketplace.
    AgreementId,
    /// An offer of a marketplace.
    OfferId,
    /// A disbursement.
    DisbursementId,
    /// Something that a marketplace billed.
    ChargeId,
    /// A payout to a partner.
    PayoutId,
    /// A hold on a partner's money.
    HoldId,
    /// A market, geographic or not: `Healthcare - Providers`.
    Market,
    /// A partner's track.
    Track,
    /// A partner's tier.
    Tier,
    /// A stage of a deal.
    Stage,
    /// A system that says something of deals, such as `salesforce`.
    System,
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it is: the envelope's own rules are checked at the door.
            pub fn new(text: &str) -> Self {
                Self(text.into())
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

texts! {
    /// The system that says an event: a URI reference.
    Source,
    /// An event's id within its source.
    EventId,
}

/// What identifies an event: (`source`, `id`) (I1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// Who says it.
    pub source: Source,
    /// Its id there.
    pub id: EventId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_neither_empty_nor_long_nor_structured() {
        assert_eq!(AccountId::new(""), Err(IdError::Empty));
        assert_eq!(AccountId::new("a/b"), Err(IdError::Character('/')));
        assert_eq!(AccountId::new("a\nb"), Err(IdError::Character('\n')));
        assert_eq!(AccountId::new(&"x".repeat(201)), Err(IdError::TooLong { bytes: 201 }));
        assert_eq!(AccountId::new("ä b").map(|id| id.to_string()), Ok("ä b".to_owned()));
    }
}
