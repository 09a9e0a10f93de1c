//! Why a command fails, and with which exit code.

/// Why a command fails.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The log failed.
    #[error(transparent)]
    Log(#[from] tributary_log::LogError),
    /// The projection failed.
    #[error(transparent)]
    Projector(#[from] tributary_projector::ProjectorError),
    /// A question of finance cannot be answered.
    #[error(transparent)]
    Finance(#[from] tributary_finance::FinanceError),
}
