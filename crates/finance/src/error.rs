//! Why a question of finance cannot be answered.

use tributary_domain::money::Overflow;
use tributary_domain::time::{Instant, Period};
use tributary_projector::ProjectorError;

use crate::period::AttestError;

/// Why a question of finance cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum FinanceError {
    /// An open period is asked for as known before the last cutoff (L4).
    #[error("period {period} is open: it cannot be asked for as known at {known_at}, before the last cutoff {cutoff}")]
    KnownBeforeCutoff {
        /// The period.
        period: Period,
        /// When it should be known.
        known_at: Instant,
        /// The last cutoff.
        cutoff: Instant,
    },
    /// A period is to be replayed that was not closed by then (L6).
    #[error("period {period} is not closed as known at {known_at}: only a closed period can be replayed")]
    NotClosed {
        /// The period.
        period: Period,
        /// By when it should be.
        known_at: Instant,
    },
    /// The log holds nothing yet, so there is no instant to answer at.
    #[error("nothing is recorded yet; import events first")]
    Nothing,
    /// The store failed.
    #[error(transparent)]
    Projector(#[from] ProjectorError),
    /// An amount is too large to add up.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// A period cannot be attested.
    #[error(transparent)]
    Attest(#[from] AttestError),
    /// A kept statement cannot be read.
    #[error(
        "the kept statement of partner `{partner}` cannot be read; `tributary rebuild` makes it again from the log"
    )]
    Kept {
        /// The partner.
        partner: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl FinanceError {
    /// Its code, fixed for ever.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KnownBeforeCutoff { .. } => "known-before-cutoff",
            Self::NotClosed { .. } => "period-not-closed",
            Self::Nothing => "nothing-recorded",
            Self::Projector(_) | Self::Kept { .. } => "store-failed",
            Self::Overflow(_) => "amount-overflow",
            Self::Attest(AttestError::Open { .. }) => "period-open",
            Self::Attest(_) => "digest-differs",
        }
    }
}
