//! The mapping: which columns of a file say what. A YAML document that people write; an unknown or wrong field is refused
//! with its path.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono_tz::Tz;
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use tributary_domain::id::{Namespace, Product, Source, Vendor};
use tributary_domain::time::parse_zone;

use super::Category;
use super::delivery::Delivery;
use crate::mapping::MappingError;
use crate::text::Encoding;

/// Which columns of a FOCUS file say what.
///
/// ```yaml
/// source: urn:focus:acme
/// cost: BilledCost
/// accounts:
///   - {provider: AWS, namespace: aws-account, column: SubAccountId}
///   - {provider: Microsoft, namespace: azure-subscription, column: SubAccountId, stripPrefix: /subscriptions/}
/// product: {column: ServiceName}
/// vendor: {column: ProviderName, names: {AWS: aws}}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mapping {
    /// The CloudEvents `source` of the events.
    #[serde(deserialize_with = "source")]
    pub source: Source,
    /// The column whose value the `provider` of an account rule is compared with; `ServiceProviderName` from FOCUS 1.3 on.
    #[serde(default = "provider_column")]
    pub provider: String,
    /// Who the row's account is: the first rule that fits the provider and whose column has a value.
    #[serde(deserialize_with = "some")]
    pub accounts: Vec<AccountRule>,
    /// What was used.
    pub product: ColumnNames<Product>,
    /// Whose it is; without it, events name no vendor.
    #[serde(default)]
    pub vendor: Option<ColumnNames<Vendor>>,
    /// The cost that counts: `BilledCost`, `EffectiveCost`, `ContractedCost` or `ListCost`.
    pub cost: String,
    /// The currency of the cost.
    #[serde(default = "currency_column")]
    pub currency: String,
    /// How much was used; `ConsumedQuantity`, if the file has it, where none is named.
    #[serde(default)]
    pub quantity: Option<String>,
    /// In what unit; `ConsumedUnit`, if the file has it, where none is named.
    #[serde(default)]
    pub unit: Option<String>,
    /// The charge categories that are usage; the others are skipped and counted.
    #[serde(default = "usage_only")]
    pub categories: BTreeSet<Category>,
    /// What becomes of rows that cost nothing.
    #[serde(default)]
    pub zero_cost: ZeroCost,
    /// The zone of times that name none.
    #[serde(default, deserialize_with = "zone")]
    pub zone: Tz,
    /// What the file is written in.
    #[serde(default)]
    pub(super) encoding: Encoding,
    /// How files of a period follow each other.
    #[serde(default)]
    pub delivery: Delivery,
    /// The columns that say which charge a row is, instead of [`super::DEFAULT_KEY`].
    #[serde(default, deserialize_with = "some_if_any")]
    pub natural_key: Option<Vec<String>>,
}

/// How the rows of a provider name their account: an alias, which the ledger resolves (I3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountRule {
    /// The provider whose rows it is for; none: all.
    #[serde(default)]
    pub provider: Option<String>,
    /// The namespace of the alias.
    #[serde(deserialize_with = "namespace")]
    pub namespace: Namespace,
    /// The column that holds the external id.
    pub column: String,
    /// What is cut off the front of a value that begins with it.
    #[serde(default)]
    pub strip_prefix: String,
}

/// A column whose values are names, and better names for some of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, bound = "T: FromName")]
pub struct ColumnNames<T> {
    /// The column.
    pub column: String,
    /// What a value is called in the ledger, where not as in the file.
    #[serde(default = "BTreeMap::new", deserialize_with = "names")]
    pub names: BTreeMap<String, T>,
}

/// What becomes of rows that cost nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ZeroCost {
    /// They are left out and counted, but where the ledger already knows the row they restate it to zero.
    #[default]
    Skip,
    /// They are recorded like any other.
    Keep,
}

impl Mapping {
    /// Reads a YAML document, or says which field of it is wrong.
    pub fn from_yaml(text: &str) -> Result<Self, MappingError> {
        let mut path = ".".to_owned();
        serde_saphyr::with_deserializer_from_str(text, |document| {
            serde_path_to_error::deserialize(document).map_err(|error| {
                path = error.path().to_string();
                error.into_inner()
            })
        })
        .map_err(|error| MappingError { path, reason: error.without_snippet().to_string() })
    }
}

/// A name that a value of a file can be given: a product or a vendor.
pub trait FromName: Sized {
    /// Checks it.
    fn from_name(name: &str) -> Result<Self, tributary_domain::id::IdError>;
}

impl FromName for Product {
    fn from_name(name: &str) -> Result<Self, tributary_domain::id::IdError> {
        Self::new(name)
    }
}

impl FromName for Vendor {
    fn from_name(name: &str) -> Result<Self, tributary_domain::id::IdError> {
        Self::new(name)
    }
}

fn provider_column() -> String {
    "ProviderName".to_owned()
}

fn currency_column() -> String {
    "BillingCurrency".to_owned()
}

fn usage_only() -> BTreeSet<Category> {
    BTreeSet::from([Category::Usage])
}

/// A text that `check` turns into a value; its reason is the reason of the field.
fn checked<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    check: impl Fn(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    check(&text).map_err(|error| de::Error::custom(format_args!("{text:?} {error}")))
}

fn source<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Source, D::Error> {
    checked(deserializer, |text| {
        let wrong = text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control());
        if wrong { Err("is not a URI reference such as urn:focus:acme") } else { Ok(Source::new(text)) }
    })
}

fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    checked(deserializer, parse_zone)
}

fn namespace<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Namespace, D::Error> {
    checked(deserializer, |text| match text {
        "account" | "partner" | "book" => Err("is a word of the ledger's own, an alias needs another".to_owned()),
        _ => Namespace::new(text).map_err(|error| error.to_string()),
    })
}

pub(super) fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let list = Vec::deserialize(deserializer)?;
    if list.is_empty() { Err(de::Error::custom("needs at least one entry")) } else { Ok(list) }
}

fn some_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    some(deserializer).map(Some)
}

fn names<'de, D: Deserializer<'de>, T: FromName>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error> {
    struct Names<T>(std::marker::PhantomData<T>);

    impl<'de, T: FromName> Visitor<'de> for Names<T> {
        type Value = BTreeMap<String, T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("names by the values of the column")
        }

        fn visit_map<A: de::MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut names = BTreeMap::new();
            while let Some(value) = entries.next_key::<String>()? {
                let name = entries.next_value_seed(Name(std::marker::PhantomData))?;
                names.insert(value, name);
            }
            Ok(names)
        }
    }

    struct Name<T>(std::marker::PhantomData<T>);

    impl<'de, T: FromName> de::DeserializeSeed<'de> for Name<T> {
        type Value = T;

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
            checked(deserializer, T::from_name)
        }
    }

    deserializer.deserialize_map(Names(std::marker::PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "source: urn:focus:test\ncost: BilledCost\nproduct: {column: ServiceName}\n\
                         accounts:\n  - {namespace: aws-account, column: SubAccountId}\n";

    #[test]
    fn a_small_mapping_has_the_documented_defaults() {
        let mapping = Mapping::from_yaml(SMALL).expect("a mapping");
        assert_eq!(mapping.provider, "ProviderName");
        assert_eq!(mapping.currency, "BillingCurrency");
        assert_eq!(mapping.categories, BTreeSet::from([Category::Usage]));
        assert_eq!((mapping.zero_cost, mapping.zone), (ZeroCost::Skip, Tz::UTC));
        assert_eq!((mapping.vendor, mapping.natural_key), (None, None));
    }

    #[test]
    fn a_wrong_field_is_named_by_its_path() {
        for (from, to, path) in [
            ("cost: BilledCost\n", "cost: BilledCost\ncosts: x\n", "costs"),
            ("cost: BilledCost\n", "", "."),
            ("cost: BilledCost\n", "cost: BilledCost\nzone: Mars/Olympus\n", "zone"),
            ("cost: BilledCost\n", "cost: BilledCost\nzeroCost: drop\n", "zeroCost"),
            ("cost: BilledCost\n", "cost: BilledCost\ncategories: [Usage, Fee]\n", "categories[1]"),
            ("cost: BilledCost\n", "cost: BilledCost\nnaturalKey: []\n", "naturalKey"),
            ("urn:focus:test", "a b", "source"),
            ("aws-account", "partner", "accounts[0].namespace"),
            ("aws-account", "a/b", "accounts[0].namespace"),
            ("column: SubAccountId", "columns: SubAccountId", "accounts[0].columns"),
            ("{column: ServiceName}", "{column: ServiceName, names: {CI: CI/CD}}", "product.names.CI"),
        ] {
            let error = Mapping::from_yaml(&SMALL.replace(from, to)).expect_err(to);
            assert_eq!(error.path, path, "{error}");
        }
    }

    #[test]
    fn what_is_not_yaml_is_refused() {
        assert!(Mapping::from_yaml("").is_err());
        assert!(Mapping::from_yaml("a: [").is_err());
        assert!(Mapping::from_yaml("- 1").is_err());
    }
}
