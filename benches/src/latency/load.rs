//! Events that earn, appended at a rate.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use tributary_domain::currency::Currency;
use tributary_domain::event::{Body, Draft, Subject};
use tributary_domain::id::{AccountId, Product};
use tributary_events::Encoded;
use tributary_log::{Log as _, Position, system_clock};
use tributary_log_kafka::KafkaLog;

use crate::Result;

/// The most events of one append.
const APPENDED_AT_ONCE: usize = 8_192;

/// How much is produced, and how fast.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Events.
    pub events: usize,
    /// How many a second; all at once if it is infinite.
    pub per_s: f64,
}

/// Usage that changes a credit as soon as it is known: of an account's own subject, in the book's currency, of a product of
/// its deal. Of other usage the credits topic might say nothing.
pub(super) struct Earning {
    sold: BTreeMap<AccountId, BTreeSet<Product>>,
    usage: std::vec::IntoIter<Draft>,
}

impl Earning {
    pub(super) fn of(program: &[Draft], usage: Vec<Draft>) -> Self {
        let mut sold: BTreeMap<AccountId, BTreeSet<Product>> = BTreeMap::new();
        for draft in program {
            if let (Body::DealWon(term), Subject::Account(account)) = (&draft.body, &draft.subject) {
                let products = term.lines.iter().map(|line| line.product.clone());
                sold.entry(account.clone()).or_default().extend(products);
            }
        }
        Self { sold, usage: usage.into_iter() }
    }

    /// The next events.
    pub(super) fn take(&mut self, count: usize) -> Result<Vec<(AccountId, Draft)>> {
        let sold = &self.sold;
        let earns = |draft: Draft| match (&draft.body, &draft.subject) {
            (Body::UsageRecorded(usage), Subject::Account(account))
                if usage.money.currency == Currency::USD
                    && sold.get(account).is_some_and(|products| products.contains(&usage.product)) =>
            {
                Some((account.clone(), draft))
            }
            _ => None,
        };
        let taken: Vec<_> = self.usage.by_ref().filter_map(earns).take(count).collect();
        if taken.len() < count {
            return Err("the events are used up: give more `--events-max`".into());
        }
        Ok(taken)
    }
}

/// An event that was produced.
pub(super) struct Sent {
    pub(super) account: AccountId,
    pub(super) position: Position,
    /// When it was to be produced, microseconds since 1970-01-01 UTC.
    pub(super) due_us: i64,
}

/// Appends events; the log says when they are recorded.
pub(super) fn append_all(log: &KafkaLog, drafts: Vec<Draft>) -> Result<()> {
    let encoded: Vec<Encoded> = drafts.into_iter().map(unrecorded).collect();
    for some in encoded.chunks(APPENDED_AT_ONCE) {
        let entries: Vec<_> = some.iter().map(Encoded::entry).collect();
        log.append_routed(&entries)?;
    }
    Ok(())
}

/// Produces each event at its moment, or as soon after it as the log takes it; gives how long that took. What was due meanwhile
/// goes with the next append.
pub(super) fn produce(log: &KafkaLog, drafts: Vec<(AccountId, Draft)>, per_s: f64) -> Result<(Vec<Sent>, Duration)> {
    let (accounts, encoded): (Vec<_>, Vec<_>) =
        drafts.into_iter().map(|(account, draft)| (account, unrecorded(draft))).unzip();
    let mut positions = Vec::with_capacity(encoded.len());
    let (began, began_us) = (Instant::now(), system_clock()());
    while positions.len() < encoded.len() {
        let due = ((began.elapsed().as_secs_f64() * per_s) as usize).saturating_add(1);
        let due = due.min(encoded.len()).min(positions.len() + APPENDED_AT_ONCE);
        if due <= positions.len() {
            std::thread::sleep(moment(positions.len(), per_s).saturating_sub(began.elapsed()));
            continue;
        }
        let entries: Vec<_> = encoded[positions.len()..due].iter().map(Encoded::entry).collect();
        positions.extend(log.append_routed(&entries)?);
    }
    let taken = began.elapsed();
    let sent = accounts.into_iter().zip(positions).enumerate();
    let sent = sent.map(|(number, (account, position))| Sent {
        account,
        position,
        due_us: began_us + moment(number, per_s).as_micros() as i64,
    });
    Ok((sent.collect(), taken))
}

/// When an event is to be produced, counted from the first.
fn moment(number: usize, per_s: f64) -> Duration {
    Duration::from_secs_f64(number as f64 / per_s)
}

fn unrecorded(mut draft: Draft) -> Encoded {
    draft.recorded = None;
    Encoded::of(&draft)
}
