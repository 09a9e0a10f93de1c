//! Rows that say that something changed, and not how: what has to be read again, and when it changed.

use std::sync::Arc;

use tributary_domain::time::Instant;

use super::document::ChangedOf;
use super::event::Wrong;
use super::filter::Names;
use super::record::Record;
use super::template::{Fault, Setting, Template};
use crate::row::{Changed, Said};

/// What rows say has changed.
#[derive(Debug, Clone)]
pub(super) struct ChangedRule {
    each: Option<String>,
    what: Vec<Template>,
    at: Template,
}

impl ChangedRule {
    pub(super) fn read(of: &ChangedOf, names: &Names) -> Result<Self, Wrong> {
        let template = |at: &str, text: &str| Template::read(text, names).map_err(|why| (format!("changed.{at}"), why));
        let what = of.what.parts().iter().map(|text| template("what", text)).collect::<Result<_, _>>()?;
        Ok(Self { each: of.each.clone(), what, at: template("at", &of.at)? })
    }

    /// What a row that is left out says; of nothing that can be named, only that it is left out.
    pub(super) fn said(&self, reason: &Arc<str>, record: &Record<'_>, setting: &Setting) -> Result<Said, Fault> {
        let mut things = Vec::new();
        let mut name = |record: &Record<'_>| -> Result<(), Fault> {
            for what in &self.what {
                things.extend(what.text(record, setting)?);
            }
            Ok(())
        };
        match &self.each {
            None => name(record)?,
            Some(list) => {
                for item in record.items(list) {
                    name(&Record { item: Some(item), ..*record })?;
                }
            }
        }
        let at = self.at.text(record, setting)?.and_then(|at| at.parse::<Instant>().ok());
        Ok(match at.filter(|_| !things.is_empty()) {
            Some(at) => Said::Changed(Box::new(Changed { reason: Arc::clone(reason), things, at })),
            None => Said::LeftOut(Arc::clone(reason)),
        })
    }

    /// Its templates.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        self.what.iter().chain([&self.at])
    }
}
