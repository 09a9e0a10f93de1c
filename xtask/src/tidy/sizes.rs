//! Files stay small. Those that are not are listed with their size, which may only go down.

use super::tree::{Tree, Violation};

const LINES_MAX: usize = 650;
const LIST: &str = "xtask/tidy-sizes.txt";

/// No Rust file has more lines than the limit, or than the list allows it.
pub(super) fn files_stay_small(tree: &Tree) -> Vec<Violation> {
    let listed = listed(tree.file(LIST).unwrap_or_default());
    let mut violations = Vec::new();
    for file in tree.rust_files() {
        let lines = file.text.lines().count();
        let allowed = listed.iter().find(|entry| entry.path == file.path).map_or(LINES_MAX, |entry| entry.lines);
        if lines > allowed {
            let what = format!("{lines} lines, more than {allowed}, split it by decision");
            violations.push(Violation::new("size", &file.path, allowed + 1, what));
        }
    }
    for entry in listed {
        let lines = tree.file(entry.path).map_or(0, |text| text.lines().count());
        if lines <= LINES_MAX {
            let what = format!("`{}` keeps to {LINES_MAX} lines, take it off the list", entry.path);
            violations.push(Violation::new("size", LIST, entry.line, what));
        } else if lines < entry.lines {
            let what = format!("`{}` is down to {lines} lines, write that", entry.path);
            violations.push(Violation::new("size", LIST, entry.line, what));
        }
    }
    violations
}

struct Entry<'a> {
    path: &'a str,
    lines: usize,
    /// Where it stands in the list.
    line: usize,
}

/// `path lines` on each line; one that cannot be read allows nothing.
fn listed(list: &str) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    for (line, text) in (1..).zip(list.lines()).filter(|(_, text)| !text.starts_with('#')) {
        if let Some((path, lines)) = text.split_once(' ') {
            entries.push(Entry { path, lines: lines.trim().parse().unwrap_or(0), line });
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::super::tree::testing::check;
    use super::*;

    #[test]
    fn the_list_only_shrinks() {
        let lines = |count| "x\n".repeat(count);
        check(
            files_stay_small,
            &[
                ("small.rs", &lines(650)),
                ("large.rs", &lines(651)),
                ("known.rs", &lines(700)),
                ("grown.rs", &lines(701)),
                ("shrunk.rs", &lines(699)),
                (LIST, "# path lines\nknown.rs 700\ngrown.rs 700\nshrunk.rs 700\nsmall.rs 700\n"),
            ],
            &[
                "grown.rs:701: 701 lines, more than 700, split it by decision (size)",
                "large.rs:651: 651 lines, more than 650, split it by decision (size)",
                "xtask/tidy-sizes.txt:4: `shrunk.rs` is down to 699 lines, write that (size)",
                "xtask/tidy-sizes.txt:5: `small.rs` keeps to 650 lines, take it off the list (size)",
            ],
        );
    }
}
