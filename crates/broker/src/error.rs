//! Why there is no broker, in one line that says what to do.

use std::error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong between a machine and a broker on it.
#[derive(Debug)]
pub enum Error {
    /// Neither `HOME` nor `XDG_CACHE_HOME` says where a cache may be.
    NoCache,
    /// A program of the system is not there, or too old.
    Missing {
        /// Its name, with the least version that will do.
        program: &'static str,
        /// Debian's package that has it.
        package: &'static str,
    },
    /// A program said no.
    Refused {
        /// What was run.
        program: String,
        /// The end of what it wrote.
        said: String,
    },
    /// A file cannot be read or written, or a process not be started.
    Io {
        /// What was being done, such as `write`.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// The broker ended before it was ready.
    Ended {
        /// Where it wrote.
        log: PathBuf,
        /// The end of that.
        said: String,
    },
    /// Somebody else was quicker to bind one of the broker's ports.
    PortTaken,
    /// The broker was not ready in time.
    Slow {
        /// Where it writes.
        log: PathBuf,
    },
    /// The broker was asked for something that only one that runs can do.
    NotRunning,
}

impl Error {
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Io { doing, path: path.to_owned(), cause }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCache => write!(out, "no place for a cache, set HOME or XDG_CACHE_HOME"),
            Self::Missing { program, package } => {
                write!(out, "no {program}, install it: apt-get install -y {package}")
            }
            Self::Refused { program, said } => write!(out, "`{program}` failed: {said}"),
            Self::Io { doing, path, cause } => write!(out, "cannot {doing} `{}`: {cause}", path.display()),
            Self::Ended { log, said } => write!(out, "the broker ended, see `{}`: {said}", log.display()),
            Self::PortTaken => write!(out, "somebody else listens on the broker's ports, see who does with `ss -ltnp`"),
            Self::Slow { log } => write!(out, "the broker is not ready after two minutes, see `{}`", log.display()),
            Self::NotRunning => write!(out, "the broker does not run, start it again first"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
