//! What can be wrong with a file as a whole: it could not be copied, or it is not what it says.

use std::fmt;
use std::io;

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Its bytes could not be read, or not be put into a temporary file.
    #[error("copy the file")]
    Copy(#[from] io::Error),
    /// It is no Parquet file, or not the whole of one.
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// Where a file is broken, and how. Nothing behind it can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Broken {
    /// The row group, from 1; none: the file's end, which says what is in it.
    pub row_group: Option<usize>,
    /// The column, by its path.
    pub column: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl Broken {
    /// What the `parquet` crate says of the file's end.
    pub(crate) fn end(error: &parquet::errors::ParquetError) -> Self {
        Self { row_group: None, column: None, reason: said(error) }
    }

    /// What it says of a column.
    pub(crate) fn column(row_group: usize, column: &str, error: &parquet::errors::ParquetError) -> Self {
        Self::short(row_group, column, &said(error))
    }

    /// A column that does not hold what its row group promises.
    pub(crate) fn short(row_group: usize, column: &str, reason: &str) -> Self {
        Self { row_group: Some(row_group + 1), column: Some(column.to_owned()), reason: reason.to_owned() }
    }
}

/// On one line, without the name of the library.
fn said(error: &parquet::errors::ParquetError) -> String {
    let text = error.to_string().replace(['\n', '\r'], " ");
    text.strip_prefix("Parquet error: ").unwrap_or(&text).to_owned()
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row_group {
            Some(row_group) => write!(f, "row group {row_group} is broken: {}", self.reason),
            None => write!(f, "is not the whole of a Parquet file: {}", self.reason),
        }
    }
}
