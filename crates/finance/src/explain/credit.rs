//! A credit: the share of each day's fact, the rule and the events that gave it, and the events that the fact sums (C1, A1–A7,
//! F1–F5).

use std::collections::BTreeMap;

use serde::Serialize;
use tributary_domain::account::Account;
use tributary_domain::attribution::{Share, Split};
use tributary_domain::commission::{DealCommission, passes};
use tributary_domain::credit::{CreditKey, earning, key, split_of};
use tributary_domain::deal::Deal;
use tributary_domain::event::Body;
use tributary_domain::fact::{DailyFact, usage_key};
use tributary_domain::fx::Converted;
use tributary_domain::id::{Identity, PartnerId};
use tributary_domain::money::CreditAmount;
use tributary_domain::policy::{Basis, CommissionPlan, Policy};
use tributary_domain::time::{Day, Period};
use tributary_log::Position;
use tributary_projector::{FoldedAccount, StandingUsage, View};

use super::event::EventCited;
use crate::error::FinanceError;

/// The credit of a partner in a role, for a product of a deal, in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreditExplained {
    /// The pool.
    pub pool: String,
    /// The kind of fact.
    pub basis: &'static str,
    /// The role that earns it.
    pub role: String,
    /// The product, empty where none is named.
    pub product: String,
    /// The vendor, empty where none is known.
    pub vendor: String,
    /// The sum over the days.
    pub amount: String,
    /// Day by day.
    pub days: Vec<DayExplained>,
}

/// A day's fact and the partner's share of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DayExplained {
    /// The day.
    pub day: String,
    /// The share of the fact.
    pub share: String,
    /// The rule that gave it.
    pub rule: &'static str,
    /// The policy that decided.
    pub policy: String,
    /// The first day in force of its version.
    pub policy_effective_from: String,
    /// Share times fact.
    pub credit: String,
    /// The fact: the sum of the day, in the book's currency.
    pub fact: String,
    /// The sum before conversion.
    pub sum: String,
    /// Its currency.
    pub currency: String,
    /// How it was converted.
    pub rate: Option<RateExplained>,
    /// What made the share so: the policy, the role, the registration.
    pub because: Vec<EventCited>,
    /// What the fact sums.
    pub events: Vec<EventCited>,
}

/// How a sum was converted (F5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RateExplained {
    /// The day of the rate.
    pub date: String,
    /// The rate as published.
    pub rate: String,
    /// Whether the pair was quoted the other way.
    pub inverted: bool,
}

/// The credits that make the base of a deal under a plan.
pub(super) fn of_deal(
    view: &View<'_>,
    partner: &PartnerId,
    plan: &CommissionPlan,
    period: Period,
    deal: &DealCommission,
    identify: &dyn Fn(Position) -> Option<Identity>,
) -> Result<Vec<CreditExplained>, FinanceError> {
    let folded = view.account(&deal.account)?;
    let usage = view.usage(&deal.account, period)?;
    let mut explained: BTreeMap<CreditKey, (CreditAmount, Vec<DayExplained>)> = BTreeMap::new();
    for fact in view.facts(&deal.account, period)? {
        let Some((of, amount)) = earning(&folded.account, &fact) else { continue };
        if of.id != deal.deal || fact.key.basis != plan.basis {
            continue;
        }
        let split = split_of(&folded.account, of, &fact, &plan.pool, view.reference());
        for share in split.shares.iter().filter(|share| share.partner == *partner) {
            let key = key(&folded.account, of, &fact, &plan.pool, share.role.clone());
            if !passes(plan, &key) {
                continue;
            }
            let credit = amount.share(share.share)?;
            let cited = Cited { view, folded: &folded, deal: of, identify };
            let day = cited.day(&fact, &split, share, credit, &usage);
            let (sum, days) = explained.entry(key).or_default();
            sum.add(credit)?;
            days.push(day);
        }
    }
    Ok(explained.into_iter().map(|(key, (sum, days))| credit(&key, sum, days)).collect())
}

fn credit(key: &CreditKey, sum: CreditAmount, days: Vec<DayExplained>) -> CreditExplained {
    CreditExplained {
        pool: key.pool.to_string(),
        basis: key.basis.as_str(),
        role: key.role.to_string(),
        product: key.product.as_ref().map_or_else(String::new, ToString::to_string),
        vendor: key.vendor.as_ref().map_or_else(String::new, ToString::to_string),
        amount: sum.to_string(),
        days,
    }
}

struct Cited<'a> {
    view: &'a View<'a>,
    folded: &'a FoldedAccount,
    deal: &'a Deal,
    identify: &'a dyn Fn(Position) -> Option<Identity>,
}

impl Cited<'_> {
    fn day(
        &self,
        fact: &DailyFact,
        split: &Split,
        share: &Share,
        credit: CreditAmount,
        usage: &[StandingUsage],
    ) -> DayExplained {
        let rate = match fact.converted {
            Converted::At(at) => {
                Some(RateExplained { date: at.date.to_string(), rate: at.rate.to_string(), inverted: at.inverted })
            }
            Converted::Same(_) | Converted::Unconverted => None,
        };
        let (policy, effective_from) = split.policy.clone().unzip();
        DayExplained {
            day: fact.key.day.to_string(),
            share: share.share.to_string(),
            rule: rule(share),
            policy: policy.map_or_else(String::new, |policy| policy.to_string()),
            policy_effective_from: effective_from.map_or_else(String::new, |day| day.to_string()),
            credit: credit.to_string(),
            fact: fact.converted.amount().unwrap_or_default().to_string(),
            sum: fact.sum.amount.to_string(),
            currency: fact.key.currency.to_string(),
            rate,
            because: self.because(split, share, fact.key.day),
            events: self.events(fact, usage),
        }
    }

    /// What made the share so.
    fn because(&self, split: &Split, share: &Share, day: Day) -> Vec<EventCited> {
        let mut cited = Vec::new();
        cited.extend(self.policy(split));
        let account: &Account = &self.folded.account;
        match rule(share) {
            "A4" | "A5" => {
                if let Some((registration, claim)) = account.registrations.protecting(self.deal) {
                    let what = format!("registration `{registration}` submitted");
                    cited.extend(EventCited::of(self.view, self.folded, &what, &claim.meta.identity));
                }
            }
            "A6" => {
                for on in account.touches_of(&self.deal.id).filter(|on| on.touch.partner == share.partner) {
                    cited.extend(EventCited::of(self.view, self.folded, "touch", &on.meta.identity));
                }
            }
            "A7" => {}
            _ => {
                if let Some(identity) = self.deal.role_given_by(&share.partner, &share.role, day) {
                    let what = format!("role `{}` assigned", share.role);
                    cited.extend(EventCited::of(self.view, self.folded, &what, identity));
                }
            }
        }
        cited
    }

    fn policy(&self, split: &Split) -> Option<EventCited> {
        let (id, from) = split.policy.as_ref()?;
        let of_version = self.view.reference_events().filter(|filed| match &filed.event.body {
            Body::PolicyPublished(policy) => {
                matches!(&**policy, Policy::Attribution(policy) if policy.id == *id && policy.effective_from == *from)
            }
            _ => false,
        });
        let filed = of_version.max_by_key(|filed| filed.event.meta.clone())?;
        let meta = &filed.event.meta;
        Some(EventCited::at("policy published", Some(&meta.identity), filed.position, meta.recorded))
    }

    /// What a fact sums.
    fn events(&self, fact: &DailyFact, usage: &[StandingUsage]) -> Vec<EventCited> {
        match fact.key.basis {
            Basis::Consumption => usage.iter().flat_map(|used| self.usage(fact, used)).collect(),
            Basis::Recurring | Basis::Bookings => {
                let lines = self.deal.lines_given_by(fact.key.day).map(|identity| ("lines given", identity));
                let term = self.deal.term_on(fact.key.day).map(|term| ("term given", &term.given_by));
                let cite = |(what, identity)| EventCited::of(self.view, self.folded, what, identity);
                lines.into_iter().chain(term).filter_map(cite).collect()
            }
            Basis::Disbursement => {
                let of_day = |report: &tributary_domain::event::DisbursementReported| {
                    report.disbursed_on == fact.key.day
                        && report.product == fact.key.product
                        && report.currency == fact.key.currency
                };
                let standing = self.folded.account.disbursements.standing().filter(|(_, report)| of_day(report));
                let cite = |meta: &tributary_domain::event::Meta| {
                    EventCited::of(self.view, self.folded, "disbursement reported", &meta.identity)
                };
                standing.filter_map(|(meta, _)| cite(meta)).collect()
            }
        }
    }

    fn usage(&self, fact: &DailyFact, used: &StandingUsage) -> Vec<EventCited> {
        let day = self.view.reference().book.day(used.row.time);
        if usage_key(&self.folded.account, &used.row.term.used(day, used.amount())) != fact.key {
            return Vec::new();
        }
        let (row, currency) = (&used.row, used.row.term.currency);
        let what = format!("usage at {}: {} {currency}", row.time, row.amount);
        let identity = (self.identify)(row.position);
        let mut cited = vec![EventCited::at(what, identity.as_ref(), row.position, row.recorded)];
        if let Some(correction) = &used.correction {
            let what = format!("corrected to {} {currency}", correction.amount);
            let identity = (self.identify)(correction.position);
            cited.push(EventCited::at(what, identity.as_ref(), correction.position, correction.recorded));
        }
        cited
    }
}

/// The rule that gives shares in a role.
fn rule(share: &Share) -> &'static str {
    match share.role.as_str() {
        "registrant" => "A4",
        "source" => "A5",
        "touch" => "A6",
        "fixed" => "A7",
        _ => "A3",
    }
}
