//! Credits to their message and back: what a partner's stage learns is exactly what an account's stage derived.

use std::str::FromStr;

use tributary_domain::commission::PeriodCredits;
use tributary_domain::credit::CreditKey;
use tributary_domain::currency::Currency;
use tributary_domain::deal::TermKind;
use tributary_domain::id::{AccountId, DealId, PartnerId, Pool, Product, Role, Vendor};
use tributary_domain::money::CreditAmount;
use tributary_domain::policy::Basis;
use tributary_domain::time::Period;

use super::{Credit, Credits, Unreadable};

impl Credits {
    /// What a partner is attributed of one account in a period.
    pub fn of(
        partner: &PartnerId,
        period: Period,
        account: &AccountId,
        currency: Currency,
        credits: &PeriodCredits,
    ) -> Self {
        let some = credits.iter().filter(|(_, amount)| !amount.is_zero());
        Self {
            partner: partner.to_string(),
            period: period.to_string(),
            account: account.to_string(),
            currency: currency.to_string(),
            credits: some.map(|(key, amount)| Credit::of(key, *amount)).collect(),
        }
    }

    /// The same as the rules know it.
    pub fn read(&self) -> Result<(PartnerId, Period, AccountId, PeriodCredits), Unreadable> {
        let partner = known("partner", &self.partner, PartnerId::new(&self.partner))?;
        let period = known("period", &self.period, Period::from_str(&self.period))?;
        let account = known("account", &self.account, AccountId::new(&self.account))?;
        let mut credits = PeriodCredits::new();
        for credit in &self.credits {
            let amount = known("amount", &credit.amount, CreditAmount::from_str(&credit.amount))?;
            credits.insert(credit.key(&account)?, amount);
        }
        Ok((partner, period, account, credits))
    }
}

impl Credit {
    fn of(key: &CreditKey, amount: CreditAmount) -> Self {
        Self {
            pool: key.pool.to_string(),
            basis: key.basis.as_str().to_owned(),
            deal: key.deal.to_string(),
            role: key.role.to_string(),
            product: key.product.as_ref().map(ToString::to_string),
            vendor: key.vendor.as_ref().map(ToString::to_string),
            term: key.term.map(|term| term.as_str().to_owned()),
            month_of_deal: key.month_of_deal,
            churned_after_days: key.churned_after_days,
            amount: amount.to_string(),
        }
    }

    fn key(&self, account: &AccountId) -> Result<CreditKey, Unreadable> {
        let basis = Basis::ALL.into_iter().find(|basis| basis.as_str() == self.basis);
        let term = |text: &String| {
            let kinds = [TermKind::Initial, TermKind::Renewal];
            known("term", text, kinds.into_iter().find(|kind| kind.as_str() == text).ok_or(()))
        };
        Ok(CreditKey {
            pool: known("pool", &self.pool, Pool::new(&self.pool))?,
            basis: known("basis", &self.basis, basis.ok_or(()))?,
            account: account.clone(),
            deal: known("deal", &self.deal, DealId::new(&self.deal))?,
            role: known("role", &self.role, Role::new(&self.role))?,
            product: optional("product", self.product.as_ref(), Product::new)?,
            vendor: optional("vendor", self.vendor.as_ref(), Vendor::new)?,
            term: self.term.as_ref().map(term).transpose()?,
            month_of_deal: self.month_of_deal,
            churned_after_days: self.churned_after_days,
        })
    }
}

fn known<T, E>(field: &'static str, found: &str, read: Result<T, E>) -> Result<T, Unreadable> {
    read.map_err(|_| Unreadable::Field { field, found: found.to_owned() })
}

fn optional<T, E>(
    field: &'static str,
    text: Option<&String>,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Unreadable> {
    text.map(|text| known(field, text, read(text))).transpose()
}
