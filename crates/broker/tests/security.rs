//! What each security asks of clients, seen by Kafka's own client: who proves itself comes in, and nobody else.

use std::error::Error;
use std::fs;

use tributary_broker::{Broker, Options, Security, own_for_tests};

const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";
const LOGIN: &str = "org.apache.kafka.common.security";

/// How long one who may come in waits for it, and one who may not.
const PATIENCE_MS: u32 = 120_000;
const SILENCE_MS: u32 = 6_000;

/// Asks for topics as a client that says of itself what the lines do; `{authority}` and `{client}` become files.
fn enters(broker: &Broker, lines: &str, patience_ms: u32) -> Result<bool, Box<dyn Error>> {
    let certificates = broker.certificates().ok_or("no certificates")?;
    let client = broker.directory().join("client-with-key.pem");
    fs::write(&client, fs::read_to_string(&certificates.client_key)? + &fs::read_to_string(&certificates.client)?)?;
    let lines = lines
        .replace("{authority}", &certificates.authority.display().to_string())
        .replace("{client}", &client.display().to_string());
    let file = broker.directory().join("client.properties");
    fs::write(&file, lines + &format!("\ndefault.api.timeout.ms={patience_ms}\nrequest.timeout.ms=5000\n"))?;
    let file = file.display().to_string();
    let listed =
        broker.run_tool(TOPICS, &["--bootstrap-server", &broker.address(), "--command-config", &file, "--list"]);
    Ok(listed.is_ok())
}

/// Starts a broker, and asks it as who may come in and as who may not.
fn check(security: Security, right: &str, wrong: &[&str]) -> Result<(), Box<dyn Error>> {
    let Some(broker) = own_for_tests(&Options { security, ..Options::default() }) else { return Ok(()) };
    assert!(enters(&broker, right, PATIENCE_MS)?, "kept out: {right}");
    for wrong in wrong {
        assert!(!enters(&broker, wrong, SILENCE_MS)?, "let in: {wrong}");
    }
    let librdkafka = broker.client_properties()?;
    assert_eq!(librdkafka[0], ("bootstrap.servers", broker.address()));
    assert!(librdkafka.iter().any(|(name, _)| *name == "ssl.ca.location"), "{librdkafka:?}");
    Ok(())
}

fn trusting(protocol: &str, more: &str) -> String {
    format!("security.protocol={protocol}\nssl.truststore.type=PEM\nssl.truststore.location={{authority}}\n{more}")
}

#[test]
fn tls_shows_the_brokers_certificate() {
    check(Security::Tls, &trusting("SSL", ""), &["security.protocol=SSL"]).unwrap();
}

#[test]
fn mutual_tls_wants_a_certificate_of_the_client_too() {
    let own = trusting("SSL", "ssl.keystore.type=PEM\nssl.keystore.location={client}");
    check(Security::MutualTls, &own, &[&trusting("SSL", "")]).unwrap();
}

#[test]
fn scram_wants_the_password() {
    let saying = |password: &str| {
        let login = format!("{LOGIN}.scram.ScramLoginModule required username=\"ann\" password=\"{password}\";");
        trusting("SASL_SSL", &format!("sasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config={login}"))
    };
    let security = Security::Scram { user: "ann".to_owned(), password: "correct1".to_owned() };
    check(security, &saying("correct1"), &[&saying("wrong1"), &trusting("SSL", "")]).unwrap();
}

#[test]
fn oauthbearer_wants_a_token() {
    let login = format!("{LOGIN}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"ann\";");
    let token = trusting("SASL_SSL", &format!("sasl.mechanism=OAUTHBEARER\nsasl.jaas.config={login}"));
    check(Security::OauthBearer, &token, &[&trusting("SSL", "")]).unwrap();
}
