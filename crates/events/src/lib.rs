//! Events on the wire: protobuf messages, CloudEvents in JSON and in Kafka's binary mode, and what they mean.
//!
//! [`decode`] and [`encode`] are the one place where wire and domain meet; what breaks a rule of the contract is a [`Refusal`].

mod asyncapi;
pub mod batch;
pub mod binary;
mod citation;
mod encoded;
pub mod feed;
pub mod framing;
pub mod json;
pub mod leaf;
pub mod member;
mod ordered;
pub mod policy;
mod proto;
mod published;
mod refusal;
mod said;
mod schema;
pub mod shape;
pub mod short;
pub mod usage;
mod wire;
mod written;
mod yaml;

pub use asyncapi::asyncapi;
pub use citation::Citation;
pub use encoded::Encoded;
pub use ordered::Ordered;
pub use published::{ProtoFile, ProtoMessage, message_of, proto_files, types_of};
pub use refusal::Refusal;
pub use said::said;
pub use schema::schemas;
pub use wire::{decode, decode_draft, encode};
pub use written::Problem;
