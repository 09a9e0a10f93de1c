//! What the client tells on the side: its log lines, troubles with its connections, and its wish for a fresh token.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel as Level;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError as ClientError;
use rdkafka::types::RDKafkaErrorCode as Code;

use super::oauth;
use crate::error::is_transient;
use crate::settings::OauthToken;
use crate::{KafkaError, Settings};

/// The last trouble with a connection: an operation that fails knows only that time ran out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Troubles(Arc<Mutex<Option<Trouble>>>);

#[derive(Debug, Clone)]
struct Trouble {
    code: Code,
    reason: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Error for Trouble {}

impl Trouble {
    fn lasts(&self) -> bool {
        matches!(self.code, Code::Authentication | Code::SSL | Code::SaslAuthenticationFailed)
    }
}

impl Troubles {
    fn note(&self, code: Code, reason: &str) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // That all brokers are down says less than why one of them is.
        if code != Code::AllBrokersDown || last.is_none() {
            *last = Some(Trouble { code, reason: reason.to_owned() });
        }
    }

    /// Whether the last trouble is one that time does not heal.
    pub(crate) fn lasting(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(Trouble::lasts)
    }

    /// An operation's error, with the trouble behind it: one that time does not heal makes it a refusal.
    pub(crate) fn explain(&self, operation: String, error: ClientError) -> KafkaError {
        if !is_transient(&error) {
            return KafkaError::of(operation, error);
        }
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            None => KafkaError::of(operation, error),
            Some(trouble) => KafkaError::with(operation, !trouble.lasts(), trouble.into()),
        }
    }
}

/// The context of every client.
pub(crate) struct Context {
    token: Option<OauthToken>,
    troubles: Troubles,
}

impl Context {
    pub(crate) fn new(settings: &Settings, troubles: &Troubles) -> Self {
        Self { token: settings.oauth().cloned(), troubles: troubles.clone() }
    }
}

impl ClientContext for Context {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, level: Level, facility: &str, message: &str) {
        match level {
            Level::Emerg | Level::Alert | Level::Critical | Level::Error => tracing::warn!(facility, "{message}"),
            Level::Warning | Level::Notice => tracing::info!(facility, "{message}"),
            Level::Info | Level::Debug => tracing::debug!(facility, "{message}"),
        }
    }

    fn error(&self, error: ClientError, reason: &str) {
        match error.rdkafka_error_code() {
            None | Some(Code::PartitionEOF) => {}
            Some(code) => {
                tracing::info!("{reason}");
                self.troubles.note(code, reason);
            }
        }
    }

    fn generate_oauth_token(&self, _config: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        let token = self.token.as_ref().ok_or("no `tributary.oauth.token.file` is set")?;
        oauth::token(token).inspect_err(|error| self.troubles.note(Code::Authentication, &error.to_string()))
    }
}

impl ConsumerContext for Context {}
