//! Composing a message in its transmitted form: headers and two bodies, text and HTML.

use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::outcome::SendError;
use crate::domain::email::ascii_domain;
use crate::i18n::Language;

/// Who messages are from, and who gets answers and copies.
#[derive(Debug, Clone)]
pub struct Identity {
    pub from: Mailbox,
    pub reply_to: Option<Mailbox>,
    /// Gets a hidden copy of messages to customers.
    pub copy_to: Option<Address>,
}

/// A file that goes with a message.
#[derive(Clone)]
pub struct Attachment {
    pub name: String,
    pub content: String,
}

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
    pub attachments: Vec<Attachment>,
    /// Whether it is for a customer, who may answer it; else for a staff member.
    pub is_for_customer: bool,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// The message in bytes with its envelope; pure ASCII, apart from a recipient's address that is not.
pub(super) struct Composed {
    pub from: Address,
    pub to: Address,
    pub copy_to: Option<Address>,
    pub content: Vec<u8>,
}

impl Composed {
    /// Composes the message. Fails permanently if mail cannot be sent to the address; every other failure is temporary
    /// and on our side.
    pub(crate) fn new(identity: &Identity, outgoing: &Outgoing) -> Result<Self, SendError> {
        let from = &identity.from;
        let to = recipient(&outgoing.to_address)
            .ok_or_else(|| SendError::Permanent { reply: "e-mail cannot be sent to this address".to_owned() })?;
        let to_name = one_line(&outgoing.to_name);
        let message_id = format!("<{}@{}>", outgoing.message_id, from.email.domain());
        let mut builder = Message::builder().from(from.clone());
        if let Some(reply_to) = identity.reply_to.as_ref().filter(|_| outgoing.is_for_customer) {
            builder = builder.reply_to(reply_to.clone());
        }
        let message = builder
            .to(Mailbox::new((!to_name.is_empty()).then_some(to_name), to.clone()))
            .subject(one_line(&outgoing.subject))
            .date(SystemTime::from(outgoing.date))
            .message_id(Some(message_id))
            .raw_header(plain("Auto-Submitted", "auto-generated"))
            .raw_header(plain("Content-Language", outgoing.language.code()))
            .multipart(parts(outgoing))
            .map_err(|error| SendError::Temporary { reply: error.to_string(), ours: true })?;
        let copy_to = identity.copy_to.clone().filter(|_| outgoing.is_for_customer);
        Ok(Self { from: from.email.clone(), to, copy_to, content: message.formatted() })
    }

    /// Whether the server has to offer SMTPUTF8.
    pub(crate) fn needs_utf8(&self) -> bool {
        !self.to.user().is_ascii()
    }
}

/// The address with its domain in ASCII; `None` if nothing can be sent to it.
fn recipient(address: &str) -> Option<Address> {
    let (local, domain) = address.rsplit_once('@')?;
    let is_plain = !local.contains(|c: char| c.is_control() || c.is_whitespace() || "<>".contains(c));
    Address::new(local, ascii_domain(domain)?).ok().filter(|_| is_plain)
}

/// The two bodies, and the attachments. Everything is encoded if there are any: mail programs and servers on
/// the way change lines of plain text that begin with `From` or end in spaces.
fn parts(outgoing: &Outgoing) -> MultiPart {
    let encoding = (!outgoing.attachments.is_empty()).then_some(ContentTransferEncoding::Base64);
    let part = |kind: ContentType, text: &str| {
        let text = line_feeds(text);
        let body = match encoding {
            Some(encoding) => Body::new_with_encoding(text, encoding).unwrap_or_else(Body::new),
            None => Body::new(text),
        };
        SinglePart::builder().header(kind).body(body)
    };
    let bodies = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, &outgoing.text))
        .singlepart(part(ContentType::TEXT_HTML, &outgoing.html));
    if outgoing.attachments.is_empty() {
        return bodies;
    }
    outgoing.attachments.iter().fold(MultiPart::mixed().multipart(bodies), |parts, Attachment { name, content }| {
        // As bytes, because the line ends of text would be converted.
        let kind = ContentType::parse("application/octet-stream").unwrap_or(ContentType::TEXT_PLAIN);
        parts.singlepart(lettre::message::Attachment::new(name.clone()).body(content.clone().into_bytes(), kind))
    })
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
            attachments: Vec::new(),
            is_for_customer: true,
        }
    }

    fn identity(from: &str) -> Identity {
        Identity { from: from.parse().expect("a sender"), reply_to: None, copy_to: None }
    }

    fn composed(outgoing: &Outgoing) -> String {
        let composed = Composed::new(&identity("Nordlicht <keys@nordlicht.example>"), outgoing).expect("a message");
        String::from_utf8(composed.content).expect("text")
    }

    #[test]
    fn answers_and_copies_go_where_they_are_wanted_and_never_with_links_for_staff() {
        let mut identity = identity("No-Reply <no-reply@nordlicht.example>");
        identity.reply_to = Some("Help <help@nordlicht.example>".parse().expect("an address"));
        identity.copy_to = Some("archive@nordlicht.example".parse().expect("an address"));
        for is_for_customer in [true, false] {
            let composed = Composed::new(&identity, &Outgoing { is_for_customer, ..outgoing() }).expect("a message");
            let source = String::from_utf8(composed.content).expect("text");
            assert_eq!(source.contains("Reply-To: Help <help@nordlicht.example>\r\n"), is_for_customer, "{source}");
            assert_eq!(composed.copy_to.is_some(), is_for_customer);
            assert!(!source.contains("archive@"), "{source}");
        }
    }

    #[test]
    fn a_domain_with_umlauts_is_sent_in_ascii() {
        let outgoing = Outgoing { to_address: "info@müller.de".to_owned(), ..outgoing() };
        let composed = Composed::new(&identity("keys@localhost"), &outgoing).expect("a message");
        assert_eq!(AsRef::<str>::as_ref(&composed.to), "info@xn--mller-kva.de");
        assert!(composed.content.is_ascii() && !composed.needs_utf8());
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
        for address in [
            "a@b.example\r\nRCPT TO:<c@d.example>",
            "a@b.example>",
            "a b@c.example",
            "ä>@b.example",
            "ä b@c.example",
            "",
        ] {
            let outgoing = Outgoing { to_address: address.to_owned(), ..outgoing() };
            let identity = identity("keys@localhost");
            assert!(matches!(Composed::new(&identity, &outgoing), Err(SendError::Permanent { .. })), "{address:?}");
        }
    }

    #[test]
    fn a_message_is_printed_without_its_contents() {
        assert_eq!(format!("{:?}", outgoing()), "Outgoing { message_id: \"msg_0123456789abcdefghijk\", .. }");
    }
}
