//! FOCUS cost and usage files (FinOps Open Cost and Usage Specification 1.0 to 1.4, CSV or Parquet) read into `usage.recorded`.
//!
//! # Field map
//! | event | column | remark |
//! |---|---|---|
//! | `source` | | the mapping's `source` |
//! | `id` | the natural key's columns | 32 hex digits: BLAKE3 of the key and of its ordinal in the file, see `key.rs` |
//! | `subject` | by provider, such as `SubAccountId` | `<namespace>/<value>`: the account resolves by alias (I3) |
//! | `time` | `ChargePeriodStart` | when it was used, never when it was billed |
//! | `product` | such as `ServiceName` | through `names`, else escaped |
//! | `vendor` | such as `ProviderName` | through `names`, else escaped |
//! | `quantity`, `unit` | `ConsumedQuantity`, `ConsumedUnit` | rounded half-even beyond twelve places |
//! | `amount`, `currency` | the mapping's `cost`; `BillingCurrency` | exact, or the row is refused |
//!
//! # Escapes
//! Identifiers may hold neither `/` nor control characters. A value is escaped as in a URI: these, and `%` itself, become
//! `%2F` and the like. That never makes two names one, which a replacement by `-` could, and it can be read back.
//! `stripPrefix` and `names` give nicer names where somebody cares.
//!
//! # What is true of a row
//! FOCUS files have no row key and are issued anew until their billing period is closed: the same charge comes with
//! another cost. The natural key says which charge a row is, and the file imported last says what is true of it.
//! The importer asks the ledger what it holds for a row's identity: nothing, then the draft is recorded; the same amount
//! and quantity, then there is nothing to do; another amount, then [`crate::restate`] gives the correction. So the same file
//! again adds nothing. (A correction is made once for each row and file: a file that has been superseded and then restored
//! is not superseded by the same bytes a second time; issue it anew.) Rows of equal key differ by their order only; should two swap places, each restates the
//! other and their sum stays. What no row says any more is voided only where the mapping says `delivery: overwrite`, see
//! `delivery.rs`: else a file need not be the whole of a period.
//! The parts of one export are one file: join them first, since ordinals count within a file.
//! `ChargeClass = Correction` marks a charge of its own, often negative, that belongs to an earlier day.

mod category;
mod column;
mod data_set;
mod delivery;
mod key;
mod mapping;
mod rows;

use std::io::Read;

pub use category::Category;
pub use delivery::{Delivery, Overwrite, VersionOf};
pub use key::DEFAULT_KEY;
pub use mapping::{AccountRule, ColumnNames, Mapping, ZeroCost};

use crate::Refusal;
use crate::source::{Rows, Source};

/// The JSON Schema of mappings.
pub const SCHEMA: &str = include_str!("schema.json");

impl Source for Mapping {
    fn rows<'a>(&'a self, reader: Box<dyn Read + 'a>, name: &str) -> Result<Rows<'a>, Refusal> {
        rows::read(reader, name, self)
    }
}
