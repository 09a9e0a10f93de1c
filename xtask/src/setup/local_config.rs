//! `.cargo/local.toml`: names RocksDB's archive to cargo. Written only when its content changes, since a change makes
//! cargo build everything above RocksDB again.

use std::fs;
use std::path::Path;

use crate::workspace::{Failure, Workspace, failed};

const PATH: &str = ".cargo/local.toml";

/// Makes the file say that the archive lies in `folder`.
pub(super) fn ensure(workspace: &Workspace, folder: &Path) -> Result<(), Failure> {
    let wanted = content(folder)?;
    let path = workspace.root.join(PATH);
    if fs::read_to_string(&path).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    let unfinished = path.with_extension("toml.unfinished");
    fs::write(&unfinished, wanted)
        .and_then(|()| fs::rename(&unfinished, &path))
        .map_err(|error| failed(format!("cannot write `{PATH}`: {error}")))?;
    println!("wrote `{PATH}`, cargo now takes RocksDB from `{}`", folder.display());
    Ok(())
}

fn content(folder: &Path) -> Result<String, Failure> {
    match folder.to_str().filter(|text| !text.contains('\'')) {
        Some(text) => Ok(format!(
            "# Written by `cargo xtask setup` for this machine.\n[env]\nROCKSDB_LIB_DIR = '{text}'\nROCKSDB_STATIC = \"1\"\n"
        )),
        None => Err(failed(format!("`{}` cannot be written in TOML, set XDG_CACHE_HOME elsewhere", folder.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_names_the_folder_literally() {
        let text = content(Path::new("/cache/a\\b")).unwrap();
        assert!(text.contains("ROCKSDB_LIB_DIR = '/cache/a\\b'\n"), "{text}");
        assert!(content(Path::new("/it's")).is_err());
    }

    #[test]
    fn it_is_written_once() {
        let root = std::env::temp_dir().join(format!("tributary-xtask-{}", std::process::id()));
        fs::create_dir_all(root.join(".cargo")).unwrap();
        let workspace = Workspace { root: root.clone() };
        ensure(&workspace, Path::new("/cache/key")).unwrap();
        let written = fs::metadata(root.join(PATH)).unwrap().modified().unwrap();
        ensure(&workspace, Path::new("/cache/key")).unwrap();
        assert_eq!(fs::metadata(root.join(PATH)).unwrap().modified().unwrap(), written);
        fs::remove_dir_all(root).unwrap();
    }
}
