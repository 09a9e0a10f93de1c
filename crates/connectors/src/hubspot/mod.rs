//! HubSpot: deals as the CRM API answers them, and webhooks. All of it is declared in `mapping.yaml`; the page is
//! `docs/connectors/hubspot.md`.

/// The mapping that the program has.
pub(crate) const MAPPING: &str = include_str!("mapping.yaml");
