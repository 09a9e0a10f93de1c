//! AWS Marketplace: the Seller Delivery Data Feeds, and agreements as the API describes them. All of it is declared in
//! `mapping.yaml`; the page, with the signs of every leg, is `docs/connectors/aws-marketplace.md`.

/// The mapping that the program has.
pub(crate) const MAPPING: &str = include_str!("mapping.yaml");
