//! The ledger and the rules by themselves give the same documents: nothing that is stored, derived or kept shows.

use super::{Broken, Case};
use crate::pure::Pure;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let pure = Pure::new(&case.scenario.events);
    case.same("the rules by themselves", |question| Ok(pure.answer(question)))
}
