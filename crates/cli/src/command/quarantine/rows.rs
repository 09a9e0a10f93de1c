//! `tributary quarantine rows`: the rows of imported files that could not be used.

use clap::Args;
use serde::Serialize;
use tributary_origins::{ImportedFile, Origins, UnusableRow};

use crate::context::{Context, say};
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};
use crate::ledger::origins_folder;

const EXAMPLES: &str = "Examples:
  tributary quarantine rows
  tributary quarantine rows --json | jq -r '.[].rows[].row'
  tributary quarantine rows --forget 3fa8c1";

/// List the rows of imported files that could not be used
///
/// Nothing of them was recorded. Import the same file again with a mapping that takes them, and they are gone from here; or have
/// the file mended, import that, and forget the rows of the old one.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Forget the rows of the file whose hash begins so
    #[arg(long, value_name = "HASH")]
    forget: Option<String>,
}

/// The rows of a file.
#[derive(Debug, Serialize)]
struct FileRows {
    #[serde(flatten)]
    of: ImportedFile,
    rows: Vec<UnusableRow>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    // Whoever imports writes what is read here.
    let _held = context.log()?;
    let origins = Origins::at(origins_folder(&context.data));
    if let Some(hash) = &arguments.forget {
        return forget(&origins, hash);
    }
    let files: Vec<FileRows> = origins.unusable()?.into_iter().map(|(of, rows)| FileRows { of, rows }).collect();
    context.answer(&files, |files| readable(files))?;
    Ok(Exit::Ok)
}

fn forget(origins: &Origins, hash: &str) -> Result<Exit, CliError> {
    match origins.forget(hash)? {
        0 => Err(CliError::Unknown(format!("no row is kept of a file whose hash begins with `{hash}`"))),
        rows => {
            say(&format!("forgot {rows} rows"));
            Ok(Exit::Ok)
        }
    }
}

fn readable(files: &[FileRows]) -> String {
    if files.is_empty() {
        return "every row of every imported file was used or left out on purpose\n".to_owned();
    }
    let mut grid = Grid::new(["file", "hash", "kind", "reason"].map(text));
    for FileRows { of, rows } in files {
        for row in rows {
            let column = row.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
            let place = format!("{}:{}", of.file, row.line);
            let hash = of.hash.get(..6).unwrap_or(&of.hash);
            grid.row([&place, hash, &row.kind, &format!("{column}{} ({})", row.reason, row.code)]);
        }
    }
    grid.render()
}
