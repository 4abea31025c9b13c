//! A message shown once, on the page after a redirect. It is stored as a key and arguments and translated when it is
//! shown; it never contains a license key.

use serde::{Deserialize, Serialize};

use crate::i18n::Localizer;

/// The outcome that a message reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FlashKind {
    Ok,
    Warn,
}

/// A message for the next page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flash {
    pub kind: FlashKind,
    key: String,
    arguments: Vec<(String, String)>,
    /// The form that undoes what it reports.
    #[serde(default)]
    undo: Option<Undo>,
    /// Where to go on: a path, and the locale key of the link's text.
    #[serde(default)]
    link: Option<(String, String)>,
}

/// A form of one button: its path, and a field and its value where it needs one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Undo {
    pub path: String,
    pub field: Option<(String, String)>,
}

impl Flash {
    /// Reports success.
    pub fn ok(key: &str) -> Self {
        Self { kind: FlashKind::Ok, key: key.to_owned(), arguments: Vec::new(), undo: None, link: None }
    }

    /// Reports success or failure with something to check.
    pub fn warn(key: &str) -> Self {
        Self { kind: FlashKind::Warn, ..Self::ok(key) }
    }

    /// Reports an e-mail that is on its way; without a mail server, `kept_key` says that it is not sent.
    pub fn mailed(key: &str, kept_key: &str, keeps_mail: bool) -> Self {
        if keeps_mail { Self::warn(kept_key) } else { Self::ok(key) }
    }

    /// The argument of this name.
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find(|(argument, _)| argument == name).map(|(_, value)| value.as_str())
    }

    /// Sets an argument of the message; at most three are possible.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.arguments.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a button that undoes what the message reports, by a form without other fields.
    #[must_use]
    pub fn with_undo(self, path: String) -> Self {
        Self { undo: Some(Undo { path, field: None }), ..self }
    }

    /// The same by a form with one field.
    #[must_use]
    pub fn with_undo_by(self, path: String, field: &str, value: &str) -> Self {
        Self { undo: Some(Undo { path, field: Some((field.to_owned(), value.to_owned())) }), ..self }
    }

    /// The form behind that button.
    pub fn undo(&self) -> Option<&Undo> {
        self.undo.as_ref()
    }

    /// Adds a link to where the work goes on.
    #[must_use]
    pub fn with_link(self, path: &str, label_key: &str) -> Self {
        Self { link: Some((path.to_owned(), label_key.to_owned())), ..self }
    }

    /// That link: its path and the locale key of its text.
    pub fn link(&self) -> Option<(&str, &str)> {
        self.link.as_ref().map(|(path, label)| (path.as_str(), label.as_str()))
    }

    /// Whether the message has this key.
    pub fn is(&self, key: &str) -> bool {
        self.key == key
    }

    /// The message in the language of `localizer`.
    pub fn text(&self, localizer: &Localizer) -> String {
        match self.arguments.as_slice() {
            [] => localizer.t(&self.key),
            [one] => localizer.t1(&self.key, &one.0, &one.1),
            [one, two] => localizer.t2(&self.key, &one.0, &one.1, &two.0, &two.1),
            [one, two, three, ..] => localizer.t3(&self.key, &one.0, &one.1, &two.0, &two.1, &three.0, &three.1),
        }
    }

    /// The CSS class of the message.
    pub fn class(&self) -> &'static str {
        match self.kind {
            FlashKind::Ok => "ok",
            FlashKind::Warn => "warn",
        }
    }

    pub fn icon(&self) -> &'static str {
        match self.kind {
            FlashKind::Ok => "delivered",
            FlashKind::Warn => "info",
        }
    }
}
