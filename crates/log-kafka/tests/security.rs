//! Brokers that demand something of their clients: TLS, a certificate, a password, a token.

mod ground;

use std::time::Duration;

use ground::{OPTIONS, all, usage};
use tributary_broker::{Options, Security, own_for_tests};
use tributary_log::Log as _;
use tributary_log_kafka::{KafkaError, KafkaLog, Settings, check, init};

/// The settings of a client that does as the broker demands.
fn settings(said: &[(&'static str, String)]) -> Settings {
    let text: String = said.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    Settings::parse(&text, []).expect("settings")
}

/// Makes a log over such a connection, appends and reads.
fn appends_and_reads(settings: &Settings) {
    init(settings, &OPTIONS).expect("make the topics");
    let log = KafkaLog::open(settings).expect("open the log");
    assert_eq!(log.ends(&[0, 1]).expect("ask for the ends"), [1, 1], "markers alone");
    let position = log.append_routed(&[usage("1", "account/a")]).expect("append")[0];
    assert_eq!(all(&log, position.partition).len(), 1);
    assert!(check(settings).expect("check").iter().all(|report| report.findings.is_empty()));
}

#[test]
fn a_broker_with_tls_and_a_password_is_used_and_a_wrong_password_is_refused_without_showing_it() {
    let (user, password) = ("tributary".to_owned(), "correcthorse".to_owned());
    let security = Security::Scram { user, password };
    let Some(broker) = own_for_tests(&Options { security, ..Options::default() }) else { return };
    let said = broker.client_properties().expect("properties");
    appends_and_reads(&settings(&said));

    let wrong: Vec<_> = said
        .into_iter()
        .map(|(name, value)| if name == "sasl.password" { (name, "batterystaple".to_owned()) } else { (name, value) })
        .collect();
    let refused = KafkaLog::open(&settings(&wrong)).expect_err("a refusal");
    assert!(matches!(refused, KafkaError::Refused { .. }), "{refused:?}");
    assert!(!format!("{refused:?} {refused}").contains("batterystaple"));
}

#[test]
fn a_broker_that_demands_a_certificate_is_used_and_one_that_nobody_signed_for_is_not_trusted() {
    let Some(broker) = own_for_tests(&Options { security: Security::MutualTls, ..Options::default() }) else { return };
    let said = broker.client_properties().expect("properties");
    appends_and_reads(&settings(&said));

    let trusting_nobody: Vec<_> = said.into_iter().filter(|(name, _)| *name != "ssl.ca.location").collect();
    let refused = KafkaLog::open(&settings(&trusting_nobody)).expect_err("a refusal");
    assert!(matches!(refused, KafkaError::Refused { .. }), "{refused:?}");
}

#[test]
fn a_broker_that_demands_a_token_gets_it() {
    let Some(broker) = own_for_tests(&Options { security: Security::OauthBearer, ..Options::default() }) else {
        return;
    };
    let said = broker.client_properties().expect("properties");
    let with_token = settings(&said);
    assert!(matches!(init(&with_token, &OPTIONS), Err(KafkaError::NoAdministration)));
    // Topics are made over the broker's other door.
    let inside = Settings::parse(&format!("bootstrap.servers={}", broker.internal_address()), []).expect("settings");
    init(&inside, &OPTIONS).expect("make the topics");
    let log = KafkaLog::open(&with_token).expect("open the log");
    let position = log.append_routed(&[usage("1", "account/a")]).expect("append")[0];
    assert_eq!(all(&log, position.partition).len(), 1);
    let end = tributary_log::Position { offset: position.offset + 1, ..position };
    let read = log.read(end, Default::default(), Duration::from_millis(10)).expect("read");
    assert!(read.is_empty());
}
