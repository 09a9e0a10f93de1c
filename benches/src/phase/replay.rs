//! What auditors and planners ask of three closed months: what other policies would give, what was closed computed again,
//! and the journal of it all.

use std::ops::RangeInclusive;

use tributary_domain::event::Body;
use tributary_domain::policy::{Model, Policy};
use tributary_domain::time::Period;
use tributary_finance::journal::JournalFilter;
use tributary_finance::{close_pending, journal, trial_balance, verify_closed, what_if};
use tributary_projector::{Projection, View};

use super::Setting;
use crate::figures::{Figures, timed};
use crate::{Failure, Result};

/// Supposes another plan and another division, replays the months, posts the journal.
pub(super) fn replay(setting: &Setting) -> Result<Figures> {
    let log = setting.log()?;
    let projection = setting.projection(&log)?;
    close_pending(&projection, |_, _, _| {})?;
    let year: RangeInclusive<Period> = "2026-01".parse()?..="2026-03".parse()?;
    let mut figures = Figures::default();
    figures.set("months", 3.0);
    suppose(&projection, "plan", &year, &mut figures)?;
    suppose(&projection, "division", &year, &mut figures)?;
    let view = projection.view(None)?;
    let (verified, taken) = timed(|| verify_closed(&view, year, |_, _, _| {}));
    if !verified?.verified {
        return Err("a closed month is not what was closed".into());
    }
    figures.time("verify_s", taken);
    let (posted, taken) = timed(|| journal(&view, &JournalFilter::default()));
    figures.set("journal_entries", posted?.entries.len() as f64);
    figures.time("journal_s", taken);
    let (balance, taken) = timed(|| trial_balance(&view));
    balance?;
    figures.time("trial_balance_s", taken);
    Ok(figures)
}

/// Supposes the standing policy with one change: a plan that pays by another base, a division that retains more.
fn suppose(projection: &Projection, what: &str, periods: &RangeInclusive<Period>, figures: &mut Figures) -> Result<()> {
    let now = projection.view(None)?;
    let candidate = candidate(&now, what).ok_or_else(|| Failure::from(format!("the workload has no {what}")))?;
    let (found, taken) = timed(|| what_if(&now, &now.supposing(&[candidate]), periods.clone()));
    if found?.partners.is_empty() {
        return Err(format!("another {what} changes nothing").into());
    }
    figures.time(&format!("{what}_s"), taken);
    Ok(())
}

fn candidate(now: &View<'_>, what: &str) -> Option<Policy> {
    let published = now.reference_events().filter_map(|filed| match &filed.event.body {
        Body::PolicyPublished(policy) => Some((**policy).clone()),
        _ => None,
    });
    published.into_iter().find_map(|policy| match (what, policy) {
        ("plan", Policy::Commission(mut plan)) => {
            plan.schedule.bands.truncate(1);
            Some(Policy::Commission(plan))
        }
        ("division", Policy::Attribution(mut policy)) => match policy.model {
            Model::RegistrationProtection { otherwise, .. } => {
                policy.model = *otherwise;
                Some(Policy::Attribution(policy))
            }
            _ => None,
        },
        _ => None,
    })
}
