//! Questions, one after another, each with a view of its own: at the present, and as known in the past.

use std::hint::black_box;
use std::time::{Duration, Instant as Moment};

use tributary_domain::time::{Instant, Period, parse_day};
use tributary_finance::{close_pending, credits, statement};
use tributary_projector::{Projection, View};

use super::Setting;
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
    figures.times("closed_statement", asker.ask(partner, |view, of| statement(view, of, february))?);
    for (name, known_at) in [("present", None), ("past", Some(PAST.parse::<Instant>()?))] {
        asker.known_at = known_at;
        let taken = asker.ask(partner, |view, of| statement(view, of, march))?;
        figures.times(&format!("{name}_statement"), taken);
        let taken = asker.ask(partner, |view, of| credits(view, of, march))?;
        figures.times(&format!("{name}_credits"), taken);
        let taken = asker.ask(account, |view, of| tributary_audit::attribution(view, of, day))?;
        figures.times(&format!("{name}_attribution"), taken);
    }
    Ok(figures)
}

struct Asker<'p> {
    projection: &'p Projection,
    random: Random,
    known_at: Option<Instant>,
}

impl Asker<'_> {
    /// How long each answer took, the view included.
    fn ask<T, A, E>(
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
