//! `[CREDIT] partner period account` → the credits that a partner has of an account in a period.

use std::borrow::Cow;

use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::Period;
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(partner: &PartnerId, period: Period, account: &AccountId) -> Vec<u8> {
    KeyWriter::new(tag::CREDIT).text(partner.as_str()).i64(period.ordinal().into()).text(account.as_str()).finish()
}

pub(crate) fn of_period(partner: &PartnerId, period: Period) -> Vec<u8> {
    KeyWriter::new(tag::CREDIT).text(partner.as_str()).i64(period.ordinal().into()).finish()
}

/// The account.
pub(crate) fn account(key: &[u8]) -> Result<Cow<'_, str>> {
    let mut reader = KeyReader::new(key, tag::CREDIT)?;
    reader.text()?;
    reader.i64()?;
    Ok(reader.text()?)
}

/// Partner, period and account.
pub(crate) fn read(key: &[u8]) -> Result<(String, Period, String)> {
    let mut reader = KeyReader::new(key, tag::CREDIT)?;
    let partner = reader.text()?.into_owned();
    let period = Period::from_ordinal(reader.i64()? as i32);
    let account = reader.text()?.into_owned();
    reader.end()?;
    Ok((partner, period, account))
}
