//! Progress on standard error, on a terminal only: what is done, how fast, how long it will take.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::Read;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tributary_projector::Progress;

use crate::context::say;

const BYTES: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left";
const BYTES_READ: &str = "{msg} {spinner} {bytes} {bytes_per_sec}";
const EVENTS: &str = "{msg} {wide_bar} {human_pos}/{human_len} {per_sec}, {eta} left";
const ROWS: &str = "{msg} {spinner} {human_pos} {per_sec}";
const LEFT: &str = "{msg} {spinner} {human_pos} left";

/// A progress bar; without a terminal, or if nobody wants it, nothing at all.
#[derive(Debug)]
pub(crate) struct Meter(ProgressBar);

impl Meter {
    /// Bytes of a file; without a length, of a stream.
    pub(crate) fn bytes(quiet: bool, what: impl Into<Cow<'static, str>>, length: Option<u64>) -> Self {
        let style = if length.is_some() { BYTES } else { BYTES_READ };
        Self::new(quiet, length, style).named(what)
    }

    /// Events, of so many.
    pub(crate) fn events(quiet: bool, what: impl Into<Cow<'static, str>>, total: u64) -> Self {
        Self::new(quiet, Some(total), EVENTS).named(what)
    }

    /// Rows, of nobody knows how many.
    pub(crate) fn rows(quiet: bool, what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(quiet, None, ROWS).named(what)
    }

    /// The phases of the projector; each says itself how much there is.
    pub(crate) fn phases(quiet: bool) -> Self {
        Self::new(quiet, None, EVENTS)
    }

    fn new(quiet: bool, length: Option<u64>, style: &str) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        Self(ProgressBar::with_draw_target(length, target)).styled(style)
    }

    fn named(self, what: impl Into<Cow<'static, str>>) -> Self {
        self.0.set_message(what);
        self
    }

    fn styled(self, style: &str) -> Self {
        if let Ok(style) = ProgressStyle::with_template(style) {
            self.0.set_style(style);
        }
        self
    }

    /// A reader whose bytes are counted.
    pub(crate) fn read<R: Read>(&self, reader: R) -> impl Read + use<R> {
        self.0.wrap_read(reader)
    }

    /// So many events are done.
    pub(crate) fn at(&self, done: u64) {
        self.0.set_position(done);
    }

    /// So many of so many partners have their statement.
    pub(crate) fn partners(&self, done: usize, all: usize) {
        self.0.set_length(all as u64);
        self.0.set_position(done as u64);
    }

    /// How far the projector is.
    pub(crate) fn projecting(&self, progress: Progress) {
        match progress {
            Progress::Filing { done, total } => {
                self.0.set_message("projecting");
                self.0.set_length(total);
                self.0.set_position(done);
            }
            Progress::Deriving { left } => {
                if self.0.message() != "deriving accounts" {
                    if let Ok(style) = ProgressStyle::with_template(LEFT) {
                        self.0.set_style(style);
                    }
                    self.0.set_message("deriving accounts");
                }
                self.0.set_position(left);
            }
        }
    }

    /// A line on standard error, with the bar out of its way.
    pub(crate) fn say(&self, line: &impl Display) {
        self.0.suspend(|| say(line));
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
