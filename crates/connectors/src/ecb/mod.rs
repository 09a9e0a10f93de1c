//! The European Central Bank's euro foreign exchange reference rates, both of its CSV files, read into `rate.published`.
//!
//! # Field map
//! | event | file | remark |
//! |---|---|---|
//! | `source` | | `urn:ecb:eurofxref`, for both files |
//! | `id` | column and date | `EUR-USD-2026-10-30`: where the files overlap they say the same event |
//! | `subject` | | `book` |
//! | `time` | `Date` | that date at 00:00:00Z, though published at about 16:00 in Frankfurt: effective, not recorded, time |
//! | `base`, `quote` | `EUR`; the column's name | one euro is so many units of the quote |
//! | `rate` | the cell | up to six decimals, kept exactly |
//!
//! The history (`eurofxref-hist.csv`) has dates such as `2026-10-30`, `N/A` where a currency has no rate and a comma at
//! the end of each line; the daily file (`eurofxref.csv`) has blanks after its commas and dates such as `30 October 2026`.
//! A rate between two other currencies is a cross rate, which the ledger does not compute (F5).

mod rates;

pub use rates::{Options, SOURCE};
