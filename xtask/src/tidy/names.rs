//! A module is named for what it holds. Names that could hold anything soon do.

use super::tree::{Tree, Violation};

const CATCH_ALL: &[&str] = &["util", "utils", "common", "helper", "helpers", "types", "manager"];

/// No file, and no folder of a module, has a name that says nothing.
pub(super) fn no_catch_all_modules(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.rust_files() {
        let modules = file.path.trim_end_matches(".rs").split('/');
        if let Some(name) = modules.into_iter().find(|module| CATCH_ALL.contains(module)) {
            let what = format!("`{name}` could hold anything, name it for what it holds");
            violations.push(Violation::new("name", &file.path, 1, what));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tree::testing::check;
    use super::*;

    #[test]
    fn a_module_that_could_hold_anything_is_found() {
        check(
            no_catch_all_modules,
            &[
                ("crates/log/src/utils.rs", ""),
                ("crates/cli/tests/common/mod.rs", ""),
                ("crates/log/src/uncommon.rs", ""),
            ],
            &[
                "crates/cli/tests/common/mod.rs:1: `common` could hold anything, name it for what it holds (name)",
                "crates/log/src/utils.rs:1: `utils` could hold anything, name it for what it holds (name)",
            ],
        );
    }
}
