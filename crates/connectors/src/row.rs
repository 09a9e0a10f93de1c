//! What a source makes of a row of a file: the events that it says, a reason why it says none, or what is wrong with it. A row
//! is counted once, whatever it is.

use std::sync::Arc;

use tributary_domain::event::Draft;
use tributary_domain::id::Source;
use tributary_domain::money::Money;
use tributary_domain::time::Instant;

use crate::Refusal;

/// A row of a file, or what counts as one: an element of a list, a cell of a table of rates.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line on which it starts, counted from 1.
    pub line: u64,
    /// What sort of row it is, in the source's words: rows are counted by it.
    pub kind: Arc<str>,
    /// The amount that it speaks of, with the sign that it has in the file.
    pub money: Option<Money>,
    /// What it says.
    pub said: Said,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// These events; at least one.
    Events(Vec<Statement>),
    /// Nothing that counts here: left out on purpose, for this reason.
    LeftOut(Arc<str>),
    /// That a payment came back: whatever a source said that it paid out is nothing. The ids of its disbursements are
    /// `<payment>:<leg>`.
    TakesBack {
        /// Who said what it paid out.
        source: Source,
        /// Which payment.
        payment: String,
    },
    /// Nothing but that something changed: left out, and to be read again at the source.
    Changed(Box<Changed>),
    /// Nothing that can be used.
    Refused(Box<Unusable>),
}

/// What a row says has changed, without saying how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Why the row is left out.
    pub reason: Arc<str>,
    /// What changed, as the source calls it, such as `opportunity/O1111111`; at least one.
    pub things: Vec<String>,
    /// When.
    pub at: Instant,
}

/// A row that cannot be used, as the quarantine keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Where, and why.
    pub refusal: Refusal,
    /// The row as it stands in the file, as far as it could be read.
    pub text: String,
}

/// An event that a row says.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The event, under the id that follows from the row's natural key.
    pub draft: Draft,
    /// What becomes of it where the ledger holds another event under that id.
    pub restates: Restates,
}

/// How a row that is said anew, with other content, is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restates {
    /// The version is in the event's id, or there are no versions: other content is a conflict.
    Nothing,
    /// The file imported last is right.
    ByFile {
        /// Why the row is not to be recorded where the ledger does not know it; none: it is.
        only: Option<Arc<str>>,
    },
    /// The row is one of a delivery that says all of its scope: of two deliveries of a scope that of the greater version is right,
    /// and what it does not say is void.
    ByDelivery {
        /// What the delivery replaces.
        scope: Scope,
        /// The delivery's version.
        version: Version,
        /// Why the row is not to be recorded where the ledger does not know it; none: it is.
        only: Option<Arc<str>>,
    },
    /// The greatest version is right, in whatever order they come.
    ByVersion {
        /// The row's version.
        version: Version,
        /// Whether no version comes before it.
        first: bool,
    },
}

/// What a delivery replaces whole, such as a billing period of an account: the hash of what names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(pub [u8; 16]);

/// A version: a text that sorts as versions follow each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(String);

/// What the version of a delivery begins with.
const DELIVERED: char = '@';

/// What is behind it where the delivery voids.
const VOID: &str = ":void";

impl Version {
    /// A version by its sortable text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// That of a delivery, by its sortable text: it is told from that of a file, which is a hash and sorts after nothing.
    pub(crate) fn delivered(text: &str) -> Self {
        Self(format!("{DELIVERED}{text}"))
    }

    /// The version of the delivery, and whether it is what voids by it.
    pub(crate) fn as_delivered(&self) -> Option<(&str, bool)> {
        let text = self.0.strip_prefix(DELIVERED)?;
        Some(text.strip_suffix(VOID).map_or((text, false), |text| (text, true)))
    }

    /// That of the events by which a delivery voids what it does not say.
    pub(crate) fn of_void(&self) -> Self {
        Self(format!("{}{VOID}", self.0))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Row {
    /// A row that cannot be used.
    pub(crate) fn refused(kind: Arc<str>, money: Option<Money>, refusal: Refusal, text: String) -> Self {
        Self { line: refusal.line, kind, money, said: Said::Refused(Box::new(Unusable { refusal, text })) }
    }

    /// A row that says one event, which nothing restates.
    pub(crate) fn event(line: u64, kind: Arc<str>, money: Option<Money>, draft: Draft) -> Self {
        let statement = Statement { draft, restates: Restates::Nothing };
        Self { line, kind, money, said: Said::Events(vec![statement]) }
    }
}

impl Unusable {
    /// The most bytes of a row that are kept.
    pub const TEXT_BYTES_MAX: usize = 64 * 1024;
}

/// The text of a row as it is kept: its beginning, if it is long.
pub(crate) fn kept(mut text: String) -> String {
    if text.len() > Unusable::TEXT_BYTES_MAX {
        let end = (0..=Unusable::TEXT_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
    text
}
