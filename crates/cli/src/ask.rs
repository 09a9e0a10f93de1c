//! `ask`: questions as JSON in, answers as JSON out, in the same order. One that cannot be answered says why in its place.

use serde::Deserialize;
use serde_json::{Value, json};
use tributary_domain::id::{AccountId, IdError, PartnerId};
use tributary_domain::time::{Instant, Period, TimeError, parse_day};
use tributary_finance::FinanceError;
use tributary_projector::ProjectorError;

use crate::error::CliError;
use crate::ledger::Ledger;

/// A question, by the kind of its answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "ask", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum Question {
    /// A partner's statement for a period.
    Statement { partner: String, period: String, known_at: Option<String> },
    /// Who was attributed to what.
    Attribution { account: String, as_of: String, known_at: Option<String> },
    /// A partner's credits in a period.
    Credits { partner: String, period: String, known_at: Option<String> },
    /// The won deals of an account.
    Renewals { account: String, known_at: Option<String> },
    /// What earns no credit.
    Suspense { known_at: Option<String> },
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    /// It is no question.
    #[error("{0}")]
    Question(String),
    /// A parameter is not what it should be.
    #[error("`{parameter}` {source}")]
    Time {
        /// Which.
        parameter: &'static str,
        /// Why.
        source: TimeError,
    },
    /// A parameter is not what it should be.
    #[error("`{parameter}` {source}")]
    Id {
        /// Which.
        parameter: &'static str,
        /// Why.
        source: IdError,
    },
    /// Finance cannot answer.
    #[error(transparent)]
    Finance(#[from] FinanceError),
    /// The store failed.
    #[error(transparent)]
    Projector(#[from] ProjectorError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] CliError),
    /// An answer cannot be printed.
    #[error("print the answer")]
    Print(#[from] serde_json::Error),
}

impl AskError {
    /// Its code, fixed for ever.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Question(_) => "bad-question",
            Self::Time { .. } | Self::Id { .. } => "bad-parameter",
            Self::Finance(error) => error.code(),
            Self::Projector(_) | Self::Ledger(_) | Self::Print(_) => "store-failed",
        }
    }
}

/// Answers questions, each for itself.
pub(crate) fn answers(ledger: &Ledger, questions: &[Value]) -> Vec<Value> {
    let answer_or_error = |question: &Value| {
        answer(ledger, question)
            .unwrap_or_else(|error| json!({"error": {"code": error.code(), "message": error.to_string()}}))
    };
    questions.iter().map(answer_or_error).collect()
}

fn answer(ledger: &Ledger, question: &Value) -> Result<Value, AskError> {
    let question = Question::deserialize(question).map_err(|error| AskError::Question(error.to_string()))?;
    Ok(match question {
        Question::Statement { partner, period, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            serde_json::to_value(tributary_finance::statement(&view, &partner_id(&partner)?, period_of(&period)?)?)?
        }
        Question::Attribution { account, as_of, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            let day = parse_day(&as_of).map_err(|source| AskError::Time { parameter: "asOf", source })?;
            serde_json::to_value(tributary_audit::attribution(&view, &account_id(&account)?, day)?)?
        }
        Question::Credits { partner, period, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            serde_json::to_value(tributary_finance::credits(&view, &partner_id(&partner)?, period_of(&period)?)?)?
        }
        Question::Renewals { account, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            serde_json::to_value(tributary_renewals::renewals(&view, &account_id(&account)?)?)?
        }
        Question::Suspense { known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            serde_json::to_value(tributary_finance::suspense(&view)?)?
        }
    })
}

fn instant(text: Option<String>) -> Result<Option<Instant>, AskError> {
    let read = |text: String| text.parse().map_err(|source| AskError::Time { parameter: "knownAt", source });
    text.map(read).transpose()
}

fn period_of(text: &str) -> Result<Period, AskError> {
    text.parse().map_err(|source| AskError::Time { parameter: "period", source })
}

fn partner_id(text: &str) -> Result<PartnerId, AskError> {
    PartnerId::new(text).map_err(|source| AskError::Id { parameter: "partner", source })
}

fn account_id(text: &str) -> Result<AccountId, AskError> {
    AccountId::new(text).map_err(|source| AskError::Id { parameter: "account", source })
}
