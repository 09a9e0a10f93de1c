//! Statements as documents to hand out: one, or a file for each partner with an index beside them.

use std::path::Path;

use clap::ValueEnum;
use tributary_domain::id::PartnerId;
use tributary_domain::time::Period;
use tributary_projector::View;
use tributary_reports::statement::{self, Handout, file_name};

use crate::context::{Context, deliver, say};
use crate::error::CliError;

/// How a statement is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Markdown
    Md,
    /// A row for each figure
    Csv,
    /// A workbook
    Xlsx,
    /// A page, ready to print
    Html,
}

impl From<Format> for statement::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Md => Self::Markdown,
            Format::Csv => Self::Csv,
            Format::Xlsx => Self::Xlsx,
            Format::Html => Self::Html,
        }
    }
}

/// Writes the statement of one partner.
pub(super) fn one(
    context: &Context,
    view: &View<'_>,
    (partner, period): (&PartnerId, Period),
    format: Format,
    output: Option<&Path>,
) -> Result<(), CliError> {
    if format == Format::Xlsx && output.is_none() {
        return Err(CliError::Usage("a workbook is a file: name it with --output".to_owned()));
    }
    let handout = Handout::of(view, partner, period)?;
    context.deliver(output, &handout.write(format.into())?)
}

/// Writes a file for each partner who has something to be told, and the index.
pub(super) fn all(
    context: &Context,
    view: &View<'_>,
    period: Period,
    format: Format,
    output: Option<&Path>,
) -> Result<(), CliError> {
    let Some(folder) = output else {
        return Err(CliError::Usage("many statements are many files: name their folder with --output".to_owned()));
    };
    std::fs::create_dir_all(folder).map_err(|source| CliError::Output { path: folder.to_owned(), source })?;
    let format = statement::Format::from(format);
    let mut handouts = Vec::new();
    for partner in view.partners()? {
        let handout = Handout::of(view, &partner, period)?;
        if handout.says_nothing() {
            continue;
        }
        let name = file_name(partner.as_str(), &period.to_string(), format);
        deliver(Some(&folder.join(name)), &handout.write(format)?)?;
        handouts.push(handout);
    }
    let (name, bytes) = statement::index(&handouts, format);
    deliver(Some(&folder.join(&name)), &bytes)?;
    if !context.quiet {
        say(&format_args!("wrote {} statements and `{name}` to `{}`", handouts.len(), folder.display()));
    }
    Ok(())
}
