//! Every row, in the order in which pages show them, and how it is read off the figures.

use super::row::Bound::{AtLeast, AtMost, TimesFloor};
use super::row::{Row, row};
use super::unit::Unit::{Bytes, BytesEach, Count, Micros, PerSecond, Seconds};
use crate::figures::Figures;
use crate::phase::PHASES;

/// Rows that belong together.
pub struct Section {
    /// In words.
    pub heading: &'static str,
    /// What the floors of its rows are; empty if it has none.
    pub floor: &'static str,
    /// The rows.
    pub rows: Vec<Row>,
}

/// Later events of an account into which a late one comes.
pub const LADDER: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// Every row.
pub fn sections() -> Vec<Section> {
    let section = |heading, floor, rows| Section { heading, floor, rows };
    vec![
        section(
            "recording",
            "of events: encoding them into a plain file, synced as often; of a file: parsing its lines and dropping them; of a \
             live projection: recording alone",
            recording(),
        ),
        section("rebuilding", "reading the log and decoding every event, folding nothing, on one thread", rebuilding()),
        section("disk", "the same usage as a Parquet file", disk()),
        section(
            "closing",
            "of March: reading every partner's credits of it; of a late event: one into the account with the fewest later \
             ones",
            closing(),
        ),
        section("questions at the present", "the same question about somebody of whom nothing is known", present()),
        section(
            "questions about the past",
            "the same question at the present; of rows: reading usage of the log the short way",
            past(),
        ),
        section("starting", "opening both databases and nothing else; starting `true`", starting()),
        section("replaying", "of a what-if: closing March in time", replaying()),
        section("an aged store", "the same, when the store was new", aged()),
        section("memory at its peak", "", memory()),
    ]
}

fn get(name: &str) -> impl Fn(&Figures) -> f64 + 'static {
    let name = name.to_owned();
    move |figures| figures.get(&name)
}

fn per(what: &str, of: &str) -> impl Fn(&Figures) -> f64 + 'static {
    let (what, of) = (get(what), get(of));
    move |figures| what(figures) / of(figures)
}

fn recording() -> Vec<Row> {
    let row = |what: &str, events: &str, taken: &str| row(what, PerSecond, per(events, taken));
    vec![
        row("events through the intake into the embedded log", "record.events", "record.taken_s")
            .over(per("record.events", "record.plain_s")),
        row("events of a JSONL file imported", "import.events", "import.taken_s")
            .over(per("import.events", "import.parse_s"))
            .asked(AtLeast(400e3)),
        row("that file imported again", "import.events", "import.again_s"),
        row("events of a file of protobuf messages imported", "import.events", "import.batches_s").asked(AtLeast(1e6)),
        row("live projection behind a running import", "live.events", "live.projected_s")
            .over(per("record.events", "record.taken_s"))
            .asked(AtLeast(500e3)),
        row("that import", "live.events", "live.import_s"),
        super::row::row("from its end until nothing is unread", Seconds, get("live.lag_s")).asked(AtMost(1.0)),
    ]
}

fn rebuilding() -> Vec<Row> {
    let taken = |what: &str, name: &str| row(what, Seconds, get(name));
    vec![
        row("events in the log", Count, get("floor.events")),
        row("rebuild, usage events a second", PerSecond, per("floor.usage", "rebuild.taken_s"))
            .over(per("floor.usage", "floor.decode_s"))
            .asked(AtLeast(1e6)),
        taken("rebuild", "rebuild.taken_s").over(get("floor.decode_s")).asked(TimesFloor(2.0)).drawn("rebuild"),
        taken("rebuild, against reading usage the short way", "rebuild.taken_s")
            .over(get("floor.decode_short_s"))
            .growing(),
        taken("processor time of the rebuild, all threads", "rebuild.taken_cpu_s")
            .over(get("floor.decode_cpu_s"))
            .growing(),
        row("of the rebuild: deriving and flushing", Seconds, |f| f.get("rebuild.taken_s") - f.get("rebuild.filing_s")),
        taken("of the rebuild: filing", "rebuild.filing_s"),
        taken("read and decode: the floor", "floor.decode_s").drawn("floor of the rebuild"),
        taken("read blocks", "floor.read_s"),
        taken("read records", "floor.records_s"),
        taken("fresh store in steps: file", "project.file_s"),
        taken("derive", "project.derive_s"),
        taken("flush", "project.flush_s"),
        taken("compact", "project.compact_s"),
    ]
}

fn disk() -> Vec<Row> {
    let each = |what: &str, bytes: &str, of: &str| row(what, BytesEach, per(bytes, of));
    let parquet = || per("peers.parquet_bytes", "peers.rows");
    vec![
        each("an event of the log, before compression", "floor.frames_bytes", "floor.events"),
        each("an event of the log, right after recording", "record.log_after_bytes", "floor.events"),
        each("an event of the log, when it is opened again", "disk.log_opened_bytes", "disk.events"),
        each("an event of the log, compacted", "disk.log_compacted_bytes", "disk.events")
            .over(parquet())
            .asked(AtMost(60.0)),
        each("a usage event of the store, after a flush", "project.after_bytes", "floor.usage"),
        each("a usage event of the store, after a rebuild", "rebuild.store_bytes", "floor.usage")
            .over(parquet())
            .asked(AtMost(60.0)),
        each("a usage event of the store, compacted", "project.compacted_bytes", "floor.usage").growing(),
    ]
}

fn closing() -> Vec<Row> {
    let month =
        |what: &str, name: &'static str| row(what, Seconds, move |f| f.get(name) / (f.get("floor.usage") / 3.0) * 10e6);
    let mut rows = vec![
        row("January, two months after the fact", Seconds, get("close.2026-01_s")).growing(),
        row("February, a month after the fact", Seconds, get("close.2026-02_s")).growing(),
        row("March, in time, with adjustments of January", Seconds, get("last.2026-03_s"))
            .over(get("last.credits_s"))
            .growing()
            .drawn("close of March"),
        month("March, per 10 M usage events of it", "last.2026-03_s").asked(AtMost(1.0)),
        row("a late event of any account, filed and derived, p50", Micros, get("late.any.p50_us")),
        row("a late event of the largest account, p50", Micros, get("late.largest.p50_us"))
            .growing()
            .drawn("late event, largest account"),
    ];
    rows.extend(LADDER.iter().map(|later| {
        let what = format!("a late event before {} others, p50", super::unit::short(*later));
        let found = row(what, Micros, get(&format!("ladder.{later}.p50_us")))
            .over(get(&format!("ladder.{}.p50_us", LADDER[0])));
        if *later == LADDER[3] { found.asked(TimesFloor(2.0)) } else { found }
    }));
    rows
}

/// The middle, and the ninety-ninth hundredth with what the design asks of it.
fn asked(what: &str, name: &str, nothing: Option<&str>, bound: Option<f64>, line: Option<&'static str>) -> [Row; 2] {
    [("p50", None), ("p99", bound)].map(|(hundredth, bound)| {
        let mut found = row(format!("{what}, {hundredth}"), Micros, get(&format!("ask.{name}.{hundredth}_us")));
        if let Some(nothing) = nothing {
            found = found.over(get(&format!("ask.{nothing}.{hundredth}_us")));
        }
        found.line = line.filter(|_| hundredth == "p99");
        match bound {
            Some(bound) => found.asked(AtMost(bound)),
            None => found,
        }
    })
}

fn present() -> Vec<Row> {
    let questions = [
        ("statement of a closed month", "closed_statement", "nothing_closed_statement", "statement, closed, p99"),
        ("statement of the open month", "present_statement", "nothing_statement", "statement, open, p99"),
        ("credits of the open month", "present_credits", "nothing_credits", "credits, p99"),
        ("attribution of an account", "present_attribution", "nothing_attribution", "attribution, p99"),
    ];
    let of = |(what, name, nothing, line)| asked(what, name, Some(nothing), Some(1e3), Some(line));
    questions.into_iter().flat_map(of).collect()
}

fn past() -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(asked(
        "statement of the open month, as known on 20 March",
        "past_statement",
        Some("present_statement"),
        None,
        Some("statement, past, p99"),
    ));
    rows.push(
        row("usage rows of the partner's accounts read for it", PerSecond, per("ask.past_rows", "ask.past_rows_s"))
            .over(per("floor.usage", "floor.decode_short_s"))
            .asked(AtLeast(5e6)),
    );
    rows.extend(asked(
        "credits of the open month, as known on 20 March",
        "past_credits",
        Some("present_credits"),
        None,
        None,
    ));
    rows.extend(asked(
        "attribution of an account, as known on 20 March",
        "past_attribution",
        Some("present_attribution"),
        Some(5e3),
        None,
    ));
    rows
}

fn starting() -> Vec<Row> {
    let sum = |f: &Figures| f.get("restart.log_s") + f.get("restart.projection_s") + f.get("restart.answer_s");
    vec![
        row("restart to the first answer", Seconds, sum)
            .over(get("restart.databases_s"))
            .asked(AtMost(1.0))
            .drawn("restart"),
        row("binary, start to help text, p50", Micros, get("start.help.p50_us"))
            .over(get("start.nothing.p50_us"))
            .asked(AtMost(10e3)),
    ]
}

fn replaying() -> Vec<Row> {
    let month = |name: &'static str| move |f: &Figures| f.get(name) / f.get("replay.months");
    vec![
        row("another commission plan supposed, a month", Seconds, month("replay.plan_s"))
            .over(get("last.2026-03_s"))
            .asked(TimesFloor(1.0)),
        row("another attribution policy supposed, a month", Seconds, month("replay.division_s"))
            .over(get("last.2026-03_s"))
            .asked(TimesFloor(1.0)),
        row("the closes computed again and compared, a month", Seconds, month("replay.verify_s")),
        row("the journal", Seconds, get("replay.journal_s")),
        row("its entries", Count, get("replay.journal_entries")),
        row("the trial balance", Seconds, get("replay.trial_balance_s")),
    ]
}

fn aged() -> Vec<Row> {
    let mut rows = vec![
        row("flushes it went through", Count, get("aged.flushes")),
        row("compactions", Count, get("aged.compactions")),
        row("events it was given in small batches", Count, get("aged.events")),
    ];
    let kinds = [
        ("a batch filed and derived", "batch"),
        ("statement of a closed month", "closed_statement"),
        ("statement of the open month", "present_statement"),
        ("attribution of an account", "present_attribution"),
    ];
    rows.extend(kinds.iter().map(|(what, name)| {
        row(format!("{what}, p99.9"), Micros, get(&format!("aged.after_{name}.p999_us")))
            .over(get(&format!("aged.before_{name}.p999_us")))
            .growing()
    }));
    rows
}

fn memory() -> Vec<Row> {
    let of = |phase: &crate::phase::Phase| {
        let peak = get(&format!("{}.memory_peak_bytes", phase.name));
        match phase.name {
            "rebuild" => row("memory of a rebuild", Bytes, peak).asked(AtMost(1024.0 * 1024.0 * 1024.0)),
            _ => row(phase.what, Bytes, peak),
        }
    };
    PHASES.iter().map(of).collect()
}
