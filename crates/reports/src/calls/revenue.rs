//! What the ledger says of products in a month: what was earned with each, and the part of it that a deal is credited for.

use std::collections::BTreeMap;

use tributary_domain::id::{AccountId, DealId, PartnerId, Product};
use tributary_domain::money::{Amount, CreditAmount, Overflow};
use tributary_domain::time::Period;
use tributary_finance::FinanceError;
use tributary_projector::{ProjectorError, View};

use super::CallsError;
use super::facts::Which;
use super::names::RevenueNames;

/// Where links between accounts of AWS and the ledger's stand.
const AWS_ACCOUNT: &str = "aws-account";

/// What the ledger says of a product in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProductFacts {
    pub(super) product: String,
    /// What was earned with it, credited or not; what is negative for a deal in the month is left out.
    pub(super) earned: Amount,
    /// Deals with the part of it that is credited, by account and deal.
    pub(super) deals: Vec<DealCredit>,
}

/// A deal's part of what a product earned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DealCredit {
    pub(super) account: String,
    pub(super) deal: String,
    /// The customer's account at AWS.
    pub(super) customer: Option<String>,
    pub(super) credit: Amount,
}

/// The products that are named, by name.
pub(super) fn products(
    view: &View<'_>,
    names: &RevenueNames,
    which: &Which,
    period: Period,
) -> Result<Vec<ProductFacts>, CallsError> {
    let earned = earned(view, names, period)?;
    let mut credited = credited(view, names, which, period)?;
    let mut products = Vec::new();
    for product in names.products.keys() {
        let mut deals = Vec::new();
        for ((account, deal), credit) in credited.remove(product).unwrap_or_default() {
            let customer = customer(view, names, &account)?;
            let credit = credit.rounded().map_err(FinanceError::from)?;
            deals.push(DealCredit { account: account.to_string(), deal: deal.to_string(), customer, credit });
        }
        let earned = earned.get(product).copied().unwrap_or_default();
        products.push(ProductFacts { product: product.clone(), earned, deals });
    }
    Ok(products)
}

type ByDeal = BTreeMap<(AccountId, DealId), CreditAmount>;

/// Credit by product and deal: a partner's, or everybody's.
fn credited(
    view: &View<'_>,
    names: &RevenueNames,
    which: &Which,
    period: Period,
) -> Result<BTreeMap<String, ByDeal>, CallsError> {
    let partners: Vec<PartnerId> = match &which.partner {
        Some(partner) => vec![partner.clone()],
        None => view.partners()?.into_iter().collect(),
    };
    let mut credited: BTreeMap<String, ByDeal> = BTreeMap::new();
    for partner in partners {
        for (key, amount) in view.credits(&partner, period)? {
            let counts = key.pool.as_str() == names.pool && key.basis.as_str() == names.basis;
            let asked = which.account.as_ref().is_none_or(|account| *account == key.account)
                && (which.deals.is_empty() || which.deals.contains(&key.deal));
            let Some(product) = key.product.filter(|_| counts && asked) else { continue };
            let of_product = credited.entry(product.to_string()).or_default();
            of_product.entry((key.account, key.deal)).or_default().add(amount).map_err(FinanceError::from)?;
        }
    }
    Ok(credited)
}

/// What was earned with each product, whether anybody is credited for it or not.
fn earned(view: &View<'_>, names: &RevenueNames, period: Period) -> Result<BTreeMap<String, Amount>, CallsError> {
    let mut earned: BTreeMap<String, Amount> = BTreeMap::new();
    for account in view.accounts()? {
        let mut by_deal: BTreeMap<(Product, Option<DealId>), Amount> = BTreeMap::new();
        for fact in view.facts(&account, period)? {
            let counts = fact.key.basis.as_str() == names.basis;
            let (Some(product), Some(amount)) = (fact.key.product.filter(|_| counts), fact.converted.amount()) else {
                continue;
            };
            add(by_deal.entry((product, fact.key.deal)).or_default(), amount)?;
        }
        for ((product, _), amount) in by_deal.into_iter().filter(|(_, amount)| amount.units() > 0) {
            add(earned.entry(product.to_string()).or_default(), amount)?;
        }
    }
    Ok(earned)
}

fn add(sum: &mut Amount, amount: Amount) -> Result<(), CallsError> {
    sum.add(amount).map_err(|overflow: Overflow| FinanceError::from(overflow).into())
}

/// As it is named, else the one alias that the account has at AWS.
fn customer(view: &View<'_>, names: &RevenueNames, account: &AccountId) -> Result<Option<String>, ProjectorError> {
    if let Some(named) = names.accounts.get(account.as_str()) {
        return Ok(Some(named.clone()));
    }
    let aliases = view.aliases().of(account).map(|subject| subject.to_string());
    let mut at_aws = aliases.filter_map(|alias| alias.strip_prefix(AWS_ACCOUNT)?.strip_prefix('/').map(str::to_owned));
    Ok(at_aws.next().filter(|_| at_aws.next().is_none()))
}

#[cfg(test)]
mod tests {
    use tributary_domain::policy::Basis;

    #[test]
    fn the_schema_of_names_lists_every_basis() {
        let schema: serde_json::Value = serde_json::from_str(super::super::NAMES_SCHEMA).expect("JSON");
        let listed = &schema["operations"]["aws-revenue-attribution"]["properties"]["basis"]["enum"];
        assert_eq!(*listed, serde_json::json!(Basis::ALL.map(Basis::as_str)));
    }
}
