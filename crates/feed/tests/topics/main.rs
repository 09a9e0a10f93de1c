//! The feed over topics in memory: random histories, published in pieces, with crashes and publishers that come late; and what
//! hardly comes by chance.

mod book;
mod histories;
mod properties;
mod reopened;
