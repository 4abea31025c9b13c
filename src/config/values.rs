//! Settings with types of their own.

use std::path::{Path, PathBuf};

use crate::domain::email::ascii_domain;
use crate::domain::staff::Role;

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
    /// `sqlite://FILE` or `postgres://…`; anything else is an error.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return is_file_path(path).then(|| Self::Sqlite(PathBuf::from(path)));
        }
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))?;
        let is_plain = !rest.is_empty() && !rest.contains(char::is_whitespace) && !rest.contains(char::is_control);
        is_plain.then(|| Self::Postgres(text.to_owned()))
    }

    pub(super) fn default_in(data_dir: &Path) -> Self {
        Self::Sqlite(data_dir.join("keydesk.db"))
    }
}

/// Rejects what SQLite reads as an in-memory database or a URI with options, and typos.
fn is_file_path(path: &str) -> bool {
    let is_special = path.starts_with([':', '?']) || path.to_ascii_lowercase().starts_with("file:");
    let is_file = !path.is_empty() && !path.ends_with(['/', '.']) && path.trim() == path;
    is_file && !is_special && !path.contains('?') && !path.contains(char::is_control)
}

/// A mail server's URL with a known scheme and a host; `mail` parses the rest. Displayed without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(String);

impl SmtpUrl {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("smtp://").or_else(|| text.strip_prefix("smtps://"))?;
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let is_plain = !text.contains(char::is_whitespace) && !text.contains(char::is_control);
        let has_host = host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
        (is_plain && has_host).then(|| Self(text.to_owned()))
    }
}

impl std::ops::Deref for SmtpUrl {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("smtp://[redacted]")
    }
}

/// Who needs a second factor to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// Nobody has to, everybody may.
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

    /// Whether this role requires one.
    pub fn is_demanded_of(self, role: Role) -> bool {
        match self {
            Self::Offered => false,
            Self::Admins => role == Role::Admin,
            Self::All => true,
        }
    }
}

/// The lowest role that may see keys in plaintext: `agents` or `admins`.
pub(super) fn reveal_role(text: &str) -> Option<Role> {
    match text {
        "agents" => Some(Role::Agent),
        "admins" => Some(Role::Admin),
        _ => None,
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

    /// The domain of the address, in ASCII.
    pub(super) fn ascii_domain(&self) -> String {
        let domain = self.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        ascii_domain(domain).unwrap_or_else(|| domain.to_owned())
    }

    /// Whether the address says that nobody reads what is sent to it.
    pub(super) fn is_no_reply(&self) -> bool {
        let local = self.address.rsplit_once('@').map_or("", |(local, _)| local).to_lowercase();
        let letters: String = local.chars().filter(|c| c.is_alphabetic()).collect();
        ["noreply", "donotreply", "dontreply", "nichtantworten"].iter().any(|words| letters.contains(words))
    }
}

/// What may stand after EHLO: a host name, or an address in brackets.
pub(super) fn smtp_hello(text: &str) -> Option<String> {
    if let Some(address) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let is_address = match address.strip_prefix("IPv6:") {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => address.parse::<std::net::Ipv4Addr>().is_ok(),
        };
        return is_address.then(|| text.to_owned());
    }
    ascii_domain(text)
}

impl std::fmt::Display for MailFrom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) if name.chars().any(|c| r#"()<>[]:;@\,.""#.contains(c)) => {
                write!(f, "\"{}\" <{}>", name.replace('\\', r"\\").replace('"', r#"\""#), self.address)
            }
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_file_or_postgresql_and_nothing_by_mistake() {
        for path in ["data/keydesk.db", "/var/lib/key desk/a.db", "../a.db", "schlüssel.db"] {
            let url = DatabaseUrl::parse(&format!("sqlite://{path}"));
            assert_eq!(url, Some(DatabaseUrl::Sqlite(PathBuf::from(path))), "{path}");
        }
        for text in [
            "",
            "x.db",
            "sqlite:x.db",
            "SQLITE://x.db",
            "sqlite://",
            "sqlite://:memory:",
            "sqlite://file:x.db",
            "sqlite://FILE::memory:",
            "sqlite://x.db?mode=ro",
            "sqlite://x.db ",
            "sqlite://data/",
            "sqlite://.",
            "sqlite://..",
            "sqlite://x\n.db",
            "postgres://",
            "postgres://a b",
            "postgers://db/kd",
        ] {
            assert_eq!(DatabaseUrl::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_sender_reads_back_as_it_was_written() {
        for name in ["Keydesk", "Doe, Inc.", r#"The "Key" \ Desk"#, "Müller & Söhne", "a@b"] {
            let from = MailFrom { name: Some(name.to_owned()), address: "keys@example.com".to_owned() };
            assert_eq!(MailFrom::parse(&from.to_string()), Some(from), "{name}");
        }
        assert_eq!(MailFrom::parse("keys@localhost").map(|from| from.to_string()).as_deref(), Some("keys@localhost"));
    }

    #[test]
    fn passwords_are_not_in_debug_output() {
        let smtp = SmtpUrl::parse("smtp://user:hunter2@mail.example.com").unwrap();
        let database = DatabaseUrl::parse("postgres://kd:hunter2@db/kd").unwrap();
        assert!(!format!("{smtp:?} {database:?}").contains("hunter2"));
        assert_eq!(&*smtp, "smtp://user:hunter2@mail.example.com");
    }
}
