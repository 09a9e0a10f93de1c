//! Microsoft Partner Center: co-sell referrals and their webhooks, and the transaction history of payouts. All of it is declared in
//! `mapping.yaml`; the page is `docs/connectors/microsoft.md`.

/// The mapping that the program has.
pub(crate) const MAPPING: &str = include_str!("mapping.yaml");
