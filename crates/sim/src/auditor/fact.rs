//! D5 and F1 to F5: what was earned, deal by deal and day by day.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::deal::{Deal, Line};
use super::event::Event;
use super::known::Known;
use super::number::{Number, Rounding};
use super::time::{Day, Period};

/// One thing that was earned, or, without a deal, would have been.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) basis: &'static str,
    pub(super) account: String,
    pub(super) deal: Option<String>,
    pub(super) product: String,
    pub(super) vendor: String,
    pub(super) day: Day,
    pub(super) currency: String,
    pub(super) amount: Number,
}

/// All that shares everything but the amount, added up. F5
#[derive(Clone, Debug)]
pub(super) struct DailyFact {
    pub(super) fact: Fact,
    /// How many facts were added up.
    pub(super) facts: u64,
    /// In the book's currency; nothing if there is no rate.
    pub(super) converted: Option<Number>,
}

impl Known {
    /// Every fact of a period.
    pub(super) fn facts(&self, period: Period) -> Vec<Fact> {
        let mut facts = Vec::new();
        for account in self.accounts.keys() {
            facts.extend(self.consumption(account));
            facts.extend(self.disbursements(account));
        }
        facts.retain(|fact| Period::of(fact.day) == period);
        for deal in self.deals.values() {
            facts.extend(period.days().flat_map(|day| self.recurring(deal, day)));
            facts.extend(self.bookings(deal).into_iter().filter(|fact| Period::of(fact.day) == period));
        }
        facts
    }

    /// F5: the daily facts of a period, of what belongs to a deal.
    pub(super) fn daily_facts(&self, period: Period) -> Rc<Vec<DailyFact>> {
        if let Some(daily) = self.daily_facts.borrow().get(&period) {
            return daily.clone();
        }
        let daily = Rc::new(self.summed(period));
        self.daily_facts.borrow_mut().insert(period, daily.clone());
        daily
    }

    fn summed(&self, period: Period) -> Vec<DailyFact> {
        let mut sums: BTreeMap<_, DailyFact> = BTreeMap::new();
        for fact in self.facts(period) {
            let Some(deal) = fact.deal.clone() else { continue };
            let key = (fact.basis, deal, fact.product.clone(), fact.vendor.clone(), fact.day, fact.currency.clone());
            let sum = sums.entry(key).or_insert_with(|| DailyFact {
                fact: Fact { amount: Number::zero(), ..fact.clone() },
                facts: 0,
                converted: None,
            });
            sum.fact.amount = sum.fact.amount.clone() + fact.amount;
            sum.facts += 1;
        }
        let mut daily: Vec<_> = sums.into_values().collect();
        for sum in &mut daily {
            sum.converted = self.convert(&sum.fact.amount, &sum.fact.currency, sum.fact.day);
        }
        daily
    }

    /// F1
    pub(super) fn consumption(&self, account: &str) -> Vec<Fact> {
        let usages = self.of_account(account, "usage.recorded");
        usages.map(|usage| self.used(account, usage)).collect()
    }

    fn used(&self, account: &str, usage: &Event) -> Fact {
        let (product, day) = (usage.text("product"), self.day_of(usage));
        let deal = self.deal_of_usage(account, usage, day);
        let vendor = match (usage.text("vendor"), deal.and_then(|deal| consumption_line(deal, product, day))) {
            ("", Some(line)) => line.vendor,
            (vendor, _) => vendor.to_owned(),
        };
        let correction = self.correction(usage);
        Fact {
            basis: "consumption",
            account: account.to_owned(),
            deal: deal.map(|deal| deal.id.clone()),
            product: product.to_owned(),
            vendor,
            day,
            currency: usage.text("currency").to_owned(),
            amount: correction.map_or(usage.number("amount"), |correction| correction.number("amount")),
        }
    }

    /// F1: of the corrections of one usage the one learned last, whatever its subject.
    fn correction(&self, usage: &Event) -> Option<&Rc<Event>> {
        let about = |event: &&Rc<Event>| {
            let corrects = &event.data["corrects"];
            corrects["source"].as_str() == Some(&usage.source) && corrects["id"].as_str() == Some(&usage.id)
        };
        let found = self.all("usage.corrected").filter(about).max_by(|a, b| a.recording().cmp(&b.recording()));
        if found.is_some() {
            self.note("F1 corrected");
        }
        found
    }

    /// D5
    fn deal_of_usage(&self, account: &str, usage: &Event, day: Day) -> Option<&Deal> {
        let own = self.deals.values().filter(|deal| deal.account == account);
        let named = usage.text("deal");
        let found = match named {
            "" => own
                .filter(|deal| consumption_line(deal, usage.text("product"), day).is_some())
                .filter_map(|deal| Some((deal.term_on(day)?.start, deal.id.as_str(), deal)))
                .max_by_key(|(start, id, _)| (*start, *id))
                .map(|(_, _, deal)| deal),
            _ => own.filter(|deal| deal.term_on(day).is_some()).find(|deal| deal.id == named),
        };
        self.note(match (named, found) {
            ("", Some(_)) => "D5 found by product",
            ("", None) => "D5 unattributed",
            (_, Some(_)) => "D5 names its deal",
            (_, None) => "D5 names a deal that cannot have it",
        });
        found
    }

    /// F2
    fn recurring(&self, deal: &Deal, day: Day) -> Vec<Fact> {
        if deal.term_on(day).is_none() {
            return Vec::new();
        }
        let (j, n) = (i64::from(day_of_month(day)), i64::from(day_of_month(Period::of(day).last_day())));
        let units = Number::whole(1_000_000_000_000_i64);
        let until =
            |amount: &Number, j: i64| Number::whole((amount.clone() * units.clone() * Number::fraction(j, n)).floor());
        let lines = deal.lines_on(day).into_iter().filter(|line| line.kind == "recurring");
        let priced = lines.filter_map(|line| Some((line.amount.clone()?, line)));
        let facts = priced.map(|(amount, line)| {
            self.note("F2");
            line_fact("recurring", deal, day, line, (until(&amount, j) - until(&amount, j - 1)) / units.clone())
        });
        facts.collect()
    }

    /// F3
    pub(super) fn bookings(&self, deal: &Deal) -> Vec<Fact> {
        let mut facts = Vec::new();
        // "a term's first day", also of one that a churn left empty
        for term in &deal.terms {
            for line in deal.lines_on(term.start).into_iter().filter(|line| line.kind == "license") {
                let Some(amount) = line.amount.clone() else { continue };
                self.note("F3");
                facts.push(line_fact("bookings", deal, term.start, line, amount));
            }
        }
        facts
    }

    /// F4
    pub(super) fn disbursements(&self, account: &str) -> Vec<Fact> {
        let facts = self.standing_reports(account).into_iter().filter_map(|report| {
            Some(Fact {
                basis: "disbursement",
                account: account.to_owned(),
                deal: self.deal_of_disbursement(account, report),
                product: report.text("product").to_owned(),
                vendor: String::new(),
                day: report.day("disbursedOn")?,
                currency: report.text("currency").to_owned(),
                amount: report.number("net"),
            })
        });
        facts.collect()
    }

    /// F4: of each disbursement the report that was learned last.
    pub(super) fn standing_reports(&self, account: &str) -> Vec<&Rc<Event>> {
        let mut standing: BTreeMap<&str, &Rc<Event>> = BTreeMap::new();
        for report in self.of_account(account, "disbursement.reported") {
            let stands = standing.entry(report.text("disbursement")).or_insert(report);
            if !Rc::ptr_eq(stands, report) {
                self.note("F4 restated");
            }
            if stands.recording() < report.recording() {
                *stands = report;
            }
        }
        standing.into_values().collect()
    }

    /// F4: the deal that is named, if the account has it, else that of the latest offer under the agreement.
    pub(super) fn deal_of_disbursement(&self, account: &str, report: &Event) -> Option<String> {
        let own = |deal: &str| self.deals.get(deal).filter(|deal| deal.account == account).map(|deal| deal.id.clone());
        if let Some(named) = own(report.text("deal")) {
            self.note("F4 names its deal");
            return Some(named);
        }
        let agreement = report.text("agreement");
        let mut offers = self.of_account(account, "offer.accepted");
        let latest = offers.rfind(|offer| !agreement.is_empty() && offer.text("agreement") == agreement);
        // Silent: no earlier offer stands in for one whose deal the account does not have.
        let found = latest.and_then(|offer| own(offer.text("deal")));
        self.note(if found.is_some() { "F4 found by agreement" } else { "F4 unattributed" });
        found
    }

    /// F5: to the book's currency, at the rate of the day or of the period's end.
    pub(super) fn convert(&self, amount: &Number, currency: &str, day: Day) -> Option<Number> {
        if currency == self.book.currency {
            return Some(amount.rounded(12, Rounding::HalfEven));
        }
        let by = if self.book.at_period_end { Period::of(day).last_day() } else { day };
        let exact = match (self.rate(currency, &self.book.currency, by), self.rate(&self.book.currency, currency, by)) {
            (Some(direct), _) => {
                self.note("F5 direct");
                amount.clone() * direct
            }
            (None, Some(inverse)) => {
                self.note("F5 inverted");
                amount.clone() / inverse
            }
            (None, None) => {
                self.note("F5 without a rate");
                return None;
            }
        };
        Some(exact.rounded(12, Rounding::HalfEven))
    }

    /// F5: the rate with the latest date by then; of several for one date the latest event.
    fn rate(&self, base: &str, quote: &str, by: Day) -> Option<Number> {
        let pair = self.all("rate.published").filter(|rate| rate.text("base") == base && rate.text("quote") == quote);
        let dated = pair.filter_map(|rate| Some((rate.day("date")?, rate))).filter(|(date, _)| *date <= by);
        dated
            .max_by(|(a, rate), (b, other)| (a, rate.order()).cmp(&(b, other.order())))
            .map(|(_, rate)| rate.number("rate"))
    }
}

fn day_of_month(day: Day) -> u32 {
    chrono::Datelike::day(&day)
}

fn consumption_line(deal: &Deal, product: &str, day: Day) -> Option<Line> {
    deal.lines_on(day).into_iter().find(|line| line.kind == "consumption" && line.product == product)
}

fn line_fact(basis: &'static str, deal: &Deal, day: Day, line: Line, amount: Number) -> Fact {
    Fact {
        basis,
        account: deal.account.clone(),
        deal: Some(deal.id.clone()),
        product: line.product,
        vendor: line.vendor,
        day,
        currency: line.currency.unwrap_or_default(),
        amount,
    }
}
