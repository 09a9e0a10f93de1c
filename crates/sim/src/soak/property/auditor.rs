//! The ledger and a second reading of the contract give the same documents.

use super::{Broken, Case};

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    case.same("the auditor", |question| Ok(case.auditor.answer(question)))
}
