//! The few questions that a registry is asked, over HTTP.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use ureq::http::{Request, Response};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use crate::registration::{Compatibility, Schema};
use crate::settings::Credentials;
use crate::{RegistryError, RegistrySettings, SettingError};

const MEDIA_TYPE: &str = "application/vnd.schemaregistry.v1+json";
/// Long enough for a registry that elects a leader, short enough for somebody who waits for a start.
const PATIENCE: Duration = Duration::from_secs(30);
/// No subject, no version, no schema: the registry's own codes for what is not there.
const ABSENT: [u64; 3] = [40401, 40402, 40403];
/// A subject without a compatibility of its own.
const UNCONFIGURED: u64 = 40408;

/// A schema as a registry holds it under a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// The schema's id, which stands in the framing of values.
    pub id: u32,
    /// Its version under the subject, which others refer to.
    pub version: u32,
}

/// A registry.
#[derive(Debug)]
pub struct Registry {
    agent: Agent,
    url: String,
    authorization: Option<Secret>,
}

/// A header that is never shown.
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Registry {
    /// Makes ready to ask; nothing is asked yet.
    pub fn new(settings: &RegistrySettings) -> Result<Self, SettingError> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // A registry answers for itself; following it elsewhere would take the password along.
            .max_redirects(0)
            .timeout_global(Some(PATIENCE));
        if let Some(path) = &settings.ca_location {
            let unreadable = |reason: String| SettingError::Authorities { path: path.clone(), reason };
            let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
            let authorities = authorities(&pem).map_err(unreadable)?;
            config = config.tls_config(TlsConfig::builder().root_certs(authorities).build());
        }
        let authorization = settings.credentials.as_ref().map(|Credentials { username, password }| {
            Secret(format!("Basic {}", STANDARD.encode(format!("{username}:{password}"))))
        });
        Ok(Self { agent: config.build().into(), url: settings.url.clone(), authorization })
    }

    /// The id and version of a schema under a subject; none if the subject does not hold it.
    pub fn find(&self, subject: &str, schema: &Schema) -> Result<Option<Registered>, RegistryError> {
        let path = format!("/subjects/{}", escaped(subject));
        match self.ask("POST", &path, Some(&schema.to_json())) {
            Ok(answer) => {
                let id = self.number(&path, &answer, "id")?;
                Ok(Some(Registered { id, version: self.number(&path, &answer, "version")? }))
            }
            Err(RegistryError::Refused { status: 404, code, .. }) if ABSENT.contains(&code) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Registers a schema under a subject, and gives its id. A schema that the subject holds stays as it is.
    pub fn add(&self, subject: &str, schema: &Schema) -> Result<u32, RegistryError> {
        let path = format!("/subjects/{}/versions", escaped(subject));
        match self.ask("POST", &path, Some(&schema.to_json())) {
            Ok(answer) => self.number(&path, &answer, "id"),
            Err(RegistryError::Refused { status: 409, message, .. }) => {
                Err(RegistryError::Incompatible { subject: subject.to_owned(), message })
            }
            Err(error) => Err(error),
        }
    }

    /// What a new schema of a subject is held to; none where the subject has no rule of its own.
    pub fn compatibility(&self, subject: &str) -> Result<Option<String>, RegistryError> {
        let path = format!("/config/{}", escaped(subject));
        match self.ask("GET", &path, None) {
            Ok(answer) => Ok(answer["compatibilityLevel"].as_str().map(str::to_owned)),
            Err(RegistryError::Refused { status: 404, code, .. }) if code == UNCONFIGURED || ABSENT.contains(&code) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Says what a new schema of a subject is held to.
    pub fn set_compatibility(&self, subject: &str, compatibility: Compatibility) -> Result<(), RegistryError> {
        let path = format!("/config/{}", escaped(subject));
        self.ask("PUT", &path, Some(&json!({"compatibility": compatibility.name()}))).map(drop)
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, RegistryError> {
        let url = format!("{}{path}", self.url);
        let mut request = Request::builder().method(method).uri(&url).header("accept", MEDIA_TYPE);
        if let Some(Secret(authorization)) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let unreachable = |cause: ureq::Error| RegistryError::Unreachable { url: url.clone(), cause: Box::new(cause) };
        let answer = match body {
            Some(body) => request
                .header("content-type", MEDIA_TYPE)
                .body(body.to_string())
                .map_err(ureq::Error::from)
                .and_then(|request| self.agent.run(request)),
            None => request.body(()).map_err(ureq::Error::from).and_then(|request| self.agent.run(request)),
        };
        read(&url, answer.map_err(unreachable)?)
    }

    fn number(&self, path: &str, answer: &Value, name: &str) -> Result<u32, RegistryError> {
        let number = answer[name].as_u64().and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| RegistryError::Unexpected {
            url: format!("{}{path}", self.url),
            reason: format!("its answer has no number `{name}`"),
        })
    }
}

fn read(url: &str, mut answer: Response<Body>) -> Result<Value, RegistryError> {
    let status = answer.status().as_u16();
    let url = url.to_owned();
    if matches!(status, 401 | 403) {
        return Err(RegistryError::Forbidden { url, status });
    }
    let text = match answer.body_mut().read_to_string() {
        Ok(text) => text,
        Err(cause) => return Err(RegistryError::Unreachable { url, cause: Box::new(cause) }),
    };
    let said: Option<Value> = serde_json::from_str(&text).ok();
    match said {
        Some(answer) if status == 200 => Ok(answer),
        Some(refusal) if refusal.get("error_code").is_some() || status == 409 => Err(RegistryError::Refused {
            url,
            status,
            code: refusal["error_code"].as_u64().unwrap_or_default(),
            message: refusal["message"].as_str().unwrap_or("no reason given").to_owned(),
        }),
        _ => Err(RegistryError::Unexpected { url, reason: format!("it answers with status {status}") }),
    }
}

fn authorities(pem: &[u8]) -> Result<RootCerts, String> {
    let mut found: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| error.to_string())? {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err("it holds none".to_owned()) } else { Ok(found.into()) }
}

/// A subject as a segment of a path: names of files hold slashes.
fn escaped(subject: &str) -> String {
    let mut text = String::with_capacity(subject.len());
    for byte in subject.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
