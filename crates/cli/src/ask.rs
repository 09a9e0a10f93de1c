//! `ask`: questions as JSON in, answers as JSON out, in the same order. One that cannot be answered says why in its place.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tributary_audit::{Attribution, DealRecord, Drift, attribution, deal_record, drift};
use tributary_domain::id::{AccountId, DealId, IdError, PartnerId};
use tributary_domain::time::{Day, Instant, Period, TimeError, parse_day};
use tributary_finance::{
    AttributionRates, Credits, FinanceError, Reconcile, Reconciliation, Statement, Suspense, attribution_rates,
    credits, reconciliation, statement, suspense,
};
use tributary_projector::ProjectorError;
use tributary_renewals::{Renewals, renewals};

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
    /// What each system says of a deal.
    DealRecord { deal: String, as_of: String, known_at: Option<String> },
    /// Where systems say different things of deals.
    Drift { account: Option<String>, as_of: String, known_at: Option<String> },
    /// What was billed against what was paid out.
    Reconciliation {
        account: Option<String>,
        as_of: Option<String>,
        #[serde(default)]
        all: bool,
        known_at: Option<String>,
    },
    /// How much belongs to deals.
    AttributionRate { period: Option<String>, known_at: Option<String> },
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
}

impl AskError {
    /// Its code, fixed for ever.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Question(_) => "bad-question",
            Self::Time { .. } | Self::Id { .. } => "bad-parameter",
            Self::Finance(error) => error.code(),
            Self::Ledger(CliError::Finance(error)) => error.code(),
            Self::Projector(_) | Self::Ledger(_) => "store-failed",
        }
    }
}

/// An answer, or why there is none: the documents as they are, their keys in the contract's order.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    /// Finance's.
    Statement(Box<Statement>),
    /// The auditors'.
    Attribution(Attribution),
    /// Finance's.
    Credits(Credits),
    /// The renewal teams'.
    Renewals(Renewals),
    /// Finance's.
    Suspense(Suspense),
    /// The program managers'.
    DealRecord(DealRecord),
    /// The program managers'.
    Drift(Drift),
    /// Finance's.
    Reconciliation(Box<Reconciliation>),
    /// Finance's.
    AttributionRate(AttributionRates),
    /// There is none.
    Error {
        /// Why.
        error: Problem,
    },
}

/// Why a question has no answer, as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    /// Fixed for ever.
    code: &'static str,
    /// For people.
    message: String,
}

/// Answers questions, each for itself.
pub(crate) fn answers(ledger: &Ledger, questions: &[Value]) -> Vec<Answer> {
    let answer_or_error = |question: &Value| {
        answer(ledger, question)
            .unwrap_or_else(|error| Answer::Error { error: Problem { code: error.code(), message: error.to_string() } })
    };
    questions.iter().map(answer_or_error).collect()
}

fn answer(ledger: &Ledger, question: &Value) -> Result<Answer, AskError> {
    let question = Question::deserialize(question).map_err(|error| AskError::Question(error.to_string()))?;
    Ok(match question {
        Question::Statement { partner, period, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            Answer::Statement(Box::new(statement(&view, &partner_id(&partner)?, period_of(&period)?)?))
        }
        Question::Attribution { account, as_of, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            Answer::Attribution(attribution(&view, &account_id(&account)?, day_of(&as_of)?)?)
        }
        Question::Credits { partner, period, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            Answer::Credits(credits(&view, &partner_id(&partner)?, period_of(&period)?)?)
        }
        Question::Renewals { account, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            Answer::Renewals(renewals(&view, &account_id(&account)?)?)
        }
        Question::Suspense { known_at } => Answer::Suspense(suspense(&ledger.view(instant(known_at)?)?)?),
        Question::DealRecord { deal, as_of, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            let deal = DealId::new(&deal).map_err(|source| AskError::Id { parameter: "deal", source })?;
            Answer::DealRecord(deal_record(&view, &deal, day_of(&as_of)?).map_err(FinanceError::from)?)
        }
        Question::Drift { account, as_of, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            let account = account.as_deref().map(account_id).transpose()?;
            Answer::Drift(drift(&view, account.as_ref(), day_of(&as_of)?).map_err(FinanceError::from)?)
        }
        Question::AttributionRate { period, known_at } => {
            let period = period.as_deref().map(period_of).transpose()?;
            Answer::AttributionRate(attribution_rates(&ledger.view(instant(known_at)?)?, period)?)
        }
        Question::Reconciliation { account, as_of, all, known_at } => {
            let view = ledger.view(instant(known_at)?)?;
            let account = account.as_deref().map(account_id).transpose()?;
            let as_of = as_of.as_deref().map(day_of).transpose()?;
            Answer::Reconciliation(Box::new(reconciliation(&view, &Reconcile { account, as_of, all })?))
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

fn day_of(text: &str) -> Result<Day, AskError> {
    parse_day(text).map_err(|source| AskError::Time { parameter: "asOf", source })
}

fn partner_id(text: &str) -> Result<PartnerId, AskError> {
    PartnerId::new(text).map_err(|source| AskError::Id { parameter: "partner", source })
}

fn account_id(text: &str) -> Result<AccountId, AskError> {
    AccountId::new(text).map_err(|source| AskError::Id { parameter: "account", source })
}
