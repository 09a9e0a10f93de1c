//! Statements: every close from the first on, computed again for each question (M1–M8, L2, L4, L5).

use serde_json::{Value, json};
use tributary_domain::balance::{Account, Balance, Carried, Window, balance};
use tributary_domain::closing::{Close, Entitlements, Line, add_recognised, recognise, targets};
use tributary_domain::commission::{PeriodCredits, commission, compared_period, pays};
use tributary_domain::currency::Currency;
use tributary_domain::event::{Event, Subject};
use tributary_domain::id::PartnerId;
use tributary_domain::money::{AMOUNT_PLACES, Amount, Overflow};
use tributary_domain::reference::Reference;
use tributary_domain::time::Period;

use super::{Known, Pure};
use crate::question::error;

impl Pure {
    pub(super) fn statement(&self, asked: &Known<'_>, partner: &PartnerId, period: Period) -> Result<Value, Overflow> {
        let closes = self.closes();
        let mut recognised = Entitlements::new();
        for (at, close) in closes.iter().enumerate() {
            let known = self.known(close.cutoff);
            let (lines, balance) = known.strike(partner, close.period, &closes[..at], &mut recognised)?;
            if close.period == period {
                return known.document(partner, period, "closed", &lines, &balance);
            }
        }
        if closes.last().is_some_and(|last| asked.at < last.cutoff) {
            return Ok(error("known-before-cutoff"));
        }
        let (lines, balance) = asked.strike(partner, period, &closes, &mut recognised)?;
        asked.document(partner, period, "open", &lines, &balance)
    }
}

impl Known<'_> {
    /// What a close of the period at this instant recognises, after the closes `earlier` recognised so much.
    fn strike(
        &self,
        partner: &PartnerId,
        period: Period,
        earlier: &[Close],
        recognised: &mut Entitlements,
    ) -> Result<(Vec<Line>, Balance), Overflow> {
        // L2: from the first closed period on; the period itself if none was closed or it is earlier.
        let from = earlier.first().map_or(period, |first| first.period.min(period));
        let mut targets = Entitlements::new();
        for ordinal in from.ordinal()..=period.ordinal() {
            self.add_targets(partner, Period::from_ordinal(ordinal), &mut targets)?;
        }
        let within = |of: Period| (from..=period).contains(&of);
        let before =
            recognised.iter().filter(|((of, _), _)| within(*of)).map(|(key, held)| (key.clone(), held.clone()));
        let mut lines = recognise(period, &targets, &before.collect())?;
        for line in &mut lines {
            let targeted = targets.get(&(line.period, line.plan.clone()));
            for (deal, of_deal) in &mut line.deals {
                if targeted.is_none_or(|targeted| !targeted.contains_key(deal)) {
                    of_deal.account = self.owner(deal).unwrap_or_else(|| of_deal.account.clone());
                }
            }
        }
        let own = |event: &&&Event| event.subject == Subject::Partner(partner.clone());
        let account = Account::fold(self.events.iter().filter(own).copied());
        let window = Window { after: earlier.last().map(|close| close.cutoff), until: self.at };
        let (book, rates) = (&self.reference.book, &self.reference.rates);
        let carried = Carried { deals: recognised, beside_minor: 0 };
        let balance = balance(&lines, carried, &account, window, book, rates)?;
        add_recognised(recognised, &lines)?;
        Ok((lines, balance))
    }

    fn add_targets(&self, partner: &PartnerId, period: Period, all: &mut Entitlements) -> Result<(), Overflow> {
        let Reference { book, partners, policies, .. } = &self.reference;
        let Some(state) = partners.state_on(partner, period.last_day(), book) else { return Ok(()) };
        for plan in policies.plans_for(period).filter(|plan| pays(&plan.partners, partner, state)) {
            let compared = match compared_period(plan, period) {
                Some(compared) => self.credits(partner, compared)?,
                None => PeriodCredits::new(),
            };
            let paid = commission(plan, &self.credits(partner, period)?, &compared, book)?;
            all.insert((period, plan.id.clone()), targets(&paid));
        }
        Ok(())
    }

    fn document(
        &self,
        partner: &PartnerId,
        period: Period,
        status: &str,
        lines: &[Line],
        of: &Balance,
    ) -> Result<Value, Overflow> {
        let currency = self.reference.book.currency;
        let mut shown = Vec::new();
        for line in lines {
            let (amount, base) = (minor(line.amount_minor(), currency), line.base()?.to_string());
            let deals = line.deals.iter().map(|(deal, of_deal)| {
                json!({"deal": deal.as_str(), "account": of_deal.account.as_str(), "base": of_deal.base.to_string(),
                    "amount": minor(of_deal.amount_minor, currency)})
            });
            if amount != "0" || base != "0" {
                shown.push(json!({"plan": line.plan.as_str(), "period": line.period.to_string(),
                    "kind": line.kind.as_str(), "amount": amount, "base": base, "deals": deals.collect::<Vec<_>>()}));
            }
        }
        let amount = |minor_units: i128| minor(minor_units, currency);
        Ok(json!({
            "partner": partner.as_str(), "period": period.to_string(), "currency": currency.as_str(), "status": status,
            "knownAt": self.at.to_string(), "lines": shown,
            "balance": {"opening": amount(of.opening_minor), "accrued": amount(of.accrued_minor),
                "adjusted": amount(of.adjusted_minor), "paid": amount(of.paid_minor),
                "closing": amount(of.closing_minor), "held": amount(of.held_minor),
                "payable": amount(of.payable_minor)},
        }))
    }
}

fn minor(count: i128, currency: Currency) -> String {
    Amount::from_units(count * 10_i128.pow(AMOUNT_PLACES - currency.decimals())).to_string()
}
