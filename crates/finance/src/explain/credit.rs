//! A credit: each day's fact, the share of it, and how both come about (C1).

use std::collections::BTreeMap;
use std::rc::Rc;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::attribution::Slice;
use tributary_domain::credit::{CreditKey, earning, key};
use tributary_domain::deal::Deal;
use tributary_domain::fact::DailyFact;
use tributary_domain::id::{AccountId, DealId, PartnerId, Pool, Role};
use tributary_domain::money::{CreditAmount, Ratio};
use tributary_domain::policy::Basis;
use tributary_domain::time::Period;
use tributary_events::shape;

use super::event::{Citing, EventCited};
use super::fact::{Earnings, PartExplained, RateExplained, made_the_deals, rate};
use super::split::{self, ShareExplained, SplitExplained};
use crate::error::FinanceError;

/// The credit of a partner in a role, for a product of a deal, in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreditExplained {
    /// The pool.
    pub pool: String,
    /// The kind of fact.
    #[schemars(extend("enum" = Basis::ALL.map(Basis::as_str)))]
    pub basis: &'static str,
    /// The account.
    pub account: String,
    /// The deal.
    pub deal: String,
    /// The role that earns it.
    pub role: String,
    /// The product, empty where none is named.
    pub product: String,
    /// The vendor, empty where none is known.
    pub vendor: String,
    /// The sum over the days.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// How the facts were divided: one entry for each run of days on which it was the same.
    pub splits: Vec<SplitExplained>,
    /// Day by day.
    pub days: Vec<DayExplained>,
}

/// A day's fact and the partner's share of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DayExplained {
    /// The day.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub day: String,
    /// The term of the day; none: the day is in no term.
    #[schemars(extend("enum" = ["initial", "renewal", null]))]
    pub term: Option<&'static str>,
    /// The share of the fact: as in the split of the day.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub share: String,
    /// The rule that gave it.
    pub rule: &'static str,
    /// The policy that decided.
    pub policy: String,
    /// The first day in force of its version.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub policy_effective_from: String,
    /// Share times fact.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub credit: String,
    /// The fact: the sum of the day, in the book's currency.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub fact: String,
    /// The sum before conversion.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub sum: String,
    /// Its currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// How it was converted.
    pub rate: Option<RateExplained>,
    /// What the sum consists of.
    pub parts: Vec<PartExplained>,
    /// What made the share so: the policy, then roles, registrations, leads or touches, and the enrolment.
    pub because: Vec<EventCited>,
    /// What made the fact the deal's: opening, term and lines, and the links of aliases.
    pub deal_because: Vec<EventCited>,
    /// The events that the parts rest on, by position.
    pub events: Vec<EventCited>,
}

impl CreditExplained {
    /// By what credits are ordered.
    pub(super) fn order(&self) -> [&str; 7] {
        [&self.pool, self.basis, &self.account, &self.deal, &self.role, &self.product, &self.vendor]
    }
}

/// Which credits to explain, in one pool.
pub(super) struct Wanted<'a> {
    pub(super) partner: &'a PartnerId,
    pub(super) pool: &'a Pool,
    pub(super) deal: Option<&'a DealId>,
    /// What must hold of the key beside.
    pub(super) passes: &'a dyn Fn(&CreditKey) -> bool,
}

/// What the accounts earned, each read once for all that is explained of it.
#[derive(Default)]
pub(super) struct AllEarnings(BTreeMap<(AccountId, Period), Rc<Earnings>>);

impl AllEarnings {
    pub(super) fn of(
        &mut self,
        citing: &Citing<'_>,
        account: &AccountId,
        period: Period,
    ) -> Result<Rc<Earnings>, FinanceError> {
        let key = (account.clone(), period);
        if let Some(known) = self.0.get(&key) {
            return Ok(Rc::clone(known));
        }
        let earnings = Rc::new(Earnings::of(citing.view, account, period)?);
        self.0.insert(key, Rc::clone(&earnings));
        Ok(earnings)
    }
}

/// What a credit is shown under: the key without what only plans ask for.
type Shown = (Basis, DealId, Role, String, String);

#[derive(Default)]
struct Gathered {
    sum: CreditAmount,
    splits: Vec<SplitExplained>,
    days: Vec<DayExplained>,
}

/// The credits of a partner from an account's facts, by what they are shown under.
pub(super) fn explain(
    citing: &Citing<'_>,
    earnings: &Earnings,
    wanted: &Wanted<'_>,
) -> Result<Vec<CreditExplained>, FinanceError> {
    let account = &earnings.history.folded.account;
    let mut all: BTreeMap<Shown, Gathered> = BTreeMap::new();
    for fact in &earnings.facts {
        let Some((deal, amount)) = earning(account, fact) else { continue };
        if wanted.deal.is_some_and(|only| deal.id != *only) {
            continue;
        }
        let (product, vendor) = (fact.key.product.as_ref(), fact.key.vendor.as_ref());
        let slice = Slice { account, deal, day: fact.key.day, product, vendor };
        let earned = tributary_domain::attribution::split(&slice, wanted.pool, citing.view.reference()).shares;
        let own = earned.iter().filter(|share| share.partner == *wanted.partner && !share.share.is_zero());
        for share in own {
            let of = key(account, deal, fact, wanted.pool, share.role.clone());
            if !(wanted.passes)(&of) {
                continue;
            }
            let split = split::explain(citing, &earnings.history, &slice, wanted.pool);
            let credit = amount.share(share.share)?;
            let day = day(citing, earnings, deal, fact, &split, (wanted.partner, &share.role, share.share), credit);
            let shown =
                (fact.key.basis, deal.id.clone(), share.role.clone(), split.product.clone(), split.vendor.clone());
            let gathered = all.entry(shown).or_default();
            gathered.sum.add(credit)?;
            gathered.days.push(day);
            gathered.divided(split);
        }
    }
    let pool = wanted.pool.as_str();
    Ok(all.into_iter().map(|(shown, gathered)| gathered.credit(pool, account.id.as_str(), shown)).collect())
}

impl Gathered {
    /// Adds how a day was divided: to the run before it, or as a new one.
    fn divided(&mut self, mut split: SplitExplained) {
        if let Some(last) = self.splits.last_mut() {
            let day = std::mem::replace(&mut split.from, last.from.clone());
            split.until = last.until.clone();
            if *last == split {
                last.until = day;
                return;
            }
            (split.from, split.until) = (day.clone(), day);
        }
        self.splits.push(split);
    }

    fn credit(self, pool: &str, account: &str, (basis, deal, role, product, vendor): Shown) -> CreditExplained {
        CreditExplained {
            pool: pool.to_owned(),
            basis: basis.as_str(),
            account: account.to_owned(),
            deal: deal.to_string(),
            role: role.to_string(),
            product,
            vendor,
            amount: self.sum.to_string(),
            splits: self.splits,
            days: self.days,
        }
    }
}

fn day(
    citing: &Citing<'_>,
    earnings: &Earnings,
    deal: &Deal,
    fact: &DailyFact,
    split: &SplitExplained,
    (partner, role, share): (&PartnerId, &Role, Ratio),
    credit: CreditAmount,
) -> DayExplained {
    let (parts, events) = earnings.parts(citing, &fact.key);
    let on = fact.key.day;
    DayExplained {
        day: on.to_string(),
        term: deal.term_on(on).map(|term| term.kind.as_str()),
        share: share.to_string(),
        rule: split.share_of(partner, role).map_or("A1", |share: &ShareExplained| share.rule),
        policy: split.policy.clone().unwrap_or_default(),
        policy_effective_from: split.effective_from.clone().unwrap_or_default(),
        credit: credit.to_string(),
        fact: fact.converted.amount().unwrap_or_default().to_string(),
        sum: fact.sum.amount.to_string(),
        currency: fact.key.currency.to_string(),
        rate: rate(citing, fact.key.currency, &fact.converted),
        parts,
        because: split.because(citing, partner, role),
        deal_because: made_the_deals(citing, &earnings.history, deal, on, &events),
        events,
    }
}
