//! Credit rows: what is derived from an account, read by partner and period. And the account's own row, which names them.
//!
//! ```text
//! row     = length sums credit*     sums = credit*, over products and vendors; empty: there is little to sum
//! credit  = pool basis deal role product? vendor? term? month? churned? amount
//! ```

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use tributary_domain::commission::PeriodCredits;
use tributary_domain::credit::CreditKey;
use tributary_domain::deal::TermKind;
use tributary_domain::id::{AccountId, DealId, PartnerId, Pool, Product, Role, Vendor};
use tributary_domain::money::CreditAmount;
use tributary_domain::policy::Basis;
use tributary_domain::time::Period;
use tributary_store::Reader;

use crate::error::Result;
use crate::key;
use crate::last_learned::LastLearned;
use crate::row::{RowReader, RowWriter};

/// Sums are kept where they are so many times fewer than the credits.
const CREDITS_PER_SUM_MIN: usize = 2;

/// How far credits are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// By everything that a key names.
    Whole,
    /// Over products and vendors, where an account has many of them: the keys of sums name neither.
    Summed,
}

/// The value of a credit row.
pub(crate) fn encode_row(credits: &PeriodCredits) -> Vec<u8> {
    let (mut sums, mut row) = (RowWriter::default(), RowWriter::default());
    let summed = summed(credits).filter(|summed| summed.len() * CREDITS_PER_SUM_MIN <= credits.len());
    for (key, amount) in summed.into_iter().flatten() {
        encode_credit(key, None, None, amount, &mut sums);
    }
    row.bytes(&sums.0);
    encode_into(credits, &mut row);
    row.0
}

/// The whole of a row: what a digest covers.
pub(crate) fn whole(row: &[u8]) -> Result<&[u8]> {
    parts(row).map(|(_, whole)| whole)
}

fn parts(row: &[u8]) -> Result<(&[u8], &[u8])> {
    let mut reader = RowReader::new("credit", row);
    Ok((reader.bytes()?, reader.rest()))
}

/// Over products and vendors, each under the first of its keys; none if a sum leaves the range.
fn summed(credits: &PeriodCredits) -> Option<Vec<(&CreditKey, CreditAmount)>> {
    let mut sums: Vec<(&CreditKey, CreditAmount)> = Vec::new();
    for (key, amount) in credits {
        // Those of one deal follow one another.
        let mut of_deal = sums.iter_mut().rev().take_while(|(held, _)| held.deal == key.deal);
        match of_deal.find(|(held, _)| differ_by_product(held, key)) {
            Some((_, sum)) => sum.add(*amount).ok()?,
            None => sums.push((key, *amount)),
        }
    }
    Some(sums)
}

/// Whether two credits of a deal are alike but for product and vendor.
fn differ_by_product(one: &CreditKey, other: &CreditKey) -> bool {
    let rest = |key: &CreditKey| (key.basis, key.term, key.month_of_deal, key.churned_after_days);
    rest(one) == rest(other) && one.role == other.role && one.pool == other.pool
}

/// Credits in bytes.
pub(crate) fn encode(credits: &PeriodCredits) -> Vec<u8> {
    let mut writer = RowWriter::default();
    encode_into(credits, &mut writer);
    writer.0
}

fn encode_into(credits: &PeriodCredits, writer: &mut RowWriter) {
    for (key, amount) in credits {
        encode_credit(key, key.product.as_ref(), key.vendor.as_ref(), *amount, writer);
    }
}

fn encode_credit(
    key: &CreditKey,
    product: Option<&Product>,
    vendor: Option<&Vendor>,
    amount: CreditAmount,
    writer: &mut RowWriter,
) {
    writer.text(key.pool.as_str()).number(key.basis as u64).text(key.deal.as_str()).text(key.role.as_str());
    writer.optional_text(product.map(Product::as_str)).optional_text(vendor.map(Vendor::as_str));
    writer.number(match key.term {
        None => 0,
        Some(TermKind::Initial) => 1,
        Some(TermKind::Renewal) => 2,
    });
    writer.optional_number(key.month_of_deal).optional_number(key.churned_after_days).wide(amount.units());
}

/// Names that are said again and again: each is made once.
#[derive(Debug, Default)]
struct Names {
    pools: Known<Pool>,
    roles: Known<Role>,
    products: Known<Product>,
    vendors: Known<Vendor>,
    /// The deal of the last credit: those of one deal follow one another.
    deal: Option<DealId>,
}

type Known<T> = FxHashMap<Box<str>, T>;

/// The name that a text is, if it is one.
fn known<T: Clone>(names: &mut Known<T>, text: &str, make: impl Fn(&str) -> Option<T>) -> Option<T> {
    if let Some(name) = names.get(text) {
        return Some(name.clone());
    }
    let name = make(text)?;
    names.insert(text.into(), name.clone());
    Some(name)
}

impl Names {
    fn deal(&mut self, text: &str) -> Option<DealId> {
        if self.deal.as_ref().is_none_or(|deal| deal.as_str() != text) {
            self.deal = DealId::new(text).ok();
        }
        self.deal.clone()
    }
}

/// Adds credits in bytes to others.
pub(crate) fn decode_into(value: &[u8], account: &AccountId, credits: &mut PeriodCredits) -> Result<()> {
    let mut read = Vec::new();
    decode(value, account, &mut Names::default(), &mut read)?;
    for (key, amount) in read {
        credits.entry(key).or_default().add(amount)?;
    }
    Ok(())
}

/// Credits as they are read from rows, each account's after another's.
pub(crate) struct Found {
    detail: Detail,
    names: Names,
    pub(crate) credits: Vec<(CreditKey, CreditAmount)>,
}

impl Found {
    pub(crate) fn new(detail: Detail) -> Self {
        Self { detail, names: Names::default(), credits: Vec::new() }
    }

    /// Adds the credits of an account's row.
    pub(crate) fn add_row(&mut self, row: &[u8], account: &AccountId) -> Result<()> {
        let (sums, whole) = parts(row)?;
        let asked = if self.detail == Detail::Summed && !sums.is_empty() { sums } else { whole };
        decode(asked, account, &mut self.names, &mut self.credits)
    }
}

/// Reads credits, by key.
fn decode(
    value: &[u8],
    account: &AccountId,
    names: &mut Names,
    credits: &mut Vec<(CreditKey, CreditAmount)>,
) -> Result<()> {
    let mut reader = RowReader::new("credit", value);
    while !reader.is_at_end() {
        let pool = reader.text()?;
        let pool = known(&mut names.pools, pool, |text| Pool::new(text).ok()).ok_or_else(|| reader.damage())?;
        let basis = Basis::ALL.get(reader.number()? as usize).copied().ok_or_else(|| reader.damage())?;
        let (deal, role) = (reader.text()?, reader.text()?);
        let deal = names.deal(deal).ok_or_else(|| reader.damage())?;
        let role = known(&mut names.roles, role, |text| Role::new(text).ok()).ok_or_else(|| reader.damage())?;
        let (product, vendor) = (reader.optional_text()?, reader.optional_text()?);
        let product = product.map(|text| {
            known(&mut names.products, text, |text| Product::new(text).ok()).ok_or_else(|| reader.damage())
        });
        let vendor = vendor
            .map(|text| known(&mut names.vendors, text, |text| Vendor::new(text).ok()).ok_or_else(|| reader.damage()));
        let term = match reader.number()? {
            0 => None,
            1 => Some(TermKind::Initial),
            2 => Some(TermKind::Renewal),
            _ => return Err(reader.damage()),
        };
        let key = CreditKey {
            pool,
            basis,
            account: account.clone(),
            deal,
            role,
            product: product.transpose()?,
            vendor: vendor.transpose()?,
            term,
            month_of_deal: reader.optional_number()?,
            churned_after_days: reader.optional_number()?,
        };
        credits.push((key, CreditAmount::from_units(reader.wide()?)));
    }
    Ok(())
}

/// What is kept of an account beside its history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct AccountRow {
    /// When what it comes to was last learned.
    pub(crate) learned: LastLearned,
    /// Whether a line of it recurs, so that every month brings new credit.
    pub(crate) recurring: bool,
    /// Whether a fact of it is in another currency than the book's, so that a rate may change it.
    pub(crate) foreign: bool,
    /// Which credit rows are derived from it.
    pub(crate) credited: BTreeMap<Period, BTreeSet<PartnerId>>,
}

impl AccountRow {
    pub(crate) fn load(store: &impl Reader, account: &AccountId) -> Result<Option<Self>> {
        let value = store.get(&key::account::key(account))?;
        value.map(|value| Self::decode(&value)).transpose()
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut writer = RowWriter::default();
        self.learned.encode(&mut writer);
        writer.number(u64::from(self.recurring) | u64::from(self.foreign) << 1);
        for (period, partners) in &self.credited {
            writer.signed(period.ordinal().into()).number(partners.len() as u64);
            for partner in partners {
                writer.text(partner.as_str());
            }
        }
        writer.0
    }

    pub(crate) fn decode(value: &[u8]) -> Result<Self> {
        let mut reader = RowReader::new("account", value);
        let (learned, flags) = (LastLearned::decode(&mut reader)?, reader.number()?);
        let mut credited = BTreeMap::new();
        while !reader.is_at_end() {
            let period = Period::from_ordinal(reader.signed()? as i32);
            let mut partners = BTreeSet::new();
            for _ in 0..reader.number()? {
                let partner = reader.text()?;
                partners.insert(reader.id(PartnerId::new(partner))?);
            }
            credited.insert(period, partners);
        }
        Ok(Self { learned, recurring: flags & 1 == 1, foreign: flags & 2 == 2, credited })
    }

    /// When what an account comes to was last learned, and whether a rate may change it: what stands first in its row.
    pub(crate) fn decode_learned(value: &[u8]) -> Result<(LastLearned, bool)> {
        let mut reader = RowReader::new("account", value);
        Ok((LastLearned::decode(&mut reader)?, reader.number()? & 2 == 2))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tributary_domain::testing::read_id;

    use super::*;

    fn account() -> AccountId {
        read_id(AccountId::new, "acme")
    }

    fn credits() -> impl Strategy<Value = PeriodCredits> {
        let key =
            ("d-[ab]", "role-[ab]", prop::option::of("[a-d]"), prop::option::of("v-[ab]"), prop::option::of(0_u32..3));
        let key = key.prop_map(|(deal, role, product, vendor, month_of_deal)| CreditKey {
            pool: tributary_domain::policies::revenue(),
            basis: Basis::Consumption,
            account: account(),
            deal: read_id(DealId::new, &deal),
            role: read_id(Role::new, &role),
            product: product.map(|product| read_id(Product::new, &product)),
            vendor: vendor.map(|vendor| read_id(Vendor::new, &vendor)),
            term: month_of_deal.map(|_| TermKind::Initial),
            month_of_deal,
            churned_after_days: None,
        });
        prop::collection::btree_map(key, (-1_000_i128..1_000).prop_map(CreditAmount::from_units), 0..30)
    }

    fn read(row: &[u8], detail: Detail) -> PeriodCredits {
        let mut found = Found::new(detail);
        found.add_row(row, &account()).expect("a row");
        PeriodCredits::from_iter(found.credits)
    }

    fn without_products(credits: &PeriodCredits) -> PeriodCredits {
        let mut sums = PeriodCredits::new();
        for (key, amount) in credits {
            let key = CreditKey { product: None, vendor: None, ..key.clone() };
            sums.entry(key).or_default().add(*amount).expect("small amounts");
        }
        sums
    }

    proptest! {
        #[test]
        fn a_row_reads_back_whole(credits in credits()) {
            let row = encode_row(&credits);
            prop_assert_eq!(read(&row, Detail::Whole), credits.clone());
            prop_assert_eq!(whole(&row).expect("a row"), encode(&credits));
        }

        #[test]
        fn m2_a_rows_sums_are_what_a_plan_without_products_and_vendors_pays_for(credits in credits()) {
            let read = read(&encode_row(&credits), Detail::Summed);
            prop_assert_eq!(without_products(&read), without_products(&credits));
            prop_assert!(read == credits || read.len() * CREDITS_PER_SUM_MIN <= credits.len());
        }

        #[test]
        fn arbitrary_bytes_are_damage_and_never_a_panic(bytes: Vec<u8>) {
            let _ = Found::new(Detail::Summed).add_row(&bytes, &account());
        }
    }
}
