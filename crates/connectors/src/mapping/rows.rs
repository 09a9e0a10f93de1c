//! Reading a file by a mapping: a table or JSON, row by row.

use std::collections::BTreeMap;
use std::io::Read as Bytes;
use std::sync::Arc;

use super::Mapping;
use super::document::Form;
use super::record::{Columns, Record, Values};
use super::seen::Seen;
use super::table::{Read, Table};
use super::template::Fault;
use crate::row::{self, Row, Said};
use crate::source::Rows;
use crate::text::{Element, Elements, Json, Line, Table as TableFile, Wrong, decoded};
use crate::{Reason, Refusal};

/// The endings of names of files that hold JSON.
const OF_JSON: [&str; 4] = [".json", ".jsonl", ".ndjson", ".json.txt"];

impl Mapping {
    /// The rows of a file. `name` stands for it in refusals, and its ending tells what it holds if the mapping does not. A
    /// header that is none of the mapping's is refused here.
    pub(crate) fn read<'a>(&'a self, reader: Box<dyn Bytes + 'a>, name: &str) -> Result<Rows<'a>, Refusal> {
        let lower = name.to_lowercase();
        let by_name = if OF_JSON.iter().any(|ending| lower.ends_with(ending)) { Form::Json } else { Form::Csv };
        match self.form.unwrap_or(by_name) {
            Form::Csv => self.table(TableFile::open(reader, name, self.written)?),
            Form::Json => {
                let refuse = |error: std::io::Error| Refusal {
                    file: name.to_owned(),
                    line: 1,
                    column: None,
                    reason: Reason::Unreadable(error.kind()),
                };
                let reader = decoded(reader, self.written.encoding).map_err(refuse)?;
                let mut elements = Elements::new(reader, &self.lists);
                let (file, mut seen) = (name.to_owned(), Seen::default());
                let next = move || elements.next().map(|element| self.element(&file, element, &mut seen));
                Ok(Box::new(std::iter::from_fn(next)))
            }
        }
    }

    fn table<'a>(&'a self, mut file: TableFile<'a>) -> Result<Rows<'a>, Refusal> {
        let header = file.header().clone();
        let names: Vec<&str> = header.iter().map(str::trim).collect();
        let Some(table) = self.tables.iter().find(|table| table.fits(|name| names.contains(&name))) else {
            return Err(file.refusal(1, None, self.no_table()));
        };
        let mut columns = Columns::default();
        for name in &names {
            let place = file.column(name).unwrap_or_default();
            columns.extend(place.map(|place| ((*name).to_owned(), place)));
        }
        for name in table.columns() {
            if file.column(name).map_err(|reason| file.refusal(1, Some(name.to_owned()), reason))?.is_none() {
                return Err(file.refusal(1, Some(name.to_owned()), Reason::ColumnMissing));
            }
        }
        let mut seen = Seen::default();
        Ok(Box::new(std::iter::from_fn(move || {
            let line = file.next()?;
            Some(self.line(&file, (table, &columns), line, &mut seen))
        })))
    }

    fn line(&self, file: &TableFile<'_>, (table, columns): (&Table, &Columns), line: Line, seen: &mut Seen) -> Row {
        let Line { number, values } = line;
        match values {
            Err(Wrong { column, reason, text }) => {
                Row::refused(Arc::clone(&table.name), None, file.refusal(number, column, reason), text)
            }
            Ok(values) => {
                let record = self.record(Values::Table(columns, &values));
                let refuse = |(column, reason): Fault| (file.refusal(number, column, reason), file.written(&values));
                row(number, table.row(&record, &self.setting, &self.source), seen, refuse)
            }
        }
    }

    fn element(&self, file: &str, element: Element, seen: &mut Seen) -> Row {
        let Element { line, list, text } = element;
        let refusal = |column, reason| Refusal { file: file.to_owned(), line, column, reason };
        let unknown = || Arc::from("unknown");
        let text = match text {
            Ok(text) => text,
            Err(reason) => return Row::refused(unknown(), None, refusal(None, reason), String::new()),
        };
        let kept = || row::kept(String::from_utf8_lossy(&text).into_owned());
        let json = match Json::read(&text) {
            Ok(json) => json,
            Err(reason) => return Row::refused(unknown(), None, refusal(None, Reason::NotJson { reason }), kept()),
        };
        let inside = self.unwrap.iter().find_map(|unwrap| unwrap.inside(&json).transpose()).transpose();
        let inside = match inside {
            Ok(inside) => inside,
            Err(reason) => return Row::refused(unknown(), None, refusal(None, Reason::NotJson { reason }), kept()),
        };
        let record = self.record(Values::Json(inside.as_deref().unwrap_or(&json), list.as_deref()));
        let Some(table) = self.tables.iter().find(|table| table.fits(|name| record.has(name))) else {
            return Row::refused(unknown(), None, refusal(None, self.no_table()), kept());
        };
        let refuse = |(column, reason): Fault| (refusal(column, reason), kept());
        row(line, table.row(&record, &self.setting, &self.source), seen, refuse)
    }

    fn record<'a>(&'a self, values: Values<'a>) -> Record<'a> {
        static NONE: BTreeMap<&str, Option<String>> = BTreeMap::new();
        Record { values, item: None, named: &NONE, nulls: &self.nulls }
    }

    fn no_table(&self) -> Reason {
        let tables: Vec<String> = self.tables.iter().map(Table::recognised).collect();
        Reason::NoTable { tables: tables.join("; ") }
    }
}

fn row(line: u64, read: Read, seen: &mut Seen, refuse: impl Fn(Fault) -> (Refusal, String)) -> Row {
    let Read { kind, money, said } = read;
    let said = said.and_then(|said| match &said {
        Said::Events(statements) if seen.is_contradicted(statements) => Err((None, Reason::Contradicted)),
        _ => Ok(said),
    });
    match said {
        Ok(said) => Row { line, kind, money, said },
        Err(fault) => {
            let (refusal, text) = refuse(fault);
            Row::refused(kind, money, refusal, text)
        }
    }
}
