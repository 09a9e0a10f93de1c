//! Where a registry is and who asks it: the keys `tributary.schema.registry.*` of the settings.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// Where the registry is: `http` or `https`.
const URL: &str = "tributary.schema.registry.url";
/// Who asks; with a password.
const USERNAME: &str = "tributary.schema.registry.username";
/// The password of who asks.
const PASSWORD: &str = "tributary.schema.registry.password";
/// A PEM file of the authorities to trust in place of the public ones.
const CA_LOCATION: &str = "tributary.schema.registry.ca.location";

/// Where a registry is and who asks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrySettings {
    /// `http` or `https`, without a slash at its end.
    pub url: String,
    /// Who asks; none asks as nobody.
    pub credentials: Option<Credentials>,
    /// A PEM file of the authorities to trust in place of the public ones.
    pub ca_location: Option<PathBuf>,
}

/// A name and its password, sent as HTTP's basic authentication.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name.
    pub username: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// A setting that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingError {
    /// No URL that can be asked.
    #[error("`{URL}` must begin with `http://` or `https://` and name a host")]
    Url,
    /// A secret where it would be printed.
    #[error("`{URL}` holds a user or password; put them into `{USERNAME}` and `{PASSWORD}`")]
    SecretInUrl,
    /// Half of the credentials.
    #[error("`{missing}` is missing; give both `{USERNAME}` and `{PASSWORD}`, or neither")]
    HalfCredentials {
        /// The key that is missing.
        missing: &'static str,
    },
    /// Authorities that cannot be read.
    #[error("`{CA_LOCATION}` names `{}`, which holds no certificate in PEM that can be read: {reason}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl RegistrySettings {
    /// Reads the settings from whatever holds them by key; none where no registry is named.
    pub fn read(setting: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, SettingError> {
        let Some(url) = setting(URL) else { return Ok(None) };
        let url = url.trim().trim_end_matches('/').to_owned();
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).ok_or(SettingError::Url)?;
        let authority = host.split('/').next().unwrap_or_default();
        if authority.contains('@') {
            return Err(SettingError::SecretInUrl);
        }
        if authority.is_empty() || host.contains(['?', '#', ' ']) {
            return Err(SettingError::Url);
        }
        let credentials = match (setting(USERNAME), setting(PASSWORD)) {
            (Some(username), Some(password)) => Some(Credentials { username, password }),
            (None, None) => None,
            (Some(_), None) => return Err(SettingError::HalfCredentials { missing: PASSWORD }),
            (None, Some(_)) => return Err(SettingError::HalfCredentials { missing: USERNAME }),
        };
        Ok(Some(Self { url, credentials, ca_location: setting(CA_LOCATION).map(PathBuf::from) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Option<RegistrySettings>, SettingError> {
        let held = |key: &str| settings.iter().find(|(held, _)| *held == key).map(|(_, value)| (*value).to_owned());
        RegistrySettings::read(held)
    }

    #[test]
    fn no_url_is_no_registry() {
        assert_eq!(read(&[(USERNAME, "u")]), Ok(None));
    }

    #[test]
    fn a_url_names_a_host_and_no_secret() {
        for (url, expected) in [
            ("registry:8081", SettingError::Url),
            ("https://", SettingError::Url),
            ("https://r/?a=b", SettingError::Url),
            ("https://user:secret@r", SettingError::SecretInUrl),
        ] {
            let refused = read(&[(URL, url)]).expect_err(url);
            assert_eq!(refused, expected);
            assert!(!refused.to_string().contains("secret"));
        }
        let read = read(&[(URL, " https://r:8081/ccompat/v7/ ")]).expect("settings").expect("a registry");
        assert_eq!(read.url, "https://r:8081/ccompat/v7");
    }

    #[test]
    fn credentials_come_in_pairs_and_are_not_shown() {
        let half = read(&[(URL, "https://r"), (USERNAME, "u")]);
        assert_eq!(half, Err(SettingError::HalfCredentials { missing: PASSWORD }));
        let both = read(&[(URL, "https://r"), (USERNAME, "u"), (PASSWORD, "secret")]).expect("settings");
        assert!(!format!("{both:?}").contains("secret"), "{both:?}");
    }
}
