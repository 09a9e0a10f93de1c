//! Tables of separated values: a header, then rows, each with the line on which it starts.

use std::io::Read;

use csv::{ByteRecord, StringRecord};

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
    csv: csv::Reader<QuoteWatch<Box<dyn Read + 'a>>>,
    bytes: ByteRecord,
    ended: bool,
}

/// A row of a table.
pub(crate) struct Line {
    /// Where it starts, from 1.
    pub(crate) number: u64,
    /// Its values, or why there are none: those are then the row as far as it could be read.
    pub(crate) values: Result<StringRecord, (Reason, String)>,
}

impl<'a> Table<'a> {
    /// Reads the header. `name` stands for the file in refusals.
    pub(crate) fn open(reader: impl Read + 'a, name: &str, form: TableForm) -> Result<Self, Refusal> {
        let refuse = |reason| Refusal { file: name.to_owned(), line: 1, column: None, reason };
        let reader = decoded(reader, form.encoding).map_err(|error| refuse(Reason::Unreadable(error.kind())))?;
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(form.delimiter);
        if form.trims {
            builder.trim(csv::Trim::All);
        }
        let mut csv = builder.from_reader(QuoteWatch::new(reader));
        let header = csv.headers().map_err(|error| refuse(Reason::of_csv(&error)))?.clone();
        if header.iter().all(|column| column.trim().is_empty()) {
            return Err(refuse(Reason::NoHeader));
        }
        if header.iter().any(|column| column.contains('\0')) {
            return Err(refuse(Reason::Nul));
        }
        if csv.get_ref().cut_at(csv.position().byte()) {
            return Err(refuse(Reason::QuoteOpen));
        }
        Ok(Self { file: name.to_owned(), form, header, csv, bytes: ByteRecord::new(), ended: false })
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
        let start = self.csv.position().line();
        let outcome = self.csv.read_byte_record(&mut self.bytes);
        if matches!(outcome, Ok(false)) {
            self.ended = true;
            return None;
        }
        let cut = self.csv.get_ref().cut_at(self.csv.position().byte());
        let number = self.bytes.position().map_or(start, csv::Position::line);
        let reason = match outcome {
            _ if cut => Reason::QuoteOpen,
            Err(error) => {
                self.ended = error.is_io_error();
                Reason::of_csv(&error)
            }
            Ok(_) => match StringRecord::from_byte_record(self.bytes.clone()) {
                Ok(values) => return Some(Line { number, values: Ok(values) }),
                Err(_) => Reason::Encoding,
            },
        };
        let values = Err((reason, self.written(&StringRecord::from_byte_record_lossy(self.bytes.clone()))));
        Some(Line { number, values })
    }

    /// A row as the file writes it.
    pub(crate) fn written(&self, record: &StringRecord) -> String {
        let mut writer =
            csv::WriterBuilder::new().delimiter(self.form.delimiter).flexible(true).from_writer(Vec::new());
        let _ = writer.write_record(record).and_then(|()| Ok(writer.flush()?)); // memory takes everything
        let mut text = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
        text.truncate(text.trim_end_matches('\n').len());
        row::kept(text)
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
