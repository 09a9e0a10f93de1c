//! What the libraries trace, on standard error: warnings, unless more is asked for.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::context::takes_colour;

/// The filter by which `-v` is overruled.
pub(crate) const FILTER: &str = "TRIBUTARY_LOG";

/// Subscribes for the whole process.
pub(crate) fn subscribe(verbose: u8) {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let filter = EnvFilter::builder().with_env_var(FILTER).with_default_directive(level.into()).from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(takes_colour(&io::stderr()))
        .with_target(verbose > 0)
        .without_time()
        .init();
}
