//! Documents for people and programs outside: the journal in the formats of bookkeepers' programs, statements to hand
//! out, and deals as the calls that portals take. What they say is the read models'; here is only how it looks. The bytes
//! follow from the ledger alone: no clock, no locale.
//!
//! In reading order: `decimal` (figures as people read them), `journal`, `statement`, `calls`.

pub mod calls;
mod decimal;
pub mod journal;
pub mod statement;

/// Rows as CSV.
fn csv_text<const CELLS: usize>(rows: &[[String; CELLS]]) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        // Memory takes every byte.
        let _ = writer.write_record(row);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
