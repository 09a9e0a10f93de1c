//! A daily fact: the events that it sums, what each adds, and what made it the deal's (F1–F5, D5).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::currency::Currency;
use tributary_domain::deal::Deal;
use tributary_domain::fact::{Agreed, AgreedPart, DailyFact, FactKey, Sums, usage_key, visit_agreed};
use tributary_domain::fx::Converted;
use tributary_domain::id::{AccountId, Identity};
use tributary_domain::time::{Day, Period, day_of_month};
use tributary_events::shape;
use tributary_projector::{StandingUsage, View};

use super::event::{Citing, EventCited, History};
use crate::error::FinanceError;

/// What one event, or one line on one day, adds to a daily sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartExplained {
    /// What it adds, in the sum's currency.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// What it comes from.
    pub from: PartOf,
    /// The positions of the events that say so, among the day's events: the last of them says the amount.
    pub events: Vec<String>,
}

/// What a part of a sum comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PartOf {
    /// A usage event, as the correction that stands restates it (F1).
    Usage {
        /// What the usage event said.
        #[schemars(extend("pattern" = shape::DECIMAL))]
        said: String,
        /// What the standing correction says.
        #[schemars(extend("pattern" = shape::DECIMAL))]
        corrected: Option<String>,
    },
    /// A day of a monthly amount m: floor(m·j/n) − floor(m·(j−1)/n) (F2).
    Recurring {
        /// The line of the deal.
        line: String,
        /// The monthly amount, m.
        #[schemars(extend("pattern" = shape::DECIMAL))]
        monthly: String,
        /// The day of the month, j.
        day: u32,
        /// The days of the month, n.
        days: u32,
    },
    /// A license line, on the first day of a term (F3).
    License {
        /// The line of the deal.
        line: String,
    },
    /// What was paid out, net (F4).
    Disbursement {
        /// Which disbursement.
        disbursement: String,
        /// What the customer paid.
        #[schemars(extend("pattern" = shape::DECIMAL))]
        gross: String,
        /// What the marketplace kept.
        #[schemars(extend("pattern" = shape::DECIMAL))]
        fee: String,
        /// What went to tax.
        #[schemars(extend("pattern" = shape::DECIMAL))]
        tax: String,
        /// What was paid back.
        #[schemars(extend("pattern" = shape::DECIMAL))]
        refund: String,
    },
}

/// How a sum was converted (F5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RateExplained {
    /// The day of the rate.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub date: String,
    /// The rate as published.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub rate: String,
    /// Whether the pair was quoted the other way.
    pub inverted: bool,
    /// The event that published it.
    pub published: Option<EventCited>,
}

/// What an account earned in a period, and from what: read once, however many deals are explained.
pub(super) struct Earnings {
    pub(super) history: History,
    pub(super) facts: Vec<DailyFact>,
    usage: BTreeMap<FactKey, Vec<StandingUsage>>,
    agreed: BTreeMap<FactKey, Vec<(PartExplained, Vec<Said>)>>,
}

/// An event by what identifies it, and what it is cited for.
type Said = (&'static str, Identity);

impl Earnings {
    pub(super) fn of(view: &View<'_>, account: &AccountId, period: Period) -> Result<Self, FinanceError> {
        let history = History::new(view.account(account)?);
        let folded = &history.folded.account;
        let (mut sums, mut usage) = (Sums::default(), BTreeMap::<FactKey, Vec<StandingUsage>>::new());
        for used in view.usage(account, period)? {
            let fact = used.row.term.used(view.reference().book.day(used.row.time), used.amount());
            sums.add_usage(folded, &fact)?;
            usage.entry(usage_key(folded, &fact)).or_default().push(used);
        }
        sums.add_agreed(folded, period)?;
        let mut agreed = BTreeMap::<FactKey, Vec<_>>::new();
        visit_agreed(folded, period, &mut |part| {
            let deal = part.key.deal.as_ref().and_then(|deal| folded.deals.get(deal));
            agreed.entry(part.key.clone()).or_default().push((agreed_part(&part), said(deal, &part)));
            Ok(())
        })?;
        let facts = sums.daily_facts(view.reference())?;
        Ok(Self { history, facts, usage, agreed })
    }

    /// What a fact sums: the parts, and the events that say them.
    pub(super) fn parts(&self, citing: &Citing<'_>, fact: &FactKey) -> (Vec<PartExplained>, Vec<EventCited>) {
        let (mut parts, mut events) = (Vec::new(), Vec::new());
        for used in self.usage.get(fact).into_iter().flatten() {
            let cited = citing.usage(&self.history, used);
            let from = PartOf::Usage {
                said: used.row.amount.to_string(),
                corrected: used.correction.map(|correction| correction.amount.to_string()),
            };
            parts.push(PartExplained { amount: used.amount().to_string(), from, events: positions(&cited) });
            events.extend(cited);
        }
        for (part, said) in self.agreed.get(fact).into_iter().flatten() {
            let cite = |(what, identity): &Said| self.history.cite(citing, *what, identity);
            let cited: Vec<EventCited> = said.iter().filter_map(cite).collect();
            parts.push(PartExplained { events: positions(&cited), ..part.clone() });
            events.extend(cited);
        }
        events.sort_by_key(|event| event.at.position);
        events.dedup_by_key(|event| event.at.position);
        (parts, events)
    }
}

/// What made a fact the deal's: its opening, the term and the lines of the day, and the links by which its events and the
/// deal's are the account's (D1, D5, I3).
pub(super) fn made_the_deals(
    citing: &Citing<'_>,
    history: &History,
    deal: &Deal,
    day: Day,
    events: &[EventCited],
) -> Vec<EventCited> {
    let opened = Some(("deal opened", &deal.opened.identity));
    let term = deal.term_on(day).map(|term| ("term given", &term.given_by));
    let lines = deal.lines_given_by(day).map(|identity| ("lines given", identity));
    let mut cited: Vec<EventCited> = Vec::new();
    for (what, identity) in opened.into_iter().chain(term).chain(lines) {
        let event = history.cite(citing, what, identity);
        let is_new = |event: &EventCited| !cited.iter().any(|known| known.at.position == event.at.position);
        if let Some(event) = event.filter(is_new) {
            cited.push(event);
        }
    }
    let all: Vec<EventCited> = cited.iter().chain(events).cloned().collect();
    cited.extend(citing.links(&all));
    cited
}

fn positions(cited: &[EventCited]) -> Vec<String> {
    cited.iter().map(|event| event.at.position.to_string()).collect()
}

/// The events that a part rests on; the last one says the amount.
fn said(deal: Option<&Deal>, part: &AgreedPart<'_>) -> Vec<Said> {
    match part.from {
        Agreed::Recurring(..) | Agreed::License(_) => {
            let day = part.key.day;
            let term = deal.and_then(|deal| match part.from {
                // It books on its first day, also if a churn left it empty.
                Agreed::License(_) => deal.terms.iter().find(|term| term.start == day),
                _ => deal.term_on(day),
            });
            let term = term.map(|term| &term.given_by);
            let lines = deal.and_then(|deal| deal.lines_given_by(part.key.day));
            // One event may give both; it is cited once, and for the lines.
            let term = term.filter(|term| lines != Some(term)).map(|term| ("term given", term.clone()));
            term.into_iter().chain(lines.map(|lines| ("lines given", lines.clone()))).collect()
        }
        Agreed::Disbursement(report, _, offer) => {
            let offer = offer.map(|offer| ("offer accepted", offer.identity.clone()));
            offer.into_iter().chain([("disbursement reported", report.identity.clone())]).collect()
        }
    }
}

fn agreed_part(part: &AgreedPart<'_>) -> PartExplained {
    let from = match part.from {
        Agreed::Recurring(line, monthly) => PartOf::Recurring {
            line: line.line.to_string(),
            monthly: monthly.to_string(),
            day: day_of_month(part.key.day),
            days: Period::of(part.key.day).day_count(),
        },
        Agreed::License(line) => PartOf::License { line: line.line.to_string() },
        Agreed::Disbursement(_, report, _) => PartOf::Disbursement {
            disbursement: report.disbursement.to_string(),
            gross: report.gross.to_string(),
            fee: report.fee.to_string(),
            tax: report.tax.to_string(),
            refund: report.refund.to_string(),
        },
    };
    PartExplained { amount: part.amount.to_string(), from, events: Vec::new() }
}

/// How a sum in a currency was converted, if it had to be.
pub(super) fn rate(citing: &Citing<'_>, currency: Currency, converted: &Converted) -> Option<RateExplained> {
    let Converted::At(at) = converted else { return None };
    let reference = citing.view.reference();
    let published = reference.rates.published(&reference.book, currency, at);
    Some(RateExplained {
        date: at.date.to_string(),
        rate: at.rate.to_string(),
        inverted: at.inverted,
        published: published.and_then(|meta| citing.shared("rate published", &meta.identity)),
    })
}
