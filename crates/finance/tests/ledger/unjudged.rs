//! A log that nobody has judged, in several partitions, that others write to as well: the same answers as over one that holds
//! no identity twice, whatever is said again, contradicted, and wherever it lies (I1).

use std::collections::BTreeMap;

use proptest::prelude::*;
use tributary_domain::event::Draft;
use tributary_domain::id::Identity;
use tributary_domain::time::Instant;

use crate::any_history::{chosen, history};
use crate::book::{Ledger, instants, shuffled};
use crate::cases::{case, compare, periods};

const CASES: [&str; 7] = ["000-first", "001-mixed", "002-mixed", "003-mixed", "004-mixed", "005-mixed", "006-mixed"];

/// Another record that some producer makes of an event: whose content, under whose identity, and how much later it is
/// recorded, in seconds; and a partition.
type Other = (u16, u16, i8, u8);

fn later(draft: &Draft, seconds: i64) -> Draft {
    let recorded = draft.recorded.map(|at| Instant::from_micros(at.micros() + seconds * 1_000_000));
    Draft { recorded, ..draft.clone() }
}

/// What is said by others: in half of the cases the same again, else something else under an identity that is taken. No two
/// records of an identity are recorded at the same instant, or the place in the log would decide.
fn others(said: &[Draft], chosen: &[Other]) -> Vec<Draft> {
    let of = |number: u16| &said[usize::from(number) % said.len()];
    let other = |(number, (whose, what, seconds, _)): (usize, &Other)| {
        let (own, content) = (of(*whose), if what % 2 == 0 { of(*whose) } else { of(what / 2) });
        let draft = Draft { identity: own.identity.clone(), recorded: own.recorded, ..content.clone() };
        let seconds = i64::from(*seconds) * 3600;
        later(&draft, seconds + if seconds < 0 { -1 - number as i64 } else { 1 + number as i64 })
    };
    chosen.iter().enumerate().map(other).collect()
}

/// What stands: of each identity what was recorded first.
fn standing(said: &[Draft]) -> Vec<Draft> {
    let mut first: BTreeMap<&Identity, &Draft> = BTreeMap::new();
    for draft in said {
        let held = first.entry(&draft.identity).or_insert(draft);
        if draft.recorded < held.recorded {
            *held = draft;
        }
    }
    first.into_values().cloned().collect()
}

#[test]
fn i1_every_case_answers_over_any_number_of_partitions_as_over_a_judged_log() {
    for name in CASES {
        let (said, periods) = (case(name), periods());
        let instants = instants(&said, 3);
        let expected = Ledger::of(said.clone()).everything(&periods, &instants);
        for partitions in [1, 3, 12] {
            let ledger = Ledger::unjudged(partitions);
            ledger.import(said.clone());
            compare(&format!("{name} in {partitions}"), &ledger.everything(&periods, &instants), &expected);
        }
    }
}

#[test]
fn i1_what_is_said_again_in_any_partition_changes_nothing() {
    for name in CASES {
        let (said, periods) = (case(name), periods());
        let instants = instants(&said, 3);
        let expected = Ledger::of(said.clone()).everything(&periods, &instants);
        let again = said.iter().step_by(3).map(|draft| later(draft, 90));
        let all: Vec<Draft> = said.iter().cloned().chain(again).collect();
        for (seed, partitions) in [(1, 1), (2, 3), (3, 12)] {
            let ledger = Ledger::unjudged(partitions);
            for some in shuffled(all.clone(), seed).chunks(all.len() / 4 + 1) {
                ledger.append_anywhere(some, seed);
            }
            compare(&format!("{name} in {partitions}"), &ledger.everything(&periods, &instants), &expected);
            assert_eq!(ledger.projection.counts().repeated, (all.len() - standing(&all).len()) as u64, "{name}");
            assert_eq!(ledger.differences(), Vec::<String>::new(), "{name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn i1_what_was_recorded_first_stands_in_whatever_order_partitions_are_read(
        chosen in chosen(),
        other in prop::collection::vec(any::<Other>(), 1..30),
        partitions in 1_u32..5,
        seeds: [u16; 2],
        writes in 1_usize..6,
    ) {
        let said = history(&chosen);
        let periods = &periods()[1..5];
        let all: Vec<Draft> = said.iter().cloned().chain(others(&said, &other)).collect();
        let instants = instants(&all, 4);
        let expected = Ledger::of(standing(&all)).everything(periods, &instants);
        let mut digest = None;
        for seed in seeds.map(u64::from) {
            let ledger = Ledger::unjudged(partitions);
            let mixed = shuffled(all.clone(), seed);
            for some in mixed.chunks(all.len() / writes + 1) {
                ledger.append_anywhere(some, seed);
                ledger.everything(&periods[..1], &instants[..1]);
            }
            let found = ledger.everything(periods, &instants);
            // The digest also covers what was set aside, which a judged log never held.
            compare(&format!("seed {seed}"), &found[1..], &expected[1..]);
            prop_assert_eq!(digest.get_or_insert_with(|| found[0].clone()), &found[0]);
            prop_assert_eq!(ledger.differences(), Vec::<String>::new());
            let rebuilt = ledger.rebuilt();
            compare("rebuilt", &rebuilt.everything(periods, &instants), &found);
        }
    }
}
