//! The keys of the store, one file for each kind: grammar, tag and round trip. A tag once used is never used for anything else.

pub(crate) mod account;
pub(crate) mod closing;
pub(crate) mod correction;
pub(crate) mod credit;
pub(crate) mod dirty;
pub(crate) mod elsewhere;
pub(crate) mod history;
pub(crate) mod identity;
pub(crate) mod mention;
pub(crate) mod meta;
pub(crate) mod opening;
pub(crate) mod outbox;
pub(crate) mod outgoing;
pub(crate) mod quarantine;
pub(crate) mod suspense;
pub(crate) mod usage;
pub(crate) mod usage_sums;

/// What a row is, by the first byte of its key.
pub(crate) mod tag {
    pub(crate) const META: u8 = 0x01;
    pub(crate) const HISTORY: u8 = 0x10;
    pub(crate) const REFERENCE: u8 = 0x11;
    pub(crate) const ALIAS: u8 = 0x12;
    pub(crate) const CLOSE: u8 = 0x13;
    pub(crate) const OBSERVATION: u8 = 0x14;
    pub(crate) const IDENTITY: u8 = 0x18;
    pub(crate) const REPEATED: u8 = 0x19;
    pub(crate) const USAGE: u8 = 0x20;
    pub(crate) const USAGE_SUMS: u8 = 0x21;
    pub(crate) const CORRECTION: u8 = 0x30;
    pub(crate) const WAITING: u8 = 0x31;
    pub(crate) const OUTGOING: u8 = 0x38;
    pub(crate) const DIRTY: u8 = 0x40;
    pub(crate) const CREDIT: u8 = 0x50;
    pub(crate) const ELSEWHERE: u8 = 0x54;
    pub(crate) const ACCOUNT: u8 = 0x51;
    pub(crate) const SUSPENSE: u8 = 0x52;
    pub(crate) const OPENING: u8 = 0x60;
    pub(crate) const OPENED_IN: u8 = 0x61;
    pub(crate) const MENTION: u8 = 0x62;
    pub(crate) const QUARANTINE: u8 = 0x70;
    pub(crate) const STATEMENT: u8 = 0x80;
    pub(crate) const OUTBOX: u8 = 0x90;
}
