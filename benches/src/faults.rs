//! Fault runs: a load, three projectors, a fault that strikes again and again while the load lasts, and a judge who reads the
//! log and the projected topics when all is quiet.
//!
//! Nothing here decides by how long something takes; times only say how often a fault strikes.

mod judge;
mod load;
mod strike;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tributary_broker::{Broker, Options, Proxy};
use tributary_log_kafka::{InitOptions, Settings};

pub use judge::Outcome;
pub use strike::{FAULTS, Fault};

use crate::Result;
use crate::processes::{Place, Projectors};
use crate::random::Random;
use load::Load;

/// How large the runs are.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The `tributary` binary.
    pub binary: PathBuf,
    /// Usage events of each run, at least.
    pub events: u64,
    /// The most of them: the load goes on until the fault has struck as often as it shall, but no further.
    pub events_max: u64,
    /// Partitions of each topic.
    pub partitions: u32,
    /// How often a fault strikes, where it is not as often as its kind says.
    pub times: Option<u32>,
    /// What decides whom it strikes, and when.
    pub seed: u64,
}

impl Default for Setting {
    fn default() -> Self {
        Self { binary: PathBuf::new(), events: 5_000, events_max: 100_000, partitions: 3, times: None, seed: 1 }
    }
}

/// What a fault may touch.
pub(crate) struct Scene<'a> {
    broker: &'a mut Broker,
    proxy: &'a Proxy,
    projectors: &'a mut Projectors,
    load: &'a Load,
    settings: &'a Settings,
    random: Random,
    /// Records that are no events, so far.
    poisoned: u64,
    /// Whether the load is over.
    over: &'a AtomicBool,
}

impl Scene<'_> {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }
}

/// What was done to a run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Injected {
    strikes: u32,
    poisoned: u64,
    ended: u32,
}

/// Runs a load with three projectors, lets a fault strike until the load is over, restores everything, and judges.
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
    let mut projectors = Projectors::start(&place, 3, &[])?;
    let over = AtomicBool::new(false);
    let mut injected = thread::scope(|scope| -> Result<Injected> {
        let loading = scope.spawn(|| {
            let loaded = load.import_usage().map_err(|error| error.to_string());
            over.store(true, Ordering::SeqCst);
            loaded
        });
        let mut scene = Scene {
            broker: &mut broker,
            proxy: &proxy,
            projectors: &mut projectors,
            load: &load,
            settings: &settings,
            random: Random::new(setting.seed),
            poisoned: 0,
            over: &over,
        };
        let injected = inject(fault, setting.times.unwrap_or(fault.times), &mut scene);
        load.no_more_faults();
        loading.join().map_err(|_| "the load panicked")??;
        injected
    })?;
    load.close()?;
    injected.ended += projectors.all_running()?;
    let outcome = judge::judge(&settings, dir.path(), &load, injected);
    projectors.stop()?;
    outcome
}

/// Lets a fault strike as often as it shall, or until the load is over.
fn inject(fault: &Fault, times: u32, scene: &mut Scene<'_>) -> Result<Injected> {
    let mut injected = Injected::default();
    while injected.strikes < times && !scene.is_over() {
        injected.strikes += u32::from((fault.strike)(scene)?);
        // Whoever keeps services running starts them again.
        injected.ended += scene.projectors.all_running()?;
    }
    injected.poisoned = scene.poisoned;
    Ok(injected)
}
