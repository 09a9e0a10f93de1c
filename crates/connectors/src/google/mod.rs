//! Google Cloud Marketplace: entitlements and accounts of the procurement API, its notifications, and the disbursements report. All of it
//! is declared in `mapping.yaml`; the page is `docs/connectors/google.md`.

/// The mapping that the program has.
pub(crate) const MAPPING: &str = include_str!("mapping.yaml");
