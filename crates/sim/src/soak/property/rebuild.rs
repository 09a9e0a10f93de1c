//! The same log projected anew gives the same answers and the same digest.

use super::{Broken, Case};

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    case.same_ledger("a rebuilt ledger", &case.ledger.rebuilt()?)
}
