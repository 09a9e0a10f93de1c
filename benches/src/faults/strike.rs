//! The faults: what each does when it strikes, once.

use std::thread;
use std::time::Duration;

use tributary_log::{Family, Keyed, Topics as _};
use tributary_log_kafka::KafkaTopics;

use super::Scene;
use crate::Result;
use crate::random::Random;

/// A fault.
pub struct Fault {
    /// Its name, for `--only`.
    pub name: &'static str,
    /// What it is, for the table.
    pub what: &'static str,
    /// How often it strikes, unless somebody says otherwise.
    pub times: u32,
    /// Strikes once; gives whether it hit.
    pub(super) strike: fn(&mut Scene<'_>) -> Result<bool>,
}

/// All of them.
pub const FAULTS: &[Fault] = &[
    Fault { name: "none", what: "none", times: 0, strike: |_| Ok(false) },
    Fault {
        name: "projectors",
        what: "a projector killed with -9 and started again",
        times: 200,
        strike: kill_projector,
    },
    Fault {
        name: "importers",
        what: "an importer killed with -9, its file imported again",
        times: 50,
        strike: kill_importer,
    },
    Fault { name: "broker", what: "the broker killed with -9 and restarted", times: 20, strike: kill_broker },
    Fault { name: "connection", what: "every connection cut for seconds", times: 20, strike: cut_connections },
    Fault {
        name: "slow-broker",
        what: "the broker's answers held up, up to a second each",
        times: 20,
        strike: hold_up_connections,
    },
    Fault { name: "stopped", what: "a projector stopped for 8 s and continued", times: 20, strike: stop_projector },
    Fault { name: "disk", what: "a projector's disk full, then not", times: 20, strike: fill_disk },
    Fault { name: "poison", what: "records that are no events, in every topic", times: 20, strike: poison },
];

/// Some time, up to so many milliseconds.
fn pause(random: &mut Random, most_ms: u64) {
    thread::sleep(Duration::from_millis(50 + random.below(most_ms)));
}

fn kill_projector(scene: &mut Scene<'_>) -> Result<bool> {
    pause(&mut scene.random, 600);
    let which = scene.random.below(3) as usize;
    scene.projectors.kill(which)?;
    pause(&mut scene.random, 300);
    scene.projectors.start_again(which)?;
    Ok(true)
}

fn kill_importer(scene: &mut Scene<'_>) -> Result<bool> {
    // Up to what an import takes, so that it dies anywhere in it.
    pause(&mut scene.random, 2_000);
    scene.load.kill_importer()
}

fn kill_broker(scene: &mut Scene<'_>) -> Result<bool> {
    pause(&mut scene.random, 3_000);
    scene.broker.kill();
    pause(&mut scene.random, 2_000);
    scene.broker.restart()?;
    Ok(true)
}

fn cut_connections(scene: &mut Scene<'_>) -> Result<bool> {
    pause(&mut scene.random, 2_000);
    scene.proxy.cut();
    pause(&mut scene.random, 2_500);
    scene.proxy.restore();
    Ok(true)
}

fn hold_up_connections(scene: &mut Scene<'_>) -> Result<bool> {
    pause(&mut scene.random, 1_500);
    scene.proxy.delay(Duration::from_millis(20 + scene.random.below(1_000)));
    pause(&mut scene.random, 4_000);
    scene.proxy.restore();
    Ok(true)
}

fn stop_projector(scene: &mut Scene<'_>) -> Result<bool> {
    pause(&mut scene.random, 1_000);
    let which = scene.random.below(3) as usize;
    scene.projectors.pause(which)?;
    // Longer than a session: its shards go to others, and it wakes up as one who does not know.
    thread::sleep(Duration::from_secs(8));
    scene.projectors.resume(which)?;
    Ok(true)
}

/// Hits if the projector ended by itself: one whose files have room for all there is was not harmed.
fn fill_disk(scene: &mut Scene<'_>) -> Result<bool> {
    let which = scene.random.below(3) as usize;
    scene.projectors.kill(which)?;
    let blocks = 1 + scene.random.below(127) as u32;
    scene.projectors.start_on_full_disk(which, blocks)?;
    let mut ended = false;
    for _ in 0..150 {
        thread::sleep(Duration::from_millis(100));
        ended = scene.projectors.has_ended(which)?;
        if ended || scene.is_over() {
            break;
        }
    }
    scene.projectors.kill(which)?;
    scene.projectors.start_again(which)?;
    pause(&mut scene.random, 2_000);
    Ok(ended)
}

/// One record into a partition of each topic of the log: of no type, of a type that there is not, with a message that cannot be
/// read, without a value, in turns.
fn poison(scene: &mut Scene<'_>) -> Result<bool> {
    pause(&mut scene.random, 2_000);
    let topics = KafkaTopics::connect(scene.settings)?;
    for family in Family::ALL {
        let named = |ce_type: &str| {
            let text = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
            let id = format!("poison-{}", scene.poisoned);
            vec![
                text("ce_specversion", "1.0"),
                text("ce_id", &id),
                text("ce_source", "//poison.example"),
                text("ce_type", ce_type),
                text("ce_subject", "account/poison"),
                text("ce_time", "2026-01-15T12:00:00Z"),
            ]
        };
        let (headers, value) = match scene.poisoned % 4 {
            0 => (Vec::new(), Some(vec![1; 64])),
            1 => (named("no.such.type.v1"), Some(Vec::new())),
            2 => (named("tributary.usage.recorded.v1"), Some(vec![0xff; 64])),
            _ => (named("tributary.usage.recorded.v1"), None),
        };
        let partition = scene.random.below(u64::from(topics.partitions(family.name())?)) as u32;
        let record = Keyed { key: b"account/poison".to_vec(), headers, value };
        topics.publish(family.name(), &[(partition, record)])?;
        scene.poisoned += 1;
    }
    Ok(true)
}
