//! The projector: reads the log, files every event re-sorted by subject, derives what accounts come to, and answers at any
//! instant. The log is the only truth; everything here can be made again from it.
//!
//! In reading order: `projection` (the store and the log), `filing` (a batch into rows), `derive` (dirty accounts into
//! credits), `fold` (an account from its rows), `view` (the ledger as known at an instant), `rebuild` (a new store beside the
//! old one), `compare` (one with the other), `outbox` (what others have not been told yet). Where several processes share the
//! log: `scope` (what one answers for), `carried` (what others need of it), `elsewhere` (what others say). The rows stand in
//! `key`, one file each.

mod carried;
mod closed;
mod compare;
mod correction;
mod credit;
mod derive;
mod digest;
mod dirty;
mod disbursed;
mod elsewhere;
mod error;
mod filing;
mod fold;
mod history;
mod identity;
mod key;
mod last_learned;
mod meta;
mod moved;
mod numbering;
mod observed;

mod outbox;
mod prepared;
mod present;
mod projection;
mod quarantine;
mod reading;
mod rebuild;
mod redrive;
mod row;
mod scope;
mod suspense;
mod usage;
mod usage_sums;
mod view;
mod waiting;

pub use carried::Outgoing;
pub use closed::ClosedPeriod;
pub use compare::{Comparison, Difference, How};
pub use correction::Correction;
pub use credit::Detail;
pub use elsewhere::{CreditLearned, Kind};
pub use error::{ProjectorError, Result};
pub use fold::{FoldedAccount, StandingUsage};
pub use history::Filed;
pub use meta::Counts;
pub use outbox::{Change, Changed, Told};
pub use projection::{Progress, Projection};
pub use quarantine::Quarantined;
pub use rebuild::{Fresh, fresh, in_use, open, rebuild};
pub use scope::Scope;
pub use suspense::{Suspended, Why};
pub use usage::{UsageRow, UsageTerm};
pub use view::{CorrectionLearned, Due, Learned, Lent, UsageLearned, View, latest};
pub use waiting::WaitingUsage;
