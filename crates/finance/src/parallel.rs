//! Work on many partners at once, on every processor, with views of each thread's own. What comes out stands in the order of
//! what went in, whoever did it.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::error::FinanceError;

/// Works on each item with what its thread made for itself. `done` hears how many are.
pub(crate) fn on_every_processor<T: Sync, C, R: Send>(
    items: &[T],
    make: impl Fn() -> C + Sync,
    work: impl Fn(&C, &T) -> Result<R, FinanceError> + Sync,
    mut done: impl FnMut(usize),
) -> Result<Vec<R>, FinanceError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    let mut results = BTreeMap::new();
    let run = |send: mpsc::Sender<_>| {
        let made = make();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return };
            let result = work(&made, item);
            if result.is_err() {
                next.store(items.len(), Ordering::Relaxed); // nobody begins another one
            }
            if send.send((at, result)).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                let (run, send) = (&run, send.clone());
                scope.spawn(move || run(send))
            })
            .collect();
        drop(send);
        for (at, result) in receive {
            results.insert(at, result);
            done(results.len());
        }
        for thread in running {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
    results.into_values().collect()
}
