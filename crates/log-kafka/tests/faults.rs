//! A broker that dies and comes back: appends wait for it, nothing is appended twice, readers go on where they stood.

mod ground;

use std::time::Duration;

use ground::{all, made, settings, usage};
use tributary_broker::{Options, own_for_tests};
use tributary_log::{Log as _, LogError, Position, ReadLimit};

#[test]
fn an_append_outlives_a_broker_that_is_killed_and_appends_once() {
    let Some(mut broker) = own_for_tests(&Options::default()) else { return };
    let log = made(&settings(&broker.address(), "faults."));
    let ids: Vec<String> = (0..500).map(|number| format!("event-{number:03}")).collect();
    let entries: Vec<_> = ids.iter().map(|id| usage(id, "account/a")).collect();
    let (before, after) = entries.split_at(250);
    let first = log.append_routed(before).expect("append")[0];
    assert_eq!(all(&log, first.partition).len(), 250);

    broker.kill();
    std::thread::scope(|scope| {
        let appending = scope.spawn(|| log.append_routed(after).expect("append"));
        broker.restart().expect("restart");
        assert_eq!(appending.join().expect("the append").len(), 250);
    });
    let seen: Vec<_> = all(&log, first.partition).into_iter().map(|seen| seen.id).collect();
    assert_eq!(seen, ids, "each once, in order");

    // A broker that stays away is an error that says to try again. Each is patient before it says so: they are so together.
    broker.kill();
    let far = Position { offset: 0, ..first };
    std::thread::scope(|scope| {
        let end = scope.spawn(|| log.end(first.partition));
        let read = log.read(far, ReadLimit::default(), Duration::ZERO);
        assert!(matches!(read, Err(LogError::Unavailable { .. })), "{read:?}");
        let end = end.join().expect("the end");
        assert!(matches!(end, Err(LogError::Unavailable { .. })), "{end:?}");
    });
}
