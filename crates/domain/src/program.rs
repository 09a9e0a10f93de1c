//! A program as somebody wants it to be: partners, accounts, aliases and teams. What it does not name, it says nothing about.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::{AccountOpened, PartnerEnrolled};
use crate::id::{AccountId, DealId, ExternalId, Namespace, PartnerId, Role};

/// The state of a program on a day; each part is whole by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Program {
    /// What each partner is.
    pub partners: BTreeMap<PartnerId, PartnerEnrolled>,
    /// What each account is.
    pub accounts: BTreeMap<AccountId, AccountOpened>,
    /// The account that each alias stands for; none: it stands for none.
    pub aliases: BTreeMap<(Namespace, ExternalId), Option<AccountId>>,
    /// Who holds which role on each deal, and nobody else does.
    pub teams: BTreeMap<DealId, BTreeSet<(PartnerId, Role)>>,
}
