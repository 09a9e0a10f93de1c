//! Every source opens with `//!`: what it is for and what may be touched.

use super::tree::{Tree, Violation};

/// The first line of a Rust file is its head.
pub(super) fn every_file_says_what_it_is_for(tree: &Tree) -> Vec<Violation> {
    let without_head = tree.rust_files().filter(|file| !file.text.starts_with("//!"));
    without_head
        .map(|file| Violation::new("head", &file.path, 1, "open with `//!` and say what the file is for"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::testing::check;
    use super::*;

    #[test]
    fn a_file_without_a_head_is_found() {
        check(
            every_file_says_what_it_is_for,
            &[("good.rs", "//! Good.\n"), ("bad.rs", "use std::fs;\n"), ("empty.rs", ""), ("page.md", "")],
            &[
                "bad.rs:1: open with `//!` and say what the file is for (head)",
                "empty.rs:1: open with `//!` and say what the file is for (head)",
            ],
        );
    }
}
