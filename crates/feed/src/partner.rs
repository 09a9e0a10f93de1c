//! What there is to say of a partner and of a closed period: accruals, statements, digests.

use tributary_domain::event::Subject;
use tributary_domain::id::PartnerId;
use tributary_domain::time::{Instant, Period};
use tributary_events::feed::{Balance, Content, DealLine, Digest, Statement, StatementLine, Topic};
use tributary_finance::{self as finance, Status, accruing, statement};
use tributary_projector::{ClosedPeriod, Due, Filed, View, latest};

use crate::error::Result;
use crate::record::Said;

/// The closes known at the view's instant whose statements are kept, in order.
pub(crate) fn closed(view: &View<'_>) -> Vec<ClosedPeriod> {
    let closes = view.closes();
    let kept = closes.iter().zip(view.closed());
    let known = kept.take_while(|(close, kept)| {
        close.period == kept.period && close.cutoff == kept.cutoff && close.meta.recorded <= view.known_at()
    });
    known.map(|(_, kept)| *kept).collect()
}

/// What a partner accrues in the period of the view's instant.
pub(crate) fn accrual(view: &View<'_>, partner: &PartnerId) -> Result<Said> {
    let content = accruing(view, partner)?.map(|statement| Content::Statement(document(statement)));
    Ok(of_partner(Topic::Accruals, partner, partner.to_string(), view.known_at(), content))
}

/// A partner's statement of a closed period: known at its cutoff.
pub(crate) fn of_closed(view: &View<'_>, partner: &PartnerId, close: &ClosedPeriod) -> Result<Said> {
    let content = match view.statement(partner, close.period)? {
        Some(_) => Some(Content::Statement(document(statement(view, partner, close.period)?))),
        None => None,
    };
    Ok(of_partner(Topic::Statements, partner, format!("{partner}/{}", close.period), close.cutoff, content))
}

/// A partner has no statement of a period that is not closed any more.
pub(crate) fn of_reopened(view: &View<'_>, partner: &PartnerId, period: Period) -> Said {
    of_partner(Topic::Statements, partner, format!("{partner}/{period}"), view.known_at(), None)
}

fn of_partner(topic: Topic, partner: &PartnerId, key: String, known_at: Instant, content: Option<Content>) -> Said {
    Said { topic, key, subject: Subject::Partner(partner.clone()).to_string(), known_at, content }
}

/// How many statements a close has.
pub(crate) fn statements(view: &View<'_>, close: &ClosedPeriod) -> Result<u64> {
    let mut statements = 0;
    for partner in view.partners()? {
        statements += u64::from(view.statement(&partner, close.period)?.is_some());
    }
    Ok(statements)
}

/// The digest of a closed period, over so many statements.
pub(crate) fn digest(close: &ClosedPeriod, statements: u64) -> Said {
    let (period, cutoff) = (close.period.to_string(), close.cutoff.to_string());
    let digest = blake3::Hash::from_bytes(close.digest).to_hex().to_string();
    let content = Digest { period: period.clone(), cutoff, digest, statements };
    of_period(period, close.cutoff, Some(Content::Digest(content)))
}

/// A period that is not closed any more.
pub(crate) fn no_digest(view: &View<'_>, period: String) -> Said {
    of_period(period, view.known_at(), None)
}

/// Periods are closed for the whole book, in order: their digests lie in one partition.
fn of_period(period: String, known_at: Instant, content: Option<Content>) -> Said {
    Said { topic: Topic::Digests, subject: Subject::Book.to_string(), key: period, known_at, content }
}

/// Which event a record of a partner or of a period is due to: of what is closed, the event that closes it; of what accrues, the
/// latest known of the partner's own history, the reference data and the closes. What its credits are due to, their own
/// records say.
pub(crate) fn due(view: &View<'_>, said: &Said) -> Result<Option<Due>> {
    let known = |filed: &&Filed| filed.event.meta.recorded <= view.known_at();
    let closing = latest(view.close_events().filter(known));
    if said.topic != Topic::Accruals {
        let period = said.key.rsplit('/').next().unwrap_or_default();
        let of_period = view.closes().into_iter().find(|close| close.period.to_string() == period);
        let Some(close) = of_period.filter(|_| said.content.is_some()) else { return Ok(closing) };
        return Ok(latest(view.close_events().filter(|filed| filed.event.meta == close.meta)));
    }
    let own = match partner_of(&said.key) {
        Some(partner) => latest(view.partner_events(&partner)?.iter()),
        None => None,
    };
    Ok(own.max(closing).max(latest(view.reference_events())))
}

/// The partner that a subject or a key names.
pub(crate) fn partner_of(text: &str) -> Option<PartnerId> {
    PartnerId::new(text.strip_prefix("partner/").unwrap_or(text)).ok()
}

fn document(said: finance::Statement) -> Statement {
    let deal = |deal: finance::DealLine| DealLine {
        deal: deal.deal,
        account: deal.account,
        base: deal.base,
        amount: deal.amount,
    };
    let line = |line: finance::StatementLine| StatementLine {
        plan: line.plan,
        period: line.period,
        kind: line.kind,
        amount: line.amount,
        base: line.base,
        deals: line.deals.into_iter().map(deal).collect(),
    };
    let finance::Balance { opening, accrued, adjusted, paid, closing, held, payable } = said.balance;
    Statement {
        partner: said.partner,
        period: said.period,
        currency: said.currency,
        status: match said.status {
            Status::Open => "open".to_owned(),
            Status::Closed => "closed".to_owned(),
        },
        known_at: (said.status == Status::Closed).then_some(said.known_at),
        lines: said.lines.into_iter().map(line).collect(),
        balance: Some(Balance { opening, accrued, adjusted, paid, closing, held, payable }),
    }
}
