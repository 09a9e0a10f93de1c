//! Microsoft Partner Center: co-sell referrals and their webhooks, the transaction history of payouts, orders and usage of the
//! commercial marketplace. All of it is declared in `mapping.yaml`; the page is `docs/connectors/microsoft.md`.

/// The mapping that the program has.
pub(crate) const MAPPING: &str = include_str!("mapping.yaml");
