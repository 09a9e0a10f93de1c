//! The events that a cause cites: those recorded then that can have moved what moved. Usage, corrections and rates are
//! summed up where they are many.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::Line;
use tributary_domain::commission::compared_period;
use tributary_domain::currency::Currency;
use tributary_domain::event::{Body, RatePublished};
use tributary_domain::id::{AccountId, PolicyId};
use tributary_domain::money::{Amount, Money};
use tributary_domain::policy::Policy;
use tributary_domain::time::{Instant, Period};
use tributary_events::{said, shape};
use tributary_log::Position;
use tributary_projector::{CorrectionLearned, Filed, ProjectorError, UsageLearned, View};

use super::Bearing;
use crate::error::FinanceError;

/// Corrections and rates that are cited one by one.
const ONE_BY_ONE_MAX: usize = 5;

/// An event, or several that say the like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventsCited {
    /// What they say, in plain words.
    pub says: String,
    /// Whose history they are in; `book` for reference data.
    pub subject: String,
    /// How many.
    pub events: usize,
    /// Where the first one stands in the log.
    pub first: Position,
    /// Where the last one does.
    pub last: Position,
    /// What they come to, where they are amounts; of corrections, what they change.
    pub amount: Option<AmountCited>,
    #[serde(skip)]
    pub(super) is_rule: bool,
}

/// An amount of a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AmountCited {
    /// How much.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// Of what.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
}

/// What moved, and when.
pub(super) struct MovedIn<'m> {
    pub(super) period: Period,
    pub(super) after: Instant,
    pub(super) until: Instant,
    pub(super) lines: &'m [Line],
}

impl MovedIn<'_> {
    fn holds(&self, recorded: Instant) -> bool {
        self.after < recorded && recorded <= self.until
    }

    fn plans(&self) -> BTreeSet<&PolicyId> {
        self.lines.iter().map(|line| &line.plan).collect()
    }

    /// The periods whose facts the plans ask for (M4), as they stood at either end.
    fn periods(&self, views: [&View<'_>; 2]) -> BTreeSet<Period> {
        let plans = self.plans();
        let of_view = |view: &View<'_>| {
            let plans = view.reference().policies.plans_for(self.period).filter(|plan| plans.contains(&plan.id));
            plans.filter_map(|plan| compared_period(plan, self.period)).collect::<Vec<_>>()
        };
        views.into_iter().flat_map(of_view).chain([self.period]).collect()
    }

    /// Of which accounts a deal's base moved.
    fn accounts(&self) -> BTreeSet<&AccountId> {
        self.lines.iter().flat_map(|line| line.deals.values()).map(|deal| &deal.account).collect()
    }

    /// Whether every plan's amounts follow from bases that moved.
    fn follows_from_bases(&self) -> bool {
        self.lines.iter().all(|line| line.deals.values().any(|deal| !deal.base.is_zero()))
    }
}

/// Whether an event of an account's history can change what it comes to. Corrections are cited with what they restate.
pub(super) const fn may_matter(body: &Body) -> bool {
    !matches!(body, Body::UsageCorrected(_) | Body::DealStaged(_) | Body::DealLost(_) | Body::LeadClosed(_))
}

/// Cites what was recorded between two views that can have moved what moved.
pub(super) fn cite(
    before: &View<'_>,
    view: &View<'_>,
    bearing: &Bearing,
    moved: &MovedIn<'_>,
) -> Result<Vec<EventsCited>, FinanceError> {
    let periods = moved.periods([before, view]);
    // Growth and clawback move amounts without a base: then any account's history may have done it.
    let any_account = periods.len() > 1 || !moved.follows_from_bases();
    let accounts = moved.accounts();
    let of_accounts = bearing.of_accounts.iter().filter(|(account, _)| any_account || accounts.contains(account));
    let mut events: BTreeMap<Position, EventsCited> = BTreeMap::new();
    let (mut usage, mut corrections) = (BTreeMap::new(), BTreeMap::new());
    let day = |time: Instant| view.reference().book.day(time);
    let mut relevant = BTreeSet::new();
    for (account, learned) in of_accounts {
        relevant.insert(account);
        let told = learned.events.iter().filter(|filed| may_matter(&filed.event.body));
        let told = told.filter(|filed| moved.holds(filed.event.meta.recorded));
        events.extend(told.map(|filed| (filed.position, one(filed, false))));
        let in_periods = |time: Instant| periods.contains(&Period::of(day(time)));
        let used = learned.usage.iter().filter(|used| moved.holds(used.row.recorded) && in_periods(used.row.time));
        used.for_each(|one| usage.entry(of_usage(one)).or_insert_with(Vec::new).push(one));
        let restated = learned.corrections.iter().filter(|one| moved.holds(one.correction.recorded));
        let restated = restated.filter(|one| in_periods(one.usage.time));
        restated.for_each(|one| corrections.entry(of_correction(one)).or_insert_with(Vec::new).push(one));
    }
    let mut cited: Vec<EventsCited> = rules(view, bearing, moved, &periods, &relevant)?;
    cited.extend(events.into_values());
    for ((subject, product, currency), usage) in usage {
        cited.push(usage_cited(view, subject, product, currency, &usage)?);
    }
    for ((subject, product, currency), corrections) in corrections {
        cited.extend(corrections_cited(view, subject, product, currency, &corrections)?);
    }
    Ok(cited)
}

fn one(filed: &Filed, is_rule: bool) -> EventsCited {
    let (says, subject) = (said(&filed.event.body), filed.event.subject.to_string());
    let at = filed.position;
    EventsCited { says, subject, events: 1, first: at, last: at, amount: None, is_rule }
}

/// The reference events: of the plans that moved, of currencies that the accounts have.
fn rules(
    view: &View<'_>,
    bearing: &Bearing,
    moved: &MovedIn<'_>,
    periods: &BTreeSet<Period>,
    accounts: &BTreeSet<&AccountId>,
) -> Result<Vec<EventsCited>, FinanceError> {
    let plans = moved.plans();
    let in_span = bearing.reference.iter().filter(|filed| moved.holds(filed.event.meta.recorded));
    let (mut cited, mut rates) = (Vec::new(), Vec::new());
    for filed in in_span {
        match &filed.event.body {
            Body::RatePublished(rate) => rates.push((filed, rate)),
            Body::PolicyPublished(policy) => match &**policy {
                Policy::Commission(plan) if !plans.contains(&plan.id) => {}
                Policy::Authority(_) => {}
                _ => cited.push(one(filed, true)),
            },
            _ => cited.push(one(filed, true)),
        }
    }
    if rates.is_empty() {
        return Ok(cited);
    }
    let (mut currencies, mut out_of_range) = (BTreeSet::new(), false);
    for account in accounts {
        for period in periods {
            match view.facts(account, *period) {
                Ok(facts) => currencies.extend(facts.iter().map(|fact| fact.key.currency)),
                // Any rate may have made its amounts too large.
                Err(ProjectorError::Account { .. }) => out_of_range = true,
                Err(error) => return Err(error.into()),
            }
        }
    }
    let book = view.reference().book.currency;
    let last = periods.iter().next_back().map(|period| period.last_day());
    rates.retain(|(_, rate)| {
        let other = if rate.base == book { rate.quote } else { rate.base };
        let of_book = rate.base == book || rate.quote == book;
        of_book && (out_of_range || currencies.contains(&other)) && last.is_none_or(|last| rate.date <= last)
    });
    cited.extend(rates_cited(&rates));
    Ok(cited)
}

fn rates_cited(rates: &[(&Filed, &RatePublished)]) -> Vec<EventsCited> {
    if rates.len() <= ONE_BY_ONE_MAX {
        return rates.iter().map(|(filed, _)| one(filed, true)).collect();
    }
    let pairs: BTreeSet<String> = rates.iter().map(|(_, rate)| format!("{}/{}", rate.base, rate.quote)).collect();
    let says = format!("{} rates of {}", rates.len(), pairs.into_iter().collect::<Vec<_>>().join(", "));
    let (first, last) = ends(rates.iter().map(|(filed, _)| filed.position));
    vec![EventsCited {
        says,
        subject: "book".to_owned(),
        events: rates.len(),
        first,
        last,
        amount: None,
        is_rule: true,
    }]
}

/// Whose, of what, in which currency.
type Alike = (String, String, Currency);

fn of_usage(used: &UsageLearned) -> Alike {
    (used.subject.to_string(), used.row.term.product.to_string(), used.row.term.currency)
}

fn of_correction(corrected: &CorrectionLearned) -> Alike {
    (corrected.subject.to_string(), corrected.usage.term.product.to_string(), corrected.usage.term.currency)
}

fn usage_cited(
    view: &View<'_>,
    subject: String,
    product: String,
    currency: Currency,
    usage: &[&UsageLearned],
) -> Result<EventsCited, FinanceError> {
    let amount = Amount::sum(usage.iter().map(|used| used.amount))?;
    let sum = Money { amount, currency };
    let says = match usage {
        [one] => format!("usage of `{product}` on {}: {sum}", view.reference().book.day(one.row.time)),
        many => format!("{} usage events of `{product}`, together {sum}", many.len()),
    };
    let (first, last) = ends(usage.iter().map(|used| used.row.position));
    Ok(EventsCited { says, subject, events: usage.len(), first, last, amount: cited(sum), is_rule: false })
}

fn corrections_cited(
    view: &View<'_>,
    subject: String,
    product: String,
    currency: Currency,
    corrections: &[&CorrectionLearned],
) -> Result<Vec<EventsCited>, FinanceError> {
    let change = |one: &CorrectionLearned| one.correction.amount.minus(one.before);
    if corrections.len() > ONE_BY_ONE_MAX {
        let changes = corrections.iter().map(|one| change(one)).collect::<Result<Vec<Amount>, _>>()?;
        let sum = Money { amount: Amount::sum(changes)?, currency };
        let says = format!("{} corrections of usage of `{product}`, together {sum}", corrections.len());
        let (first, last) = ends(corrections.iter().map(|one| one.correction.position));
        let events = corrections.len();
        return Ok(vec![EventsCited { says, subject, events, first, last, amount: cited(sum), is_rule: false }]);
    }
    let each = |one: &&CorrectionLearned| {
        let (day, now) = (view.reference().book.day(one.usage.time), one.correction.amount);
        let says = format!("usage of `{product}` on {day} restated: {} → {now} {currency}", one.before);
        let amount = cited(Money { amount: change(one)?, currency });
        let at = one.correction.position;
        Ok(EventsCited { says, subject: subject.clone(), events: 1, first: at, last: at, amount, is_rule: false })
    };
    corrections.iter().map(each).collect()
}

fn cited(money: Money) -> Option<AmountCited> {
    Some(AmountCited { amount: money.amount.to_string(), currency: money.currency.to_string() })
}

fn ends(positions: impl Iterator<Item = Position>) -> (Position, Position) {
    let all: BTreeSet<Position> = positions.collect();
    let nowhere = Position { partition: 0, offset: 0 };
    (all.first().copied().unwrap_or(nowhere), all.last().copied().unwrap_or(nowhere))
}
