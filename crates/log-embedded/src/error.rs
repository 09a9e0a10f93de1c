//! From errors of the store to errors of the log.

use tributary_log::LogError;
use tributary_store::StoreError;

/// Says what was tried, as a verb.
pub(crate) fn storage(operation: impl Into<String>) -> impl FnOnce(StoreError) -> LogError {
    let operation = operation.into();
    move |error| match error {
        StoreError::Locked { path } => LogError::Locked { place: path },
        other => LogError::Storage { operation, source: Box::new(other) },
    }
}
