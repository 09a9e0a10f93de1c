//! A broker's `server.properties`: one node that is broker and controller, small, quick to begin and to give up on others.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::certificates::Certificates;
use crate::ports;
use crate::security::Security;
use crate::{Error, Result};

/// What one listens on, all on 127.0.0.1. Clients are sent to the port of the listener that they came through, except
/// for those of `proxied`, who are sent to `proxy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ports {
    /// The controller's.
    controller: u16,
    /// For the broker itself, and for Kafka's tools, without security.
    pub(crate) internal: u16,
    /// For clients.
    pub(crate) client: u16,
    /// For clients that come by the proxy.
    pub(crate) proxied: u16,
    /// The proxy's own.
    pub(crate) proxy: u16,
}

impl Ports {
    pub(crate) fn free() -> Result<Self> {
        let [controller, internal, client, proxied, proxy] =
            ports::free().map_err(Error::io("find free ports on", Path::new("127.0.0.1")))?;
        Ok(Self { controller, internal, client, proxied, proxy })
    }

    /// Those of a file that [`text`] wrote.
    fn read(text: &str) -> Option<Self> {
        let of = |setting: &str, listener: &str| {
            let listeners = text.lines().find_map(|line| line.strip_prefix(setting)?.strip_prefix('='))?;
            let address = listeners.split(',').find_map(|each| each.strip_prefix(listener)?.strip_prefix("://"))?;
            address.rsplit_once(':')?.1.parse().ok()
        };
        Some(Self {
            controller: of("listeners", "CONTROLLER")?,
            internal: of("listeners", "INTERNAL")?,
            client: of("listeners", "CLIENT")?,
            proxied: of("listeners", "PROXIED")?,
            proxy: of("advertised.listeners", "PROXIED")?,
        })
    }

    /// Those of the file if there is one, else free ones.
    pub(crate) fn kept_in(file: &Path) -> Result<Self> {
        fs::read_to_string(file).ok().and_then(|text| Self::read(&text)).map_or_else(Self::free, Ok)
    }
}

/// Settings that tests and desks want: single copies, few threads, quick rebalances, little memory.
const SMALL: &str = "\
node.id=1
process.roles=broker,controller
controller.listener.names=CONTROLLER
inter.broker.listener.name=INTERNAL
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
group.consumer.min.session.timeout.ms=500
group.consumer.min.heartbeat.interval.ms=100
group.consumer.heartbeat.interval.ms=500
group.consumer.session.timeout.ms=6000
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
log.index.size.max.bytes=1048576
log.cleaner.dedupe.buffer.size=8388608
log.cleaner.backoff.ms=1000
file.delete.delay.ms=1000
";

/// The file's text. What is given last counts.
pub(crate) fn text(
    ports: Ports,
    data: &Path,
    security: &Security,
    certificates: Option<&Certificates>,
    more: &[(String, String)],
) -> String {
    let Ports { controller, internal, client, proxied, proxy } = ports;
    let protocol = security.protocol();
    let mut lines = vec![
        ("controller.quorum.voters".to_owned(), format!("1@127.0.0.1:{controller}")),
        (
            "listeners".to_owned(),
            format!(
                "CONTROLLER://127.0.0.1:{controller},INTERNAL://127.0.0.1:{internal},CLIENT://127.0.0.1:{client},PROXIED://127.0.0.1:{proxied}"
            ),
        ),
        (
            "advertised.listeners".to_owned(),
            format!("INTERNAL://127.0.0.1:{internal},CLIENT://127.0.0.1:{client},PROXIED://127.0.0.1:{proxy}"),
        ),
        (
            "listener.security.protocol.map".to_owned(),
            format!("CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,CLIENT:{protocol},PROXIED:{protocol}"),
        ),
        ("log.dirs".to_owned(), data.display().to_string()),
    ];
    for listener in ["CLIENT", "PROXIED"] {
        lines.extend(security.of_listener(listener));
    }
    if let Some(certificates) = certificates {
        for (name, file) in [("keystore", &certificates.broker), ("truststore", &certificates.authority)] {
            lines.push((format!("ssl.{name}.type"), "PEM".to_owned()));
            lines.push((format!("ssl.{name}.location"), file.display().to_string()));
        }
    }
    let mut text = SMALL.to_owned();
    for (name, value) in lines.iter().chain(more) {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{name}={value}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_from_the_file_that_names_them() {
        let ports = Ports { controller: 1, internal: 2, client: 3, proxied: 4, proxy: 5 };
        let text = text(ports, Path::new("data"), &Security::Plaintext, None, &[]);
        assert_eq!(Ports::read(&text), Some(ports));
        assert_eq!(Ports::read("listeners=CLIENT://127.0.0.1:3\n"), None);
    }

    #[test]
    fn what_is_given_comes_last() {
        let ports = Ports { controller: 1, internal: 2, client: 3, proxied: 4, proxy: 5 };
        let more = [("num.io.threads".to_owned(), "8".to_owned())];
        let text = text(ports, Path::new("data"), &Security::Plaintext, None, &more);
        assert!(text.ends_with("\nnum.io.threads=8\n"), "{text}");
    }
}
