//! What moved a partner's targets in a span of recorded time (L6): the instants at which they changed, by how much, and the
//! events recorded then that can have done it. The parts add up to the whole to the minor unit, because each is a
//! difference of two targets. Where the targets at both ends of an interval agree, it is not looked into.

mod citation;

use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::{Entitlements, Line, recognise};
use tributary_domain::currency::Currency;
use tributary_domain::event::{Body, Subject};
use tributary_domain::id::{AccountId, DealId, PartnerId};
use tributary_domain::money::CreditAmount;
use tributary_domain::policy::Measure;
use tributary_domain::reference::Reference;
use tributary_domain::time::{Instant, Period};
use tributary_events::shape;
use tributary_projector::{Filed, Learned, View};

use crate::decimal::minor;
use crate::entitlement::commissions;
use crate::error::FinanceError;

pub use citation::{AmountCited, EventsCited};

/// Views held at a time: each keeps what it folded.
const VIEWS_MAX: usize = 64;

/// A change of a partner's targets for a period at a recorded instant, or between two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cause {
    /// The first recorded instant of what did it.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub first: String,
    /// The last one; mostly the same.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub last: String,
    /// The sum over the deals.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// What moved, by plan and deal.
    pub deals: Vec<DealMoved>,
    /// What was recorded then that can have done it.
    pub events: Vec<EventsCited>,
}

/// By how much a deal's target moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealMoved {
    /// The plan.
    pub plan: String,
    /// The deal.
    pub deal: String,
    /// Its account.
    pub account: String,
    /// By how much.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// By how much its base moved.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base: String,
    /// What moved it.
    pub because: Because,
    /// The deals whose bases moved the total that picks the band; none where its own base moved.
    pub moved_by: Vec<String>,
}

/// What moved a deal's target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Because {
    /// Its own base.
    Base,
    /// Other deals of the same measure: another band is reached, or cents are divided otherwise.
    OtherDeals,
    /// A plan, the partner's enrolment or the book.
    Rules,
    /// Its history, or the period that is compared with: an early churn, growth.
    History,
}

/// One ledger at many instants. A view is made once, and forgotten when there are too many.
pub(crate) struct Instants<'v, 'a> {
    view: &'v View<'a>,
    held: RefCell<BTreeMap<Instant, Rc<View<'a>>>>,
}

impl<'v, 'a> Instants<'v, 'a> {
    pub(crate) fn of(view: &'v View<'a>) -> Self {
        Self { view, held: RefCell::default() }
    }

    pub(crate) fn at(&self, known_at: Instant) -> Rc<View<'a>> {
        let mut held = self.held.borrow_mut();
        if held.len() >= VIEWS_MAX && !held.contains_key(&known_at) {
            held.clear();
        }
        let made = || Rc::new(self.view.as_known_at(known_at));
        Rc::clone(held.entry(known_at).or_insert_with(made))
    }
}

/// What was learned after an instant of everything that a partner's targets for some periods may hang on.
pub(crate) struct Bearing {
    after: Instant,
    of_accounts: BTreeMap<AccountId, Learned>,
    /// The reference events: not the enrolments of other partners.
    reference: Vec<Filed>,
}

impl Bearing {
    /// As known at the view's instant.
    pub(crate) fn on(
        view: &View<'_>,
        partner: &PartnerId,
        periods: &BTreeSet<Period>,
        after: Instant,
    ) -> Result<Self, FinanceError> {
        // M4: a target may hang on the period that its plan compares with.
        let compared = periods.iter().flat_map(|period| [*period, period.previous(), period.year_before()]);
        let periods: BTreeSet<Period> = compared.collect();
        let mut of_accounts = BTreeMap::new();
        for account in view.accounts_of(partner)? {
            let learned = view.learned(&account, Some(&periods), after)?;
            of_accounts.insert(account, learned);
        }
        let theirs = |filed: &&Filed| match (&filed.event.subject, &filed.event.body) {
            (Subject::Partner(enrolled), Body::PartnerEnrolled(_)) => enrolled == partner,
            _ => true,
        };
        let known = view.reference_events().filter(|filed| filed.event.meta.recorded > after);
        Ok(Self { after, of_accounts, reference: known.filter(theirs).cloned().collect() })
    }

    /// The recorded instants at which targets may have changed, after that of the beginning.
    fn instants(&self) -> Vec<Instant> {
        let mut all: BTreeSet<Instant> = self.reference.iter().map(|filed| filed.event.meta.recorded).collect();
        for learned in self.of_accounts.values() {
            let events = learned.events.iter().filter(|filed| citation::may_matter(&filed.event.body));
            all.extend(events.map(|filed| filed.event.meta.recorded));
            all.extend(learned.usage.iter().map(|used| used.row.recorded));
            all.extend(learned.corrections.iter().map(|corrected| corrected.correction.recorded));
        }
        [self.after].into_iter().chain(all).collect()
    }
}

/// An interval of recorded time at whose ends the targets differ: after one candidate instant, up to another.
struct Interval {
    from: usize,
    until: usize,
    lines: Vec<Line>,
}

impl Interval {
    /// How much money moves in it.
    fn weight(&self) -> u128 {
        let deals = self.lines.iter().flat_map(|line| line.deals.values());
        deals.map(|deal| deal.amount_minor.unsigned_abs()).sum()
    }
}

/// What moved the targets of a partner for a period. At most about so many changes are told apart, the largest first; what
/// is not is told together.
pub(crate) fn causes(
    instants: &Instants<'_, '_>,
    partner: &PartnerId,
    period: Period,
    bearing: &Bearing,
    changes_max: usize,
) -> Result<Vec<Cause>, FinanceError> {
    let points = bearing.instants();
    let mut targets: BTreeMap<usize, Entitlements> = BTreeMap::new();
    let mut between = |from: usize, until: usize| -> Result<Option<Interval>, FinanceError> {
        for at in [from, until] {
            if let Entry::Vacant(vacant) = targets.entry(at) {
                let view = instants.at(points[at]);
                vacant.insert(commissions(&view, partner).targets([period].into_iter())?);
            }
        }
        let lines = recognise(period, &targets[&until], &targets[&from])?;
        Ok(Some(Interval { from, until, lines }).filter(|interval| !interval.lines.is_empty()))
    };
    let mut found: Vec<Interval> = between(0, points.len() - 1)?.into_iter().collect();
    while found.len() < changes_max {
        let cut = |(_, interval): &(usize, &Interval)| interval.until - interval.from > 1;
        let widest =
            found.iter().enumerate().filter(cut).max_by_key(|(at, interval)| (interval.weight(), usize::MAX - at));
        let Some((at, _)) = widest else { break };
        let Interval { from, until, .. } = found.swap_remove(at);
        let middle = from.midpoint(until);
        found.extend(between(from, middle)?.into_iter().chain(between(middle, until)?));
    }
    found.sort_by_key(|interval| interval.from);
    found.iter().map(|interval| cause(instants, period, bearing, &points, interval)).collect()
}

fn cause(
    instants: &Instants<'_, '_>,
    period: Period,
    bearing: &Bearing,
    points: &[Instant],
    interval: &Interval,
) -> Result<Cause, FinanceError> {
    let (after, until) = (points[interval.from], points[interval.until]);
    let (before, view) = (instants.at(after), instants.at(until));
    let moved = citation::MovedIn { period, after, until, lines: &interval.lines };
    let events = citation::cite(&before, &view, bearing, &moved)?;
    let currency = view.reference().book.currency;
    let amount: i128 = interval.lines.iter().map(Line::amount_minor).sum();
    let ruled = events.iter().any(|cited| cited.is_rule);
    let deals = interval.lines.iter().flat_map(|line| deals_moved(line, view.reference(), ruled, currency));
    Ok(Cause {
        first: points[interval.from + 1].to_string(),
        last: until.to_string(),
        amount: minor(amount, currency),
        deals: deals.collect(),
        events,
    })
}

fn deals_moved<'l>(
    line: &'l Line,
    reference: &Reference,
    ruled: bool,
    currency: Currency,
) -> impl Iterator<Item = DealMoved> + use<'l> {
    let plan = reference.policies.plans_for(line.period).find(|plan| plan.id == line.plan);
    let by_account = plan.is_some_and(|plan| plan.measure == Measure::Account);
    line.deals.iter().map(move |(deal, moved)| {
        let own = moved.base != CreditAmount::ZERO;
        let others = line.deals.iter().filter(|(other, of)| {
            *other != deal && of.base != CreditAmount::ZERO && (!by_account || of.account == moved.account)
        });
        let moved_by: Vec<String> = others.filter(|_| !own).map(|(other, _)| DealId::to_string(other)).collect();
        let because = match () {
            () if own => Because::Base,
            () if !moved_by.is_empty() => Because::OtherDeals,
            () if ruled => Because::Rules,
            () => Because::History,
        };
        DealMoved {
            plan: line.plan.to_string(),
            deal: deal.to_string(),
            account: moved.account.to_string(),
            amount: minor(moved.amount_minor, currency),
            base: moved.base.to_string(),
            because,
            moved_by,
        }
    })
}
