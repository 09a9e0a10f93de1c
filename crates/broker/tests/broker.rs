//! Brokers of one's own: harmed, secured, cut off. What a client sees is seen through Kafka's own tools.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use tributary_broker::{Broker, Error, Options, Proxy, left_out, own_for_tests};

const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";

/// The topics that are seen by who comes through the address, or why there are none.
fn topics_at(broker: &Broker, address: &str) -> Result<Vec<String>, Error> {
    let hurry = broker.directory().join("client.properties");
    fs::write(&hurry, "default.api.timeout.ms=4000\nrequest.timeout.ms=3000\n").expect("a client's settings");
    let hurry = hurry.display().to_string();
    let listed = broker.run_tool(TOPICS, &["--bootstrap-server", address, "--command-config", &hurry, "--list"])?;
    Ok(listed.lines().map(str::to_owned).collect())
}

/// A broker with one topic.
fn broker_with(topic: &str, options: &Options) -> Option<Broker> {
    let broker = own_for_tests(options)?;
    broker.tool(TOPICS, &["--create", "--topic", topic]).expect("a topic");
    Some(broker)
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill_and_after_a_stop() {
    let Some(mut broker) = broker_with("kept", &Options::default()) else { return };
    let (address, first) = (broker.address(), broker.id());
    broker.kill();
    assert!(TcpStream::connect(&address).is_err(), "a killed broker answers");
    broker.restart().unwrap();
    assert_ne!(broker.id(), first);
    broker.stop();
    broker.restart().unwrap();
    assert_eq!(broker.address(), address);
    assert_eq!(topics_at(&broker, &address).unwrap(), ["kept"]);
}

#[test]
fn a_paused_broker_takes_connections_and_answers_nothing_until_it_goes_on() {
    let Some(broker) = broker_with("kept", &Options::default()) else { return };
    broker.pause().unwrap();
    assert!(TcpStream::connect(broker.address()).is_ok());
    assert!(topics_at(&broker, &broker.address()).is_err());
    broker.resume().unwrap();
    assert_eq!(topics_at(&broker, &broker.address()).unwrap(), ["kept"]);
}

#[test]
fn a_broker_that_cannot_start_says_why_and_leaves_nothing() {
    let options = Options { properties: vec![("num.io.threads".to_owned(), "none".to_owned())], ..Options::default() };
    if left_out() {
        return;
    }
    let error = Broker::start(&options).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("num.io.threads"), "{error}");
}

#[test]
fn a_broker_that_is_dropped_is_gone_with_its_files() {
    let Some(broker) = own_for_tests(&Options::default()) else { return };
    let (directory, id) = (broker.directory().to_owned(), broker.id().unwrap());
    assert!(directory.is_dir() && Path::new(&format!("/proc/{id}")).exists());
    drop(broker);
    assert!(!directory.exists() && !Path::new(&format!("/proc/{id}")).exists());
}

#[test]
fn files_that_are_kept_are_gone_on_with() {
    let folder = std::env::temp_dir().join(format!("tributary-kept-{}", std::process::id()));
    let options = Options { directory: Some(folder.clone()), ..Options::default() };
    let Some(broker) = broker_with("kept", &options) else { return };
    let address = broker.address();
    drop(broker);
    let again = own_for_tests(&options).unwrap();
    assert_eq!(again.address(), address);
    assert_eq!(topics_at(&again, &address).unwrap(), ["kept"]);
    drop(again);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_port_that_somebody_else_bound_is_exchanged_for_another() {
    let folder = std::env::temp_dir().join(format!("tributary-bound-{}", std::process::id()));
    let options = Options { directory: Some(folder.clone()), ..Options::default() };
    let Some(broker) = own_for_tests(&options) else { return };
    let address = broker.address();
    drop(broker);
    let taken = std::net::TcpListener::bind(&address).unwrap();
    let again = own_for_tests(&options).unwrap();
    assert_ne!(again.address(), address);
    drop((again, taken));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn clients_that_come_by_the_proxy_keep_to_it_and_feel_its_cut() {
    let Some(broker) = broker_with("seen", &Options::default()) else { return };
    let proxy = Proxy::to(&broker).unwrap();
    let mut open = TcpStream::connect(proxy.address()).unwrap();
    assert_eq!(topics_at(&broker, &proxy.address()).unwrap(), ["seen"]);
    proxy.cut();
    let ended = open.write_all(b"\0").and_then(|()| open.read(&mut [0]));
    assert!(matches!(ended, Ok(0) | Err(_)), "a connection outlived the cut");
    assert!(topics_at(&broker, &proxy.address()).is_err(), "the proxy's clients went past it");
    assert!(topics_at(&broker, &broker.address()).is_ok(), "the broker's own address is cut as well");
    proxy.restore();
    assert_eq!(topics_at(&broker, &proxy.address()).unwrap(), ["seen"]);
}
