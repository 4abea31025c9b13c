//! The only way to send mail.

use std::path::PathBuf;

use super::compose::{Composed, Identity, Outgoing};
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

/// Sends messages of one sender through one transport; shared by all threads.
#[derive(Debug)]
pub struct Mailer {
    identity: Identity,
    way: Way,
}

#[derive(Debug)]
enum Way {
    DevMailbox(PathBuf),
    Smtp(Box<Smtp>),
}

impl Mailer {
    /// Fails with a message if the transport's certificates are invalid. Does not connect yet.
    pub fn new(transport: Transport, identity: Identity) -> Result<Self, String> {
        let way = match transport {
            Transport::Keep { dir } => Way::DevMailbox(dir),
            Transport::Smtp(settings) => Way::Smtp(Box::new(Smtp::new(settings)?)),
        };
        Ok(Self { identity, way })
    }

    /// Whether the mail server, when last connected to, offered SMTPUTF8; `None` if that is not known.
    pub fn offers_utf8(&self) -> Option<bool> {
        match &self.way {
            Way::DevMailbox(_) => None,
            Way::Smtp(smtp) => smtp.offers_utf8(),
        }
    }

    /// Makes one attempt to send the message, which may take minutes ([`SmtpLimits`]). `on_content` is called when the
    /// message itself is about to be sent: from then on the server may have taken it.
    ///
    /// [`SmtpLimits`]: super::SmtpLimits
    pub fn send(&self, outgoing: &Outgoing, on_content: &dyn Fn()) -> Result<Sent, SendError> {
        let message = Composed::new(&self.identity, outgoing)?;
        match &self.way {
            Way::DevMailbox(dir) => dev_mailbox::write(dir, &outgoing.message_id, &message.content)
                .map(|name| Sent { reply: format!("kept as {name}.eml"), is_kept: true })
                .map_err(|error| SendError::Temporary {
                    reply: format!("the message could not be kept: {error}"),
                    ours: true,
                }),
            Way::Smtp(smtp) => smtp.send(&message, on_content),
        }
    }
}
