//! Questions as the contract words them, read once for whoever answers.

use serde_json::{Value, json};
use tributary_domain::id::{AccountId, DealId, PartnerId};
use tributary_domain::time::{Day, Instant, Period, parse_day};

/// A question and the instant that it asks about; none: the last recorded one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub about: About,
    /// As known when.
    pub known_at: Option<Instant>,
}

/// What a question asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum About {
    Statement { partner: PartnerId, period: Period },
    Attribution { account: AccountId, as_of: Day },
    Credits { partner: PartnerId, period: Period },
    Renewals { account: AccountId },
    Suspense,
    DealRecord { deal: DealId, as_of: Day },
    Drift { account: Option<AccountId>, as_of: Day },
}

impl Question {
    /// Reads a question; none if it is not one.
    pub fn read(question: &Value) -> Option<Self> {
        let text = |name: &str| question[name].as_str();
        let partner = || PartnerId::new(text("partner")?).ok();
        let account = || AccountId::new(text("account")?).ok();
        let period = || text("period")?.parse().ok();
        let as_of = || parse_day(text("asOf")?).ok();
        let about = match text("ask")? {
            "statement" => About::Statement { partner: partner()?, period: period()? },
            "attribution" => About::Attribution { account: account()?, as_of: as_of()? },
            "credits" => About::Credits { partner: partner()?, period: period()? },
            "renewals" => About::Renewals { account: account()? },
            "suspense" => About::Suspense,
            "dealRecord" => About::DealRecord { deal: DealId::new(text("deal")?).ok()?, as_of: as_of()? },
            "drift" => About::Drift { account: text("account").map(AccountId::new).transpose().ok()?, as_of: as_of()? },
            _ => return None,
        };
        let known_at = match text("knownAt") {
            Some(given) => Some(given.parse().ok()?),
            None => None,
        };
        Some(Self { about, known_at })
    }
}

/// The answer in place of one that there is not. Its message is for people, and not compared.
pub fn error(code: &str) -> Value {
    json!({"error": {"code": code}})
}
