//! RocksDB's archive: one `librocksdb.a` per version, features, target and flags, in the cache.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace::{Failure, Workspace, as_typed, create_dir, failed, output, succeeds};

const ARCHIVE: &str = "librocksdb.a";

/// The archive's folder name: whatever would make another archive is in it. None if nothing needs RocksDB.
pub(super) fn key(workspace: &Workspace) -> Result<Option<String>, Failure> {
    let Some(version) = locked_version(&workspace.read("Cargo.lock")?, "librocksdb-sys") else { return Ok(None) };
    let features = features(&workspace.read("Cargo.toml")?)
        .ok_or_else(|| failed("no features of `rocksdb` in Cargo.toml, write them as `features = [..]` on its line"))?;
    let about_rustc = output(Command::new("rustc").arg("-vV")).ok_or_else(|| failed("no `rustc`, install Rust"))?;
    let target = about_rustc
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or_else(|| failed("`rustc -vV` names no host, install Rust with rustup"))?;
    let mut flags = rustflags(&workspace.read(".cargo/config.toml")?);
    flags.push_str(&env::var("CXXFLAGS").unwrap_or_default());
    Ok(Some(format!("{version}-{features}-{target}-{:016x}", fnv1a(flags.as_bytes()))))
}

/// The folder with the archive, built first if it is missing. The caller holds the lock.
pub(super) fn ensure(workspace: &Workspace, place: &Path, key: &str) -> Result<PathBuf, Failure> {
    let folder = place.join(key);
    if folder.join(ARCHIVE).is_file() {
        return Ok(folder);
    }
    println!("building RocksDB, once for this machine: about 10 to 20 minutes on two cores");
    let build = place.join(format!("build-{key}"));
    build_archive(workspace, &build)?;
    let built = find_archive(&build)
        .ok_or_else(|| failed(format!("the build left no `{ARCHIVE}` in `{}`, remove that folder", build.display())))?;
    put(&built, &folder).map_err(|error| failed(format!("cannot fill `{}`: {error}", folder.display())))?;
    // What is left over only costs disk space.
    let _ = fs::remove_dir_all(&build);
    println!("RocksDB's archive is in `{}`", folder.display());
    Ok(folder)
}

/// Compiles librocksdb-sys alone, with the features the workspace gives it.
fn build_archive(workspace: &Workspace, build: &Path) -> Result<(), Failure> {
    create_dir(build)?;
    let arguments = ["build", "--release", "--package", "librocksdb-sys"];
    let mut command = workspace.cargo(&arguments);
    command
        .arg("--target-dir")
        .arg(build)
        // Compiles from source even where `.cargo/local.toml` names an archive.
        .env("ROCKSDB_COMPILE", "1")
        // Debug information would make the archive ten times as large.
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
    // The flags of `.cargo/config.toml` are in the key; those of the environment would replace them.
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(name);
    }
    match succeeds(&mut command)? {
        true => Ok(()),
        false => Err(failed(format!("`{}` failed, see above, mend it and run setup again", as_typed(&arguments)))),
    }
}

/// Copy, then rename: nobody sees half an archive.
fn put(built: &Path, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let unfinished = folder.join("librocksdb.a.unfinished");
    fs::copy(built, &unfinished)?;
    fs::rename(unfinished, folder.join(ARCHIVE))
}

fn find_archive(folder: &Path) -> Option<PathBuf> {
    let entries: Vec<PathBuf> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    entries.iter().find(|path| path.ends_with(ARCHIVE) && path.is_file()).cloned().or_else(|| {
        entries.iter().filter(|path| path.is_dir() && !path.is_symlink()).find_map(|path| find_archive(path))
    })
}

/// The version of a package in `Cargo.lock`.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

/// The features of `rocksdb` in the workspace's manifest that change the archive, joined by dashes.
fn features(manifest: &str) -> Option<String> {
    let line = manifest.lines().find(|line| line.starts_with("rocksdb = "))?;
    let (_, list) = line.split_once(" features = [")?;
    let (list, _) = list.split_once(']')?;
    let names = list.split(',').map(|name| name.trim().trim_matches('"'));
    Some(names.filter(|name| !name.starts_with("bindgen")).collect::<Vec<_>>().join("-"))
}

/// Every `rustflags = [..]` of a cargo configuration, with the section it stands in.
fn rustflags(config: &str) -> String {
    let mut found = String::new();
    let mut section = "";
    let mut inside = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') && !inside {
            section = line;
        }
        if line.starts_with("rustflags") {
            found.push_str(section);
            inside = true;
        }
        if inside {
            found.push_str(line);
            inside = !line.ends_with(']') && !line.ends_with('"');
        }
    }
    found
}

/// 64-bit FNV-1a: the same on every machine and in every version of Rust.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_comes_from_the_lock_file() {
        let lock = "[[package]]\nname = \"librocksdb-sys\"\nversion = \"0.19.0+11.8.1\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "librocksdb-sys").as_deref(), Some("0.19.0+11.8.1"));
        assert_eq!(locked_version(lock, "rocksdb"), None);
    }

    #[test]
    fn the_features_are_those_that_change_the_archive() {
        let manifest = "rocksdb = { version = \"=1\", features = [\"bindgen-runtime\", \"lz4\", \"zstd\"] }\n";
        assert_eq!(features(manifest).as_deref(), Some("lz4-zstd"));
        assert_eq!(features("rocksdb = \"1\"\n"), None);
    }

    #[test]
    fn flags_are_found_on_one_line_and_on_many() {
        let config =
            "[alias]\nx = \"y\"\n[target.t]\nrustflags = [\"-Ca\"]\n[build]\nrustflags = [\n  \"-Cb\",\n]\njobs = 2\n";
        assert_eq!(rustflags(config), "[target.t]rustflags = [\"-Ca\"][build]rustflags = [\"-Cb\",]");
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
