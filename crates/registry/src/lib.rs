//! Schema registries as Confluent's API has them, for those who keep one: the registration of schemas. What the schemas are,
//! others say, and so what stands before a value; nothing here decides anything.
//!
//! [`Registry`] speaks HTTP and is used when a process starts, never per record.

mod client;
mod error;
mod registration;
mod settings;
pub mod testing;

pub use client::{Registered, Registry};
pub use error::RegistryError;
pub use registration::{Compatibility, Import, Schema, record_subject, register, value_subject};
pub use settings::{Credentials, RegistrySettings, SettingError};
