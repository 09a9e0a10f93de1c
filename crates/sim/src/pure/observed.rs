//! The documents about what systems say of deals (O1–O4).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tributary_domain::deal_record::{Authority, FieldRecord, Said, deal_record};
use tributary_domain::event::Body;
use tributary_domain::id::{AccountId, DealId};
use tributary_domain::money::Overflow;
use tributary_domain::time::Day;

use super::Known;

impl Known<'_> {
    pub(super) fn deal_record(&self, deal: &DealId, day: Day) -> Result<Value, Overflow> {
        let account = self.owner(deal);
        let fields = match &account {
            Some(account) => self.fields(account, deal, day)?,
            None => Vec::new(),
        };
        Ok(json!({"deal": deal.as_str(), "account": account.as_ref().map(AccountId::as_str), "asOf": day.to_string(),
            "knownAt": self.at.to_string(), "fields": fields.iter().map(field).collect::<Vec<_>>()}))
    }

    pub(super) fn drift(&self, asked: Option<&AccountId>, day: Day) -> Result<Value, Overflow> {
        let mut observed: BTreeSet<(AccountId, DealId)> = BTreeSet::new();
        for event in &self.events {
            let (Body::DealObserved(said), Some(account)) = (&event.body, self.aliases.resolve(&event.subject)) else {
                continue;
            };
            let opened = self.account(&account).deals.get(&said.deal).is_some_and(|deal| deal.opened_on <= day);
            if opened && self.reference.book.day(event.meta.time) <= day && asked.is_none_or(|asked| *asked == account)
            {
                observed.insert((account, said.deal.clone()));
            }
        }
        let mut drifting = Vec::new();
        for (account, deal) in &observed {
            for of in self.fields(account, deal, day)? {
                let others: Vec<Value> = of.drifting().into_iter().map(said).collect();
                if !others.is_empty() {
                    drifting
                        .push(json!({"account": account.as_str(), "deal": deal.as_str(), "field": of.field.as_str(),
                        "authority": of.resolved().map(said), "others": others}));
                }
            }
        }
        Ok(
            json!({"asOf": day.to_string(), "knownAt": self.at.to_string(), "deals": observed.len(), "fields": drifting}),
        )
    }

    fn fields(&self, account: &AccountId, deal: &DealId, day: Day) -> Result<Vec<FieldRecord>, Overflow> {
        deal_record(&self.account(account), deal, self.events_of(account), &self.reference, day)
    }
}

fn field(of: &FieldRecord) -> Value {
    let resolved = of.resolved();
    let authority = match &of.authority {
        Authority::Systems { policy, effective_from, systems } => json!({"policy": policy.as_str(),
            "effectiveFrom": effective_from.to_string(), "kind": null,
            "systems": systems.iter().map(ToString::to_string).collect::<Vec<_>>()}),
        Authority::Kind(kind) => json!({"policy": null, "effectiveFrom": null, "systems": [], "kind": kind.as_str()}),
    };
    json!({"field": of.field.as_str(), "value": resolved.and_then(|said| said.value.as_ref()).map(ToString::to_string),
        "system": resolved.map(|said| said.system.as_str()), "since": resolved.map(|said| said.since().to_string()),
        "authority": authority, "drifts": !of.drifting().is_empty(), "said": of.said.iter().map(said).collect::<Vec<_>>()})
}

fn said(said: &Said) -> Value {
    json!({"system": said.system.as_str(), "kind": said.kind.as_str(), "value": said.value.as_ref().map(ToString::to_string),
        "since": said.since().to_string(), "source": said.first.identity.source.to_string(),
        "id": said.first.identity.id.to_string()})
}
