//! What a version of a commission plan says, as far as its arithmetic asks for it (M1–M7).

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::id::{Product, Role, Vendor};
use tributary_domain::policy::{Basis, CommissionPlan, Measure, Mode, Terms};
use tributary_events::shape;

/// What a version of a plan says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanExplained {
    /// The pool whose credit it pays for.
    pub pool: String,
    /// The kind of fact.
    #[schemars(extend("enum" = Basis::ALL.map(Basis::as_str)))]
    pub basis: &'static str,
    /// Credit in which roles; none named: all.
    pub roles: Vec<String>,
    /// For which products; none named: all.
    pub products: Vec<String>,
    /// For which vendors; none named: all.
    pub vendors: Vec<String>,
    /// In which terms of a deal.
    #[schemars(extend("enum" = ["any", "initial", "renewal"]))]
    pub terms: &'static str,
    /// Only so many months after the deal's first term started.
    pub months_from_start: Option<u32>,
    /// Whose total picks the band.
    #[schemars(extend("enum" = ["partner", "account"]))]
    pub measure: &'static str,
    /// How the bands are used.
    #[schemars(extend("enum" = ["flat", "graduated", "volume"]))]
    pub mode: &'static str,
    /// The most that the partner gets for a period.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub cap: Option<String>,
}

impl PlanExplained {
    pub(super) fn of(plan: &CommissionPlan) -> Self {
        Self {
            pool: plan.pool.to_string(),
            basis: plan.basis.as_str(),
            roles: plan.roles.iter().map(Role::to_string).collect(),
            products: plan.products.iter().map(Product::to_string).collect(),
            vendors: plan.vendors.iter().map(Vendor::to_string).collect(),
            terms: match plan.terms {
                Terms::Any => "any",
                Terms::Initial => "initial",
                Terms::Renewal => "renewal",
            },
            months_from_start: plan.months_from_start,
            measure: match plan.measure {
                Measure::Partner => "partner",
                Measure::Account => "account",
            },
            mode: match plan.schedule.mode {
                Mode::Flat => "flat",
                Mode::Graduated => "graduated",
                Mode::Volume => "volume",
            },
            cap: plan.cap.map(|cap| cap.to_string()),
        }
    }
}
