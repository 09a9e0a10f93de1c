//! The page: prose by hand, and between two marks what is made from the results. A rerun replaces what stands between the
//! marks and nothing else.

use std::fs;
use std::path::Path;

use super::{peers, plot, sources, tables};
use crate::Result;
use crate::results::Results;

const PAGE: &str = "performance.md";
const RESULTS: &str = "performance";
/// Of files of other systems.
const SOURCES: &str = "performance/sources";
const PLOT: &str = "images/growth.svg";

/// Makes the pages of every run and the marked parts of the page that sums them up, in a folder of documents.
pub fn write_all(documents: &Path) -> Result<()> {
    let all = Results::read_all(&documents.join(RESULTS))?;
    for results in &all {
        let path = documents.join(RESULTS).join(format!("{}.md", results.events));
        fs::write(path, tables::of_one(results))?;
    }
    let of_sources = Results::read_all(&documents.join(SOURCES))?;
    let path = documents.join(PAGE);
    let mut page = fs::read_to_string(&path)?;
    let parts = [
        ("targets", tables::targets(&all)),
        ("runs", tables::runs(&all)),
        ("growth", tables::growth(&all)),
        ("peers", peers::table(&all)),
        ("sources", sources::tables(&of_sources)),
    ];
    for (name, text) in parts {
        page = replace(&page, name, &text)?;
    }
    fs::write(path, page)?;
    if let Some(drawn) = plot::growth(&all) {
        fs::write(documents.join(PLOT), drawn)?;
    }
    Ok(())
}

/// Replaces what stands between `<!-- measured: name -->` and `<!-- end -->`.
fn replace(page: &str, name: &str, text: &str) -> Result<String> {
    let begin = format!("<!-- measured: {name} -->\n");
    let missing =
        || format!("`{PAGE}` has no part `{name}`, write `{}` and `<!-- end -->` where it goes", begin.trim());
    let (before, rest) = page.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once("<!-- end -->").ok_or_else(missing)?;
    Ok(format!("{before}{begin}{text}<!-- end -->{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::testing::results;

    const EMPTY: &str = "By hand.\n<!-- measured: targets -->\nold\n<!-- end -->\nBetween.\n\
        <!-- measured: runs -->\n<!-- end -->\n<!-- measured: growth -->\n<!-- end -->\n\
        <!-- measured: peers -->\n<!-- end -->\n<!-- measured: sources -->\n<!-- end -->\nAfter.\n";

    #[test]
    fn a_rerun_replaces_figures_and_never_prose() {
        let folder = tempfile::tempdir().expect("a folder");
        let documents = folder.path();
        for made in [RESULTS, SOURCES, "images"] {
            fs::create_dir(documents.join(made)).expect("made");
        }
        fs::write(documents.join(PAGE), EMPTY).expect("written");
        let figures = [("import.events", 900e3), ("import.taken_s", 2.0)];
        results(1_000_000, &figures).write(&documents.join("performance/1000000.json")).expect("written");
        let figures = [("focus.rows", 1e6), ("focus.map_s", 2.0), ("focus.map_cpu_s", 2.0), ("focus.floor_cpu_s", 1.0)];
        results(1_000_000, &figures).write(&documents.join("performance/sources/1000000.json")).expect("written");
        write_all(documents).expect("made");
        let page = fs::read_to_string(documents.join(PAGE)).expect("a page");
        assert!(page.starts_with("By hand.\n") && page.ends_with("\nAfter.\n") && page.contains("\nBetween.\n"));
        assert!(page.contains("450 k/s") && page.contains("| 500 k/s | 2.0× |") && !page.contains("old"), "{page}");
        write_all(documents).expect("made again");
        assert_eq!(fs::read_to_string(documents.join(PAGE)).expect("a page"), page);
    }

    #[test]
    fn a_page_without_its_marks_is_refused_and_says_what_to_write() {
        let said = replace("prose", "targets", "text").expect_err("no marks").to_string();
        assert_eq!(
            said,
            "`performance.md` has no part `targets`, write `<!-- measured: targets -->` and `<!-- end -->` where it goes"
        );
    }
}
