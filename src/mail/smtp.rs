//! An SMTP client that issues each command itself, to know which one the server rejected: only a rejected recipient or
//! message concerns the customer; anything else is the server's fault or ours. Idle connections are reused for the
//! next message.

use std::fmt::{self, Display};
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};

use super::compose::Composed;
use super::outcome::{SendError, Sent};
use super::settings::{SmtpSettings, SmtpTls};

/// The time limit for one message including the connection; the outbox's lease is longer.
const TOTAL: Duration = Duration::from_secs(22);
/// How long to wait for the server's reply to QUIT.
const GOOD_BYE: Duration = Duration::from_millis(500);
const IDLE_CONNECTIONS: usize = 4;
const MAX_IDLE: Duration = Duration::from_secs(60);

/// The SMTP server and its connections.
pub(super) struct Smtp {
    settings: SmtpSettings,
    tls: TlsParameters,
    hello: ClientId,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: SmtpConnection,
    since: Instant,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Smtp {
    /// Prepares TLS; fails with a message if the additional root certificates are invalid.
    pub fn new(settings: SmtpSettings) -> Result<Self, String> {
        let mut tls = TlsParameters::builder(settings.host.clone());
        if let Some(pem) = &settings.extra_roots_pem {
            if !String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----") {
                return Err("the file of further roots holds no certificate".to_owned());
            }
            let roots =
                Certificate::from_pem(pem).map_err(|error| format!("the further roots cannot be read: {error}"))?;
            tls = tls.add_root_certificate(roots);
        }
        let tls = tls.build().map_err(|error| format!("TLS cannot be prepared: {error}"))?;
        Ok(Self { settings, tls, hello: ClientId::default(), idle: Mutex::default() })
    }

    /// Sends the message. A reused connection that turns out to be stale is replaced once.
    pub fn send(&self, message: &Composed) -> Result<Sent, SendError> {
        let deadline = Deadline(Instant::now() + TOTAL);
        if let Some(mut connection) = self.take_idle() {
            match self.hand_over(&mut connection, message, deadline) {
                Ok(sent) => return Ok(self.keep(connection, sent)),
                Err(failure) => {
                    part(connection, &failure);
                    if !failure.is_stale() {
                        return Err(failure.into());
                    }
                }
            }
        }
        let mut connection = self.connect(deadline)?;
        match self.hand_over(&mut connection, message, deadline) {
            Ok(sent) => Ok(self.keep(connection, sent)),
            Err(failure) => {
                part(connection, &failure);
                Err(failure.into())
            }
        }
    }

    fn connect(&self, deadline: Deadline) -> Result<SmtpConnection, Failure> {
        let mut connection = self.open(deadline)?;
        self.secure_and_sign_in(&mut connection, deadline).inspect_err(|failure| {
            tracing::debug!(%failure, "the mail server's connection is given up");
        })?;
        Ok(connection)
    }

    fn open(&self, deadline: Deadline) -> Result<SmtpConnection, Failure> {
        let (host, port) = (self.settings.host.as_str(), self.settings.port);
        let addresses: Vec<SocketAddr> = (host, port)
            .to_socket_addrs()
            .map_err(|error| Failure::theirs(Stage::Connect, format!("{host} cannot be found: {error}")))?
            .collect();
        let tls = (self.settings.tls == SmtpTls::Implicit).then_some(&self.tls);
        let mut failure = Failure::theirs(Stage::Connect, format!("{host} has no address"));
        for address in addresses {
            // The greeting and EHLO can each take as long as establishing the connection.
            let wait = deadline.share(Stage::Connect, 3, self.settings.timeout)?;
            match SmtpConnection::connect(address, Some(wait), &self.hello, tls, None) {
                Ok(connection) => return Ok(connection),
                Err(error) => failure = Failure::of(Stage::Connect, &error),
            }
            if failure.code.is_some() {
                break;
            }
        }
        Err(failure)
    }

    fn secure_and_sign_in(&self, connection: &mut SmtpConnection, deadline: Deadline) -> Result<(), Failure> {
        if self.settings.tls == SmtpTls::Required && !connection.can_starttls() {
            return Err(Failure::ours(Stage::Tls, "the mail server offers no STARTTLS, and the settings ask for it"));
        }
        if connection.can_starttls() {
            let wait = deadline.share(Stage::Tls, 3, self.settings.timeout)?;
            set_timeout(connection, wait, Stage::Tls)?;
            connection.starttls(&self.tls, &self.hello).map_err(|error| Failure::of(Stage::Tls, &error))?;
        }
        let Some(credentials) = &self.settings.credentials else { return Ok(()) };
        if !connection.is_encrypted() {
            return Err(Failure::ours(
                Stage::Auth,
                "the mail server offers no STARTTLS, and the password is never sent in clear",
            ));
        }
        let wait = deadline.share(Stage::Auth, 3, self.settings.timeout)?;
        set_timeout(connection, wait, Stage::Auth)?;
        let credentials = Credentials::new(credentials.user.clone(), credentials.password.clone());
        connection
            .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
            .map_err(|error| Failure::of(Stage::Auth, &error))?;
        Ok(())
    }

    fn hand_over(
        &self,
        connection: &mut SmtpConnection,
        message: &Composed,
        deadline: Deadline,
    ) -> Result<Sent, Failure> {
        let content = std::str::from_utf8(&message.content)
            .map_err(|_| Failure::ours(Stage::Content, "the message is not text"))?;
        let mut say = |stage, command: &dyn Display, wanted| {
            let wait = deadline.share(stage, 1, self.settings.timeout)?;
            set_timeout(connection, wait, stage)?;
            let response = connection.command(command).map_err(|error| Failure::of(stage, &error))?;
            if response.code().severity == wanted {
                Ok(response)
            } else {
                Err(Failure::theirs(stage, format!("unexpected answer: {}", words(&response))))
            }
        };
        let done = Severity::PositiveCompletion;
        say(Stage::Mail, &Mail::new(Some(message.from.clone()), vec![]), done)?;
        say(Stage::Rcpt, &Rcpt::new(message.to.clone(), vec![]), done)?;
        say(Stage::Data, &Data, Severity::PositiveIntermediate)?;
        let response = say(Stage::Content, &Content(content), done)?;
        Ok(Sent { reply: words(&response) })
    }

    fn take_idle(&self) -> Option<SmtpConnection> {
        let mut idle = self.idle();
        idle.retain(|kept| kept.since.elapsed() < MAX_IDLE);
        idle.pop().map(|kept| kept.connection)
    }

    fn keep(&self, connection: SmtpConnection, sent: Sent) -> Sent {
        let mut idle = self.idle();
        if idle.len() < IDLE_CONNECTIONS {
            idle.push(Idle { connection, since: Instant::now() });
        }
        sent
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends QUIT if the server still responds, and closes the connection.
fn part(mut connection: SmtpConnection, failure: &Failure) {
    if failure.code.is_some_and(|code| code != 421) && connection.set_timeout(Some(GOOD_BYE)).is_ok() {
        let _ = connection.quit();
    }
}

fn set_timeout(connection: &mut SmtpConnection, wait: Duration, stage: Stage) -> Result<(), Failure> {
    connection.set_timeout(Some(wait)).map_err(|error| Failure::theirs(stage, error.to_string()))
}

/// The deadline of the whole message.
#[derive(Clone, Copy)]
struct Deadline(Instant);

impl Deadline {
    /// How long each of the next `parts` replies may take.
    fn share(self, stage: Stage, parts: u32, limit: Duration) -> Result<Duration, Failure> {
        let left = self.0.saturating_duration_since(Instant::now()) / parts;
        if left < Duration::from_millis(10) {
            return Err(Failure::theirs(stage, LATE));
        }
        Ok(left.min(limit))
    }
}

/// The message's content with dot-stuffing and the final dot, in one write: two writes would wait for each other's
/// acknowledgement.
struct Content<'a>(&'a str);

impl Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.strip_suffix("\r\n").unwrap_or(self.0).split("\r\n") {
            let dot = if line.starts_with('.') { "." } else { "" };
            write!(f, "{dot}{line}\r\n")?;
        }
        f.write_str(".\r\n")
    }
}

/// The progress of the SMTP conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Connect,
    Tls,
    Auth,
    Mail,
    Rcpt,
    Data,
    Content,
}

const LATE: &str = "the mail server did not answer in time";

#[derive(Debug)]
struct Failure {
    stage: Stage,
    /// The server's reply code, if it replied.
    code: Option<u16>,
    words: String,
    ours: bool,
}

impl Failure {
    fn ours(stage: Stage, words: impl Into<String>) -> Self {
        Self { stage, code: None, words: words.into(), ours: true }
    }

    fn theirs(stage: Stage, words: impl Into<String>) -> Self {
        Self { ours: false, ..Self::ours(stage, words) }
    }

    fn of(stage: Stage, error: &Error) -> Self {
        let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        if let Some(code) = error.status() {
            let words = shortened(format!("{code} {source}").trim());
            return Self { stage, code: Some(code.into()), words, ours: error.is_permanent() };
        }
        match io_kind(error) {
            Some(std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => Self::theirs(stage, LATE),
            // rustls reports a rejected certificate and other TLS errors this way.
            Some(std::io::ErrorKind::InvalidData) if source.contains("UTF-8") => Self::theirs(stage, source),
            Some(std::io::ErrorKind::InvalidData) => Self::ours(stage, format!("TLS failed: {source}")),
            Some(_) if stage == Stage::Connect => Self::theirs(stage, format!("no connection: {source}")),
            Some(_) => Self::theirs(stage, format!("the connection broke: {source}")),
            None if error.is_tls() || error.is_client() => Self::ours(stage, source),
            None if source == "incomplete response" => Self::theirs(stage, "the mail server closed the connection"),
            None => Self::theirs(stage, source),
        }
    }

    /// Whether a reused connection may simply have timed out, with nothing sent on it.
    fn is_stale(&self) -> bool {
        match self.stage {
            Stage::Mail => true,
            Stage::Rcpt | Stage::Data => self.code == Some(421),
            _ => false,
        }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.stage, self.words)
    }
}

impl From<Failure> for SendError {
    fn from(failure: Failure) -> Self {
        let is_permanent = failure.code.is_some_and(|code| code >= 500);
        match failure.stage {
            Stage::Rcpt | Stage::Data | Stage::Content if is_permanent => Self::Permanent { reply: failure.words },
            _ => Self::Temporary { reply: failure.words, ours: failure.ours },
        }
    }
}

fn io_kind(error: &Error) -> Option<std::io::ErrorKind> {
    std::error::Error::source(error)?.downcast_ref::<std::io::Error>().map(std::io::Error::kind)
}

/// The server's reply on one line.
fn words(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    shortened(format!("{} {}", response.code(), lines.join(" ")).trim())
}

fn shortened(text: &str) -> String {
    text.chars().take(1_000).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
#[path = "smtp_tests.rs"]
mod tests;
