//! The kinds of files: one or two for each source, written as the systems write them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::written;
use crate::Result;

/// How a file is written, and so what its floor reads it with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Separated values: the `csv` crate.
    Csv,
    /// A value of JSON on each line: `serde_json`.
    Lines,
}

/// A kind of file.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name: the first word of its figures.
    pub name: &'static str,
    /// What it is, in words.
    pub what: &'static str,
    /// What `--from` is told.
    pub format: &'static str,
    /// How it is written.
    pub form: Form,
    /// The mapping beside it.
    pub mapping: Option<&'static str>,
    write: Writes,
}

const USAGE_MAPPING: &str = r#"source: urn:bench:usage
tables:
  - name: usage
    has: [id, account, at, product, amount, currency]
    key: "{id}"
    lastFileIsRight: true
    money: {amount: "{amount|amount}", currency: "{currency}"}
    rules:
      - kind: usage
        events:
          - type: usage.recorded
            subject: "crm-account/{account|id}"
            time: "{at|instant}"
            data: {product: "{product|id}", quantity: "{quantity|quantity}", unit: "{unit}", amount: "{amount|amount}", currency: "{currency}"}
"#;
const CLOUDEVENTS_MAPPING: &str =
    "source: urn:bench:meter\nnames: {prices: {api-calls: \"0.02\"}, currency: {all: USD}}\n";
const FOCUS_MAPPING: &str = "source: urn:bench:focus\ncost: BilledCost\naccounts: [{provider: AWS, namespace: aws-account, column: SubAccountId}]\n\
    product: {column: ServiceName}\nvendor: {column: ProviderName, names: {AWS: aws}}\n";
const HUBSPOT_MAPPING: &str = "source: urn:bench:hubspot\nnames: {currency: {EUR: EUR}}\n";
const SALESFORCE_MAPPING: &str = "source: urn:bench:salesforce\n";

/// Every kind, by source.
pub const KINDS: &[Kind] = &[
    kind(Form::Csv, "marketplace_billing", "AWS Marketplace: billing feed", "aws-marketplace", None, written::billing),
    kind(
        Form::Csv,
        "marketplace_usage",
        "AWS Marketplace: usage feed",
        "aws-marketplace",
        None,
        written::marketplace_usage,
    ),
    kind(
        Form::Lines,
        "partner_central",
        "AWS Partner Central: opportunities",
        "aws-partner-central",
        None,
        written::opportunities,
    ),
    kind(
        Form::Lines,
        "cloudevents",
        "CloudEvents: usage",
        "cloudevents",
        Some(CLOUDEVENTS_MAPPING),
        written::cloudevents,
    ),
    kind(Form::Csv, "csv", "a table with a declared mapping: usage", "csv", Some(USAGE_MAPPING), written::table),
    kind(Form::Lines, "json", "the same as JSON", "json", Some(USAGE_MAPPING), written::json),
    kind(Form::Csv, "ecb", "ECB: rates, a cell a row", "ecb", None, written::rates),
    kind(Form::Csv, "focus", "FOCUS 1.0: cost and usage", "focus", Some(FOCUS_MAPPING), written::focus),
    kind(Form::Lines, "google", "Google Cloud Marketplace: entitlements", "google", None, written::entitlements),
    kind(Form::Lines, "hubspot", "HubSpot: deals", "hubspot", Some(HUBSPOT_MAPPING), written::hubspot),
    kind(Form::Csv, "microsoft", "Microsoft: payout transactions", "microsoft", None, written::payouts),
    kind(
        Form::Csv,
        "salesforce",
        "Salesforce: opportunities",
        "salesforce",
        Some(SALESFORCE_MAPPING),
        written::salesforce,
    ),
];

type Writes = fn(&mut dyn Write, u64) -> std::io::Result<()>;

const fn kind(
    form: Form,
    name: &'static str,
    what: &'static str,
    format: &'static str,
    mapping: Option<&'static str>,
    write: Writes,
) -> Kind {
    Kind { name, what, format, form, mapping, write }
}

impl Kind {
    /// The kind of a name.
    pub fn named(name: &str) -> Result<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| format!("no kind of file `{name}`").into())
    }

    /// Writes so many rows into a folder; gives the file, and the mapping's if it has one.
    pub fn write(&self, folder: &Path, rows: u64) -> Result<(PathBuf, Option<PathBuf>)> {
        let file = folder.join(match self.form {
            Form::Csv => format!("{}.csv", self.name),
            Form::Lines => format!("{}.ndjson", self.name),
        });
        let mut writer = BufWriter::with_capacity(1 << 20, File::create(&file)?);
        (self.write)(&mut writer, rows)?;
        writer.flush()?;
        let mapping = self.mapping.map(|text| {
            let path = folder.join(format!("{}.yaml", self.name));
            std::fs::write(&path, text).map(|()| path)
        });
        Ok((file, mapping.transpose()?))
    }
}
