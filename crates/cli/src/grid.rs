//! Tables for people: text to the left, figures with their decimal points under each other.

use comfy_table::{Cell, CellAlignment, Table, TableComponent, presets};

/// A blank that the table does not trim.
const UNBROKEN: &str = "\u{a0}";

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Figure,
}

/// A column of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    name: String,
    kind: Kind,
}

/// A column of text.
pub(crate) fn text(name: impl Into<String>) -> Column {
    Column { name: name.into(), kind: Kind::Text }
}

/// A column of decimals.
pub(crate) fn figure(name: impl Into<String>) -> Column {
    Column { name: name.into(), kind: Kind::Figure }
}

/// Rows of texts under named columns.
#[derive(Debug)]
pub(crate) struct Grid {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// A table without rows.
    pub(crate) fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row, a text for each column.
    pub(crate) fn row<const CELLS: usize>(&mut self, cells: [&str; CELLS]) {
        self.push(cells.map(str::to_owned).into());
    }

    /// Adds a row of a table whose columns vary.
    pub(crate) fn push(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Whether it has no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table, with a line's end after each line and blanks after none. It is as wide as it has to be: an id or a figure
    /// that is broken in two is another one.
    pub(crate) fn render(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        table.set_style(TableComponent::HeaderLines, '─').set_style(TableComponent::MiddleHeaderIntersections, '─');
        table.set_header(
            self.columns.iter().map(|column| Cell::new(&column.name).set_alignment(column.kind.alignment())),
        );
        let fractions: Vec<usize> = (0..self.columns.len()).map(|at| self.fraction_width(at)).collect();
        for row in &self.rows {
            table.add_row(row.iter().zip(&self.columns).zip(&fractions).map(|((cell, column), width)| {
                let shown = if column.kind == Kind::Figure { pointed(cell, *width) } else { cell.clone() };
                Cell::new(shown).set_alignment(column.kind.alignment())
            }));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        table.lines().map(|line| format!("{}\n", line.replace(UNBROKEN, " ").trim_end())).collect()
    }

    /// How wide the widest fraction of a column is, its point included.
    fn fraction_width(&self, at: usize) -> usize {
        self.rows.iter().filter_map(|row| row.get(at)).map(|cell| fraction(cell)).max().unwrap_or(0)
    }
}

impl Kind {
    const fn alignment(self) -> CellAlignment {
        match self {
            Self::Text => CellAlignment::Left,
            Self::Figure => CellAlignment::Right,
        }
    }
}

fn fraction(cell: &str) -> usize {
    cell.find('.').map_or(0, |point| cell.len() - point)
}

/// A figure with as many blanks after it as its fraction is short; they do not break, or they would be trimmed.
fn pointed(cell: &str, width: usize) -> String {
    let blanks = if cell.is_empty() { 0 } else { width.saturating_sub(fraction(cell)) };
    format!("{cell}{}", UNBROKEN.repeat(blanks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_with_their_points_under_each_other() {
        let mut grid = Grid::new([text("deal"), figure("amount"), text("kind")]);
        grid.row(["d-1", "12.5", "accrual"]);
        grid.row(["d-2", "-3", "accrual"]);
        grid.row(["d-3", "0.125", ""]);
        let expected = "\
deal   amount   kind
─────────────────────────
d-1    12.5     accrual
d-2    -3       accrual
d-3     0.125
";
        assert_eq!(grid.render(), expected);
    }
}
