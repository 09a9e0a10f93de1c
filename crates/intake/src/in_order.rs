//! Chunks of a file read on several threads, and what they come to taken in the order of the file: what is taken, and when, is
//! the same for any number of threads.

use std::num::NonZero;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// More would wait for the one that takes.
const THREADS_MAX: usize = 16;

/// Gives every chunk of `next` to `read`, on as many threads as there are processors, and what that gives to `take`, in the order of the
/// chunks and on this thread, which does nothing else. Chunks are ahead of it by two for each thread at most. Where `next` fails, what
/// it gave before is taken first.
pub(crate) fn in_order<C, R: Send, E: Send>(
    next: impl FnMut() -> Result<Option<C>, E> + Send,
    read: impl Fn(C) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MAX);
    let (permits, permitted) = mpsc::channel();
    let (begun, chunks) = mpsc::channel();
    let source = Mutex::new(Some(Source { next, permitted, begun }));
    thread::scope(|scope| {
        let permits = permits; // ends with this closure, and the threads with it
        for _ in 0..threads {
            scope.spawn(|| work(&source, &read));
        }
        (0..2 * threads).for_each(|_| _ = permits.send(()));
        for answer in chunks {
            // None comes where a thread panicked, which the end of the scope passes on.
            let Ok(answer) = answer.recv() else { break };
            take(answer?)?;
            _ = permits.send(());
        }
        Ok(())
    })
}

/// Where chunks come from, one after the other. Whoever begins one says where its answer will be, and so in which order.
struct Source<N, R, E> {
    next: N,
    permitted: Receiver<()>,
    begun: Sender<Receiver<Result<R, E>>>,
}

fn work<C, R, E>(source: &Mutex<Option<Source<impl FnMut() -> Result<Option<C>, E>, R, E>>>, read: impl Fn(C) -> R) {
    loop {
        let begun = begin(&mut source.lock().unwrap_or_else(PoisonError::into_inner));
        let Some(Begun { chunk, answer }) = begun else { return };
        // Nobody waits for it if taking failed.
        _ = answer.send(chunk.map(&read));
    }
}

/// The next chunk, or why there is none, and where to say what it comes to.
struct Begun<C, R, E> {
    chunk: Result<C, E>,
    answer: Sender<Result<R, E>>,
}

/// Begins the next chunk; nothing once the source ended, which then is gone.
fn begin<C, R, E>(source: &mut Option<Source<impl FnMut() -> Result<Option<C>, E>, R, E>>) -> Option<Begun<C, R, E>> {
    let Source { next, permitted, begun } = source.as_mut()?;
    let chunk = permitted.recv().ok().and_then(|()| next().transpose());
    let begun = chunk.map(|chunk| {
        let (answer, answered) = mpsc::channel();
        _ = begun.send(answered);
        Begun { chunk, answer }
    });
    if !matches!(begun, Some(Begun { chunk: Ok(_), .. })) {
        *source = None;
    }
    begun
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
