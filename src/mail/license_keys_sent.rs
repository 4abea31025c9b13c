//! The e-mail with all live keys and links of a customer, in their language. Each key is described as in the e-mail that
//! delivered it.

use std::collections::HashSet;

use askama::Template;
use jiff::Timestamp;

use super::compose::{Attachment, Outgoing};
use super::license_key_delivered::{Fact, LicenseKeyDelivered, Section};
use crate::i18n::Localizer;

/// The content of the e-mail.
#[derive(Debug, Clone)]
pub struct LicenseKeysSent {
    first: LicenseKeyDelivered,
    others: Vec<LicenseKeyDelivered>,
}

#[derive(Template)]
#[template(path = "mail/license_keys_sent.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/license_keys_sent.html")]
struct Html<'a> {
    letter: &'a Letter,
}

/// The e-mail's sentences, in the order in which both bodies contain them.
struct Letter {
    language: &'static str,
    business: String,
    subject: String,
    preheader: String,
    greeting: String,
    intro: String,
    keys: Vec<Key>,
    closing: Vec<String>,
    footer: Vec<String>,
}

struct Key {
    heading: String,
    key: String,
    /// The text of the button that opens the link; `None` for a key.
    button: Option<String>,
    /// The sentence about the attached file.
    attached: Option<String>,
    facts: Vec<Fact>,
    activation: Option<Section>,
}

impl LicenseKeysSent {
    /// The e-mail with the keys of these ones, which are to the same customer; `None` if there are none.
    pub fn of(letters: Vec<LicenseKeyDelivered>) -> Option<Self> {
        let mut letters = letters.into_iter();
        Some(Self { first: letters.next()?, others: letters.collect() })
    }

    /// The complete message, under the outbox message's id.
    pub fn outgoing(&self, message_id: &str, date: Timestamp) -> askama::Result<Outgoing> {
        let letter = self.letter();
        let attachments = self.keys().zip(self.file_names());
        let attachments = attachments.filter_map(|(key, name)| Some((key, name?)));
        Ok(Outgoing {
            message_id: message_id.to_owned(),
            to_name: self.first.to_name.clone(),
            to_address: self.first.to_address.clone(),
            language: self.first.language,
            date,
            text: Text { letter: &letter }.render()?,
            html: Html { letter: &letter }.render()?,
            attachments: attachments
                .map(|(key, name)| Attachment { name, content: key.key.expose().to_owned() })
                .collect(),
            subject: letter.subject,
            is_for_customer: true,
        })
    }

    fn keys(&self) -> impl Iterator<Item = &LicenseKeyDelivered> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The name of each key's file, if it has one; no two are the same.
    fn file_names(&self) -> Vec<Option<String>> {
        let mut used = HashSet::new();
        self.keys().map(|key| key.file_name().map(|name| unused(&mut used, &name))).collect()
    }

    fn letter(&self) -> Letter {
        let first = &self.first;
        let l = Localizer::new(first.language, first.time_zone.clone(), first.purchased_at);
        let count = self.others.len() + 1;
        // What is in it decides the words.
        let links = self.keys().filter(|key| key.is_link()).count();
        let [subject, intro, keep, reason] = match links {
            0 => ["mail-keys-subject", "mail-keys-intro", "mail-keys-keep", "mail-keys-reason"],
            _ if links == count => ["mail-links-subject", "mail-links-intro", "mail-links-keep", "mail-access-reason"],
            _ => ["mail-access-subject", "mail-access-intro", "mail-access-keep", "mail-access-reason"],
        };
        let intro = l.t1(intro, "count", count);
        let keys = self.keys().zip(self.file_names()).map(|(key, file)| Key {
            heading: key.product.clone(),
            key: key.key.expose().to_owned(),
            button: key.button(),
            attached: file.map(|file| l.t1("mail-attached", "file", file)),
            // The heading says the product.
            facts: key.facts().into_iter().skip(1).collect(),
            activation: key.activation(),
        });
        Letter {
            language: first.language.code(),
            business: first.business_name.clone(),
            subject: l.t2(subject, "count", count, "business", &first.business_name),
            preheader: intro.clone(),
            greeting: first.greeting(),
            intro,
            keys: keys.collect(),
            closing: [Some(keep), first.reads_answers.then_some("mail-questions")]
                .into_iter()
                .flatten()
                .map(|key| l.t(key))
                .collect(),
            footer: vec![l.t1(reason, "business", &first.business_name)],
        }
    }
}

/// The name, with a number before its ending if it is used already.
fn unused(used: &mut HashSet<String>, name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "txt"));
    let numbered = |number: usize| if number == 1 { name.to_owned() } else { format!("{stem} {number}.{ending}") };
    let free = (1..=used.len() + 1).map(numbered).find(|name| !used.contains(name)).unwrap_or_default();
    used.insert(free.clone());
    free
}

#[cfg(test)]
#[path = "license_keys_sent_tests.rs"]
mod tests;
