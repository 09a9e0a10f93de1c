//! Apache Kafka for tests and desks: a Java that runs it, and its jars, which Maven fetches into the cache once.

use tributary_broker::{Distribution, VERSION, WITHOUT, find_java, without_kafka};

use super::toolchain::{install, is_program};
use crate::workspace::{Failure, cache_dir};

/// Installs and fetches what is missing, or says what to install. None if tests with Kafka are left out.
pub(crate) fn ensure() -> Result<Option<Distribution>, Failure> {
    if without_kafka() {
        println!("LEFT OUT: Kafka and the tests that need it, since {WITHOUT}=1");
        return Ok(None);
    }
    fetch().map(Some)
}

/// The same for who asks for Kafka in so many words.
pub(crate) fn fetch() -> Result<Distribution, Failure> {
    install("default-jre-headless", || find_java().is_ok())?;
    let cache = cache_dir()?;
    if !Distribution::is_fetched(&cache) {
        install("maven", || is_program("mvn"))?;
        println!("fetching Kafka {VERSION}, once for this machine: about 45 MB");
    }
    // Says itself what is wrong with a Java that is too old.
    Ok(Distribution::fetch(&cache)?)
}
