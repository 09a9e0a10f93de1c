//! What the C and C++ dependencies need of the machine: a compiler, make, libclang with its headers for bindgen, and for
//! librdkafka the headers of OpenSSL and zlib, which pkg-config finds.
//!
//! On a Debian-like system the missing packages are installed if we may; elsewhere one line says which they are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace::{Failure, failed, output, succeeds};

/// Major version of LLVM that CI has; any other that the system offers will do.
const FAVOURITE_LLVM: u32 = 14;

/// Installs what is missing, or says what to install.
pub(super) fn ensure() -> Result<(), Failure> {
    let without_clang = missing_tools();
    let clang_present = has_libclang();
    if without_clang.is_empty() && clang_present {
        return Ok(());
    }
    let Some(apt) = Apt::find() else {
        return Err(please_install(&without_clang, clang_present, FAVOURITE_LLVM));
    };
    apt.run(&["update"]);
    let llvm = if clang_present { FAVOURITE_LLVM } else { apt.llvm_on_offer().unwrap_or(FAVOURITE_LLVM) };
    let packages = packages(&without_clang, clang_present, llvm);
    println!("installing {}", packages.join(", "));
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(packages.iter().map(String::as_str));
    if !apt.run(&arguments) || !missing_tools().is_empty() || !has_libclang() {
        return Err(please_install(&without_clang, clang_present, llvm));
    }
    Ok(())
}

fn packages(tools: &[&str], clang_present: bool, llvm: u32) -> Vec<String> {
    let mut packages: Vec<String> = tools.iter().map(|tool| (*tool).to_owned()).collect();
    if !clang_present {
        packages.push(format!("libclang1-{llvm}"));
        packages.push(format!("libclang-common-{llvm}-dev"));
    }
    packages
}

fn please_install(tools: &[&str], clang_present: bool, llvm: u32) -> Failure {
    let packages = packages(tools, clang_present, llvm).join(" ");
    failed(format!("install what is missing: apt-get install -y --no-install-recommends {packages}"))
}

/// Debian's packages of the programs and libraries that are not there; those of the programs have their names.
fn missing_tools() -> Vec<&'static str> {
    let programs = ["gcc", "g++", "make", "pkg-config"].into_iter().filter(|tool| !is_program(tool));
    let libraries =
        [("openssl", "libssl-dev"), ("zlib", "zlib1g-dev")].into_iter().filter(|(name, _)| !is_library(name));
    programs.chain(libraries.map(|(_, package)| package)).collect()
}

fn is_library(name: &str) -> bool {
    output(Command::new("pkg-config").args(["--exists", name])).is_some()
}

pub(super) fn is_program(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

/// True if bindgen will find libclang, and libclang its own headers.
fn has_libclang() -> bool {
    if !cfg!(target_os = "linux") {
        // Elsewhere libclang comes with the system's compiler.
        return true;
    }
    let folders = library_folders();
    let has_library = folders.iter().any(|folder| names(folder).iter().any(|name| is_libclang(name)));
    let told_where = env::var_os("BINDGEN_EXTRA_CLANG_ARGS").is_some();
    has_library && (told_where || folders.iter().any(|folder| has_headers(folder)))
}

/// `libclang.so`, `libclang-14.so.1`; not `libclang-cpp.so.14`.
fn is_libclang(file_name: &str) -> bool {
    match file_name.strip_prefix("libclang").and_then(|rest| rest.split_once(".so")) {
        Some(("", _)) => true,
        Some((version, _)) => {
            version.strip_prefix('-').is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()))
        }
        None => false,
    }
}

fn has_headers(library_folder: &Path) -> bool {
    let clang = library_folder.join("clang");
    names(&clang).iter().any(|version| clang.join(version).join("include/stdbool.h").is_file())
}

fn library_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = env::var_os("LIBCLANG_PATH").into_iter().map(PathBuf::from).collect();
    for above in ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local", "/opt"] {
        let above = Path::new(above);
        folders.push(above.to_owned());
        let inside = names(above).into_iter().map(|name| above.join(name));
        folders.extend(inside.flat_map(|folder| [folder.join("lib"), folder.join("lib64"), folder]));
    }
    folders
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Installs a Debian package where it is missing, or says so.
pub(super) fn install(package: &str, is_there: impl Fn() -> bool) -> Result<(), Failure> {
    if is_there() {
        return Ok(());
    }
    let installed = Apt::find().is_some_and(|apt| {
        println!("installing {package}");
        apt.run(&["update"]);
        apt.run(&["install", "-y", "--no-install-recommends", package])
    });
    if installed { Ok(()) } else { Err(failed(format!("install what is missing: apt-get install -y {package}"))) }
}

/// apt-get with the rights to install.
struct Apt {
    sudo: bool,
}

impl Apt {
    fn find() -> Option<Self> {
        if !is_program("apt-get") {
            return None;
        }
        if output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0") {
            return Some(Self { sudo: false });
        }
        let passwordless = is_program("sudo") && output(Command::new("sudo").args(["-n", "true"])).is_some();
        passwordless.then_some(Self { sudo: true })
    }

    fn run(&self, arguments: &[&str]) -> bool {
        let mut command = if self.sudo { Command::new("sudo") } else { Command::new("env") };
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]).args(arguments).stdin(Stdio::null());
        succeeds(&mut command).unwrap_or(false)
    }

    /// The favourite if the system has it, else the newest.
    fn llvm_on_offer(&self) -> Option<u32> {
        output(Command::new("apt-cache").args(["search", "--names-only", "^libclang-common-[0-9]+-dev$"]))
            .and_then(|listing| choose_llvm(&listing))
    }
}

fn choose_llvm(listing: &str) -> Option<u32> {
    let version = |line: &str| line.strip_prefix("libclang-common-")?.split_once("-dev")?.0.parse().ok();
    let on_offer: Vec<u32> = listing.lines().filter_map(version).collect();
    on_offer.iter().copied().find(|version| *version == FAVOURITE_LLVM).or_else(|| on_offer.into_iter().max())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libclang_is_told_from_its_neighbours() {
        for name in ["libclang.so", "libclang.so.1", "libclang-14.so.1", "libclang-14.so.14.0.6"] {
            assert!(is_libclang(name), "{name}");
        }
        for name in ["libclang-cpp.so.14", "libclangBasic.a", "libclang_rt.so", "libclang"] {
            assert!(!is_libclang(name), "{name}");
        }
    }

    #[test]
    fn the_favourite_llvm_is_taken_else_the_newest() {
        let line = |version| format!("libclang-common-{version}-dev - Clang library\n");
        assert_eq!(choose_llvm(&(line(13) + &line(16) + &line(14))), Some(14));
        assert_eq!(choose_llvm(&(line(9) + &line(19) + &line(17))), Some(19));
        assert_eq!(choose_llvm(""), None);
    }

    #[test]
    fn only_what_is_missing_is_asked_for() {
        assert_eq!(packages(&["g++"], true, 14), ["g++"]);
        assert_eq!(packages(&[], false, 19), ["libclang1-19", "libclang-common-19-dev"]);
    }
}
