//! Numbers as people write them, by what they count.

/// What a number counts, and so which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things a second: more is better.
    PerSecond,
    /// Seconds.
    Seconds,
    /// Microseconds.
    Micros,
    /// Bytes of a whole.
    Bytes,
    /// Bytes of one of many.
    BytesEach,
    /// Just so many.
    Count,
}

impl Unit {
    /// Whether more is better.
    pub fn rises(self) -> bool {
        self == Self::PerSecond
    }

    /// A number of it; a dash if it was not measured.
    pub fn write(self, value: f64) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        match self {
            Self::PerSecond => per_second(value),
            Self::Seconds => micros(value * 1e6),
            Self::Micros => micros(value),
            Self::Bytes => format!("{:.0} MiB", value / 1024.0 / 1024.0),
            Self::BytesEach => format!("{value:.0} B"),
            Self::Count => grouped(value),
        }
    }
}

fn micros(value: f64) -> String {
    match value {
        value if value < 10.0 => format!("{value:.1} µs"),
        value if value < 1e3 => format!("{value:.0} µs"),
        value if value < 10e3 => format!("{:.2} ms", value / 1e3),
        value if value < 1e6 => format!("{:.0} ms", value / 1e3),
        value => format!("{:.2} s", value / 1e6),
    }
}

fn per_second(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{:.2} M/s", value / 1e6),
        value if value >= 1e3 => format!("{:.0} k/s", value / 1e3),
        value => format!("{value:.0}/s"),
    }
}

/// Thousands apart.
pub fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A size as it is spoken of: `100 k`, `1 M`, `1.5 M`.
pub fn short(events: u64) -> String {
    match events {
        0..1_000 => events.to_string(),
        1_000..1_000_000 => format!("{} k", events as f64 / 1e3),
        _ => format!("{} M", events as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!([grouped(999.0), grouped(1_000.0), grouped(10_500_000.0)], ["999", "1 000", "10 500 000"]);
        assert_eq!([Unit::Seconds.write(0.25), Unit::Seconds.write(2.0)], ["250 ms", "2.00 s"]);
        assert_eq!([900.0, 1500.0, 2e6].map(|value| Unit::Micros.write(value)), ["900 µs", "1.50 ms", "2.00 s"]);
        assert_eq!([short(100_000), short(1_000_000), short(1_500_000)], ["100 k", "1 M", "1.5 M"]);
        assert_eq!(Unit::PerSecond.write(f64::NAN), "–");
    }
}
