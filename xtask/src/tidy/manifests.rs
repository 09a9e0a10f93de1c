//! What the manifests must hold: shared lints, dependencies that point downwards, and a fence around each heavy one.

use super::tree::{File, Tree, Violation};

/// A crate depends only on crates of a lower level. A new crate gets its level here.
const LEVELS: &[(&str, u8)] = &[
    ("domain", 0),
    ("broker", 0),
    ("log", 0),
    ("store", 0),
    ("events", 1),
    ("log-embedded", 1),
    ("origins", 1),
    ("parquet", 1),
    ("intake", 2),
    ("log-kafka", 2),
    ("projector", 2),
    ("registry", 2),
    ("finance", 3),
    ("audit", 3),
    ("renewals", 3),
    ("connectors", 3),
    ("feed", 4),
    ("reports", 4),
    ("api", 4),
    ("console", 4),
    ("cluster", 5),
    ("cli", 6),
    ("sim", 6),
];

/// Heavy dependencies, and the crates that alone may use them.
const FENCES: &[(&str, &[&str])] = &[
    ("rocksdb", &["store"]),
    ("librocksdb-sys", &["store"]),
    ("prost", &["events"]),
    ("prost-build", &["events"]),
    ("parquet", &["parquet"]),
    ("rdkafka", &["log-kafka"]),
    ("axum", &["api", "console"]),
    ("tonic", &["api", "console"]),
    ("rust_xlsxwriter", &["reports"]),
    ("ureq", &["registry"]),
];

/// Every package takes the lints of the workspace.
pub(super) fn lints_are_shared(tree: &Tree) -> Vec<Violation> {
    let shares = |file: &File| {
        let mut after = file.text.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
        after.next() == Some("workspace = true")
    };
    let packages = tree.files.iter().filter(|file| is_manifest(file) && file.text.contains("[package]"));
    let alone = packages.filter(|file| !shares(file));
    alone.map(|file| Violation::new("lints", &file.path, 1, "add `[lints]` with `workspace = true`")).collect()
}

/// Normal dependencies among our crates go from higher levels to lower ones.
pub(super) fn layers_point_downwards(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, folder) in crates(tree) {
        let Some(own) = level(folder) else {
            let what = format!("`{folder}` has no level, give it one in xtask/src/tidy/manifests.rs");
            violations.push(Violation::new("layers", &file.path, 1, what));
            continue;
        };
        for dependency in dependencies(&file.text).iter().filter(|dependency| dependency.normal) {
            let Some(other) = dependency.name.strip_prefix("tributary-") else { continue };
            if level(other).is_none_or(|other| other >= own) {
                let theirs = level(other).map_or("no level".to_owned(), |level| format!("level {level}"));
                let what =
                    format!("`{folder}` (level {own}) may not depend on `{other}` ({theirs}), only on lower levels");
                violations.push(Violation::new("layers", &file.path, dependency.line, what));
            }
        }
    }
    violations
}

/// A heavy dependency appears in the manifest of its own crates only, whatever the kind of dependency.
pub(super) fn heavy_dependencies_are_fenced(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.files.iter().filter(|file| is_manifest(file) && file.path != "Cargo.toml") {
        let folder = crate_folder(file).unwrap_or_default();
        for dependency in dependencies(&file.text) {
            let Some((name, users)) = FENCES.iter().find(|(name, _)| *name == dependency.name) else { continue };
            if !users.contains(&folder) {
                let what = format!("only {} may use `{name}`", users.join(" and "));
                violations.push(Violation::new("fence", &file.path, dependency.line, what));
            }
        }
    }
    violations
}

fn level(folder: &str) -> Option<u8> {
    LEVELS.iter().find(|(name, _)| *name == folder).map(|(_, level)| *level)
}

fn is_manifest(file: &File) -> bool {
    file.path == "Cargo.toml" || file.path.ends_with("/Cargo.toml")
}

fn crate_folder(file: &File) -> Option<&str> {
    file.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")
}

fn crates(tree: &Tree) -> impl Iterator<Item = (&File, &str)> {
    tree.files.iter().filter_map(|file| crate_folder(file).map(|folder| (file, folder)))
}

struct Dependency<'a> {
    name: &'a str,
    line: usize,
    /// Neither for tests nor for the build script.
    normal: bool,
}

/// The dependencies of a manifest by the names of their packages.
fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut found: Vec<Dependency<'_>> = Vec::new();
    let mut section = "";
    for (number, line) in (1..).zip(manifest.lines().map(str::trim)) {
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = header;
        }
        let (table, inner) = match section.rsplit_once("dependencies") {
            Some((before, inner)) => (before, inner.trim_start_matches('.')),
            None => continue,
        };
        let normal = !table.ends_with("dev-") && !table.ends_with("build-");
        let is_header = line.starts_with('[');
        match (is_header, inner) {
            // `[dependencies.name]`, whose own lines say more about it.
            (true, name) if !name.is_empty() => found.push(Dependency { name, line: number, normal }),
            (false, "") if !line.starts_with('#') && line.contains('=') => {
                let name = line.split(['.', '=', ' ']).next().unwrap_or(line);
                found.push(Dependency { name, line: number, normal });
            }
            _ => {}
        }
        if let (false, Some(package), Some(last)) = (is_header, renamed(line), found.last_mut()) {
            last.name = package;
        }
    }
    found
}

/// The package behind a dependency that goes by another name.
fn renamed(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("package = \"")?;
    (before.is_empty() || before.ends_with(['{', ' ', ','])).then(|| after.split('"').next())?
}

#[cfg(test)]
mod tests {
    use super::super::tree::testing::check;
    use super::*;

    #[test]
    fn a_package_with_lints_of_its_own_is_found() {
        check(
            lints_are_shared,
            &[
                ("Cargo.toml", "[workspace]\n"),
                ("crates/log/Cargo.toml", "[package]\n[lints]\nworkspace = true\n"),
                ("xtask/Cargo.toml", "[package]\n[lints.rust]\nunused = \"allow\"\n"),
            ],
            &["xtask/Cargo.toml:1: add `[lints]` with `workspace = true` (lints)"],
        );
    }

    #[test]
    fn a_dependency_upwards_or_sideways_is_found() {
        check(
            layers_point_downwards,
            &[
                (
                    "crates/finance/Cargo.toml",
                    "[dependencies]\ntributary-domain.workspace = true\ntributary-audit = {}\n",
                ),
                ("crates/domain/Cargo.toml", "[dev-dependencies]\ntributary-sim = {}\n[dependencies.tributary-log]\n"),
                ("crates/extra/Cargo.toml", "[dependencies]\n"),
                ("crates/cli/Cargo.toml", "[target.'cfg(unix)'.dependencies]\nx = { package = \"tributary-sim\" }\n"),
            ],
            &[
                "crates/cli/Cargo.toml:2: `cli` (level 6) may not depend on `sim` (level 6), only on lower levels (layers)",
                "crates/domain/Cargo.toml:3: `domain` (level 0) may not depend on `log` (level 0), only on lower levels (layers)",
                "crates/extra/Cargo.toml:1: `extra` has no level, give it one in xtask/src/tidy/manifests.rs (layers)",
                "crates/finance/Cargo.toml:3: `finance` (level 3) may not depend on `audit` (level 3), only on lower levels (layers)",
            ],
        );
    }

    #[test]
    fn a_heavy_dependency_outside_its_fence_is_found() {
        check(
            heavy_dependencies_are_fenced,
            &[
                ("Cargo.toml", "[workspace.dependencies]\nrocksdb = \"1\"\n"),
                ("crates/store/Cargo.toml", "[dependencies]\nrocksdb.workspace = true\n"),
                ("crates/audit/Cargo.toml", "[dependencies]\n# rocksdb = \"1\"\n[dev-dependencies]\nrocksdb = \"1\"\n"),
                ("crates/api/Cargo.toml", "[dependencies]\naxum = \"1\"\ntonic = \"1\"\nprost = \"1\"\n"),
            ],
            &[
                "crates/api/Cargo.toml:4: only events may use `prost` (fence)",
                "crates/audit/Cargo.toml:4: only store may use `rocksdb` (fence)",
            ],
        );
    }
}
