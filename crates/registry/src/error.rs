//! What can go wrong with a registry, and what to do about it.

use thiserror::Error;

/// A registry could not be asked, or refused.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// No answer came.
    #[error(
        "cannot reach the schema registry at `{url}`: check `tributary.schema.registry.url`, its certificate and the network"
    )]
    Unreachable {
        /// What was asked.
        url: String,
        /// Why.
        #[source]
        cause: Box<ureq::Error>,
    },
    /// The credentials are not taken.
    #[error(
        "the schema registry refuses to serve `{url}` ({status}): check `tributary.schema.registry.username`, its password and its rights"
    )]
    Forbidden {
        /// What was asked.
        url: String,
        /// 401 or 403.
        status: u16,
    },
    /// What is registered there would be broken.
    #[error("the schema registry finds the schema of `{subject}` incompatible with those it holds: {message}")]
    Incompatible {
        /// The subject.
        subject: String,
        /// What the registry says.
        message: String,
    },
    /// Any other refusal.
    #[error("the schema registry refuses `{url}` with {status}, error {code}: {message}")]
    Refused {
        /// What was asked.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The registry's own code; 0 where it gave none.
        code: u64,
        /// What the registry says.
        message: String,
    },
    /// The answer is none of a registry.
    #[error("what answers at `{url}` is no schema registry: {reason}; check `tributary.schema.registry.url`")]
    Unexpected {
        /// What was asked.
        url: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// A schema imports what nobody gave.
    #[error("`{file}` imports `{import}`, which is not among the schemas to register")]
    MissingImport {
        /// The schema's file.
        file: String,
        /// The import.
        import: String,
    },
}
