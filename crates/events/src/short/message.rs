//! An event of a batch of messages ([`crate::batch`]), as producers write it.

use tributary_domain::time::Instant;
use tributary_log::varint;

use super::written::{self, field};
use super::{Read, is_attribute, table};
use crate::batch::TYPE_URL;
use crate::binary::CONTENT_TYPE;

/// Reads an event of a batch the short way, and adds its data; nothing if anything about it is unusual.
pub fn message<'a>(event: &'a [u8], data: &mut Vec<u8>) -> Option<Read<'a>> {
    let mut attributes = Attributes::default();
    let (mut id, mut source, mut specversion, mut event_type, mut any) = (None, None, None, None, None);
    let mut rest = event;
    while let Some((number, bytes, after)) = field(rest) {
        let slot = match number {
            1 => &mut id,
            2 => &mut source,
            3 => &mut specversion,
            4 => &mut event_type,
            8 => &mut any,
            5 => {
                attributes.take(bytes)?;
                rest = after;
                continue;
            }
            _ => return None,
        };
        if slot.replace(bytes).is_some() {
            return None;
        }
        rest = after;
    }
    if !rest.is_empty() || specversion? != b"1.0" {
        return None;
    }
    let (of, message) = table::of_type(text(event_type?)?)?;
    let (id, source, subject) = (text(id?)?, text(source?)?, text(attributes.subject?)?);
    let [name, held] = pair(any?)?;
    let name = name.strip_prefix(TYPE_URL.as_bytes())?;
    let is_usual = name == of.message.as_bytes() && is_attribute(id) && is_attribute(source) && of.scope.holds(subject);
    if !is_usual || !written::is_written(message, held) {
        return None;
    }
    data.extend_from_slice(held);
    Some(Read { event_type: of.name, source, id, subject, time: attributes.time?, recorded: attributes.recorded })
}

/// The attributes in the map of an event.
#[derive(Default)]
struct Attributes<'a> {
    subject: Option<&'a [u8]>,
    time: Option<Instant>,
    recorded: Option<Instant>,
}

impl<'a> Attributes<'a> {
    fn take(&mut self, entry: &'a [u8]) -> Option<()> {
        let [name, value] = pair(entry)?;
        let (kind, held, []) = field(value)? else { return None };
        let is_first = match (name, kind) {
            (b"subject", 3) => self.subject.replace(held).is_none(),
            (b"time", 7) => self.time.replace(timestamp(held)?).is_none(),
            (b"recordedtime", 7) => self.recorded.replace(timestamp(held)?).is_none(),
            (b"datacontenttype", 3) => held == CONTENT_TYPE.as_bytes(),
            _ => false,
        };
        is_first.then_some(())
    }
}

/// The two fields of a message that has no others.
fn pair(message: &[u8]) -> Option<[&[u8]; 2]> {
    let (1, first, rest) = field(message)? else { return None };
    let (2, second, []) = field(rest)? else { return None };
    Some([first, second])
}

/// A timestamp from 1970 on.
fn timestamp(mut bytes: &[u8]) -> Option<Instant> {
    const SECONDS_MAX: u64 = 253_402_300_799;
    let (mut parts, mut last) = ([0; 2], 0);
    while let [tag @ (8 | 16), rest @ ..] = bytes {
        let number = usize::from(*tag / 8);
        if number <= last {
            return None;
        }
        (parts[number - 1], bytes) = varint::read(rest)?;
        last = number;
    }
    let [seconds @ 0..=SECONDS_MAX, nanos @ 0..1_000_000_000] = parts else { return None };
    bytes.is_empty().then(|| Instant::from_micros((seconds * 1_000_000 + nanos / 1000) as i64))
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
