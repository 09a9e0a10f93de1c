//! A real Apache Kafka for tests and for people at their desks: fetched once, started on private ports and files, killed,
//! stopped, paused and cut off at will. No product: nothing that ships depends on it.
//!
//! A test asks [`for_tests`] for the broker that all tests share, and keeps to a [`topic_prefix`] of its own there. One
//! that wants to harm its broker, or another security, takes one of its own with [`own_for_tests`].

mod broker;
mod certificates;
mod distribution;
mod error;
mod for_tests;
mod home;
mod ports;
mod process;
mod proxy;
mod random;
mod security;
mod server_properties;
mod standing;

pub use broker::{Broker, Options};
pub use certificates::Certificates;
pub use distribution::{Distribution, VERSION, cache_dir, find_java};
pub use error::Error;
pub use for_tests::{ADDRESS, WITHOUT, for_tests, left_out, own_for_tests, topic_prefix, without_kafka};
pub use proxy::Proxy;
pub use security::Security;
pub use standing::{Running, Standing};

/// What this crate's operations give.
pub type Result<T, E = Error> = std::result::Result<T, E>;
