//! Pages drift. The one that maps the code must name what exists, and every crate.

use super::tree::{Tree, Violation};

/// The page that maps the code.
pub(super) const ARCHITECTURE: &str = "docs/ARCHITECTURE.md";

/// What the page names exists; every crate is named as `crates/<folder>`, `<folder>` or `tributary-<folder>`.
pub(super) fn architecture_page_is_true(tree: &Tree) -> Vec<Violation> {
    let Some(page) = tree.file(ARCHITECTURE) else { return Vec::new() };
    let mut violations = Vec::new();
    for (number, line) in (1..).zip(page.lines()) {
        for path in paths(tree, line).into_iter().filter(|path| !tree.exists(path)) {
            violations.push(Violation::new(
                "page",
                ARCHITECTURE,
                number,
                format!("`{path}` does not exist, name what does"),
            ));
        }
    }
    for folder in tree.crate_folders() {
        if !page.split(|c: char| !is_part_of_path(c)).any(|word| names_crate(word, folder)) {
            violations.push(Violation::new("page", ARCHITECTURE, 1, format!("say what `crates/{folder}` is for")));
        }
    }
    violations
}

/// The words of a line that lead into the tree: they have a slash and begin with one of its topmost folders.
fn paths<'a>(tree: &Tree, line: &'a str) -> Vec<&'a str> {
    let words = line.split(|c: char| !is_part_of_path(c)).map(|word| word.trim_end_matches('.'));
    let leads_into_tree = |word: &&str| {
        word.split_once('/').is_some_and(|(folder, rest)| {
            !rest.is_empty() && (folder == "crates" || tree.exists(folder)) && !word.contains('*')
        })
    };
    words.filter(leads_into_tree).collect()
}

fn is_part_of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/-_.*".contains(c)
}

fn names_crate(word: &str, folder: &str) -> bool {
    let word = word.trim_end_matches(['.', '/']);
    let word = word.strip_prefix("crates/").or_else(|| word.strip_prefix("tributary-")).unwrap_or(word);
    word.split('/').next() == Some(folder)
}

#[cfg(test)]
mod tests {
    use super::super::tree::testing::check;
    use super::*;

    const CRATES: [(&str, &str); 2] = [("crates/log/Cargo.toml", ""), ("crates/store/Cargo.toml", "")];

    #[test]
    fn a_page_that_drifted_is_found() {
        let page = "# Map\nThe log is in `crates/log/src/lib.rs`, crates/feed and `crates/*`; see and/or docs.\n";
        check(
            architecture_page_is_true,
            &[CRATES[0], CRATES[1], (ARCHITECTURE, page)],
            &[
                "docs/ARCHITECTURE.md:1: say what `crates/store` is for (page)",
                "docs/ARCHITECTURE.md:2: `crates/feed` does not exist, name what does (page)",
                "docs/ARCHITECTURE.md:2: `crates/log/src/lib.rs` does not exist, name what does (page)",
            ],
        );
    }

    #[test]
    fn a_true_page_passes_and_so_does_a_page_not_yet_written() {
        check(architecture_page_is_true, &CRATES, &[]);
        check(architecture_page_is_true, &[CRATES[0], CRATES[1], (ARCHITECTURE, "`crates/log/`, `store`.")], &[]);
    }
}
