//! Who there is, what time it is, and how an event is said.

use chrono_tz::Tz;
use serde_json::{Value, json};
use tributary_domain::book::Book;
use tributary_domain::time::{Day, Instant, Period, start_of_day};

use super::Random;

pub(super) const PARTNERS: [&str; 5] = ["p-1", "p-2", "p-3", "p-4", "p-nobody"];
pub(super) const ACCOUNTS: [&str; 4] = ["acme", "bolt", "cord", "dune"];
/// Which account each is meant for stands at the same place of [`ACCOUNTS`].
pub(super) const ALIASES: [&str; 4] = ["crm/1", "aws/buyer-2", "crm/3", "crm/4"];
pub(super) const DEALS: [&str; 5] = ["d-1", "d-2", "d-3", "d-4", "d-5"];
/// The place in [`ACCOUNTS`] of the account that a deal of the program belongs to.
const HOMES: [usize; 5] = [0, 1, 2, 0, 1];
pub(super) const LEADS: [&str; 4] = ["l-1", "l-2", "l-3", "l-4"];
pub(super) const REGISTRATIONS: [&str; 5] = ["r-1", "r-2", "r-3", "r-4", "r-5"];
pub(super) const PRODUCTS: [&str; 4] = ["lake", "pond", "seats", "vault"];
pub(super) const VENDORS: [&str; 2] = ["v-1", "v-2"];
pub(super) const MARKETS: [&str; 3] = ["north", "south", "Healthcare - Providers"];
pub(super) const ROLES: [&str; 4] = ["msp", "si", "reseller", "isv"];
pub(super) const POOLS: [&str; 3] = ["revenue", "overlay", "quota"];
pub(super) const MARKETPLACES: [&str; 2] = ["aws", "azure"];
pub(super) const AGREEMENTS: [&str; 3] = ["agr-1", "agr-2", "agr-3"];

const SOURCES: [&str; 3] = ["crm", "billing", "portal/eu"];
pub(super) const MINUTE: i64 = 60_000_000;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// When something was true and when it was learned, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    pub(super) time: i64,
    pub(super) recorded: i64,
}

/// A scenario while it is being told.
pub(super) struct Scene {
    pub(super) random: Random,
    /// The first of the periods that most happens in.
    pub(super) first: Period,
    /// How many they are.
    pub(super) months: i32,
    pub(super) book: Book,
    /// Source and id of what was used, with the subject.
    pub(super) usage: Vec<(String, String, String)>,
    told: Vec<(i64, Value)>,
}

impl Scene {
    pub(super) fn new(mut random: Random) -> Self {
        let first = Period::of(day(random.weighted(&[
            (50, "2026-01-01"),
            (15, "2025-10-01"),
            (15, "2025-03-01"),
            (10, "2024-01-01"),
            (10, "2026-03-01"),
        ])));
        let months = random.weighted(&[(28, 2), (38, 3), (28, 4), (6, 13)]);
        Self { random, first, months, book: Book::default(), usage: Vec::new(), told: Vec::new() }
    }

    /// Says an event; gives its source and id.
    pub(super) fn say(&mut self, event: &str, subject: &str, when: When, data: Value) -> (String, String) {
        let number = self.told.len() + 1;
        let source = self.random.weighted(&[(60, SOURCES[0]), (25, SOURCES[1]), (15, SOURCES[2])]);
        let id = if self.random.chance(70) { number.to_string() } else { format!("e-{number}") };
        let event = json!({
            "specversion": "1.0", "id": id, "source": source, "type": format!("tributary.{event}.v1"), "subject": subject,
            "time": self.instant(when.time), "recordedtime": Instant::from_micros(when.recorded).to_string(), "data": data,
        });
        self.told.push((when.recorded, event));
        (source.to_owned(), id)
    }

    /// Everything told, in the order of learning, some of it twice.
    pub(super) fn events(mut self) -> Vec<Value> {
        self.told.sort_by_key(|(recorded, _)| *recorded);
        let mut events: Vec<Value> = self.told.into_iter().map(|(_, event)| event).collect();
        for _ in 0..self.random.below(5) {
            let again = events[self.random.below(events.len())].clone();
            let at = self.random.below(events.len() + 1);
            events.insert(at, again);
        }
        events
    }

    /// A period of those that most happens in, sometimes one beside them.
    pub(super) fn period(&mut self) -> Period {
        let of = match self.random.below(20) {
            0 => self.random.within(-2, -1),
            1 => self.random.within(self.months.into(), i64::from(self.months) + 1),
            2 => -12,
            _ => self.random.within(0, i64::from(self.months) - 1),
        };
        Period::from_ordinal(self.first.ordinal() + i32::try_from(of).unwrap_or(0))
    }

    /// A day of such a period, often its first or last one.
    pub(super) fn day(&mut self) -> Day {
        let period = self.period();
        match self.random.below(8) {
            0 => period.first_day(),
            1 => period.last_day(),
            _ => {
                let nth = self.random.below(period.day_count() as usize);
                period.first_day() + chrono::Days::new(nth as u64)
            }
        }
    }

    /// So many days after the first day of all.
    pub(super) fn day_of_story(&self, number: i64) -> Day {
        self.first.first_day() + chrono::TimeDelta::days(number)
    }

    /// An instant on a day, often at its very edge; days are the book's.
    pub(super) fn at(&mut self, day: Day) -> i64 {
        let start = start_of_day(day, self.book.zone).micros();
        match self.random.below(10) {
            0 => start,
            1 => start + DAY - HOUR - 1,
            2 => start_of_day(day, Tz::UTC).micros() + self.random.within(0, 2) - 1,
            3 => start + self.random.within(0, 23 * HOUR),
            _ => start + self.random.within(0, 22) * HOUR + self.random.within(0, 59) * MINUTE,
        }
    }

    /// An instant on a day, learned at once, late, very late, or long before.
    pub(super) fn when(&mut self, day: Day) -> When {
        if let Some(same) = self.random.chance(6).then(|| self.tie()).flatten() {
            return same;
        }
        let time = self.at(day);
        let lag = match self.random.below(20) {
            0..=7 => self.random.within(0, 3 * HOUR),
            8..=10 => 0,
            11..=14 => self.random.within(DAY, 6 * DAY),
            15..=18 => self.random.within(8 * DAY, 75 * DAY),
            _ => -self.random.within(DAY, 40 * DAY),
        };
        When { time, recorded: time + lag }
    }

    /// An instant on a day, learned soon.
    pub(super) fn soon(&mut self, day: Day) -> When {
        let time = self.at(day);
        When { time, recorded: time + self.random.within(0, HOUR) }
    }

    /// The same instants as those of something told before.
    fn tie(&mut self) -> Option<When> {
        let at = self.random.below(self.told.len());
        let (recorded, event) = self.told.get(at)?;
        let time: Instant = event["time"].as_str()?.parse().ok()?;
        Some(When { time: time.micros(), recorded: *recorded })
    }

    /// An instant as text; now and then as a clock elsewhere shows it.
    fn instant(&mut self, micros: i64) -> String {
        let instant = Instant::from_micros(micros);
        if self.random.chance(95) {
            return instant.to_string();
        }
        let elsewhere = instant.utc().with_timezone(&Tz::Asia__Kolkata);
        elsewhere.format("%Y-%m-%dT%H:%M:%S%.6f%:z").to_string()
    }

    /// A subject that an event of an account may have.
    pub(super) fn subject(&mut self) -> String {
        let at = self.random.weighted(&[(40, 0), (30, 1), (24, 2), (6, 3)]);
        self.subject_of(at)
    }

    /// The account at a place of [`ACCOUNTS`], under its own name or another system's.
    fn subject_of(&mut self, at: usize) -> String {
        if self.random.chance(72) { format!("account/{}", ACCOUNTS[at]) } else { ALIASES[at].to_owned() }
    }

    /// A subject for an event about a deal, mostly that of its account.
    pub(super) fn home(&mut self, deal: &str) -> String {
        let home = DEALS.iter().position(|known| *known == deal).map_or(0, |at| HOMES[at]);
        if self.random.chance(92) { self.subject_of(home) } else { self.subject() }
    }

    pub(super) fn partner(&mut self) -> &'static str {
        self.random.weighted(&[
            (30, PARTNERS[0]),
            (30, PARTNERS[1]),
            (25, PARTNERS[2]),
            (12, PARTNERS[3]),
            (3, PARTNERS[4]),
        ])
    }

    pub(super) fn deal(&mut self) -> &'static str {
        self.random.weighted(&[(30, DEALS[0]), (25, DEALS[1]), (20, DEALS[2]), (15, DEALS[3]), (10, DEALS[4])])
    }

    pub(super) fn product(&mut self) -> &'static str {
        self.random.weighted(&[(45, PRODUCTS[0]), (20, PRODUCTS[1]), (20, PRODUCTS[2]), (15, PRODUCTS[3])])
    }
}

/// A day written in this file.
pub(super) fn day(text: &str) -> Day {
    tributary_domain::time::parse_day(text).unwrap_or_default()
}
