//! A broker of one's own, that ends with who started it at the latest.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::certificates::Certificates;
use crate::process::{Logs, Process, signal};
use crate::server_properties::{self, Ports};
use crate::{Distribution, Error, Result, Security, cache_dir, random};

/// How often other ports are tried when somebody else was quicker to bind them.
const ATTEMPTS: u32 = 5;

const LOG4J: &str = "\
status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = ${sys:broker.log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %c{1}: %m%n
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
";

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

/// A broker's files, whether or not it runs.
#[derive(Debug)]
pub(crate) struct Home {
    distribution: Distribution,
    pub(crate) directory: PathBuf,
    pub(crate) ports: Ports,
    security: Security,
    certificates: Option<Certificates>,
    java: Vec<String>,
}

impl Home {
    /// Makes the folder ready for a broker, keeping the data that are in it.
    pub(crate) fn make(distribution: Distribution, directory: PathBuf, options: &Options) -> Result<Self> {
        fs::create_dir_all(&directory).map_err(Error::io("create", &directory))?;
        let mut home = Self {
            certificates: options.security.certificates(&directory.join("certificates"))?,
            distribution,
            ports: Ports::kept_in(&directory.join("server.properties"))?,
            security: options.security.clone(),
            java: options.java.clone(),
            directory,
        };
        home.write("log4j2.properties", LOG4J)?;
        home.move_to(home.ports, options)?;
        if !home.data().join("meta.properties").is_file() {
            let properties = home.properties().display().to_string();
            let (cluster, users) = (random::cluster_id(), home.security.format_arguments());
            let mut arguments = vec!["format", "--cluster-id", &cluster, "--config", &properties];
            arguments.extend(users.iter().map(String::as_str));
            home.distribution.run("kafka.tools.StorageTool", &arguments)?;
        }
        Ok(home)
    }

    /// Starts the broker with the function given, on other ports if somebody was quicker to bind one of ours.
    pub(crate) fn start<T>(&mut self, options: &Options, start: impl Fn(&Self) -> Result<T>) -> Result<T> {
        let mut attempt = 1;
        loop {
            match start(self) {
                Err(Error::PortTaken) if attempt < ATTEMPTS => {
                    attempt += 1;
                    self.move_to(Ports::free()?, options)?;
                }
                outcome => return outcome,
            }
        }
    }

    /// Has the broker listen elsewhere from its next start on.
    fn move_to(&mut self, ports: Ports, options: &Options) -> Result<()> {
        self.ports = ports;
        let certificates = self.certificates.as_ref();
        let text = server_properties::text(ports, &self.data(), &self.security, certificates, &options.properties);
        self.write("server.properties", &text)
    }

    /// The command that is the broker.
    pub(crate) fn command(&self) -> Command {
        let log = format!("-Dbroker.log={}", self.logs().log.display());
        let log4j = format!("-Dlog4j2.configurationFile={}", self.directory.join("log4j2.properties").display());
        // The first tier of compilation is the quickest to start with, and serial collection the smallest.
        let mut flags = vec!["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", &log, &log4j];
        flags.extend(self.java.iter().map(String::as_str));
        let mut command = self.distribution.java(&flags, "kafka.Kafka");
        command.arg(self.properties());
        command
    }

    pub(crate) fn logs(&self) -> Logs {
        Logs::within(&self.directory)
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn properties(&self) -> PathBuf {
        self.directory.join("server.properties")
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.directory.join(name);
        fs::write(&path, text).map_err(Error::io("write", &path))
    }
}
