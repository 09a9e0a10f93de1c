//! A broker's folder: its settings, its certificates, its data, what it writes; and the command that is the broker.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::certificates::Certificates;
use crate::process::Logs;
use crate::server_properties::{self, Ports};
use crate::{Distribution, Error, Options, Result, Security, random};

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

/// A broker's files, whether or not it runs.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) distribution: Distribution,
    pub(crate) directory: PathBuf,
    pub(crate) ports: Ports,
    pub(crate) security: Security,
    pub(crate) certificates: Option<Certificates>,
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
