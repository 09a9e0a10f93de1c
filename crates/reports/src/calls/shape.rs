//! Bodies held to models: JSON Schemas, those of AWS made from botocore's service models, that of Microsoft from its pages.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Value, json};

use super::problem::{MISSING, Problem};

/// Of botocore's model of the Selling API.
pub(super) const SELLING: &str = include_str!("models/selling.json");
/// Of botocore's model of the Revenue Measurement API.
pub(super) const REVENUE_MEASUREMENT: &str = include_str!("models/revenue_measurement.json");
/// What AWS demands beyond its model.
pub(super) const DEMANDED: &str = include_str!("models/demanded.json");
/// The referral of Partner Center.
pub(super) const REFERRAL: &str = include_str!("models/referral.json");

/// Words of an enumeration that a message lists, at most.
const WORDS_SHOWN_MAX: usize = 12;

/// A model that this program carries cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the model of `{operation}` cannot be used: {reason}")]
pub struct ShapeError {
    operation: &'static str,
    reason: String,
}

/// What the body of an operation must look like.
#[derive(Debug)]
pub(super) struct Shape(Vec<Validator>);

impl Shape {
    /// Of an operation, in each of the models.
    pub(super) fn of(operation: &'static str, models: &[&str]) -> Result<Self, ShapeError> {
        let failed = |reason: String| ShapeError { operation, reason };
        let validator = |model: &&str| {
            let mut model: Value = serde_json::from_str(model).map_err(|error| failed(error.to_string()))?;
            model["$ref"] = json!(format!("#/operations/{operation}"));
            jsonschema::validator_for(&model).map_err(|error| failed(error.to_string()))
        };
        models.iter().map(validator).collect::<Result<_, _>>().map(Self)
    }

    /// Everything that is wrong with a body.
    pub(super) fn problems(&self, body: &Value) -> Vec<Problem> {
        self.0.iter().flat_map(|validator| validator.iter_errors(body).map(|error| problem(&error))).collect()
    }
}

fn problem(error: &ValidationError<'_>) -> Problem {
    let at = field(&error.instance_path.to_string());
    match &error.kind {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let field = if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
            Problem::new(field, "is needed and nobody says it", MISSING)
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            Problem::new(at, format!("has no field `{}`", unexpected.join("`, `")), "unknown-field")
        }
        ValidationErrorKind::Enum { options } => Problem::new(at, words(options), "unknown-word"),
        ValidationErrorKind::MinLength { limit } => {
            Problem::new(at, format!("is shorter than {limit} characters"), "too-short")
        }
        ValidationErrorKind::MaxLength { limit } => {
            Problem::new(at, format!("is longer than {limit} characters"), "too-long")
        }
        ValidationErrorKind::MinItems { limit } => Problem::new(at, format!("has fewer than {limit} items"), "too-few"),
        ValidationErrorKind::MaxItems { limit } => Problem::new(at, format!("has more than {limit} items"), "too-many"),
        ValidationErrorKind::Pattern { pattern } => {
            Problem::new(at, format!("has not the form {pattern}"), "wrong-form")
        }
        _ => Problem::new(at, error.masked_with("it").to_string(), "wrong-value"),
    }
}

fn words(options: &Value) -> String {
    let words: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match words.len() {
        count if count > WORDS_SHOWN_MAX => format!("is none of the {count} words that are allowed"),
        _ => format!("is none of `{}`", words.join("`, `")),
    }
}

/// `/Project/ExpectedCustomerSpend/0/Amount` as `Project.ExpectedCustomerSpend[0].Amount`.
fn field(pointer: &str) -> String {
    let mut field = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        match part.parse::<usize>() {
            Ok(at) => field.push_str(&format!("[{at}]")),
            Err(_) if field.is_empty() => field = part,
            Err(_) => field.push_str(&format!(".{part}")),
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &Value) -> Vec<String> {
        let shape = Shape::of("CreateOpportunity", &[SELLING]).expect("a model");
        let said = |problem: Problem| format!("{}: {} ({})", problem.field, problem.reason, problem.code);
        shape.problems(body).into_iter().map(said).collect()
    }

    #[test]
    fn what_is_wrong_is_said_by_field_and_never_quoted() {
        let body = json!({
            "Catalog": "AWS", "NationalSecurity": "Perhaps", "Nickname": "x",
            "PartnerOpportunityIdentifier": "x".repeat(65),
            "Customer": {"Account": {"Duns": "secret"}, "Contacts": [{"Email": "secret"}]},
            "OpportunityTeam": vec![json!({}); 11],
        });
        let said = said(&body);
        assert!(!said.iter().any(|one| one.contains("secret")), "{said:?}");
        for expected in [
            ": has no field `Nickname` (unknown-field)",
            "Customer.Account.CompanyName: is needed and nobody says it (missing-field)",
            "Customer.Account.Duns: has not the form ^(?:[0-9]{9})$ (wrong-form)",
            "ClientToken: is needed and nobody says it (missing-field)",
            "NationalSecurity: is none of `Yes`, `No` (unknown-word)",
            "PartnerOpportunityIdentifier: is longer than 64 characters (too-long)",
            "OpportunityTeam: has more than 10 items (too-many)",
        ] {
            assert!(said.iter().any(|one| one == expected), "{expected}: {said:#?}");
        }
    }
}
