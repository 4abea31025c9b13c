//! The e-mail with a link for setting a staff password.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::compose::Outgoing;
use crate::domain::staff::link::LinkPurpose;
use crate::i18n::{Language, Localizer};

/// The content of the e-mail.
#[derive(Clone)]
pub struct StaffLinkEmail {
    pub language: Language,
    pub purpose: LinkPurpose,
    /// If passwords are turned off, an invitation links to the sign-in page.
    pub has_passwords: bool,
    pub to_name: String,
    pub to_address: String,
    pub business_name: String,
    /// With passwords, it contains the token: anyone who has it can set the password.
    pub url: String,
    pub expires_at: Timestamp,
    pub time_zone: TimeZone,
}

#[derive(Template)]
#[template(path = "mail/staff_link.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/staff_link.html")]
struct Html<'a> {
    letter: &'a Letter,
}

struct Letter {
    language: &'static str,
    business: String,
    subject: String,
    paragraphs: [String; 2],
    button: String,
    url: String,
    conditions: Vec<String>,
}

impl StaffLinkEmail {
    /// The complete message, under the link's id.
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
            is_for_customer: false,
        })
    }

    fn letter(&self) -> Letter {
        let l = Localizer::new(self.language, self.time_zone.clone(), self.expires_at);
        let (subject, intro, button, unasked) = match (self.purpose, self.has_passwords) {
            (LinkPurpose::Invitation, true) => (
                "mail-invitation-subject",
                "mail-invitation-intro",
                "mail-invitation-button",
                "mail-invitation-unasked",
            ),
            (LinkPurpose::Invitation, false) => (
                "mail-invitation-subject",
                "mail-invitation-provider-intro",
                "mail-invitation-provider-button",
                "mail-invitation-provider-unasked",
            ),
            (LinkPurpose::Reset, _) => {
                ("mail-reset-subject", "mail-reset-intro", "mail-reset-button", "mail-reset-unasked")
            }
        };
        let until = format!("{}, {} {}", l.long_date(self.expires_at), l.time(self.expires_at), l.zone_label());
        Letter {
            language: self.language.code(),
            business: self.business_name.clone(),
            subject: l.t1(subject, "business", &self.business_name),
            paragraphs: [l.t1("mail-greeting", "name", &self.to_name), l.t1(intro, "business", &self.business_name)],
            button: l.t(button),
            url: self.url.clone(),
            conditions: self
                .has_passwords
                .then(|| l.t1("mail-link-until", "until", until))
                .into_iter()
                .chain([l.t(unasked)])
                .collect(),
        }
    }
}
