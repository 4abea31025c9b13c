//! Why a conversation with the mail server failed, at which command, and what follows from it.

use std::error::Error as _;
use std::fmt::{self, Display};
use std::io::ErrorKind;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

use super::outcome::SendError;
use super::refusal::{Blame, blame};

/// The progress of the SMTP conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Connect,
    Tls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// The message has been sent, and the server has to say whether it takes it.
    Content,
}

pub(super) const LATE: &str = "the mail server did not answer in time";

/// Why a conversation failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub stage: Stage,
    /// The server's reply code, if it replied.
    pub code: Option<u16>,
    pub words: String,
    pub origin: Origin,
}

/// What a failure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Server,
    /// Our settings, permissions or reputation.
    Ours,
    /// The server's certificate was rejected.
    Certificate,
    /// The server has got the message, and may have taken it without our knowing.
    NoAnswer,
    /// The server can never send to this address.
    Address,
}

impl Failure {
    pub(crate) fn ours(stage: Stage, words: impl Into<String>) -> Self {
        Self { stage, code: None, words: words.into(), origin: Origin::Ours }
    }

    pub(crate) fn theirs(stage: Stage, words: impl Into<String>) -> Self {
        Self { origin: Origin::Server, ..Self::ours(stage, words) }
    }

    pub(crate) fn of(stage: Stage, error: &Error) -> Self {
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        if let Some(code) = error.status() {
            let words = shortened(format!("{code} {source}").trim());
            let origin = if error.is_permanent() { Origin::Ours } else { Origin::Server };
            return Self { stage, code: Some(code.into()), words, origin };
        }
        match io_kind(error) {
            Some(ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                let origin = if stage == Stage::Content { Origin::NoAnswer } else { Origin::Server };
                Self { origin, ..Self::theirs(stage, LATE) }
            }
            // rustls reports a rejected certificate and other TLS errors this way.
            Some(ErrorKind::InvalidData) if source.contains("UTF-8") => Self::theirs(stage, source),
            Some(ErrorKind::InvalidData) => {
                let origin = if source.contains("certificate") { Origin::Certificate } else { Origin::Ours };
                let hint = if source.contains("UnknownIssuer") {
                    "; KEYDESK_SMTP_CA can name its issuer or the certificate itself"
                } else {
                    ""
                };
                Self { origin, ..Self::ours(stage, format!("TLS failed: {source}{hint}")) }
            }
            Some(_) if stage == Stage::Connect => Self::theirs(stage, format!("no connection: {source}")),
            Some(_) => Self::theirs(stage, format!("the connection broke: {source}")),
            None if error.is_tls() || error.is_client() => Self::ours(stage, source),
            None if source == "incomplete response" => Self::theirs(stage, "the mail server closed the connection"),
            None => Self::theirs(stage, source),
        }
    }

    /// Whether a reused connection may simply have timed out, with nothing sent on it.
    pub(crate) fn is_stale(&self) -> bool {
        match self.stage {
            Stage::Mail => self.origin != Origin::Address,
            Stage::Rcpt | Stage::Data => self.code == Some(421),
            _ => false,
        }
    }

    /// Whether the server's next address may be tried: this one is dead, closes the connection or is too busy, and
    /// has not got the message.
    pub(crate) fn is_of_this_address(&self) -> bool {
        match self.stage {
            Stage::Connect | Stage::Tls => true,
            Stage::Content => false,
            _ => self.code.map_or(self.origin == Origin::Server, |code| code == 421),
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
        let reply = failure.words;
        match (failure.code, failure.origin) {
            (Some(code), _) if failure.stage >= Stage::Rcpt => match blame(code, &reply) {
                Blame::Recipient => Self::Permanent { reply },
                fault => Self::Temporary { reply, ours: fault == Blame::Ours },
            },
            (_, Origin::Address) => Self::Permanent { reply },
            (_, Origin::NoAnswer) => Self::Unanswered { reply },
            (_, Origin::Server) => Self::Unreachable { reply },
            (_, Origin::Ours | Origin::Certificate) => Self::Temporary { reply, ours: true },
        }
    }
}

fn io_kind(error: &Error) -> Option<ErrorKind> {
    error.source()?.downcast_ref::<std::io::Error>().map(std::io::Error::kind)
}

/// The server's reply on one line.
pub(super) fn words(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    shortened(format!("{} {}", response.code(), lines.join(" ")).trim())
}

fn shortened(text: &str) -> String {
    text.chars().take(1_000).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
