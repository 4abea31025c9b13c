//! The e-mail that delivers a license key or a link, in the customer's language. The preview in the fulfillment form shows the
//! same sentences.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::compose::{Attachment, Outgoing};
use super::key_file;
use crate::domain::entitlement::IntegrationType;
use crate::domain::integration::rules_of;
use crate::domain::license_key::LicenseKeyValue;
use crate::i18n::{Language, Localizer};

/// The content of the e-mail.
#[derive(Debug, Clone)]
pub struct LicenseKeyDelivered {
    pub language: Language,
    pub to_name: String,
    pub to_address: String,
    pub business_name: String,
    pub product: String,
    pub entitlement: String,
    /// What is delivered, which decides the words.
    pub kind: IntegrationType,
    /// The key or the link.
    pub key: LicenseKeyValue,
    pub activations_limit: Option<i32>,
    pub expires_at: Option<Timestamp>,
    /// The time zone in which the expiry is stated.
    pub expires_zone: TimeZone,
    pub activation_message: Option<String>,
    pub customer_note: Option<String>,
    pub payment_id: Option<String>,
    pub purchased_at: Timestamp,
    pub time_zone: TimeZone,
    /// Which of how many e-mails about the same sale this is; `None` if it is the only one.
    pub place_in_sale: Option<(usize, usize)>,
    /// Whether somebody reads answers to this e-mail.
    pub reads_answers: bool,
    /// The page with the files that come with the key, and until when its link works.
    pub downloads: Option<(String, Timestamp)>,
    /// The last characters of the key that this one replaces, which may be none; `None` if it replaces none.
    pub replaces: Option<String>,
}

#[derive(Template)]
#[template(path = "mail/license_key_delivered.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/license_key_delivered.html")]
struct Html<'a> {
    letter: &'a Letter,
}

/// The e-mail's sentences, in the order in which both bodies contain them.
struct Letter {
    language: &'static str,
    business: String,
    subject: String,
    greeting: String,
    intro: String,
    /// The line that mail programs show beside the subject.
    preheader: String,
    key: String,
    /// The text of the button that opens the link; `None` for a key.
    button: Option<String>,
    /// The sentence about the attached file.
    attached: Option<String>,
    facts: Vec<Fact>,
    note: Option<Section>,
    activation: Option<Section>,
    downloads: Option<Downloads>,
    closing: Vec<String>,
    footer: Vec<String>,
}

/// A row of the table below the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub value: String,
    /// The spaces that align the values in the text body.
    pub(super) padding: String,
}

/// The link to the files that come with the key.
struct Downloads {
    heading: String,
    url: String,
    until: String,
}

/// A paragraph with a heading.
pub(super) struct Section {
    pub heading: String,
    pub lines: Vec<String>,
}

impl LicenseKeyDelivered {
    /// E-mails about one sale have different subjects, because mail programs show those with the same one as a single
    /// conversation.
    pub fn subject(&self) -> String {
        let l = self.localizer();
        let (alone, series) = match self.replaces {
            Some(_) => ("mail-subject-replaced", "mail-subject-replaced-series"),
            None => ("mail-subject", "mail-subject-series"),
        };
        match self.place_in_sale {
            Some((place, count)) => {
                l.t3(&l.of_value(series, self.is_link()), "product", &self.product, "place", place, "count", count)
            }
            None => l.t1(&l.of_value(alone, self.is_link()), "product", &self.product),
        }
    }

    pub fn greeting(&self) -> String {
        match self.to_name.trim() {
            "" => self.localizer().t("mail-greeting-nameless"),
            name => self.localizer().t1("mail-greeting", "name", name),
        }
    }

    /// The sentence before the key; thanks for the purchase if there was a payment, or what became of the key before.
    pub fn intro(&self) -> String {
        if let Some(end) = &self.replaces {
            let key = if end.is_empty() { "mail-intro-replaced" } else { "mail-intro-replaced-ends" };
            let l = self.localizer();
            return l.t2(&l.of_value(key, self.is_link()), "end", end, "platform", self.platform());
        }
        let key = if self.payment_id.is_some() { "mail-intro-purchase" } else { "mail-intro" };
        let l = self.localizer();
        l.t1(&l.of_value(key, self.is_link()), "platform", self.platform())
    }

    /// For example "Valid for 3 activations until 21 November 2026, 23:59 Europe/Berlin."
    pub fn validity_sentence(&self) -> String {
        let l = self.localizer();
        let date = self.end(&l);
        if self.is_link() {
            return match date {
                Some(date) => l.t1("mail-validity-until-link", "date", date),
                None => l.t("mail-validity-link"),
            };
        }
        match (self.activations_limit, date) {
            (Some(count), Some(date)) => l.t2("mail-validity-limit-until", "count", count, "date", date),
            (Some(count), None) => l.t1("mail-validity-limit", "count", count),
            (None, Some(date)) => l.t1("mail-validity-until", "date", date),
            (None, None) => l.t("mail-validity"),
        }
    }

    fn end(&self, l: &Localizer) -> Option<String> {
        self.expires_at.map(|at| l.long_moment_in(at, &self.expires_zone))
    }

    /// The rows below the key: product, license if its name differs, activations, expiry.
    pub fn facts(&self) -> Vec<Fact> {
        let l = self.localizer();
        let activations =
            self.activations_limit.map_or_else(|| l.t("mail-activations-unlimited"), |count| l.number(count));
        let end = self.end(&l).unwrap_or_else(|| l.t("mail-valid-without-end"));
        let mut pairs = vec![(l.t("mail-fact-product"), self.product.clone())];
        if self.entitlement.trim() != self.product.trim() {
            pairs.push((l.t(&l.of_value("mail-fact-entitlement", self.is_link())), self.entitlement.clone()));
        }
        if !self.is_link() {
            pairs.push((l.t("mail-fact-activations"), activations));
        }
        pairs.push((l.t("mail-fact-valid-until"), end));
        let width = pairs.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        pairs
            .into_iter()
            .map(|(label, value)| {
                let padding = " ".repeat(width - label.chars().count());
                Fact { label, value, padding }
            })
            .collect()
    }

    /// The plain-text body.
    pub fn text(&self) -> askama::Result<String> {
        Text { letter: &self.letter() }.render()
    }

    /// The HTML body; every value in it is escaped.
    pub fn html(&self) -> askama::Result<String> {
        Html { letter: &self.letter() }.render()
    }

    /// The complete message, under the outbox message's id.
    pub fn outgoing(&self, message_id: &str, date: Timestamp) -> askama::Result<Outgoing> {
        Ok(Outgoing {
            message_id: message_id.to_owned(),
            to_name: self.to_name.clone(),
            to_address: self.to_address.clone(),
            language: self.language,
            date,
            subject: self.subject(),
            text: self.text()?,
            html: self.html()?,
            attachments: self
                .file_name()
                .map(|name| Attachment { name, content: self.key.expose().to_owned() })
                .into_iter()
                .collect(),
            is_for_customer: true,
        })
    }

    /// The name of the attached file; `None` if there is none.
    pub(super) fn file_name(&self) -> Option<String> {
        key_file::name(&self.key, &self.entitlement)
    }

    fn letter(&self) -> Letter {
        let l = self.localizer();
        Letter {
            language: self.language.code(),
            business: self.business_name.clone(),
            subject: self.subject(),
            greeting: self.greeting(),
            intro: self.intro(),
            preheader: self.validity_sentence(),
            key: self.key.expose().to_owned(),
            button: self.button(),
            attached: self.file_name().map(|file| l.t1("mail-attached", "file", file)),
            facts: self.facts(),
            note: section(&l, "mail-note-heading", self.customer_note.as_deref()),
            activation: self.activation(),
            downloads: self.downloads.as_ref().map(|(url, until)| Downloads {
                heading: l.t("mail-downloads"),
                url: url.clone(),
                until: l.t1("mail-files-until", "date", l.long_moment_in(*until, &self.time_zone)),
            }),
            closing: [Some("mail-keep"), self.reads_answers.then_some("mail-questions")]
                .into_iter()
                .flatten()
                .map(|key| l.t(&l.of_value(key, self.is_link())))
                .collect(),
            footer: self.footer(&l),
        }
    }

    pub(super) fn is_link(&self) -> bool {
        rules_of(self.kind).delivers.is_link()
    }

    /// The text of the button that opens the link; `None` for a key.
    pub(super) fn button(&self) -> Option<String> {
        self.is_link().then(|| self.localizer().t1("mail-button-link", "platform", self.platform()))
    }

    fn platform(&self) -> String {
        self.localizer().named("integration", self.kind.as_str())
    }

    /// How to use the key, if the entitlement says so.
    pub(super) fn activation(&self) -> Option<Section> {
        let l = self.localizer();
        section(&l, &l.of_value("mail-activation-heading", self.is_link()), self.activation_message.as_deref())
    }

    fn footer(&self, l: &Localizer) -> Vec<String> {
        let date = l.long_date(self.purchased_at);
        match &self.payment_id {
            Some(payment) => vec![l.t1("mail-payment", "payment", payment), l.t1("mail-reason-purchase", "date", date)],
            None => {
                vec![l.t2(&l.of_value("mail-reason", self.is_link()), "business", &self.business_name, "date", date)]
            }
        }
    }

    fn localizer(&self) -> Localizer {
        Localizer::new(self.language, self.time_zone.clone(), self.purchased_at)
    }
}

pub(super) fn section(l: &Localizer, heading: &str, text: Option<&str>) -> Option<Section> {
    let lines: Vec<String> = text?.trim().lines().map(str::to_owned).collect();
    (!lines.is_empty()).then(|| Section { heading: l.t(heading), lines })
}

#[cfg(test)]
#[path = "license_key_delivered_tests.rs"]
mod tests;
