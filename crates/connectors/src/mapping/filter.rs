//! What a template does to a value: reads it as an amount, a date or an instant, takes a part of it, gives it another name.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use tributary_domain::money::{Amount, DecimalError, Rate};
use tributary_domain::time::{Day, Instant, parse_day};

use crate::{Reason, cell, decimal};

/// The tables of names that a mapping declares: what a value is called in the ledger.
pub(super) type Names = BTreeMap<String, BTreeMap<String, String>>;

/// Stands in a table of names for every value that it does not have.
const ANY: &str = "*";

/// A step that a value goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filter {
    /// An amount, exact.
    Amount,
    /// A quantity: rounded half-even beyond twelve places.
    Quantity,
    /// An amount as people write it, such as `$1,200.00 `.
    Money,
    /// The amount with the other sign.
    Negated,
    /// The amount, so many times: by a positive number that `let` works out, such as a price. Rounded half-even to twelve places.
    Times(String),
    /// An instant, in a form of chrono's if one is given.
    Instant(Option<String>),
    /// Seconds or milliseconds since 1970, by how many there are in a second.
    Epoch(i64),
    /// A date, or the date of an instant.
    Date(Option<String>),
    /// The day before.
    DayBefore,
    /// In lower case.
    Lower,
    /// As many characters from its beginning.
    First(usize),
    /// With what an identifier may not hold escaped.
    Id,
    /// Without a beginning.
    Cut(String),
    /// What stands before the first of these, or all.
    Before(String),
    /// What stands after the last of these, or all.
    After(String),
    /// The name that a table gives it, or itself.
    Name(String),
    /// The name that a table gives it, or nothing.
    Only(String),
}

impl Filter {
    /// Reads `name` or `name:argument`.
    pub(super) fn read(text: &str, names: &Names) -> Result<Self, String> {
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name.trim(), Some(argument)),
            None => (text.trim(), None),
        };
        let needed = || argument.map(str::to_owned).ok_or_else(|| format!("`{name}` needs an argument: {name}:…"));
        let table = || {
            let table = needed()?;
            if names.contains_key(&table) { Ok(table) } else { Err(format!("`names` has no table `{table}`")) }
        };
        let filter = match name {
            "amount" => Self::Amount,
            "quantity" => Self::Quantity,
            "money" => Self::Money,
            "negated" => Self::Negated,
            "instant" => return Ok(Self::Instant(argument.map(str::to_owned))),
            "seconds" => Self::Epoch(1),
            "millis" => Self::Epoch(1000),
            "date" => return Ok(Self::Date(argument.map(str::to_owned))),
            "dayBefore" => Self::DayBefore,
            "lower" => Self::Lower,
            "id" => Self::Id,
            "cut" => return needed().map(Self::Cut),
            "times" => return needed().map(Self::Times),
            "first" => {
                let count = needed()?.trim().parse();
                return count.map(Self::First).map_err(|_| "`first` needs a number: first:15".to_owned());
            }
            "before" => return needed().map(Self::Before),
            "after" => return needed().map(Self::After),
            "name" => return table().map(Self::Name),
            "only" => return table().map(Self::Only),
            other => return Err(format!("`{other}` is not something that can be done to a value")),
        };
        match argument {
            None => Ok(filter),
            Some(_) => Err(format!("`{name}` takes no argument")),
        }
    }

    /// The value after this step; nothing if a table has no name for it, or what it is multiplied by is not there.
    pub(super) fn apply(
        &self,
        value: String,
        zone: Tz,
        names: &Names,
        named: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<String>, Reason> {
        Ok(Some(match self {
            Self::Amount => number(&value, decimal::exact)?,
            Self::Quantity => number(&value, decimal::rounded)?,
            Self::Money => number(&value, people_write)?,
            Self::Negated => number(&value, |text| decimal::exact(text).map(Amount::negated))?,
            Self::Times(name) => match named(name) {
                Some(factor) => times(&value, &factor)?,
                None => return Ok(None),
            },
            Self::Instant(form) => instant(&value, form.as_deref(), zone)?.to_string(),
            Self::Epoch(in_a_second) => epoch(&value, *in_a_second)?.to_string(),
            Self::Date(form) => date(&value, form.as_deref(), zone)?.to_string(),
            Self::DayBefore => {
                let day = parse_day(&value).ok().and_then(|day| day.checked_sub_days(Days::new(1)));
                day.ok_or(Reason::Date { text: value })?.to_string()
            }
            Self::Lower => value.to_lowercase(),
            Self::First(count) => value.chars().take(*count).collect(),
            Self::Id => cell::escape(&value),
            Self::Cut(beginning) => value.strip_prefix(beginning.as_str()).unwrap_or(&value).to_owned(),
            Self::Before(mark) => value.split_once(mark.as_str()).map_or(value.as_str(), |(part, _)| part).to_owned(),
            Self::After(mark) => value.rsplit_once(mark.as_str()).map_or(value.as_str(), |(_, part)| part).to_owned(),
            Self::Name(table) => name_of(table, &value, names).unwrap_or(value),
            Self::Only(table) => return Ok(name_of(table, &value, names)),
        }))
    }
}

fn name_of(table: &str, value: &str, names: &Names) -> Option<String> {
    let table = names.get(table)?;
    table.get(value).or_else(|| table.get(ANY)).cloned()
}

fn number(text: &str, read: impl Fn(&str) -> Result<Amount, DecimalError>) -> Result<String, Reason> {
    read(text).map(|amount| amount.to_string()).map_err(|error| Reason::Decimal { text: text.to_owned(), error })
}

fn times(value: &str, factor: &str) -> Result<String, Reason> {
    let wrong = |text: &str, error| Reason::Decimal { text: text.to_owned(), error };
    let amount = decimal::exact(value).map_err(|error| wrong(value, error))?;
    let factor_of = decimal::exact(factor).map_err(|error| wrong(factor, error))?;
    let rate =
        Rate::from_units(factor_of.units()).ok_or_else(|| Reason::RateNotPositive { text: factor.to_owned() })?;
    amount.converted(rate).map(|amount| amount.to_string()).map_err(|_| wrong(value, DecimalError::Range))
}

/// Reads `$1,200.00`, `1,200.00-`, `(1,200.00)`: commas stand between thousands or nowhere.
fn people_write(text: &str) -> Result<Amount, DecimalError> {
    let text = text.trim();
    let (inside, in_brackets) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inside) => (inside, true),
        None => (text, false),
    };
    let unsigned = inside.trim_matches(|c: char| c.is_whitespace() || "$€£¥-".contains(c));
    let minuses = inside.matches('-').count() + usize::from(in_brackets);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut groups = whole.split(',');
    let leads = groups.next().is_some_and(|first| (1..=3).contains(&first.len()) || !whole.contains(','));
    if minuses > 1 || !leads || groups.any(|group| group.len() != 3) || fraction.contains(',') {
        return Err(DecimalError::Syntax);
    }
    let amount = decimal::exact(&unsigned.replace(',', ""))?;
    Ok(if minuses == 1 { amount.negated() } else { amount })
}

fn instant(text: &str, form: Option<&str>, zone: Tz) -> Result<Instant, Reason> {
    let Some(form) = form else { return cell::instant(text, zone) };
    let local = NaiveDateTime::parse_from_str(text, form).map_err(|_| Reason::Time { text: text.to_owned() })?;
    cell::local(local, text, zone)
}

fn epoch(text: &str, in_a_second: i64) -> Result<Instant, Reason> {
    let micros = text.parse::<i64>().ok().and_then(|count| count.checked_mul(1_000_000 / in_a_second));
    let instant = micros.map(Instant::from_micros).filter(|at| at.to_string().parse() == Ok(*at));
    instant.ok_or_else(|| Reason::Time { text: text.to_owned() })
}

fn date(text: &str, form: Option<&str>, zone: Tz) -> Result<Day, Reason> {
    let wrong = || Reason::Date { text: text.to_owned() };
    if let Some(form) = form {
        let day = NaiveDate::parse_from_str(text, form).ok();
        // Two digits of a year are those of this century, and a year of two digits is none.
        return day.filter(|day| parse_day(&day.to_string()).is_ok()).ok_or_else(wrong);
    }
    parse_day(text).or_else(|_| cell::instant(text, zone).map(|at| at.day_in(zone)).map_err(|_| wrong()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(filter: &str, value: &str) -> Result<Option<String>, &'static str> {
        let stages = BTreeMap::from([("Won".to_owned(), "won".to_owned())]);
        let names = Names::from([("stages".to_owned(), stages)]);
        let filter = Filter::read(filter, &names).expect("a filter");
        let named = |name: &str| (name == "price").then(|| "0.10".to_owned());
        filter.apply(value.to_owned(), Tz::UTC, &names, named).map_err(|reason| reason.code())
    }

    #[test]
    fn values_come_out_in_one_form() {
        for (filter, value, expected) in [
            ("amount", "531.0", "531"),
            ("quantity", "0.0000000000005", "0"),
            ("money", "$1,200.00 ", "1200"),
            ("money", "-$12.50", "-12.5"),
            ("money", "(1,234,567.8)", "-1234567.8"),
            ("negated", "-3.10", "3.1"),
            ("negated", "0", "0"),
            ("instant", "2020-05-11T16:52:50.000+0000", "2020-05-11T16:52:50Z"),
            ("instant", "2025-01-24T20:48:55.457306587Z", "2025-01-24T20:48:55.457306Z"),
            ("instant:%d/%m/%Y %H:%M", "11/05/2020 16:52", "2020-05-11T16:52:00Z"),
            ("millis", "1725357365000", "2024-09-03T09:56:05Z"),
            ("seconds", "1762430400", "2025-11-06T12:00:00Z"),
            ("date", "2026-01-31T23:59:59Z", "2026-01-31"),
            ("date:%m/%d/%y", "5/1/25", "2025-05-01"),
            ("dayBefore", "2024-03-01", "2024-02-29"),
            ("times:price", "12.5", "1.25"),
            ("first:3", "äbcd", "äbc"),
            ("id", "CI/CD", "CI%2FCD"),
            ("cut:arn:", "arn:x", "x"),
            ("before:@", "a@b@c", "a"),
            ("after:/", "a/b/c", "c"),
            ("name:stages", "Won", "won"),
            ("name:stages", "Lost", "Lost"),
            ("only:stages", "Won", "won"),
        ] {
            assert_eq!(apply(filter, value), Ok(Some(expected.to_owned())), "{value} | {filter}");
        }
        assert_eq!(apply("only:stages", "Lost"), Ok(None));
        assert_eq!(apply("times:nothing", "1"), Ok(None));
    }

    #[test]
    fn what_is_no_value_of_the_kind_is_refused() {
        for (filter, value, code) in [
            ("amount", "1,200", "decimal"),
            ("money", "12,50", "decimal"),
            ("money", "1,2000", "decimal"),
            ("money", ",200", "decimal"),
            ("money", "$", "decimal"),
            ("money", "--1", "decimal"),
            ("instant", "yesterday", "time"),
            ("millis", "9223372036854775807", "time"),
            ("date", "31/01/2026", "date"),
            ("dayBefore", "x", "date"),
        ] {
            assert_eq!(apply(filter, value), Err(code), "{value} | {filter}");
        }
    }

    #[test]
    fn a_step_that_does_not_exist_is_named() {
        let read = |text| Filter::read(text, &Names::new()).expect_err("no filter");
        assert_eq!(read("amounts"), "`amounts` is not something that can be done to a value");
        assert_eq!(read("name:stages"), "`names` has no table `stages`");
        assert_eq!(read("cut"), "`cut` needs an argument: cut:…");
        assert_eq!(read("lower:x"), "`lower` takes no argument");
    }
}
