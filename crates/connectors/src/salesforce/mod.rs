//! Salesforce: opportunities, their contacts and partners, leads and accounts, as CSV of the Bulk API, as the tree JSON of the command
//! line, and as change events. All of it is declared in `mapping.yaml`; the page is `docs/connectors/salesforce.md`.

/// The mapping that the program has.
pub(crate) const MAPPING: &str = include_str!("mapping.yaml");
