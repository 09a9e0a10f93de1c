//! A plot of what grows: time over the number of events, both on logarithmic axes, so that what grows like the events is a
//! line at forty-five degrees and what does not grow is level.

use std::fmt::Write;

use super::rows::sections;
use super::unit::{Unit, short};
use crate::results::Results;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 560.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 210.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 50.0;
/// Between the names of two lines, at least.
const APART: f64 = 15.0;

const COLOURS: [&str; 10] =
    ["#1f77b4", "#7f7f7f", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#bcbd22", "#17becf", "#ff7f0e"];

/// A line: its name, and seconds at events.
struct Line {
    name: &'static str,
    points: Vec<(f64, f64)>,
}

/// Draws it; nothing if fewer than two sizes were measured.
pub fn growth(all: &[Results]) -> Option<String> {
    let lines = lines(all);
    let points = || lines.iter().flat_map(|line| &line.points);
    let axes =
        Axes { events: decades(points().map(|point| point.0))?, seconds: decades(points().map(|point| point.1))? };
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<title>Time over the number of usage events</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    axes.draw(&mut text);
    let mut names: Vec<(f64, usize)> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        let at: Vec<(f64, f64)> =
            line.points.iter().map(|(events, seconds)| (axes.x(*events), axes.y(*seconds))).collect();
        let path: String = at.iter().map(|(x, y)| format!("{x:.1},{y:.1} ")).collect();
        put(
            &mut text,
            &format!("<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>", path.trim()),
        );
        for (x, y) in &at {
            put(&mut text, &format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"));
        }
        names.extend(at.last().map(|(_, y)| (*y, number)));
    }
    for (y, number) in apart(names) {
        let colour = COLOURS[number % COLOURS.len()];
        let (x, name) = (WIDTH - RIGHT + 12.0, lines[number].name);
        put(&mut text, &format!("<text x=\"{x}\" y=\"{:.1}\" fill=\"{colour}\">{name}</text>", y + 4.0));
    }
    text.push_str("</svg>\n");
    Some(text)
}

fn put(text: &mut String, element: &str) {
    let written = writeln!(text, "{element}");
    debug_assert!(written.is_ok(), "a string takes everything");
}

/// The rows that are drawn, where two sizes or more were measured.
fn lines(all: &[Results]) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in sections().into_iter().flat_map(|section| section.rows) {
        let Some(name) = row.line else { continue };
        let seconds = |value: f64| if row.unit == Unit::Micros { value / 1e6 } else { value };
        let point = |results: &Results| {
            row.found(&results.figures)
                .filter(|value| *value > 0.0)
                .map(|value| (results.events as f64, seconds(value)))
        };
        let points: Vec<(f64, f64)> = all.iter().filter_map(point).collect();
        if points.len() > 1 {
            lines.push(Line { name, points });
        }
    }
    lines
}

/// The powers of ten that enclose them.
fn decades(values: impl Iterator<Item = f64> + Clone) -> Option<(i32, i32)> {
    let least = values.clone().min_by(f64::total_cmp)?.log10().floor() as i32;
    let most = values.max_by(f64::total_cmp)?.log10().ceil() as i32;
    Some((least, most.max(least + 1)))
}

/// Both axes, each from a power of ten to a power of ten.
struct Axes {
    events: (i32, i32),
    seconds: (i32, i32),
}

impl Axes {
    fn x(&self, events: f64) -> f64 {
        LEFT + part(events, self.events) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, seconds: f64) -> f64 {
        HEIGHT - BOTTOM - part(seconds, self.seconds) * (HEIGHT - TOP - BOTTOM)
    }

    fn draw(&self, text: &mut String) {
        for power in self.seconds.0..=self.seconds.1 {
            let (seconds, y) = (10_f64.powi(power), self.y(10_f64.powi(power)));
            let end = WIDTH - RIGHT;
            put(text, &format!("<path d=\"M{LEFT},{y:.1}H{end}\" stroke=\"#ddd\"/>"));
            let label = level(seconds);
            put(text, &format!("<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>", LEFT - 8.0, y + 4.0));
        }
        for power in self.events.0..=self.events.1 {
            let (events, x) = (10_f64.powi(power), self.x(10_f64.powi(power)));
            let end = HEIGHT - BOTTOM;
            put(text, &format!("<path d=\"M{x:.1},{TOP}V{end}\" stroke=\"#ddd\"/>"));
            let label = short(events as u64);
            put(text, &format!("<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>", end + 20.0));
        }
        let middle = LEFT + (WIDTH - LEFT - RIGHT) / 2.0;
        put(text, &format!("<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">usage events</text>", HEIGHT - 10.0));
    }
}

/// A power of ten of seconds, in words.
fn level(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 0.9e-3 => format!("{:.0} µs", seconds * 1e6),
        seconds if seconds < 0.9 => format!("{:.0} ms", seconds * 1e3),
        seconds => format!("{seconds:.0} s"),
    }
}

/// How far a value is between two powers of ten.
fn part(value: f64, (least, most): (i32, i32)) -> f64 {
    (value.log10() - f64::from(least)) / f64::from(most - least)
}

/// The same from top to bottom, none of them nearer to the next than may be.
fn apart(mut names: Vec<(f64, usize)>) -> Vec<(f64, usize)> {
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    for at in 1..names.len() {
        names[at].0 = names[at].0.max(names[at - 1].0 + APART);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::testing::results;

    #[test]
    fn a_size_that_was_not_measured_is_not_drawn() {
        let of = |events: u64, taken: f64| results(events, &[("rebuild.taken_s", taken)]);
        assert_eq!(growth(&[of(1_000_000, 2.0)]), None);
        let drawn = growth(&[of(1_000_000, 2.0), results(10_000_000, &[]), of(100_000_000, 200.0)]).expect("a plot");
        assert_eq!(drawn.matches("<circle").count(), 2, "{drawn}");
        assert!(drawn.contains(">rebuild<") && !drawn.contains(">restart<"), "{drawn}");
    }

    #[test]
    fn names_do_not_cover_each_other() {
        let names = apart(vec![(30.0, 0), (10.0, 1), (12.0, 2)]);
        assert_eq!(names, [(10.0, 1), (25.0, 2), (40.0, 0)]);
    }
}
