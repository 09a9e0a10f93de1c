//! `cargo xtask tidy`: the habits of the tree, checked. A habit is a function from the tree to what violates it.
//!
//! Where a habit makes the code worse, change the habit: each stands in a file of its own with a made-up violation as
//! its test.

mod heads;
mod manifests;
mod names;
mod pages;
mod rules;
mod sizes;
mod text;
mod tree;

use crate::workspace::{Failure, Workspace, failed};

pub(crate) use tree::tracked_files;
use tree::{Tree, Violation};

const HABITS: &[fn(&Tree) -> Vec<Violation>] = &[
    heads::every_file_says_what_it_is_for,
    manifests::lints_are_shared,
    manifests::layers_point_downwards,
    manifests::heavy_dependencies_are_fenced,
    names::no_catch_all_modules,
    sizes::files_stay_small,
    pages::pages_name_what_exists,
    pages::every_crate_is_on_the_map,
    rules::every_rule_is_cited_by_a_test,
    text::no_machine_paths,
    text::nothing_left_for_later,
];

/// Prints every violation as `path:line: what (habit)`, then their count.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let tree = Tree::read(workspace)?;
    let mut violations: Vec<Violation> = HABITS.iter().flat_map(|habit| habit(&tree)).collect();
    violations.sort();
    for violation in &violations {
        println!("{violation}");
    }
    if tree.file(pages::ARCHITECTURE).is_none() {
        println!("`{}` does not exist yet, what it says is not checked", pages::ARCHITECTURE);
    }
    match violations.len() {
        0 => {
            println!("tidy: {} files, no violations", tree.files.len());
            Ok(())
        }
        1 => Err(failed("1 violation, see above")),
        count => Err(failed(format!("{count} violations, see above"))),
    }
}
