//! The `tributary` binary: arguments, settings, wiring, exit codes. What a command does is a library's business, how it
//! looks is its file's in `command`.

mod arguments;
mod ask;
mod command;
mod context;
mod error;
mod exit;
mod files;
mod framed;
mod grid;
mod ledger;
mod log;
mod meter;
mod overview;
mod tracing;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::context::{say, takes_colour};

/// Reading and deriving allocate on one thread what another one frees, by the million.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing::subscribe(arguments.global.verbose);
    match arguments.command.run(&arguments.global.context()) {
        Ok(exit) => exit.code(),
        Err(error) if error.is_broken_pipe() => error.exit().code(),
        Err(error) => {
            say(&error::report(&error, takes_colour(&io::stderr())).trim_end());
            error.exit().code()
        }
    }
}
