//! Files of other systems: what it takes to read and to import them, beside parsing them alone.

use super::tables::{heading, line};
use super::unit::{Unit, short};
use crate::results::Results;
use crate::sources::KINDS;

/// Each kind of file of one run.
pub fn of_one(results: &Results) -> String {
    let columns = [
        "rows",
        "a row",
        "events",
        "parsed alone: the floor",
        "read and mapped",
        "to the floor",
        "memory",
        "imported",
        "a row's processor time",
        "memory",
    ];
    let mut text = heading(&columns.map(str::to_owned));
    for kind in KINDS {
        let get = |of: &str| results.figures.get(&format!("{}.{of}", kind.name));
        let rows = get("rows");
        if !rows.is_finite() {
            continue;
        }
        let ratio = get("map_cpu_s") / get("floor_cpu_s");
        text += &line(&[
            kind.what.to_owned(),
            Unit::BytesEach.write(get("file_bytes") / rows),
            Unit::Count.write(get("events")),
            Unit::PerSecond.write(rows / get("floor_s")),
            Unit::PerSecond.write(rows / get("map_s")),
            if ratio.is_finite() { format!("{ratio:.1}×") } else { "–".to_owned() },
            Unit::Bytes.write(get("map_memory_bytes")),
            Unit::PerSecond.write(rows / get("import_s")),
            Unit::Micros.write(get("import_cpu_s") * 1e6 / rows),
            Unit::Bytes.write(get("import_memory_bytes")),
        ]);
    }
    text
}

/// Every run, the largest first, with when and where.
pub fn tables(all: &[Results]) -> String {
    let mut text = String::new();
    for results in all.iter().rev() {
        let Results { events, machine, load, date, commit, command, .. } = results;
        text += &format!(
            "{} rows, {date}, commit {commit}, {machine}; a load of {load:.2} at the start.\n\n    {command}\n\n",
            short(*events)
        );
        text += &of_one(results);
    }
    text
}
