//! `fixed`: partners by name (A7).

use std::collections::BTreeMap;

use super::{Shares, named_role};
use crate::id::PartnerId;
use crate::money::Ratio;

pub(super) fn shares(table: &BTreeMap<PartnerId, Ratio>) -> Shares {
    table.iter().map(|(partner, share)| ((partner.clone(), named_role("fixed")), *share)).collect()
}
