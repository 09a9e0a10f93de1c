//! The clock that assigns recorded times: a function, so that tests and the simulator steer it.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Gives the present instant in microseconds since 1970-01-01 UTC. It may go back; the log does not.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "the log says when (I2), and this is what it asks")]
pub fn system_clock() -> Clock {
    Arc::new(|| match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |us| -us),
    })
}
