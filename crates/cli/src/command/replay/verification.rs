//! Whether closed periods are what they were kept and attested as.

use tributary_finance::{PeriodProof, Verification};

use crate::grid::{Grid, figure, text};

/// A row for each period, then what is wrong.
pub(super) fn readable(found: &Verification) -> String {
    let columns = [text("period"), text("cutoff"), figure("statements"), text("digest"), text("attested")];
    let mut grid = Grid::new(columns.into_iter().chain([text("verdict")]));
    for of in &found.periods {
        let PeriodProof { period, cutoff, statements, digest, verified, .. } = of;
        let verdict = if *verified { "as it was closed" } else { "differs" };
        let digest = digest.as_deref().unwrap_or_default();
        grid.row([period, cutoff, &statements.to_string(), digest, attested(of), verdict]);
    }
    let mut page = grid.render();
    for of in found.periods.iter().filter(|of| !of.verified) {
        page.push('\n');
        of.wrong.iter().for_each(|wrong| page.push_str(&format!("{}: {wrong}\n", of.period)));
    }
    page
}

fn attested(of: &PeriodProof) -> &'static str {
    match of.attested.as_slice() {
        [] => "no",
        all if all.iter().all(|attested| attested.agrees) => "yes",
        _ => "otherwise",
    }
}
