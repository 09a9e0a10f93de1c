//! A3, A4, A5 and A7: what each model gives. Touches have a file of their own.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_integer::Integer;
use serde_json::Value;

use super::attribution::{Shares, WHOLE};
use super::deal::Deal;
use super::divide::divide;
use super::known::Known;
use super::number::Number;
use super::time::Day;

impl Known {
    /// What a model gives to whom. Whoever gets nothing may be missing.
    pub(super) fn shares(&self, model: &Value, deal: &Deal, day: Day) -> Shares {
        let (name, model) = model.as_object().and_then(|model| model.iter().next()).expect("a checked model");
        match name.as_str() {
            "roleSplit" => self.role_split(model, deal, day),
            "registrationProtection" => {
                let partner = self.protecting_registration(deal).map(|event| event.text("partner").to_owned());
                self.first(model, partner, "registrant", deal, day)
            }
            "sourceWins" => self.first(model, self.source(deal), "source", deal, day),
            "touch" => self.touch(model, deal, day),
            "fixed" => {
                self.note("A7 fixed");
                units_of(&model["shares"])
                    .into_iter()
                    .map(|(partner, share)| ((partner, "fixed".into()), share))
                    .collect()
            }
            _ => Shares::new(),
        }
    }

    /// A3
    fn role_split(&self, model: &Value, deal: &Deal, day: Day) -> Shares {
        let mut holders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (partner, role) in deal.team_on(day) {
            holders.entry(role).or_default().push(partner);
        }
        let mut table = units_of(&model["shares"]);
        let total: BigInt = table.values().sum();
        table.retain(|role, _| holders.contains_key(role));
        if model["unfilled"].as_str() == Some("redistribute") {
            self.note("A3 redistribute");
            let weights = table.into_iter().map(|(role, share)| (role, Number::whole(share))).collect();
            table = divide(&total, &weights);
        }
        let mut shares = Shares::new();
        for (role, share) in table {
            let equal =
                holders[&role].iter().map(|partner| ((partner.clone(), role.clone()), Number::whole(1))).collect();
            if holders[&role].len() > 1 {
                self.note("A3 several holders");
            }
            shares.extend(divide(&share, &equal));
        }
        self.note(if shares.is_empty() { "A3 nobody holds any" } else { "A3 role split" });
        shares
    }

    /// A4, A5: `share` for one partner, and of the rest what `otherwise` gives.
    fn first(&self, model: &Value, partner: Option<String>, role: &str, deal: &Deal, day: Day) -> Shares {
        let otherwise = self.shares(&model["otherwise"], deal, day);
        let Some(partner) = partner else { return otherwise };
        let share = units(&model["share"]);
        let rest = WHOLE - &share;
        let mut shares = Shares::from([((partner, role.to_owned()), share)]);
        for (key, part) in otherwise {
            *shares.entry(key).or_default() += (&rest * part).div_floor(&BigInt::from(WHOLE));
        }
        self.note(if role == "source" { "A5 source wins" } else { "A4 registrant first" });
        shares
    }
}

/// A ratio in 10⁻⁹. A2
fn units(ratio: &Value) -> BigInt {
    (Number::read(ratio.as_str().unwrap_or("0")) * Number::whole(WHOLE)).floor()
}

fn units_of(table: &Value) -> BTreeMap<String, BigInt> {
    table.as_object().into_iter().flatten().map(|(key, ratio)| (key.clone(), units(ratio))).collect()
}
