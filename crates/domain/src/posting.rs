//! Postings: what closes recognise and what money moved, as the balanced entries of a journal (P1, P2). A journal only
//! grows: what turns out otherwise is an entry of its own, booked when that was learned.

mod calendar;
mod commission;
mod disbursement;
mod journal_account;
mod payout;

pub use calendar::Calendar;
pub use commission::commissions;
pub use disbursement::disbursements;
pub use journal_account::JournalAccount;
pub use payout::{Payouts, Unposted, payouts};

use std::collections::BTreeMap;
use std::fmt;

use crate::currency::Currency;
use crate::id::{DealId, DisbursementId, Identity, PartnerId, PayoutId, PolicyId};
use crate::money::{AMOUNT_PLACES, Amount, Money, Overflow};
use crate::time::{Day, Instant, Period};

/// A side of a journal account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Left: what an asset or an expense grows by.
    Debit,
    /// Right: what a liability grows by.
    Credit,
}

impl Side {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Credit => "credit",
        }
    }
}

/// One side of an entry: an amount on a journal account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The journal account.
    pub account: JournalAccount,
    /// Its side.
    pub side: Side,
    /// How much; never below zero and never nothing.
    pub money: Money,
    /// The deal that it is for, where one is named.
    pub deal: Option<DealId>,
}

impl Posting {
    /// Debits an account; an amount below zero stands on the credit side, and nothing is no posting.
    fn debit(account: JournalAccount, money: Money, deal: Option<&DealId>) -> Result<Option<Self>, Overflow> {
        let Money { amount, currency } = money;
        let side = if amount.units() < 0 { Side::Credit } else { Side::Debit };
        let amount = amount.units().checked_abs().map(Amount::from_units).ok_or(Overflow)?;
        let posting = Self { account, side, money: Money { amount, currency }, deal: deal.cloned() };
        Ok((!amount.is_zero()).then_some(posting))
    }

    /// Debits one account and credits another with the same.
    fn transfer(
        debit: JournalAccount,
        credit: JournalAccount,
        money: Money,
        deal: Option<&DealId>,
    ) -> Result<Vec<Self>, Overflow> {
        let against = Money { amount: Amount::ZERO.minus(money.amount)?, ..money };
        let [debit, credit] = [Self::debit(debit, money, deal)?, Self::debit(credit, against, deal)?];
        Ok(debit.into_iter().chain(credit).collect())
    }

    /// What takes it back.
    fn reversed(&self) -> Self {
        let side = match self.side {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        };
        Self { side, ..self.clone() }
    }

    /// The amount as it counts in a balance: debits above zero, credits below.
    pub fn balance(&self) -> Amount {
        match self.side {
            Side::Debit => self.money.amount,
            Side::Credit => self.money.amount.negated(),
        }
    }
}

/// What an entry follows from: its identity, and in this order entries of one instant stand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A report of a disbursement.
    Disbursed {
        /// Which disbursement.
        disbursement: DisbursementId,
        /// The report.
        by: Identity,
    },
    /// An alias that moved, and with it which report of a disbursement stands.
    Relinked {
        /// Which disbursement.
        disbursement: DisbursementId,
        /// The alias event.
        by: Identity,
    },
    /// A payout.
    PaidOut {
        /// To whom.
        partner: PartnerId,
        /// Which payout.
        payout: PayoutId,
        /// The event.
        by: Identity,
    },
    /// A payout that came back.
    Returned {
        /// From whom.
        partner: PartnerId,
        /// Which payout.
        payout: PayoutId,
        /// The event.
        by: Identity,
    },
    /// A close that converts a payout otherwise than it was posted.
    TruedUp {
        /// The period that closed.
        closed: Period,
        /// To whom.
        partner: PartnerId,
        /// Which payout.
        payout: PayoutId,
    },
    /// A statement line.
    Recognised {
        /// The period that closed.
        closed: Period,
        /// Whose statement.
        partner: PartnerId,
        /// The plan.
        plan: PolicyId,
        /// The period that the line is for.
        period: Period,
    },
}

impl Cause {
    /// Its kind, in a word.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Disbursed { .. } => "disbursement",
            Self::Relinked { .. } => "disbursement-relink",
            Self::PaidOut { .. } => "payout",
            Self::Returned { .. } => "payout-return",
            Self::TruedUp { .. } => "payout-true-up",
            Self::Recognised { .. } => "commission",
        }
    }
}

/// The id of an entry. No two causes print alike: identifiers hold no `/`, a source's own are written `%2F`, and what may
/// hold anything stands last.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind();
        match self {
            Self::Disbursed { disbursement, by } | Self::Relinked { disbursement, by } => {
                write!(f, "{kind}/{disbursement}/{}", Said(by))
            }
            Self::PaidOut { partner, payout, by } | Self::Returned { partner, payout, by } => {
                write!(f, "{kind}/{partner}/{payout}/{}", Said(by))
            }
            Self::TruedUp { closed, partner, payout } => write!(f, "{kind}/{closed}/{partner}/{payout}"),
            Self::Recognised { closed, partner, plan, period } => {
                write!(f, "{kind}/{closed}/{partner}/{plan}/{period}")
            }
        }
    }
}

/// The identity of an event, as a part of an entry's id.
struct Said<'a>(&'a Identity);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.0.source.as_str().replace('%', "%25").replace('/', "%2F");
        write!(f, "{source}/{}", self.0.id)
    }
}

/// An entry of the journal: in each currency its debits equal its credits (P1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it follows from.
    pub cause: Cause,
    /// From when on it counts.
    pub booked: Instant,
    /// The day of that in the book as it was known then.
    pub day: Day,
    /// In the order in which the rule names the accounts.
    pub postings: Vec<Posting>,
    /// The money as it was said, where it was converted to be posted.
    pub original: Option<Money>,
}

impl Entry {
    /// An entry of these postings; none if there are none.
    fn of(cause: Cause, booked: Instant, day: Day, postings: Vec<Posting>) -> Result<Option<Self>, Overflow> {
        let mut left: BTreeMap<Currency, Amount> = BTreeMap::new();
        for posting in &postings {
            left.entry(posting.money.currency).or_default().add(posting.balance())?;
        }
        // Whatever is posted is made of both sides here; a journal that does not balance must not leave this place.
        assert!(left.values().all(|left| left.is_zero()), "the entry {cause} does not balance");
        Ok((!postings.is_empty()).then_some(Self { cause, booked, day, postings, original: None }))
    }
}

/// Money in a currency from a count of its minor unit.
fn minor_money(count: i128, currency: Currency) -> Result<Money, Overflow> {
    let unit = 10_i128.pow(AMOUNT_PLACES - currency.decimals());
    let amount = count.checked_mul(unit).map(Amount::from_units).ok_or(Overflow)?;
    Ok(Money { amount, currency })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{identity, period, read_id};

    fn plan() -> JournalAccount {
        JournalAccount::Commission(read_id(PolicyId::new, "growth"))
    }

    fn usd(units: i128) -> Money {
        Money { amount: Amount::from_units(units), currency: Currency::USD }
    }

    #[test]
    fn p1_an_amount_below_zero_stands_on_the_other_side() {
        let sides = |units: i128| {
            let postings = Posting::transfer(plan(), JournalAccount::PayoutCash, usd(units), None).expect("in range");
            postings.iter().map(|posting| (posting.side, posting.money.amount.units())).collect::<Vec<_>>()
        };
        assert_eq!(sides(5), [(Side::Debit, 5), (Side::Credit, 5)]);
        assert_eq!(sides(-5), [(Side::Credit, 5), (Side::Debit, 5)]);
        assert_eq!(sides(0), []);
    }

    #[test]
    fn an_amount_that_leaves_the_range_is_an_error() {
        assert_eq!(minor_money(i128::MAX, Currency::USD), Err(Overflow));
        assert_eq!(Posting::transfer(plan(), JournalAccount::PayoutCash, usd(i128::MIN), None), Err(Overflow));
    }

    #[test]
    #[should_panic(expected = "does not balance")]
    fn p1_an_entry_that_does_not_balance_is_never_made() {
        let posting = Posting::debit(plan(), usd(5), None).expect("in range");
        let partner = read_id(PartnerId::new, "p-1");
        let payout = read_id(PayoutId::new, "pay-1");
        let cause = Cause::TruedUp { closed: period("2026-01"), partner, payout };
        let day = crate::testing::day("2026-01-01");
        drop(Entry::of(cause, Instant::MIN, day, posting.into_iter().collect()));
    }

    #[test]
    fn p1_no_two_causes_have_one_id() {
        let disbursed = |by: &str| {
            let disbursement = read_id(DisbursementId::new, "x");
            Cause::Disbursed { disbursement, by: identity(by) }.to_string()
        };
        assert_eq!(disbursed("a/b:c"), "disbursement/x/a%2Fb/c");
        assert_eq!(disbursed("a%2Fb:c"), "disbursement/x/a%252Fb/c");
        assert_eq!(disbursed("a:b/c"), "disbursement/x/a/b/c");
    }
}
