//! `tributary status`: what the data directory holds and how far the projection is.

use clap::Args;
use serde::Serialize;
use tributary_finance::close_pending;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};
use crate::ledger::Ledger;
use crate::meter::Meter;

const EXAMPLES: &str = "Examples:
  tributary status
  tributary status --digest
  tributary --data ./copy status --json";

/// Show what the data directory holds and how far the projection is
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Also the digest over what was recorded and what is derived: equal wherever the same events were recorded
    #[arg(long)]
    digest: bool,
}

/// What there is. Lag and accounts to derive are as found; the rest is after catching up.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct State {
    data: String,
    log: String,
    events: u64,
    usage_events: u64,
    quarantined: u64,
    invalid_closes: usize,
    last_recorded: Option<String>,
    currency: String,
    time_zone: String,
    closed: Vec<ClosedRow>,
    partitions: Vec<Partition>,
    accounts_to_derive: usize,
    /// On this machine's disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    log_bytes: Option<u64>,
    projection_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_digest: Option<String>,
}

/// A closed period.
#[derive(Debug, Serialize)]
struct ClosedRow {
    period: String,
    cutoff: String,
    digest: String,
}

/// A partition of the log, and how far behind the projection was found.
#[derive(Debug, Serialize)]
struct Partition {
    partition: u32,
    /// Its topic and the partition there, on Kafka.
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    end: u64,
    lag: u64,
}

/// Looks first, then catches up.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    context.check_data()?;
    let ledger = Ledger::open_as_it_is(&context.place, &context.data)?;
    let mut partitions = Vec::new();
    for partition in 0..ledger.log.partitions() {
        let (end, lag) = ledger.lag_of(partition)?;
        partitions.push(Partition { partition, topic: ledger.log.topic(partition), end, lag });
    }
    let accounts_to_derive = ledger.projection.dirty_accounts();
    let meter = Meter::phases(context.quiet);
    ledger.catch_up(|progress| meter.projecting(progress))?;
    meter.finish();
    let digest = arguments.digest.then(|| ledger.projection.digest()).transpose()?;
    let state =
        state(context, &ledger, partitions, accounts_to_derive, digest.map(|digest| digest.to_hex().to_string()))?;
    context.answer(&state, readable)?;
    Ok(Exit::Ok)
}

fn state(
    context: &Context,
    ledger: &Ledger,
    partitions: Vec<Partition>,
    accounts_to_derive: usize,
    state_digest: Option<String>,
) -> Result<State, CliError> {
    let counts = ledger.projection.counts();
    let projection_bytes = ledger.projection.size_on_disk_bytes()?;
    close_pending(&ledger.projection, |_, _, _| {})?;
    let view = ledger.projection.view(None)?;
    let closed = view.closed().iter().map(|closed| ClosedRow {
        period: closed.period.to_string(),
        cutoff: closed.cutoff.to_string(),
        digest: blake3::Hash::from_bytes(closed.digest).to_hex().to_string(),
    });
    Ok(State {
        data: context.data.display().to_string(),
        log: ledger.log.id().to_string(),
        events: counts.events,
        usage_events: counts.usage,
        quarantined: counts.quarantined,
        invalid_closes: view.invalid_closes().len(),
        last_recorded: view.last_recorded().map(|last| last.to_string()),
        currency: view.reference().book.currency.to_string(),
        time_zone: view.reference().book.zone.to_string(),
        closed: closed.collect(),
        partitions,
        accounts_to_derive,
        log_bytes: ledger.log.size_on_disk_bytes()?,
        projection_bytes,
        state_digest,
    })
}

fn readable(state: &State) -> String {
    let book = format!("{}, {}", state.currency, state.time_zone);
    let set_aside = format!("{} records, {} closes", state.quarantined, state.invalid_closes);
    let projection = format!("projection {}", bytes(state.projection_bytes));
    let on_disk = state.log_bytes.map_or(projection.clone(), |log| format!("log {}, {projection}", bytes(log)));
    let mut rows = vec![
        ("data directory", state.data.clone()),
        ("log", state.log.clone()),
        ("book", book),
        ("events", format!("{}, of them {} usage", state.events, state.usage_events)),
        ("set aside", set_aside),
        ("last recorded", state.last_recorded.clone().unwrap_or_else(|| "nothing yet".to_owned())),
        ("accounts to derive", state.accounts_to_derive.to_string()),
        ("on disk", on_disk),
    ];
    rows.extend(state.state_digest.clone().map(|digest| ("digest of the state", digest)));
    let mut page: String = rows.iter().map(|(name, value)| format!("{name:<20}{value}\n")).collect();

    let names_topics = state.partitions.iter().any(|of| of.topic.is_some());
    let name = if names_topics { text("partition") } else { figure("partition") };
    let mut partitions = Grid::new([name, figure("end"), figure("lag when opened")]);
    for of in &state.partitions {
        let name = of.topic.clone().unwrap_or_else(|| of.partition.to_string());
        partitions.row([&name, &of.end.to_string(), &of.lag.to_string()]);
    }
    page.push_str(&format!("\n{}", partitions.render()));
    if state.closed.is_empty() {
        page.push_str("\nno period is closed\n");
        return page;
    }
    let mut closed = Grid::new(["closed", "cutoff", "digest of statements"].map(text));
    for of in &state.closed {
        closed.row([&of.period, &of.cutoff, &of.digest]);
    }
    page + &format!("\n{}", closed.render())
}

fn bytes(count: u64) -> String {
    indicatif::BinaryBytes(count).to_string()
}
