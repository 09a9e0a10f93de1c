//! What no file of the tree may say: where somebody's machine keeps it, and that something will be done later.

use super::tree::{Tree, Violation};

/// Folders of machines, split so that this file does not name them itself.
const MACHINE_FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
const LATER: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// The tree works anywhere, so it names no folder of one machine.
pub(super) fn no_machine_paths(tree: &Tree) -> Vec<Violation> {
    let names_machine = |line: &str| {
        MACHINE_FOLDERS.iter().any(|folder| {
            line.match_indices(folder).any(|(at, _)| {
                let goes_on = line[at + folder.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.');
                goes_on && !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}*".contains(c))
            })
        })
    };
    find(tree, "paths", "names a folder of one machine, say it relative to the checkout", names_machine)
}

/// What is left to do is not kept in the sources.
pub(super) fn nothing_left_for_later(tree: &Tree) -> Vec<Violation> {
    let defers = |line: &str| {
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.any(|word| LATER.contains(&word))
    };
    find(tree, "later", "do it now or leave it out", defers)
}

fn find(tree: &Tree, habit: &'static str, what: &str, is_violation: impl Fn(&str) -> bool) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.files.iter().filter(|file| file.path != "Cargo.lock") {
        let lines = (1..).zip(file.text.lines()).filter(|(_, line)| is_violation(line));
        violations.extend(lines.map(|(number, _)| Violation::new(habit, &file.path, number, what)));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tree::testing::check;
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found() {
        let text = ["cd /wo", "rk/main\nhttps://host/wo", "rk/x, src/frame/wo", "rk/x\nHOME=/ho", "me/ann\n"];
        check(
            no_machine_paths,
            &[("page.md", &text.concat())],
            &[
                "page.md:1: names a folder of one machine, say it relative to the checkout (paths)",
                "page.md:3: names a folder of one machine, say it relative to the checkout (paths)",
            ],
        );
    }

    #[test]
    fn what_is_put_off_is_found() {
        let text = ["let x; // TO", "DO: y\nconst TO", "DOS: u8\n# FIX", "ME\n"];
        check(
            nothing_left_for_later,
            &[("a.rs", &text.concat())],
            &["a.rs:1: do it now or leave it out (later)", "a.rs:3: do it now or leave it out (later)"],
        );
    }
}
