//! A file for each command: its arguments with their help, and how its answer looks.

pub(crate) mod ask;
pub(crate) mod attribution;
pub(crate) mod close;
pub(crate) mod completions;
pub(crate) mod credits;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod journal;
pub(crate) mod kafka;
pub(crate) mod man;
pub(crate) mod period;
pub(crate) mod policy;
pub(crate) mod program;
pub(crate) mod project;
pub(crate) mod quarantine;
pub(crate) mod rebuild;
pub(crate) mod renewals;
pub(crate) mod replay;
pub(crate) mod statement;
pub(crate) mod status;
pub(crate) mod suspense;
pub(crate) mod timeline;
pub(crate) mod trial_balance;
pub(crate) mod verify;
