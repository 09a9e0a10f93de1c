//! Tables in Parquet, without what any format makes of them.

use tributary_parquet::{OpenError, Table};

use crate::events::hold_refusal;

/// How many rows are looked at.
const ROWS_MAX: usize = 20_000;

/// Every row has a cell for each column, and after what is broken nothing comes.
pub(crate) fn hold(bytes: &[u8]) {
    let mut table = match Table::open(bytes) {
        Ok(table) => table,
        Err(OpenError::Copy(error)) => panic!("bytes in memory are copied: {error}"),
        Err(OpenError::Broken(broken)) => return hold_refusal("parquet", &broken.to_string()),
    };
    let columns = table.columns().len();
    for _ in 0..ROWS_MAX {
        match table.next_row() {
            Some(Ok(row)) => assert_eq!(row.len(), columns),
            Some(Err(broken)) => {
                hold_refusal("parquet", &broken.to_string());
                assert!(table.next_row().is_none(), "something comes after what is broken");
                return;
            }
            None => return,
        }
    }
}
