//! Names that nobody else has: for folders, topics and clusters of tests.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// 64 bits that differ from call to call and from process to process.
pub(crate) fn bits() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A cluster's id as Kafka wants it: 16 bytes in URL-safe base64, whose last digit carries two bits.
pub(crate) fn cluster_id() -> String {
    let digits = format!("{:016x}{:016x}", bits(), bits());
    format!("{}A", &digits[..21])
}
