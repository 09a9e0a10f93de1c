//! A registry for tests: the documented answers of the few questions that are asked, over plain HTTP on loopback. No part of
//! the API: what it cannot make sense of panics.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// What a registry holds, and what it was asked.
#[derive(Debug, Default)]
pub struct Held {
    /// By subject, in order of version: the id, and the schema as it was sent.
    pub subjects: BTreeMap<String, Vec<(u64, Value)>>,
    /// By subject: what a new schema is held to.
    pub compatibility: BTreeMap<String, String>,
    /// Method and path of everything that was asked, in order.
    pub asked: Vec<String>,
}

/// How a registry behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Serves everybody.
    Open,
    /// Serves `clerk` with the password `open sesame` alone.
    Guarded,
    /// Takes no second version of anything.
    Strict,
    /// Is a web page.
    Page,
}

/// A registry that answers.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it holds; whoever looks lets go before the next question.
    pub held: Arc<Mutex<Held>>,
}

impl Server {
    /// Serves until the process ends.
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let held = Arc::<Mutex<Held>>::default();
        let theirs = Arc::clone(&held);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serve(stream, manner, &theirs);
            }
        });
        Self { address, held }
    }
}

struct Question {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Value,
}

/// One question per connection.
fn serve(mut stream: TcpStream, manner: Manner, held: &Mutex<Held>) {
    let Some(question) = read(&stream) else { return };
    let (status, answer) = answer(&question, manner, &mut held.lock().expect("nobody panicked"));
    let reply = format!(
        "HTTP/1.1 {status} -\r\ncontent-type: application/vnd.schemaregistry.v1+json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
        answer.len()
    );
    let _ = stream.write_all(reply.as_bytes());
}

fn read(stream: &TcpStream) -> Option<Question> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Question { method, path, headers, body: serde_json::from_slice(&body).unwrap_or_default() })
}

fn answer(question: &Question, manner: Manner, held: &mut Held) -> (u16, String) {
    held.asked.push(format!("{} {}", question.method, question.path));
    // `clerk:open sesame`
    let known = question.headers.get("authorization").is_some_and(|said| said == "Basic Y2xlcms6b3BlbiBzZXNhbWU=");
    let media_type = question.headers.get("content-type").map(String::as_str);
    let (status, answer) = match manner {
        Manner::Page => return (200, "<html>".to_owned()),
        Manner::Guarded if !known => (401, json!({"error_code": 401, "message": "Unauthorized"})),
        _ if !question.body.is_null() && media_type != Some("application/vnd.schemaregistry.v1+json") => {
            (415, json!({"error_code": 415, "message": "HTTP 415 Unsupported Media Type"}))
        }
        manner => route(question, manner, held),
    };
    (status, answer.to_string())
}

fn route(question: &Question, manner: Manner, held: &mut Held) -> (u16, Value) {
    let segments: Vec<String> = question.path.split('/').skip(1).map(|segment| segment.replace("%2F", "/")).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (question.method.as_str(), &segments[..]) {
        ("GET", ["config", subject]) => match held.compatibility.get(*subject) {
            Some(level) => (200, json!({"compatibilityLevel": level})),
            None => (404, json!({"error_code": 40408, "message": "Subject does not have a compatibility level"})),
        },
        ("PUT", ["config", subject]) => {
            let level = question.body["compatibility"].as_str().expect("a level").to_owned();
            held.compatibility.insert((*subject).to_owned(), level);
            (200, question.body.clone())
        }
        ("POST", ["subjects", subject]) => find(held, subject, &question.body),
        ("POST", ["subjects", subject, "versions"]) => add(held, manner, subject, &question.body),
        _ => (404, json!({"error_code": 404, "message": "HTTP 404 Not Found"})),
    }
}

fn find(held: &Held, subject: &str, schema: &Value) -> (u16, Value) {
    let Some(versions) = held.subjects.get(subject) else {
        return (404, json!({"error_code": 40401, "message": format!("Subject '{subject}' not found.")}));
    };
    match (1_u64..).zip(versions).find(|(_, (_, known))| known == schema) {
        Some((version, (id, _))) => {
            (200, json!({"subject": subject, "id": id, "version": version, "schema": schema["schema"]}))
        }
        None => (404, json!({"error_code": 40403, "message": "Schema not found"})),
    }
}

fn add(held: &mut Held, manner: Manner, subject: &str, schema: &Value) -> (u16, Value) {
    for reference in schema["references"].as_array().into_iter().flatten() {
        let version = reference["version"].as_u64().expect("a version") as usize;
        let there = held.subjects.get(reference["subject"].as_str().expect("a subject")).map_or(0, Vec::len);
        if version == 0 || version > there {
            return (422, json!({"error_code": 42201, "message": "Invalid schema: a reference is missing"}));
        }
    }
    let known = held.subjects.values().flatten();
    let id = known.clone().find(|(_, known)| known == schema).map(|(id, _)| *id);
    let id = id.unwrap_or(100 + known.count() as u64);
    let versions = held.subjects.entry(subject.to_owned()).or_default();
    if manner == Manner::Strict && !versions.is_empty() {
        return (409, json!({"error_code": 409, "message": "FIELD_SCALAR_KIND_CHANGED"}));
    }
    versions.push((id, schema.clone()));
    (200, json!({"id": id}))
}
