//! What a model did, step by step: one shape for each model (A3–A7).

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::attribution::{OfRole, Preferred, RoleSplit, Slice, Step, Touched, Touches};
use tributary_domain::event::TouchKind;
use tributary_domain::policy::{Unfilled, Weighting};
use tributary_events::shape;

use super::event::{Citing, EventCited, History};
use super::source::{self, RegistrationExplained, SourceExplained};

/// What a model did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "model", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ModelExplained {
    /// A role's share is divided among its holders (A3, A2).
    RoleSplit {
        /// What becomes of the roles that nobody holds.
        #[schemars(extend("enum" = ["retain", "redistribute"]))]
        unfilled: &'static str,
        /// The roles of the table, by role.
        roles: Vec<RoleExplained>,
    },
    /// The protecting registration's partner comes first (A4).
    RegistrationProtection {
        /// The account's registrations, and which one protects.
        registrations: Vec<RegistrationExplained>,
        /// Who comes first, and what the others divide.
        first: FirstExplained,
        /// How they divide it, as if it were the whole.
        otherwise: Box<ModelExplained>,
    },
    /// The deal's source comes first (A5).
    SourceWins {
        /// Who that is, and which step says so.
        source: Option<SourceExplained>,
        /// Who comes first, and what the others divide.
        first: FirstExplained,
        /// How they divide it, as if it were the whole.
        otherwise: Box<ModelExplained>,
    },
    /// Touches of the account are weighed (A6, A2).
    Touch {
        /// How one weighs against another.
        weighting: WeightingExplained,
        /// The first day of the window.
        #[schemars(extend("format" = "date"))]
        from: String,
        /// Its last day: that of the first `won`, or the day itself.
        #[schemars(extend("format" = "date"))]
        until: String,
        /// The event that ends the window; none: the day itself does.
        won: Option<EventCited>,
        /// The touches that count, in the order of T3.
        touches: Vec<TouchExplained>,
        /// What the weights give, by partner.
        partners: Vec<PartnerShare>,
    },
    /// Partners by name (A7).
    Fixed {
        /// Their shares, by partner.
        partners: Vec<PartnerShare>,
    },
    /// Everything is retained.
    None {},
}

/// A role of a table, and how its share was divided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleExplained {
    /// The role.
    pub role: String,
    /// Its share by the table.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub agreed: String,
    /// What its holders divide; zero if nobody holds it.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub share: String,
    /// Who holds it that day, by partner.
    pub holders: Vec<HolderExplained>,
    /// The events that took it from those who held it before.
    pub removed: Vec<EventCited>,
}

/// Who holds a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HolderExplained {
    /// The partner.
    pub partner: String,
    /// The part of the role's share.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub share: String,
    /// The event that gave it.
    pub assigned: Option<EventCited>,
}

/// Who comes first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FirstExplained {
    /// The partner; none: nobody comes first, and the others divide the whole.
    pub partner: Option<String>,
    /// In which role.
    pub role: String,
    /// What the partner gets.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub share: String,
    /// What the others divide.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub rest: String,
}

/// How one touch weighs against another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WeightingExplained {
    /// Only the first counts.
    First {},
    /// Only the last counts.
    Last {},
    /// All count alike.
    Linear {},
    /// Half as much for every so many days before the window's end.
    Decay {
        /// How many days halve a weight.
        half_life_days: u32,
    },
    /// The first and the last so much, those between share what is left.
    Position {
        /// The first one's part.
        first: String,
        /// The last one's part.
        last: String,
    },
}

/// A touch that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TouchExplained {
    /// Whose.
    pub partner: String,
    /// What it was.
    #[schemars(extend("enum" = TouchKind::ALL.map(TouchKind::as_str)))]
    pub kind: &'static str,
    /// Its day.
    #[schemars(extend("format" = "date"))]
    pub day: String,
    /// Its weight, a whole number; all are in one unit.
    #[schemars(extend("pattern" = "^(0|[1-9][0-9]*)$"))]
    pub weight: String,
    /// The event.
    pub event: Option<EventCited>,
}

/// A partner's part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartnerShare {
    /// The partner.
    pub partner: String,
    /// The share of the whole.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub share: String,
}

pub(super) fn explain(citing: &Citing<'_>, history: &History, slice: &Slice<'_>, step: &Step<'_>) -> ModelExplained {
    match step {
        Step::RoleSplit(split) => role_split(citing, history, slice, split),
        Step::RegistrationProtection(first) => ModelExplained::RegistrationProtection {
            registrations: source::registrations(citing, history, slice.deal),
            first: explain_first(first),
            otherwise: Box::new(explain(citing, history, slice, &first.otherwise)),
        },
        Step::SourceWins(first) => ModelExplained::SourceWins {
            source: source::explain(citing, history, slice.deal),
            first: explain_first(first),
            otherwise: Box::new(explain(citing, history, slice, &first.otherwise)),
        },
        Step::Touch(touches) => touch(citing, history, slice, touches),
        Step::Fixed(table) => ModelExplained::Fixed { partners: table.iter().map(part).collect() },
        Step::None => ModelExplained::None {},
    }
}

fn part((partner, share): (impl ToString, impl ToString)) -> PartnerShare {
    PartnerShare { partner: partner.to_string(), share: share.to_string() }
}

fn explain_first(first: &Preferred<'_>) -> FirstExplained {
    FirstExplained {
        partner: first.winner.map(ToString::to_string),
        role: first.role.to_string(),
        share: first.share.to_string(),
        rest: first.rest().to_string(),
    }
}

fn role_split(citing: &Citing<'_>, history: &History, slice: &Slice<'_>, split: &RoleSplit<'_>) -> ModelExplained {
    let of_role = |of: &OfRole<'_>| {
        let assigned = |partner| {
            let identity = slice.deal.role_given_by(partner, of.role, slice.day)?;
            history.cite(citing, format!("role `{}` assigned to `{partner}`", of.role), identity)
        };
        let taken = slice.deal.roles_removed_by(of.role, slice.day);
        RoleExplained {
            role: of.role.to_string(),
            agreed: of.agreed.to_string(),
            share: of.share.to_string(),
            holders: of
                .holders
                .iter()
                .map(|(partner, share)| HolderExplained {
                    partner: partner.to_string(),
                    share: share.to_string(),
                    assigned: assigned(partner),
                })
                .collect(),
            removed: taken
                .filter_map(|(partner, identity)| {
                    history.cite(citing, format!("role `{}` taken from `{partner}`", of.role), identity)
                })
                .collect(),
        }
    };
    let unfilled = match split.unfilled {
        Unfilled::Retain => "retain",
        Unfilled::Redistribute => "redistribute",
    };
    ModelExplained::RoleSplit { unfilled, roles: split.roles.iter().map(of_role).collect() }
}

fn touch(citing: &Citing<'_>, history: &History, slice: &Slice<'_>, touches: &Touches<'_>) -> ModelExplained {
    let weighting = match touches.model.weighting {
        Weighting::First => WeightingExplained::First {},
        Weighting::Last => WeightingExplained::Last {},
        Weighting::Linear => WeightingExplained::Linear {},
        Weighting::Decay { half_life_days } => WeightingExplained::Decay { half_life_days },
        Weighting::Position { first, last } => {
            WeightingExplained::Position { first: first.to_string(), last: last.to_string() }
        }
    };
    let counted = |touched: &Touched<'_>| TouchExplained {
        partner: touched.on.touch.partner.to_string(),
        kind: touched.on.touch.kind.as_str(),
        day: touched.on.day.to_string(),
        weight: touched.weight.to_string(),
        event: history.cite(citing, "touch", &touched.on.meta.identity),
    };
    let ends = slice.deal.first_won_by.as_ref().filter(|_| slice.deal.first_won_on == Some(touches.until));
    ModelExplained::Touch {
        weighting,
        from: touches.from.to_string(),
        until: touches.until.to_string(),
        won: ends.and_then(|identity| history.cite(citing, "deal won", identity)),
        touches: touches.counted.iter().map(counted).collect(),
        partners: touches.shares.iter().map(|(partner, share)| part((partner, share))).collect(),
    }
}

impl ModelExplained {
    /// The events that gave a partner its share in a role.
    pub(super) fn because(&self, partner: &str, role: &str) -> Vec<EventCited> {
        let wins = |first: &FirstExplained| first.partner.as_deref() == Some(partner) && first.role == role;
        match self {
            Self::RoleSplit { roles, .. } => {
                let holders = roles.iter().filter(|of| of.role == role).flat_map(|of| &of.holders);
                holders.filter(|holder| holder.partner == partner).filter_map(|of| of.assigned.clone()).collect()
            }
            Self::RegistrationProtection { first, registrations, .. } if wins(first) => {
                let protecting = registrations.iter().filter(|of| of.standing == "protects");
                protecting.flat_map(|of| of.because.clone()).collect()
            }
            Self::SourceWins { first, source, .. } if wins(first) => {
                source.iter().flat_map(|source| source.because.clone()).collect()
            }
            Self::RegistrationProtection { otherwise, .. } | Self::SourceWins { otherwise, .. } => {
                otherwise.because(partner, role)
            }
            Self::Touch { touches, .. } => {
                touches.iter().filter(|touch| touch.partner == partner).filter_map(|of| of.event.clone()).collect()
            }
            Self::Fixed { .. } | Self::None {} => Vec::new(),
        }
    }
}
