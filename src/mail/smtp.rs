//! An SMTP client that issues each command itself, to know which one the server rejected: only a rejected recipient or
//! message may concern the customer; anything else is the server's fault or ours. Idle connections are reused for the
//! next message.

use std::fmt::{self, Display};
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Severity;

use super::compose::Composed;
use super::outcome::{SendError, Sent};
use super::settings::{SmtpSettings, SmtpTls};
use super::smtp_failure::{Failure, Origin, Stage, words};
use super::smtp_tls::Tls;

/// How long to wait for the server's reply to QUIT.
const GOOD_BYE: Duration = Duration::from_millis(500);
const NO_UTF8: &str = "the mail server cannot send to addresses with such letters before the @ (no SMTPUTF8)";
const IDLE_CONNECTIONS: usize = 4;
const MAX_IDLE: Duration = Duration::from_secs(60);
/// A connection that breaks sooner than this after the message was sent broke while it was sent.
const BROKE_WHILE_SENDING: Duration = Duration::from_secs(1);

/// The SMTP server and its connections.
pub(super) struct Smtp {
    settings: SmtpSettings,
    tls: Tls,
    hello: ClientId,
    idle: Mutex<Vec<Idle>>,
    /// The address that answered last; tried first, so that a dead one costs its time only once.
    last_address: Mutex<Option<SocketAddr>>,
    /// Whether the server offered SMTPUTF8 when it was last connected to.
    offers_utf8: Mutex<Option<bool>>,
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
    /// Prepares TLS; fails with a message if the additional certificates are invalid.
    pub(crate) fn new(settings: SmtpSettings) -> Result<Self, String> {
        let tls = Tls::new(&settings.host, settings.extra_certificates_pem.as_deref())?;
        let hello = ClientId::Domain(settings.hello.clone());
        Ok(Self {
            settings,
            tls,
            hello,
            idle: Mutex::default(),
            last_address: Mutex::default(),
            offers_utf8: Mutex::default(),
        })
    }

    /// Sends the message, by the first of the server's addresses that serves. A reused connection that turns out to be
    /// stale is replaced once.
    pub(crate) fn send(&self, message: &Composed, on_content: &dyn Fn()) -> Result<Sent, SendError> {
        if let Some(mut connection) = self.take_idle() {
            match self.hand_over(&mut connection, message, on_content) {
                Ok(sent) => return Ok(self.keep(connection, sent)),
                Err(failure) => {
                    part(connection, &failure);
                    if !failure.is_stale() {
                        return Err(failure.into());
                    }
                }
            }
        }
        self.send_to_first(&self.addresses()?, message, on_content)
    }

    /// Sends the message to the first of these addresses that serves.
    fn send_to_first(
        &self,
        addresses: &[SocketAddr],
        message: &Composed,
        on_content: &dyn Fn(),
    ) -> Result<Sent, SendError> {
        let mut failed: Option<Failure> = None;
        for address in addresses {
            let failure = match self.send_by(*address, message, on_content) {
                Ok(sent) => return Ok(sent),
                Err(failure) if !failure.is_of_this_address() => return Err(failure.into()),
                Err(failure) => failure,
            };
            tracing::debug!(%address, %failure, "this address of the mail server does not serve");
            // What a server says tells more than that another one is silent.
            if failed.as_ref().is_none_or(|before| before.code.is_none() && before.origin == Origin::Server) {
                failed = Some(failure);
            }
        }
        let nowhere = || Failure::theirs(Stage::Connect, format!("{} has no address", self.settings.host));
        Err(failed.unwrap_or_else(nowhere).into())
    }

    pub(crate) fn offers_utf8(&self) -> Option<bool> {
        *self.offers_utf8.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server's addresses, the one that answered last first.
    fn addresses(&self) -> Result<Vec<SocketAddr>, Failure> {
        let (host, port) = (self.settings.host.as_str(), self.settings.port);
        let mut addresses: Vec<SocketAddr> = (host, port)
            .to_socket_addrs()
            .map_err(|error| Failure::theirs(Stage::Connect, format!("{host} cannot be found: {error}")))?
            .collect();
        let last = *self.last_address();
        addresses.sort_by_key(|address| Some(*address) != last);
        Ok(addresses)
    }

    fn send_by(&self, address: SocketAddr, message: &Composed, on_content: &dyn Fn()) -> Result<Sent, Failure> {
        let mut connection = self.connect(address)?;
        match self.hand_over(&mut connection, message, on_content) {
            Ok(sent) => {
                *self.last_address() = Some(address);
                Ok(self.keep(connection, sent))
            }
            Err(failure) => {
                part(connection, &failure);
                Err(failure)
            }
        }
    }

    fn connect(&self, address: SocketAddr) -> Result<SmtpConnection, Failure> {
        let (mut connection, is_offered) = self.tls.connect(|parameters| {
            let wait = Some(self.settings.limits.command);
            let first = (self.settings.tls == SmtpTls::Implicit).then_some(parameters);
            let mut connection = SmtpConnection::connect(address, wait, &self.hello, first, None)
                .map_err(|error| Failure::of(Stage::Connect, &error))?;
            let is_offered = connection.is_encrypted() || connection.can_starttls();
            if connection.can_starttls() {
                connection.starttls(parameters, &self.hello).map_err(|error| Failure::of(Stage::Tls, &error))?;
            }
            Ok((connection, is_offered))
        })?;
        if self.settings.tls == SmtpTls::Required && !is_offered {
            return Err(Failure::ours(Stage::Tls, "the mail server offers no STARTTLS, and the settings ask for it"));
        }
        let offers_utf8 = connection.server_info().supports_feature(Extension::SmtpUtfEight);
        *self.offers_utf8.lock().unwrap_or_else(PoisonError::into_inner) = Some(offers_utf8);
        self.sign_in(&mut connection)?;
        Ok(connection)
    }

    fn sign_in(&self, connection: &mut SmtpConnection) -> Result<(), Failure> {
        let Some(credentials) = &self.settings.credentials else { return Ok(()) };
        if !connection.is_encrypted() {
            return Err(Failure::ours(
                Stage::Auth,
                "the mail server offers no STARTTLS, and the password is never sent in clear",
            ));
        }
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
        on_content: &dyn Fn(),
    ) -> Result<Sent, Failure> {
        if message.needs_utf8() && !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Failure { origin: Origin::Address, ..Failure::theirs(Stage::Mail, NO_UTF8) });
        }
        let content = std::str::from_utf8(&message.content)
            .map_err(|_| Failure::ours(Stage::Content, "the message is not text"))?;
        let limits = self.settings.limits;
        let mut say = |stage, command: &dyn Display, wanted| {
            let wait = if stage == Stage::Content { limits.answer } else { limits.command };
            connection.set_timeout(Some(wait)).map_err(|error| Failure::theirs(stage, error.to_string()))?;
            let response = connection.command(command).map_err(|error| Failure::of(stage, &error))?;
            if response.code().severity == wanted {
                Ok(response)
            } else {
                Err(Failure::theirs(stage, format!("unexpected answer: {}", words(&response))))
            }
        };
        let done = Severity::PositiveCompletion;
        let parameters = if message.needs_utf8() { vec![MailParameter::SmtpUtfEight] } else { vec![] };
        say(Stage::Mail, &Mail::new(Some(message.from.clone()), parameters), done)?;
        say(Stage::Rcpt, &Rcpt::new(message.to.clone(), vec![]), done)?;
        if let Some(copy_to) = &message.copy_to
            && let Err(failure) = say(Stage::Rcpt, &Rcpt::new(copy_to.clone(), vec![]), done)
        {
            // The customer gets the key whether or not we get our copy.
            let Some(code) = failure.code else { return Err(failure) };
            tracing::warn!(code, "the mail server refuses the address in KEYDESK_MAIL_BCC");
        }
        say(Stage::Data, &Data, Severity::PositiveIntermediate)?;
        on_content();
        let since = Instant::now();
        let response = say(Stage::Content, &Content(content), done).map_err(|failure| {
            let is_broken = failure.code.is_none() && failure.origin == Origin::Server;
            let may_be_taken = is_broken && since.elapsed() > BROKE_WHILE_SENDING;
            Failure { origin: if may_be_taken { Origin::NoAnswer } else { failure.origin }, ..failure }
        })?;
        Ok(Sent { reply: words(&response), is_kept: false })
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

    fn last_address(&self) -> MutexGuard<'_, Option<SocketAddr>> {
        self.last_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends QUIT if the server still responds, and closes the connection.
fn part(mut connection: SmtpConnection, failure: &Failure) {
    if failure.code.is_some_and(|code| code != 421) && connection.set_timeout(Some(GOOD_BYE)).is_ok() {
        let _ = connection.quit();
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

#[cfg(test)]
#[path = "smtp_tests.rs"]
mod tests;
