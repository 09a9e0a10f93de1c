//! What the ledger says of deals: how each stands on a day, what it is worth, from when and until when.

use std::collections::BTreeSet;

use tributary_domain::account::Account;
use tributary_domain::attribution::source;
use tributary_domain::deal::{Deal, Term};
use tributary_domain::event::{Body, Event, Line, LineKind};
use tributary_domain::id::{AccountId, DealId, PartnerId};
use tributary_domain::money::{Amount, Money};
use tributary_domain::time::{Day, months_after};
use tributary_projector::{FoldedAccount, ProjectorError, View};

/// Which deals are asked for; nothing: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    /// These.
    pub deals: Vec<DealId>,
    /// Those of an account.
    pub account: Option<AccountId>,
    /// Those that a partner has a hand in; of credit: the partner's.
    pub partner: Option<PartnerId>,
}

/// How a deal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// Neither won nor lost, in a stage if one was said.
    Open(Option<String>),
    /// Won.
    Won,
    /// Lost, for a reason if one was said.
    Lost(Option<String>),
}

/// How the lines of a deal are paid: of several ways the one that binds most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Paid {
    /// By what is used.
    Consumption,
    /// So much a month.
    Recurring,
    /// So much for the term.
    License,
}

/// What the ledger says of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DealFacts {
    pub(super) account: String,
    pub(super) deal: String,
    pub(super) standing: Standing,
    /// The day on which it was won.
    pub(super) won_on: Option<Day>,
    /// First and last day of the term; no last one: open-ended.
    pub(super) term: Option<(Day, Option<Day>)>,
    /// What its lines come to over the term, where that can be said.
    pub(super) value: Option<Money>,
    pub(super) paid: Option<Paid>,
    /// What is sold, by name.
    pub(super) products: Vec<String>,
}

impl DealFacts {
    /// Whether it was lost: a portal that never knew of it is not told.
    pub(super) const fn is_lost(&self) -> bool {
        matches!(self.standing, Standing::Lost(_))
    }
}

/// The deals asked for that were opened by the day, by account and deal.
pub(super) fn deals(view: &View<'_>, which: &Which, as_of: Day) -> Result<Vec<DealFacts>, ProjectorError> {
    let mut facts = Vec::new();
    for account in accounts(view, which)? {
        let folded = view.account(&account)?;
        let wanted = |deal: &&Deal| is_wanted(&folded.account, deal, which, as_of);
        facts.extend(folded.account.deals.values().filter(wanted).map(|deal| of_deal(view, &folded, deal, as_of)));
    }
    Ok(facts)
}

fn accounts(view: &View<'_>, which: &Which) -> Result<BTreeSet<AccountId>, ProjectorError> {
    if let Some(account) = &which.account {
        return Ok(BTreeSet::from([account.clone()]));
    }
    if which.deals.is_empty() {
        return view.accounts();
    }
    which.deals.iter().filter_map(|deal| view.owner(deal).transpose()).collect()
}

/// Whether a deal is among those asked for.
pub(super) fn is_wanted(account: &Account, deal: &Deal, which: &Which, as_of: Day) -> bool {
    let named = which.deals.is_empty() || which.deals.contains(&deal.id);
    let has_a_hand = |partner: &PartnerId| {
        deal.team_on(as_of).any(|(member, _)| member == partner) || source(account, deal) == Some(partner)
    };
    named && deal.opened_on <= as_of && which.partner.as_ref().is_none_or(has_a_hand)
}

fn of_deal(view: &View<'_>, folded: &FoldedAccount, deal: &Deal, as_of: Day) -> DealFacts {
    let book = &view.reference().book;
    let mut said: Vec<&Event> = folded.events.iter().map(|filed| &filed.event).collect();
    said.retain(|event| book.day(event.meta.time) <= as_of);
    said.sort_by(|a, b| a.meta.cmp(&b.meta)); // T3
    let term = term(deal, as_of);
    let lines = deal.lines_on(term.map_or(as_of, |term| term.start.max(as_of)));
    DealFacts {
        account: folded.account.id.to_string(),
        deal: deal.id.to_string(),
        standing: standing(&deal.id, &said),
        won_on: deal.first_won_on.filter(|day| *day <= as_of),
        term: term.map(|term| (term.start, term.last_day())),
        value: value(lines, term),
        paid: lines.iter().map(|line| paid(&line.kind)).max(),
        products: lines.iter().map(|line| line.product.to_string()).collect::<BTreeSet<_>>().into_iter().collect(),
    }
}

/// The last that was said counts, in the order of T3: a lost deal can be won again.
fn standing(deal: &DealId, said: &[&Event]) -> Standing {
    let mut stage = None;
    let mut ended = None;
    for event in said {
        match &event.body {
            Body::DealStaged(staged) if staged.deal == *deal => stage = Some(staged.stage.to_string()),
            Body::DealWon(won) if won.deal == *deal => ended = Some(Standing::Won),
            Body::DealLost(lost) if lost.deal == *deal => ended = Some(Standing::Lost(lost.reason.clone())),
            _ => {}
        }
    }
    ended.unwrap_or(Standing::Open(stage))
}

/// The term of the day, else the last one that was given before, else the next one.
fn term(deal: &Deal, as_of: Day) -> Option<&Term> {
    let before = || deal.terms.iter().rev().find(|term| term.start <= as_of);
    deal.term_on(as_of).or_else(before).or_else(|| deal.terms.first())
}

const fn paid(kind: &LineKind) -> Paid {
    match kind {
        LineKind::Consumption => Paid::Consumption,
        LineKind::Recurring(_) => Paid::Recurring,
        LineKind::License(_) => Paid::License,
    }
}

/// What the lines come to over a term: licences, and what recurs in its months if they are whole ones. None where that
/// cannot be said: nothing is agreed, a term has no end, lines are in several currencies.
fn value(lines: &[Line], term: Option<&Term>) -> Option<Money> {
    let mut sum: Option<Money> = None;
    for line in lines {
        let (money, times) = match &line.kind {
            LineKind::Consumption => continue,
            LineKind::License(money) => (*money, 1),
            LineKind::Recurring(money) => (*money, whole_months(term?)?),
        };
        let amount = Amount::from_units(money.amount.units().checked_mul(i128::from(times))?);
        let before = sum.map_or(Amount::ZERO, |sum| sum.amount);
        if sum.is_some_and(|sum| sum.currency != money.currency) {
            return None;
        }
        sum = Some(Money { amount: before.plus(amount).ok()?, currency: money.currency });
    }
    sum
}

/// How many months a term has, if they are whole ones.
fn whole_months(term: &Term) -> Option<u32> {
    let after = term.end?.succ_opt()?;
    (1..=1_200)
        .take_while(|months| months_after(term.start, *months) <= after)
        .find(|months| months_after(term.start, *months) == after)
}
