//! What the tables ask. A question is a word, its arguments, and `= expected` last; `@instant` at its end asks as known then.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::account::Account;
use tributary_domain::alias::Aliases;
use tributary_domain::attribution::{Slice, Split, influencers, source, split};
use tributary_domain::balance::{self, Carried, Window, balance};
use tributary_domain::closing::{Entitlements, closes, recognise, targets};
use tributary_domain::commission::{Commission, PeriodCredits, commission, compared_period, pays};
use tributary_domain::credit::{Credits, credits};
use tributary_domain::deal::{Deal, Term};
use tributary_domain::deal_record::{Authority, FieldRecord, Said, deal_record};
use tributary_domain::event::{Body, Event, Line, UsageRecorded};
use tributary_domain::fact::{DailyFact, Sums, Usage};
use tributary_domain::fx::Converted;
use tributary_domain::id::{AccountId, DealId, PartnerId, PolicyId, Pool, Product, Vendor};
use tributary_domain::money::AMOUNT_PLACES;
use tributary_domain::policies::revenue;
use tributary_domain::reference::Reference;
use tributary_domain::testing::{day, events, instant, period, read_id, subject};
use tributary_domain::time::{Day, Instant, Period};

/// Asks the questions of the events, and says which line went wrong.
#[track_caller]
pub(crate) fn check(said: &str, questions: &str) {
    let said = events(said);
    for line in questions.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (asked, expected) = line.split_once('=').expect("a question, `=` and what is expected");
        let (asked, known_at) = asked.trim().split_once(" @").map_or((asked, Instant::MAX), |(a, at)| (a, instant(at)));
        let answer = World::known(&said, known_at).answer(&asked.split_whitespace().collect::<Vec<_>>());
        assert_eq!(answer, expected.trim(), "{line}");
    }
}

/// Everything known at an instant, folded naively.
struct World {
    events: Vec<Event>,
    known_at: Instant,
    reference: Reference,
    aliases: Aliases,
    accounts: BTreeMap<AccountId, Account>,
}

impl World {
    fn known(said: &[Event], known_at: Instant) -> Self {
        // T1: known at K are the events with recorded <= K.
        let events: Vec<Event> = said.iter().filter(|event| event.meta.recorded <= known_at).cloned().collect();
        let (reference, aliases) = (Reference::known(&events), Aliases::known(&events));
        let ids: BTreeSet<AccountId> = events.iter().filter_map(|event| aliases.resolve(&event.subject)).collect();
        let mut owners: BTreeMap<DealId, (&Event, AccountId)> = BTreeMap::new();
        for event in &events {
            let (Body::DealOpened(opened), Some(account)) = (&event.body, aliases.resolve(&event.subject)) else {
                continue;
            };
            if owners.get(&opened.deal).is_none_or(|(known, _)| event.meta < known.meta) {
                owners.insert(opened.deal.clone(), (event, account));
            }
        }
        let fold = |id: AccountId| {
            let own: Vec<Event> =
                events.iter().filter(|event| aliases.resolve(&event.subject).as_ref() == Some(&id)).cloned().collect();
            let others = owners.iter().filter(|(_, (_, owner))| *owner != id);
            let elsewhere = others.map(|(deal, _)| deal.clone()).collect();
            (id.clone(), Account::fold(id, &own, &elsewhere, &reference.book))
        };
        let accounts = ids.into_iter().map(fold).collect();
        Self { events, known_at, reference, aliases, accounts }
    }

    fn answer(&self, asked: &[&str]) -> String {
        match *asked {
            ["day", at] => self.reference.book.day(instant(at)).to_string(),
            ["book"] => {
                let book = &self.reference.book;
                format!("{} {} {:?} {:?}", book.currency, book.zone, book.rounding, book.fx)
            }
            ["resolves", of] => text(self.aliases.resolve(&subject(of))),
            ["deals", of] => list(self.accounts[&read_id(AccountId::new, of)].deals.keys()),
            ["motion", of] => self.deal(of).1.motion.as_str().to_owned(),
            ["terms", of] => list(self.deal(of).1.terms.iter().map(term)),
            ["term", of, on] => text(self.deal(of).1.term_on(day(on)).map(term)),
            ["lines", of, on] => list(self.deal(of).1.lines_on(day(on)).iter().map(line)),
            ["team", of, on] => {
                list(self.deal(of).1.team_on(day(on)).map(|(partner, role)| format!("{partner}:{role}")))
            }
            ["source", of] => {
                let (account, deal) = self.deal(of);
                text(source(account, deal))
            }
            ["influencers", of, on] => {
                let (account, deal) = self.deal(of);
                list(influencers(account, deal, day(on)))
            }
            ["split", of, on, what] => self.split(of, on, what, &revenue()),
            ["split", of, on, what, pool] => self.split(of, on, what, &read_id(Pool::new, pool)),
            ["field", of, name, on] => self.field(of, name, day(on), |field| text(field.resolved().map(said))),
            ["others", of, name, on] => {
                self.field(of, name, day(on), |field| list(field.drifting().into_iter().map(said)))
            }
            ["fields", of, on] => list(self.record(of, day(on)).iter().map(|field| field.field.as_str().to_owned())),
            ["authority", of, name, on] => self.field(of, name, day(on), |field| match &field.authority {
                Authority::Systems { policy, systems, .. } => format!("{policy}:{}", list(systems)),
                Authority::Kind(kind) => kind.as_str().to_owned(),
            }),
            ["pools"] => list(self.reference.policies.pools()),
            ["facts", of] => list(self.facts(period(of)).iter().filter(|fact| !fact.sum.amount.is_zero()).map(fact)),
            ["total", basis, of] => {
                let of_basis = self.facts(period(of)).into_iter().filter(|fact| fact.key.basis.as_str() == basis);
                let total = of_basis.map(|fact| fact.sum.amount.units()).sum();
                tributary_domain::money::Amount::from_units(total).to_string()
            }
            ["credits", of, when] => {
                let credits = self.credits(&read_id(PartnerId::new, of), period(when));
                list(credits.iter().map(|(key, amount)| format!("{}:{}:{}:{amount}", key.pool, key.deal, key.role)))
            }
            ["plans", of, when] => self.plans(&read_id(PartnerId::new, of), period(when)),
            ["measures", plan, of, when] => {
                let commission = self.commission(plan, of, period(when));
                list(commission.measures.iter().map(|measure| {
                    let of = measure.account.as_ref().map_or_else(String::new, |account| format!("{account}:"));
                    format!("{of}{}:{}", measure.base, self.minor(measure.capped_minor))
                }))
            }
            ["commission", plan, of, when] => {
                let commission = self.commission(plan, of, period(when));
                let deals = commission.measures.iter().flat_map(|measure| &measure.deals);
                list(deals.map(|deal| format!("{}:{}", deal.deal, self.minor(deal.target_minor()))))
            }
            ["scheduled", plan, of, when] => {
                let commission = self.commission(plan, of, period(when));
                list(commission.measures.iter().map(|measure| {
                    let multiplier = measure.acceleration.map(|of| format!("x{}", of.multiplier)).unwrap_or_default();
                    format!("{}{multiplier}", measure.scheduled)
                }))
            }
            ["closes"] => self.closes(),
            ["balance", of, after, until] => self.balance(of, after, until),
            ref other => panic!("no question {other:?}"),
        }
    }

    fn deal(&self, id: &str) -> (&Account, &Deal) {
        let id = read_id(DealId::new, id);
        let found = self.accounts.values().find_map(|account| account.deals.get(&id).map(|deal| (account, deal)));
        found.unwrap_or_else(|| panic!("deal `{id}` is not open"))
    }

    fn record(&self, of: &str, on: Day) -> Vec<FieldRecord> {
        let (account, deal) = self.deal(of);
        let own = self.events.iter().filter(|event| self.aliases.resolve(&event.subject).as_ref() == Some(&account.id));
        deal_record(account, &deal.id, own, &self.reference, on).expect("in range")
    }

    fn field(&self, of: &str, name: &str, on: Day, answer: impl Fn(&FieldRecord) -> String) -> String {
        let fields = self.record(of, on);
        fields.iter().find(|field| field.field.as_str() == name).map_or_else(|| "unsaid".to_owned(), answer)
    }

    fn split(&self, of: &str, on: &str, what: &str, pool: &Pool) -> String {
        let (account, deal) = self.deal(of);
        let (product, vendor) = what.split_once('@').map_or((what, None), |(product, vendor)| (product, Some(vendor)));
        let product = Some(product).filter(|product| *product != "-").map(|product| read_id(Product::new, product));
        let vendor = vendor.map(|vendor| read_id(Vendor::new, vendor));
        let slice = Slice { account, deal, day: day(on), product: product.as_ref(), vendor: vendor.as_ref() };
        let Split { policy, shares, retained } = split(&slice, pool, &self.reference);
        let policy = policy.map_or_else(|| "none".to_owned(), |(id, from)| format!("{id}@{from}"));
        // The version is shown where there are several.
        let policy = policy.replace("@2020-01-01", "");
        let shares = shares.iter().map(|share| format!(" {}:{}:{}", share.partner, share.role, share.share));
        format!("{policy}{} retained:{retained}", shares.collect::<String>())
    }

    fn facts(&self, period: Period) -> Vec<DailyFact> {
        self.accounts.values().flat_map(|account| self.facts_of(account, period)).collect()
    }

    fn facts_of(&self, account: &Account, period: Period) -> Vec<DailyFact> {
        let mut sums = Sums::default();
        for event in &self.events {
            let Body::UsageRecorded(UsageRecorded { product, vendor, deal, money, .. }) = &event.body else { continue };
            let on = self.reference.book.day(event.meta.time);
            if self.aliases.resolve(&event.subject).as_ref() == Some(&account.id) && period.contains(on) {
                let (vendor, deal) = (vendor.as_ref(), deal.as_ref());
                let usage = Usage { day: on, product, vendor, deal, money: *money };
                sums.add_usage(account, &usage).expect("in range");
            }
        }
        sums.add_agreed(account, period).expect("in range");
        sums.daily_facts(&self.reference).expect("in range")
    }

    fn credits(&self, partner: &PartnerId, period: Period) -> PeriodCredits {
        let of_account = |account: &Account| -> Credits {
            credits(account, &self.facts_of(account, period), &self.reference).expect("in range")
        };
        self.accounts.values().filter_map(|account| of_account(account).remove(partner)).flatten().collect()
    }

    fn plans(&self, partner: &PartnerId, period: Period) -> String {
        let book = &self.reference.book;
        let state = self.reference.partners.state_on(partner, period.last_day(), book);
        let applies = |plan: &&tributary_domain::policy::CommissionPlan| {
            state.is_some_and(|state| pays(&plan.partners, partner, state))
        };
        let plans = self.reference.policies.plans_for(period).filter(applies);
        list(plans.map(|plan| format!("{}:{}", plan.id, plan.effective_from)))
    }

    fn commission(&self, plan: &str, partner: &str, period: Period) -> Commission {
        let partner = read_id(PartnerId::new, partner);
        let plans: Vec<_> = self.reference.policies.plans_for(period).collect();
        let plan = plans.into_iter().find(|known| known.id.as_str() == plan).expect("a plan in force");
        let compared = compared_period(plan, period).map(|period| self.credits(&partner, period)).unwrap_or_default();
        commission(plan, &self.credits(&partner, period), &compared, &self.reference.book).expect("in range")
    }

    fn minor(&self, count: i128) -> String {
        let unit = 10_i128.pow(AMOUNT_PLACES - self.reference.book.currency.decimals());
        tributary_domain::money::Amount::from_units(count * unit).to_string()
    }

    fn closes(&self) -> String {
        let (valid, invalid) = closes(&self.events, |_| self.reference.book.zone);
        let invalid = invalid.iter().map(|(event, why)| format!("{}:{}", event.meta.identity.id, why.code()));
        list(valid.iter().map(|close| close.period.to_string()).chain(invalid))
    }

    /// The balance of a partner who was recognised what plan `flat` gives for the period of `until`, and nothing before.
    fn balance(&self, partner: &str, after: &str, until: &str) -> String {
        let until = Some(instant(until)).filter(|until| *until <= self.known_at).unwrap_or(self.known_at);
        let period = Period::of(self.reference.book.day(until)).previous();
        let of_plan = targets(&self.commission("flat", partner, period));
        let recognised = Entitlements::from([((period, read_id(PolicyId::new, "flat")), of_plan)]);
        let lines = recognise(period, &recognised, &Entitlements::new()).expect("in range");
        let own = subject(&format!("partner/{partner}"));
        let known = self.events.iter().filter(|event| event.subject == own && event.meta.recorded <= until);
        let window = Window { after: Some(after).filter(|after| *after != "-").map(instant), until };
        let (book, rates) = (&self.reference.book, &self.reference.rates);
        let carried = Carried { deals: &Entitlements::new(), beside_minor: 0 };
        let of = balance(&lines, carried, &balance::Account::fold(known), window, book, rates).expect("in range");
        let parts = [
            ("opening", of.opening_minor),
            ("accrued", of.accrued_minor),
            ("adjusted", of.adjusted_minor),
            ("paid", of.paid_minor),
            ("closing", of.closing_minor),
            ("held", of.held_minor),
            ("payable", of.payable_minor),
        ];
        list(
            parts.iter().filter(|(_, minor)| *minor != 0).map(|(name, minor)| format!("{name}:{}", self.minor(*minor))),
        )
    }
}

fn term(term: &Term) -> String {
    let last = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    format!("{}:{}..{}", term.kind.as_str(), term.start, last(term.last_day()))
}

fn line(line: &Line) -> String {
    let vendor = line.vendor.as_ref().map(|vendor| format!("@{vendor}")).unwrap_or_default();
    format!("{}{vendor}:{}", line.product, line.kind.as_str())
}

/// `basis:deal:product@vendor:day:sum currency>converted`.
fn fact(fact: &DailyFact) -> String {
    let key = &fact.key;
    let vendor = key.vendor.as_ref().map(|vendor| format!("@{vendor}")).unwrap_or_default();
    let converted = match fact.converted {
        Converted::Same(_) => String::new(),
        Converted::At(at) => format!(">{}", at.amount),
        Converted::Unconverted => ">unconverted".to_owned(),
    };
    let (deal, product) = (text(key.deal.as_ref()), text(key.product.as_ref()));
    format!(
        "{}:{deal}:{product}{vendor}:{}:{}{}{converted}",
        key.basis.as_str(),
        key.day,
        fact.sum.amount,
        key.currency
    )
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

fn list(values: impl IntoIterator<Item = impl ToString>) -> String {
    let all: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(" ") }
}

/// `system:value:since`, the day of it.
fn said(said: &Said) -> String {
    let value = said.value.as_ref().map_or_else(|| "empty".to_owned(), |value| value.to_string().replace(' ', "_"));
    format!("{}:{value}:{}", said.system, said.since().utc().date_naive())
}
