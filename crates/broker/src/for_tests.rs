//! What a test says to get a broker: there is one, or the test fails in one line, or it was left out on purpose and says
//! so. It never passes in silence.

use std::env;
use std::io::{self, Write as _};
use std::thread;

use crate::broker::{Broker, Options};
use crate::random;

/// Names the broker that all tests share; `cargo xtask test` sets it.
pub const ADDRESS: &str = "TRIBUTARY_TEST_KAFKA";

/// Set to `1`, it leaves out the tests that need a broker.
pub const WITHOUT: &str = "TRIBUTARY_WITHOUT_KAFKA";

/// The address of the broker that all tests share, or none if tests with a broker are left out.
///
/// # Panics
/// If neither variable is set: a test without a broker fails.
pub fn for_tests() -> Option<String> {
    if left_out() {
        return None;
    }
    Some(address_or_panic(env::var(ADDRESS).ok().as_deref()))
}

fn address_or_panic(given: Option<&str>) -> String {
    match given {
        None | Some("") => panic!(
            "no broker in `{ADDRESS}`: start one with `cargo xtask kafka up` and export what it prints, run `cargo xtask test`, or leave such tests out with {WITHOUT}=1"
        ),
        Some(address) => address.to_owned(),
    }
}

/// A broker for one test alone, or none if tests with a broker are left out.
///
/// # Panics
/// If it cannot be had, saying what to do.
pub fn own_for_tests(options: &Options) -> Option<Broker> {
    if left_out() {
        return None;
    }
    match Broker::start(options) {
        Ok(broker) => Some(broker),
        Err(error) => panic!("no broker for this test: {error}; {WITHOUT}=1 leaves such tests out"),
    }
}

/// A prefix for topics that no other test and no earlier run has: `<test>-<16 digits>.`
pub fn topic_prefix(test: &str) -> String {
    format!("{test}-{:016x}.", random::bits())
}

/// True if tests with a broker shall be left out.
pub fn without_kafka() -> bool {
    env::var_os(WITHOUT).is_some_and(|value| value == "1")
}

/// True, having said so where everybody sees it, if the test shall be left out.
pub fn left_out() -> bool {
    let left_out = without_kafka();
    if left_out {
        let thread = thread::current();
        let line = format!("LEFT OUT: {}, since {WITHOUT}=1\n", thread.name().unwrap_or("a test"));
        // Past what catches the output of tests that pass; if nobody can be told, there is nobody to tell.
        let _ = io::stderr().write_all(line.as_bytes());
    }
    left_out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "start one with `cargo xtask kafka up`")]
    fn a_test_without_a_broker_fails_and_says_what_to_do() {
        address_or_panic(None);
    }

    #[test]
    fn a_broker_that_is_named_is_taken() {
        assert_eq!(address_or_panic(Some("127.0.0.1:9092")), "127.0.0.1:9092");
    }

    #[test]
    fn no_two_tests_share_topics() {
        let (one, other) = (topic_prefix("t"), topic_prefix("t"));
        assert!(one != other && one.starts_with("t-") && one.ends_with('.'), "{one} {other}");
    }
}
