//! A table: its columns, and one row after the other.

use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{self, AssertUnwindSafe};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::assembly::{self, Short};
use crate::cell::Cell;
use crate::error::{Broken, OpenError};
use crate::file::Bounded;
use crate::leaf::Leaf;
use crate::shape::Shape;

/// A table on its way.
pub struct Table {
    file: SerializedFileReader<Bounded>,
    columns: Vec<String>,
    shapes: Vec<Shape>,
    /// The next row group, and the columns of that which is read.
    group: usize,
    leaves: Vec<Leaf>,
    /// How many rows of it are left.
    left: u64,
    ended: bool,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl Table {
    /// Reads what a file says of itself; its bytes are put into a temporary file, for that stands at their end.
    pub fn open(mut reader: impl Read) -> Result<Self, OpenError> {
        let mut file = tempfile::tempfile()?;
        io::copy(&mut reader, &mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Self::of(Bounded::new(file)?)?)
    }

    fn of(file: Bounded) -> Result<Self, Broken> {
        let file = fenced(|| SerializedFileReader::new(file)).map_err(|error| Broken::end(&error))?;
        let schema = file.metadata().file_metadata().schema_descr();
        let too_deep = || Broken { row_group: None, column: None, reason: "its columns nest too deep".to_owned() };
        let (columns, shapes) = Shape::columns(schema.root_schema()).ok_or_else(too_deep)?.into_iter().unzip();
        Ok(Self { file, columns, shapes, group: 0, leaves: Vec::new(), left: 0, ended: false })
    }

    /// The names of the columns, in their order; what is nested counts as one.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The next row, a cell for each column; none after the last, or after what is broken.
    pub fn next_row(&mut self) -> Option<Result<Vec<Cell>, Broken>> {
        if self.ended {
            return None;
        }
        let row = self.read().transpose();
        self.ended = !matches!(row, Some(Ok(_)));
        row
    }

    fn read(&mut self) -> Result<Option<Vec<Cell>>, Broken> {
        while self.left == 0 {
            if self.group == self.file.num_row_groups() {
                return Ok(None);
            }
            self.open_group()?;
        }
        self.left -= 1;
        let group = self.group - 1;
        for at in 0..self.leaves.len() {
            let leaf = &mut self.leaves[at];
            fenced(|| leaf.fill()).map_err(|error| Broken::column(group, &self.path(at), &error))?;
        }
        let Self { shapes, leaves, .. } = self;
        let cells: Result<Vec<Cell>, Short> = shapes.iter().map(|shape| assembly::cell(shape, leaves)).collect();
        cells.map(Some).map_err(|Short(at)| Broken::short(group, &self.path(at), "it ends before its row group does"))
    }

    fn open_group(&mut self) -> Result<(), Broken> {
        let group = fenced(|| self.file.get_row_group(self.group)).map_err(|error| Broken::end(&error))?;
        let rows = u64::try_from(group.metadata().num_rows());
        self.left = rows.map_err(|_| Broken::short(self.group, "", "it has less than no rows"))?;
        let open =
            |at| fenced(|| Leaf::of(&*group, at)).map_err(|error| Broken::column(self.group, &self.path(at), &error));
        self.leaves = (0..group.num_columns()).map(open).collect::<Result<_, _>>()?;
        self.group += 1;
        Ok(())
    }

    /// The path of a column of the file, such as `Tags.key_value.key`.
    fn path(&self, at: usize) -> String {
        let columns = self.file.metadata().file_metadata().schema_descr().columns();
        columns.get(at).map(|column| column.path().string()).unwrap_or_default()
    }
}

/// The library panics over some files that are broken. What it was about is not used again.
fn fenced<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    let read = panic::catch_unwind(AssertUnwindSafe(read));
    read.unwrap_or_else(|_| Err(ParquetError::General("it is not as the format asks".to_owned())))
}
