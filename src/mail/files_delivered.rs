//! The e-mail that delivers files: it links their page, and lists them.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::compose::Outgoing;
use super::license_key_delivered::{Section, section};
use crate::i18n::{Language, Localizer};

/// The content of the e-mail.
#[derive(Debug, Clone)]
pub struct FilesDelivered {
    pub language: Language,
    pub to_name: String,
    pub to_address: String,
    pub business_name: String,
    pub product: String,
    /// The page with the downloads, and until when its link works.
    pub url: String,
    pub until: Timestamp,
    /// Names and sizes in bytes.
    pub files: Vec<(String, u64)>,
    pub instructions: Option<String>,
    pub external_url: Option<String>,
    pub customer_note: Option<String>,
    pub payment_id: Option<String>,
    pub purchased_at: Timestamp,
    pub time_zone: TimeZone,
    /// Which of how many e-mails about the same sale this is; `None` if it is the only one.
    pub place_in_sale: Option<(usize, usize)>,
    /// Whether somebody reads answers to this e-mail.
    pub reads_answers: bool,
}

#[derive(Template)]
#[template(path = "mail/files_delivered.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/files_delivered.html")]
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
    url: String,
    button: String,
    until: String,
    /// Each file with its size.
    files: Vec<String>,
    note: Option<Section>,
    instructions: Option<Section>,
    external: Option<String>,
    closing: Option<String>,
    footer: Vec<String>,
}

impl FilesDelivered {
    /// E-mails about one sale have different subjects, because mail programs show those with the same one as a single
    /// conversation.
    pub fn subject(&self) -> String {
        let l = self.localizer();
        match self.place_in_sale {
            Some((place, count)) => {
                l.t3("mail-files-subject-series", "product", &self.product, "place", place, "count", count)
            }
            None => l.t1("mail-files-subject", "product", &self.product),
        }
    }

    pub fn greeting(&self) -> String {
        match self.to_name.trim() {
            "" => self.localizer().t("mail-greeting-nameless"),
            name => self.localizer().t1("mail-greeting", "name", name),
        }
    }

    /// The sentence before the link; thanks for the purchase if there was a payment.
    pub fn intro(&self) -> String {
        let key = if self.payment_id.is_some() { "mail-files-intro-purchase" } else { "mail-files-intro" };
        self.localizer().t(key)
    }

    /// Each file with its size.
    pub fn lines(&self) -> Vec<String> {
        let l = self.localizer();
        let line = |(name, size): &(String, u64)| format!("{name} ({})", l.file_size(*size));
        self.files.iter().map(line).collect()
    }

    /// Until when the link works, and that new ones can be asked for.
    pub fn until_sentence(&self) -> String {
        let l = self.localizer();
        l.t1("mail-files-until", "date", l.long_moment_in(self.until, &self.time_zone))
    }

    /// The complete message, under the outbox message's id.
    pub fn outgoing(&self, message_id: &str, date: Timestamp) -> askama::Result<Outgoing> {
        let letter = self.letter();
        Ok(Outgoing {
            message_id: message_id.to_owned(),
            to_name: self.to_name.clone(),
            to_address: self.to_address.clone(),
            language: self.language,
            date,
            text: Text { letter: &letter }.render()?,
            html: Html { letter: &letter }.render()?,
            subject: letter.subject,
            attachments: Vec::new(),
            is_for_customer: true,
        })
    }

    fn letter(&self) -> Letter {
        let l = self.localizer();
        let date = l.long_date(self.purchased_at);
        Letter {
            language: self.language.code(),
            business: self.business_name.clone(),
            subject: self.subject(),
            preheader: self.until_sentence(),
            greeting: self.greeting(),
            intro: self.intro(),
            url: self.url.clone(),
            button: l.t("mail-files-button"),
            until: self.until_sentence(),
            files: self.lines(),
            note: section(&l, "mail-note-heading", self.customer_note.as_deref()),
            instructions: section(&l, "mail-files-instructions", self.instructions.as_deref()),
            external: self.external_url.clone(),
            closing: self.reads_answers.then(|| l.t("mail-questions")),
            footer: match &self.payment_id {
                Some(payment) => {
                    vec![l.t1("mail-payment", "payment", payment), l.t1("mail-reason-purchase", "date", date)]
                }
                None => vec![l.t2("mail-files-reason", "business", &self.business_name, "date", date)],
            },
        }
    }

    fn localizer(&self) -> Localizer {
        Localizer::new(self.language, self.time_zone.clone(), self.purchased_at)
    }
}
