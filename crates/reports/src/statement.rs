//! Statements to hand out: what a partner earned, how that was computed, what was paid, what is on hold, and what proves it.
//! One content for every format; amounts in the book's currency with the places of its minor unit.

mod content;
mod csv;
mod file_name;
mod html;
mod index;
mod lines;
mod markdown;
mod table;
mod xlsx;

use tributary_domain::id::PartnerId;
use tributary_domain::time::Period;
use tributary_finance::explain::{Explanation, Filter, HoldExplained, MovementExplained};
use tributary_finance::{FinanceError, Statement, Status, explain};
use tributary_projector::View;

pub use file_name::file_name;
pub(crate) use file_name::plain;
pub use index::index;

use crate::journal::minor_places;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Markdown with tables.
    Markdown,
    /// A row for each figure, under one head (RFC 4180).
    Csv,
    /// A workbook.
    Xlsx,
    /// One page, ready to print.
    Html,
}

impl Format {
    /// What file names end with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
        }
    }
}

/// Why a document cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The workbook's writer refuses something.
    #[error("write the workbook of partner `{partner}`")]
    Workbook {
        /// Whose statement.
        partner: String,
        /// The cause.
        source: rust_xlsxwriter::XlsxError,
    },
}

/// A statement with everything that is handed out with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handout {
    explanation: Explanation,
    name: Option<String>,
    digest: Option<String>,
}

impl Handout {
    /// The statement of a partner for a period. The view stands at the statement's own instant: the cutoff of a closed period.
    pub fn of(view: &View<'_>, partner: &PartnerId, period: Period) -> Result<Self, FinanceError> {
        let explanation = explain(view, partner, period, &Filter::default(), &|_| None)?;
        let reference = view.reference();
        let state = reference.partners.state_on(partner, period.last_day(), &reference.book);
        let closed = view.closed().iter().find(|closed| closed.period == period);
        Ok(Self {
            explanation,
            name: state.and_then(|state| state.name.clone()),
            digest: closed.map(|closed| closed.digest.iter().map(|byte| format!("{byte:02x}")).collect()),
        })
    }

    /// The document's bytes.
    pub fn write(&self, format: Format) -> Result<Vec<u8>, ReportError> {
        match format {
            Format::Markdown => Ok(markdown::write(&content::document(self)).into_bytes()),
            Format::Csv => Ok(csv::write(self).into_bytes()),
            Format::Html => Ok(html::write(&content::document(self)).into_bytes()),
            Format::Xlsx => xlsx::write(self)
                .map_err(|source| ReportError::Workbook { partner: self.statement().partner.clone(), source }),
        }
    }

    /// Whether there is nothing to hand out: no line, no balance, no payment.
    pub fn says_nothing(&self) -> bool {
        let of = &self.statement().balance;
        let figures = [&of.opening, &of.accrued, &of.adjusted, &of.paid, &of.closing, &of.held, &of.payable];
        self.statement().lines.is_empty()
            && figures.iter().all(|figure| *figure == "0")
            && self.paid().next().is_none()
            && self.holds().next().is_none()
    }

    /// The payouts and returns behind `paid`, by payout (L5).
    fn paid(&self) -> impl Iterator<Item = &MovementExplained> {
        let movements = self.explanation.balance.iter().flat_map(|balance| &balance.movements);
        movements.filter(|movement| movement.counts == "paid")
    }

    /// The holds that stand, by id.
    fn holds(&self) -> impl Iterator<Item = &HoldExplained> {
        self.explanation.balance.iter().flat_map(|balance| &balance.holds)
    }

    fn statement(&self) -> &Statement {
        &self.explanation.statement
    }

    fn status(&self) -> &'static str {
        match self.statement().status {
            Status::Open => "open: it may still change",
            Status::Closed => "closed",
        }
    }

    /// Decimal places of the book's minor unit.
    fn places(&self) -> usize {
        minor_places(&self.statement().currency)
    }
}
