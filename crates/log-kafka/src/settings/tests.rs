//! Settings as people write them, and what is refused.

use super::*;

const BROKERS: &str = "bootstrap.servers=localhost:9092\n";

fn parse(text: &str, environment: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::parse(text, environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn refusal(line: &str) -> SettingsError {
    parse(&format!("{BROKERS}{line}"), &[]).expect_err("a refusal")
}

#[test]
fn the_environment_goes_before_the_file() {
    let file = format!("# ours\n{BROKERS}\ntributary.prefix = a.\nsasl.username=one\n");
    let settings = parse(&file, &[("TRIBUTARY_KAFKA_PREFIX", "b."), ("PATH", "/bin")]).expect("settings");
    assert_eq!(settings.topic("deals"), "b.deals");
    let other = parse(&file, &[("TRIBUTARY_KAFKA_BOOTSTRAP_SERVERS", "elsewhere:1")]).expect("settings");
    assert_eq!(other.config().get("bootstrap.servers"), Some("elsewhere:1"));
    assert_eq!(other.config().get("sasl.username"), Some("one"));
    let alone = parse("", &[("TRIBUTARY_KAFKA_BOOTSTRAP_SERVERS", "b:1")]).expect("settings");
    assert_eq!(alone.topic("deals"), "tributary.deals");
}

#[test]
fn what_decides_whether_the_ledger_is_right_is_refused_by_name_and_with_the_reason() {
    for (name, _) in names::OURS {
        let refused = refusal(&format!("{name}=x"));
        assert!(matches!(&refused, SettingsError::Ours { origin, name: n, .. } if origin == "line 2" && n == name));
    }
    let refused = parse(BROKERS, &[("TRIBUTARY_KAFKA_ISOLATION_LEVEL", "read_uncommitted")]).expect_err("a refusal");
    assert!(matches!(refused, SettingsError::Ours { origin, .. } if origin == "environment"));
}

#[test]
fn an_unknown_name_is_refused_with_its_line_and_what_it_may_have_meant() {
    let unknown = |origin: &str, name: &str, suggestion: Option<&str>| SettingsError::Unknown {
        origin: origin.to_owned(),
        name: name.to_owned(),
        suggestion: suggestion.map(str::to_owned),
    };
    assert_eq!(refusal("sasl.pasword=x"), unknown("line 2", "sasl.pasword", Some("sasl.password")));
    assert_eq!(refusal("zzz=x"), unknown("line 2", "zzz", None));
    let refused = parse(BROKERS, &[("TRIBUTARY_KAFKA_SASL_PASSWRD", "x")]).expect_err("a refusal");
    assert_eq!(refused, unknown("environment", "TRIBUTARY_KAFKA_SASL_PASSWRD", Some("TRIBUTARY_KAFKA_SASL_PASSWORD")));
    assert_eq!(refusal("just words"), SettingsError::NotASetting { line: 2 });
    assert_eq!(parse("", &[]), Err(SettingsError::NoBrokers));
    assert!(matches!(refusal(BROKERS), SettingsError::Twice { .. }));
    assert!(matches!(refusal("tributary.prefix=a b"), SettingsError::BadValue { .. }));
    assert!(matches!(refusal("sasl.mechanism=OAUTHBEARER"), SettingsError::BadValue { .. }));
}

#[test]
fn a_bad_value_is_refused_by_the_settings_name() {
    let refused = refusal("security.protocol=carrier-pigeon");
    assert!(matches!(&refused, SettingsError::BadValue { name, .. } if name == "security.protocol"), "{refused:?}");
}

#[test]
fn what_is_said_of_a_schema_registry_is_handed_out_and_told_to_no_client() {
    let (url, password) = ("tributary.schema.registry.url", "tributary.schema.registry.password");
    let file = format!("{BROKERS}{url}=https://r\n{password}=of the file\n");
    let environment = [("TRIBUTARY_KAFKA_SCHEMA_REGISTRY_PASSWORD", "correct-horse")];
    let settings = parse(&file, &environment).expect("settings");
    assert_eq!(settings.schema_registry(url), Some("https://r"));
    assert_eq!(settings.schema_registry(password), Some("correct-horse"));
    assert_eq!(settings.schema_registry("tributary.schema.registry.username"), None);
    assert_eq!(settings.schema_registry("bootstrap.servers"), None);
    assert_eq!(settings.config().get(url), None);
    assert!(!format!("{settings:?}").contains("correct-horse"));
    let unknown = refusal("tributary.schema.registry.pasword=x");
    assert!(matches!(&unknown, SettingsError::Unknown { suggestion: Some(name), .. } if name == password));
}

#[test]
fn secrets_are_never_shown() {
    let secret = "correct-horse";
    let text = format!(
        "{BROKERS}sasl.password={secret}\nssl.key.password={secret}\nssl.keystore.password={secret}\nsasl.username={secret}\n"
    );
    let settings = parse(&text, &[]).expect("settings");
    assert!(!format!("{settings:?} {settings:#?}").contains(secret));
    for refused in
        [refusal(&format!("sasl.pass={secret}")), refusal(&format!("sasl.password={secret}\nsecurity.protocol=x"))]
    {
        assert!(!format!("{refused} {refused:?}").contains(secret), "{refused:?}");
    }
}
