//! Closes, valid and invalid for each of the four reasons, and attestations.

use serde_json::json;
use tributary_domain::time::Period;

use super::scene::{DAY, HOUR, Scene, When};

/// Closes the periods in order, up to some month, with what is no close in between; sometimes attests one at the very end.
pub(super) fn tell(scene: &mut Scene) {
    let until = scene.random.weighted(&[(5, 0), (15, 1), (20, 2), (60, i64::from(scene.months))]);
    let skipped = if scene.random.chance(15) { 1 } else { 0 };
    let mut last: Option<(Period, i64)> = None;
    for number in skipped..until {
        let period = Period::from_ordinal(scene.first.ordinal() + i32::try_from(number).unwrap_or(0));
        let end = period.end_in(scene.book.zone).micros();
        let cutoff = end + scene.random.weighted(&[(15, 0), (15, HOUR), (50, 3 * DAY), (20, 9 * DAY)]);
        let recorded = cutoff + scene.random.weighted(&[(30, 0), (60, HOUR), (10, 20 * DAY)]);
        close(scene, period, cutoff, recorded);
        if scene.random.chance(25) {
            invalid(scene, period, cutoff, recorded);
        }
        last = Some((period, cutoff.max(recorded)));
    }
    if let Some((period, at)) = last.filter(|_| scene.random.chance(20)) {
        let attested = if scene.random.chance(60) { period } else { scene.first };
        let when = When { time: at + 100 * DAY, recorded: at + 100 * DAY };
        let digest = format!("{:016x}", scene.random.number());
        scene.say("period.attested", "book", when, json!({"period": attested.to_string(), "digest": digest}));
    }
}

fn close(scene: &mut Scene, period: Period, cutoff: i64, recorded: i64) {
    let cutoff = tributary_domain::time::Instant::from_micros(cutoff).to_string();
    let when = When { time: recorded, recorded };
    scene.say("period.closed", "book", when, json!({"period": period.to_string(), "cutoff": cutoff}));
}

/// What L1 sets aside after a period was closed.
fn invalid(scene: &mut Scene, closed: Period, cutoff: i64, recorded: i64) {
    let next = closed.next();
    let end = next.end_in(scene.book.zone).micros();
    match scene.random.below(5) {
        0 => close(scene, next, end - 1, end),
        1 => close(scene, next, cutoff, recorded + HOUR),
        2 => close(scene, next, end + 5 * DAY, end + DAY),
        3 => close(scene, closed, cutoff + HOUR, recorded + 2 * HOUR),
        _ => close(scene, next.next(), next.next().end_in(scene.book.zone).micros(), end + 50 * DAY),
    }
}
