//! What each close recognised (L2): computed once, kept, and never changed by what is learned later (L2, L3).

use tributary_domain::balance::{self, Account, Window};
use tributary_domain::closing::{Close, Entitlements, Line, recognise};
use tributary_domain::id::PartnerId;
use tributary_domain::time::{Instant, Period};
use tributary_projector::{ClosedPeriod, Projection, View};

use crate::carried::Carried;
use crate::entitlement::commissions;
use crate::error::FinanceError;
use crate::parallel::on_every_processor;
use crate::statement::{Statement, Status};

/// A close that was just computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// The period.
    pub period: Period,
    /// Its cutoff.
    pub cutoff: Instant,
    /// The digest of its statements (E2), as hexadecimal.
    pub digest: String,
    /// How many statements it has.
    pub statements: usize,
}

/// Computes the statements of every valid close that has none yet, and keeps them. `progress` hears period, partners done
/// and partners in all. Call it before a question that statements of closed periods answer.
pub fn close_pending(
    projection: &Projection,
    progress: impl FnMut(Period, usize, usize),
) -> Result<Vec<Closing>, FinanceError> {
    close_recorded(projection, Instant::MAX, progress)
}

/// The same, of closes that were recorded by then: what is known of later ones may not be all there is.
pub fn close_recorded(
    projection: &Projection,
    until: Instant,
    mut progress: impl FnMut(Period, usize, usize),
) -> Result<Vec<Closing>, FinanceError> {
    let mut computed = Vec::new();
    loop {
        let present = projection.view(None)?;
        let (closes, kept) = (present.closes(), present.closed().to_vec());
        let same = |(close, kept): &(&Close, &ClosedPeriod)| close.period == kept.period && close.cutoff == kept.cutoff;
        let valid = closes.iter().zip(&kept).take_while(same).count();
        let Some(close) = closes.get(valid).filter(|close| close.meta.recorded <= until) else {
            if valid < kept.len() && valid == closes.len() {
                projection.keep_statements(&present, kept[..valid].to_vec(), [])?;
            }
            return Ok(computed);
        };
        drop(present);
        let view = projection.view(Some(close.cutoff))?;
        if view.closes() != closes || view.closed() != kept {
            continue; // something was filed between the two views
        }
        let statements = statements(&view, &closes[..=valid], &mut progress)?;
        let digest = digest(statements.iter().map(|of| of.canonical.as_ref().unwrap_or(&of.bytes)));
        let mut closed = kept[..valid].to_vec();
        closed.push(ClosedPeriod { period: close.period, cutoff: close.cutoff, digest: *digest.as_bytes() });
        computed.push(Closing {
            period: close.period,
            cutoff: close.cutoff,
            digest: digest.to_hex().to_string(),
            statements: statements.len(),
        });
        let rows = statements.into_iter().map(|of| (of.partner, close.period, of.bytes));
        projection.keep_statements(&view, closed, rows)?;
    }
}

/// A statement as it is kept.
struct Struck {
    partner: PartnerId,
    bytes: Vec<u8>,
    /// Its canonical bytes, where those are others.
    canonical: Option<Vec<u8>>,
}

/// The statements of the last of `closes`, of every partner that has anything to state, by partner.
fn statements(
    view: &View<'_>,
    closes: &[Close],
    progress: &mut impl FnMut(Period, usize, usize),
) -> Result<Vec<Struck>, FinanceError> {
    let Some((close, earlier)) = closes.split_last() else { return Ok(Vec::new()) };
    view.look_at_all()?;
    let partners: Vec<PartnerId> = view.partners()?.into_iter().collect();
    progress(close.period, 0, partners.len());
    let lent = view.lend();
    let struck = |view: &View<'_>, partner: &PartnerId| {
        let statement = strike(view, partner, close.period, Status::Closed, earlier)?;
        Ok((!statement.says_nothing()).then(|| Struck {
            partner: partner.clone(),
            canonical: (!statement.is_canonical()).then(|| statement.canonical_bytes()),
            bytes: statement.to_bytes(),
        }))
    };
    let done = |done| progress(close.period, done, partners.len());
    let all = on_every_processor(&partners, || lent.view(), struck, done)?;
    Ok(all.into_iter().flatten().collect())
}

/// The statement of a partner for a period, as if it closed at the view's instant after the closes `earlier` (L2, L4, L5).
/// Closed periods in which nothing can have moved are not computed again.
pub(crate) fn strike(
    view: &View<'_>,
    partner: &PartnerId,
    period: Period,
    status: Status,
    earlier: &[Close],
) -> Result<Statement, FinanceError> {
    let account = view.partner_account(partner)?;
    let carried = Carried::of(view, partner, period, earlier, &account)?;
    strike_after(view, partner, period, status, earlier.last(), carried, &account)
}

/// The same, where earlier closes recognised what is `carried`; `last` is the last of them.
pub(crate) fn strike_after(
    view: &View<'_>,
    partner: &PartnerId,
    period: Period,
    status: Status,
    last: Option<&Close>,
    carried: Carried,
    account: &Account,
) -> Result<Statement, FinanceError> {
    let Carried { periods, deals: recognised, beside_minor } = carried;
    let targets = commissions(view, partner).targets(periods.iter().copied())?;
    let computed = recognised.iter().filter(|((of, _), _)| periods.binary_search(of).is_ok());
    let before: Entitlements = computed.map(|(key, held)| (key.clone(), held.clone())).collect();
    let mut lines = recognise(period, &targets, &before)?;
    name_accounts(view, &targets, &mut lines)?;
    let reference = view.reference();
    let window = Window { after: last.map(|close| close.cutoff), until: view.known_at() };
    let (book, rates) = (&reference.book, &reference.rates);
    let carried = balance::Carried { deals: &recognised, beside_minor };
    let balance = balance::balance(&lines, carried, account, window, book, rates)?;
    Ok(Statement::new(partner, period, book.currency, status, view.known_at(), &lines, &balance)?)
}

/// A deal that earns nothing any more is shown under the account that it belongs to now, if it belongs to one.
fn name_accounts(view: &View<'_>, targets: &Entitlements, lines: &mut [Line]) -> Result<(), FinanceError> {
    for line in lines {
        let targeted = targets.get(&(line.period, line.plan.clone()));
        for (deal, of_deal) in &mut line.deals {
            if targeted.is_none_or(|targeted| !targeted.contains_key(deal))
                && let Some(owner) = view.owner(deal)?
            {
                of_deal.account = owner;
            }
        }
    }
    Ok(())
}

/// E2: over the canonical statements, by partner.
pub(crate) fn digest(canonical: impl IntoIterator<Item = impl AsRef<[u8]>>) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for statement in canonical {
        hasher.update(statement.as_ref());
        hasher.update(b"\n");
    }
    hasher.finalize()
}

/// What the next close would recognise for periods that are closed already, and for the period itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingClose {
    /// The period that would close.
    pub period: Period,
    /// The statements, by partner; those that say nothing are left out.
    pub statements: Vec<Statement>,
}

/// Previews the close of a period at the view's instant: every partner's statement as if it closed there (L4).
pub fn pending(view: &View<'_>, period: Period) -> Result<PendingClose, FinanceError> {
    let closes = view.closes();
    view.look_at_all()?;
    let partners: Vec<PartnerId> = view.partners()?.into_iter().collect();
    let lent = view.lend();
    let struck = |view: &View<'_>, partner: &PartnerId| strike(view, partner, period, Status::Open, &closes);
    let mut statements = on_every_processor(&partners, || lent.view(), struck, |_| {})?;
    statements.retain(|statement| !statement.says_nothing());
    Ok(PendingClose { period, statements })
}
