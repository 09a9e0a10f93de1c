//! How clients prove who they are and how their connection is kept secret: one method per broker.

use std::path::Path;

use crate::certificates::Certificates;
use crate::{Error, Result};

/// What a broker demands of its clients.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Security {
    /// Nothing.
    #[default]
    Plaintext,
    /// TLS: the broker has a certificate.
    Tls,
    /// TLS, and the client has one too.
    MutualTls,
    /// TLS, and a user with a password by SCRAM-SHA-512.
    Scram {
        /// The only user.
        user: String,
        /// Letters and digits: it goes through Kafka's tool and its files as it is.
        password: String,
    },
    /// TLS, and an unsigned token by OAUTHBEARER. What the token says is believed: for tests alone.
    OauthBearer,
}

impl Security {
    /// Makes the certificates, where there are any.
    pub(crate) fn certificates(&self, folder: &Path) -> Result<Option<Certificates>> {
        match self {
            Self::Plaintext => Ok(None),
            _ => Certificates::make(folder).map(Some),
        }
    }

    /// Kafka's name for what a listener speaks.
    pub(crate) fn protocol(&self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::Tls | Self::MutualTls => "SSL",
            Self::Scram { .. } | Self::OauthBearer => "SASL_SSL",
        }
    }

    /// What Kafka's tool that formats the directory is told of users.
    pub(crate) fn format_arguments(&self) -> Vec<String> {
        match self {
            Self::Scram { user, password } => {
                vec!["--add-scram".to_owned(), format!("SCRAM-SHA-512=[name={user},password={password}]")]
            }
            _ => Vec::new(),
        }
    }

    /// The broker's settings for a listener, given by its name.
    pub(crate) fn of_listener(&self, listener: &str) -> Vec<(String, String)> {
        let listener = listener.to_lowercase();
        let of = |name: &str, value: &str| (format!("listener.name.{listener}.{name}"), value.to_owned());
        match self {
            Self::Plaintext | Self::Tls => Vec::new(),
            Self::MutualTls => vec![of("ssl.client.auth", "required")],
            Self::Scram { .. } => vec![
                of("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                of("scram-sha-512.sasl.jaas.config", &format!("{SECURITY}.scram.ScramLoginModule required;")),
            ],
            Self::OauthBearer => vec![
                of("sasl.enabled.mechanisms", "OAUTHBEARER"),
                of(
                    "oauthbearer.sasl.jaas.config",
                    &format!(
                        "{SECURITY}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";"
                    ),
                ),
            ],
        }
    }

    /// What a client of librdkafka must be told beside the address.
    pub(crate) fn of_client(&self, certificates: Option<&Certificates>) -> Result<Vec<(&'static str, String)>> {
        let mut settings = vec![("security.protocol", self.protocol().to_lowercase())];
        if let Some(certificates) = certificates {
            settings.push(("ssl.ca.location", text(&certificates.authority)?));
        }
        match (self, certificates) {
            (Self::MutualTls, Some(certificates)) => {
                settings.push(("ssl.certificate.location", text(&certificates.client)?));
                settings.push(("ssl.key.location", text(&certificates.client_key)?));
            }
            (Self::Scram { user, password }, _) => {
                settings.push(("sasl.mechanism", "SCRAM-SHA-512".to_owned()));
                settings.push(("sasl.username", user.clone()));
                settings.push(("sasl.password", password.clone()));
            }
            (Self::OauthBearer, _) => {
                settings.push(("sasl.mechanism", "OAUTHBEARER".to_owned()));
                settings.push(("enable.sasl.oauthbearer.unsecure.jwt", "true".to_owned()));
                settings.push(("sasl.oauthbearer.config", "principal=tributary".to_owned()));
            }
            _ => {}
        }
        Ok(settings)
    }
}

const SECURITY: &str = "org.apache.kafka.common.security";

fn text(path: &Path) -> Result<String> {
    let cannot = || Error::Refused { program: "naming a file".to_owned(), said: "its name is no UTF-8".to_owned() };
    path.to_str().map(str::to_owned).ok_or_else(cannot)
}
