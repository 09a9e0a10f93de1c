//! How to reach the brokers: a properties file with the names that Kafka's clients share, and the environment over it.
//!
//! What decides whether the ledger is right is set here and refused from outside. Secrets leave this module only towards the
//! client.

mod names;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use rdkafka::ClientConfig;

use names::Origin;

/// The variables that stand for settings begin so: `TRIBUTARY_KAFKA_SASL_PASSWORD` is `sasl.password`.
const ENVIRONMENT: &str = "TRIBUTARY_KAFKA_";

/// What the names of a ledger's topics begin with unless told otherwise.
const PREFIX: &str = "tributary.";

/// Why settings are refused. Values are never in it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("could not read `{}`: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// A line that says nothing.
    #[error("line {line} is no setting: write `name=value`")]
    NotASetting {
        /// The line, from 1.
        line: usize,
    },
    /// No such setting.
    #[error("{origin}: `{name}` is no setting that is known here{}", did_you_mean(suggestion.as_deref()))]
    Unknown {
        /// Where it stands: a line, or the environment.
        origin: String,
        /// What it was called.
        name: String,
        /// What it may have been meant to be.
        suggestion: Option<String>,
    },
    /// A setting that is not for others to make.
    #[error("{origin}: `{name}` must not be set, {reason}: remove it")]
    Ours {
        /// Where it stands.
        origin: String,
        /// The setting.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// A setting that stands twice.
    #[error("{origin}: `{name}` stands twice: keep one")]
    Twice {
        /// Where it stands again.
        origin: String,
        /// The setting.
        name: String,
    },
    /// No broker is named.
    #[error("`bootstrap.servers` is missing: name a broker, such as `bootstrap.servers=localhost:9092`")]
    NoBrokers,
    /// A value that the setting cannot have.
    #[error("`{name}` has a value that it cannot have: {reason}")]
    BadValue {
        /// The setting.
        name: String,
        /// What is wrong, without the value where it is secret.
        reason: String,
    },
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// How to reach a ledger's topics. Shows no value: some are secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    prefix: String,
    properties: BTreeMap<String, String>,
    registry: BTreeMap<String, String>,
    oauth: Option<OauthToken>,
}

/// Where an OAUTHBEARER token comes from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum OauthToken {
    /// A file that somebody keeps fresh.
    File(PathBuf),
    /// An unsigned token for this principal: for tests.
    Unsecured(String),
}

impl Settings {
    /// Reads a properties file and the environment; what the environment says goes before what the file says.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let text = match file {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| SettingsError::Unreadable { path: path.to_owned(), reason: error.to_string() })?,
        };
        Self::parse(&text, environment)
    }

    /// Reads the text of a properties file and the environment.
    pub fn parse(text: &str, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, SettingsError> {
        let mut said = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', '!']) {
                continue;
            }
            let origin = Origin::Line(number + 1);
            let (name, value) = line.split_once('=').ok_or(SettingsError::NotASetting { line: number + 1 })?;
            let name = names::checked(name.trim(), origin)?;
            if said.insert(name, value.trim().to_owned()).is_some() {
                return Err(SettingsError::Twice { origin: origin.to_string(), name: name.to_owned() });
            }
        }
        for (variable, value) in environment {
            if let Some(name) = variable.strip_prefix(ENVIRONMENT) {
                said.insert(names::of_variable(name, ENVIRONMENT)?, value);
            }
        }
        Self::judged(said)
    }

    fn judged(mut said: BTreeMap<&'static str, String>) -> Result<Self, SettingsError> {
        let prefix = said.remove("tributary.prefix").unwrap_or_else(|| PREFIX.to_owned());
        if prefix.len() > 150 || !prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
            let reason = "at most 150 letters, digits, dots, underscores and hyphens".to_owned();
            return Err(SettingsError::BadValue { name: "tributary.prefix".to_owned(), reason });
        }
        if said.get("bootstrap.servers").is_none_or(|brokers| brokers.is_empty()) {
            return Err(SettingsError::NoBrokers);
        }
        let oauth = oauth_token(&mut said)?;
        let owned = said.into_iter().map(|(name, value)| (name.to_owned(), value));
        let (registry, properties) = owned.partition(|(name, _)| name.starts_with(names::REGISTRY));
        let settings = Self { prefix, properties, registry, oauth };
        settings.config().create_native_config().map_err(refused)?;
        Ok(settings)
    }

    /// What the names of the ledger's topics begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The name of a topic, prefix and all.
    pub fn topic(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// What is said of a schema registry, by a name that begins with `tributary.schema.registry.`. It may be secret.
    pub fn schema_registry(&self, name: &str) -> Option<&str> {
        self.registry.get(name).map(String::as_str)
    }

    /// Whether clients prove who they are by OAUTHBEARER.
    pub(crate) fn oauth(&self) -> Option<&OauthToken> {
        self.oauth.as_ref()
    }

    /// What every client is told.
    pub(crate) fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("client.id", "tributary");
        for (name, value) in &self.properties {
            config.set(name, value);
        }
        config
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.properties.keys().map(String::as_str).collect();
        f.debug_struct("Settings").field("prefix", &self.prefix).field("set", &names).finish_non_exhaustive()
    }
}

/// Takes what says where tokens come from out of the settings: the client itself is given tokens, not their origin.
fn oauth_token(said: &mut BTreeMap<&'static str, String>) -> Result<Option<OauthToken>, SettingsError> {
    let file = said.remove("tributary.oauth.token.file").map(|path| OauthToken::File(path.into()));
    let unsecured = said.remove("enable.sasl.oauthbearer.unsecure.jwt").is_some_and(|value| value == "true");
    let config = said.remove("sasl.oauthbearer.config").unwrap_or_default();
    let principal = config.split_whitespace().find_map(|word| word.strip_prefix("principal="));
    let token = file.or_else(|| unsecured.then(|| OauthToken::Unsecured(principal.unwrap_or("tributary").to_owned())));
    let mechanism = ["sasl.mechanism", "sasl.mechanisms"].into_iter().find_map(|name| said.get(name));
    if mechanism.is_some_and(|mechanism| mechanism == "OAUTHBEARER") && token.is_none() {
        let reason = "`OAUTHBEARER` needs a token: name its file in `tributary.oauth.token.file`".to_owned();
        return Err(SettingsError::BadValue { name: "sasl.mechanism".to_owned(), reason });
    }
    Ok(token)
}

/// What the client says of a value, without the value.
fn refused(error: rdkafka::error::KafkaError) -> SettingsError {
    match error {
        rdkafka::error::KafkaError::ClientConfig(_, reason, name, value) => {
            let shown = !names::is_secret(&name) && !reason.is_empty();
            let reason = if shown { reason } else { "see the documentation of the setting".to_owned() };
            let reason = if value.is_empty() || shown { reason } else { reason.replace(&value, "…") };
            SettingsError::BadValue { name, reason }
        }
        other => SettingsError::BadValue { name: "bootstrap.servers".to_owned(), reason: other.to_string() },
    }
}

#[cfg(test)]
mod tests;
