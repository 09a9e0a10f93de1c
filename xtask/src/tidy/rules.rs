//! The contract and its tests: every rule listed in `xtask/rules.txt` is cited by a test, in its name (`a3_splits_equally`,
//! `refuses_f5_overflow`) or in a comment inside it (`// A3`).

use std::collections::BTreeSet;

use super::tree::{File, Tree, Violation};

const LIST: &str = "xtask/rules.txt";

/// Each listed rule is cited by a test of the ledger; the tests of this tool make citations up.
pub(super) fn every_rule_is_cited_by_a_test(tree: &Tree) -> Vec<Violation> {
    let of_the_ledger = tree.rust_files().filter(|file| !file.path.starts_with("xtask/"));
    let cited: BTreeSet<String> = of_the_ledger.flat_map(citations).collect();
    let mut violations = Vec::new();
    for (number, line) in (1..).zip(tree.file(LIST).unwrap_or_default().lines()) {
        for rule in line.split('#').next().unwrap_or_default().split_whitespace().filter(|rule| !cited.contains(*rule))
        {
            let name = rule.to_ascii_lowercase();
            let what = format!("no test cites rule {rule}, name one `{name}_..` or write `// {rule}` inside it");
            violations.push(Violation::new("rules", LIST, number, what));
        }
    }
    violations
}

/// The words that could be ids of rules, in the tests of a file. In a file of tests every comment counts.
fn citations(file: &File) -> BTreeSet<String> {
    let mut cited = BTreeSet::new();
    let file_of_tests =
        file.path.contains("/tests/") || file.path.starts_with("tests/") || file.path.ends_with("/tests.rs");
    let mut inside = Inside::Nothing;
    for line in file.text.lines() {
        match &inside {
            Inside::Nothing if line.trim() == "#[test]" || line.trim().starts_with("#[tokio::test") => {
                inside = Inside::Head
            }
            Inside::Head => {
                if let Some(name) = function_name(line) {
                    cited.extend(name.split('_').map(str::to_ascii_uppercase));
                    let indent = &line[..line.len() - line.trim_start().len()];
                    inside = if line.ends_with('}') { Inside::Nothing } else { Inside::Body(format!("{indent}}}")) };
                }
            }
            Inside::Body(end) if line == end => inside = Inside::Nothing,
            _ => {}
        }
        let in_test = file_of_tests || !matches!(inside, Inside::Nothing);
        if let Some((_, comment)) = line.split_once("//").filter(|_| in_test) {
            cited.extend(comment.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned));
        }
    }
    cited
}

/// Where the reader is, relative to a test function.
enum Inside {
    Nothing,
    /// Between `#[test]` and `fn`.
    Head,
    /// Up to this line: rustfmt aligns the closing brace with the function.
    Body(String),
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    (before.trim().is_empty() || before.ends_with(' ')).then(|| after.split(['(', '<']).next())?
}

#[cfg(test)]
mod tests {
    use super::super::tree::testing::check;
    use super::*;

    #[track_caller]
    fn check_cited(path: &str, text: &str, rules: &str, missing: &[&str]) {
        let expected: Vec<String> = missing
            .iter()
            .map(|rule| {
                let name = rule.to_ascii_lowercase();
                format!(
                    "{LIST}:1: no test cites rule {rule}, name one `{name}_..` or write `// {rule}` inside it (rules)"
                )
            })
            .collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(every_rule_is_cited_by_a_test, &[(path, text), (LIST, rules)], &expected);
    }

    #[test]
    fn names_and_comments_of_tests_cite() {
        let text = "#[test]\nfn a3_splits() {\n}\n    #[test]\n    fn refuses_f5_overflow() {\n        // M2, M3: the base\n    }\n";
        check_cited("crates/domain/src/x.rs", text, "A3 F5 M2 M3 T1\n", &["T1"]);
    }

    #[test]
    fn code_that_implements_a_rule_does_not_cite_it() {
        let text = "// A4\nfn a3_rule() {}\n#[test]\nfn other() {\n}\n// A5\n";
        check_cited("crates/domain/src/x.rs", text, "A3 A4 A5\n", &["A3", "A4", "A5"]);
        check_cited("crates/domain/tests/x.rs", text, "A3 A4 A5\n", &["A3"]);
        check_cited("xtask/tests/x.rs", text, "A4\n", &["A4"]);
    }
}
