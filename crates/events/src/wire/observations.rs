//! Observation events ⇄ `deals.proto` (O1).

use std::collections::BTreeMap;

use tributary_domain::deal_record::LEDGER;
use tributary_domain::event::{Body, DealField, DealObserved, FieldValue};
use tributary_domain::id::{AgreementId, DealId, System};
use tributary_domain::money::Money;

use super::field::{self, At};
use super::word;
use crate::{Refusal, proto};

pub(super) fn deal_observed(message: &proto::DealObserved) -> Result<Body, Refusal> {
    let at = At::DATA;
    let mut fields = texts(message)?;
    fields.extend(amounts(message)?);
    if let Some(day) = field::optional(&message.close_date, at.name("closeDate"), field::date)? {
        fields.insert(DealField::CloseDate, Some(FieldValue::Date(day)));
    }
    let cleared = at.name("cleared");
    for (index, name) in message.cleared.iter().enumerate() {
        let at = cleared.index(index);
        if fields.insert(field::word(word::DEAL_FIELD, name, at)?, None).is_some() {
            return Err(Refusal::GivenAndCleared { field: at.path(), name: name.clone() });
        }
    }
    if fields.is_empty() {
        return Err(Refusal::NothingObserved { field: at.path() });
    }
    let system = field::id(System::new, &message.system, at.name("system"))?;
    if system.as_str() == LEDGER {
        let reason = "is what the ledger calls itself".to_owned();
        return Err(Refusal::BadIdentifier { field: at.name("system").path(), reason });
    }
    Ok(Body::DealObserved(DealObserved {
        deal: field::id(DealId::new, &message.deal, at.name("deal"))?,
        system,
        kind: field::word(word::SYSTEM_KIND, &message.kind, at.name("kind"))?,
        fields,
    }))
}

type Fields = BTreeMap<DealField, Option<FieldValue>>;

fn texts(message: &proto::DealObserved) -> Result<Fields, Refusal> {
    let at = At::DATA;
    let mut fields = Fields::new();
    let given = [
        (DealField::AccountName, &message.account_name),
        (DealField::OpportunityName, &message.opportunity_name),
        (DealField::Stage, &message.stage),
        (DealField::Acceptance, &message.acceptance),
    ];
    for (name, text) in given {
        if let Some(text) = text {
            let text = field::text(text, at.name(name.as_str()))?.to_owned();
            fields.insert(name, Some(FieldValue::Text(text)));
        }
    }
    let agreement = field::optional_id(AgreementId::new, &message.agreement, at.name("agreement"))?;
    let text = agreement.map(|agreement| (DealField::Agreement, Some(FieldValue::Text(agreement.to_string()))));
    fields.extend(text);
    Ok(fields)
}

fn amounts(message: &proto::DealObserved) -> Result<Fields, Refusal> {
    let at = At::DATA;
    let currency = field::optional(&message.currency, at.name("currency"), field::currency)?;
    let mut fields = Fields::new();
    for (name, text) in [(DealField::Amount, &message.amount), (DealField::Paid, &message.paid)] {
        if let Some(amount) = field::optional(text, at.name(name.as_str()), field::amount)? {
            let currency = field::present(currency, at.name("currency"))?;
            fields.insert(name, Some(Money { amount, currency }.into()));
        }
    }
    Ok(fields)
}

impl From<&DealObserved> for proto::DealObserved {
    fn from(said: &DealObserved) -> Self {
        let text = |field: DealField| said.fields.get(&field).and_then(Option::as_ref).map(ToString::to_string);
        let money = |field: DealField| match said.fields.get(&field) {
            Some(Some(FieldValue::Money(amounts))) => amounts.first_key_value(),
            _ => None,
        };
        let (amount, paid) = (money(DealField::Amount), money(DealField::Paid));
        let cleared: Vec<DealField> =
            said.fields.iter().filter(|(_, value)| value.is_none()).map(|(field, _)| *field).collect();
        Self {
            deal: said.deal.to_string(),
            system: said.system.to_string(),
            kind: word::SYSTEM_KIND.print(said.kind),
            account_name: text(DealField::AccountName),
            opportunity_name: text(DealField::OpportunityName),
            stage: text(DealField::Stage),
            amount: amount.map(|(_, amount)| amount.to_string()),
            close_date: text(DealField::CloseDate),
            acceptance: text(DealField::Acceptance),
            agreement: text(DealField::Agreement),
            paid: paid.map(|(_, amount)| amount.to_string()),
            currency: amount.or(paid).map(|(currency, _)| currency.to_string()),
            cleared: word::DEAL_FIELD.print_all(&cleared),
        }
    }
}
