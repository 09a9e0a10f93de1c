//! M1 to M8: what a plan pays a partner for a period, deal by deal.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use super::credit::Credit;
use super::deal::Deal;
use super::divide::divide;
use super::event::{Event, read_number, texts};
use super::known::Known;
use super::number::{Number, Rounding};
use super::policy::Policy;
use super::schedule;
use super::time::{self, Period};

/// What is left of a deal. M8
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) base: Number,
    pub(super) amount: Number,
}

/// The deals of a measure and what they add up to.
#[derive(Debug, Default)]
struct Measure {
    bases: BTreeMap<String, Number>,
}

impl Measure {
    /// M2
    fn base(&self) -> Number {
        self.exact().rounded(12, Rounding::HalfEven)
    }

    fn exact(&self) -> Number {
        self.bases.values().cloned().sum()
    }
}

impl Known {
    /// M8: the targets of a partner for a period, by (plan, deal). Deals without any credit are missing.
    pub(super) fn targets(&self, partner: &str, period: Period) -> BTreeMap<(String, String), Target> {
        let mut targets = BTreeMap::new();
        let Some(enrolment) = self.enrolment(partner, period.last_day()) else {
            self.note("M1 not enrolled");
            return targets;
        };
        // M1
        for (id, plan) in self.in_force("commission", period.first_day(), period.last_day()) {
            if !pays(plan, partner, enrolment) {
                self.note("M1 other partners");
                continue;
            }
            for (deal, target) in self.pay(plan, partner, period) {
                targets.insert((id.to_owned(), deal), target);
            }
        }
        targets
    }

    fn pay(&self, plan: Policy<'_>, partner: &str, period: Period) -> BTreeMap<String, Target> {
        let measures = self.measures(plan, partner, period);
        let mut amounts = BTreeMap::new();
        for (key, measure) in &measures {
            let earned = self.commission(plan, partner, period, key, &measure.base());
            // M5
            amounts.insert(key.clone(), self.book.to_minor_units(&earned));
        }
        self.limit(plan, &mut amounts);
        let mut targets = BTreeMap::new();
        for (key, measure) in &measures {
            let allocated = self.allocate(&amounts[key], measure);
            for (id, base) in &measure.bases {
                let deal = &self.deals[id];
                let amount = self.keep(plan, deal, allocated.get(id).cloned().unwrap_or_else(Number::zero));
                targets.insert(id.clone(), Target { base: base.clone(), amount });
            }
        }
        targets
    }

    /// M2: by account, or all under one empty key.
    fn measures(&self, plan: Policy<'_>, partner: &str, period: Period) -> BTreeMap<String, Measure> {
        let mut measures: BTreeMap<String, Measure> = BTreeMap::new();
        for credit in self.credits(period).iter().filter(|credit| credit.partner == partner) {
            if !self.counts(plan, credit) {
                continue;
            }
            let by_account = plan.text("measure") == "account";
            let key = if by_account { credit.account.clone() } else { String::new() };
            let base = measures.entry(key).or_default().bases.entry(credit.deal.clone()).or_insert_with(Number::zero);
            *base = base.clone() + credit.amount.clone();
        }
        measures
    }

    /// M2: whether a plan pays for a credit.
    fn counts(&self, plan: Policy<'_>, credit: &Credit) -> bool {
        let deal = &self.deals[&credit.deal];
        let of_plan = credit.pool == plan.pool()
            && credit.basis == plan.text("basis")
            && plan.admits("/roles", &[&credit.role])
            && plan.admits("/products", &[&credit.product])
            && plan.admits("/vendors", &[&credit.vendor]);
        let term = deal.term_on(credit.day);
        let in_terms = match plan.text("terms") {
            "initial" => term.is_some_and(|term| term.initial),
            "renewal" => term.is_some_and(|term| !term.initial),
            _ => true,
        };
        let in_months = match plan.0["monthsFromStart"].as_u64() {
            None => true,
            // Silent: of a deal that was never won nothing passes.
            Some(months) => deal
                .initial_start
                .is_some_and(|start| credit.day < time::months_later(start, u32::try_from(months).unwrap_or(u32::MAX))),
        };
        if of_plan && !in_terms {
            self.note("M2 other terms");
        }
        if of_plan && !in_months {
            self.note("M2 months are over");
        }
        of_plan && in_terms && in_months
    }

    /// M3 and M4, for one measure.
    fn commission(&self, plan: Policy<'_>, partner: &str, period: Period, measure: &str, base: &Number) -> Number {
        let schedule = &plan.0["schedule"];
        if base.is_negative() {
            self.note("M3 negative");
            return schedule::pay(schedule, &base.absolute()).negated();
        }
        self.note(match schedule["mode"].as_str() {
            Some("flat") => "M3 flat",
            Some("volume") => "M3 volume",
            _ => "M3 graduated",
        });
        let earned = schedule::pay(schedule, base);
        let accelerator = &plan.0["accelerator"];
        let compared = match accelerator["compare"].as_str() {
            None => return earned,
            Some("samePeriodLastYear") => period.a_year_before(),
            Some(_) => period.previous(),
        };
        let before = self.measures(plan, partner, compared).get(measure).map_or(Number::zero(), Measure::base);
        if !before.is_positive() {
            self.note("M4 nothing to compare with");
            return earned;
        }
        match schedule::multiplier(&accelerator["bands"], base, &before) {
            Some(multiplier) => {
                self.note("M4 accelerated");
                (earned * multiplier).rounded(12, Rounding::HalfEven)
            }
            None => {
                self.note("M4 grew too little");
                earned
            }
        }
    }

    /// M5: the cap.
    fn limit(&self, plan: Policy<'_>, amounts: &mut BTreeMap<String, Number>) {
        let Some(cap) = read_number(&plan.0["cap"]).map(|cap| self.book.to_minor_units(&cap)) else { return };
        if amounts.values().cloned().sum::<Number>() <= cap {
            return;
        }
        self.note("M5 capped");
        let positive = amounts.iter().filter(|(_, amount)| amount.is_positive());
        let weights = positive.map(|(key, amount)| (key.clone(), amount.clone())).collect();
        let parts = divide(&self.in_units(&cap), &weights);
        for (key, amount) in amounts {
            *amount = parts.get(key).map_or(Number::zero(), |part| self.of_units(part));
        }
    }

    /// M6
    fn allocate(&self, amount: &Number, measure: &Measure) -> BTreeMap<String, Number> {
        if measure.exact().is_zero() {
            self.note("M6 bases add up to zero");
            return BTreeMap::new();
        }
        let parts = divide(&self.in_units(amount), &measure.bases);
        parts.into_iter().map(|(deal, part)| (deal, self.of_units(&part))).collect()
    }

    /// M7
    fn keep(&self, plan: Policy<'_>, deal: &Deal, amount: Number) -> Number {
        let clawback = &plan.0["clawback"];
        let (Some(within), Some(start)) = (clawback["withinDays"].as_i64(), deal.initial_start) else { return amount };
        // Silent: a churn before the initial term is no churn of it.
        let early = deal.churn_days().iter().any(|churned| (0..within).contains(&(*churned - start).num_days()));
        if !early {
            return amount;
        }
        self.note("M7 clawed back");
        let share = read_number(&clawback["share"]).unwrap_or_else(Number::zero);
        amount.clone() - self.book.to_minor_units(&(amount * share))
    }

    fn in_units(&self, amount: &Number) -> BigInt {
        (amount.clone() * self.units()).floor()
    }

    fn of_units(&self, units: &BigInt) -> Number {
        Number::whole(units.clone()) / self.units()
    }

    /// How many minor units the book's currency has.
    fn units(&self) -> Number {
        Number::whole(num_traits::pow(BigInt::from(10), self.book.minor_digits()))
    }
}

/// M1: `partners` against the partner's state.
fn pays(plan: Policy<'_>, partner: &str, enrolment: &Event) -> bool {
    plan.admits("/partners/kinds", &texts(&enrolment.data["kinds"]))
        && plan.admits("/partners/tracks", &[enrolment.text("track")])
        && plan.admits("/partners/tiers", &[enrolment.text("tier")])
        && plan.admits("/partners/ids", &[partner])
}
