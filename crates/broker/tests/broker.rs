//! Brokers of one's own, harmed and cut off: what a client of the wire sees of it.

use std::env;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::thread;
use std::time::Duration;

use tributary_broker::{Broker, Distribution, Options, Proxy, Standing, cache_dir, left_out, own_for_tests};

const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";
/// As long is waited for an answer that comes, and for one that does not.
const PATIENCE: Duration = Duration::from_secs(60);
const SILENCE: Duration = Duration::from_secs(1);

/// What a broker says of itself to who comes through an address.
struct Seen {
    /// The port it sends clients to.
    port: u16,
    /// All that it said, with the names of topics in it.
    bytes: Vec<u8>,
}

impl Seen {
    fn has(&self, topic: &str) -> bool {
        self.bytes.windows(topic.len()).any(|window| window == topic.as_bytes())
    }
}

/// Asks for metadata of all topics, version 1: key, version, correlation, no client id, no list of topics.
fn ask(address: &str) -> io::Result<Seen> {
    ask_for(address, PATIENCE)
}

fn ask_for(address: &str, patience: Duration) -> io::Result<Seen> {
    let request = [0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(&request)?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut bytes = vec![0; usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?];
    stream.read_exact(&mut bytes)?;
    // Correlation, count of brokers, id, then the host with its length, and the port in four bytes.
    let port = bytes.get(14 + "127.0.0.1".len()..).and_then(|rest| rest.get(2..4)).ok_or(io::ErrorKind::InvalidData)?;
    Ok(Seen { port: u16::from_be_bytes([port[0], port[1]]), bytes })
}

fn port(address: &str) -> u16 {
    address.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("an address with a port")
}

/// A broker with one topic.
fn broker_with(topic: &str, options: &Options) -> Option<Broker> {
    let broker = own_for_tests(options)?;
    broker.tool(TOPICS, &["--create", "--topic", topic]).expect("a topic");
    Some(broker)
}

fn folder(name: &str) -> PathBuf {
    env::temp_dir().join(format!("tributary-{name}-{}", process::id()))
}

fn runs(id: u32) -> bool {
    Path::new(&format!("/proc/{id}")).exists()
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill_and_after_a_stop() {
    let Some(mut broker) = broker_with("kept", &Options::default()) else { return };
    let (address, first) = (broker.address(), broker.id());
    broker.kill();
    assert!(ask(&address).is_err(), "a killed broker answers");
    broker.restart().unwrap();
    assert_ne!(broker.id(), first);
    broker.stop();
    assert!(ask(&address).is_err(), "a stopped broker answers");
    broker.restart().unwrap();
    assert_eq!(broker.address(), address);
    let seen = ask(&address).unwrap();
    assert_eq!((seen.port, seen.has("kept")), (port(&address), true));
}

#[test]
fn a_paused_broker_takes_connections_and_answers_nothing_until_it_goes_on() {
    let Some(broker) = own_for_tests(&Options::default()) else { return };
    broker.pause().unwrap();
    assert!(TcpStream::connect(broker.address()).is_ok());
    assert!(ask_for(&broker.address(), SILENCE).is_err());
    broker.resume().unwrap();
    assert!(ask(&broker.address()).is_ok());
}

#[test]
fn a_broker_that_cannot_start_says_why() {
    if left_out() {
        return;
    }
    let options = Options { properties: vec![("num.io.threads".to_owned(), "none".to_owned())], ..Options::default() };
    let error = Broker::start(&options).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("num.io.threads"), "{error}");
}

#[test]
fn a_broker_that_is_dropped_is_gone_with_its_files() {
    let Some(broker) = own_for_tests(&Options::default()) else { return };
    let (directory, id) = (broker.directory().to_owned(), broker.id().unwrap());
    assert!(directory.is_dir() && runs(id));
    drop(broker);
    assert!(!directory.exists() && !runs(id));
}

/// The test runs itself again as somebody who starts a broker, says which, and dies on the spot.
#[test]
fn a_broker_does_not_outlive_who_started_it() {
    const SOMEBODY: &str = "TRIBUTARY_TEST_DIES";
    if let Some(directory) = env::var_os(SOMEBODY) {
        let options = Options { directory: Some(directory.into()), ..Options::default() };
        let broker = Broker::start(&options).unwrap();
        fs::write(broker.directory().join("started"), broker.id().unwrap().to_string()).unwrap();
        process::abort();
    }
    if left_out() {
        return;
    }
    let folder = folder("outlived");
    let mut somebody = Command::new(env::current_exe().unwrap());
    somebody.args(["--exact", "a_broker_does_not_outlive_who_started_it"]).env(SOMEBODY, &folder);
    assert!(!somebody.stdout(Stdio::null()).status().unwrap().success());
    let id = fs::read_to_string(folder.join("started")).unwrap().parse().unwrap();
    // However long it takes: a broker that stays makes a test that stays.
    while runs(id) {
        thread::sleep(Duration::from_millis(20));
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn files_that_are_kept_are_gone_on_with_on_other_ports_if_need_be() {
    let folder = folder("kept");
    let options = Options { directory: Some(folder.clone()), ..Options::default() };
    let Some(broker) = broker_with("kept", &options) else { return };
    let address = broker.address();
    drop(broker);
    let taken = TcpListener::bind(&address).unwrap();
    let again = own_for_tests(&options).unwrap();
    assert_ne!(again.address(), address);
    let seen = ask(&again.address()).unwrap();
    assert_eq!((seen.port, seen.has("kept")), (port(&again.address()), true));
    drop((again, taken));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_standing_broker_is_found_by_its_folder_until_it_is_taken_down() {
    if left_out() {
        return;
    }
    let folder = folder("standing");
    let distribution = Distribution::fetch(&cache_dir().unwrap()).unwrap();
    let standing = Standing::within(&folder);
    assert_eq!(standing.status(), None);
    let running = standing.up(distribution.clone()).unwrap();
    assert_eq!(Standing::within(&folder).status(), Some(running.clone()));
    assert_eq!(standing.up(distribution).unwrap(), running, "a second one was started");
    assert_eq!(ask(&running.address).unwrap().port, port(&running.address));
    assert_eq!(standing.down(), Some(running.clone()));
    assert!(ask(&running.address).is_err(), "it answers after it was taken down");
    assert_eq!((standing.status(), standing.down()), (None, None));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn clients_that_come_by_the_proxy_are_sent_to_it_and_feel_its_cut() {
    let Some(mut broker) = own_for_tests(&Options::default()) else { return };
    let proxy = Proxy::to(&broker).unwrap();
    assert_eq!(ask(&broker.address()).unwrap().port, port(&broker.address()));
    assert_eq!(ask(&proxy.address()).unwrap().port, port(&proxy.address()));
    let mut open = TcpStream::connect(proxy.address()).unwrap();
    proxy.cut();
    let ended = open.write_all(b"\0").and_then(|()| open.read(&mut [0]));
    assert!(matches!(ended, Ok(0) | Err(_)), "a connection outlived the cut");
    assert!(ask(&proxy.address()).is_err(), "who comes anew is let through");
    assert!(ask(&broker.address()).is_ok(), "the broker's own address is cut as well");
    proxy.restore();
    assert!(ask(&proxy.address()).is_ok());
    broker.kill();
    assert!(ask(&proxy.address()).is_err());
    broker.restart().unwrap();
    assert_eq!(ask(&proxy.address()).unwrap().port, port(&proxy.address()), "the line survives the broker");
}

#[test]
fn a_line_that_is_held_up_carries_nothing_until_it_is_restored() {
    let Some(broker) = own_for_tests(&Options::default()) else { return };
    let proxy = Proxy::to(&broker).unwrap();
    proxy.delay(PATIENCE * 60);
    assert!(ask_for(&proxy.address(), SILENCE).is_err(), "it was not held up");
    let address = proxy.address();
    let held_up = thread::spawn(move || ask(&address).map(|seen| seen.port));
    proxy.restore();
    assert_eq!(held_up.join().unwrap().unwrap(), port(&proxy.address()));
}
