//! What there is to say of an account, and of a subject that resolves to none: credits, renewals, suspense.

use std::collections::BTreeMap;

use tributary_domain::event::Subject;
use tributary_domain::id::AccountId;
use tributary_domain::money::Amount;
use tributary_domain::time::Period;
use tributary_events::feed::{
    Content, Credits, RenewalDeal, RenewalLine, RenewalTerm, Renewals, Suspense, TeamMember, Topic, Unattributed,
    Unconverted,
};
use tributary_projector::{Due, FoldedAccount, Suspended, View, latest};
use tributary_renewals::renewals;

use crate::error::Result;
use crate::record::Said;

/// Everything that the feed says of an account, as known at the view's instant. Keys of `credits` that are not named have
/// nothing; the others are named with nothing.
pub(crate) fn of_account(view: &View<'_>, id: &AccountId) -> Result<Vec<Said>> {
    let subject = Subject::Account(id.clone()).to_string();
    let known_at = view.known_at();
    let said = |topic, key, content| Said { topic, key, subject: subject.clone(), known_at, content };
    let currency = view.reference().book.currency;
    let mut all = Vec::new();
    for ((partner, period), credits) in view.credits_of(id)? {
        let content = Credits::of(&partner, period, id, currency, &credits);
        all.push(said(Topic::Credits, format!("{partner}/{period}/{id}"), Some(Content::Credits(content))));
    }
    let terms = terms(renewals(view, id)?);
    let terms = Some(terms).filter(|terms| !terms.deals.is_empty()).map(Content::Renewals);
    all.push(said(Topic::Renewals, id.to_string(), terms));
    let suspense = suspense(subject.clone(), &view.suspended_of(id)?)?.map(Content::Suspense);
    all.push(said(Topic::Suspense, subject.clone(), suspense));
    Ok(all)
}

/// What the feed says of an alias: how many events wait under it.
pub(crate) fn of_alias(view: &View<'_>, alias: &Subject) -> Result<Said> {
    let subject = alias.to_string();
    let unresolved = view.waiting_under(alias)?;
    let waiting = (unresolved > 0).then(|| Suspense { subject: subject.clone(), unresolved, ..Suspense::default() });
    Ok(Said {
        topic: Topic::Suspense,
        key: subject.clone(),
        subject,
        known_at: view.known_at(),
        content: waiting.map(Content::Suspense),
    })
}

/// Which event a record of an account is due to: the latest known of what it depends on. Reference data count for what is
/// earned, and not for what was agreed.
pub(crate) fn due(view: &View<'_>, folded: &FoldedAccount, said: &Said) -> Result<Option<Due>> {
    let own = view.due_of(folded);
    if said.topic == Topic::Renewals {
        return Ok(own);
    }
    // `<partner>/<period>/<account>`; suspense is of every period.
    let period = said.key.split('/').nth(1).filter(|_| said.topic == Topic::Credits);
    let period: Option<Period> = period.and_then(|period| period.parse().ok());
    let reference = latest(view.reference_events());
    Ok(own.max(reference).max(view.due_of_usage(folded, period)?))
}

fn suspense(subject: String, suspended: &[Suspended]) -> Result<Option<Suspense>> {
    let mut unattributed: BTreeMap<_, (Amount, u64)> = BTreeMap::new();
    let mut unconverted: BTreeMap<_, (Amount, u64)> = BTreeMap::new();
    for one in suspended {
        let currency = one.currency.to_string();
        // D5, F5: counted as the answer about suspense counts them, each once.
        let (sum, facts, count) = if one.why.is_unattributed() {
            let product = one.product.as_ref().map_or_else(String::new, ToString::to_string);
            let (sum, facts) = unattributed.entry((one.basis.as_str(), product, currency)).or_default();
            (sum, facts, one.parts)
        } else {
            let (sum, facts) = unconverted.entry(currency).or_default();
            (sum, facts, 1)
        };
        sum.add(one.amount).map_err(tributary_projector::ProjectorError::from)?;
        *facts += count;
    }
    if unattributed.is_empty() && unconverted.is_empty() {
        return Ok(None);
    }
    let unattributed = unattributed.into_iter().map(|((basis, product, currency), (amount, facts))| Unattributed {
        basis: basis.to_owned(),
        product,
        currency,
        amount: amount.to_string(),
        facts,
    });
    let unconverted = unconverted.into_iter().map(|(currency, (amount, facts))| Unconverted {
        currency,
        amount: amount.to_string(),
        facts,
    });
    let (unattributed, unconverted) = (unattributed.collect(), unconverted.collect());
    Ok(Some(Suspense { subject, unresolved: 0, unattributed, unconverted }))
}

fn terms(said: tributary_renewals::Renewals) -> Renewals {
    let line = |line: tributary_renewals::RenewalLine| RenewalLine {
        line: line.line,
        product: line.product,
        vendor: line.vendor,
        kind: line.kind.to_owned(),
        amount: line.amount,
        currency: line.currency,
    };
    let member = |member: tributary_renewals::TeamMember| TeamMember { partner: member.partner, role: member.role };
    let term = |term: tributary_renewals::RenewalTerm| RenewalTerm {
        kind: term.kind.to_owned(),
        term_start: term.term_start,
        term_end: term.term_end,
        ended: term.ended,
        team: term.team.into_iter().map(member).collect(),
        lines: term.lines.into_iter().map(line).collect(),
    };
    let deal = |deal: tributary_renewals::RenewalDeal| RenewalDeal {
        deal: deal.deal,
        motion: deal.motion.to_owned(),
        source: deal.source,
        terms: deal.terms.into_iter().map(term).collect(),
    };
    Renewals { account: said.account, deals: said.deals.into_iter().map(deal).collect() }
}
