//! The feed over topics in memory: random histories, published in pieces, with crashes and publishers that come late.

mod book;
mod histories;
mod properties;
