//! Between clients and a broker on loopback: a line that can be cut, held up and mended.
//!
//! A broker has a listener that sends its clients to the proxy's port, so that all their connections come by here, also
//! those that they open after they were told where the partitions are. The broker's own address leads past it.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::broker::{Broker, at};
use crate::server_properties::Ports;
use crate::{Error, Result};

/// The line. Dropped, it is cut for good.
#[derive(Debug)]
pub struct Proxy {
    ports: Ports,
    line: Arc<Line>,
}

#[derive(Debug, Default)]
struct Line {
    cut: AtomicBool,
    ended: AtomicBool,
    /// How long what comes is held up; whoever waits hears of a change.
    delay: Mutex<Duration>,
    changed: Condvar,
    connections: AtomicU64,
    /// Both ends of every open connection, by its number.
    open: Mutex<BTreeMap<u64, [TcpStream; 2]>>,
}

impl Proxy {
    /// Opens the line to a broker, that may also be down at times.
    pub fn to(broker: &Broker) -> Result<Self> {
        let ports = broker.ports();
        let cannot = |cause| Error::io("listen at", at(ports.proxy).as_ref())(cause);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, ports.proxy)).map_err(cannot)?;
        let line = Arc::new(Line::default());
        let theirs = Arc::clone(&line);
        thread::spawn(move || accept(&listener, ports.proxied, &theirs));
        Ok(Self { ports, line })
    }

    /// Where clients find the broker through the proxy.
    pub fn address(&self) -> String {
        at(self.ports.proxy)
    }

    /// Ends every connection in the middle of whatever it carries, and new ones as soon as they are made.
    pub fn cut(&self) {
        self.line.cut.store(true, Ordering::SeqCst);
        self.line.end_all();
    }

    /// Holds up whatever comes from now on, in either direction, for that long. Connections stay open: with a delay that
    /// does not end, the broker is as good as hung.
    pub fn delay(&self, by: Duration) {
        *self.line.delay() = by;
        self.line.changed.notify_all();
    }

    /// Lets new connections through again, and what was held up at once.
    pub fn restore(&self) {
        self.line.cut.store(false, Ordering::SeqCst);
        self.delay(Duration::ZERO);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.line.ended.store(true, Ordering::SeqCst);
        self.cut();
        // Whoever waits finds the connection ended.
        self.delay(Duration::ZERO);
        // Wakes who accepts; if it cannot, the thread ends with the process.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.ports.proxy));
    }
}

impl Line {
    fn open(&self) -> MutexGuard<'_, BTreeMap<u64, [TcpStream; 2]>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn delay(&self) -> MutexGuard<'_, Duration> {
        self.delay.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits as long as it is held up; a delay that is changed meanwhile counts no more.
    fn hold_up(&self) {
        let delay = self.delay();
        let by = *delay;
        // Whether it ended or was changed is all the same to who waits.
        let _ = self.changed.wait_timeout_while(delay, by, |now| *now == by);
    }

    fn end_all(&self) {
        let numbers: Vec<u64> = self.open().keys().copied().collect();
        numbers.into_iter().for_each(|number| self.end(number));
    }

    fn end(&self, number: u64) {
        for stream in self.open().remove(&number).into_iter().flatten() {
            // Fails where the other side was quicker.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Takes part in cuts from here on. One that happens meanwhile either finds the connection or is seen here.
    fn keep(&self, client: &TcpStream, broker: &TcpStream) -> io::Result<u64> {
        let number = self.connections.fetch_add(1, Ordering::SeqCst);
        let both = [client.try_clone()?, broker.try_clone()?];
        self.open().insert(number, both);
        if self.cut.load(Ordering::SeqCst) {
            self.end(number);
        }
        Ok(number)
    }
}

fn accept(listener: &TcpListener, broker: u16, line: &Arc<Line>) {
    for client in listener.incoming() {
        if line.ended.load(Ordering::SeqCst) {
            return;
        }
        // A connection that cannot be made is one that the client finds ended.
        if let Ok(client) = client {
            let _ = connect(client, broker, line);
        }
    }
}

/// Two threads carry what comes, one for each direction.
fn connect(client: TcpStream, broker: u16, line: &Arc<Line>) -> io::Result<()> {
    if line.cut.load(Ordering::SeqCst) {
        return client.shutdown(Shutdown::Both);
    }
    let broker = TcpStream::connect((Ipv4Addr::LOCALHOST, broker))?;
    client.set_nodelay(true)?;
    broker.set_nodelay(true)?;
    let number = line.keep(&client, &broker)?;
    for (from, to) in [(client.try_clone()?, broker.try_clone()?), (broker, client)] {
        let line = Arc::clone(line);
        thread::spawn(move || {
            // The connection ends here, however it ended.
            let _ = carry(&from, &to, &line);
            line.end(number);
        });
    }
    Ok(())
}

fn carry(mut from: &TcpStream, mut to: &TcpStream, line: &Line) -> io::Result<()> {
    let mut buffer = [0; 64 * 1024];
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        line.hold_up();
        to.write_all(&buffer[..count])?;
    }
}
