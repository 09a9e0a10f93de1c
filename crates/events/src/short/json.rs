//! An event as a line of JSON ([`crate::json`]): its attributes as they stand there, its data straight into the log's form.

use tributary_domain::money::Amount;
use tributary_domain::time::{Day, Instant};

use super::scan::Scan;
use super::table::{self, FIELDS_MAX, Field, Given, Message, Values};
use super::value::{self, Kind};
use super::written;
use super::{Read, is_attribute};
use crate::json::LINE_BYTES_MAX;

/// Reads a line the short way, and adds its data; nothing if anything about it is unusual.
pub fn line<'a>(line: &'a [u8], data: &mut Vec<u8>) -> Option<Read<'a>> {
    if line.len() > LINE_BYTES_MAX {
        return None;
    }
    let before = data.len();
    let read = read(std::str::from_utf8(line).ok()?, data);
    if read.is_none() {
        data.truncate(before);
    }
    read
}

const NAMES: [&str; 8] = ["specversion", "id", "source", "type", "subject", "time", "recordedtime", "datacontenttype"];

/// Where `type` is among them.
const TYPE: usize = 3;

/// The data of a line: written where the type came before it.
enum Data<'a> {
    Written,
    Held(Scan<'a>),
}

fn read<'a>(line: &'a str, data: &mut Vec<u8>) -> Option<Read<'a>> {
    let (mut attributes, mut held, mut scan) = ([None; NAMES.len()], None, Scan::new(line));
    scan.object(|scan, name| {
        if name == "data" {
            let found = match attributes[TYPE].and_then(table::of_type) {
                Some((_, message)) => write(message, scan, data).map(|()| Data::Written)?,
                None => Data::Held(scan.skip()?),
            };
            return held.replace(found).is_none().then_some(());
        }
        let value = scan.text()?;
        match NAMES.iter().position(|known| *known == name) {
            Some(at) => attributes[at].replace(value).is_none().then_some(()),
            // Other extensions are not kept.
            None => (name != "data_base64").then_some(()),
        }
    })?;
    let [specversion, id, source, event_type, subject, time, recorded, content_type] = attributes;
    if !scan.is_at_end() || specversion? != "1.0" || content_type.is_some_and(|given| given != "application/json") {
        return None;
    }
    let (of, message) = table::of_type(event_type?)?;
    let (id, source, subject) = (id?, source?, subject?);
    if !is_attribute(id) || !is_attribute(source) || !of.scope.holds(subject) {
        return None;
    }
    let (time, recorded) = (instant(time?)?, recorded.map_or(Some(None), |text| instant(text).map(Some))?);
    if let Data::Held(mut object) = held? {
        write(message, &mut object, data)?;
    }
    Some(Read { event_type: of.name, source, id, subject, time, recorded })
}

/// The value of a field, as far as it is read.
#[derive(Clone, Copy)]
enum Held<'a> {
    Text(&'a str),
    List(Scan<'a>),
}

/// Writes an object as the message that it is.
fn write(message: &Message, object: &mut Scan<'_>, into: &mut Vec<u8>) -> Option<()> {
    let (mut held, mut values) = ([None; FIELDS_MAX], Values::default());
    object.object(|scan, name| {
        let at = message.fields.iter().position(|field| field.name == name)?;
        let found = match message.fields[at].given {
            Given::Often => Held::List(scan.skip()?),
            Given::Once | Given::AtMostOnce => {
                let text = scan.text()?;
                values[at] = Some(text.as_bytes());
                Held::Text(text)
            }
        };
        held[at].replace(found).is_none().then_some(())
    })?;
    if !written::is_complete(message, &values) {
        return None;
    }
    for ((number, field), held) in (1..).zip(message.fields).zip(held) {
        match held {
            None => {}
            Some(Held::Text(text)) => write_text(number, field, text, into)?,
            Some(Held::List(mut list)) => list.list(|element| match field.kind {
                Kind::Message(of) => {
                    let from = written::begin(number, into);
                    write(of, element, into)?;
                    written::end(from, into)
                }
                _ => write_text(number, field, element.text()?, into),
            })?,
        }
    }
    Some(())
}

fn write_text(number: usize, field: &Field, text: &str, into: &mut Vec<u8>) -> Option<()> {
    if value::is_written(field.kind, text.as_bytes()) {
        return written::write(number, text.as_bytes(), into);
    }
    match field.kind {
        // Zeros that could be left out are common, and are left out.
        Kind::Amount => written::write(number, text.parse::<Amount>().ok()?.to_string().as_bytes(), into),
        _ => None,
    }
}

/// An instant in UTC, as most producers write it.
fn instant(text: &str) -> Option<Instant> {
    let (seconds, fraction) = text.strip_suffix('Z')?.as_bytes().split_at_checked("2026-01-31T23:59:59".len())?;
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1] = seconds else {
        return None;
    };
    let two = |tens: &u8, ones: &u8| Some(number(&[*tens, *ones])? as u32);
    let year = i32::try_from(number(&[*y0, *y1, *y2, *y3])?).ok().filter(|year| *year > 0)?;
    let micros = match fraction {
        [] => 0,
        [b'.', digits @ ..] if (1..=6).contains(&digits.len()) => number(digits)? * 10_u64.pow(6 - digits.len() as u32),
        _ => return None,
    };
    let day = Day::from_ymd_opt(year, two(m0, m1)?, two(d0, d1)?)?;
    let at = day.and_hms_micro_opt(two(h0, h1)?, two(n0, n1)?, two(s0, s1)?, micros as u32)?;
    Some(Instant::from_micros(at.and_utc().timestamp_micros()))
}

fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u64::from(byte - b'0')))
}
