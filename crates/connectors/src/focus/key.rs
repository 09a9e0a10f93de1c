//! Which charge a row is: the natural key, its ordinal among equal keys of the file, and the event id made of both.
//!
//! The key holds what a row *is*, and nothing of how much it is. Of the columns of FOCUS it leaves out:
//! - costs, prices and quantities: they are what is restated;
//! - names and tags (`…Name` beside an `…Id`, `Tags`): people rename and retag things after the fact;
//! - classifications (`ServiceCategory`, `ResourceType`): providers reclassify;
//! - `InvoiceId`: null while the period is open, filled in later; the billing period says as much;
//! - columns that begin with `x_` and others that FOCUS does not have.
//!
//! A null is left out of the hash, so a file that gains a column of nulls keeps its ids. Times count as instants and
//! enumerations without their case (`Usage-based` and `Usage-Based` are one).

use chrono_tz::Tz;
use rustc_hash::FxHashMap;
use tributary_domain::id::EventId;

use crate::cell;

/// The columns of the natural key unless the mapping names its own; those that a file does not have count as null.
pub const DEFAULT_KEY: &[&str] = &[
    // Who charges whom.
    "ProviderName",
    "ServiceProviderName",
    "HostProviderName",
    "PublisherName",
    "InvoiceIssuerName",
    "BillingAccountId",
    "SubAccountId",
    "BillingCurrency",
    // For when.
    "BillingPeriodStart",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    // What kind of charge. The description is all that tells some charges without a SKU apart.
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "ChargeDescription",
    // For what, where, at which price list entry.
    "ServiceName",
    "RegionId",
    "AvailabilityZone",
    "ResourceId",
    "AllocatedResourceId",
    "SkuId",
    "SkuPriceId",
    "PricingCategory",
    "PricingUnit",
    "ConsumedUnit",
    "CommitmentDiscountId",
    "CommitmentDiscountStatus",
    "CapacityReservationId",
    "CapacityReservationStatus",
];

/// How a column's value is brought into one form before it is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Time,
    Enumeration,
}

impl Form {
    /// Of a column.
    pub(super) fn of(column: &str) -> Self {
        match column {
            "BillingPeriodStart" | "BillingPeriodEnd" | "ChargePeriodStart" | "ChargePeriodEnd" => Self::Time,
            "ChargeCategory"
            | "ChargeClass"
            | "ChargeFrequency"
            | "PricingCategory"
            | "CommitmentDiscountCategory"
            | "CommitmentDiscountStatus"
            | "CapacityReservationStatus" => Self::Enumeration,
            _ => Self::Text,
        }
    }
}

/// Gives each row of one file its event id. Remembers sixteen bytes for each key it has seen.
#[derive(Debug)]
pub(super) struct Identifier {
    columns: Vec<(String, usize, Form)>,
    zone: Tz,
    seen: FxHashMap<[u8; 16], u32>,
}

impl Identifier {
    /// For these columns, each with its place in the file.
    pub(super) fn new(columns: Vec<(String, usize)>, zone: Tz) -> Self {
        let columns = columns.into_iter().map(|(name, at)| (Form::of(&name), name, at)).map(|(f, n, a)| (n, a, f));
        Self { columns: columns.collect(), zone, seen: FxHashMap::default() }
    }

    /// The id of the row that comes next in the file.
    pub(super) fn next(&mut self, record: &csv::StringRecord) -> EventId {
        let key = key_of(blake3::Hasher::new(), &self.columns, self.zone, record);
        let ordinal = self.seen.entry(key).or_insert(0);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&key).update(&ordinal.to_le_bytes());
        *ordinal = ordinal.saturating_add(1);
        EventId::new(&hasher.finalize().to_hex()[..32])
    }
}

/// The hash of a row's values in these columns, and of a text before them.
pub(super) fn hash_of(
    before: &str,
    columns: &[(String, usize, Form)],
    zone: Tz,
    record: &csv::StringRecord,
) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    part(&mut hasher, before);
    key_of(hasher, columns, zone, record)
}

fn key_of(
    mut hasher: blake3::Hasher,
    columns: &[(String, usize, Form)],
    zone: Tz,
    record: &csv::StringRecord,
) -> [u8; 16] {
    for (name, at, form) in columns {
        let Some(value) = record.get(*at).and_then(cell::value) else { continue };
        part(&mut hasher, name);
        match form {
            Form::Text => part(&mut hasher, value),
            Form::Enumeration => part(&mut hasher, &value.to_lowercase()),
            Form::Time => match cell::instant(value, zone) {
                Ok(instant) => part(&mut hasher, &instant.to_string()),
                Err(_) => part(&mut hasher, value),
            },
        }
    }
    let mut key = [0; 16];
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    key
}

/// Hashes a text with its length before it, so that no two sequences of texts run into one.
fn part(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(rows: &[[&str; 3]]) -> Vec<EventId> {
        let columns = ["ChargePeriodStart", "ChargeFrequency", "ResourceId"];
        let columns = columns.iter().enumerate().map(|(at, name)| ((*name).to_owned(), at)).collect();
        let mut identifier = Identifier::new(columns, Tz::UTC);
        rows.iter().map(|row| identifier.next(&csv::StringRecord::from(row.to_vec()))).collect()
    }

    #[test]
    fn spelling_does_not_change_an_id_and_content_does() {
        let one = ids(&[["2024-09-18 22:00:00", "Usage-Based", "NULL"]]);
        assert_eq!(one, ids(&[["2024-09-18T22:00:00Z", "Usage-based", ""]]));
        assert_ne!(one, ids(&[["2024-09-18 23:00:00", "Usage-Based", "NULL"]]));
        assert_ne!(one, ids(&[["2024-09-18 22:00:00", "Usage-Based", "r-1"]]));
    }

    #[test]
    fn rows_of_one_key_get_different_ids_in_the_order_of_the_file() {
        let row = ["2024-09-18 22:00:00", "Usage-Based", "r-1"];
        let two = ids(&[row, row]);
        assert_ne!(two[0], two[1]);
        assert_eq!(two[0], ids(&[row])[0]);
    }
}
