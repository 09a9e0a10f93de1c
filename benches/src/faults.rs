//! Fault runs: a load, three projectors, a fault that comes again and again, and a judge who reads the log and the projected
//! topics when all is quiet.
//!
//! Nothing here decides by how long something takes; times only say how often a fault comes.

mod judge;
mod load;
mod processes;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tributary_broker::{Broker, Options, Proxy};
use tributary_log::{Keyed, Topics as _};
use tributary_log_kafka::{InitOptions, KafkaLog, Settings};

pub use judge::Outcome;

use crate::Result;
use crate::random::Random;
use load::Load;
use processes::{Place, Projectors};

/// How large the runs are.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The `tributary` binary.
    pub binary: PathBuf,
    /// Usage events of each run.
    pub events: u64,
    /// Partitions of each topic.
    pub partitions: u32,
    /// How often a process is killed, where that is the fault.
    pub kills: u32,
    /// What decides which process, and when.
    pub seed: u64,
}

impl Default for Setting {
    fn default() -> Self {
        Self { binary: PathBuf::new(), events: 60_000, partitions: 3, kills: 200, seed: 1 }
    }
}

/// A fault.
pub struct Fault {
    /// Its name, for `--only`.
    pub name: &'static str,
    /// What it is, for the table.
    pub what: &'static str,
    inject: fn(&mut Scene<'_>, &AtomicBool) -> Result<u32>,
}

/// All of them.
pub const FAULTS: &[Fault] = &[
    Fault { name: "quiet", what: "none", inject: |_, _| Ok(0) },
    Fault { name: "projectors", what: "a projector killed with -9 and started again", inject: kill_projectors },
    Fault { name: "importers", what: "an importer killed with -9 and its file imported again", inject: kill_importers },
    Fault { name: "broker", what: "the broker killed with -9 and restarted", inject: kill_broker },
    Fault { name: "connection", what: "every connection cut for seconds", inject: cut_connections },
    Fault { name: "slow", what: "a projector stopped for seconds and continued", inject: stop_projectors },
    Fault { name: "disk", what: "a projector's disk full, then not", inject: fill_disks },
    Fault { name: "poison", what: "records that are no events in every topic", inject: poison },
];

/// What a fault may touch.
pub(crate) struct Scene<'a> {
    setting: &'a Setting,
    broker: &'a mut Broker,
    proxy: &'a Proxy,
    projectors: &'a mut Projectors,
    load: &'a Load,
    settings: &'a Settings,
    random: Random,
}

/// Runs a load with three projectors, injects a fault until the load is over, restores everything, and judges.
pub fn run(fault: &Fault, setting: &Setting) -> Result<Outcome> {
    let mut broker = Broker::start(&Options::default())?;
    let proxy = Proxy::to(&broker)?;
    let dir = tempfile::Builder::new().prefix("tributary-faults-").tempdir()?;
    let place = Place::new(dir.path(), &proxy.address(), &setting.binary)?;
    let settings = place.settings()?;
    let options =
        InitOptions { partitions: setting.partitions, replication: 1, recorded: tributary_log::Recorded::ByLog };
    tributary_log_kafka::init(&settings, &options)?;
    let load = Load::new(setting, place.clone())?;
    load.import_program()?;
    let mut projectors = Projectors::start(&place, 3)?;
    let over = AtomicBool::new(false);
    let injected = thread::scope(|scope| -> Result<u32> {
        let loading = scope.spawn(|| {
            let loaded = load.import_usage().map_err(|error| error.to_string());
            over.store(true, Ordering::SeqCst);
            loaded
        });
        let random = Random::new(setting.seed);
        let mut scene = Scene {
            setting,
            broker: &mut broker,
            proxy: &proxy,
            projectors: &mut projectors,
            load: &load,
            settings: &settings,
            random,
        };
        let injected = (fault.inject)(&mut scene, &over);
        over.store(true, Ordering::SeqCst);
        load.no_more_faults();
        loading.join().map_err(|_| "the load panicked")??;
        injected
    })?;
    load.close()?;
    projectors.all_running()?;
    let outcome = judge::judge(&settings, dir.path(), &load, injected);
    projectors.stop()?;
    outcome
}

/// Some time, up to so many milliseconds.
fn pause(random: &mut Random, most_ms: u64) {
    thread::sleep(Duration::from_millis(50 + random.below(most_ms)));
}

fn kill_projectors(scene: &mut Scene<'_>, _: &AtomicBool) -> Result<u32> {
    for _ in 0..scene.setting.kills {
        pause(&mut scene.random, 600);
        let which = scene.random.below(3) as usize;
        scene.projectors.kill(which)?;
        pause(&mut scene.random, 300);
        scene.projectors.start_again(which)?;
    }
    Ok(scene.setting.kills)
}

fn kill_importers(scene: &mut Scene<'_>, over: &AtomicBool) -> Result<u32> {
    let mut kills = 0;
    while kills < scene.setting.kills && !over.load(Ordering::SeqCst) {
        pause(&mut scene.random, 400);
        kills += u32::from(scene.load.kill_importer()?);
    }
    Ok(kills)
}

fn kill_broker(scene: &mut Scene<'_>, over: &AtomicBool) -> Result<u32> {
    let mut kills = 0;
    while kills < 10 && !over.load(Ordering::SeqCst) {
        pause(&mut scene.random, 4_000);
        scene.broker.kill();
        pause(&mut scene.random, 2_000);
        scene.broker.restart()?;
        kills += 1;
    }
    Ok(kills)
}

fn cut_connections(scene: &mut Scene<'_>, over: &AtomicBool) -> Result<u32> {
    let mut cuts = 0;
    while cuts < 20 && !over.load(Ordering::SeqCst) {
        pause(&mut scene.random, 2_000);
        scene.proxy.cut();
        pause(&mut scene.random, 2_500);
        scene.proxy.restore();
        cuts += 1;
    }
    Ok(cuts)
}

fn stop_projectors(scene: &mut Scene<'_>, over: &AtomicBool) -> Result<u32> {
    let mut stops = 0;
    while stops < 10 && !over.load(Ordering::SeqCst) {
        pause(&mut scene.random, 1_000);
        let which = scene.random.below(3) as usize;
        scene.projectors.pause(which)?;
        // Longer than a session: its shards go to others, and it wakes up as one who does not know.
        thread::sleep(Duration::from_secs(12));
        scene.projectors.resume(which)?;
        stops += 1;
    }
    Ok(stops)
}

fn fill_disks(scene: &mut Scene<'_>, over: &AtomicBool) -> Result<u32> {
    let mut filled = 0;
    while filled < 5 && !over.load(Ordering::SeqCst) {
        let which = scene.random.below(3) as usize;
        scene.projectors.kill(which)?;
        scene.projectors.start_on_full_disk(which)?;
        pause(&mut scene.random, 4_000);
        scene.projectors.kill(which)?;
        scene.projectors.start_again(which)?;
        pause(&mut scene.random, 2_000);
        filled += 1;
    }
    Ok(filled)
}

fn poison(scene: &mut Scene<'_>, _: &AtomicBool) -> Result<u32> {
    let topics = KafkaLog::open(scene.settings)?.topics();
    let mut poisoned = 0;
    for round in 0..20_u32 {
        pause(&mut scene.random, 500);
        for family in tributary_log::Family::ALL {
            let headers =
                if round % 2 == 0 { Vec::new() } else { vec![("ce_type".to_owned(), b"no.such.type".to_vec())] };
            let record = Keyed { key: b"poison".to_vec(), headers, value: Some(vec![round as u8; 64]) };
            topics.publish(family.name(), &[(0, record)])?;
            poisoned += 1;
        }
    }
    Ok(poisoned)
}
