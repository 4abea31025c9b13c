//! A mail server with a certificate, that notes what it hears.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::app::fixture;

/// A certificate or key of `tests/it/fixtures/tls`.
pub fn tls_file(name: &str) -> PathBuf {
    fixture("tls").join(name)
}

/// When the conversation is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    AtOnce,
    StartTls,
    Never,
}

pub struct TlsMailServer {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl TlsMailServer {
    /// A server with a certificate of `tests/it/fixtures/tls`.
    pub fn start(certificate: &str, when: When) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let (config, noted) = (config(certificate), Arc::clone(&heard));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, noted) = (Arc::clone(&config), Arc::clone(&noted));
                std::thread::spawn(move || drop(serve(stream, config, when, &noted)));
            }
        });
        Self { port, heard }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The lines that came in, those that were encrypted with `(tls) ` before them.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("lines").clone()
    }
}

fn config(certificate: &str) -> Arc<ServerConfig> {
    let read = |name: String| std::fs::read(tls_file(&name)).expect("a fixture");
    let chain = CertificateDer::pem_slice_iter(&read(format!("{certificate}.pem")))
        .collect::<Result<Vec<_>, _>>()
        .expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(&read(format!("{certificate}.key"))).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("protocols")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a key that fits");
    Arc::new(config)
}

fn serve(
    mut stream: TcpStream,
    config: Arc<ServerConfig>,
    when: When,
    heard: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let encrypted = |stream| {
        let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>(StreamOwned::new(connection, stream))
    };
    if when == When::AtOnce {
        let mut stream = encrypted(stream)?;
        stream.write_all(b"220 mail\r\n")?;
        converse(stream, "(tls) ", false, heard)?;
        return Ok(());
    }
    stream.write_all(b"220 mail\r\n")?;
    if let Some(stream) = converse(stream, "", when == When::StartTls, heard)? {
        converse(encrypted(stream)?, "(tls) ", false, heard)?;
    }
    Ok(())
}

/// Returns the stream after `STARTTLS`.
fn converse<S: Read + Write>(
    stream: S,
    mark: &str,
    offers_tls: bool,
    heard: &Mutex<Vec<String>>,
) -> std::io::Result<Option<S>> {
    let mut reader = BufReader::new(stream);
    let mut is_content = false;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        heard.lock().expect("lines").push(format!("{mark}{line}"));
        let reply = match line.split(' ').next().unwrap_or_default() {
            "." if is_content => "250 2.0.0 queued",
            _ if is_content => continue,
            "EHLO" if offers_tls => "250-mail\r\n250 STARTTLS",
            "EHLO" => "250-mail\r\n250 AUTH PLAIN",
            "STARTTLS" => "220 go on",
            "AUTH" => "235 welcome",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        is_content = reply.starts_with("354");
        reader.get_mut().write_all(format!("{reply}\r\n").as_bytes())?;
        reader.get_mut().flush()?;
        if line == "STARTTLS" {
            return Ok(Some(reader.into_inner()));
        }
    }
}
