//! The digest of the state: how determinism is checked, in tests and in production.
//!
//! It covers what was recorded, as it was said, and what is derived from that; no log position, no bookkeeping, nothing that
//! depends on the order in which events came in or on when accounts were derived. Kept statements have digests of their own.

use tributary_store::{Db, Reader};

use crate::error::Result;
use crate::key::{self, tag};
use crate::row::RowWriter;
use crate::usage::{self, UsageRow};
use crate::{credit, history, quarantine};

/// Kinds of rows whose keys and values hold nothing but content.
const AS_THEY_ARE: [u8; 4] = [tag::SUSPENSE, tag::OPENING, tag::OPENED_IN, tag::MENTION];

/// BLAKE3 over the content of the rows, kind by kind in the order of the keys. Corrections are events of their subject's
/// history and are covered there.
pub(crate) fn of_state(store: &Db) -> Result<blake3::Hash> {
    let mut digest = Digest(blake3::Hasher::new());
    for tag in [tag::HISTORY, tag::REFERENCE, tag::ALIAS, tag::CLOSE, tag::OBSERVATION] {
        digest.add_events(store, tag)?;
    }
    digest.add_usage(store)?;
    let mut credits = store.scan(&[tag::CREDIT]);
    while let Some(row) = credits.advance() {
        let (key, value) = row?;
        digest.add([key, credit::whole(value)?]);
    }
    for tag in AS_THEY_ARE {
        let mut rows = store.scan(&[tag]);
        while let Some(row) = rows.advance() {
            let (key, value) = row?;
            digest.add([key, value]);
        }
    }
    digest.add_quarantine(store)?;
    Ok(digest.0.finalize())
}

struct Digest(blake3::Hasher);

impl Digest {
    fn add<const PARTS: usize>(&mut self, parts: [&[u8]; PARTS]) {
        for part in parts {
            self.0.update(&(part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    /// The key says subject, times and identity.
    fn add_events(&mut self, store: &Db, tag: u8) -> Result<()> {
        let mut rows = store.scan(&[tag]);
        while let Some(row) = rows.advance() {
            let (key, value) = row?;
            let envelope = history::record(value)?.envelope;
            self.add([key, envelope.event_type.as_bytes(), envelope.data]);
        }
        Ok(())
    }

    fn add_usage(&mut self, store: &Db) -> Result<()> {
        let mut months = usage::Months::of(store);
        while let Some(month) = months.next()? {
            let mut rows: Vec<Vec<u8>> = month.rows.iter().map(content).collect();
            rows.sort_unstable();
            self.add([month.subject.as_bytes(), &month.month.to_le_bytes()]);
            rows.iter().for_each(|row| self.add([row]));
        }
        Ok(())
    }

    /// What was set aside has no order but that of the log.
    fn add_quarantine(&mut self, store: &Db) -> Result<()> {
        let mut hashes = Vec::new();
        for row in store.prefix(&key::quarantine::all()) {
            let (_, value) = row?;
            let (code, field, _, record) = quarantine::read(&value)?;
            let mut one = Self(blake3::Hasher::new());
            one.add([code.as_bytes(), field.as_bytes(), &record.recorded_us.to_le_bytes()]);
            one.add([&record.envelope.identity_key().0, &record.envelope.content_hash().0]);
            hashes.push(*one.0.finalize().as_bytes());
        }
        hashes.sort_unstable();
        hashes.iter().for_each(|hash| self.add([hash]));
        Ok(())
    }
}

fn content(row: &UsageRow) -> Vec<u8> {
    let mut writer = RowWriter::default();
    writer.signed(row.time.micros()).signed(row.recorded.micros()).text(row.term.product.as_str());
    writer.optional_text(row.term.vendor.as_ref().map(tributary_domain::id::Vendor::as_str));
    writer.optional_text(row.term.deal.as_ref().map(tributary_domain::id::DealId::as_str));
    writer.text(row.term.currency.as_str()).wide(row.amount.units());
    writer.0
}
