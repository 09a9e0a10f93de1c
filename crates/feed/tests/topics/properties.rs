//! What holds of every history, however it is published.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tributary_domain::event::Draft;
use tributary_domain::time::Instant;
use tributary_events::feed::{Content, Credits, Topic};
use tributary_feed::{Published, replay};
use tributary_log::Topics;

use crate::book::{Book, PARTITIONS};
use crate::histories::{chosen, history, within_a_month};

/// Histories for each property.
const CASES: u32 = 12;

/// So many pieces at most; what was recorded at one instant is in one of them.
fn pieces(said: &[Draft], pieces: usize) -> impl Iterator<Item = &[Draft]> {
    let mut left = said;
    std::iter::from_fn(move || {
        let mut at = (said.len() / pieces + 1).min(left.len());
        while at > 0 && at < left.len() && left[at].recorded == left[at - 1].recorded {
            at += 1;
        }
        let (some, rest) = left.split_at(at);
        left = rest;
        (!some.is_empty()).then_some(some)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn the_topics_end_with_what_the_answers_say(chosen in chosen(), count in 1_usize..8) {
        let (book, said) = (Book::empty(), history(&chosen));
        let publisher = book.publisher(None);
        for some in pieces(&said, count) {
            book.import(some);
            book.publish(&publisher);
            prop_assert_eq!(book.told(), book.answers());
        }
        for content in book.last(Topic::Credits).into_values() {
            let Content::Credits(said) = content else { continue };
            let (partner, period, account, credits) = said.read().expect("the ledger's own words");
            let currency = said.currency.parse().expect("a currency");
            prop_assert_eq!(Credits::of(&partner, period, &account, currency, &credits), said);
        }
    }

    #[test]
    fn what_is_marked_as_changed_is_all_that_changed(chosen in chosen(), count in 2_usize..8, lags: bool) {
        let (book, said) = (Book::empty(), within_a_month(&chosen));
        let publisher = book.publisher(None);
        for some in pieces(&said, count) {
            let before = book.now();
            book.import(some);
            let known_at = if lags && before > Instant::MIN { before } else { book.now() };
            publisher.publish(book.ledger(), known_at).expect("the topics work");
            if !lags {
                prop_assert_eq!(book.told(), book.answers());
            }
        }
        book.publish(&publisher);
        prop_assert_eq!(book.told(), book.answers());
        prop_assert_eq!(book.projection.changes(None, 99).expect("the store works"), vec![], "all of it was told");
    }

    #[test]
    fn two_runs_of_one_log_publish_the_same_bytes(chosen in chosen(), count in 1_usize..8) {
        let run = || {
            let (book, said) = (Book::empty(), history(&chosen));
            let publisher = book.publisher(None);
            for some in pieces(&said, count) {
                book.import(some);
                book.publish(&publisher);
            }
            book.everything()
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn nothing_is_said_when_nothing_changed_also_after_a_rebuild(chosen in chosen()) {
        let book = Book::empty();
        book.import(&history(&chosen));
        let publisher = book.publisher(None);
        prop_assert!(book.publish(&publisher).records > 0);
        prop_assert_eq!(book.publish(&publisher), Published::default());
        drop(publisher);
        prop_assert_eq!(book.publish(&book.publisher(None)), Published::default(), "its memory lost");
        let book = book.rebuilt();
        prop_assert_eq!(book.publish(&book.publisher(None)), Published::default(), "its projection rebuilt");
    }

    #[test]
    fn a_reader_sees_each_change_once_whatever_crashes(
        chosen in chosen(),
        crashes in prop::collection::vec((any::<bool>(), 0_usize..40), 1..6),
    ) {
        let (quiet, book, said) = (Book::empty(), Book::empty(), history(&chosen));
        let (undisturbed, mut publisher) = (quiet.publisher(None), book.publisher(None));
        for (some, (forgets, after)) in pieces(&said, crashes.len()).zip(&crashes) {
            quiet.import(some);
            quiet.publish(&undisturbed);
            book.import(some);
            book.topics.fail_after(Some(*after));
            let _ = publisher.publish(book.ledger(), book.now());
            book.topics.fail_after(None);
            if *forgets {
                publisher = book.publisher(None);
            }
            book.publish(&publisher);
        }
        for topic in Topic::ALL {
            prop_assert_eq!(book.changes(topic), quiet.changes(topic), "{}", topic.name());
        }
    }

    #[test]
    fn publishers_of_parts_say_together_what_one_says(chosen in chosen(), count in 1_usize..5, split in 0_u32..4) {
        let (whole, parts, said) = (Book::empty(), Book::empty(), history(&chosen));
        let one = whole.publisher(None);
        let first: BTreeSet<u32> = (0..PARTITIONS).filter(|shard| *shard < split).collect();
        let second: BTreeSet<u32> = (0..PARTITIONS).filter(|shard| *shard >= split).collect();
        let mut publisher = parts.publisher(Some(first.clone()));
        for (turn, some) in pieces(&said, count).enumerate() {
            whole.import(some);
            whole.publish(&one);
            parts.import(some);
            // One process that is handed all shards in turn: what it owned before is settled by then.
            for scope in if turn % 2 == 0 { [&first, &second] } else { [&second, &first] } {
                publisher.set_scope(scope.clone());
                publisher.publish_account_stage(parts.ledger(), parts.now()).expect("the topics work");
                publisher.publish_partner_stage(parts.ledger(), parts.now()).expect("the topics work");
            }
        }
        for topic in [Topic::Credits, Topic::Renewals, Topic::Suspense] {
            prop_assert_eq!(parts.changes(topic), whole.changes(topic), "{}", topic.name());
        }
        prop_assert_eq!(parts.told().len(), whole.told().len());
    }

    #[test]
    fn an_older_record_on_top_is_repaired_by_the_newest_again(chosen in chosen(), count in 2_usize..8, at: prop::sample::Index) {
        let (book, said) = (Book::empty(), history(&chosen));
        let publisher = book.publisher(None);
        for some in pieces(&said, count) {
            book.import(some);
            book.publish(&publisher);
        }
        let told = book.told();
        let changes = Topic::ALL.map(|topic| book.changes(topic));
        let all: Vec<_> = Topic::ALL.iter().flat_map(|topic| {
            let stored = book.stored(topic.name()).into_iter().zip(0_u32..);
            stored.flat_map(move |(some, partition)| some.into_iter().map(move |one| (topic.name(), partition, one.record)))
        }).collect();
        let (topic, partition, late) = at.get(&all).clone();
        book.topics.publish(topic, &[(partition, late)]).expect("the topics work");
        let published = book.publish(&publisher);
        prop_assert!(published.records <= 1 && published.records == published.repeated, "{:?}", published);
        prop_assert_eq!(book.told(), told);
        prop_assert_eq!(Topic::ALL.map(|topic| book.changes(topic)), changes);
        prop_assert_eq!(book.publish(&publisher), Published::default());
    }

    #[test]
    fn a_replayed_topic_is_the_topic(chosen in chosen(), count in 1_usize..6) {
        let (book, said) = (Book::empty(), history(&chosen));
        let publisher = book.publisher(None);
        for some in pieces(&said, count) {
            book.import(some);
            book.publish(&publisher);
        }
        for topic in Topic::ALL {
            let into = format!("{}.again", topic.name());
            book.topics.inner.create(&into, PARTITIONS);
            let replayed = replay(book.ledger(), topic, &into, &book.fresh_folder()).expect("the topics work");
            prop_assert_eq!(&replayed.first, &[], "{}", topic.name());
            prop_assert_eq!(book.stored(&into), book.stored(topic.name()));
        }
    }
}
