//! The load: a partner program first, then its usage in files that one importer after the other takes in.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tributary_domain::event::{Body, Draft};

use super::Setting;
use crate::Result;
use crate::processes::Place;
use crate::workload::{Size, Workload};

/// Usage events of a file.
const PER_FILE: usize = 250;

/// What is imported, and the importer that is at it.
pub(crate) struct Load {
    place: Place,
    program: u64,
    /// Files of usage, and of how many events each.
    files: Vec<(String, u64)>,
    /// Files that are imported whatever happens.
    files_min: usize,
    said: AtomicU64,
    importer: Mutex<Option<Child>>,
    killed: AtomicBool,
    faults_over: AtomicBool,
}

impl Load {
    /// Writes the files of a load. Closes are left out: theirs is the past of another clock.
    pub(super) fn new(setting: &Setting, place: Place) -> Result<Self> {
        let size =
            Size { usage: setting.events.max(setting.events_max), accounts: 300, partners: 30, seed: setting.seed };
        let workload = Workload::new(size);
        let (mut program, mut usage) = (Vec::new(), Vec::new());
        for draft in workload.drafts() {
            match &draft.body {
                Body::PeriodClosed(_) => {}
                Body::UsageRecorded(_) => usage.push(draft),
                _ => program.push(draft),
            }
        }
        write(&place, "program.jsonl", &program)?;
        let mut files = Vec::new();
        for (number, some) in usage.chunks(PER_FILE).enumerate() {
            let name = format!("usage-{number}.jsonl");
            write(&place, &name, some)?;
            files.push((name, some.len() as u64));
        }
        Ok(Self {
            place,
            program: program.len() as u64,
            files,
            files_min: (setting.events as usize).div_ceil(PER_FILE),
            said: AtomicU64::new(0),
            importer: Mutex::new(None),
            killed: AtomicBool::new(false),
            faults_over: AtomicBool::new(false),
        })
    }

    /// Events in the files that were imported.
    pub(super) fn said(&self) -> u64 {
        self.said.load(Ordering::SeqCst)
    }

    /// Imports what does not come by the thousand.
    pub(super) fn import_program(&self) -> Result<()> {
        std::fs::create_dir_all(self.place.file("importer"))?;
        self.import("program.jsonl", self.program)
    }

    /// Imports file after file, each until it is in, for as long as there are faults.
    pub(super) fn import_usage(&self) -> Result<()> {
        for (number, (file, events)) in self.files.iter().enumerate() {
            if number >= self.files_min && self.faults_over.load(Ordering::SeqCst) {
                break;
            }
            self.import(file, *events)?;
        }
        Ok(())
    }

    fn import(&self, file: &str, events: u64) -> Result<()> {
        let path = self.place.file(file);
        let path = path.to_str().ok_or("a path is not UTF-8")?;
        for _ in 0..500 {
            let child = self.place.command("importer", &["import", path]).spawn()?;
            *self.lock() = Some(child);
            let ended = loop {
                let ended = match self.lock().as_mut() {
                    Some(child) => child.try_wait()?,
                    None => return Err("the importer is gone".into()),
                };
                match ended {
                    Some(status) => break status,
                    None => std::thread::sleep(std::time::Duration::from_millis(10)),
                }
            };
            *self.lock() = None;
            // One that was killed, or that could not reach the broker, is started again with the same file.
            if ended.success() && !self.killed.swap(false, Ordering::SeqCst) {
                self.said.fetch_add(events, Ordering::SeqCst);
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        Err(format!("`{file}` could not be imported, see importer.said").into())
    }

    /// Kills the importer that is at work; gives whether there was one.
    pub(super) fn kill_importer(&self) -> Result<bool> {
        if self.faults_over.load(Ordering::SeqCst) {
            return Ok(false);
        }
        let mut importer = self.lock();
        let Some(child) = importer.as_mut() else { return Ok(false) };
        if child.try_wait()?.is_some() {
            return Ok(false);
        }
        child.kill()?;
        self.killed.store(true, Ordering::SeqCst);
        Ok(true)
    }

    pub(super) fn no_more_faults(&self) {
        self.faults_over.store(true, Ordering::SeqCst);
    }

    /// Closes the first month, as somebody would who does not know of the faults.
    pub(super) fn close(&self) -> Result<()> {
        for _ in 0..50 {
            if self.place.command("importer", &["close", "2026-01"]).status()?.success() {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
        Err("the month could not be closed, see importer.said".into())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.importer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(place: &Place, name: &str, drafts: &[Draft]) -> Result<()> {
    let mut writer = BufWriter::new(File::create(place.file(name))?);
    Workload::write_jsonl(drafts, &mut writer)?;
    Ok(writer.flush()?)
}
