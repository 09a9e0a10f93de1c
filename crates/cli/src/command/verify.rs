//! `tributary verify`: everything computed again and compared, and whatever is wrong named.
//!
//! The log is opened to be read only, so that what is found stays as it is. The projection in use is brought up to the log
//! like before any question. What can be said of a log on Kafka is in `kafka`.

mod kafka;
mod report;

use std::path::Path;
use std::time::Instant;

use clap::Args;
use tributary_finance::{Seals, close_pending, prove};
use tributary_log::{Log, in_words};
use tributary_log_embedded::EmbeddedLog;
use tributary_projector::{Fresh, Projection, fresh, in_use};
use tributary_store::{DirectoryLock, StoreError, Tuning, inspect, lock};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::ledger::projection_folder;
use crate::meter::Meter;
use report::{LogReport, Part, ProjectionReport, Report};

const EXAMPLES: &str = "Examples:
  tributary verify
  tributary verify --quick
  tributary --data ./copy verify --json";

/// Check the log, the projection and the closed periods, and name what is wrong
///
/// The whole check builds a second projection from the log beside the one in use and compares them row by row; that needs as
/// much free disk as the projection takes, and is removed afterwards.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Read the log, the projection and the kept statements without computing anything again
    #[arg(long)]
    quick: bool,
}

/// Goes on after what it finds, as far as what is found allows.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    context.check_data()?;
    let started = Instant::now();
    let mut report = Report::new(&context.data, arguments.quick);
    if context.is_on_kafka() {
        let held = context.log()?;
        if kafka::verify_log(context, &held.log, &mut report)? {
            verify_projection(context, arguments.quick, &*held.log, &Seals::default(), &mut report)?;
        }
    } else {
        let log_folder = context.data.join("log");
        let _held = hold(&log_folder, context)?;
        if let Some((log, seals)) = verify_log(context, &log_folder, &mut report) {
            verify_projection(context, arguments.quick, &log, &seals, &mut report)?;
        }
    }
    report.finish(started.elapsed());
    context.answer(&report, Report::readable)?;
    Ok(Exit::refused_if(!report.findings.is_empty()))
}

/// Nobody may write the log meanwhile.
fn hold(folder: &Path, context: &Context) -> Result<Option<DirectoryLock>, CliError> {
    match lock(folder) {
        Ok(held) => Ok(Some(held)),
        Err(StoreError::Locked { .. }) => Err(CliError::InUse { path: context.data.clone() }),
        Err(_) if !folder.is_dir() => Err(CliError::NoData { path: context.data.clone() }),
        // A directory that cannot be written may still be read.
        Err(_) => Ok(None),
    }
}

fn verify_log(context: &Context, folder: &Path, report: &mut Report) -> Option<(EmbeddedLog, Seals)> {
    let log = match EmbeddedLog::open_read_only(folder, &Tuning::log()) {
        Ok(log) => log,
        Err(error) => {
            report.find(Part::Log, in_words(&error));
            // What the engine does not say: which file, and where.
            let damages = inspect(folder).unwrap_or_default();
            damages.iter().for_each(|damage| report.find(Part::Log, damage.to_string()));
            return None;
        }
    };
    let events = log.end(0).unwrap_or_default();
    let meter = Meter::events(context.quiet, "reading the log", events);
    let (mut seals, mut read) = (Seals::default(), 0_u64);
    let verified = log.verify(|record| {
        seals.see(record);
        read += 1;
        if read.is_multiple_of(4096) {
            meter.at(read);
        }
    });
    meter.finish();
    verified.findings.iter().for_each(|finding| report.find(Part::Log, finding.clone()));
    report.notes.extend(verified.notes.clone());
    let whole = verified.digests.iter().all(Option::is_some);
    report.log = Some(LogReport::new(log.id(), &verified));
    whole.then_some((log, seals))
}

fn verify_projection(
    context: &Context,
    quick: bool,
    log: &dyn Log,
    seals: &Seals,
    report: &mut Report,
) -> Result<(), CliError> {
    let folder = projection_folder(&context.data);
    let used = match open_used(context, &folder, log, report) {
        Ok(used) => used,
        Err(error) => {
            report.find(Part::Projection, in_words(&error));
            return Ok(());
        }
    };
    if let Err(error) = prove_projection(context, quick, log, &folder, &used, seals, report) {
        report.find(Part::Projection, in_words(&error));
    }
    Ok(())
}

/// The projection in use, brought up to the log, its own files checked first.
fn open_used(context: &Context, folder: &Path, log: &dyn Log, report: &mut Report) -> Result<Projection, CliError> {
    match in_use(folder)? {
        Some(store) => {
            let damages = inspect(&store).map_err(tributary_projector::ProjectorError::from)?;
            damages.iter().for_each(|damage| report.find(Part::Projection, damage.to_string()));
        }
        None => report.notes.push("there was no projection: one is made from the log".to_owned()),
    }
    let used = tributary_projector::open(folder, log, &Tuning::projection())?;
    let meter = Meter::phases(context.quiet);
    used.catch_up(log, |progress| meter.projecting(progress))?;
    meter.finish();
    close_pending(&used, |_, _, _| {})?;
    Ok(used)
}

fn prove_projection(
    context: &Context,
    quick: bool,
    log: &dyn Log,
    folder: &Path,
    used: &Projection,
    seals: &Seals,
    report: &mut Report,
) -> Result<(), CliError> {
    let meter = Meter::rows(context.quiet, "reading the projection");
    let (rows, unreadable) = used.verify_rows(|rows| meter.at(rows));
    meter.finish();
    unreadable.iter().for_each(|finding| report.find(Part::Projection, finding.clone()));
    report.projection = Some(ProjectionReport { rows, ..ProjectionReport::default() });
    let fresh = if quick { None } else { Some(compute(context, log, folder)?) };
    let fresh = fresh.as_ref().and_then(Fresh::projection);
    if let Some(fresh) = fresh {
        compare(context, used, fresh, report)?;
    }
    let view = used.view(None)?;
    let fresh_view = fresh.map(|fresh| fresh.view(None)).transpose()?;
    seals.broken(&view).into_iter().for_each(|finding| report.find(Part::Log, finding));
    report.periods = prove(&view, fresh_view.as_ref())?;
    for proof in report.periods.clone() {
        proof.wrong.iter().for_each(|wrong| report.find(Part::Period, format!("{}: {wrong}", proof.period)));
    }
    Ok(())
}

/// Everything computed anew, the statements of closed periods too.
fn compute(context: &Context, log: &dyn Log, folder: &Path) -> Result<Fresh, CliError> {
    let meter = Meter::phases(context.quiet);
    let fresh = fresh(folder, log, &Tuning::projection(), |progress| meter.projecting(progress))?;
    meter.finish();
    if let Some(projection) = fresh.projection() {
        let meter = Meter::events(context.quiet, "closing again", 0);
        close_pending(projection, |_, done, all| meter.partners(done, all))?;
        meter.finish();
    }
    Ok(fresh)
}

fn compare(context: &Context, used: &Projection, fresh: &Projection, report: &mut Report) -> Result<(), CliError> {
    let meter = Meter::rows(context.quiet, "comparing rows");
    let compared = used.compare(fresh, |rows| meter.at(rows))?;
    meter.finish();
    compared.first.iter().for_each(|difference| report.find(Part::Projection, difference.to_string()));
    let more = compared.differing - compared.first.len() as u64;
    if more > 0 {
        report.find(Part::Projection, format!("{more} more rows are not what the log gives"));
    }
    compared.unreadable.iter().for_each(|finding| report.find(Part::Projection, finding.clone()));
    let digest = fresh.digest()?.to_hex().to_string();
    if let Some(projection) = &mut report.projection {
        projection.compared = compared.rows;
        projection.digest = Some(digest);
    }
    Ok(())
}
