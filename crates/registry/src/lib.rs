//! Schema registries as Confluent's API has them, for those who keep one: the framing that their serialisers put before a
//! value, and the registration of schemas. What the schemas are, others say; nothing here decides anything.
//!
//! The framing is bytes in, bytes out. [`Registry`] speaks HTTP and is used when a process starts, never per record.

mod client;
mod error;
mod framing;
mod registration;
mod settings;

pub use client::{Registered, Registry};
pub use error::RegistryError;
pub use framing::{Framed, FramingError, frame, is_framed, unframe};
pub use registration::{Compatibility, Import, Schema, record_subject, register, value_subject};
pub use settings::{Credentials, RegistrySettings, SettingError};
