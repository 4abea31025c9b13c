//! The SMTP server's settings, parsed from one URL.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use percent_encoding::percent_decode_str;

/// Servers that listen there expect TLS from the first byte, whatever the URL says.
const IMPLICIT_TLS_PORT: u16 = 465;

/// When the connection is encrypted. Certificates are always verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// From the first byte (`smtps://`).
    Implicit,
    /// With STARTTLS if the server offers it.
    Opportunistic,
    /// With STARTTLS; no mail is sent if the server does not offer it.
    Required,
}

/// The user name and password for the server.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpCredentials {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for SmtpCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// How to reach the SMTP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    /// Only sent over an encrypted connection.
    pub credentials: Option<SmtpCredentials>,
    /// Further certificates in PEM format: roots, or the server's own.
    pub extra_certificates_pem: Option<Vec<u8>>,
    /// The name used in EHLO.
    pub hello: String,
    pub limits: SmtpLimits,
}

/// How long to wait for the server. Servers check a connection and a message before they answer, so that the limits
/// are those of RFC 5321 in spirit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmtpLimits {
    /// For the connection, the greeting and the reply to each command.
    pub command: Duration,
    /// For the answer to the message.
    pub answer: Duration,
}

impl Default for SmtpLimits {
    fn default() -> Self {
        Self { command: Duration::from_secs(60), answer: Duration::from_secs(600) }
    }
}

impl SmtpSettings {
    /// Parses `smtp://user:password@host:port`, optionally with `?tls=required`, or `smtps://…`. User and password are
    /// percent-decoded. The default port is 465 for `smtps`, 587 for `smtp` with a user and 25 without; port 465 is
    /// always encrypted from the first byte. Errors never contain the URL, which may include a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.trim().split_once("://").ok_or("the URL must start with smtp:// or smtps://")?;
        // A raw character of the password may look like the end of the address, but never like the last @.
        let (credentials, rest) = match rest.rsplit_once('@') {
            Some((pair, rest)) => (Some(parse_credentials(pair)?), rest),
            None => (None, rest),
        };
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let tls = match (scheme.to_ascii_lowercase().as_str(), query) {
            ("smtps", "" | "tls=required") => SmtpTls::Implicit,
            ("smtp", "") => SmtpTls::Opportunistic,
            ("smtp", "tls=required") => SmtpTls::Required,
            ("smtp" | "smtps", _) => return Err("after the ? only tls=required is known".to_owned()),
            _ => return Err("the URL must start with smtp:// or smtps://".to_owned()),
        };
        let (host, port) = parse_address(address.strip_suffix('/').unwrap_or(address))?;
        let port = port.unwrap_or(match (tls, &credentials) {
            (SmtpTls::Implicit, _) => IMPLICIT_TLS_PORT,
            (_, Some(_)) => 587,
            (_, None) => 25,
        });
        let tls = if port == IMPLICIT_TLS_PORT { SmtpTls::Implicit } else { tls };
        Ok(Self {
            host,
            port,
            tls,
            credentials,
            extra_certificates_pem: None,
            hello: "localhost".to_owned(),
            limits: SmtpLimits::default(),
        })
    }

    /// Whether e-mails, and the keys in them, may leave this network unencrypted: the server is neither on this
    /// machine nor on a private network, and encryption is used only if it offers it.
    pub fn may_travel_in_clear(&self) -> bool {
        let host = self.host.trim_end_matches('.').to_ascii_lowercase();
        let is_local = match host.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private() || address.is_link_local(),
            Ok(IpAddr::V6(address)) => {
                address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
            }
            Err(_) => !host.contains('.') || host.ends_with(".localhost"),
        };
        self.tls == SmtpTls::Opportunistic && !is_local
    }
}

fn parse_credentials(pair: &str) -> Result<SmtpCredentials, String> {
    let (user, password) = pair.split_once(':').ok_or("a user needs a password: user:password@host")?;
    Ok(SmtpCredentials { user: decode("user", user)?, password: decode("password", password)? })
}

/// Percent-decodes a user or password. Refuses the raw characters with which a URL means something else.
fn decode(what: &str, text: &str) -> Result<String, String> {
    if let Some(raw) = text.chars().find(|c| matches!(c, '?' | '#')) {
        return Err(format!("the {what} contains {raw}, which has to be written as %{:02X}", u32::from(raw)));
    }
    for (at, _) in text.match_indices('%') {
        let code = text.get(at + 1..at + 3).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        // Nobody encodes letters and digits: here a percent sign happens to precede two digits.
        if byte.is_none_or(|byte| byte.is_ascii_alphanumeric()) {
            return Err(format!("the {what} contains %, which has to be written as %25"));
        }
    }
    percent_decode_str(text)
        .decode_utf8()
        .ok()
        .filter(|decoded| !decoded.is_empty() && !decoded.contains(char::is_control))
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(|| "user and password must be percent-encoded text and not empty".to_owned())
}

fn parse_address(address: &str) -> Result<(String, Option<u16>), String> {
    let bracketed = address.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (host, port) = if let Some((host, rest)) = bracketed {
        if host.parse::<std::net::Ipv6Addr>().is_err() {
            return Err("the host in brackets must be an IPv6 address".to_owned());
        }
        if !rest.is_empty() && !rest.starts_with(':') {
            return Err("after the host only :port may follow".to_owned());
        }
        (host, rest.strip_prefix(':'))
    } else {
        let (host, port) = address.split_once(':').map_or((address, None), |(host, port)| (host, Some(port)));
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        if host.is_empty() || host.len() > 253 || !host.bytes().all(fits) {
            return Err("the host must be a name or an address".to_owned());
        }
        (host, port)
    };
    let port = port
        .map(|port| port.parse().ok().filter(|port| *port > 0).ok_or("the port must be a number from 1 to 65535"))
        .transpose()?;
    Ok((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> SmtpSettings {
        SmtpSettings::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    #[test]
    fn the_ports_follow_from_the_scheme_and_the_user() {
        for (url, host, port, tls) in [
            ("smtp://mail.example", "mail.example", 25, SmtpTls::Opportunistic),
            ("smtp://u:p@mail.example/", "mail.example", 587, SmtpTls::Opportunistic),
            ("SMTPS://u:p@mail.example", "mail.example", 465, SmtpTls::Implicit),
            ("smtp://127.0.0.1:2525?tls=required", "127.0.0.1", 2525, SmtpTls::Required),
            ("smtps://[::1]:4650", "::1", 4650, SmtpTls::Implicit),
            ("smtp://u:p@mail.example:465", "mail.example", 465, SmtpTls::Implicit),
            ("smtp://mail.example:465?tls=required", "mail.example", 465, SmtpTls::Implicit),
            ("smtp://[::1]", "::1", 25, SmtpTls::Opportunistic),
        ] {
            let settings = parse(url);
            assert_eq!((settings.host.as_str(), settings.port, settings.tls), (host, port, tls), "{url}");
        }
    }

    #[test]
    fn mail_may_travel_in_clear_where_encryption_is_neither_required_nor_needed() {
        for (url, expected) in [
            ("smtp://mail.example", true),
            ("smtp://u:p@mail.example:587", true),
            ("smtp://203.0.113.5", true),
            ("smtp://[2001:db8::1]", true),
            ("smtp://mail.example?tls=required", false),
            ("smtps://mail.example", false),
            ("smtp://localhost", false),
            ("smtp://127.0.0.1:2525", false),
            ("smtp://[::1]", false),
            ("smtp://10.1.2.3", false),
            ("smtp://mailhog:1025", false),
        ] {
            assert_eq!(parse(url).may_travel_in_clear(), expected, "{url}");
        }
    }

    #[test]
    fn credentials_are_decoded_and_never_printed() {
        let settings = parse("smtp://keys%40nordlicht.example:p%3Aa:s@s%2F%C3%BC@mail.example");
        let credentials = settings.credentials.clone().expect("credentials");
        assert_eq!((credentials.user.as_str(), credentials.password.as_str()), ("keys@nordlicht.example", "p:a:s@s/ü"));
        let shown = format!("{settings:?}");
        assert!(!shown.contains("p:a") && !shown.contains("nordlicht"), "{shown}");
    }

    #[test]
    fn a_slow_server_is_given_the_time_it_needs() {
        let limits = parse("smtp://mail.example").limits;
        assert_eq!((limits.command.as_secs(), limits.answer.as_secs()), (60, 600));
    }

    #[test]
    fn raw_characters_in_the_password_are_pointed_at() {
        for (url, words) in [
            ("smtp://u:sec?ret@mail.example", "the password contains ?, which has to be written as %3F"),
            ("smtp://u:sec#ret@mail.example", "the password contains #, which has to be written as %23"),
            ("smtp://u:sec%ret@mail.example", "the password contains %, which has to be written as %25"),
            ("smtp://u:secret%@mail.example", "the password contains %, which has to be written as %25"),
            ("smtp://u:sec%41ret@mail.example", "the password contains %, which has to be written as %25"),
            (
                "smtp://u:sec%ret?@mail.example:465?tls=required",
                "the password contains ?, which has to be written as %3F",
            ),
        ] {
            assert_eq!(SmtpSettings::parse(url).map(|_| ()), Err(words.to_owned()), "{url}");
        }
        let encoded = parse("smtp://u:%3F%23%25%2F%40@mail.example").credentials.expect("credentials");
        assert_eq!(encoded.password, "?#%/@");
    }

    #[test]
    fn wrong_urls_are_refused_without_repeating_the_password() {
        for url in [
            "",
            "mail.example",
            "http://u:secret@mail.example",
            "smtp://",
            "smtp://u:secret@",
            "smtp://u@mail.example",
            "smtp://:secret@mail.example",
            "smtp://u:secret@mail.example:0",
            "smtp://u:secret@mail.example:99999",
            "smtp://u:secret@mail.example:",
            "smtp://u:secret@mail.example?tls=no",
            "smtp://u:secret@ma il.example",
            "smtp://u:secret@[mail]",
            "smtp://u:secret@[::1]x",
            "smtp://u:secret%00@mail.example",
            "smtp://u:secret%ff@mail.example",
            "smtp://u:secret@mail.example/path",
        ] {
            let error = SmtpSettings::parse(url).expect_err(url);
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
