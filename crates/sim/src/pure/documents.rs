//! The other documents: credits, attribution, renewals, suspense.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tributary_domain::account::Account;
use tributary_domain::attribution::{Slice, influencers, source, split};
use tributary_domain::deal::{Deal, Term};
use tributary_domain::event::{Body, Line, Subject};
use tributary_domain::fx::Converted;
use tributary_domain::id::{AccountId, PartnerId, Pool, Product, Vendor};
use tributary_domain::money::{Amount, CreditAmount, Overflow};
use tributary_domain::policy::Basis;
use tributary_domain::time::{Day, Period};

use super::Known;

impl Known<'_> {
    pub(super) fn credits_document(&self, partner: &PartnerId, period: Period) -> Result<Value, Overflow> {
        let mut sums: BTreeMap<_, CreditAmount> = BTreeMap::new();
        for (key, amount) in self.credits(partner, period)? {
            let of = [
                key.pool.to_string(),
                key.basis.as_str().to_owned(),
                key.account.to_string(),
                key.deal.to_string(),
                key.role.to_string(),
                text(key.product.as_ref()),
                text(key.vendor.as_ref()),
            ];
            sums.entry(of).or_default().add(amount)?;
        }
        let credits = sums.into_iter().filter(|(_, amount)| !amount.is_zero()).map(|(of, amount)| {
            let [pool, basis, account, deal, role, product, vendor] = of;
            json!({"pool": pool, "basis": basis, "account": account, "deal": deal, "role": role, "product": product,
                "vendor": vendor, "amount": amount.to_string()})
        });
        Ok(json!({"partner": partner.as_str(), "period": period.to_string(), "knownAt": self.at.to_string(),
            "credits": credits.collect::<Vec<_>>()}))
    }

    pub(super) fn attribution(&self, id: &AccountId, day: Day) -> Value {
        let account = self.account(id);
        let opened = account.deals.values().filter(|deal| deal.opened_on <= day);
        let deals = opened.map(|deal| {
            let influencers = influencers(&account, deal, day);
            json!({"deal": deal.id.as_str(), "motion": deal.motion.as_str(), "inTerm": deal.term_on(day).is_some(),
                "source": source(&account, deal).map(PartnerId::as_str),
                "influencers": influencers.into_iter().map(PartnerId::as_str).collect::<Vec<_>>(),
                "splits": self.splits(&account, deal, day)})
        });
        json!({"account": id.as_str(), "asOf": day.to_string(), "knownAt": self.at.to_string(),
            "deals": deals.collect::<Vec<_>>()})
    }

    fn splits(&self, account: &Account, deal: &Deal, day: Day) -> Vec<Value> {
        let lines = deal.lines_on(day).iter();
        let sold: BTreeSet<(&Product, Option<&Vendor>)> =
            lines.map(|line| (&line.product, line.vendor.as_ref())).collect();
        let slices = |pool: Pool| sold.iter().map(move |(product, vendor)| (pool.clone(), *product, *vendor));
        let splits = self.reference.policies.pools().into_iter().flat_map(slices).map(|(pool, product, vendor)| {
            let found = split(&Slice { account, deal, day, product: Some(product), vendor }, &pool, &self.reference);
            let shares = found.shares.iter().map(|share| {
                json!({"partner": share.partner.as_str(), "role": share.role.as_str(), "share": share.share.to_string()})
            });
            json!({"pool": pool.as_str(), "product": product.as_str(), "vendor": text(vendor),
                "policy": found.policy.as_ref().map(|(policy, _)| policy.as_str()),
                "effectiveFrom": found.policy.as_ref().map(|(_, from)| from.to_string()),
                "shares": shares.collect::<Vec<_>>(), "retained": found.retained.to_string()})
        });
        splits.collect()
    }

    pub(super) fn renewals(&self, id: &AccountId) -> Value {
        let account = self.account(id);
        let won = account.deals.values().filter(|deal| deal.first_won_on.is_some());
        let deals = won.map(|deal| {
            json!({"deal": deal.id.as_str(), "motion": deal.motion.as_str(),
                "source": source(&account, deal).map(PartnerId::as_str),
                "terms": deal.terms.iter().map(|term| of_term(deal, term)).collect::<Vec<_>>()})
        });
        json!({"account": id.as_str(), "knownAt": self.at.to_string(), "deals": deals.collect::<Vec<_>>()})
    }

    pub(super) fn suspense(&self) -> Result<Value, Overflow> {
        let mut unattributed: BTreeMap<_, (Amount, u64)> = BTreeMap::new();
        let mut unconverted: BTreeMap<_, (Amount, u64)> = BTreeMap::new();
        let until = Period::of(self.reference.book.day(self.at));
        for id in self.accounts() {
            let account = self.account(&id);
            for period in self.periods(&account) {
                for fact in self.facts(&account, period)? {
                    if fact.key.basis == Basis::Recurring && period > until {
                        continue;
                    }
                    let currency = fact.key.currency.to_string();
                    if fact.key.deal.is_none() {
                        let product = text(fact.key.product.as_ref());
                        let key = (id.to_string(), fact.key.basis.as_str(), product, currency.clone());
                        let (amount, parts) = unattributed.entry(key).or_default();
                        amount.add(fact.sum.amount)?;
                        *parts += fact.sum.parts;
                    } else if fact.converted == Converted::Unconverted {
                        let (amount, facts) = unconverted.entry(currency).or_default();
                        amount.add(fact.sum.amount)?;
                        *facts += 1;
                    }
                }
            }
        }
        let unattributed = unattributed.into_iter().map(|((account, basis, product, currency), (amount, facts))| {
            json!({"account": account, "basis": basis, "product": product, "currency": currency,
                "amount": amount.to_string(), "facts": facts})
        });
        let unconverted = unconverted.into_iter().map(
            |(currency, (amount, facts))| json!({"currency": currency, "facts": facts, "amount": amount.to_string()}),
        );
        Ok(json!({"knownAt": self.at.to_string(), "unresolved": self.unresolved(),
            "unattributed": unattributed.collect::<Vec<_>>(), "unconverted": unconverted.collect::<Vec<_>>()}))
    }

    /// I3: how many events wait, by subject. What links and unlinks an alias does not wait for it.
    fn unresolved(&self) -> Vec<Value> {
        let mut waiting: BTreeMap<String, u64> = BTreeMap::new();
        for event in &self.events {
            let links = matches!(event.body, Body::AliasLinked { .. } | Body::AliasUnlinked);
            if matches!(event.subject, Subject::Alias(..)) && !links && self.aliases.resolve(&event.subject).is_none() {
                *waiting.entry(event.subject.to_string()).or_default() += 1;
            }
        }
        waiting.into_iter().map(|(subject, events)| json!({"subject": subject, "events": events})).collect()
    }
}

fn of_term(deal: &Deal, term: &Term) -> Value {
    let team = deal.team_on(term.start);
    let team = team.map(|(partner, role)| json!({"partner": partner.as_str(), "role": role.as_str()}));
    json!({"kind": term.kind.as_str(), "termStart": term.start.to_string(), "termEnd": term.end.map(|day| day.to_string()),
        "ended": term.ended.map(|day| day.to_string()), "team": team.collect::<Vec<_>>(),
        "lines": deal.lines_on(term.start).iter().map(of_line).collect::<Vec<_>>()})
}

fn of_line(line: &Line) -> Value {
    let money = line.kind.money();
    json!({"line": line.line.as_str(), "product": line.product.as_str(), "vendor": text(line.vendor.as_ref()),
        "kind": line.kind.as_str(), "amount": money.map(|money| money.amount.to_string()),
        "currency": money.map(|money| money.currency.to_string())})
}

fn text(id: Option<&impl ToString>) -> String {
    id.map_or_else(String::new, ToString::to_string)
}
