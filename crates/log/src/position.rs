//! Where a record stands: a partition of the log and an offset in it.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// A place in the log. Ordered by partition, then offset; the order means time only within a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Position {
    /// The partition, from 0.
    pub partition: u32,
    /// The offset in it: rising, not necessarily without gaps.
    pub offset: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.partition, self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_partition_colon_offset() {
        assert_eq!(Position { partition: 0, offset: 123 }.to_string(), "0:123");
    }
}
