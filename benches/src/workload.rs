//! A workload: a partner program and the usage of its accounts over ninety days, the same for the same size and seed.
//!
//! The records come in the order in which they would be learned: the program (`program`), then usage as it is metered, with
//! a rate for every day and the closes of January and February where they fall. Few accounts use much (Zipf, exponent 1);
//! one in twenty is billed under a marketplace's identifier, one in thirty-three in euros.

mod program;

use std::collections::VecDeque;
use std::io::Write;

use tributary_domain::currency::Currency;
use tributary_domain::event::{Body, Draft, PeriodClosed, RatePublished, Subject, UsageRecorded};
use tributary_domain::id::{
    AccountId, DealId, EventId, ExternalId, Identity, Namespace, PartnerId, Product, Source, Vendor,
};
use tributary_domain::money::{Amount, Money, Rate};
use tributary_domain::time::{Day, Instant, Period};

use crate::Result;
use crate::random::{Random, Zipf};

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;
const DAYS: i64 = 90;

/// 2026-01-01T00:00:00Z.
pub(crate) const BEGIN_US: i64 = 1_767_225_600_000_000;

/// How large it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Usage events.
    pub usage: u64,
    /// Accounts, each with one deal.
    pub accounts: u64,
    /// Partners.
    pub partners: u64,
    /// What decides everything else.
    pub seed: u64,
}

/// Products that there are.
pub const PRODUCTS: u64 = 50;

/// A workload of some size.
#[derive(Debug)]
pub struct Workload {
    size: Size,
    zipf: Zipf,
    products: Vec<(Product, Option<Vendor>)>,
    sources: [Source; 3],
    unit: String,
    euro: Currency,
}

impl Workload {
    /// Of that size.
    pub fn new(size: Size) -> Self {
        let family = ["compute", "storage", "database", "network", "analytics"];
        let product = |number: u64| {
            let name = format!("{}-{:02}", family[(number % 5) as usize], number);
            let vendor = number.is_multiple_of(3).then(|| id(Vendor::new("nimbus")));
            (id(Product::new(&name)), vendor)
        };
        Self {
            size,
            zipf: Zipf::new(size.accounts),
            products: (0..PRODUCTS).map(product).collect(),
            sources: ["//bill.example/aws", "//bill.example/azure", "//bill.example/gcp"].map(Source::new),
            unit: "Hrs".to_owned(),
            euro: currency("EUR"),
        }
    }

    /// Its size.
    pub fn size(&self) -> Size {
        self.size
    }

    /// All of it, in the order in which it is learned.
    pub fn drafts(&self) -> Drafts<'_> {
        Drafts {
            workload: self,
            random: Random::new(self.size.seed),
            ready: VecDeque::new(),
            next: Step::Book,
            rates: 0,
            closes: 0,
        }
    }

    /// Writes drafts as JSON, a line each.
    pub fn write_jsonl(drafts: &[Draft], into: &mut impl Write) -> Result<()> {
        for draft in drafts {
            writeln!(into, "{}", tributary_events::json::write_draft(draft))?;
        }
        Ok(())
    }

    /// The close of March, which is not among the drafts: it is recorded once they all are.
    pub fn last_close(&self) -> Draft {
        close(&CLOSES[2])
    }

    /// A usage event that is learned after all others, though it was used in January.
    pub fn late_usage(&self, account: u64, number: u64) -> Draft {
        let mut random = Random::of(self.size.seed, !number);
        let time = BEGIN_US + random.below(30 * DAY_US as u64) as i64;
        let recorded = BEGIN_US + (DAYS + 2) * DAY_US + number as i64;
        self.usage_of(account, time / HOUR_US * HOUR_US, recorded, &mut random)
    }

    /// A usage event that is learned after all others, and was used just before it: of April and after.
    pub fn fresh_usage(&self, account: u64, number: u64) -> Draft {
        let mut random = Random::of(self.size.seed, number | 1 << 62);
        let recorded = BEGIN_US + (DAYS + 4) * DAY_US + number as i64 * 1_000_000;
        self.usage_of(account, recorded / HOUR_US * HOUR_US, recorded, &mut random)
    }

    /// A usage event of February or March, whatever the number: every late one was used before it.
    pub fn earlier_usage(&self, account: u64, number: u64) -> Draft {
        let mut random = Random::of(self.size.seed, number | 1 << 61);
        let time = BEGIN_US + 31 * DAY_US + random.below(58 * DAY_US as u64) as i64;
        self.usage_of(account, time / HOUR_US * HOUR_US, BEGIN_US + DAYS * DAY_US, &mut random)
    }

    /// Whose usage a draft is, by number; none if it is of something else.
    pub fn used_by(&self, draft: &Draft) -> Option<u64> {
        let Body::UsageRecorded(_) = draft.body else { return None };
        match &draft.subject {
            Subject::Account(account) => account.as_str().strip_prefix("acct-")?.parse().ok(),
            Subject::Alias(_, external) => Some((external.as_str().parse::<u64>().ok()? - 100_000_000_000) / 7_919),
            _ => None,
        }
    }

    /// An account by its number.
    pub fn account(&self, number: u64) -> AccountId {
        id(AccountId::new(&format!("acct-{number:06}")))
    }

    /// The account that uses most.
    pub fn largest_account(&self) -> u64 {
        self.account_of_rank(0)
    }

    /// A partner by its number.
    pub fn partner(&self, number: u64) -> PartnerId {
        id(PartnerId::new(&format!("partner-{number:04}")))
    }

    /// Neighbours in rank are not neighbours in name.
    fn account_of_rank(&self, rank: u64) -> u64 {
        (rank * 48_271 + 11) % self.size.accounts
    }

    fn deal(&self, account: u64) -> DealId {
        id(DealId::new(&format!("deal-{account:06}")))
    }

    fn alias(&self, account: u64) -> Option<Subject> {
        let alias = || {
            let number = 100_000_000_000 + account * 7_919;
            Subject::Alias(id(Namespace::new("aws-buyer")), id(ExternalId::new(&number.to_string())))
        };
        (account % 20 == 7).then(alias)
    }

    /// The products of an account's deal.
    fn sold(&self, account: u64) -> impl Iterator<Item = &(Product, Option<Vendor>)> {
        let first = Random::of(self.size.seed, account).below(PRODUCTS);
        (0..5).map(move |step| &self.products[((first + step * 7) % PRODUCTS) as usize])
    }

    /// The usage event of that number among all.
    fn usage(&self, number: u64, random: &mut Random) -> Draft {
        let learned = self.learned_us(number);
        let delay = if random.one_in(200) { 5 * DAY_US } else { 2 * HOUR_US };
        let time = (learned - random.below(delay as u64) as i64).max(BEGIN_US);
        let account = self.account_of_rank(self.zipf.draw(random));
        // Metered by the hour, delivered by the minute.
        self.usage_of(account, time / HOUR_US * HOUR_US, learned / 60_000_000 * 60_000_000, random)
    }

    /// When the usage event of that number is learned.
    fn learned_us(&self, number: u64) -> i64 {
        BEGIN_US + (u128::from(number) * (DAYS * DAY_US) as u128 / u128::from(self.size.usage.max(1))) as i64
    }

    fn usage_of(&self, account: u64, time_us: i64, recorded_us: i64, random: &mut Random) -> Draft {
        // One in ten uses something that no deal was made for.
        let (product, vendor) = if random.one_in(10) {
            &self.products[random.below(PRODUCTS) as usize]
        } else {
            let at = random.below(5) as usize;
            self.sold(account).nth(at).unwrap_or(&self.products[0])
        };
        let places = 2 + random.below(10) as u32; // metered costs have up to eleven decimals
        let mantissa = 1 + random.below(10_u64.pow(places.min(9) + 1));
        let quantity = 1 + random.below(5000);
        let body = Body::UsageRecorded(UsageRecorded {
            product: product.clone(),
            vendor: vendor.clone(),
            deal: None,
            quantity: random.one_in(2).then(|| Amount::from_units(i128::from(quantity) * 10_i128.pow(10))),
            unit: random.one_in(2).then(|| self.unit.clone()),
            money: Money {
                amount: Amount::from_units(i128::from(mantissa) * 10_i128.pow(12 - places)),
                currency: if account % 33 == 5 { self.euro } else { Currency::USD },
            },
        });
        let subject = self.alias(account).unwrap_or_else(|| Subject::Account(self.account(account)));
        let source = self.sources[(account % 3) as usize].clone();
        let identity = Identity { source, id: EventId::new(&format!("{:016x}", random.next())) };
        draft(identity, time_us, recorded_us, subject, body)
    }
}

/// The drafts of a workload, made as they are asked for.
#[derive(Debug)]
pub struct Drafts<'w> {
    workload: &'w Workload,
    random: Random,
    ready: VecDeque<Draft>,
    next: Step,
    rates: i64,
    closes: usize,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Book,
    Partner(u64),
    Account(u64),
    Usage(u64),
}

impl Drafts<'_> {
    fn advance(&mut self) -> Option<()> {
        let size = self.workload.size;
        self.next = match self.next {
            Step::Book => {
                self.ready.extend(program::book());
                Step::Partner(0)
            }
            Step::Partner(number) if number < size.partners => {
                self.ready.push_back(program::partner(self.workload, number));
                Step::Partner(number + 1)
            }
            Step::Partner(_) => Step::Account(0),
            Step::Account(number) if number < size.accounts => {
                self.ready.extend(program::account(self.workload, number));
                Step::Account(number + 1)
            }
            Step::Account(_) => Step::Usage(0),
            Step::Usage(number) if number < size.usage => {
                self.come_to(self.workload.learned_us(number));
                self.ready.push_back(self.workload.usage(number, &mut self.random));
                Step::Usage(number + 1)
            }
            Step::Usage(_) => return None,
        };
        Some(())
    }

    /// What else is learned by then: the rates of days, each in its afternoon, and closes.
    fn come_to(&mut self, now_us: i64) {
        while BEGIN_US + self.rates * DAY_US + 16 * HOUR_US <= now_us {
            self.ready.push_back(rate(self.rates));
            self.rates += 1;
        }
        while let Some(due) = CLOSES[..2].get(self.closes).filter(|due| due.recorded_us() <= now_us) {
            self.ready.push_back(close(due));
            self.closes += 1;
        }
    }
}

impl Iterator for Drafts<'_> {
    type Item = Draft;

    fn next(&mut self) -> Option<Draft> {
        while self.ready.is_empty() {
            self.advance()?;
        }
        self.ready.pop_front()
    }
}

struct Due {
    period: &'static str,
    /// The day, counted from the first, at whose end the close cuts.
    day: i64,
}

/// Three days after each month.
const CLOSES: [Due; 3] =
    [Due { period: "2026-01", day: 33 }, Due { period: "2026-02", day: 61 }, Due { period: "2026-03", day: 92 }];

impl Due {
    fn cutoff(&self) -> Instant {
        Instant::from_micros(BEGIN_US + (self.day + 1) * DAY_US - 1)
    }

    /// The next morning.
    fn recorded_us(&self) -> i64 {
        self.cutoff().micros() + 1 + 9 * HOUR_US
    }
}

fn close(due: &Due) -> Draft {
    let period: Period = due.period.parse().expect("a period");
    let body = Body::PeriodClosed(PeriodClosed { period, cutoff: due.cutoff() });
    let recorded_us = due.recorded_us();
    draft(said("//books.example", format!("close-{period}")), recorded_us, recorded_us, Subject::Book, body)
}

fn rate(day: i64) -> Draft {
    let time_us = BEGIN_US + day * DAY_US + 16 * HOUR_US;
    let units = 1_080_000_000_000 + (day * 37 % 50 - 25) as i128 * 1_000_000_000;
    let body = Body::RatePublished(RatePublished {
        base: currency("EUR"),
        quote: Currency::USD,
        date: Instant::from_micros(time_us).utc().date_naive(),
        rate: Rate::from_units(units).expect("a rate above zero"),
    });
    draft(said("//rates.example", format!("eur-{day:02}")), time_us, time_us, Subject::Book, body)
}

fn draft(identity: Identity, time_us: i64, recorded_us: i64, subject: Subject, body: Body) -> Draft {
    let recorded = Some(Instant::from_micros(recorded_us));
    Draft { time: Instant::from_micros(time_us), recorded, identity, subject, body }
}

fn said(source: &str, id: String) -> Identity {
    Identity { source: Source::new(source), id: EventId::new(&id) }
}

/// The names of a workload are its own: they are identifiers.
fn id<T>(made: Result<T, tributary_domain::id::IdError>) -> T {
    made.expect("an identifier")
}

fn currency(code: &str) -> Currency {
    code.parse().expect("a currency")
}

fn day(text: &str) -> Day {
    tributary_domain::time::parse_day(text).expect("a day")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Size = Size { usage: 20_000, accounts: 300, partners: 20, seed: 7 };

    #[test]
    fn the_same_seed_gives_the_same_drafts_and_another_one_does_not() {
        let drafts = |seed| Workload::new(Size { seed, ..SMALL }).drafts().collect::<Vec<_>>();
        assert!(drafts(7) == drafts(7));
        assert!(drafts(7) != drafts(8));
    }

    #[test]
    fn drafts_are_learned_in_order_after_they_were_true_and_say_each_thing_once() {
        let workload = Workload::new(SMALL);
        let drafts: Vec<Draft> = workload.drafts().collect();
        assert!(drafts.windows(2).all(|pair| pair[0].recorded <= pair[1].recorded));
        let usage = |draft: &&Draft| matches!(draft.body, Body::UsageRecorded(_));
        assert_eq!(drafts.iter().filter(usage).count(), 20_000);
        let identities: std::collections::BTreeSet<_> = drafts.iter().map(|draft| &draft.identity).collect();
        assert_eq!(identities.len(), drafts.len());
    }
}
