//! The exit codes: stable, and one table for the program, its help and its manual.

use std::process::ExitCode;

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything went as asked.
    Ok,
    /// Some input was refused, or the answer holds an error.
    Refused,
    /// The command line cannot be understood.
    Usage,
    /// The data directory cannot be worked with as it is.
    Unavailable,
    /// Reading or writing failed on the way.
    Storage,
}

/// Code and meaning, in the order of the codes.
const TABLE: [(Exit, u8, &str); 5] = [
    (Exit::Ok, 0, "ok"),
    (Exit::Refused, 1, "some input was refused, or the answer holds an error"),
    (Exit::Usage, 2, "the command line or a file it names cannot be used"),
    (Exit::Unavailable, 3, "the data directory is in use, cannot be opened or needs `tributary rebuild`"),
    (Exit::Storage, 4, "storage failed"),
];

impl Exit {
    /// The code.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(TABLE.iter().find(|(exit, ..)| *exit == self).map_or(u8::MAX, |(_, code, _)| *code))
    }

    /// [`Exit::Refused`] if anything was.
    pub(crate) const fn refused_if(refused: bool) -> Self {
        if refused { Self::Refused } else { Self::Ok }
    }
}

/// The table as the help shows it.
pub(crate) fn help() -> String {
    let row = |(_, code, meaning): &(Exit, u8, &str)| format!("  {code}  {meaning}\n");
    format!("Exit codes:\n{}", TABLE.iter().map(row).collect::<String>())
}
