//! Credit rows: what is derived from an account, read by partner and period. And the account's own row, which names them.

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

/// The value of a credit row.
pub(crate) fn encode(credits: &PeriodCredits) -> Vec<u8> {
    let mut writer = RowWriter::default();
    for (key, amount) in credits {
        writer.text(key.pool.as_str()).number(key.basis as u64).text(key.deal.as_str()).text(key.role.as_str());
        writer.optional_text(key.product.as_ref().map(Product::as_str));
        writer.optional_text(key.vendor.as_ref().map(Vendor::as_str));
        writer.number(match key.term {
            None => 0,
            Some(TermKind::Initial) => 1,
            Some(TermKind::Renewal) => 2,
        });
        writer.optional_number(key.month_of_deal).optional_number(key.churned_after_days).wide(amount.units());
    }
    writer.0
}

/// Names that are said again and again: each is made once.
#[derive(Debug, Default)]
pub(crate) struct Names {
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

/// Adds the credits of a row to others.
pub(crate) fn decode_into(value: &[u8], account: &AccountId, credits: &mut PeriodCredits) -> Result<()> {
    let mut read = Vec::new();
    decode(value, account, &mut Names::default(), &mut read)?;
    for (key, amount) in read {
        credits.entry(key).or_default().add(amount)?;
    }
    Ok(())
}

/// Reads the credits of a row, by key.
pub(crate) fn decode(
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
