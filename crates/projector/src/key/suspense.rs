//! `[SUSPENSE] account period` → the facts of an account that earn no credit: without a deal, or without a rate.

use tributary_domain::id::AccountId;
use tributary_domain::time::Period;
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(account: &AccountId, period: Period) -> Vec<u8> {
    KeyWriter::new(tag::SUSPENSE).text(account.as_str()).i64(period.ordinal().into()).finish()
}

pub(crate) fn of_account(account: &AccountId) -> Vec<u8> {
    KeyWriter::new(tag::SUSPENSE).text(account.as_str()).finish()
}

/// The account and the period.
pub(crate) fn read(key: &[u8]) -> Result<(String, Period)> {
    let mut reader = KeyReader::new(key, tag::SUSPENSE)?;
    let account = reader.text()?.into_owned();
    Ok((account, Period::from_ordinal(reader.i64()? as i32)))
}
