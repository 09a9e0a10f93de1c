//! Tables: what every format makes of the content in its own way.

use crate::decimal::{grouped, percent};

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text as it is.
    Text,
    /// A decimal in the book's currency.
    Money,
    /// A ratio, or several of them.
    Ratio,
    /// The name of a file beside the document.
    File,
}

impl Kind {
    /// Whether it stands to the right.
    pub(crate) const fn is_figure(self) -> bool {
        matches!(self, Self::Money | Self::Ratio)
    }
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

pub(crate) const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

pub(crate) const fn money(name: &'static str) -> Column {
    Column { name, kind: Kind::Money }
}

pub(crate) const fn ratio(name: &'static str) -> Column {
    Column { name, kind: Kind::Ratio }
}

pub(crate) const fn file(name: &'static str) -> Column {
    Column { name, kind: Kind::File }
}

/// Rows under columns; figures as canonical decimals, an empty text where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) columns: &'static [Column],
    pub(crate) rows: Vec<Vec<String>>,
    /// Decimal places of the book's minor unit.
    pub(crate) places: usize,
}

impl Table {
    pub(crate) fn new(columns: &'static [Column], places: usize) -> Self {
        Self { columns, rows: Vec::new(), places }
    }

    pub(crate) fn row<const CELLS: usize>(&mut self, cells: [&str; CELLS]) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells.map(str::to_owned).into());
    }

    /// The cells of a row as people read them.
    pub(crate) fn shown(&self, row: &[String]) -> Vec<String> {
        row.iter().zip(self.columns).map(|(cell, column)| self.cell(cell, column.kind)).collect()
    }

    fn cell(&self, cell: &str, kind: Kind) -> String {
        match kind {
            _ if cell.is_empty() => String::new(),
            Kind::Text | Kind::File => cell.to_owned(),
            Kind::Money => grouped(cell, self.places),
            Kind::Ratio => cell.split(' ').map(percent).collect::<Vec<_>>().join(", "),
        }
    }
}
