//! Whether closed periods are what they were kept and attested as.

use tributary_finance::{Difference, PeriodVerified, Verification};

use crate::grid::{Grid, figure, text};

/// A row for each period, then what differs.
pub(super) fn readable(found: &Verification) -> String {
    let columns = [text("period"), text("cutoff"), figure("statements"), text("digest"), text("attested")];
    let mut grid = Grid::new(columns.into_iter().chain([text("verdict")]));
    for of in &found.periods {
        let PeriodVerified { period, cutoff, statements, digest, verified, .. } = of;
        let verdict = if *verified { "as it was closed" } else { "differs" };
        grid.row([period, cutoff, &statements.to_string(), digest, attested(of), verdict]);
    }
    let mut page = grid.render();
    for of in found.periods.iter().filter(|of| !of.verified) {
        page.push('\n');
        if of.kept.as_ref() != Some(&of.digest) {
            let kept = of.kept.as_deref().unwrap_or("none");
            page.push_str(&format!("{}: the digest that is kept is {kept}\n", of.period));
        }
        for attested in of.attested.iter().filter(|attested| !attested.agrees) {
            let at = format!("at {}:{}, recorded {}", attested.partition, attested.offset, attested.recorded);
            page.push_str(&format!("{}: attested ({at}) was {}\n", of.period, attested.digest));
        }
        of.differences.iter().for_each(|one| page.push_str(&format!("{}: {}\n", of.period, differs(one))));
    }
    page
}

fn attested(of: &PeriodVerified) -> &'static str {
    match of.attested.as_slice() {
        [] => "no",
        all if all.iter().all(|attested| attested.agrees) => "yes",
        _ => "otherwise",
    }
}

fn differs(one: &Difference) -> String {
    let Difference { partner, at, kept, replayed } = one;
    let [kept, replayed] = [kept, replayed].map(|text| text.as_deref().unwrap_or("nothing"));
    let place = if at.is_empty() { String::new() } else { format!(" at `{at}`") };
    format!("the statement of `{partner}` differs{place}: kept is {kept}, replayed {replayed}")
}
