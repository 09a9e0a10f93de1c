//! Chunks of a file read on several threads, and what they come to taken in the order of the file: what is taken, and when, is
//! the same for any number of threads.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// More would wait for the one that takes.
const THREADS_MAX: usize = 16;

/// Gives every chunk of `next` to `read`, on as many threads as there are processors, and what that gives to `take`, in the order of the
/// chunks and on this thread. Chunks wait for two of each thread at most. Where `next` fails, what it gave before is taken first.
pub(crate) fn in_order<C: Send, R: Send, E>(
    mut next: impl FnMut() -> Result<Option<C>, E>,
    read: impl Fn(C) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MAX);
    let (jobs, queue) = mpsc::sync_channel(2 * threads);
    let queue = Mutex::new(queue);
    thread::scope(|scope| {
        let jobs = jobs; // ends with this closure, and the threads with it
        for _ in 0..threads {
            scope.spawn(|| work(&queue, &read));
        }
        let mut waiting: VecDeque<Receiver<R>> = VecDeque::new();
        let mut ended = None;
        loop {
            while ended.is_none() && waiting.len() < 2 * threads {
                match next() {
                    Ok(Some(chunk)) => {
                        let (answer, answered) = mpsc::sync_channel(1);
                        // Nobody receives once a thread panicked, which the end of the scope passes on.
                        let _ = jobs.send((chunk, answer));
                        waiting.push_back(answered);
                    }
                    Ok(None) => ended = Some(Ok(())),
                    Err(error) => ended = Some(Err(error)),
                }
            }
            match waiting.pop_front().map(|answered| answered.recv()) {
                Some(Ok(answer)) => take(answer)?,
                Some(Err(_)) | None => return ended.unwrap_or(Ok(())),
            }
        }
    })
}

fn work<C, R>(queue: &Mutex<Receiver<(C, SyncSender<R>)>>, read: impl Fn(C) -> R) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((chunk, answer)) = job else { return };
        // Nobody waits for it if taking failed.
        let _ = answer.send(read(chunk));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chunks_come_to_is_taken_in_their_order_and_before_the_error_that_ends_them() {
        let (mut chunks, mut taken) = (0..100_u64, Vec::new());
        let next = || chunks.next().map(Some).ok_or("the end");
        // The later a chunk, the sooner it is read.
        let read =
            |chunk: u64| (0..(100 - chunk) * 1_000).fold(chunk, |sum, one| std::hint::black_box(sum + one - one));
        let read = in_order(next, read, |chunk| {
            taken.push(chunk);
            Ok(())
        });
        assert_eq!(read, Err("the end"));
        assert!(taken.into_iter().eq(0..100));
    }

    #[test]
    fn what_cannot_be_taken_ends_it() {
        let (mut given, mut taken) = (0, 0);
        let next = || {
            given += 1;
            Ok(Some(given))
        };
        let read = in_order(
            next,
            |chunk: i32| chunk,
            |chunk| {
                taken = chunk;
                if chunk == 3 { Err("full") } else { Ok(()) }
            },
        );
        assert_eq!((read, taken), (Err("full"), 3));
        assert!(given < 100, "{given}");
    }
}
