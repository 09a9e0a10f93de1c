//! Registration against a registry that answers as the documented API does.

use tributary_registry::testing::{Manner, Server};
use tributary_registry::{
    Compatibility, Credentials, Registered, Registry, RegistryError, RegistrySettings, record_subject, register,
    value_subject,
};

type File = (&'static str, &'static str, &'static [&'static str]);
const FILES: &[File] = &[
    ("t/money.proto", "syntax = \"proto3\"; message Money {}", &[]),
    ("t/deal.proto", "syntax = \"proto3\"; import \"t/money.proto\";", &["t/money.proto", "google/protobuf/any.proto"]),
    ("t/lead.proto", "syntax = \"proto3\"; import \"t/money.proto\"; ", &["t/money.proto"]),
];

fn settings(server: &Server) -> RegistrySettings {
    RegistrySettings { url: format!("http://{}", server.address), credentials: None, ca_location: None }
}

fn subjects() -> Vec<(String, &'static str)> {
    vec![
        (value_subject("tributary.deals"), "t/deal.proto"),
        (record_subject("tributary.leads", "t.Lead"), "t/lead.proto"),
    ]
}

#[test]
fn what_a_file_imports_is_registered_before_it_and_everything_is_held_to_the_compatibility() {
    let server = Server::start(Manner::Open);
    let registry = Registry::new(&settings(&server)).expect("a registry");
    let registered = register(&registry, &subjects(), FILES, Compatibility::FullTransitive).expect("registered");
    assert_eq!(
        registered.into_iter().collect::<Vec<_>>(),
        [
            ("t/money.proto".to_owned(), Registered { id: 100, version: 1 }),
            ("tributary.deals-value".to_owned(), Registered { id: 101, version: 1 }),
            ("tributary.leads-t.Lead".to_owned(), Registered { id: 102, version: 1 }),
        ]
    );
    let held = server.held.lock().expect("nobody panicked");
    let (_, deal) = &held.subjects["tributary.deals-value"][0];
    assert_eq!(
        *deal,
        serde_json::json!({
            "schemaType": "PROTOBUF",
            "schema": FILES[1].1,
            "references": [{"name": "t/money.proto", "subject": "t/money.proto", "version": 1}],
        })
    );
    assert!(held.compatibility.values().all(|level| level == "FULL_TRANSITIVE"), "{:?}", held.compatibility);
    assert_eq!(held.compatibility.len(), 3);
}

#[test]
fn registering_again_changes_nothing() {
    let server = Server::start(Manner::Open);
    let registry = Registry::new(&settings(&server)).expect("a registry");
    let first = register(&registry, &subjects(), FILES, Compatibility::FullTransitive).expect("registered");
    server.held.lock().expect("nobody panicked").asked.clear();
    let again = register(&registry, &subjects(), FILES, Compatibility::FullTransitive).expect("registered");
    assert_eq!(first, again);
    let asked = &server.held.lock().expect("nobody panicked").asked;
    assert!(!asked.iter().any(|asked| asked.starts_with("PUT") || asked.ends_with("/versions")), "{asked:?}");
    assert_eq!(asked[0], "GET /config/t%2Fmoney.proto");
}

#[test]
fn a_schema_that_breaks_those_held_is_refused_by_name() {
    let server = Server::start(Manner::Strict);
    let registry = Registry::new(&settings(&server)).expect("a registry");
    let subjects = [(value_subject("tributary.leads"), "lead.proto")];
    let with = |text: &'static str| {
        register(&registry, &subjects, &[("lead.proto", text, &[])], Compatibility::FullTransitive)
    };
    with("one").expect("the first");
    let Err(RegistryError::Incompatible { subject, message }) = with("two") else { panic!("it took a second one") };
    assert_eq!((subject.as_str(), message.as_str()), ("tributary.leads-value", "FIELD_SCALAR_KIND_CHANGED"));
}

#[test]
fn a_registry_that_asks_who_it_is_gets_name_and_password_which_are_never_shown() {
    let server = Server::start(Manner::Guarded);
    let nobody = Registry::new(&settings(&server)).expect("a registry");
    let refused = nobody.compatibility("s");
    assert!(matches!(refused, Err(RegistryError::Forbidden { status: 401, .. })), "{refused:?}");
    let credentials = Credentials { username: "clerk".to_owned(), password: "open sesame".to_owned() };
    let clerk = RegistrySettings { credentials: Some(credentials), ..settings(&server) };
    let registry = Registry::new(&clerk).expect("a registry");
    assert_eq!(registry.compatibility("s").expect("served"), None);
    let shown = format!("{registry:?} {clerk:?}");
    assert!(!shown.contains("sesame") && !shown.contains("Y2xlcms6"), "{shown}");
}

#[test]
fn what_is_no_registry_is_told_from_what_does_not_answer() {
    let page = Server::start(Manner::Page);
    let registry = Registry::new(&settings(&page)).expect("a registry");
    let answer = registry.compatibility("s");
    assert!(matches!(answer, Err(RegistryError::Unexpected { .. })), "{answer:?}");
    // A port that was given away and closed again.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let nobody = RegistrySettings { url: format!("http://{closed}"), credentials: None, ca_location: None };
    let answer = Registry::new(&nobody).expect("a registry").compatibility("s");
    assert!(matches!(answer, Err(RegistryError::Unreachable { .. })), "{answer:?}");
}

#[test]
fn an_import_that_nobody_gave_is_named() {
    let server = Server::start(Manner::Open);
    let registry = Registry::new(&settings(&server)).expect("a registry");
    let wanted = [("a-value".to_owned(), "a.proto")];
    let answer = register(&registry, &wanted, &[("a.proto", "", &["b.proto"])], Compatibility::FullTransitive);
    let Err(error) = answer else { panic!("it took a half") };
    assert_eq!(error.to_string(), "`a.proto` imports `b.proto`, which is not among the schemas to register");
}
