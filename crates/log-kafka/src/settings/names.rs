//! Which settings there are, which of them are secret, and which are not for others to make.

use std::fmt;

use super::SettingsError;

/// Where a setting stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin {
    /// A line of the file, from 1.
    Line(usize),
    /// A variable of the environment.
    Environment,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Environment => f.write_str("environment"),
        }
    }
}

/// What may be set. The names without `tributary.` are those of Kafka's clients; librdkafka documents them.
pub(super) const ALLOWED: &[&str] = &[
    "bootstrap.servers",
    "broker.address.family",
    "broker.address.ttl",
    "client.dns.lookup",
    "client.id",
    "client.rack",
    "compression.level",
    "compression.type",
    "connections.max.idle.ms",
    "debug",
    "delivery.timeout.ms",
    "enable.sasl.oauthbearer.unsecure.jwt",
    "enable.ssl.certificate.verification",
    "fetch.error.backoff.ms",
    "fetch.max.bytes",
    "fetch.min.bytes",
    "fetch.queue.backoff.ms",
    "fetch.wait.max.ms",
    "group.instance.id",
    "heartbeat.interval.ms",
    "linger.ms",
    "log_level",
    "max.partition.fetch.bytes",
    "metadata.max.age.ms",
    "queue.buffering.max.kbytes",
    "queue.buffering.max.messages",
    "queued.max.messages.kbytes",
    "receive.message.max.bytes",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "retry.backoff.max.ms",
    "retry.backoff.ms",
    "sasl.kerberos.keytab",
    "sasl.kerberos.kinit.cmd",
    "sasl.kerberos.min.time.before.relogin",
    "sasl.kerberos.principal",
    "sasl.kerberos.service.name",
    "sasl.mechanism",
    "sasl.mechanisms",
    "sasl.oauthbearer.config",
    "sasl.password",
    "sasl.username",
    "security.protocol",
    "session.timeout.ms",
    "socket.connection.setup.timeout.ms",
    "socket.keepalive.enable",
    "socket.nagle.disable",
    "socket.receive.buffer.bytes",
    "socket.send.buffer.bytes",
    "socket.timeout.ms",
    "ssl.ca.location",
    "ssl.ca.pem",
    "ssl.certificate.location",
    "ssl.certificate.pem",
    "ssl.cipher.suites",
    "ssl.crl.location",
    "ssl.curves.list",
    "ssl.endpoint.identification.algorithm",
    "ssl.key.location",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.location",
    "ssl.keystore.password",
    "ssl.sigalgs.list",
    "topic.metadata.refresh.interval.ms",
    "tributary.oauth.token.file",
    "tributary.prefix",
    "tributary.schema.registry.ca.location",
    "tributary.schema.registry.password",
    "tributary.schema.registry.url",
    "tributary.schema.registry.username",
];

/// What the names begin with that say where a schema registry is; no client of Kafka is told them.
pub(super) const REGISTRY: &str = "tributary.schema.registry.";

/// What is not for others to set, and why.
pub(super) const OURS: &[(&str, &str)] = &[
    ("acks", "an event is appended when every replica in sync has it"),
    ("allow.auto.create.topics", "topics are made by `tributary kafka init` alone"),
    ("auto.commit.interval.ms", OFFSETS),
    ("auto.offset.reset", "a missing offset is an error, never a place to guess"),
    ("check.crcs", "what is read is always checked"),
    ("enable.auto.commit", OFFSETS),
    ("enable.auto.offset.store", OFFSETS),
    ("enable.idempotence", "a retry must not append twice"),
    ("enable.partition.eof", "the end of a partition must be known"),
    ("group.id", "which shards a process owns is decided in the ledger's own group"),
    ("group.protocol", "the ledger's own group decides how shards are shared out"),
    ("isolation.level", "what a transaction took back is no event"),
    ("max.in.flight.requests.per.connection", "an append keeps its order"),
    ("message.max.bytes", "the ledger bounds events itself"),
    ("partition.assignment.strategy", "the ledger's own group decides how shards are shared out"),
    ("partitioner", "a subject has its partition by Kafka's murmur2"),
    ("request.required.acks", "an event is appended when every replica in sync has it"),
    ("retries", "a retry is bounded by `delivery.timeout.ms`"),
    ("sasl.oauthbearer.method", "the token is read from `tributary.oauth.token.file`"),
    ("transactional.id", "the ledger needs no transactions"),
];

const OFFSETS: &str = "offsets are kept beside what they led to, not in Kafka";

const SECRET: &[&str] = &["password", "ssl.key.pem", "oauthbearer.config", "username"];

/// Whether the value of a setting must not be shown.
pub(super) fn is_secret(name: &str) -> bool {
    SECRET.iter().any(|part| name.contains(part))
}

/// A name that may be set.
pub(super) fn checked(name: &str, origin: Origin) -> Result<&'static str, SettingsError> {
    if let Some(known) = ALLOWED.iter().find(|known| **known == name) {
        return Ok(known);
    }
    let (origin, name) = (origin.to_string(), name.to_owned());
    match OURS.iter().find(|(ours, _)| *ours == name) {
        Some((_, reason)) => Err(SettingsError::Ours { origin, name, reason }),
        None => Err(SettingsError::Unknown { origin, suggestion: nearest(&name), name }),
    }
}

/// The setting that a variable stands for, given without what all of them begin with.
pub(super) fn of_variable(variable: &str, prefix: &str) -> Result<&'static str, SettingsError> {
    let known = ALLOWED.iter().chain(OURS.iter().map(|(name, _)| name)).find(|name| variable_of(name) == variable);
    let Some(name) = known else {
        let suggestion = ALLOWED.iter().map(|name| variable_of(name));
        let suggestion = suggestion.max_by(|a, b| likeness(a, variable).total_cmp(&likeness(b, variable)));
        return Err(SettingsError::Unknown {
            origin: Origin::Environment.to_string(),
            name: format!("{prefix}{variable}"),
            suggestion: suggestion
                .filter(|name| likeness(name, variable) > ALIKE)
                .map(|name| format!("{prefix}{name}")),
        });
    };
    checked(name, Origin::Environment)
}

/// `sasl.password` is `SASL_PASSWORD`; `tributary.prefix` is `PREFIX`.
fn variable_of(name: &str) -> String {
    name.strip_prefix("tributary.").unwrap_or(name).replace(['.', '-'], "_").to_uppercase()
}

const ALIKE: f64 = 0.8;

fn likeness(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(a, b)
}

fn nearest(name: &str) -> Option<String> {
    let alike = ALLOWED.iter().map(|known| (likeness(known, name), *known)).filter(|(alike, _)| *alike > ALIKE);
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, known)| known.to_owned())
}
