//! The only way to send mail.

use std::path::PathBuf;

use lettre::message::Mailbox;

use super::compose::{Composed, Outgoing};
use super::dev_mailbox;
use super::outcome::{SendError, Sent};
use super::settings::SmtpSettings;
use super::smtp::Smtp;

/// How mail is sent.
#[derive(Debug, Clone)]
pub enum Transport {
    /// Writes into `dir`, one `.eml` file per message.
    Keep {
        dir: PathBuf,
    },
    Smtp(SmtpSettings),
}

/// Sends messages from one sender through one transport; shared by all threads.
#[derive(Debug)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

#[derive(Debug)]
enum Way {
    DevMailbox(PathBuf),
    Smtp(Box<Smtp>),
}

impl Mailer {
    /// `from` has the form `Name <address>`. Fails with a message if it or the transport's certificates are invalid.
    /// Does not connect yet.
    pub fn new(transport: Transport, from: &str) -> Result<Self, String> {
        let from = from.parse().map_err(|_| "the sender is not of the form Name <address>".to_owned())?;
        let way = match transport {
            Transport::Keep { dir } => Way::DevMailbox(dir),
            Transport::Smtp(settings) => Way::Smtp(Box::new(Smtp::new(settings)?)),
        };
        Ok(Self { from, way })
    }

    /// Makes one attempt to send the message, which takes less than 25 s.
    pub fn send(&self, outgoing: &Outgoing) -> Result<Sent, SendError> {
        let message = Composed::new(&self.from, outgoing)?;
        match &self.way {
            Way::DevMailbox(dir) => dev_mailbox::write(dir, &outgoing.message_id, &message.content)
                .map(|name| Sent { reply: format!("kept as {name}.eml") })
                .map_err(|error| SendError::Temporary {
                    reply: format!("the message could not be kept: {error}"),
                    ours: true,
                }),
            Way::Smtp(smtp) => smtp.send(&message),
        }
    }
}
