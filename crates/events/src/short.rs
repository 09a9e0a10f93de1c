//! Events read the short way, straight into what the log takes: without copying, without a draft. For those types that come by the
//! million; anything unusual about an event, and all that is wrong with one, is left to the long way, which says what it is.
//! What is read here is what the long way would have made of it, to the byte.

mod json;
mod message;
mod scan;
mod table;
mod value;
mod written;

pub use json::line;
pub use message::message;
pub(crate) use value::is_id;

use tributary_domain::id::ID_BYTES_MAX;
use tributary_domain::time::Instant;

/// An event but for its data, borrowed from where it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read<'a> {
    /// `type`.
    pub event_type: &'static str,
    /// `source`.
    pub source: &'a str,
    /// `id`.
    pub id: &'a str,
    /// `subject`.
    pub subject: &'a str,
    /// `time`.
    pub time: Instant,
    /// `recordedtime`, where the event claims one.
    pub recorded: Option<Instant>,
}

/// Whether a text may be `source` or `id`.
fn is_attribute(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= ID_BYTES_MAX
        && (text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) || !text.chars().any(char::is_control))
}
