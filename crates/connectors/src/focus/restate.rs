//! The correction by which a newer file says what is true of a row that the ledger already has.

use tributary_domain::event::{Body, Draft, UsageCorrected};
use tributary_domain::id::{EventId, Identity};

/// How many hex digits of the file's hash go into the correction's id.
const FILE_DIGITS: usize = 16;

/// The `usage.corrected` that restates a row's usage as this file has it: its amount and quantity, in force from the
/// usage's own time, in the same history. `file_hash` is the hex of the BLAKE3 of the whole file.
///
/// Its id is `<row id>:<first 16 digits of the hash>`: importing one file again says nothing new. A draft that is not
/// `usage.recorded` is given back as it is, there being nothing to restate.
pub fn restate(row: &Draft, file_hash: &str) -> Draft {
    let Body::UsageRecorded(usage) = &row.body else {
        return row.clone();
    };
    let digits: String = file_hash.chars().take(FILE_DIGITS).collect();
    Draft {
        time: row.time,
        recorded: row.recorded,
        identity: Identity {
            source: row.identity.source.clone(),
            id: EventId::new(&format!("{}:{digits}", row.identity.id)),
        },
        subject: row.subject.clone(),
        body: Body::UsageCorrected(UsageCorrected {
            corrects: row.identity.clone(),
            amount: usage.money.amount,
            quantity: usage.quantity,
        }),
    }
}
