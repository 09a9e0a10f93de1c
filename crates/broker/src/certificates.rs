//! Certificates of an authority that exists for one broker: its own for 127.0.0.1, and one for its clients.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::last_lines;
use crate::{Error, Result};

/// Where the certificates and keys lie, in PEM.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// The authority's certificate, by which both sides know each other.
    pub authority: PathBuf,
    /// The broker's key, followed by its certificate, as Kafka reads them.
    pub(crate) broker: PathBuf,
    /// The client's certificate.
    pub client: PathBuf,
    /// The client's key, in PKCS #8 without a password.
    pub client_key: PathBuf,
}

impl Certificates {
    /// Makes them in the folder, unless they are there.
    pub(crate) fn make(folder: &Path) -> Result<Self> {
        let certificates = Self {
            authority: folder.join("authority.pem"),
            broker: folder.join("broker.pem"),
            client: folder.join("client.pem"),
            client_key: folder.join("client.key"),
        };
        if certificates.broker.is_file() {
            return Ok(certificates);
        }
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        openssl(
            folder,
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=tributary-test-authority \
             -keyout authority.key -out authority.pem",
        )?;
        sign(folder, "client", "")?;
        sign(folder, "server", "subjectAltName=IP:127.0.0.1,DNS:localhost\n")?;
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).map_err(Error::io("read", &path))
        };
        let both = read("server.key")? + &read("server.pem")?;
        fs::write(&certificates.broker, both).map_err(Error::io("write", &certificates.broker))?;
        Ok(certificates)
    }
}

/// A key and its certificate by the authority, with what the certificate says beside the name.
fn sign(folder: &Path, name: &str, extensions: &str) -> Result<()> {
    let path = folder.join(format!("{name}.extensions"));
    fs::write(&path, extensions).map_err(Error::io("write", &path))?;
    openssl(
        folder,
        &format!(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=tributary-test-{name} \
             -keyout {name}.key -out {name}.request"
        ),
    )?;
    openssl(
        folder,
        &format!(
            "x509 -req -in {name}.request -CA authority.pem -CAkey authority.key -CAcreateserial -days 30 \
             -extfile {name}.extensions -out {name}.pem"
        ),
    )
}

fn openssl(folder: &Path, arguments: &str) -> Result<()> {
    let mut command = Command::new("openssl");
    command.args(arguments.split_whitespace()).current_dir(folder).stdin(Stdio::null());
    let output = command.output().map_err(|_| Error::Missing { program: "OpenSSL", package: "openssl" })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::Refused { program: format!("openssl {arguments}"), said: last_lines(&said) })
}
