//! `[ELSEWHERE] kind partner period account known-at` → what a partner has of an account in a period as known then, as the
//! process said it that derives the account. Kind 0: while the ledger runs; 1: at the cutoff of a close.

use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::{Instant, Period};
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::elsewhere::Kind;
use crate::error::Result;

fn of(kind: Kind, partner: &PartnerId, period: Period) -> KeyWriter {
    KeyWriter::new(tag::ELSEWHERE).fixed(&[kind as u8]).text(partner.as_str()).i64(period.ordinal().into())
}

/// Whatever a partner has in a period.
pub(crate) fn of_period(kind: Kind, partner: &PartnerId, period: Period) -> Vec<u8> {
    of(kind, partner, period).finish()
}

/// The same of one account, at every instant.
pub(crate) fn of_account(kind: Kind, partner: &PartnerId, period: Period, account: &AccountId) -> Vec<u8> {
    of(kind, partner, period).text(account.as_str()).finish()
}

pub(crate) fn key(kind: Kind, partner: &PartnerId, period: Period, account: &AccountId, known_at: Instant) -> Vec<u8> {
    of(kind, partner, period).text(account.as_str()).i64(known_at.micros()).finish()
}

pub(crate) fn all(kind: Kind) -> Vec<u8> {
    KeyWriter::new(tag::ELSEWHERE).fixed(&[kind as u8]).finish()
}

/// Partner, period, account and when it is known.
pub(crate) fn read(key: &[u8]) -> Result<(String, Period, String, Instant)> {
    let mut reader = KeyReader::new(key, tag::ELSEWHERE)?;
    reader.fixed::<1>()?;
    let partner = reader.text()?.into_owned();
    let period = Period::from_ordinal(reader.i64()? as i32);
    let account = reader.text()?.into_owned();
    let known_at = Instant::from_micros(reader.i64()?);
    reader.end()?;
    Ok((partner, period, account, known_at))
}
