//! Why a command fails, with which exit code, and how that is printed: once, at the edge.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use tributary_cluster::ClusterError;
use tributary_domain::closing::InvalidClose;
use tributary_domain::time::{Instant, Period};
use tributary_feed::FeedError;
use tributary_finance::FinanceError;
use tributary_intake::IntakeError;
use tributary_log::LogError;
use tributary_log_kafka::{KafkaError, SettingsError};
use tributary_origins::OriginError;
use tributary_projector::ProjectorError;
use tributary_registry::{RegistryError, SettingError};
use tributary_reports::calls::CallsError;
use tributary_reports::statement::ReportError;
use tributary_store::StoreError;

use crate::exit::Exit;

/// Why a command fails.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// What the command line asks for makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file that the command line names cannot be opened.
    #[error("open `{path}`")]
    Input {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A file that the command line names cannot be written.
    #[error("write `{path}`")]
    Output {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A file cannot be read on.
    #[error("read `{name}`")]
    Read {
        /// The file.
        name: String,
        /// The cause.
        source: io::Error,
    },
    /// What stands in a file is not what the command reads.
    #[error("`{name}` is not {expected}: {reason}")]
    Document {
        /// The file.
        name: String,
        /// What it should be.
        expected: &'static str,
        /// Why it is not.
        reason: String,
    },
    /// There is no such directory.
    #[error("there is no data directory `{path}`: `tributary import` makes one, or name another with --data")]
    NoData {
        /// The directory.
        path: PathBuf,
    },
    /// Another process holds the data directory.
    #[error("the data directory `{path}` is in use by another process: wait for it to end, or stop it, and try again")]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// The data directory holds a projection, and its log is elsewhere.
    #[error(
        "`{path}` holds a projection and no log: name the settings of its ledger on Kafka with --kafka, or restore its log"
    )]
    LogElsewhere {
        /// The directory.
        path: PathBuf,
    },
    /// The data directory holds a log of its own.
    #[error(
        "`{path}` holds an embedded log: name another directory with --data for what is derived from the one on Kafka"
    )]
    LogHere {
        /// The directory.
        path: PathBuf,
    },
    /// The settings of Kafka cannot be used.
    #[error("read the settings of Kafka")]
    Settings(#[from] SettingsError),
    /// Events are recorded by the brokers' clock.
    #[error(
        "the topics were made to record events when the brokers get them: import without --trust-recorded-times, or make others, under another `tributary.prefix`, with `tributary kafka init --trust-recorded-times`"
    )]
    RecordedByKafka,
    /// Kafka does not do what it was asked.
    #[error("use Kafka")]
    Kafka(#[from] KafkaError),
    /// The settings of the schema registry cannot be used.
    #[error("read the settings of the schema registry")]
    RegistrySettings(#[from] SettingError),
    /// The schema registry does not do what it was asked.
    #[error("use the schema registry")]
    Registry(#[from] RegistryError),
    /// The processes that share the log cannot go on.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The feed cannot go on.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// The log of the data directory does not open.
    #[error("open the log of `{path}`")]
    Open {
        /// The directory.
        path: PathBuf,
        /// The cause.
        source: LogError,
    },
    /// The log failed.
    #[error("use the log")]
    Log(#[from] LogError),
    /// The projection failed.
    #[error("use the projection")]
    Projector(#[from] ProjectorError),
    /// Events could not be taken in.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// Where events came from cannot be kept or found.
    #[error(transparent)]
    Origins(#[from] OriginError),
    /// A question of finance cannot be answered.
    #[error(transparent)]
    Finance(#[from] FinanceError),
    /// A document cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Calls to a portal cannot be made.
    #[error(transparent)]
    Calls(#[from] CallsError),
    /// A close would be invalid.
    #[error("period {period} cannot be closed ({})", source.code())]
    Close {
        /// The period.
        period: Period,
        /// Why (L1).
        source: InvalidClose,
    },
    /// The period was closed before.
    #[error(
        "period {period} was closed already, at cutoff {cutoff}; `tributary statement --all {period}` shows what it recognised"
    )]
    AlreadyClosed {
        /// The period.
        period: Period,
        /// Its cutoff.
        cutoff: Instant,
    },
    /// The door refused what this program said.
    #[error("the ledger refused it: {0}")]
    Refused(String),
    /// There is nothing of what was asked for.
    #[error("{0}")]
    Unknown(String),
    /// Signals cannot be listened to.
    #[error("listen to signals")]
    Signals(#[source] io::Error),
    /// An answer cannot be put into JSON.
    #[error("print the answer")]
    Print(#[from] serde_json::Error),
    /// An answer cannot be written.
    #[error("write the output")]
    Write(#[source] io::Error),
}

impl CliError {
    /// The exit code that it means: the one table from errors to codes.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_)
            | Self::Input { .. }
            | Self::Output { .. }
            | Self::Document { .. }
            | Self::Settings(_)
            | Self::RegistrySettings(_)
            | Self::RecordedByKafka
            | Self::LogElsewhere { .. }
            | Self::LogHere { .. } => Exit::Usage,
            Self::NoData { .. } | Self::InUse { .. } | Self::Open { .. } | Self::Kafka(_) | Self::Registry(_) => {
                Exit::Unavailable
            }
            Self::Log(error) => of_log(error),
            Self::Projector(error)
            | Self::Cluster(ClusterError::Projector(error))
            | Self::Feed(FeedError::Projector(error)) => of_projector(error),
            Self::Cluster(ClusterError::Log(error)) | Self::Feed(FeedError::Log(error)) => of_log(error),
            Self::Feed(FeedError::Partitions { .. } | FeedError::OtherLog { .. }) => Exit::Unavailable,
            Self::Cluster(_) | Self::Feed(_) => Exit::Storage,
            Self::Intake(IntakeError::LookUp { source, .. } | IntakeError::Append { source, .. }) => of_log(source),
            Self::Intake(IntakeError::Untrusted { .. }) => Exit::Usage,
            Self::Finance(FinanceError::Projector(error)) | Self::Calls(CallsError::Projector(error)) => {
                of_projector(error)
            }
            Self::Calls(CallsError::Finance(_)) => Exit::Refused,
            Self::Calls(CallsError::NoPeriod) => Exit::Usage,
            Self::Finance(FinanceError::Kept { .. }) => Exit::Unavailable,
            Self::Finance(_)
            | Self::Close { .. }
            | Self::AlreadyClosed { .. }
            | Self::Refused(_)
            | Self::Unknown(_) => Exit::Refused,
            Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Ok,
            Self::Report(_)
            | Self::Calls(CallsError::Shape(_))
            | Self::Origins(_)
            | Self::Read { .. }
            | Self::Intake(IntakeError::Read { .. } | IntakeError::Behind | IntakeError::CatchUp { .. })
            | Self::Print(_)
            | Self::Signals(_)
            | Self::Write(_) => Exit::Storage,
        }
    }

    /// Whether the log could not be reached for now: trying again may help.
    pub(crate) fn is_passing(&self) -> bool {
        let log = match self {
            Self::Kafka(error) => return matches!(error, KafkaError::Unreachable { .. }),
            Self::Log(error) | Self::Cluster(ClusterError::Log(error)) | Self::Feed(FeedError::Log(error)) => error,
            Self::Projector(ProjectorError::Log(error))
            | Self::Cluster(ClusterError::Projector(ProjectorError::Log(error)))
            | Self::Feed(FeedError::Projector(ProjectorError::Log(error))) => error,
            _ => return false,
        };
        matches!(log, LogError::Unavailable { .. })
    }

    /// Whether whoever reads the output has gone: nothing to report.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

fn of_log(error: &LogError) -> Exit {
    match error {
        LogError::Locked { .. } | LogError::Format { .. } | LogError::Damaged { .. } | LogError::Lost { .. } => {
            Exit::Unavailable
        }
        _ => Exit::Storage,
    }
}

fn of_projector(error: &ProjectorError) -> Exit {
    match error {
        ProjectorError::Log(error) => of_log(error),
        ProjectorError::Store(StoreError::Locked { .. } | StoreError::Damaged { .. } | StoreError::Key(_)) => {
            Exit::Unavailable
        }
        ProjectorError::Store(_) | ProjectorError::Directory { .. } => Exit::Storage,
        ProjectorError::Account { .. } | ProjectorError::Overflow(_) => Exit::Refused,
        ProjectorError::Key(_)
        | ProjectorError::Damaged { .. }
        | ProjectorError::Layout { .. }
        | ProjectorError::OtherLog { .. }
        | ProjectorError::NoStore { .. }
        | ProjectorError::AheadOfLog { .. } => Exit::Unavailable,
    }
}

/// `error: …`, then `  because: …` for each cause that says anything new.
pub(crate) fn report(error: &CliError, colour: bool) -> String {
    let (red, plain) = if colour { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
    let mut said = error.to_string();
    let mut text = format!("{red}error:{plain} {said}\n");
    let mut cause = error.source();
    while let Some(error) = cause {
        let says = error.to_string();
        if says != said {
            text.push_str(&format!("  because: {says}\n"));
        }
        said = says;
        cause = error.source();
    }
    text
}
