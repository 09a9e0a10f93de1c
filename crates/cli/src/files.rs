//! Files that people write, named on the command line: read whole, `-` for standard input.

use std::io::{self, Read};
use std::path::PathBuf;

use crate::error::CliError;

/// The name and the text of each file.
pub(crate) fn texts(paths: &[PathBuf]) -> Result<Vec<(String, String)>, CliError> {
    paths.iter().map(|path| Ok((path.display().to_string(), text(path)?))).collect()
}

fn text(path: &PathBuf) -> Result<String, CliError> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        let read = io::stdin().read_to_string(&mut text);
        return read.map(|_| text).map_err(|source| CliError::Read { name: "-".to_owned(), source });
    }
    std::fs::read_to_string(path).map_err(|source| CliError::Input { path: path.clone(), source })
}
