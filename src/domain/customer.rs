//! The customer, who receives the key.

pub mod note;

use std::fmt;

use jiff::Timestamp;

use super::email::{self, Typo};
use super::ids::CustomerId;
use super::text::{self, TextError};

const ERASED_HOST: &str = "erased.invalid";

/// An e-mail address as entered; compared case-insensitively.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Accepts `local@domain` of at most 254 characters, also with letters that are not ASCII. Rejects the placeholder
    /// addresses of erased customers.
    pub fn parse(input: &str) -> Result<Self, TextError> {
        if text::has_invisible(input) {
            return Err(TextError::Malformed);
        }
        let address = text::line(input, 254)?;
        let (local, domain) = address.rsplit_once('@').ok_or(TextError::Malformed)?;
        let fits = |c: char| {
            c.is_ascii_alphanumeric()
                || "!#$%&'*+-/=?^_`{|}~.".contains(c)
                || (!c.is_ascii() && !c.is_whitespace() && !c.is_control())
        };
        let local_fits =
            (1..=64).contains(&local.len()) && local.split('.').all(|part| !part.is_empty()) && local.chars().all(fits);
        let length = email::ascii_domain(domain).map_or(usize::MAX, |ascii| local.len() + 1 + ascii.len());
        let address = Self(address);
        if local_fits && length <= 254 && !address.is_of_erased() { Ok(address) } else { Err(TextError::Malformed) }
    }

    /// Like [`Self::parse`], but also accepts the placeholder address of an erased customer, for finding their record.
    pub fn parse_for_lookup(input: &str) -> Result<Self, TextError> {
        let stored = Self(text::line(input, 254)?);
        if stored.is_of_erased() { Ok(stored) } else { Self::parse(input) }
    }

    /// An address read from the database; not checked again.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The placeholder address of an erased customer, in the reserved domain `.invalid`.
    pub fn of_erased(id: &CustomerId) -> Self {
        Self(format!("{id}@{ERASED_HOST}"))
    }

    /// Whether this is the placeholder address of an erased customer.
    pub fn is_of_erased(&self) -> bool {
        self.0.rsplit_once('@').is_some_and(|(_, host)| {
            let host = host.trim_end_matches('.').to_ascii_lowercase();
            host.strip_suffix(ERASED_HOST).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }

    /// The normalized form used for comparison: lower case, the domain in ASCII. No other letter before the @ becomes an
    /// ASCII letter, so that no look-alike such as the Kelvin sign is somebody else's address.
    pub fn key(&self) -> String {
        let lower = |c: char| {
            let lower = c.to_lowercase();
            let is_ascii = |mut lower: std::char::ToLowercase| lower.any(|c| c.is_ascii());
            if !c.is_ascii() && is_ascii(lower.clone()) { c.to_string() } else { lower.to_string() }
        };
        self.with_ascii_domain().chars().map(lower).collect()
    }

    /// The address as it is sent to: the domain in ASCII.
    pub fn with_ascii_domain(&self) -> String {
        match self.parts() {
            Some((local, domain)) if !domain.is_ascii() => {
                let ascii = email::ascii_domain(domain);
                format!("{local}@{}", ascii.as_deref().unwrap_or(domain))
            }
            _ => self.0.clone(),
        }
    }

    /// Whether the letters before the @ are such that only servers with SMTPUTF8 can send to it.
    pub fn needs_utf8(&self) -> bool {
        self.parts().is_some_and(|(local, _)| !local.is_ascii())
    }

    /// Whether the domain looks mistyped.
    pub fn typo(&self) -> Option<Typo> {
        let (_, domain) = self.parts().filter(|_| !self.is_of_erased())?;
        email::typo(&email::ascii_domain(domain)?)
    }

    fn parts(&self) -> Option<(&str, &str)> {
        self.0.rsplit_once('@')
    }

    /// `a…@i….example`, for the audit log: enough to tell two addresses apart, too little to write to.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        let first = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
        let (host, end) = domain.rsplit_once('.').unwrap_or((domain, ""));
        format!("{}…@{}….{end}", first(local), first(host))
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Parses a person's or company's name: one line of at most 200 characters. Invisible characters are cut; those that
/// change the order in which the name is read are an error, because nobody can tell what was meant.
pub fn parse_name(input: &str) -> Result<String, TextError> {
    if input.contains([
        '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
    ]) {
        return Err(TextError::DirectionOverride);
    }
    text::line(input, 200)
}

/// Parses a locale such as `en`, `de` or `de-AT`.
pub fn parse_locale(input: &str) -> Result<String, TextError> {
    let locale = text::line(input, 35)?;
    let mut parts = locale.split('-');
    let language_fits =
        parts.next().is_some_and(|l| (2..=3).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_alphabetic()));
    let rest_fits = parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    if language_fits && rest_fits { Ok(locale) } else { Err(TextError::Malformed) }
}

/// Whether a name says who somebody is: one that is an address stands for a name that is not known.
pub fn is_given_name(name: &str) -> bool {
    !name.trim().is_empty() && EmailAddress::parse_for_lookup(name).is_err()
}

/// The person or company that receives keys.
#[derive(Debug, Clone)]
pub struct Customer {
    pub id: CustomerId,
    pub email: EmailAddress,
    pub name: String,
    pub locale: String,
    pub phone_number: Option<String>,
    /// A JSON object as text.
    pub metadata: String,
    pub created_at: Timestamp,
    /// When the personal data was erased; what remains identifies nobody.
    pub erased_at: Option<Timestamp>,
}

impl Customer {
    /// Changes whenever the name, the address or the language changes.
    pub fn version(&self) -> String {
        format!("{}/{}/{}", self.name, self.email, self.locale)
    }

    /// The name; `None` if only the address is known.
    pub fn given_name(&self) -> Option<&str> {
        Some(self.name.as_str()).filter(|name| is_given_name(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_are_taken_as_typed() {
        for text in [
            "a@b",
            "Ada.Lovelace+x@Example.com",
            "o'neil@sub.example.org",
            " ada@example.com ",
            "info@müller.de",
            "jürgen@müller.de",
            "用户@例え.テスト",
        ] {
            assert_eq!(EmailAddress::parse(text).map(|a| a.0), Ok(text.trim().to_owned()));
        }
    }

    #[test]
    fn a_domain_with_umlauts_is_the_same_in_every_spelling() {
        let key = |text: &str| EmailAddress::parse(text).map(|address| address.key());
        for text in ["info@müller.de", "INFO@MÜLLER.DE", "info@xn--mller-kva.de", "Info@XN--MLLER-KVA.DE"] {
            assert_eq!(key(text), Ok("info@xn--mller-kva.de".to_owned()), "{text}");
        }
        assert_eq!(key("JÜRGEN@example.com"), key("jürgen@example.com"));
        assert_ne!(key("\u{212a}ai@example.com"), key("kai@example.com"), "a look-alike is another address");
        let address = EmailAddress::parse("Info@Müller.de").map(|address| address.with_ascii_domain());
        assert_eq!(address, Ok("Info@xn--mller-kva.de".to_owned()));
    }

    #[test]
    fn broken_addresses_are_refused() {
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a b@example.com",
            "a..b@example.com",
            "ada@-x.com",
            "ada@x..y",
            "ada\n@example.com",
            "ada@exa mple.com",
            "ada@mü ller.de",
            "ada@müller..de",
            "ada@mü_ller.de",
            "ä\u{A0}da@example.com",
            "ada@müller.de@example.com",
            "a@b>",
            "ada\u{200B}@example.com",
            "\u{202E}ada@example.com",
            "ada@example.com\u{FEFF}",
            "cus_1@erased.invalid",
            "cus_1@ERASED.invalid",
            "ada@mail.erased.invalid",
            "cus_1@erased.invalid.",
        ] {
            assert!(EmailAddress::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_masked_address_does_not_tell_the_address() {
        let address = EmailAddress::parse("ada.lovelace@engine.example").map(|a| a.masked());
        assert_eq!(address.as_deref(), Ok("a…@e….example"));
    }
}
