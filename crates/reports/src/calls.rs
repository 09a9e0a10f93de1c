//! Deals and credit as the calls that portals take, for others to send: nothing here sends anything. What the ledger knows
//! it says, what it does not know comes from a file of names, and what must not leave the house does not. Bodies are held to
//! the vendors' published models before they are given out; a deal that lacks something is left out, with the field.
//!
//! In reading order: `call` (what comes out), `facts` and `revenue` (what the ledger says), `names` (what else is needed),
//! `withheld` (what is never said), `body` (the two laid over one another), one file for each portal, `shape` (the models).

mod aws_opportunity;
mod aws_revenue;
mod body;
mod call;
mod facts;
mod microsoft_referral;
mod names;
mod problem;
mod revenue;
mod shape;
mod withheld;

use tributary_domain::time::{Day, Period};
use tributary_finance::FinanceError;
use tributary_projector::{ProjectorError, View};

pub use call::{Call, Calls, Http, LeftOut, Waiting};
pub use facts::Which;
pub use names::{Names, SCHEMA as NAMES_SCHEMA};
pub use problem::Problem;
pub use withheld::{WITHHELD, Withheld};

use names::OfPortal;
use shape::ShapeError;

/// Who takes the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Portal {
    /// Opportunities of AWS Partner Central, its Selling API.
    AwsOpportunity,
    /// Allocations of AWS Partner Central, its Revenue Measurement API.
    AwsRevenueAttribution,
    /// Referrals of Microsoft Partner Center.
    MicrosoftReferral,
}

impl Portal {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AwsOpportunity, Self::AwsRevenueAttribution, Self::MicrosoftReferral];

    /// Its name on the command line and in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwsOpportunity => "aws-opportunity",
            Self::AwsRevenueAttribution => "aws-revenue-attribution",
            Self::MicrosoftReferral => "microsoft-referral",
        }
    }
}

/// Why no calls can be made.
#[derive(Debug, thiserror::Error)]
pub enum CallsError {
    /// Amounts left the range of the ledger.
    #[error(transparent)]
    Finance(#[from] FinanceError),
    /// The store failed.
    #[error(transparent)]
    Projector(#[from] ProjectorError),
    /// A model of this program cannot be used.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// Allocations are those of a month.
    #[error("allocations are those of a month: name it with --period")]
    NoPeriod,
}

/// The calls that say what stands in the ledger, in an order in which they could be sent.
pub fn calls(
    view: &View<'_>,
    names: &Names,
    which: &Which,
    as_of: Day,
    period: Option<Period>,
) -> Result<Calls, CallsError> {
    let mut calls = Calls::new(names.portal(), view.known_at());
    match &names.0 {
        OfPortal::AwsOpportunity(names) => {
            let model = aws_opportunity::Model::load()?;
            for deal in facts::deals(view, which, as_of)? {
                aws_opportunity::deal(&model, names, &deal, &mut calls);
            }
        }
        OfPortal::MicrosoftReferral(names) => {
            let model = microsoft_referral::Model::load()?;
            for deal in facts::deals(view, which, as_of)? {
                microsoft_referral::deal(&model, names, &deal, &mut calls);
            }
        }
        OfPortal::AwsRevenueAttribution(names) => {
            let period = period.ok_or(CallsError::NoPeriod)?;
            let model = aws_revenue::Model::load()?;
            for product in revenue::products(view, names, which, period)? {
                aws_revenue::product(&model, names, &product, period, &mut calls);
            }
        }
    }
    Ok(calls)
}
