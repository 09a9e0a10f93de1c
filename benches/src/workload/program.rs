//! The program around the usage: the book, policies, partners, and of each account its deal, team and registration.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use tributary_domain::currency::Currency;
use tributary_domain::event::{
    AccountOpened, Body, BookConfigured, DealOpened, Draft, FxConvention, Line, LineKind, PartnerEnrolled, PartnerKind,
    RegistrationApproved, RegistrationSubmitted, RoleChange, Subject, TermGiven,
};
use tributary_domain::id::{LineId, Market, PolicyId, Pool, RegistrationId, Role, Tier};
use tributary_domain::money::{Amount, Ratio, Rounding};
use tributary_domain::policy::{
    Accelerator, AttributionPolicy, Band, Basis, CommissionPlan, Compare, GrowthBand, Match, Measure, Mode, Model,
    PartnerMatch, Policy, Schedule, Terms, Unfilled,
};

use super::{BEGIN_US, DAY_US, HOUR_US, Workload, day, draft, id, said};
use crate::random::Random;

const CRM: &str = "//crm.example";

/// The program is learned on the day before the first usage.
const LEARNED_US: i64 = BEGIN_US - 12 * HOUR_US;
/// It began a month before.
const BEGUN_US: i64 = BEGIN_US - 31 * DAY_US;

const ROLES: [&str; 3] = ["msp", "reseller", "si"];

/// The book and the policies.
pub(super) fn book() -> Vec<Draft> {
    let book = Body::BookConfigured(BookConfigured {
        currency: Currency::USD,
        time_zone: Tz::UTC,
        rounding: Rounding::HalfEven,
        fx: FxConvention::ServiceDay,
    });
    let policies = [Policy::Attribution(attribution()), Policy::Commission(growth()), Policy::Commission(volume())];
    let bodies = [book].into_iter().chain(policies.map(|policy| Body::PolicyPublished(Box::new(policy))));
    let of_book = |(number, body)| {
        let identity = said("//books.example", format!("book-{number}"));
        draft(identity, BEGUN_US, LEARNED_US, Subject::Book, body)
    };
    bodies.enumerate().map(of_book).collect()
}

/// The enrolment of a partner.
pub(super) fn partner(workload: &Workload, number: u64) -> Draft {
    let body = Body::PartnerEnrolled(PartnerEnrolled {
        name: Some(format!("Partner {number}")),
        kinds: vec![[PartnerKind::Msp, PartnerKind::Reseller, PartnerKind::Si][(number % 3) as usize]],
        track: None,
        tier: Some(id(Tier::new(["gold", "silver"][(number % 2) as usize]))),
        markets: Vec::new(),
    });
    let subject = Subject::Partner(workload.partner(number));
    draft(said("//prm.example", format!("partner-{number}")), BEGUN_US, LEARNED_US, subject, body)
}

/// An account with its deal: won in December, sold by two or three partners, one in ten registered.
pub(super) fn account(workload: &Workload, number: u64) -> Vec<Draft> {
    let mut random = Random::of(workload.size.seed, number);
    random.next(); // the first number picked the products
    let opened_us = BEGUN_US + random.below(10 * DAY_US as u64) as i64;
    let subject = Subject::Account(workload.account(number));
    let mut drafts = Vec::new();
    let mut say = |subject: &Subject, hours: i64, body: Body| {
        let identity = said(CRM, format!("{number}-{}", drafts.len()));
        drafts.push(draft(identity, opened_us + hours * HOUR_US, LEARNED_US, subject.clone(), body));
    };
    let market = id(Market::new(["dach", "nordics", "us-east"][(number % 3) as usize]));
    let name = Some(format!("Customer {number}"));
    say(&subject, 0, Body::AccountOpened(AccountOpened { name, markets: vec![market] }));
    if let Some(alias) = workload.alias(number) {
        say(&alias, 1, Body::AliasLinked { account: workload.account(number) });
    }
    // Few partners have many accounts.
    let mut some_partner = || {
        let at = random.unit();
        workload.partner((at * at * workload.size.partners as f64) as u64)
    };
    let first = some_partner();
    let registration = (number % 10 == 3).then(|| id(RegistrationId::new(&format!("reg-{number:06}"))));
    if let Some(registration) = registration.clone() {
        let submitted = RegistrationSubmitted {
            registration: registration.clone(),
            partner: first.clone(),
            products: Vec::new(),
            evidence: vec!["minutes of the first meeting".to_owned()],
        };
        say(&subject, 2, Body::RegistrationSubmitted(submitted));
        let exclusive_until = day("2026-02-28");
        let approved = RegistrationApproved { registration, exclusive_until, economics: None };
        say(&subject, 26, Body::RegistrationApproved(approved));
    }
    let deal = workload.deal(number);
    let opened = DealOpened { deal: deal.clone(), lead: None, registration, lines: Vec::new() };
    say(&subject, 48, Body::DealOpened(opened));
    let team = [first, some_partner(), some_partner()];
    for (partner, role) in team.into_iter().zip(ROLES).take(2 + (number % 2) as usize) {
        let change = RoleChange { deal: deal.clone(), partner, role: id(Role::new(role)) };
        say(&subject, 50, Body::DealRoleAssigned(change));
    }
    let (term_start, term_end) = (day("2025-12-15"), Some(day("2026-12-14")));
    say(&subject, 96, Body::DealWon(TermGiven { deal, term_start, term_end, lines: lines(workload, number) }));
    drafts
}

fn lines(workload: &Workload, account: u64) -> Vec<Line> {
    let line = |(number, (product, vendor)): (usize, &(_, Option<_>))| Line {
        line: id(LineId::new(&format!("l{number}"))),
        product: Clone::clone(product),
        vendor: vendor.clone(),
        kind: LineKind::Consumption,
    };
    workload.sold(account).enumerate().map(line).collect()
}

fn attribution() -> AttributionPolicy {
    let shares = ROLES.iter().zip(["0.45", "0.3", "0.15"]);
    let shares: BTreeMap<Role, Ratio> = shares.map(|(role, share)| (id(Role::new(role)), ratio(share))).collect();
    let otherwise = Box::new(Model::RoleSplit { shares, unfilled: Unfilled::Retain });
    AttributionPolicy {
        id: id(PolicyId::new("program-2026")),
        effective_from: day("2025-12-01"),
        effective_to: None,
        pool: id(Pool::new("revenue")),
        priority: 0,
        matching: Match::default(),
        model: Model::RegistrationProtection { share: ratio("0.6"), otherwise },
    }
}

/// By the partner's whole, with more for growth.
fn growth() -> CommissionPlan {
    let growth = |growth, multiplier| GrowthBand { growth: ratio(growth), multiplier: ratio(multiplier) };
    CommissionPlan {
        id: id(PolicyId::new("growth-2026")),
        measure: Measure::Partner,
        schedule: schedule(Mode::Graduated, &[("0", "0.05"), ("10000", "0.08"), ("100000", "0.1")]),
        accelerator: Some(Accelerator {
            compare: Compare::PreviousPeriod,
            bands: vec![growth("0.1", "1.1"), growth("0.5", "1.25")],
        }),
        ..plan()
    }
}

/// By each account for itself.
fn volume() -> CommissionPlan {
    let bands = [("0", "0.01"), ("1000", "0.015"), ("10000", "0.02")];
    CommissionPlan {
        id: id(PolicyId::new("volume-2026")),
        measure: Measure::Account,
        schedule: schedule(Mode::Volume, &bands),
        ..plan()
    }
}

fn plan() -> CommissionPlan {
    CommissionPlan {
        id: id(PolicyId::new("plan")),
        effective_from: day("2025-12-01"),
        effective_to: None,
        partners: PartnerMatch::default(),
        roles: Vec::new(),
        products: Vec::new(),
        vendors: Vec::new(),
        pool: id(Pool::new("revenue")),
        basis: Basis::Consumption,
        terms: Terms::Any,
        months_from_start: None,
        measure: Measure::Partner,
        schedule: schedule(Mode::Flat, &[("0", "0.05")]),
        accelerator: None,
        cap: None,
        clawback: None,
    }
}

fn schedule(mode: Mode, bands: &[(&str, &str)]) -> Schedule {
    let amount = |text: &str| text.parse::<Amount>().expect("an amount");
    Schedule { mode, bands: bands.iter().map(|(from, rate)| Band { from: amount(from), rate: ratio(rate) }).collect() }
}

fn ratio(text: &str) -> Ratio {
    text.parse().expect("a ratio")
}
