//! Bodies: parts laid over one another, fields set, amounts as the portals write them, tokens that follow from the content.

use serde_json::{Map, Value, json};
use tributary_domain::money::{Money, Rounding};

use super::names::Layers;

/// Decimal places of money at the portals.
const MONEY_PLACES: u32 = 2;

impl Layers {
    /// What they say of a deal: its own part over its account's over that of every deal.
    pub(super) fn of(&self, account: &str, deal: &str) -> Value {
        let mut body = Value::Object(self.every.clone());
        for part in [self.accounts.get(account), self.deals.get(deal)].into_iter().flatten() {
            lay(&mut body, &Value::Object(part.clone()));
        }
        body
    }
}

/// Lays a part over a body: objects are joined, all else takes the place of what was there.
fn lay(body: &mut Value, part: &Value) {
    match (body, part) {
        (Value::Object(body), Value::Object(part)) => {
            for (name, value) in part {
                lay(body.entry(name).or_insert(Value::Null), value);
            }
        }
        (body, part) => *body = part.clone(),
    }
}

/// Sets a field such as `LifeCycle.Stage`. What stands in its way and is no object gives way.
pub(super) fn set(body: &mut Value, field: &str, value: impl Into<Value>) {
    let mut at = body;
    for name in field.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[name];
    }
    *at = value.into();
}

/// Removes fields of the body itself.
pub(super) fn without(mut body: Value, fields: &[&str]) -> Value {
    if let Some(body) = body.as_object_mut() {
        fields.iter().for_each(|field| drop(body.remove(*field)));
    }
    body
}

/// Without what is null: nothing was said of it.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let said = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(said.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

/// An amount with two places, rounded half-even: `10000.50`. None: it is out of range.
pub(super) fn decimal(money: &Money) -> Option<String> {
    let cents = Rounding::HalfEven.to_minor(money.amount, MONEY_PLACES).ok()?;
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    Some(format!("{}{whole}.{rest:02}", if cents < 0 { "-" } else { "" }))
}

/// The same as a number of JSON. None: its reader would not get the same number back.
pub(super) fn number(money: &Money) -> Option<Value> {
    let text = decimal(money)?;
    let short = text.trim_end_matches('0').trim_end_matches('.');
    let number: Value = serde_json::from_str(short).ok()?;
    let written = number.to_string();
    (written == short).then_some(number)
}

/// A token that the same call has again, and no other call.
pub(super) fn token(operation: &str, body: &Value) -> String {
    let content = json!([operation, body]).to_string();
    blake3::hash(content.as_bytes()).to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tributary_domain::currency::Currency;
    use tributary_domain::money::Amount;

    #[test]
    fn a_deals_part_lies_over_its_accounts_and_lists_are_not_joined() {
        let layers: Layers = serde_json::from_value(json!({
            "every": {"a": {"b": 1, "c": [1, 2]}, "d": 1},
            "accounts": {"acme": {"a": {"b": 2}, "d": {"e": 1}}},
            "deals": {"d-1": {"a": {"c": [3]}}, "d-2": {"d": null}},
        }))
        .expect("layers");
        assert_eq!(layers.of("acme", "d-1"), json!({"a": {"b": 2, "c": [3]}, "d": {"e": 1}}));
        assert_eq!(without_nulls(layers.of("other", "d-2")), json!({"a": {"b": 1, "c": [1, 2]}}));
    }

    proptest! {
        #[test]
        fn money_is_written_with_two_places_and_read_back_within_half_a_cent(units in -10_i128.pow(27)..10_i128.pow(27)) {
            let money = Money { amount: Amount::from_units(units), currency: Currency::USD };
            let text = decimal(&money).expect("in range");
            let read: Amount = text.parse().expect("a decimal");
            prop_assert!((read.units() - units).abs() * 2 <= 10_i128.pow(10));
            if let Some(number) = number(&money) {
                prop_assert_eq!(number.to_string().parse::<Amount>(), Ok(read));
            }
        }
    }
}
