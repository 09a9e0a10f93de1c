//! Random histories of a small program, made from numbers so that a failing one shrinks.

use proptest::prelude::*;
use tributary_domain::event::Draft;
use tributary_domain::testing::{day, drafts};

/// What every history begins with: two accounts, three deals, policies, plans, closes.
const BEGINNING: &str = "
    2025-12-01 partner/p-1 partner.enrolled kinds=msp
    2025-12-01 partner/p-2 partner.enrolled kinds=si
    2025-12-01 book policy cloud model=roleSplit(msp:0.5,si:0.25)
    2025-12-01 book plan growth consumption mode=graduated bands=0:0.05,500:0.1 clawback=60:0.5
    2025-12-01 book plan seats recurring bands=0:0.2 cap=40 measure=account
    2026-01-02 acme deal.opened d-1 lines=lake@v:consumption,seats:recurring:90:USD
    2026-01-02 acme deal.won d-1 2026-01-02..
    2026-01-03 x/1  deal.opened d-2 lines=lake:consumption,seats:recurring:50:EUR
    2026-01-03 x/1  deal.won d-2 2026-01-05..2026-03-10
    2026-01-04 x/1  alias.linked bolt
    2026-01-05 acme deal.role_assigned d-1 p-1 msp
    2026-01-05 x/1  deal.role_assigned d-2 p-2 si
    2026-01-10 acme usage.recorded lake 100 USD
    2026-02-04 book period.closed 2026-01 2026-02-03
    2026-03-06 book period.closed 2026-02 2026-03-05
";

/// One event: what it is, three choices, the day after the 1st of January and how many days later it is learned.
pub(crate) type Chosen = (u8, u8, u8, u8, u8, u8);

pub(crate) fn chosen() -> impl Strategy<Value = Vec<Chosen>> {
    let lag = prop_oneof![3 => 0_u8..3, 1 => 0_u8..60];
    prop::collection::vec((0_u8..40, any::<u8>(), any::<u8>(), any::<u8>(), 0_u8..100, lag), 5..30)
}

/// The same history, but all that is chosen is recorded within the month after the beginning: nothing but what is marked as
/// changed is looked at.
pub(crate) fn within_a_month(chosen: &[Chosen]) -> Vec<Draft> {
    let within = |&(kind, a, b, c, days, lag): &Chosen| (kind, a, b, c, 65 + days % 20, lag % 4);
    history(&chosen.iter().map(within).collect::<Vec<_>>())
}

/// The history, in the order in which it is recorded.
pub(crate) fn history(chosen: &[Chosen]) -> Vec<Draft> {
    let mut text = BEGINNING.to_owned();
    for (number, one) in chosen.iter().enumerate() {
        text.push_str(&line(number, one));
        text.push('\n');
    }
    let mut said = drafts(&text);
    said.sort_by_key(|draft| draft.recorded);
    said
}

fn line(number: usize, &(kind, a, b, c, days, lag): &Chosen) -> String {
    let pick = |of: &[&'static str], by: u8| of[usize::from(by) % of.len()];
    let date = |days: usize| day("2026-01-01").iter_days().nth(days).expect("a day");
    let (on, learned) = (date(days.into()), date(usize::from(days) + usize::from(lag)));
    let subject = pick(&["acme", "bolt", "x/1", "x/2"], a);
    let (account, deal) = (pick(&["acme", "bolt"], b), pick(&["d-1", "d-2", "d-3"], b));
    let partner = pick(&["p-1", "p-2", "p-3"], c);
    let (own, until) = (format!("partner/{partner}"), date(usize::from(days) + usize::from(c)));
    let lines = pick(&["lake:consumption", "lake@v:consumption,seats:recurring:31.01:EUR"], c);
    let alias = pick(&["x/1", "x/2"], a);
    let (subject, said): (&str, String) = match kind {
        0..=12 => {
            let (product, currency) = (pick(&["lake", "lake", "pond"], b), pick(&["USD", "USD", "EUR"], c));
            (subject, format!("usage.recorded {product} {}.{c:02} {currency}", u16::from(c) * 5))
        }
        13..=15 => (subject, format!("usage.corrected u-{} {c}", usize::from(b) % (number + 3))),
        16..=18 => (alias, format!("alias.linked {account}")),
        19 => (alias, "alias.unlinked".to_owned()),
        20..=21 => (subject, format!("deal.opened {deal} lines={lines}")),
        22..=23 => (subject, format!("deal.won {deal} {on}..{until}")),
        24 => (subject, format!("deal.churned {deal}")),
        25..=27 => (subject, format!("deal.role_assigned {deal} {partner} {}", pick(&["msp", "si"], a))),
        28 => (subject, format!("deal.role_removed {deal} {partner} {}", pick(&["msp", "si"], a))),
        29..=30 => ("book", format!("rate.published EUR USD {on} 1.{c}1")),
        31 => (&own, format!("payout.issued pay-{} {b} USD", b % 4)),
        32 => (&own, format!("hold.placed h-{} deal={deal}", b % 2)),
        33 => ("book", format!("policy cloud model=roleSplit(msp:0.{},si:0.3) from={on}", b % 6 + 1)),
        34 => ("book", format!("plan growth consumption mode=volume bands=0:0.{:02} from=2026-02-01", b % 30)),
        35 => ("book", format!("policy extra pool=extra model=fixed({partner}:0.5)")),
        36 => (&own, format!("partner.enrolled kinds={}", pick(&["msp", "si"], b))),
        37 => ("book", format!("book.configured zone={}", pick(&["UTC", "Asia/Tokyo"], b))),
        38 => ("book", format!("period.closed {} {until}", pick(&["2026-02", "2026-03"], b))),
        _ => (subject, format!("disbursement.reported x-{} {c} EUR {on} deal={deal}", b % 4)),
    };
    let (event_type, rest) = said.split_once(' ').unwrap_or((&said, ""));
    format!("{on}@{learned} {subject} {event_type} #u-{number} {rest}")
}
