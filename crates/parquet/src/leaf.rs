//! The values of one column of a row group, on their way: pages are read as values are asked for.

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::Result;
use parquet::file::reader::RowGroupReader;

use crate::cell::{Form, Wrong};
use crate::time;

/// How many rows are read at once.
const ROWS: usize = 256;

/// A value, or how far above it something is absent, with its levels.
pub(crate) struct Item {
    /// How many of the optional things on the way to the value are there.
    pub(crate) definition: i16,
    /// At which list an item goes on; zero begins a row.
    pub(crate) repetition: i16,
    /// None if it is absent.
    pub(crate) text: Option<std::result::Result<String, Wrong>>,
}

/// A column of a row group.
pub(crate) struct Leaf {
    pub(crate) form: Form,
    reader: ColumnReader,
    definition_max: i16,
    items: std::vec::IntoIter<Item>,
}

impl Leaf {
    pub(crate) fn of(group: &dyn RowGroupReader, at: usize) -> Result<Self> {
        let column = group.metadata().schema_descr().column(at);
        let reader = group.get_column_reader(at)?;
        let items = Vec::new().into_iter();
        Ok(Self { form: Form::of(&column), reader, definition_max: column.max_def_level(), items })
    }

    /// Reads on, where all that was read is taken: only between rows.
    pub(crate) fn fill(&mut self) -> Result<()> {
        if self.items.len() == 0 {
            self.items = read(&mut self.reader, self.form, self.definition_max)?.into_iter();
        }
        Ok(())
    }

    /// What comes next of what was read.
    pub(crate) fn peek(&self) -> Option<&Item> {
        self.items.as_slice().first()
    }

    pub(crate) fn take(&mut self) -> Option<Item> {
        self.items.next()
    }
}

fn read(reader: &mut ColumnReader, form: Form, definition_max: i16) -> Result<Vec<Item>> {
    match reader {
        ColumnReader::BoolColumnReader(of) => items(of, definition_max, |value| Ok(value.to_string())),
        ColumnReader::Int32ColumnReader(of) => items(of, definition_max, |value| form.of_i32(*value)),
        ColumnReader::Int64ColumnReader(of) => items(of, definition_max, |value| form.of_i64(*value)),
        ColumnReader::Int96ColumnReader(of) => items(of, definition_max, |value| {
            let [low, high, day] = value.data() else { return Err(Wrong::Value) };
            time::julian(*day, u64::from(*high) << 32 | u64::from(*low)).ok_or(Wrong::Value)
        }),
        ColumnReader::FloatColumnReader(of) => items(of, definition_max, |value| Ok(value.to_string())),
        ColumnReader::DoubleColumnReader(of) => items(of, definition_max, |value| Ok(value.to_string())),
        ColumnReader::ByteArrayColumnReader(of) => items(of, definition_max, |value| form.of_bytes(value.data())),
        ColumnReader::FixedLenByteArrayColumnReader(of) => {
            items(of, definition_max, |value| form.of_bytes(value.data()))
        }
    }
}

/// Whole rows, each with all of its items.
fn items<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    definition_max: i16,
    text: impl Fn(&T::T) -> std::result::Result<String, Wrong>,
) -> Result<Vec<Item>> {
    let (mut definitions, mut repetitions, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let (_, _, levels) = reader.read_records(ROWS, Some(&mut definitions), Some(&mut repetitions), &mut values)?;
    let mut values = values.iter();
    let item = |at: usize| {
        let definition = definitions.get(at).copied().unwrap_or(definition_max);
        let repetition = repetitions.get(at).copied().unwrap_or_default();
        let value = if definition == definition_max { values.next() } else { None };
        Item { definition, repetition, text: value.map(&text) }
    };
    Ok((0..levels).map(item).collect())
}
