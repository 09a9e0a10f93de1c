//! Tables of separated values, or in columns (Parquet): a header, then rows, each with the line on which it starts, or its number.

use std::io::{self, Read};

use csv::{ByteRecord, StringRecord};
use tributary_parquet::{Broken, Cell, OpenError};

use super::encoding::fill;
use super::{Encoding, QuoteWatch, decoded};
use crate::{Reason, Refusal, row};

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TableForm {
    /// What it is written in.
    pub(crate) encoding: Encoding,
    /// What stands between two values.
    pub(crate) delimiter: u8,
    /// Whether blanks around values are no part of them.
    pub(crate) trims: bool,
}

impl Default for TableForm {
    fn default() -> Self {
        Self { encoding: Encoding::Utf8, delimiter: b',', trims: false }
    }
}

/// A table on its way.
pub(crate) struct Table<'a> {
    file: String,
    form: TableForm,
    header: StringRecord,
    rows: Rows<'a>,
    ended: bool,
}

/// What the rows come out of.
enum Rows<'a> {
    Csv {
        csv: Box<csv::Reader<QuoteWatch<Box<dyn Read + 'a>>>>,
        bytes: ByteRecord,
    },
    /// With the number of the row that was read last.
    Parquet(Box<tributary_parquet::Table>, u64),
}

/// A row of a table.
pub(crate) struct Line {
    /// Where it starts, from 1; of a table in columns, which row it is.
    pub(crate) number: u64,
    /// Its values, or what is wrong with them.
    pub(crate) values: Result<StringRecord, Wrong>,
}

/// Why a row has no values.
pub(crate) struct Wrong {
    /// The column at fault, if it is one.
    pub(crate) column: Option<String>,
    pub(crate) reason: Reason,
    /// The row as far as it could be read.
    pub(crate) text: String,
}

impl<'a> Table<'a> {
    /// Reads the header. `name` stands for the file in refusals. What the file is in, its first bytes say.
    pub(crate) fn open(reader: impl Read + 'a, name: &str, form: TableForm) -> Result<Self, Refusal> {
        let refuse = |reason| Refusal { file: name.to_owned(), line: 1, column: None, reason };
        let unreadable = |error: std::io::Error| refuse(Reason::Unreadable(error.kind()));
        let (begun, reader) = begun(reader).map_err(unreadable)?;
        let (header, rows) = if begun == tributary_parquet::MAGIC {
            parquet(reader, name)?
        } else {
            csv_rows(decoded(reader, form.encoding).map_err(unreadable)?, form).map_err(refuse)?
        };
        if header.iter().all(|column| column.trim().is_empty()) {
            return Err(refuse(Reason::NoHeader));
        }
        if header.iter().any(|column| column.contains('\0')) {
            return Err(refuse(Reason::Nul));
        }
        if matches!(&rows, Rows::Csv { csv, .. } if csv.get_ref().cut_at(csv.position().byte())) {
            return Err(refuse(Reason::QuoteOpen));
        }
        Ok(Self { file: name.to_owned(), form, header, rows, ended: false })
    }

    /// The names of the columns.
    pub(crate) const fn header(&self) -> &StringRecord {
        &self.header
    }

    /// The place of a column; none if there is none, refused if there are two.
    pub(crate) fn column(&self, name: &str) -> Result<Option<usize>, Reason> {
        let mut places = self.header.iter().enumerate().filter(|(_, column)| column.trim() == name).map(|(at, _)| at);
        let first = places.next();
        if places.next().is_some() { Err(Reason::ColumnTwice) } else { Ok(first) }
    }

    /// The next row; none after the last, or after bytes that could not be read.
    pub(crate) fn next(&mut self) -> Option<Line> {
        if self.ended {
            return None;
        }
        let line = match &mut self.rows {
            Rows::Csv { csv, bytes } => {
                let (number, outcome) = read_csv(csv, bytes)?;
                outcome.map_or_else(
                    |(reason, ends)| {
                        self.ended = ends;
                        let text = written(&StringRecord::from_byte_record_lossy(bytes.clone()), self.form.delimiter);
                        Line { number, values: Err(Wrong { column: None, reason, text }) }
                    },
                    |values| Line { number, values: Ok(values) },
                )
            }
            Rows::Parquet(table, number) => {
                let row = table.next_row()?;
                *number += 1;
                Line { number: *number, values: values(row, &self.header) }
            }
        };
        Some(line)
    }

    /// A row as the file writes it; of a table in columns, as a file of separated values would.
    pub(crate) fn written(&self, record: &StringRecord) -> String {
        written(record, self.form.delimiter)
    }

    /// A refusal of this file.
    pub(crate) fn refusal(&self, line: u64, column: Option<String>, reason: Reason) -> Refusal {
        Refusal { file: self.file.clone(), line, column, reason }
    }

    /// The name of the column at a place.
    pub(crate) fn name(&self, at: usize) -> Option<String> {
        self.header.get(at).map(|name| name.trim().to_owned())
    }
}

/// The first bytes of a file, and all of it.
fn begun<'a>(mut reader: impl Read + 'a) -> io::Result<([u8; 4], impl Read + 'a)> {
    let mut begun = [0; 4];
    let length = fill(&mut reader, &mut begun)?;
    Ok((begun, io::Cursor::new(begun).take(length as u64).chain(reader)))
}

fn csv_rows<'a>(reader: Box<dyn Read + 'a>, form: TableForm) -> Result<(StringRecord, Rows<'a>), Reason> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(form.delimiter);
    if form.trims {
        builder.trim(csv::Trim::All);
    }
    let mut csv = Box::new(builder.from_reader(QuoteWatch::new(reader)));
    let header = csv.headers().map_err(|error| Reason::of_csv(&error))?.clone();
    Ok((header, Rows::Csv { csv, bytes: ByteRecord::new() }))
}

/// A row, or why there is none and whether any can follow; nothing after the last.
#[expect(clippy::type_complexity, reason = "a line and what is on it")]
fn read_csv<R: Read>(
    csv: &mut csv::Reader<QuoteWatch<R>>,
    bytes: &mut ByteRecord,
) -> Option<(u64, Result<StringRecord, (Reason, bool)>)> {
    let start = csv.position().line();
    let outcome = csv.read_byte_record(bytes);
    if matches!(outcome, Ok(false)) {
        return None;
    }
    let cut = csv.get_ref().cut_at(csv.position().byte());
    let number = bytes.position().map_or(start, csv::Position::line);
    let row = match outcome {
        Err(error) if !cut => Err((Reason::of_csv(&error), error.is_io_error())),
        _ if cut => Err((Reason::QuoteOpen, false)),
        _ => StringRecord::from_byte_record(bytes.clone()).map_err(|_| (Reason::Encoding, false)),
    };
    Some((number, row))
}

fn parquet<'a>(reader: impl Read, name: &str) -> Result<(StringRecord, Rows<'a>), Refusal> {
    let table = tributary_parquet::Table::open(reader).map_err(|error| {
        let (column, reason) = match error {
            OpenError::Copy(error) => (None, Reason::Unreadable(error.kind())),
            OpenError::Broken(broken) => (broken.column.clone(), Reason::of_parquet(broken)),
        };
        Refusal { file: name.to_owned(), line: 1, column, reason }
    })?;
    Ok((table.columns().iter().collect(), Rows::Parquet(Box::new(table), 0)))
}

/// The values of a row in columns: a null is an empty text, as in files of separated values.
fn values(row: Result<Vec<Cell>, Broken>, header: &StringRecord) -> Result<StringRecord, Wrong> {
    let cells = row.map_err(|broken| Wrong {
        column: broken.column.clone(),
        reason: Reason::of_parquet(broken),
        text: String::new(),
    })?;
    let mut wrong = None;
    let mut values = StringRecord::new();
    for (at, cell) in cells.into_iter().enumerate() {
        let text = cell.unwrap_or_else(|reason| {
            wrong.get_or_insert((at, reason));
            None
        });
        values.push_field(text.as_deref().unwrap_or_default());
    }
    let Some((at, wrong)) = wrong else { return Ok(values) };
    let reason = match wrong {
        tributary_parquet::Wrong::Encoding => Reason::Encoding,
        tributary_parquet::Wrong::Value => Reason::NoValueOfItsType,
    };
    let column = header.get(at).map(|name| name.trim().to_owned());
    Err(Wrong { column, reason, text: written(&values, b',') })
}

fn written(record: &StringRecord, delimiter: u8) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
    let _ = writer.write_record(record).and_then(|()| Ok(writer.flush()?)); // memory takes everything
    let mut text = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
    text.truncate(text.trim_end_matches('\n').len());
    row::kept(text)
}
