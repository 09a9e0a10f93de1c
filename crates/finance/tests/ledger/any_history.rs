//! What must hold of any history: a small random one is made from numbers, so that a failing one shrinks.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tributary_domain::credit::{earning, split_of};
use tributary_domain::event::Draft;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::money::{CreditAmount, Ratio};
use tributary_domain::testing::{day, drafts, period, read_id};
use tributary_domain::time::Period;
use tributary_finance::{Statement, StatementLine, commissions};

use crate::book::{Ledger, instants, partner_id, shuffled};
use crate::cases::compare;

/// Histories for each property: a few seconds in all.
const CASES: u32 = 32;

/// What every history begins with: three accounts, four deals, two policies, two plans, three closes.
const BEGINNING: &str = "
    2025-12-01 partner/p-1 partner.enrolled kinds=msp
    2025-12-01 partner/p-2 partner.enrolled kinds=si
    2026-01-20 partner/p-3 partner.enrolled kinds=msp,si
    2025-12-01 book policy cloud model=protection(0.3,roleSplit(msp:0.5,si:0.25))
    2025-12-01 book policy overlay pool=overlay model=touch(decay:7,60)
    2025-12-01 book plan growth consumption mode=graduated bands=0:0.05,500:0.1 clawback=60:0.5 accelerator=previousPeriod,0.1:1.5
    2025-12-01 book plan seats recurring bands=0:0.2 cap=40 measure=account
    2025-12-01 book plan overlay consumption pool=overlay bands=0:0.01
    2026-01-02 acme deal.opened d-1 lines=lake@v:consumption,seats:recurring:90:USD
    2026-01-02 acme deal.won d-1 2026-01-02..
    2026-01-03 x/1  deal.opened d-2 lines=lake:consumption,seats:recurring:50:EUR
    2026-01-03 x/1  deal.won d-2 2026-01-05..2026-03-10
    2026-01-04 x/1  alias.linked bolt
    2026-01-05 acme deal.role_assigned d-1 p-1 msp
    2026-01-05 x/1  deal.role_assigned d-2 p-2 si
    2026-01-05 x/1  deal.role_assigned d-2 p-3 msp
    2026-01-01@2026-02-10 book rate.published EUR USD 2026-01-01 1.1
    2026-02-04@2026-02-04 book period.closed 2026-01 2026-02-03
    2026-03-06@2026-03-06 book period.closed 2026-02 2026-03-05
    2026-04-06@2026-04-06 book period.closed 2026-03 2026-04-05
";

/// One event of a history: what it is, three choices, the day after the 1st of January and how many days later it is learned.
pub(crate) type Chosen = (u8, u8, u8, u8, u8, u8);

pub(crate) fn chosen() -> impl Strategy<Value = Vec<Chosen>> {
    let lag = prop_oneof![3 => 0_u8..3, 1 => 0_u8..120];
    prop::collection::vec((0_u8..60, any::<u8>(), any::<u8>(), any::<u8>(), 0_u8..110, lag), 5..45)
}

pub(crate) fn history(chosen: &[Chosen]) -> Vec<Draft> {
    let mut text = BEGINNING.to_owned();
    for (number, one) in chosen.iter().enumerate() {
        text.push_str(&line(number, one));
        text.push('\n');
    }
    drafts(&text)
}

fn line(number: usize, &(kind, a, b, c, days, lag): &Chosen) -> String {
    let pick = |of: &[&'static str], by: u8| of[usize::from(by) % of.len()];
    let date = |days: usize| day("2026-01-01").iter_days().nth(days).expect("a day");
    let (on, learned) = (date(days.into()), date(usize::from(days) + usize::from(lag)));
    let subject = pick(&["acme", "bolt", "cord", "x/1", "x/2", "x/3"], a);
    let account = pick(&["acme", "bolt", "cord"], b);
    let deal = pick(&["d-1", "d-2", "d-3", "d-4"], b);
    let partner = pick(&["p-1", "p-2", "p-3"], c);
    let (own, until) = (format!("partner/{partner}"), date(usize::from(days) + usize::from(c)));
    let lines = pick(
        &[
            "lake:consumption",
            "lake@v:consumption,seats:recurring:31.01:EUR",
            "seats:recurring:10:USD,vault:license:77:USD",
        ],
        c,
    );
    let (subject, said): (&str, String) = match kind {
        0..=14 => {
            let named = if b.is_multiple_of(5) { format!(" deal={deal}") } else { String::new() };
            let (product, currency) = (pick(&["lake", "lake", "pond"], b), pick(&["USD", "USD", "EUR", "JPY"], c));
            (subject, format!("usage.recorded {product} {}.{c:02} {currency}{named}", u16::from(c) * 5))
        }
        15..=19 => (subject, format!("usage.corrected u-{} {}", usize::from(b) % (number + 3), c)),
        20..=22 => (pick(&["x/1", "x/2", "x/3"], a), format!("alias.linked {account}")),
        23 => (pick(&["x/1", "x/2", "x/3"], a), "alias.unlinked".to_owned()),
        24..=26 => (subject, format!("deal.opened {deal} registration=r-{} lines={lines}", c % 3)),
        27..=28 => (subject, format!("deal.won {deal} {on}..{until}")),
        29 => (subject, format!("deal.renewed {deal} {on}.. lines={lines}")),
        30 => (subject, format!("deal.churned {deal}")),
        31 => (subject, format!("deal.changed {deal} lines={lines}")),
        32..=35 => (subject, format!("deal.role_assigned {deal} {partner} {}", pick(&["msp", "si"], a))),
        36 => (subject, format!("deal.role_removed {deal} {partner} {}", pick(&["msp", "si"], a))),
        37..=38 => ("book", format!("rate.published {} USD {on} 0.{c}1", pick(&["EUR", "JPY"], a))),
        39..=41 => (subject, format!("touch.recorded {partner} demo")),
        42 => (subject, format!("registration.submitted r-{} {partner}", b % 3)),
        43 => (subject, format!("registration.approved r-{} {until}", b % 3)),
        44..=45 => (subject, format!("disbursement.reported x-{} {c} EUR {on} agreement=agr-{}", b % 4, a % 2)),
        46 => (subject, format!("offer.accepted {deal} agr-{}", a % 2)),
        47 => (&own, format!("payout.issued pay-{} {b} {}", b % 4, pick(&["USD", "USD", "EUR", "JPY"], a))),
        48 => (&own, format!("payout.returned pay-{}", b % 4)),
        49 => (&own, format!("hold.placed h-{} deal={deal}", b % 2)),
        50 => (&own, format!("hold.released h-{}", b % 2)),
        51 => ("book", format!("policy cloud model=roleSplit(msp:0.{},si:0.3) from={on}", b % 6 + 1)),
        52 => ("book", format!("plan growth consumption mode=volume bands=0:0.{:02} from={}", b % 30, date(31))),
        53 => ("book", format!("plan paid disbursement bands=0:0.{:02}", b % 30)),
        54 => ("book", format!("policy extra pool=extra model=fixed({partner}:0.5)")),
        55 => (&own, format!("partner.enrolled kinds={}", pick(&["msp", "si"], b))),
        56 => (subject, format!("lead.captured l-{} coSell partner={partner}", b % 2)),
        57 => ("book", format!("book.configured zone={}", pick(&["UTC", "Asia/Tokyo", "America/New_York"], b))),
        58 => ("book", format!("period.closed {} {until}", pick(&["2026-01", "2026-02", "2026-03", "2026-04"], b))),
        _ => (account, "account.opened markets=north".to_owned()),
    };
    format!("{on}@{learned} {subject} {} #u-{number} {}", said.split(' ').next().unwrap_or_default(), rest(&said))
}

/// What follows the first word.
fn rest(text: &str) -> &str {
    text.split_once(' ').map_or("", |(_, rest)| rest)
}

pub(crate) fn periods() -> Vec<Period> {
    (period("2025-12").ordinal()..=period("2026-06").ordinal()).map(Period::from_ordinal).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    // T1, I1, L3
    #[test]
    fn l3_no_answer_depends_on_order_duplication_or_when_it_was_asked(chosen in chosen(), seed: u64, pieces in 1_usize..6) {
        let (said, periods) = (history(&chosen), periods());
        let instants = instants(&said, 6);
        let at_once = Ledger::of(said.clone());
        let expected = at_once.everything(&periods, &instants);
        let mixed = shuffled(said.clone(), seed);
        let ledger = Ledger::empty();
        for some in mixed.chunks(mixed.len() / pieces + 1) {
            ledger.import(some.to_vec());
            ledger.everything(&periods, &instants[..1]);
            ledger.import(shuffled(some.to_vec(), seed));
        }
        compare("shuffled", &ledger.everything(&periods, &instants), &expected);
        prop_assert_eq!(ledger.differences(), Vec::<String>::new(), "row by row");
        compare("rebuilt", &at_once.rebuilt().everything(&periods, &instants), &expected);
    }

    #[test]
    fn t1_an_answer_known_at_an_instant_is_the_same_before_and_after_later_events_arrive(chosen in chosen(), at in 0_usize..12) {
        let (said, periods) = (history(&chosen), periods());
        let instants = instants(&said, 12);
        let known_at = instants[at.min(instants.len() - 1)];
        let (by_then, later): (Vec<Draft>, Vec<Draft>) = said.iter().cloned().partition(|draft| draft.recorded <= Some(known_at));
        let ledger = Ledger::of(by_then);
        let derived = ledger.known(&periods, known_at);
        ledger.import(later);
        compare("folded", &ledger.known(&periods, known_at), &derived);
        compare("learned at once", &Ledger::of(said).known(&periods, known_at), &derived);
        compare("rebuilt", &ledger.rebuilt().known(&periods, known_at), &derived);
    }

    #[test]
    fn c1_credits_and_what_is_retained_add_up_to_the_facts(chosen in chosen()) {
        let ledger = Ledger::of(history(&chosen));
        let view = ledger.view(None);
        for account in ["acme", "bolt", "cord"].map(|id| read_id(AccountId::new, id)) {
            let folded = view.account(&account).expect("an account");
            for period in periods() {
                let mut left: BTreeMap<_, CreditAmount> = BTreeMap::new();
                for fact in view.facts(&account, period).expect("facts") {
                    let Some((deal, amount)) = earning(&folded.account, &fact) else { continue };
                    for pool in view.reference().policies.pools() {
                        let retained = split_of(&folded.account, deal, &fact, &pool, view.reference()).retained;
                        let of_pool = left.entry(pool).or_default();
                        of_pool.add(amount.share(Ratio::ONE).expect("in range")).expect("in range");
                        *of_pool = of_pool.minus(amount.share(retained).expect("in range")).expect("in range");
                    }
                }
                for partner in ["p-1", "p-2", "p-3"].map(partner_id) {
                    for (key, amount) in view.credits(&partner, period).expect("credits") {
                        if key.account == account {
                            let of_pool = left.get_mut(&key.pool).expect("a pool with facts");
                            *of_pool = of_pool.minus(amount).expect("in range");
                        }
                    }
                }
                prop_assert!(left.values().all(|left| left.is_zero()), "{account} {period}: {left:?}");
            }
        }
    }

    #[test]
    fn l3_after_each_close_what_is_recognised_equals_one_fresh_calculation_at_its_cutoff(chosen in chosen()) {
        let ledger = Ledger::of(history(&chosen));
        ledger.close();
        let closes = ledger.view(None).closes();
        for partner in ["p-1", "p-2", "p-3"].map(partner_id) {
            let mut recognised: Amounts = BTreeMap::new();
            for (at, close) in closes.iter().enumerate() {
                let statement = ledger.statement(&partner, close.period).expect("a statement");
                parts_add_up(&statement)?;
                for line in &kept(&ledger, &partner, close.period) {
                    for deal in &line.deals {
                        let key = (line.period.clone(), line.plan.clone(), deal.deal.clone());
                        recognised.entry(key).or_default().add(deal.amount.parse().expect("an amount")).expect("in range");
                    }
                }
                let view = ledger.view(Some(close.cutoff));
                let closed = closes[..=at].iter().map(|close| close.period);
                let mut fresh: Amounts = BTreeMap::new();
                for ((period, plan), deals) in commissions(&view, &partner).targets(closed).expect("targets") {
                    for (deal, target) in deals {
                        let key = (period.to_string(), plan.to_string(), deal.to_string());
                        fresh.insert(key, CreditAmount::from_units(target.amount_minor * 10_i128.pow(19)));
                    }
                }
                let recognised = without_zeros(&recognised);
                prop_assert_eq!(recognised, without_zeros(&fresh), "{} after {}", partner, close.period);
            }
            for period in periods() {
                parts_add_up(&ledger.statement(&partner, period).expect("a statement"))?;
            }
        }
    }
}

/// What a close recognised for a partner, with the lines whose deals cancel each other out.
fn kept(ledger: &Ledger, partner: &PartnerId, period: Period) -> Vec<StatementLine> {
    let kept = ledger.view(None).statement(partner, period).expect("the store works");
    kept.map_or_else(Vec::new, |kept| serde_json::from_slice::<Statement>(&kept).expect("a statement").lines)
}

/// By period, plan and deal.
type Amounts = BTreeMap<(String, String, String), CreditAmount>;

fn without_zeros(all: &Amounts) -> Amounts {
    all.iter().filter(|(_, amount)| !amount.is_zero()).map(|(key, amount)| (key.clone(), *amount)).collect()
}

/// L2, L5: a line is the sum of its deals, the balance of its lines, and what is owed of the balance.
fn parts_add_up(statement: &Statement) -> Result<(), TestCaseError> {
    let sum = |parts: Vec<&String>| {
        let parts = parts.into_iter().map(|part| part.parse::<CreditAmount>().expect("an amount"));
        CreditAmount::sum(parts).expect("in range").to_string()
    };
    for line in &statement.lines {
        prop_assert_eq!(&line.amount, &sum(line.deals.iter().map(|deal| &deal.amount).collect()));
        prop_assert_eq!(&line.base, &sum(line.deals.iter().map(|deal| &deal.base).collect()));
    }
    let of_kind =
        |kind: &str| sum(statement.lines.iter().filter(|line| line.kind == kind).map(|line| &line.amount).collect());
    let of = &statement.balance;
    prop_assert_eq!(&of.accrued, &of_kind("accrual"));
    prop_assert_eq!(&of.adjusted, &of_kind("adjustment"));
    prop_assert_eq!(sum(vec![&of.closing, &of.paid]), sum(vec![&of.opening, &of.accrued, &of.adjusted]));
    let read = |text: &String| text.parse::<CreditAmount>().expect("an amount");
    let free = read(&of.closing).minus(read(&of.held)).expect("in range");
    prop_assert_eq!(read(&of.payable), free.max(CreditAmount::ZERO));
    Ok(())
}

#[test]
fn e2_a_fresh_projection_may_know_of_more_than_is_left_too() {
    // What is corrected is no usage: whether that marks its account depends on which of the two was filed first.
    let ledger = Ledger::empty();
    ledger.import(drafts("2026-01-06@2026-06-03 bolt usage.corrected #c o 5"));
    ledger.everything(&periods(), &[]);
    ledger.import(drafts("2026-01-05 acme deal.opened #o d-1"));
    assert_eq!(ledger.differences(), Vec::<String>::new());
}
