//! Views for other threads. A view is one thread's, for it remembers what it was asked; what it lends makes views of the same
//! ledger at the same instant, which share what was found out about all accounts.

use std::ops::Deref;
use std::rc::Rc;
use std::sync::{Arc, RwLockReadGuard};

use tributary_domain::alias::Aliases;
use tributary_domain::policy::Policy;
use tributary_domain::reference::Reference;
use tributary_domain::time::Instant;
use tributary_store::Db;

use super::stale::AllStale;
use super::{AllFolded, Derived, View};
use crate::closed::ClosedPeriod;
use crate::present::Present;

/// What is known now, held still.
#[derive(Clone)]
pub(super) enum Held<'a> {
    /// By the view that was made first, and those made from it.
    Here(Rc<RwLockReadGuard<'a, Present>>),
    /// By a view of another thread.
    Lent(&'a Present),
}

impl Deref for Held<'_> {
    type Target = Present;

    fn deref(&self) -> &Present {
        match self {
            Self::Here(present) => present,
            Self::Lent(present) => present,
        }
    }
}

/// What another thread makes a view from.
pub struct Lent<'v> {
    store: &'v Db,
    present: &'v Present,
    closed: &'v [ClosedPeriod],
    known_at: Instant,
    reference: Arc<Reference>,
    aliases: Arc<Aliases>,
    supposed: &'v [Policy],
    derived: Derived,
    stale: Option<Arc<AllStale>>,
    folded: Option<Arc<AllFolded>>,
}

impl View<'_> {
    /// Lends itself to other threads, for as long as it is held.
    pub fn lend(&self) -> Lent<'_> {
        Lent {
            store: self.store,
            present: &self.present,
            closed: &self.closed,
            known_at: self.known_at,
            reference: Arc::clone(&self.reference),
            aliases: Arc::clone(&self.aliases),
            supposed: &self.supposed,
            derived: self.derived,
            stale: self.stale.all(),
            folded: self.all_folded.get().cloned(),
        }
    }
}

impl Lent<'_> {
    /// A view that answers as the one does that was lent.
    pub fn view(&self) -> View<'_> {
        let (reference, aliases) = (Arc::clone(&self.reference), Arc::clone(&self.aliases));
        let mut view =
            View::with(self.store, Held::Lent(self.present), self.closed.to_vec(), self.known_at, reference, aliases);
        view.supposed = self.supposed.to_vec();
        view.derived = self.derived;
        view.stale.share(self.stale.as_ref());
        if let Some(folded) = &self.folded {
            view.all_folded.get_or_init(|| Arc::clone(folded));
        }
        view
    }
}
