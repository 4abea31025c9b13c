//! Values that are more than a text.

use std::path::{Path, PathBuf};

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://[redacted]"),
        }
    }
}

impl DatabaseUrl {
    /// `sqlite://FILE` or `postgres://…`; anything else is a mistake, not a new file.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            let is_path = !path.is_empty() && !path.ends_with('/') && !path.contains(['?', '\0']);
            return is_path.then(|| Self::Sqlite(PathBuf::from(path)));
        }
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))?;
        let is_plain = !rest.is_empty() && !rest.contains(char::is_whitespace) && !rest.contains(char::is_control);
        is_plain.then(|| Self::Postgres(text.to_owned()))
    }

    pub(super) fn default_in(data_dir: &Path) -> Self {
        Self::Sqlite(data_dir.join("keydesk.db"))
    }
}

/// Who needs a second factor to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    Offered,
    Admins,
    All,
}

impl SecondFactor {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "offered" => Some(Self::Offered),
            "admins" => Some(Self::Admins),
            "all" => Some(Self::All),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl LogFormat {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// The sender of the e-mail to customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFrom {
    pub name: Option<String>,
    pub address: String,
}

impl MailFrom {
    /// `Name <address>` or a bare address. The host may be a plain word such as `localhost`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.contains(char::is_control) {
            return None;
        }
        let mailbox: lettre::message::Mailbox = text.parse().ok()?;
        Some(Self { name: mailbox.name, address: mailbox.email.to_string() })
    }
}

impl std::fmt::Display for MailFrom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}
