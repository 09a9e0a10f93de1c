//! Being told to stop: SIGTERM, as service managers send it, or SIGINT, as people do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::error::CliError;

/// How soon a signal is noticed while waiting.
const NOTICED_AFTER: Duration = Duration::from_millis(20);

/// Whether somebody asked for an end.
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens from now on. The second signal ends the process at once.
    pub(super) fn on_signals() -> Result<Self, CliError> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGTERM, SIGINT] {
            // In this order: the first signal finds the flag still down.
            flag::register_conditional_shutdown(signal, 1, Arc::clone(&asked)).map_err(CliError::Signals)?;
            flag::register(signal, Arc::clone(&asked)).map_err(CliError::Signals)?;
        }
        Ok(Self(asked))
    }

    /// Whether it was asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits for so long, or until it is asked for.
    pub(super) fn wait(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.is_asked() && Instant::now() < until {
            thread::sleep(NOTICED_AFTER.min(until.saturating_duration_since(Instant::now())));
        }
    }
}
