//! `tributary ask`: a list of questions in, the list of answers out.

use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use crate::ask::{Answer, answers};
use crate::context::{Context, print};
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = r#"Examples:
  tributary ask questions.json
  echo '[{"ask": "statement", "partner": "p-msp", "period": "2024-09"}]' | tributary ask
  echo '[{"ask": "suspense", "knownAt": "2024-10-05T00:00:00Z"}]' | tributary ask

Questions and their parameters:
  statement    partner, period, knownAt
  attribution  account, asOf, knownAt
  credits      partner, period, knownAt
  renewals     account, knownAt
  suspense     knownAt
A question without an answer has {"error": …} in its place."#;

/// Answer a JSON array of questions with the array of answers
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The questions; standard input if none or `-`
    file: Option<PathBuf>,
}

/// Answers in the order of the questions.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let questions = read(arguments.file.as_ref().filter(|file| file.as_os_str() != "-"))?;
    let ledger = context.ledger()?;
    let answers = answers(&ledger, &questions);
    print(&format!("{}\n", serde_json::to_string_pretty(&answers)?))?;
    Ok(Exit::refused_if(answers.iter().any(|answer| matches!(answer, Answer::Error { .. }))))
}

fn read(file: Option<&PathBuf>) -> Result<Vec<Value>, CliError> {
    let (name, text) = match file {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|source| CliError::Input { path: path.clone(), source })?;
            (path.display().to_string(), text)
        }
        None => {
            let (name, mut text) = ("standard input".to_owned(), String::new());
            let read = std::io::stdin().lock().read_to_string(&mut text);
            read.map_err(|source| CliError::Read { name: name.clone(), source })?;
            (name, text)
        }
    };
    let expected = "a JSON array of questions";
    serde_json::from_str(&text).map_err(|error| CliError::Document { name, expected, reason: error.to_string() })
}
