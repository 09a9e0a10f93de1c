//! The rules of the ledger, pure: every answer is a function of a set of events and two coordinates, *as of* and *known at*.
//!
//! Nothing here reads a clock, a file or a random number; time, ids and policies are arguments. The modules stand in
//! reading order: the vocabulary, what is known beside any one history, an account's stage, a partner's stage.

pub mod currency;
pub mod event;
pub mod id;
pub mod money;
pub mod policy;
pub mod program;
pub mod time;

pub mod alias;
pub mod book;
pub mod fx;
pub mod partner;
pub mod policies;
pub mod reference;

pub mod account;
pub mod deal;
pub mod deal_record;
pub mod disbursement;
pub mod lead;
pub mod registration;

pub mod attribution;
pub mod credit;
pub mod fact;

pub mod balance;
pub mod closing;
pub mod commission;
pub mod posting;
pub mod reconcile;

#[doc(hidden)]
pub mod testing;
