//! A broker of one's own, that ends with who started it at the latest.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::certificates::Certificates;
use crate::home::Home;
use crate::process::{Process, signal};
use crate::server_properties::Ports;
use crate::{Distribution, Error, Result, Security, cache_dir, random};

/// What a broker shall be like. The default is one without security, in a folder that goes with it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What it demands of clients.
    pub security: Security,
    /// Lines of `server.properties` that count more than ours.
    pub properties: Vec<(String, String)>,
    /// Flags of Java beside ours, such as `-Xmx1g`.
    pub java: Vec<String>,
    /// Where its files shall be and stay; if they are there already, it goes on with them.
    pub directory: Option<PathBuf>,
}

/// A broker: one node, which is also its own controller.
#[derive(Debug)]
pub struct Broker {
    // Dropped in this order: a process that runs would write into the folder that is removed.
    process: Option<Process>,
    home: Home,
    _directory: Directory,
}

/// A folder that may have to go.
#[derive(Debug)]
struct Directory {
    path: PathBuf,
    temporary: bool,
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.temporary {
            // What is left over only costs disk space.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

impl Broker {
    /// Starts one and waits until it takes requests, which takes a few seconds. Kafka is fetched first if it is not in the
    /// cache.
    pub fn start(options: &Options) -> Result<Self> {
        let distribution = Distribution::fetch(&cache_dir()?)?;
        let directory = match &options.directory {
            Some(kept) => Directory { path: kept.clone(), temporary: false },
            None => {
                let name = format!("tributary-broker-{:016x}", random::bits());
                Directory { path: env::temp_dir().join(name), temporary: true }
            }
        };
        let mut home = Home::make(distribution, directory.path.clone(), options)?;
        let process = home.start(options, |home| Process::start(home.command(), &home.logs()))?;
        Ok(Self { process: Some(process), home, _directory: directory })
    }

    /// Where clients find it: `127.0.0.1:<port>`, the same for as long as the broker exists.
    pub fn address(&self) -> String {
        at(self.home.ports.client)
    }

    /// Where it can be reached without security, for tools and for looking past a proxy.
    pub fn internal_address(&self) -> String {
        at(self.home.ports.internal)
    }

    /// What a client must be told to be let in, by librdkafka's names, `bootstrap.servers` first.
    pub fn client_properties(&self) -> Result<Vec<(&'static str, String)>> {
        let mut properties = vec![("bootstrap.servers", self.address())];
        properties.extend(self.home.security.of_client(self.home.certificates.as_ref())?);
        Ok(properties)
    }

    /// The certificates, where there is TLS.
    pub fn certificates(&self) -> Option<&Certificates> {
        self.home.certificates.as_ref()
    }

    /// Its files: `server.properties`, `broker.log`, `data/`.
    pub fn directory(&self) -> &Path {
        &self.home.directory
    }

    /// The process, while there is one.
    pub fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }

    /// Ends it on the spot, as `kill -9` does. What it had acknowledged is in the files.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop();
        }
    }

    /// Starts it again on the same files and ports, and waits until it takes requests. One that runs is left alone.
    pub fn restart(&mut self) -> Result<()> {
        if self.process.as_mut().is_none_or(|process| !process.runs()) {
            self.process = None;
            self.process = Some(Process::start(self.home.command(), &self.home.logs())?);
        }
        Ok(())
    }

    /// Stops it in its tracks, as if the machine hung: connections stay open and nothing answers.
    pub fn pause(&self) -> Result<()> {
        self.signal("STOP")
    }

    /// Lets it go on.
    pub fn resume(&self) -> Result<()> {
        self.signal("CONT")
    }

    fn signal(&self, name: &str) -> Result<()> {
        let sent = self.id().is_some_and(|id| signal(id, name));
        if sent { Ok(()) } else { Err(Error::NotRunning) }
    }

    /// Runs one of Kafka's tools against it, past all security, and gives what it printed: the class, such as
    /// `org.apache.kafka.tools.TopicCommand`, and what follows `--bootstrap-server`.
    pub fn tool(&self, class: &str, arguments: &[&str]) -> Result<String> {
        let address = self.internal_address();
        let mut all = vec!["--bootstrap-server", &address];
        all.extend(arguments);
        self.run_tool(class, &all)
    }

    /// Runs one of Kafka's tools with these arguments alone.
    pub fn run_tool(&self, class: &str, arguments: &[&str]) -> Result<String> {
        self.home.distribution.run(class, arguments)
    }

    pub(crate) fn ports(&self) -> Ports {
        self.home.ports
    }
}

pub(crate) fn at(port: u16) -> String {
    format!("127.0.0.1:{port}")
}
