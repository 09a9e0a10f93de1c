//! How long an open charge has been waiting, against the 45 to 60 days in which marketplaces are expected to pay (R6).

/// From when on a payment is expected, in days after it was billed.
const EXPECTED_FROM: i64 = 45;
/// Until when it is expected.
const EXPECTED_UNTIL: i64 = 60;

/// How long an open charge has been waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// Fewer than 45 days after it was billed.
    NotDue,
    /// 45 to 60 days.
    Expected,
    /// 1 to 30 days beyond.
    Late30,
    /// 31 to 60 days beyond.
    Late60,
    /// 61 to 90 days beyond.
    Late90,
    /// 91 to 120 days beyond.
    Late120,
    /// More than 120 days beyond.
    LateOver120,
}

impl Age {
    /// All of them, the youngest first.
    pub const ALL: [Self; 7] =
        [Self::NotDue, Self::Expected, Self::Late30, Self::Late60, Self::Late90, Self::Late120, Self::LateOver120];

    /// That of so many days.
    pub const fn of(days: i64) -> Self {
        match days {
            i64::MIN..EXPECTED_FROM => Self::NotDue,
            EXPECTED_FROM..=EXPECTED_UNTIL => Self::Expected,
            _ => match days - EXPECTED_UNTIL {
                i64::MIN..=30 => Self::Late30,
                31..=60 => Self::Late60,
                61..=90 => Self::Late90,
                91..=120 => Self::Late120,
                _ => Self::LateOver120,
            },
        }
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotDue => "not-due",
            Self::Expected => "expected",
            Self::Late30 => "late-1-30",
            Self::Late60 => "late-31-60",
            Self::Late90 => "late-61-90",
            Self::Late120 => "late-91-120",
            Self::LateOver120 => "late-over-120",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_the_buckets_begin_where_the_rule_says() {
        for (days, name) in [
            (-1, "not-due"),
            (44, "not-due"),
            (45, "expected"),
            (60, "expected"),
            (61, "late-1-30"),
            (90, "late-1-30"),
            (91, "late-31-60"),
            (120, "late-31-60"),
            (121, "late-61-90"),
            (150, "late-61-90"),
            (151, "late-91-120"),
            (180, "late-91-120"),
            (181, "late-over-120"),
        ] {
            assert_eq!(Age::of(days).as_str(), name, "{days}");
        }
    }
}
