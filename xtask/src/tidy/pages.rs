//! Pages drift. Whatever leads into the tree must exist, and the page that maps the code names every crate.

use super::tree::{Tree, Violation};

/// The page that maps the code.
pub(super) const ARCHITECTURE: &str = "docs/ARCHITECTURE.md";

/// What the pages name exists: those in `docs/`, and those that stand at the root.
pub(super) fn pages_name_what_exists(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for page in tree.files.iter().filter(|file| is_page(&file.path)) {
        for (number, line) in (1..).zip(page.text.lines()) {
            for path in paths(tree, line).into_iter().filter(|path| !tree.exists(path)) {
                let what = format!("`{path}` does not exist, name what does");
                violations.push(Violation::new("page", &page.path, number, what));
            }
        }
    }
    violations
}

/// The page that maps the code names every crate, as `crates/<folder>`, `<folder>` or `tributary-<folder>`.
pub(super) fn every_crate_is_on_the_map(tree: &Tree) -> Vec<Violation> {
    let Some(page) = tree.file(ARCHITECTURE) else { return Vec::new() };
    let named = |folder: &str| page.split(|c: char| !is_part_of_path(c)).any(|word| names_crate(word, folder));
    let missing = tree.crate_folders().into_iter().filter(|folder| !named(folder));
    missing
        .map(|folder| Violation::new("page", ARCHITECTURE, 1, format!("say what `crates/{folder}` is for")))
        .collect()
}

fn is_page(path: &str) -> bool {
    path.ends_with(".md") && path.strip_prefix("docs/").unwrap_or(path).split('/').count() == 1
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
        let missing = |path: &str, line: usize, what: &str| {
            format!("{path}:{line}: `{what}` does not exist, name what does (page)")
        };
        let mut expected = Vec::new();
        for path in ["CONTRIBUTING.md", ARCHITECTURE, "docs/semantics.md"] {
            expected.extend(["crates/feed", "crates/log/src/lib.rs"].map(|what| missing(path, 2, what)));
        }
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let pages = ["CONTRIBUTING.md", ARCHITECTURE, "docs/semantics.md", "demo/data/SOURCES.md"];
        let files: Vec<(&str, &str)> = CRATES.into_iter().chain(pages.map(|path| (path, page))).collect();
        check(pages_name_what_exists, &files, &expected);
    }

    #[test]
    fn a_crate_that_is_on_no_map_is_found() {
        check(
            every_crate_is_on_the_map,
            &[CRATES[0], CRATES[1], (ARCHITECTURE, "`crates/log/`, and what is stored.")],
            &["docs/ARCHITECTURE.md:1: say what `crates/store` is for (page)"],
        );
    }

    #[test]
    fn a_true_page_passes_and_so_does_a_page_not_yet_written() {
        let pages = [CRATES[0], CRATES[1], (ARCHITECTURE, "`crates/log/`, `store`.")];
        for habit in [pages_name_what_exists, every_crate_is_on_the_map] {
            check(habit, &CRATES, &[]);
            check(habit, &pages, &[]);
        }
    }
}
