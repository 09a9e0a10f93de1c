//! Numbers for the names that usage comes with, subjects and terms, so that what comes by the million is grouped without
//! looking at a name twice.

use rustc_hash::FxHashMap;
use tributary_domain::currency::Currency;
use tributary_domain::event::{Body, Event, Meta, UsageRecorded};
use tributary_domain::id::{DealId, Product, Vendor};
use tributary_domain::money::Amount;
use tributary_domain::time::Instant;
use tributary_events::Refusal;
use tributary_log::Record;

use crate::prepared::Content;
use crate::usage::{PendingRow, UsageTerm};

/// Subjects and terms in the order of their numbers.
#[derive(Default)]
pub(crate) struct Numbered {
    pub(crate) subjects: Vec<Box<str>>,
    pub(crate) terms: Vec<UsageTerm>,
}

impl Numbered {
    /// Goes on with names whose numbers follow.
    pub(crate) fn extend(&mut self, next: Self) {
        self.subjects.extend(next.subjects);
        self.terms.extend(next.terms);
    }
}

/// Gives subjects and terms their numbers, from zero on in the order in which they come.
#[derive(Default)]
pub(crate) struct Numbering {
    subjects: FxHashMap<Box<str>, u32>,
    terms: FxHashMap<Box<[u8]>, u32>,
    /// Those that were not handed over yet.
    new: Numbered,
    /// The term that is being looked up: reused, so that looking costs no allocation.
    scratch: Vec<u8>,
}

impl Numbering {
    /// What has been given a number since the last time.
    pub(crate) fn take_new(&mut self) -> Numbered {
        std::mem::take(&mut self.new)
    }

    /// What a record says; a reason where it cannot be read.
    pub(crate) fn content(&mut self, record: &Record<'_>) -> Result<Content, Box<Refusal>> {
        if let Some(usage) = self.read_short(record) {
            return Ok(usage);
        }
        Ok(match tributary_events::decode(record)? {
            Event { meta, body: Body::UsageRecorded(used), .. } => self.usage(record, &meta, &used),
            event => Content::Event(Box::new(event)),
        })
    }

    /// A usage event that can be read the short way; none if its identifiers are none, which the long way then says.
    fn read_short(&mut self, record: &Record<'_>) -> Option<Content> {
        let read = tributary_events::usage::read(record)?;
        let term =
            self.term([read.product, read.vendor.unwrap_or_default(), read.deal.unwrap_or_default()], read.currency);
        let term = match term {
            Ok(number) => number,
            Err(number) => {
                let product = Product::new(read.product).ok()?;
                let vendor = read.vendor.map(Vendor::new).transpose().ok()?;
                let deal = read.deal.map(DealId::new).transpose().ok()?;
                self.learn(number, UsageTerm { product, vendor, deal, currency: read.currency })
            }
        };
        let (time, recorded) = (record.envelope.time_us, record.recorded_us);
        Some(self.row(record, term, Instant::from_micros(time), Instant::from_micros(recorded), read.amount))
    }

    fn usage(&mut self, record: &Record<'_>, meta: &Meta, used: &UsageRecorded) -> Content {
        let (vendor, deal) =
            (used.vendor.as_ref().map_or("", Vendor::as_str), used.deal.as_ref().map_or("", DealId::as_str));
        let term = self.term([used.product.as_str(), vendor, deal], used.money.currency).unwrap_or_else(|number| {
            let UsageRecorded { product, vendor, deal, money, .. } = used.clone();
            self.learn(number, UsageTerm { product, vendor, deal, currency: money.currency })
        });
        self.row(record, term, meta.time, meta.recorded, used.money.amount)
    }

    fn row(&mut self, record: &Record<'_>, term: u32, time: Instant, recorded: Instant, amount: Amount) -> Content {
        let row = PendingRow { term, time, recorded, offset: record.position.offset, amount };
        Content::Usage { subject: self.subject(record.envelope.subject), row }
    }

    fn subject(&mut self, subject: &str) -> u32 {
        if let Some(number) = self.subjects.get(subject) {
            return *number;
        }
        let number = self.subjects.len() as u32;
        self.subjects.insert(subject.into(), number);
        self.new.subjects.push(subject.into());
        number
    }

    /// The number of a term, or the one that it gets if it is learned.
    fn term(&mut self, names: [&str; 3], currency: Currency) -> Result<u32, u32> {
        self.scratch.clear();
        for part in names.into_iter().chain([currency.as_str()]) {
            self.scratch.extend_from_slice(part.as_bytes());
            self.scratch.push(0); // no identifier holds it
        }
        self.terms.get(self.scratch.as_slice()).copied().ok_or(self.terms.len() as u32)
    }

    /// Learns the term that was looked up last.
    fn learn(&mut self, number: u32, term: UsageTerm) -> u32 {
        self.terms.insert(self.scratch.as_slice().into(), number);
        self.new.terms.push(term);
        number
    }
}
