//! Composing a message in its transmitted form: headers and two bodies, text and HTML.

use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::outcome::SendError;
use crate::i18n::Language;

/// A message to be sent.
#[derive(Clone)]
pub struct Outgoing {
    /// The outbox message's id; it becomes the `Message-ID`, the same for every attempt.
    pub message_id: String,
    pub to_name: String,
    pub to_address: String,
    pub language: Language,
    pub date: Timestamp,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// The message in bytes, pure ASCII, with its envelope.
pub(super) struct Composed {
    pub from: Address,
    pub to: Address,
    pub content: Vec<u8>,
}

impl Composed {
    /// Composes the message. Fails permanently if mail cannot be sent to the address; every other failure is temporary
    /// and on our side.
    pub fn new(from: &Mailbox, outgoing: &Outgoing) -> Result<Self, SendError> {
        let to: Address = outgoing
            .to_address
            .parse()
            .ok()
            .filter(|_| outgoing.to_address.is_ascii())
            .ok_or_else(|| SendError::Permanent { reply: "e-mail cannot be sent to this address".to_owned() })?;
        let to_name = one_line(&outgoing.to_name);
        let message_id = format!("<{}@{}>", outgoing.message_id, from.email.domain());
        let message = Message::builder()
            .from(from.clone())
            .to(Mailbox::new((!to_name.is_empty()).then_some(to_name), to.clone()))
            .subject(one_line(&outgoing.subject))
            .date(SystemTime::from(outgoing.date))
            .message_id(Some(message_id))
            .raw_header(plain("Auto-Submitted", "auto-generated"))
            .raw_header(plain("Content-Language", outgoing.language.code()))
            .multipart(MultiPart::alternative_plain_html(line_feeds(&outgoing.text), line_feeds(&outgoing.html)))
            .map_err(|error| SendError::Temporary { reply: error.to_string(), ours: true })?;
        Ok(Self { from: from.email.clone(), to, content: message.formatted() })
    }
}

fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Makes a header value a single line by replacing control characters with spaces.
fn one_line(text: &str) -> String {
    let spaced = text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ");
    spaced.trim().to_owned()
}

fn line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing() -> Outgoing {
        Outgoing {
            message_id: "msg_0123456789abcdefghijk".to_owned(),
            to_name: "Jürgen Müllenhoff".to_owned(),
            to_address: "j.muellenhoff@studio.example".to_owned(),
            language: Language::De,
            date: "2025-11-21T13:17:40Z".parse().expect("a timestamp"),
            subject: "Ihr Lizenzschlüssel für Tonwerk".to_owned(),
            text: "Grüße\n.\n-- \nEnde\r".to_owned(),
            html: format!("<p>Grüße</p>{}", "x".repeat(3_000)),
        }
    }

    fn composed(outgoing: &Outgoing) -> String {
        let from = "Nordlicht <keys@nordlicht.example>".parse().expect("a sender");
        let composed = Composed::new(&from, outgoing).expect("a message");
        String::from_utf8(composed.content).expect("text")
    }

    #[test]
    fn a_message_has_the_headers_it_needs_and_is_ascii_in_short_lines() {
        let message = composed(&outgoing());
        for header in [
            "From: Nordlicht <keys@nordlicht.example>\r\n",
            "Message-ID: <msg_0123456789abcdefghijk@nordlicht.example>\r\n",
            "Date: Fri, 21 Nov 2025 13:17:40 +0000\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Language: de\r\n",
            "MIME-Version: 1.0\r\n",
            "Content-Type: multipart/alternative;",
        ] {
            assert!(message.contains(header), "{header:?} in {message}");
        }
        assert!(message.is_ascii());
        assert!(message.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
    }

    #[test]
    fn line_ends_in_names_and_subjects_make_no_headers() {
        for evil in [
            "\r\nBcc: x@evil.example",
            "\nBcc: x@evil.example",
            "\rBcc: x@evil.example",
            "\0\u{85}\u{2028}Bcc: x@evil.example",
        ] {
            let mut outgoing = outgoing();
            outgoing.subject = format!("Key{evil}\r\n\r\nBody");
            outgoing.to_name = format!("Eve{evil} <x@evil.example>, \"");
            let message = composed(&outgoing);
            let head = message.split("\r\n\r\n").next().expect("a head");
            assert!(head.lines().all(|line| !line.starts_with("Bcc") && !line.starts_with("Body")), "{head}");
            assert_eq!(head.lines().filter(|line| line.starts_with("To:")).count(), 1);
        }
    }

    #[test]
    fn an_address_with_a_line_end_is_refused() {
        for address in ["a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example>", "a b@c.example", "ä@b.example", ""] {
            let outgoing = Outgoing { to_address: address.to_owned(), ..outgoing() };
            let from = "keys@localhost".parse().expect("a sender");
            assert!(matches!(Composed::new(&from, &outgoing), Err(SendError::Permanent { .. })), "{address:?}");
        }
    }

    #[test]
    fn a_message_is_printed_without_its_contents() {
        assert_eq!(format!("{:?}", outgoing()), "Outgoing { message_id: \"msg_0123456789abcdefghijk\", .. }");
    }
}
