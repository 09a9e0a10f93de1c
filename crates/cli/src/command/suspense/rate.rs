//! The attribution rate, as people read it.

use tributary_finance::AttributionRates;

use crate::grid::{Grid, figure, text};

pub(super) fn readable(answer: &AttributionRates) -> String {
    let names = ["period", "basis", "currency"].map(text);
    let buckets = ["attributed", "unattributed", "unresolved", "without a rate", "rate", "by number"].map(figure);
    let mut grid = Grid::new(names.into_iter().chain(buckets));
    for of in &answer.rates {
        grid.row([
            &of.period,
            of.basis,
            &of.currency,
            &of.attributed.amount,
            &of.unattributed.amount,
            &of.unresolved.amount,
            &of.unconverted.amount,
            of.rate.as_deref().unwrap_or("-"),
            of.rate_by_number.as_deref().unwrap_or("-"),
        ]);
    }
    let title = format!("what belongs to a deal, of what was used and paid out, as known at {}\n", answer.known_at);
    if grid.is_empty() {
        return format!("{title}\nnothing was used or paid out\n");
    }
    format!("{title}\n{}", grid.render())
}
