//! What `verify` found: the document, and how people read it.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use tributary_finance::PeriodProof;
use tributary_log::LogId;
use tributary_log_embedded::Verified;

use crate::grid::{Grid, figure, text};

/// Everything that was checked, and what is wrong.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    data: String,
    /// Whether nothing was computed again.
    quick: bool,
    ok: bool,
    seconds: f64,
    pub(super) log: Option<LogReport>,
    pub(super) projection: Option<ProjectionReport>,
    pub(super) periods: Vec<PeriodProof>,
    pub(super) findings: Vec<Finding>,
    /// What is odd and harmless.
    pub(super) notes: Vec<String>,
}

/// What the log holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogReport {
    id: String,
    events: u64,
    bytes: u64,
    /// Recorded before what stands before them: by a trusted import.
    backdated: u64,
    /// By partition.
    digests: Vec<Option<String>>,
}

/// What the projection holds.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProjectionReport {
    pub(super) rows: u64,
    /// How many were compared with what the log gives.
    pub(super) compared: u64,
    /// The state digest that the log gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<String>,
}

/// Something that is wrong.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    part: Part,
    what: String,
}

/// Where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Part {
    Log,
    Projection,
    Period,
}

impl Part {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Projection => "projection",
            Self::Period => "period",
        }
    }
}

impl LogReport {
    pub(super) fn new(id: LogId, verified: &Verified) -> Self {
        let digest = |digest: &Option<blake3::Hash>| digest.map(|digest| digest.to_hex().to_string());
        Self {
            id: id.to_string(),
            events: verified.records,
            bytes: verified.bytes,
            backdated: verified.backdated,
            digests: verified.digests.iter().map(digest).collect(),
        }
    }
}

impl Report {
    pub(super) fn new(data: &Path, quick: bool) -> Self {
        Self {
            data: data.display().to_string(),
            quick,
            ok: false,
            seconds: 0.0,
            log: None,
            projection: None,
            periods: Vec::new(),
            findings: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Something is wrong. What two checks find alike is said once.
    pub(super) fn find(&mut self, part: Part, what: String) {
        if !self.findings.iter().any(|found| found.part == part && found.what == what) {
            self.findings.push(Finding { part, what });
        }
    }

    pub(super) fn finish(&mut self, elapsed: Duration) {
        self.ok = self.findings.is_empty();
        self.seconds = (elapsed.as_secs_f64() * 1000.0).round() / 1000.0;
    }

    pub(super) fn readable(&self) -> String {
        let mut checked = Grid::new([text("checked"), figure("count"), text("digest"), text("result")]);
        let result = |part: Part| match self.findings.iter().filter(|found| found.part == part).count() {
            0 => "ok".to_owned(),
            wrong => format!("{wrong} wrong"),
        };
        if let Some(log) = &self.log {
            let digests: Vec<String> = log.digests.iter().map(|digest| digest.clone().unwrap_or_default()).collect();
            // The digests of many partitions are for machines.
            let digest = if digests.len() == 1 { digests.concat() } else { String::new() };
            checked.row(["events of the log", &log.events.to_string(), &digest, &result(Part::Log)]);
        } else {
            checked.row(["events of the log", "", "", &result(Part::Log)]);
        }
        if let Some(projection) = &self.projection {
            let digest = projection.digest.clone().unwrap_or_default();
            let what = if self.quick { "rows of the projection, read" } else { "rows of the projection, compared" };
            let count = if self.quick { projection.rows } else { projection.compared };
            checked.row([what, &count.to_string(), &digest, &result(Part::Projection)]);
        } else {
            checked.row(["rows of the projection", "", "", "not reached"]);
        }
        for period in &self.periods {
            let name = format!(
                "statements of {}{}",
                period.period,
                if period.attested.is_empty() { "" } else { ", attested" }
            );
            let wrong = if period.wrong.is_empty() { "ok".to_owned() } else { format!("{} wrong", period.wrong.len()) };
            checked.row([&name, &period.statements.to_string(), period.digest.as_deref().unwrap_or_default(), &wrong]);
        }
        let mut page = checked.render();
        for finding in &self.findings {
            page.push_str(&format!("\nwrong in the {}: {}", finding.part.as_str(), finding.what));
        }
        for note in &self.notes {
            page.push_str(&format!("\nnote: {note}"));
        }
        if let Some(backdated) = self.log.as_ref().map(|log| log.backdated).filter(|backdated| *backdated > 0) {
            page.push_str(&format!("\nnote: {backdated} events were recorded out of order, by trusted imports"));
        }
        if !page.ends_with('\n') {
            page.push('\n');
        }
        page + if self.ok { "\neverything agrees\n" } else { "\nnot everything agrees\n" }
    }
}
