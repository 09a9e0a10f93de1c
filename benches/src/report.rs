//! The table: what was measured, against what the design asks for, as text or as Markdown.

use std::fmt::Write;

use crate::figures::Figures;
use crate::phase::PHASES;
use crate::workload::Size;

/// What the figures are of.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// The workload.
    pub size: Size,
    /// Runs of the phases that repeat.
    pub runs: usize,
    /// The machine, in words.
    pub machine: String,
    /// The day.
    pub date: String,
    /// The commit.
    pub commit: String,
    /// What was typed.
    pub command: String,
}

/// What was measured, how much it was, and what the design asks for.
type Row = [String; 3];

/// Prints tables, each after its heading.
pub fn print(circumstances: &Circumstances, figures: &Figures, markdown: bool) -> String {
    let Circumstances { size, runs, machine, date, commit, command } = circumstances;
    let mut text = format!(
        "{} usage events, {} accounts, {} partners\n\n{date}, commit {commit}, {machine}; medians of {runs} where a phase repeats\n\n",
        grouped(size.usage as f64),
        grouped(size.accounts as f64),
        grouped(size.partners as f64),
    );
    if markdown {
        text = format!("### {text}```sh\n{command}\n```\n");
    }
    for (heading, rows) in [
        ("recording", recording(figures)),
        ("rebuilding", rebuilding(figures)),
        ("disk", disk(figures)),
        ("closing", closing(figures)),
        ("questions", questions(figures)),
        ("replaying January to March", replaying(figures)),
        ("memory", memory(figures)),
    ] {
        table(&mut text, heading, &rows, markdown);
    }
    text
}

fn recording(figures: &Figures) -> Vec<Row> {
    let rate = |phase: &str| figures.get(&format!("{phase}.events")) / figures.get(&format!("{phase}.taken_s"));
    let file = figures.get("import.file_bytes") / figures.get("import.taken_s");
    vec![
        row("events through the intake into the embedded log", per_second(rate("record")), ""),
        row("the same from a JSONL file", format!("{}, {}/s", per_second(rate("import")), mebibytes(file)), ""),
    ]
}

fn rebuilding(figures: &Figures) -> Vec<Row> {
    let (events, usage) = (figures.get("floor.events"), figures.get("floor.usage"));
    let reading = |name: &str| {
        let taken = figures.get(name);
        format!("{}, {}", seconds(taken), per_second(events / taken))
    };
    let cpu = |name: &str| seconds(figures.get(&format!("{name}_cpu_s")));
    let (floor, rebuild) = (figures.get("floor.decode_s"), figures.get("rebuild.taken_s"));
    let filing = figures.get("rebuild.filing_s");
    vec![
        row("events in the log", format!("{}, {} of them usage", grouped(events), grouped(usage)), ""),
        row("read blocks", reading("floor.read_s"), ""),
        row("read records", reading("floor.records_s"), ""),
        row("read and decode: the floor", reading("floor.decode_s"), ""),
        row("read and decode, usage the short way: the short floor", reading("floor.decode_short_s"), ""),
        row("rebuild", format!("{}, {}", seconds(rebuild), per_second(events / rebuild)), ""),
        row("of that: filing", seconds(filing), ""),
        row("of that: deriving and flushing", seconds(rebuild - filing), ""),
        row("usage events a second", per_second(usage / rebuild), "≥ 1 M/s"),
        row("rebuild against the floor", format!("{:.2}×", rebuild / floor), "≤ 2×"),
        row("rebuild against the short floor", format!("{:.2}×", rebuild / figures.get("floor.decode_short_s")), ""),
        row("processor time of the rebuild, all threads", cpu("rebuild.taken"), ""),
        row("of the floor", cpu("floor.decode"), ""),
        row("of the short floor", cpu("floor.decode_short"), ""),
        row("fresh store in steps: file", seconds(figures.get("project.file_s")), ""),
        row("derive", seconds(figures.get("project.derive_s")), ""),
        row("flush", seconds(figures.get("project.flush_s")), ""),
        row("compact", seconds(figures.get("project.compact_s")), ""),
    ]
}

fn disk(figures: &Figures) -> Vec<Row> {
    let usage = figures.get("floor.usage");
    let events = figures.get("floor.events");
    let bytes = |name: &str, of: f64| {
        let bytes = figures.get(name);
        format!("{}, {:.0} B/event", mebibytes(bytes), bytes / of)
    };
    vec![
        row("frames of the log, before compression", bytes("floor.frames_bytes", events), ""),
        row("log right after recording", bytes("record.log_after_bytes", events), ""),
        row("log when opened again", bytes("disk.log_opened_bytes", events), ""),
        row("log compacted", bytes("disk.log_compacted_bytes", events), "≤ 60 B"),
        row("store after a flush, per usage event", bytes("project.after_bytes", usage), ""),
        row("store compacted, per usage event", bytes("project.compacted_bytes", usage), "≤ 60 B"),
    ]
}

fn closing(figures: &Figures) -> Vec<Row> {
    let month = |name: &str| seconds(figures.get(name));
    let third = figures.get("floor.usage") / 3.0;
    let target = seconds(third / 10e6);
    let late = |name: &str| times(figures, &format!("late.{name}"));
    vec![
        row("January, two months after the fact", month("close.2026-01_s"), &target),
        row("February, a month after the fact", month("close.2026-02_s"), &target),
        row("March, in time", month("last.2026-03_s"), &target),
        row("a late event of any account, filed and derived", late("any"), ""),
        row("a late event of the largest account", late("largest"), ""),
    ]
}

fn questions(figures: &Figures) -> Vec<Row> {
    let asked = |name: &str| times(figures, &format!("ask.{name}"));
    let [log, projection, answer] =
        ["log", "projection", "answer"].map(|name| figures.get(&format!("restart.{name}_s")));
    let restart =
        format!("{} ({} log, {} projection)", seconds(log + projection + answer), seconds(log), seconds(projection));
    vec![
        row("statement of a closed month", asked("closed_statement"), "p99 < 1 ms"),
        row("statement of the open month, now", asked("present_statement"), "p99 < 1 ms"),
        row("credits of the open month, now", asked("present_credits"), "p99 < 1 ms"),
        row("attribution, now", asked("present_attribution"), "p99 < 1 ms"),
        row("statement of the open month, as known on 20 March", asked("past_statement"), ""),
        row("credits of the open month, as known on 20 March", asked("past_credits"), ""),
        row("attribution, as known on 20 March", asked("past_attribution"), ""),
        row("restart to the first answer", restart, "< 1 s"),
    ]
}

fn replaying(figures: &Figures) -> Vec<Row> {
    let taken = |name: &str| seconds(figures.get(&format!("replay.{name}_s")));
    let entries = figures.get("replay.journal_entries");
    vec![
        row("another commission plan supposed, by partner and deal", taken("plan"), ""),
        row("another attribution policy supposed: every account folded", taken("division"), ""),
        row("the three closes computed again and compared", taken("verify"), ""),
        row("the journal", format!("{}, {} entries", taken("journal"), grouped(entries)), ""),
        row("the trial balance", taken("trial_balance"), ""),
    ]
}

fn memory(figures: &Figures) -> Vec<Row> {
    let what = |phase: &str| match phase {
        "record" => "recording, with the drafts made ahead",
        "import" => "importing a file",
        "project" => "building a fresh store in steps, compaction included",
        "floor" => "the floor",
        "rebuild" => "rebuilding",
        "close" => "closing January and February after the fact",
        "ask" => "asking",
        "late" => "late events",
        "last" => "closing March in time",
        "replay" => "supposing, replaying, posting",
        "restart" => "restarting",
        _ => "compacting the log",
    };
    let of = |phase: &crate::phase::Phase| {
        row(what(phase.name), mebibytes(figures.get(&format!("{}.memory_peak_bytes", phase.name))), "")
    };
    PHASES.iter().map(of).collect()
}

fn times(figures: &Figures, name: &str) -> String {
    let at = |what: &str| micros(figures.get(&format!("{name}.{what}")));
    format!("p50 {}, p99 {} ({} asked)", at("p50_us"), at("p99_us"), figures.get(&format!("{name}.count")))
}

fn row(what: &str, found: String, target: &str) -> Row {
    [what.to_owned(), found, target.to_owned()]
}

fn table(text: &mut String, heading: &str, rows: &[Row], markdown: bool) {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (what, found) = (width(0).max(heading.len()), width(1));
    let written = if markdown {
        let line = |row: &Row| format!("| {} | {} | {} |\n", row[0], row[1], row[2]);
        write!(text, "\n| {heading} | | target |\n|---|---|---|\n{}", rows.iter().map(line).collect::<String>())
    } else {
        let line =
            |row: &Row| format!("  {:what$}  {:found$}  {}\n", row[0], row[1], row[2]).trim_end().to_owned() + "\n";
        write!(text, "{heading}\n{}\n", rows.iter().map(line).collect::<String>())
    };
    debug_assert!(written.is_ok(), "a string takes everything");
}

fn seconds(value: f64) -> String {
    if value < 1.0 { format!("{:.0} ms", value * 1e3) } else { format!("{value:.2} s") }
}

fn micros(value: f64) -> String {
    match value {
        value if value < 1e3 => format!("{value:.0} µs"),
        value if value < 1e6 => format!("{:.2} ms", value / 1e3),
        value => format!("{:.2} s", value / 1e6),
    }
}

fn per_second(value: f64) -> String {
    if value >= 1e6 { format!("{:.2} M/s", value / 1e6) } else { format!("{:.0} k/s", value / 1e3) }
}

fn mebibytes(value: f64) -> String {
    format!("{:.0} MiB", value / 1024.0 / 1024.0)
}

/// Thousands apart.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!([grouped(999.0), grouped(1_000.0), grouped(10_500_000.0)], ["999", "1 000", "10 500 000"]);
        assert_eq!([seconds(0.25), seconds(2.0)], ["250 ms", "2.00 s"]);
        assert_eq!([micros(900.0), micros(1500.0), micros(2e6)], ["900 µs", "1.50 ms", "2.00 s"]);
    }
}
