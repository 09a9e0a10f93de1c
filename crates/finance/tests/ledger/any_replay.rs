//! What must hold of replays, differences and suppositions of any history (L6).

use proptest::prelude::*;
use tributary_domain::event::{Body, Draft, Event};
use tributary_domain::policy::Policy;
use tributary_domain::testing::{drafts, instant};
use tributary_domain::time::{Instant, Period};
use tributary_finance::{WhatIf, commissions, what_if};
use tributary_projector::View;

use crate::any_history::{chosen, history, periods};
use crate::book::Ledger;
use crate::what_if::policies;

/// Histories for each property: a few seconds in all.
const CASES: u32 = 24;

/// Later than everything in any history.
const LAST: &str = "2026-12-01";

const CANDIDATES: [&str; 6] = [
    "2026-12-01 book policy cloud model=protection(0.3,roleSplit(msp:0.5,si:0.25))",
    "2026-12-01 book policy cloud model=source(0.2,touch(linear,60)) from=2026-02-10",
    "2026-12-01 book policy other priority=3 model=fixed(p-2:0.4,p-3:0.1)",
    "2026-12-01 book policy gift pool=gift model=fixed(p-3:1)\n2026-12-01 book plan gift consumption pool=gift bands=0:0.1",
    "2026-12-01 book plan growth consumption mode=volume bands=0:0.02,300:0.2 from=2026-02-01",
    "2026-12-01 book plan seats recurring bands=0:0.3 cap=20",
];

fn whole(now: &View<'_>, policies: &[Policy]) -> WhatIf {
    let periods = periods();
    what_if(now, &now.supposing(policies), periods[0]..=periods[periods.len() - 1]).expect("an answer")
}

/// The policies as they stand: of each version the latest words.
fn standing(view: &View<'_>) -> Vec<Policy> {
    let published = |event: &Event| match &event.body {
        Body::PolicyPublished(policy) => Some((event.meta.clone(), (**policy).clone())),
        _ => None,
    };
    let mut all: Vec<_> = view.reference_events().filter_map(|filed| published(&filed.event)).collect();
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    all.into_iter().map(|(_, policy)| policy).collect()
}

/// What partners should have, after the fact: partner, period and amount, where that is not zero.
fn targets(view: &View<'_>, periods: &[Period]) -> Vec<(String, String, i128)> {
    let mut all = Vec::new();
    for partner in view.partners().expect("partners") {
        for period in periods {
            let targets = commissions(view, &partner).targets([*period].into_iter()).expect("targets");
            let sum: i128 = targets.values().flatten().map(|(_, deal)| deal.amount_minor).sum();
            all.extend((sum != 0).then(|| (partner.to_string(), period.to_string(), sum)));
        }
    }
    all
}

fn minor(text: &str) -> i128 {
    text.parse::<tributary_domain::money::Amount>().expect("an amount").units() / 10_i128.pow(10)
}

fn known_at(said: &[Draft], at: usize) -> Instant {
    let all: std::collections::BTreeSet<Instant> = said.iter().filter_map(|draft| draft.recorded).collect();
    *all.iter().nth(at % all.len()).expect("an instant")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn l6_supposing_what_stands_already_changes_nothing(chosen in chosen(), at: usize) {
        let said = history(&chosen);
        let ledger = Ledger::of(said.clone());
        for known_at in [None, Some(known_at(&said, at))] {
            let now = ledger.view(known_at);
            let document = whole(&now, &standing(&now));
            prop_assert_eq!(&document.amount.difference, "0");
            for partner in &document.partners {
                prop_assert!(partner.periods.iter().all(|of| of.plans.is_empty()), "{:?}", partner);
            }
        }
    }

    #[test]
    fn l6_a_what_if_says_what_publishing_then_gives(chosen in chosen(), candidate in 0..CANDIDATES.len()) {
        let ledger = Ledger::of(history(&chosen));
        let said = whole(&ledger.view(None), &policies(CANDIDATES[candidate]));
        ledger.import(drafts(&format!("{LAST} partner/p-9 partner.enrolled #late kinds=isv")));
        let before = targets(&ledger.view(None), &periods());
        let published = CANDIDATES[candidate].lines().enumerate();
        let published: String = published.map(|(at, line)| format!("{line} #what-if-{at}\n")).collect();
        ledger.import(drafts(&published));
        let view = ledger.view(None);
        prop_assert_eq!(view.last_recorded(), Some(instant(LAST)));
        let after = targets(&view, &periods());
        for (expected, said_of) in [(before, 0), (after, 1)] {
            let mut found = Vec::new();
            for partner in &said.partners {
                for of in &partner.periods {
                    let amount = minor([&of.amount.before, &of.amount.after][said_of]);
                    found.extend((amount != 0).then(|| (partner.partner.clone(), of.period.clone(), amount)));
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
