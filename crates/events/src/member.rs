//! The states of partners and accounts by themselves, as program files hold them: the data of their events.

use serde_json::Value;
use tributary_domain::event::{AccountOpened, PartnerEnrolled};

use crate::proto;
use crate::wire::field::At;
use crate::wire::reference;
use crate::written::{self, Problem};

/// What a partner is, or all that is wrong with it; paths begin at the value.
pub fn partner(value: &Value) -> Result<PartnerEnrolled, Vec<Problem>> {
    written::read(value, "PartnerEnrolled", |message: &proto::PartnerEnrolled, problems| {
        reference::partner(message, At::DOCUMENT, problems)
    })
}

/// What an account is, or all that is wrong with it; paths begin at the value.
pub fn account(value: &Value) -> Result<AccountOpened, Vec<Problem>> {
    written::read(value, "AccountOpened", |message: &proto::AccountOpened, problems| {
        reference::account(message, At::DOCUMENT, problems)
    })
}

/// The state of a partner as a value.
pub fn partner_value(state: &PartnerEnrolled) -> Value {
    serde_json::to_value(proto::PartnerEnrolled::from(state)).expect("a message has texts for keys")
}

/// The state of an account as a value.
pub fn account_value(state: &AccountOpened) -> Value {
    serde_json::to_value(proto::AccountOpened::from(state)).expect("a message has texts for keys")
}
