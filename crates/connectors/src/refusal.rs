//! Why a row, or a whole file, is not taken: the place in the file and the reason, as one value.
//!
//! Codes are fixed for ever: people filter and alert on them.

use std::borrow::Cow;
use std::fmt;
use std::io::ErrorKind;

use tributary_domain::currency::CurrencyError;
use tributary_domain::id::IdError;
use tributary_domain::money::DecimalError;

/// A refusal, in the file's own coordinates. Reads `FILE:LINE: Column: reason (code)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The name that the file was given.
    pub file: String,
    /// The line on which the row starts, counted from 1.
    pub line: u64,
    /// The column at fault, if it is one column.
    pub column: Option<String>,
    /// What is wrong with it.
    pub reason: Reason,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if let Some(column) = &self.column {
            write!(f, "{}: ", on_one_line(column))?;
        }
        write!(f, "{} ({})", on_one_line(&self.reason.to_string()), self.reason.code())
    }
}

/// What a file says may break lines and steer a terminal; what is said of it may not.
fn on_one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    Cow::Owned(text.chars().map(escaped).collect())
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.reason)
    }
}

/// What is wrong with a file, a row or a cell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The bytes could not be read.
    #[error("could not be read: {0}")]
    Unreadable(ErrorKind),
    /// There is no header.
    #[error("the file is empty, a header line is needed")]
    NoHeader,
    /// A column that is needed is not there.
    #[error("the header has no such column")]
    ColumnMissing,
    /// A column that is needed is there twice.
    #[error("the header has this column more than once")]
    ColumnTwice,
    /// More or fewer fields than the header has.
    #[error("the row has {found} fields and the header {expected}; the file may be cut short")]
    FieldCount {
        /// Fields of the header.
        expected: u64,
        /// Fields of the row.
        found: u64,
    },
    /// The file ends inside a quoted field.
    #[error("the file ends inside a quoted field; it is cut short, or a quote is not doubled")]
    QuoteOpen,
    /// Not UTF-8.
    #[error("is not UTF-8; if the file is Latin-1 or Windows-1252, say `encoding: windows-1252` in the mapping")]
    Encoding,
    /// Text of two bytes a character without a mark that says so.
    #[error(
        "holds zero bytes: it is UTF-16 without a byte order mark (say `encoding: utf-16` in the mapping), or no text"
    )]
    Nul,
    /// The file ends before a value does.
    #[error("the file ends in the middle of a value; it is cut short")]
    CutOff,
    /// More than one row may have.
    #[error("is longer than {bytes_max} bytes")]
    TooLong {
        /// The most that is read.
        bytes_max: usize,
    },
    /// A Parquet file that does not hold what it says.
    #[error("{broken}")]
    Parquet {
        /// Where in it, and what is wrong.
        #[source]
        broken: Box<tributary_parquet::Broken>,
    },
    /// A value that its own type has not.
    #[error("is no value of the type that the file says, such as a day that no calendar has")]
    NoValueOfItsType,
    /// The name of a file does not say its version.
    #[error("the file's name is not like `{pattern}`, in which the mapping says its version stands")]
    NoVersion {
        /// What names are like.
        pattern: String,
    },
    /// A row of another version than those of its scope before it.
    #[error("says another version of its scope than the rows before it; a file is one delivery")]
    VersionsDiffer,
    /// Not JSON.
    #[error("is not JSON: {reason}")]
    NotJson {
        /// What the parser says.
        reason: String,
    },
    /// None of the tables that the source knows.
    #[error("is none of {tables}")]
    NoTable {
        /// The tables, and by what they are recognised.
        tables: String,
    },
    /// No rule of the mapping is for it.
    #[error("no rule of the mapping is for this row")]
    NoRule,
    /// A rule of the mapping says that it cannot be used.
    #[error("{reason}")]
    Unusable {
        /// Why.
        reason: String,
    },
    /// What it says is no event of the contract.
    #[error("{0}")]
    Event(#[source] Box<tributary_events::Refusal>),
    /// Another row of the file has the same key and says otherwise.
    #[error(
        "says otherwise than another row of the file that has the same key; the key is too short, or one of them is wrong"
    )]
    Contradicted,
    /// It restates what a correction cannot say.
    #[error("restates the {field} of what the ledger holds, which no correction can say; void that and say this anew")]
    Moved {
        /// What differs.
        field: &'static str,
    },
    /// A payment came back of which nothing is known.
    #[error("no leg of payment `{payment}` is recorded; import the file that has them, then this one again")]
    NothingToTakeBack {
        /// Which payment.
        payment: String,
    },
    /// A value that is needed is empty or null.
    #[error("has no value")]
    ValueMissing,
    /// Not a decimal that can be kept exactly.
    #[error("{text:?} {error}")]
    Decimal {
        /// What the cell holds.
        text: String,
        /// What is wrong with it.
        #[source]
        error: DecimalError,
    },
    /// Not a currency.
    #[error("{text:?} {error}")]
    Currency {
        /// What the cell holds.
        text: String,
        /// What is wrong with it.
        #[source]
        error: CurrencyError,
    },
    /// Not an identifier, even with its forbidden characters escaped.
    #[error("{error}")]
    Identifier {
        /// What is wrong with it.
        #[source]
        error: IdError,
    },
    /// Not a point in time.
    #[error("{text:?} is not a time such as 2024-09-18T22:00:00Z or 2024-09-18 22:00:00")]
    Time {
        /// What the cell holds.
        text: String,
    },
    /// A local time that daylight saving skips.
    #[error("{text:?} does not exist in {zone}: daylight saving skips it")]
    TimeSkipped {
        /// What the cell holds.
        text: String,
        /// The zone in which it was read.
        zone: String,
    },
    /// Not a date.
    #[error("{text:?} is not a date such as 2026-10-30 or 30 October 2026")]
    Date {
        /// What the cell holds.
        text: String,
    },
    /// A charge category that FOCUS does not have.
    #[error("{text:?} is not a charge category: Usage, Purchase, Tax, Credit or Adjustment")]
    Category {
        /// What the cell holds.
        text: String,
    },
    /// No rule of the mapping gives the row an account.
    #[error("no rule of `accounts` gives this row an account (provider {provider:?})")]
    NoAccount {
        /// What the provider's column holds.
        provider: String,
    },
    /// An exchange rate that is not positive.
    #[error("{text:?} is not a rate: it must be greater than zero")]
    RateNotPositive {
        /// What the cell holds.
        text: String,
    },
}

impl Reason {
    /// Its code, fixed for ever.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::NoHeader => "no-header",
            Self::ColumnMissing => "column-missing",
            Self::ColumnTwice => "column-twice",
            Self::FieldCount { .. } => "field-count",
            Self::QuoteOpen => "quote-open",
            Self::Encoding => "encoding",
            Self::Nul => "nul",
            Self::CutOff => "cut-off",
            Self::TooLong { .. } => "too-long",
            Self::Parquet { .. } => "parquet",
            Self::NoValueOfItsType => "no-value-of-its-type",
            Self::NoVersion { .. } => "no-version",
            Self::VersionsDiffer => "versions-differ",
            Self::NotJson { .. } => "not-json",
            Self::NoTable { .. } => "no-table",
            Self::NoRule => "no-rule",
            Self::Unusable { .. } => "unusable",
            Self::Event(refusal) => refusal.code(),
            Self::Contradicted => "contradicted",
            Self::Moved { .. } => "moved",
            Self::NothingToTakeBack { .. } => "nothing-to-take-back",
            Self::ValueMissing => "value-missing",
            Self::Decimal { .. } => "decimal",
            Self::Currency { .. } => "currency",
            Self::Identifier { .. } => "identifier",
            Self::Time { .. } => "time",
            Self::TimeSkipped { .. } => "time-skipped",
            Self::Date { .. } => "date",
            Self::Category { .. } => "category",
            Self::NoAccount { .. } => "no-account",
            Self::RateNotPositive { .. } => "rate-not-positive",
        }
    }

    /// The reason that a broken Parquet file stands for.
    pub(crate) fn of_parquet(broken: tributary_parquet::Broken) -> Self {
        Self::Parquet { broken: Box::new(broken) }
    }

    /// The reason that a CSV error stands for.
    pub(crate) fn of_csv(error: &csv::Error) -> Self {
        match error.kind() {
            csv::ErrorKind::Io(error) => Self::Unreadable(error.kind()),
            csv::ErrorKind::Utf8 { .. } => Self::Encoding,
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                Self::FieldCount { expected: *expected_len, found: *len }
            }
            _ => Self::Unreadable(ErrorKind::InvalidData),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_one_line_whatever_the_file_says() {
        let column = Some("A\nB\u{1b}[2J".to_owned());
        let reason = Reason::Unusable { reason: "x\r\ny".to_owned() };
        let refusal = Refusal { file: "f.csv".to_owned(), line: 3, column, reason };
        assert_eq!(refusal.to_string(), "f.csv:3: A\\nB\\u{1b}[2J: x\\r\\ny (unusable)");
    }
}
