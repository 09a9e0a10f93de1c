//! Questions, one after another, each with a view of its own: at the present, and as known in the past.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant as Moment};

use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::{Instant, Period, parse_day};
use tributary_finance::{close_pending, credits, statement};
use tributary_projector::{Projection, View};

use super::{Setting, record};
use crate::figures::{Figures, timed};
use crate::random::Random;
use crate::workload::Workload;
use crate::{Failure, Result};

/// Questions of a kind at most.
const QUESTIONS: usize = 2000;
/// How long questions of a kind are asked at most.
const PATIENCE: Duration = Duration::from_secs(15);
/// Asked before any is timed: the caches are warm, as they are in a ledger that runs.
const WARMING: usize = 20;

/// When the past is: between the close of February and the end of March.
const PAST: &str = "2026-03-20T12:00:00Z";

/// Asks every kind of question at the present, and those that are not answered by a kept statement in the past too.
pub(super) fn ask(setting: &Setting) -> Result<Figures> {
    let workload = Workload::new(setting.size);
    let log = setting.log()?;
    let projection = setting.projection(&log)?;
    let mut asker = Asker { projection: &projection, random: Random::new(setting.size.seed), known_at: None };
    let (february, march): (Period, Period) = ("2026-02".parse()?, "2026-03".parse()?);
    let day = parse_day("2026-03-15")?;
    let (partners, accounts) = (setting.size.partners, setting.size.accounts);
    let partner = |random: &mut Random| workload.partner(random.below(partners));
    let account = |random: &mut Random| workload.account(random.below(accounts));
    let mut figures = Figures::default();
    let (nobody, nowhere) = (PartnerId::new("nobody")?, AccountId::new("nowhere")?);
    let nobody = |_: &mut Random| nobody.clone();
    figures.times("nothing_closed_statement", asker.ask(nobody, |view, of| statement(view, of, february))?);
    figures.times("nothing_statement", asker.ask(nobody, |view, of| statement(view, of, march))?);
    figures.times("nothing_credits", asker.ask(nobody, |view, of| credits(view, of, march))?);
    let nowhere = |_: &mut Random| nowhere.clone();
    let taken = asker.ask(nowhere, |view, of| tributary_audit::attribution(view, of, day))?;
    figures.times("nothing_attribution", taken);
    figures.times("closed_statement", asker.ask(partner, |view, of| statement(view, of, february))?);
    for (name, known_at) in [("present", None), ("past", Some(PAST.parse::<Instant>()?))] {
        asker.known_at = known_at;
        let before = asker.random.clone();
        let taken = asker.ask(partner, |view, of| statement(view, of, march))?;
        if known_at.is_some() {
            let asked = asked_about(before, partner).take(taken.len());
            figures.set("past_rows", usage_rows(setting, &projection, asked)? as f64);
            figures.time("past_rows_s", taken.iter().sum());
        }
        figures.times(&format!("{name}_statement"), taken);
        let taken = asker.ask(partner, |view, of| credits(view, of, march))?;
        figures.times(&format!("{name}_credits"), taken);
        let taken = asker.ask(account, |view, of| tributary_audit::attribution(view, of, day))?;
        figures.times(&format!("{name}_attribution"), taken);
    }
    Ok(figures)
}

/// What was asked about once the caches were warm, from what the asker's numbers were before.
fn asked_about<T>(mut random: Random, about: impl Fn(&mut Random) -> T) -> impl Iterator<Item = T> {
    std::iter::repeat_with(move || about(&mut random)).skip(WARMING)
}

/// The usage events of the partners' accounts, each as often as it is read.
fn usage_rows(setting: &Setting, projection: &Projection, partners: impl Iterator<Item = PartnerId>) -> Result<u64> {
    let used = record::used(setting)?;
    let numbers: HashMap<AccountId, usize> = {
        let workload = Workload::new(setting.size);
        (0..setting.size.accounts).map(|number| (workload.account(number), number as usize)).collect()
    };
    let view = projection.view(None)?;
    let mut rows = 0;
    for partner in partners {
        let accounts = view.accounts_of(&partner)?;
        rows += accounts.iter().filter_map(|account| numbers.get(account)).map(|number| used[*number]).sum::<u64>();
    }
    Ok(rows)
}

/// Asks one question after another.
pub(super) struct Asker<'p> {
    /// Whom it asks.
    pub(super) projection: &'p Projection,
    /// What it asks about.
    pub(super) random: Random,
    /// As known when; none: now.
    pub(super) known_at: Option<Instant>,
}

impl Asker<'_> {
    /// How long each answer took, the view included.
    pub(super) fn ask<T, A, E>(
        &mut self,
        about: impl Fn(&mut Random) -> T,
        answer: impl Fn(&View<'_>, &T) -> Result<A, E>,
    ) -> Result<Vec<Duration>>
    where
        Failure: From<E>,
    {
        let began = Moment::now();
        let mut taken = Vec::new();
        for number in 0..QUESTIONS + WARMING {
            let about = about(&mut self.random);
            let (answered, one) = timed(|| {
                close_pending(self.projection, |_, _, _| {})?;
                let answer = answer(&self.projection.view(self.known_at)?, &about)?;
                black_box(answer);
                Ok::<_, Failure>(())
            });
            answered?;
            if number >= WARMING {
                taken.push(one);
            }
            if began.elapsed() > PATIENCE && number > WARMING {
                break;
            }
        }
        Ok(taken)
    }
}
