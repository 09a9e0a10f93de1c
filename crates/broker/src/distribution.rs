//! Apache Kafka itself: its jars from Maven's repository, fetched once per version into the cache and run with the
//! system's Java.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::last_lines;
use crate::{Error, Result, random};

/// The version that tests run against.
pub const VERSION: &str = "4.1.1";

/// The oldest Java that runs this Kafka.
const JAVA_MIN: u32 = 17;
const PLUGIN: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy-dependencies";
const LOG4J: &str = "2.24.3";
const JAVA: Error = Error::Missing { program: "Java 17 or newer", package: "default-jre-headless" };

/// `${XDG_CACHE_HOME:-$HOME/.cache}/tributary`: what outlives a checkout.
pub fn cache_dir() -> Result<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("XDG_CACHE_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".cache")))
        .map(|cache| cache.join("tributary"))
        .ok_or(Error::NoCache)
}

/// The program that runs Kafka: that of `JAVA_HOME`, else the one on the path. An error where there is none that is new
/// enough.
pub fn find_java() -> Result<PathBuf> {
    let of_home = env::var_os("JAVA_HOME").map(|home| Path::new(&home).join("bin/java")).filter(|java| java.is_file());
    let java = of_home.unwrap_or_else(|| "java".into());
    let said = Command::new(&java).arg("-version").output().map_err(|_| JAVA)?.stderr;
    match major_version(&String::from_utf8_lossy(&said)) {
        Some(JAVA_MIN..) => Ok(java),
        _ => Err(JAVA),
    }
}

/// `openjdk version "17.0.15" 2025-04-15` is 17; up to 8 they were called 1.8.
fn major_version(said: &str) -> Option<u32> {
    let (_, rest) = said.split_once(" version \"")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// Kafka's jars, and a Java that runs them.
#[derive(Debug, Clone)]
pub struct Distribution {
    libs: PathBuf,
    java: PathBuf,
}

impl Distribution {
    /// True if the jars are in the cache already.
    pub fn is_fetched(cache: &Path) -> bool {
        folder(cache).is_dir()
    }

    /// The jars of the cache. If they are not there yet, Maven fetches them; nobody ever sees half of them.
    pub fn fetch(cache: &Path) -> Result<Self> {
        let java = find_java()?;
        let libs = folder(cache);
        if libs.is_dir() {
            return Ok(Self { libs, java });
        }
        let place = cache.join("kafka");
        fs::create_dir_all(&place).map_err(Error::io("create", &place))?;
        let path = place.join("lock");
        let lock = File::create(&path).map_err(Error::io("create", &path))?;
        lock.lock().map_err(Error::io("lock", &path))?;
        if !libs.is_dir() {
            let unfinished = place.join(format!("unfinished-{:016x}", random::bits()));
            let put = copy_jars(&unfinished)
                .and_then(|()| fs::rename(unfinished.join("libs"), &libs).map_err(Error::io("make", &libs)));
            // What is left over only costs disk space.
            let _ = fs::remove_dir_all(&unfinished);
            put?;
        }
        Ok(Self { libs, java })
    }

    /// Runs one of Kafka's tools, such as `org.apache.kafka.tools.TopicCommand`, and gives what it printed.
    pub fn run(&self, class: &str, arguments: &[&str]) -> Result<String> {
        let mut command = self.java(&["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"], class);
        let output = command.args(arguments).stdin(Stdio::null()).output().map_err(Error::io("start", &self.java))?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(printed);
        }
        let said = printed + &String::from_utf8_lossy(&output.stderr);
        Err(Error::Refused { program: class.to_owned(), said: last_lines(&said) })
    }

    /// Java with the jars, about to run a class.
    pub(crate) fn java(&self, flags: &[&str], class: &str) -> Command {
        let mut command = Command::new(&self.java);
        command.args(flags).arg("-cp").arg(self.libs.join("*")).arg(class);
        command
    }
}

fn folder(cache: &Path) -> PathBuf {
    cache.join("kafka").join(VERSION)
}

/// Has Maven put Kafka and all that it needs into `libs` within the folder.
fn copy_jars(folder: &Path) -> Result<()> {
    let pom = folder.join("pom.xml");
    fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    fs::write(&pom, project()).map_err(Error::io("write", &pom))?;
    let mut maven = Command::new("mvn");
    maven.args(["--quiet", "--batch-mode", PLUGIN, "-DoutputDirectory=libs"]).current_dir(folder).stdin(Stdio::null());
    let output = maven.output().map_err(|_| Error::Missing { program: "Maven", package: "maven" })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    Err(Error::Refused { program: format!("mvn {PLUGIN}"), said: last_lines(&said) })
}

/// A project that needs Kafka's server, its tools without what they share with Connect, and what writes logs into a file.
fn project() -> String {
    let dependency = |group: &str, artifact: &str, version: &str, more: &str| {
        format!(
            "<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>{more}</dependency>\n"
        )
    };
    let without = |artifact: &str| {
        format!("<exclusion><groupId>org.apache.kafka</groupId><artifactId>{artifact}</artifactId></exclusion>")
    };
    let without_connect = ["connect-api", "connect-json", "connect-runtime"].map(without).concat();
    [
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>\n",
        "<groupId>tributary</groupId><artifactId>broker</artifactId><version>1</version>\n<dependencies>\n",
        &dependency("org.apache.kafka", "kafka_2.13", VERSION, ""),
        &dependency("org.apache.kafka", "kafka-tools", VERSION, &format!("<exclusions>{without_connect}</exclusions>")),
        &dependency("org.apache.logging.log4j", "log4j-slf4j-impl", LOG4J, ""),
        "</dependencies></project>\n",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_java_is_read_from_what_it_says() {
        assert_eq!(major_version("openjdk version \"17.0.15\" 2025-04-15\n"), Some(17));
        assert_eq!(major_version("java version \"1.8.0_402\"\n"), Some(1));
        assert_eq!(major_version("openjdk version \"25\" 2025-09-16"), Some(25));
        assert_eq!(major_version("java: not found"), None);
    }

    #[test]
    fn the_broker_of_compose_is_the_one_that_tests_run_against() {
        let image = format!("image: apache/kafka:{VERSION}\n");
        assert!(include_str!("../../../deploy/compose.yaml").contains(&image));
    }
}
