//! What is exported and imported elsewhere gives the same answers and the same digest.

use super::{Broken, Case};
use crate::soak::Ledger;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    case.same_ledger("a copy", &Ledger::of(&case.ledger.export()?)?)
}
