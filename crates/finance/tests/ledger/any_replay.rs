//! What must hold of replays, differences and suppositions of any history (L6).

use std::collections::BTreeMap;

use proptest::prelude::*;
use tributary_domain::event::{Body, Draft, Event};
use tributary_domain::money::CreditAmount;
use tributary_domain::policy::Policy;
use tributary_domain::testing::{drafts, instant};
use tributary_domain::time::{Instant, Period};
use tributary_finance::{Adjustments, Statement, WhatIf, adjustments, commissions, verify_closed, what_if};
use tributary_projector::View;

use crate::any_history::{chosen, history, periods};
use crate::book::Ledger;
use crate::what_if::policies;

/// Histories for each property: a few seconds in all.
const CASES: u32 = 16;

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

/// What a list of adjustments comes to: partner, period, plan, deal, amount and base.
type Rows = Vec<[String; 6]>;

fn pending(found: &Adjustments) -> Rows {
    let mut rows = Vec::new();
    for of in &found.periods {
        for partner in &of.partners {
            for plan in &partner.plans {
                rows.extend(plan.deals.iter().map(|deal| {
                    let (amount, base) = (&deal.amount.difference, &deal.base.difference);
                    [&partner.partner, &of.period, &plan.plan, &deal.deal, amount, base].map(String::clone)
                }));
            }
        }
    }
    rows.sort();
    rows
}

/// What a close booked for earlier periods, from the statements that it kept.
fn booked(ledger: &Ledger, closed: Period) -> Rows {
    let view = ledger.view(None);
    let mut rows = Vec::new();
    for partner in view.partners().expect("partners") {
        let Some(kept) = view.statement(&partner, closed).expect("the store works") else { continue };
        let statement: Statement = serde_json::from_slice(&kept).expect("a statement");
        for line in statement.lines.iter().filter(|line| line.kind == "adjustment") {
            let row = |deal: &tributary_finance::DealLine| {
                [&statement.partner, &line.period, &line.plan, &deal.deal, &deal.amount, &deal.base].map(String::clone)
            };
            rows.extend(line.deals.iter().map(row));
        }
    }
    rows.sort();
    rows
}

/// The causes of every partner and period add up to what moved, deal by deal, and each cites something.
fn causes_add_up(found: &Adjustments) -> Result<(), TestCaseError> {
    for partner in found.periods.iter().flat_map(|of| &of.partners) {
        let mut left: BTreeMap<(&str, &str), (CreditAmount, CreditAmount)> = BTreeMap::new();
        let read = |text: &String| text.parse::<CreditAmount>().expect("an amount");
        for plan in &partner.plans {
            for deal in &plan.deals {
                let moved = (read(&deal.amount.difference), read(&deal.base.difference));
                left.insert((&plan.plan, &deal.deal), moved);
            }
        }
        for cause in &partner.causes {
            prop_assert!(!cause.events.is_empty(), "{:?}", partner);
            for deal in &cause.deals {
                let left = left.entry((&deal.plan, &deal.deal)).or_default();
                left.0 = left.0.minus(read(&deal.amount)).expect("in range");
                left.1 = left.1.minus(read(&deal.base)).expect("in range");
            }
        }
        prop_assert!(left.values().all(|(amount, base)| amount.is_zero() && base.is_zero()), "{:?}", partner);
    }
    Ok(())
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

    // L3: the next close is struck on a ledger that does not know of it, and on one that does.
    #[test]
    fn l6_the_next_close_books_what_was_pending_and_its_causes_add_up(chosen in chosen(), at: usize, changes_max in 1_usize..40) {
        let said = history(&chosen);
        let ledger = Ledger::of(said.clone());
        ledger.close();
        let closes = ledger.view(None).closes();
        if closes.len() > 1 {
            let next = 1 + at % (closes.len() - 1);
            let made = |draft: &Draft| closes[..next].iter().any(|close| close.meta.identity == draft.identity);
            let before: Vec<Draft> = said.iter().filter(|draft| !matches!(draft.body, Body::PeriodClosed(_)) || made(draft)).cloned().collect();
            let earlier = Ledger::of(before);
            earlier.close();
            let view = earlier.view(Some(closes[next].cutoff));
            let found = adjustments(&view, closes[0].period..=closes[next - 1].period, changes_max, |_, _| {}).expect("an answer");
            prop_assert_eq!(pending(&found), booked(&ledger, closes[next].period));
            causes_add_up(&found)?;
        }
        let view = ledger.view(None);
        if let (Some(first), Some(last)) = (closes.first(), closes.last()) {
            let found = adjustments(&view, first.period..=last.period, changes_max, |_, _| {}).expect("an answer");
            causes_add_up(&found)?;
        }
    }

    // E2
    #[test]
    fn l6_a_replay_verifies_what_nobody_touched_and_finds_what_somebody_did(chosen in chosen(), at: usize) {
        let ledger = Ledger::of(history(&chosen));
        ledger.close();
        let view = ledger.view(None);
        let closes = view.closes();
        let all = closes[0].period..=closes[closes.len() - 1].period;
        let found = verify_closed(&view, all.clone(), |_, _, _| {}).expect("an answer");
        prop_assert!(found.verified, "{:?}", found);
        let mut rows = Vec::new();
        for partner in view.partners().expect("partners") {
            rows.extend(view.statements_of(&partner).expect("statements").into_iter().map(|(of, kept)| (partner.clone(), of, kept)));
        }
        if !rows.is_empty() {
            let (partner, of, mut kept) = rows.swap_remove(at % rows.len());
            let digit = kept.iter().rposition(u8::is_ascii_digit).expect("a digit");
            kept[digit] ^= 1;
            ledger.projection.keep_statements(&view, view.closed().to_vec(), [(partner.clone(), of, kept)]).expect("the store works");
            let found = verify_closed(&view, all, |_, _, _| {}).expect("an answer");
            let wrong: Vec<(String, String)> = found.periods.iter().flat_map(|period| {
                period.differences.iter().map(|one| (period.period.clone(), one.partner.clone()))
            }).collect();
            prop_assert_eq!(wrong, [(of.to_string(), partner.to_string())]);
        }
    }
}
