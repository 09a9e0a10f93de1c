//! A split as a tree: which policy decides, what its model does, who gets what.

use super::super::attributed::AttributedExplained;
use super::super::event::EventCited;
use super::super::model::{FirstExplained, ModelExplained, RoleExplained, TouchExplained, WeightingExplained};
use super::super::source::{RegistrationExplained, SourceExplained};
use super::super::split::{CandidateExplained, ShareExplained, SplitExplained};
use super::{Node, event};

/// A deal with its source, influencers and splits.
pub(super) fn deal(deal: &AttributedExplained) -> Node {
    let term = deal.term.map_or_else(|| "in no term".to_owned(), |term| format!("in its {term} term"));
    let influencers = deal.influencers.iter().map(|of| {
        Node::bare(format!("influenced by `{}`", of.partner)).because("A8").over(of.because.iter().map(event))
    });
    Node::bare(format!("deal `{}`, {}, {term}", deal.deal, deal.motion))
        .over(deal.because.iter().map(event))
        .over(deal.source.iter().map(source))
        .over(influencers)
        .over(deal.splits.iter().map(split))
}

/// A split with every share.
fn split(split: &SplitExplained) -> Node {
    let of = [&split.product, &split.vendor].into_iter().filter(|text| !text.is_empty()).cloned();
    let of = of.collect::<Vec<_>>().join(" of ");
    Node::new(format!("{of} in pool `{}`: retained", split.pool), &split.retained)
        .over(split.shares.iter().map(share))
        .over(derivation(split))
}

fn share(share: &ShareExplained) -> Node {
    let ShareExplained { partner, role, share, rule, enrolled, enrolment } = share;
    match enrolled {
        true => Node::new(format!("`{partner}` as `{role}`"), share).because(*rule),
        false => Node::new(format!("`{partner}` as `{role}`, retained"), share)
            .because("A7: not enrolled by then")
            .over(enrolment.iter().map(event)),
    }
}

/// How a split comes about.
pub(super) fn derivation(split: &SplitExplained) -> Vec<Node> {
    let retained = split.shares.iter().filter(|share| !share.enrolled).map(self::share);
    let candidates = split.candidates.iter().map(|one| candidate(one, split));
    candidates.chain(split.model.iter().flat_map(model)).chain(retained).collect()
}

/// A policy, and why it decides or not (A1).
fn candidate(of: &CandidateExplained, split: &SplitExplained) -> Node {
    let version = format!("policy `{}` from {}", of.policy, of.effective_from);
    let markets = || match split.asked.markets.as_slice() {
        [] => "the account has none".to_owned(),
        markets => format!("the account's are {}", markets.join(", ")),
    };
    let (title, because) = match (of.verdict, of.list) {
        ("decides", _) => (format!("{version} decides"), format!("A1: priority {}", of.priority)),
        ("outranked", _) => (format!("{version} is outranked"), format!("A1: priority {}", of.priority)),
        ("ended", _) => (version, format!("A1: it ended {}", of.effective_to.as_deref().unwrap_or_default())),
        ("notBegun", _) => (version, "A1: it has not begun".to_owned()),
        (_, Some("motions")) => (version, format!("A1: not for motion {}", split.asked.motion)),
        (_, Some("products")) => (version, format!("A1: not for product `{}`", split.product)),
        (_, Some("vendors")) => (version, format!("A1: not for vendor `{}`", split.vendor)),
        _ => (version, format!("A1: not for these markets; {}", markets())),
    };
    let decides = of.verdict == "decides";
    let said = of.published.iter().chain(split.asked.because.iter()).filter(|_| decides);
    Node::bare(title).because(because).over(said.map(event))
}

fn model(model: &ModelExplained) -> Vec<Node> {
    match model {
        ModelExplained::RoleSplit { unfilled, roles } => roles.iter().map(|of| role(of, unfilled)).collect(),
        ModelExplained::RegistrationProtection { registrations, first, otherwise } => {
            let node = first_node(first, "A4", "no registration protects").over(registrations.iter().map(registration));
            [node].into_iter().chain(rest(first, otherwise)).collect()
        }
        ModelExplained::SourceWins { source, first, otherwise } => {
            let node = first_node(first, "A5", "nobody brought the deal").over(source.iter().map(self::source));
            [node].into_iter().chain(rest(first, otherwise)).collect()
        }
        ModelExplained::Touch { weighting, from, until, won, touches, partners } => {
            let shares = partners.iter().map(|of| Node::new(format!("`{}` by its weights", of.partner), &of.share));
            let node = Node::bare(format!("touches from {from} to {until}, {}", weighed(weighting)))
                .because("A6")
                .over(won.iter().map(event))
                .over(touches.iter().map(touch))
                .over(shares);
            vec![node]
        }
        ModelExplained::Fixed { partners } => {
            let fixed =
                |of: &super::super::model::PartnerShare| Node::new(format!("`{}` by name", of.partner), &of.share);
            partners.iter().map(|of| fixed(of).because("A7")).collect()
        }
        ModelExplained::None {} => vec![Node::bare("the model gives nothing: all is retained")],
    }
}

fn first_node(first: &FirstExplained, rule: &str, nobody: &str) -> Node {
    match &first.partner {
        Some(partner) => Node::new(format!("`{partner}` first, as `{}`", first.role), &first.share).because(rule),
        None => Node::bare(nobody).because(rule),
    }
}

fn rest(first: &FirstExplained, otherwise: &ModelExplained) -> Vec<Node> {
    match first.partner {
        Some(_) => vec![Node::new("the others divide the rest", &first.rest).over(model(otherwise))],
        None => model(otherwise),
    }
}

fn role(of: &RoleExplained, unfilled: &str) -> Node {
    let because = match (of.holders.as_slice(), unfilled) {
        ([], _) => "A3: nobody holds it".to_owned(),
        (_, "redistribute") => format!("A3: {} of the table, with what nobody holds", of.agreed),
        (_, _) => "A3".to_owned(),
    };
    let holders = of.holders.iter().map(|holder| match &holder.assigned {
        Some(assigned) => Node {
            because: event(assigned).because,
            ..Node::new(holder_title(&holder.partner, assigned), &holder.share)
        },
        None => Node::new(format!("`{}`", holder.partner), &holder.share),
    });
    Node::new(format!("role `{}`", of.role), &of.share)
        .because(because)
        .over(holders)
        .over(of.removed.iter().map(event))
}

fn holder_title(partner: &str, assigned: &EventCited) -> String {
    let new = if assigned.new { ", new" } else { "" };
    let [source, id] = assigned.at.said_by();
    format!("`{partner}` holds it, assigned ({source} {id}) at {}{new}", assigned.at.position)
}

fn registration(of: &RegistrationExplained) -> Node {
    let partner = of.partner.as_deref().unwrap_or("nobody");
    let until = of.exclusive_until.as_ref().map_or_else(String::new, |until| format!(", exclusive until {until}"));
    let standing = match of.standing {
        "protects" => "protects: the earliest submitted that qualifies",
        "laterThanProtecting" => "qualifies, and was submitted later",
        "notSubmitted" => "was never submitted",
        "lost" => "lost an adjudication",
        "notApproved" => "was not approved by the deal's opening",
        "notExclusive" => "was not exclusive any more",
        "refused" => "was rejected or withdrawn",
        _ => "is for other products",
    };
    let node = Node::bare(format!("registration `{}` of `{partner}`{until}", of.registration)).because(standing);
    node.over(of.because.iter().filter(|_| of.standing == "protects" || of.standing == "lost").map(event))
}

fn source(source: &SourceExplained) -> Node {
    let step = match source.step {
        "registration" => format!("its registration `{}` protects the deal", source.of),
        "leadBrought" => format!("brought lead `{}`", source.of),
        "leadClaimed" => format!("was first to claim lead `{}` of those it was offered to", source.of),
        _ => format!("was last assigned lead `{}`", source.of),
    };
    Node::bare(format!("source `{}`", source.partner))
        .because(format!("A5: {step}"))
        .over(source.because.iter().map(event))
}

fn weighed(weighting: &WeightingExplained) -> String {
    match weighting {
        WeightingExplained::First {} => "only the first counts".to_owned(),
        WeightingExplained::Last {} => "only the last counts".to_owned(),
        WeightingExplained::Linear {} => "all alike".to_owned(),
        WeightingExplained::Decay { half_life_days } => format!("halved every {half_life_days} days"),
        WeightingExplained::Position { first, last } => format!("{first} to the first, {last} to the last"),
    }
}

fn touch(of: &TouchExplained) -> Node {
    let node = Node::new(format!("{} by `{}` on {}", of.kind, of.partner, of.day), format!("weight {}", of.weight));
    node.over(of.event.iter().map(event))
}
