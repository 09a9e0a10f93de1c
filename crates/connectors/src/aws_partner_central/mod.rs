//! AWS Partner Central: opportunities and engagement invitations as the Selling API answers them, the files of the older ACE
//! exchange, and the events that say that something changed. All of it is declared in `mapping.yaml`; the page is
//! `docs/connectors/aws-partner-central.md`.

/// The mapping that the program has.
pub(crate) const MAPPING: &str = include_str!("mapping.yaml");
