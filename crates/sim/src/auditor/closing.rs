//! L1 to L4: which closes count, and what each of them recognises for a partner.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::balance::Balance;
use super::event::Event;
use super::known::Known;
use super::number::Number;
use super::time::{self, Instant, Period};

#[derive(Clone, Copy, Debug)]
pub(super) struct Close {
    pub(super) period: Period,
    pub(super) cutoff: Instant,
}

/// What is recognised of a deal for a period under a plan, all closes so far together.
#[derive(Clone, Debug)]
pub(super) struct Recognised {
    pub(super) account: String,
    pub(super) base: Number,
    pub(super) amount: Number,
}

/// By period, plan and deal.
pub(super) type Recognition = BTreeMap<(Period, String, String), Recognised>;

/// What stands on a statement: what this close recognises more, and the balance after it.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) recognised: Recognition,
    pub(super) balance: Balance,
}

/// L1: of the closes in the order in which they were recorded, those that are valid.
pub(super) fn valid_closes(log: &[Rc<Event>], known: impl Fn(Instant) -> Rc<Known>) -> Vec<Close> {
    let mut asked: Vec<_> = log.iter().filter(|event| event.is("period.closed")).collect();
    asked.sort_by(|a, b| a.recording().cmp(&b.recording()));
    let mut closes: Vec<Close> = Vec::new();
    for event in asked {
        let (Some(period), Some(cutoff)) = (Period::read(event.text("period")), time::instant(event.text("cutoff")))
        else {
            continue;
        };
        let known = known(cutoff);
        let ended = known.book.day(cutoff) > period.last_day();
        let learned = event.recorded >= cutoff;
        let follows = closes.last().is_none_or(|last| last.period.next() == period && last.cutoff < cutoff);
        if ended && learned && follows {
            closes.push(Close { period, cutoff });
        } else {
            known.note("L1 invalid close");
        }
    }
    closes
}

/// The statement of a period as known, after the closes given, each with what was known at its cutoff.
pub(super) fn state(known: &Known, partner: &str, period: Period, earlier: &[(Close, Rc<Known>)]) -> Statement {
    let first = earlier.first().map_or(period, |(close, _)| close.period);
    let mut total = Recognition::new();
    for (close, then) in earlier {
        let recognised = recognise(then, partner, first, close.period, &total);
        add(&mut total, &recognised);
    }
    let before = total.clone();
    // L2: the period itself, where it is earlier than the first closed one.
    let recognised = recognise(known, partner, first.min(period), period, &total);
    add(&mut total, &recognised);
    let cutoff = earlier.last().map(|(close, _)| close.cutoff);
    let balance = known.balance(partner, period, cutoff, &before, &recognised, &total);
    Statement { recognised, balance }
}

/// L2: for every period from the first closed one, the target less what earlier closes recognised.
fn recognise(known: &Known, partner: &str, first: Period, last: Period, earlier: &Recognition) -> Recognition {
    let mut recognised = Recognition::new();
    for period in first.through(last) {
        let targets = known.targets(partner, period);
        let earned = targets.keys().cloned();
        let before =
            earlier.keys().filter(|(of, ..)| *of == period).map(|(_, plan, deal)| (plan.clone(), deal.clone()));
        for (plan, deal) in earned.chain(before).collect::<BTreeSet<_>>() {
            let key = (period, plan.clone(), deal.clone());
            let target = targets.get(&(plan, deal.clone()));
            let old = earlier.get(&key);
            let of = |new: Option<&Number>, old: Option<&Number>| {
                new.cloned().unwrap_or_else(Number::zero) - old.cloned().unwrap_or_else(Number::zero)
            };
            // Silent: a deal that earns nothing now is shown at the account that has it now, else at the last one.
            let account = known.deals.get(&deal).map(|deal| deal.account.clone());
            let account = account.or_else(|| old.map(|old| old.account.clone())).unwrap_or_default();
            let difference = Recognised {
                account,
                base: of(target.map(|target| &target.base), old.map(|old| &old.base)),
                amount: of(target.map(|target| &target.amount), old.map(|old| &old.amount)),
            };
            if !difference.base.is_zero() || !difference.amount.is_zero() {
                known.note(if period == last { "L2 accrual" } else { "L2 adjustment" });
                recognised.insert(key, difference);
            }
        }
    }
    recognised
}

fn add(total: &mut Recognition, recognised: &Recognition) {
    for (key, more) in recognised {
        let sum = total.entry(key.clone()).or_insert_with(|| Recognised {
            account: String::new(),
            base: Number::zero(),
            amount: Number::zero(),
        });
        sum.account.clone_from(&more.account);
        sum.base = sum.base.clone() + more.base.clone();
        sum.amount = sum.amount.clone() + more.amount.clone();
    }
}
