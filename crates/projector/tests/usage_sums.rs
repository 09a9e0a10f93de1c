//! Daily sums that are kept beside usage: whatever comes in whatever steps, answers are those of the usage itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use tributary_domain::id::AccountId;
use tributary_domain::testing::{drafts, instant, period, read_id};
use tributary_domain::time::{Day, Instant};
use tributary_intake::{Intake, Trust};
use tributary_log::{Log, LogId, MemoryLog};
use tributary_projector::{Projection, View};
use tributary_store::Tuning;

const TUNING: Tuning =
    Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

const BEGINNING: &str = "
    2026-01-01 partner/p-1 partner.enrolled #p kinds=msp
    2026-01-01 book policy #q cloud model=roleSplit(msp:1)
    2026-01-01 x/1 alias.linked #l acme
    2026-01-01 acme deal.opened #da d-a lines=lake:consumption
    2026-01-01 acme deal.won #wa d-a 2026-01-01..
    2026-01-01 acme deal.role_assigned #ra d-a p-1 msp
";

/// What is said in one step: usage, of which day, hour, product and subject; or the correction of an earlier one.
#[derive(Debug, Clone)]
enum Said {
    Usage(Vec<(u32, u32, bool, bool)>),
    Correction(u16),
    Zone(bool),
}

fn said() -> impl Strategy<Value = Said> {
    let usage = (28_u32..34, 0_u32..24, any::<bool>(), prop::bool::weighted(0.2));
    prop_oneof![
        4 => prop::collection::vec(usage, 1..90).prop_map(Said::Usage),
        2 => any::<u16>().prop_map(Said::Correction),
        1 => any::<bool>().prop_map(Said::Zone),
    ]
}

/// The lines of a step, recorded in the minute of its number. `used` counts usage.
fn lines(step: usize, said: &Said, used: &mut u32) -> String {
    let recorded = Instant::from_micros(instant("2026-02-10").micros() + step as i64 * 60_000_000);
    match said {
        Said::Usage(all) => {
            let line = |(day, hour, lake, aliased): &(u32, u32, bool, bool)| {
                *used += 1;
                let day = if *day > 31 { format!("2026-02-{:02}", day - 31) } else { format!("2026-01-{day}") };
                let (subject, product) = (["acme", "x/1"][usize::from(*aliased)], ["lake", "tide"][usize::from(*lake)]);
                format!("{day}T{hour:02}:30:00Z@{recorded} {subject} usage.recorded #u-{used} {product} {used} USD\n")
            };
            all.iter().map(line).collect()
        }
        Said::Correction(of) if *used > 0 => {
            let of = u32::from(*of) % *used + 1;
            format!("{recorded}@{recorded} acme usage.corrected #c-{step} u-{of} 0.{step:02}\n")
        }
        Said::Correction(_) => String::new(),
        Said::Zone(berlin) => {
            let zone = ["America/New_York", "Europe/Berlin"][usize::from(*berlin)];
            format!("{recorded}@{recorded} book book.configured #z-{step} zone={zone}\n")
        }
    }
}

/// Sums of both months by day and product: as the ledger adds them up, and from its usage event by event.
fn check_sums(view: &View<'_>) {
    let acme = read_id(AccountId::new, "acme");
    for month in ["2026-01", "2026-02"].map(period) {
        let facts = view.facts(&acme, month).expect("facts");
        let sum = |fact: tributary_domain::fact::DailyFact| {
            let product = fact.key.product.map_or_else(String::new, |product| product.to_string());
            ((fact.key.day, product), (fact.sum.amount.units(), fact.sum.parts))
        };
        let found: BTreeMap<(Day, String), (i128, u64)> = facts.into_iter().map(sum).collect();
        let mut expected: BTreeMap<(Day, String), (i128, u64)> = BTreeMap::new();
        for used in view.usage(&acme, month).expect("usage") {
            let day = view.reference().book.day(used.row.time);
            let of_day = expected.entry((day, used.row.term.product.to_string())).or_default();
            *of_day = (of_day.0 + used.amount().units(), of_day.1 + 1);
        }
        assert_eq!(found, expected, "{month} as known at {}", view.known_at());
    }
}

fn projection(log: &MemoryLog) -> Projection {
    Projection::in_memory(log, &TUNING).expect("a projection")
}

/// Brings a projection up after each step, and holds it against one that reads everything at once.
fn check_steps(steps: &[Said]) {
    let log = MemoryLog::new(LogId([1; 16]), 1, Arc::new(|| 0));
    let followed = projection(&log);
    let say = |text: &str| Intake::new(&log, &log, Trust::FileTimes, None).submit(drafts(text)).expect("the log works");
    say(BEGINNING);
    let mut used = 0;
    for (step, said) in steps.iter().enumerate() {
        say(&lines(step, said, &mut used));
        followed.catch_up(&log, |_| {}).expect("the store works");
    }
    check_sums(&followed.view(None).expect("a view"));
    for step in 0..steps.len() {
        let then = Instant::from_micros(instant("2026-02-10").micros() + step as i64 * 60_000_000);
        check_sums(&followed.view(Some(then)).expect("a view"));
    }
    let fresh = projection(&log);
    fresh.catch_up(&log, |_| {}).expect("the store works");
    assert_eq!(followed.compare(&fresh, |_| {}).expect("the store works").first, []);
    assert_eq!(fresh.compare(&followed, |_| {}).expect("the store works").first, []);
    assert_eq!(followed.digest().expect("a digest"), fresh.digest().expect("a digest"));
    assert_eq!(followed.next_offset(0).expect("an offset"), log.end(0).expect("an end"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn f1_sums_that_are_kept_say_what_usage_says_at_every_instant(steps in prop::collection::vec(said(), 1..14)) {
        check_steps(&steps);
    }
}

#[test]
fn f1_a_correction_of_usage_long_summed_counts() {
    let all = (0..400).map(|number| (28 + number % 5, number % 24, number % 2 == 0, number % 7 == 0)).collect();
    let more = |number: u32| Said::Usage(vec![(30, number, true, false)]);
    check_steps(&[Said::Usage(all), more(1), Said::Correction(3), more(2), Said::Correction(399), more(3)]);
}
