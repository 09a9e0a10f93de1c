//! A source: a format that files come in. Each has a folder with its code or its mapping, its fixtures and a page in
//! `docs/connectors/`; what they share is here and in the modules beside it.

use std::collections::BTreeSet;
use std::io::Read;

use tributary_domain::currency::Currency;
use tributary_domain::time::Day;

use crate::mapping::{self, Mapping, MappingError};
use crate::row::Row;
use crate::{
    Refusal, aws_marketplace, aws_partner_central, cloudevents, ecb, focus, google, hubspot, microsoft, salesforce,
};

/// The rows of a file, one after another; memory is bounded by the longest of them.
pub type Rows<'a> = Box<dyn Iterator<Item = Row> + 'a>;

/// What reads files of a format, on whatever thread.
pub trait Source: Sync {
    /// The rows of a file. `name` stands for it in refusals; a file whose header is another's is refused here.
    fn rows<'a>(&'a self, reader: Box<dyn Read + 'a>, name: &str) -> Result<Rows<'a>, Refusal>;
}

/// What somebody says beside the files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The text of a mapping.
    pub mapping: Option<String>,
    /// The first day that counts, of rates.
    pub since: Option<Day>,
    /// The currencies that count, of rates; empty: all.
    pub currencies: BTreeSet<Currency>,
}

/// A format that the program knows.
#[derive(Debug)]
pub struct Format {
    /// What it is asked for by.
    pub name: &'static str,
    /// What it is, for people.
    pub about: &'static str,
    /// Whether a mapping is given beside the files.
    pub mapping: Given,
    /// The JSON Schema of its mappings.
    pub schema: Option<&'static str>,
    open: fn(&Settings) -> Result<Box<dyn Source>, MappingError>,
}

/// Whether something is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// It has to be.
    Needed,
    /// It may be, and is laid over what the program has.
    Optional,
    /// It cannot be.
    Never,
}

/// Every format, by name.
pub const FORMATS: &[Format] = &[
    Format {
        name: "aws-marketplace",
        about: "AWS Marketplace: Seller Delivery Data Feeds as CSV, agreements of the API as JSON",
        mapping: Given::Optional,
        schema: Some(mapping::SCHEMA),
        open: |settings| overlaid(aws_marketplace::MAPPING, settings),
    },
    Format {
        name: "aws-partner-central",
        about: "AWS Partner Central: opportunities, invitations and events as JSON, and the ACE exchange",
        mapping: Given::Optional,
        schema: Some(mapping::SCHEMA),
        open: |settings| overlaid(aws_partner_central::MAPPING, settings),
    },
    Format {
        name: "cloudevents",
        about: "Usage as CloudEvents in JSON, such as OpenMeter takes",
        mapping: Given::Needed,
        schema: Some(mapping::SCHEMA),
        open: |settings| overlaid(cloudevents::MAPPING, settings),
    },
    Format {
        name: "csv",
        about: "Tables, as separated values or Parquet, by a mapping that says which rows are which events",
        mapping: Given::Needed,
        schema: Some(mapping::SCHEMA),
        open: |settings| declared(settings, mapping::Form::Csv),
    },
    Format {
        name: "ecb",
        about: "The euro reference rates of the European Central Bank as CSV",
        mapping: Given::Never,
        schema: None,
        open: |settings| {
            let Settings { since, currencies, .. } = settings.clone();
            Ok(Box::new(ecb::Options { since, currencies }))
        },
    },
    Format {
        name: "focus",
        about: "Cost and usage of a cloud bill, FOCUS 1.0 to 1.4 as CSV or Parquet",
        mapping: Given::Needed,
        schema: Some(focus::SCHEMA),
        open: |settings| Ok(Box::new(focus::Mapping::from_yaml(settings.mapping.as_deref().unwrap_or_default())?)),
    },
    Format {
        name: "google",
        about: "Google Cloud Marketplace: entitlements and notifications as JSON, disbursements as CSV",
        mapping: Given::Optional,
        schema: Some(mapping::SCHEMA),
        open: |settings| overlaid(google::MAPPING, settings),
    },
    Format {
        name: "hubspot",
        about: "HubSpot: deals of the CRM API, and webhooks",
        mapping: Given::Optional,
        schema: Some(mapping::SCHEMA),
        open: |settings| overlaid(hubspot::MAPPING, settings),
    },
    Format {
        name: "json",
        about: "JSON on lines, in a list or in an object around one, by a mapping",
        mapping: Given::Needed,
        schema: Some(mapping::SCHEMA),
        open: |settings| declared(settings, mapping::Form::Json),
    },
    Format {
        name: "microsoft",
        about: "Microsoft: referrals and webhooks as JSON; payouts, orders and usage as CSV",
        mapping: Given::Optional,
        schema: Some(mapping::SCHEMA),
        open: |settings| overlaid(microsoft::MAPPING, settings),
    },
    Format {
        name: "salesforce",
        about: "Salesforce: opportunities, roles, leads and accounts as CSV or tree JSON, and change events",
        mapping: Given::Optional,
        schema: Some(mapping::SCHEMA),
        open: |settings| overlaid(salesforce::MAPPING, settings),
    },
];

impl Format {
    /// The format of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Makes what reads it.
    pub fn open(&self, settings: &Settings) -> Result<Box<dyn Source>, MappingError> {
        (self.open)(settings)
    }
}

/// A mapping that somebody declares whole.
fn declared(settings: &Settings, form: mapping::Form) -> Result<Box<dyn Source>, MappingError> {
    Ok(Box::new(Mapping::from_yaml(settings.mapping.as_deref().unwrap_or_default())?.of_form(form)))
}

/// The program's own mapping, with what somebody gives laid over it.
fn overlaid(own: &str, settings: &Settings) -> Result<Box<dyn Source>, MappingError> {
    Ok(Box::new(Mapping::overlaid(own, settings.mapping.as_deref())?))
}

impl Source for Mapping {
    fn rows<'a>(&'a self, reader: Box<dyn Read + 'a>, name: &str) -> Result<Rows<'a>, Refusal> {
        self.read(reader, name)
    }
}
