//! What an event says, in plain words: a line for timelines and for whoever asks what made a number what it is.

use tributary_domain::event::{
    Body, ChargeBilled, DealField, DealObserved, DealOpened, DisbursementReported, FieldValue, Line, LineKind,
    PartnerEnrolled, TermGiven,
};
use tributary_domain::policy::{AttributionPolicy, AuthorityPolicy, CommissionPlan, Model, Policy};

use crate::wire::word;

/// What an event says, without its subject and times. Identifiers stand in backticks.
pub fn said(body: &Body) -> String {
    match body {
        Body::BookConfigured(book) => format!("the book is kept in {}, {}", book.currency, book.time_zone),
        Body::PartnerEnrolled(state) => enrolled(state),
        Body::AccountOpened(opened) => format!("the account is open{}", listed(", in ", &opened.markets)),
        Body::AliasLinked { account } => format!("linked to account `{account}`"),
        Body::AliasUnlinked => "linked to no account any more".to_owned(),
        Body::PolicyPublished(policy) => published(policy),
        Body::RatePublished(rate) => format!("1 {} is {} {} on {}", rate.base, rate.rate, rate.quote, rate.date),
        Body::LeadCaptured(_) | Body::LeadOffered(_) | Body::LeadClaimed(_) | Body::LeadAssigned(_) => of_lead(body),
        Body::LeadClosed(closed) => format!("lead `{}` is closed", closed.lead),
        Body::TouchRecorded(touch) => {
            let deal = touch.deal.as_ref().map_or_else(String::new, |deal| format!(" for deal `{deal}`"));
            format!("touched by `{}`: {}{deal}", touch.partner, word::TOUCH_KIND.print(touch.kind))
        }
        Body::RegistrationSubmitted(_)
        | Body::RegistrationApproved(_)
        | Body::RegistrationExtended(_)
        | Body::RegistrationRejected(_)
        | Body::RegistrationWithdrawn(_)
        | Body::RegistrationAdjudicated(_) => of_registration(body),
        Body::UsageRecorded(used) => format!("`{}` used for {}", used.product, used.money),
        Body::UsageCorrected(corrected) => {
            format!("usage `{} {}` restated as {}", corrected.corrects.source, corrected.corrects.id, corrected.amount)
        }
        Body::ChargeBilled(billed) => charged(billed),
        Body::DisbursementReported(report) => disbursed(report),
        Body::PayoutIssued(issued) => format!("payout `{}` of {}", issued.payout, issued.money),
        Body::PayoutReturned(returned) => format!("payout `{}` came back", returned.payout),
        Body::HoldPlaced(placed) => {
            let what = placed.deal.as_ref().map_or_else(|| "everything".to_owned(), |deal| format!("deal `{deal}`"));
            format!("hold `{}` on {what}", placed.hold)
        }
        Body::HoldReleased(released) => format!("hold `{}` released", released.hold),
        Body::PeriodClosed(closed) => format!("period {} closed at cutoff {}", closed.period, closed.cutoff),
        Body::PeriodAttested(attested) => format!("period {} attested", attested.period),
        of_deal => deal(of_deal),
    }
}

fn deal(body: &Body) -> String {
    match body {
        Body::DealOpened(opened) => deal_opened(opened),
        Body::DealStaged(staged) => format!("deal `{}` is at stage `{}`", staged.deal, staged.stage),
        Body::DealRoleAssigned(role) => format!("`{}` is `{}` on deal `{}`", role.partner, role.role, role.deal),
        Body::DealRoleRemoved(role) => {
            format!("`{}` is no longer `{}` on deal `{}`", role.partner, role.role, role.deal)
        }
        Body::DealWon(given) => term("won", given),
        Body::DealRenewed(given) => term("renewed", given),
        Body::DealChanged(changed) => format!("deal `{}` changed{}", changed.deal, lines(&changed.lines)),
        Body::DealChurned(ended) => format!("deal `{}` churned", ended.deal),
        Body::DealLost(ended) => format!("deal `{}` lost", ended.deal),
        Body::OfferAccepted(offer) => {
            let (agreement, marketplace) = (&offer.agreement, &offer.marketplace);
            format!("agreement `{agreement}` of `{marketplace}` is for deal `{}`", offer.deal)
        }
        Body::DealObserved(observed) => observation(observed),
        other => other.event_type().to_owned(),
    }
}

fn observation(observed: &DealObserved) -> String {
    let field = |(field, value): (&DealField, &Option<FieldValue>)| match value {
        Some(value) => format!("{} is {value}", field.as_str()),
        None => format!("{} is empty", field.as_str()),
    };
    let fields: Vec<String> = observed.fields.iter().map(field).collect();
    format!("`{}` says of deal `{}`: {}", observed.system, observed.deal, fields.join(", "))
}

fn deal_opened(opened: &DealOpened) -> String {
    let lead = opened.lead.as_ref().map_or_else(String::new, |lead| format!(", from lead `{lead}`"));
    let registration = opened.registration.as_ref();
    let registration = registration.map_or_else(String::new, |id| format!(", from registration `{id}`"));
    format!("deal `{}` opened{lead}{registration}{}", opened.deal, lines(&opened.lines))
}

fn term(what: &str, given: &TermGiven) -> String {
    let until = given.term_end.map_or_else(|| "on".to_owned(), |end| format!("to {end}"));
    format!("deal `{}` {what}, from {} {until}{}", given.deal, given.term_start, lines(&given.lines))
}

fn lines(lines: &[Line]) -> String {
    let line = |line: &Line| match line.kind {
        LineKind::Consumption => format!("`{}`", line.product),
        LineKind::Recurring(money) => format!("`{}` at {money} a month", line.product),
        LineKind::License(money) => format!("`{}` for {money}", line.product),
    };
    if lines.is_empty() {
        return String::new();
    }
    format!(": {}", lines.iter().map(line).collect::<Vec<_>>().join(", "))
}

fn of_lead(body: &Body) -> String {
    match body {
        Body::LeadCaptured(captured) => {
            let by = captured.partner.as_ref().map_or_else(String::new, |by| format!(", brought by `{by}`"));
            format!("lead `{}` captured, {}{by}", captured.lead, captured.motion.as_str())
        }
        Body::LeadOffered(offered) => format!("lead `{}` offered{}", offered.lead, listed(" to ", &offered.partners)),
        Body::LeadClaimed(claimed) => format!("lead `{}` claimed by `{}`", claimed.lead, claimed.partner),
        Body::LeadAssigned(assigned) => format!("lead `{}` assigned to `{}`", assigned.lead, assigned.partner),
        other => other.event_type().to_owned(),
    }
}

fn of_registration(body: &Body) -> String {
    match body {
        Body::RegistrationSubmitted(submitted) => {
            let products = listed(", for ", &submitted.products);
            format!("registration `{}` submitted by `{}`{products}", submitted.registration, submitted.partner)
        }
        Body::RegistrationApproved(approved) => {
            format!("registration `{}` approved, exclusive until {}", approved.registration, approved.exclusive_until)
        }
        Body::RegistrationExtended(extended) => {
            format!("registration `{}` extended until {}", extended.registration, extended.exclusive_until)
        }
        Body::RegistrationRejected(refused) => format!("registration `{}` rejected", refused.registration),
        Body::RegistrationWithdrawn(refused) => format!("registration `{}` withdrawn", refused.registration),
        Body::RegistrationAdjudicated(adjudicated) => {
            let between = listed("registrations ", &adjudicated.registrations);
            format!("{between} adjudicated: `{}` prevails", adjudicated.winner)
        }
        other => other.event_type().to_owned(),
    }
}

fn charged(billed: &ChargeBilled) -> String {
    let ChargeBilled { charge, marketplace, parts, currency, billed_on, .. } = billed;
    let back = billed.takes_back.as_ref().map_or_else(String::new, |back| format!(", taking back charge `{back}`"));
    format!("charge `{charge}` of `{marketplace}`: {} {currency} net, billed on {billed_on}{back}", parts.net)
}

fn disbursed(report: &DisbursementReported) -> String {
    let DisbursementReported { disbursement, marketplace, net, currency, disbursed_on, .. } = report;
    format!("disbursement `{disbursement}` of `{marketplace}`: {net} {currency} net on {disbursed_on}")
}

fn enrolled(state: &PartnerEnrolled) -> String {
    let kinds: Vec<&str> = state.kinds.iter().map(|kind| kind.as_str()).collect();
    let tier = state.tier.as_ref().map_or_else(String::new, |tier| format!(", tier `{tier}`"));
    let track = state.track.as_ref().map_or_else(String::new, |track| format!(", track `{track}`"));
    format!("enrolled as {}{tier}{track}", if kinds.is_empty() { "a partner".to_owned() } else { kinds.join(", ") })
}

fn published(policy: &Policy) -> String {
    match policy {
        Policy::Attribution(AttributionPolicy { id, effective_from, pool, model, .. }) => {
            let model = match model {
                Model::RoleSplit { .. } => "a role split",
                Model::RegistrationProtection { .. } => "registration protection",
                Model::SourceWins { .. } => "the source",
                Model::Touch(_) => "touches",
                Model::Fixed { .. } => "fixed shares",
                Model::None => "nothing",
            };
            format!("attribution policy `{id}` from {effective_from}: pool `{pool}` by {model}")
        }
        Policy::Commission(CommissionPlan { id, effective_from, basis, .. }) => {
            format!("commission plan `{id}` from {effective_from}: pays for {}", basis.as_str())
        }
        Policy::Authority(AuthorityPolicy { id, effective_from, fields, .. }) => {
            let fields: Vec<&str> = fields.keys().map(|field| field.as_str()).collect();
            format!("authority policy `{id}` from {effective_from}: who is right about {}", fields.join(", "))
        }
    }
}

fn listed(before: &str, all: &[impl std::fmt::Display]) -> String {
    if all.is_empty() {
        return String::new();
    }
    format!("{before}{}", all.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", "))
}
