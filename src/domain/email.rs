//! The domains of e-mail addresses: their form in ASCII, and which of them look mistyped.

/// The domain in ASCII and lower case, `xn--…` where it has other letters; `None` if it is no domain. Two spellings of
/// one domain have one form.
pub(crate) fn ascii_domain(domain: &str) -> Option<String> {
    let ascii = if domain.is_ascii() {
        domain.to_ascii_lowercase()
    } else {
        // A percent sign would be decoded.
        match url::Host::parse(domain).ok().filter(|_| !domain.contains('%'))? {
            url::Host::Domain(ascii) => ascii,
            url::Host::Ipv4(_) | url::Host::Ipv6(_) => return None,
        }
    };
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    (ascii.len() <= 253 && ascii.split('.').all(label_fits)).then_some(ascii)
}

/// Why a domain looks mistyped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typo {
    /// It is one letter away from this well-known one.
    Meant(&'static str),
    /// It has no dot, or an ending that no domain has.
    NoSuchEnding,
}

/// Providers that many people use. Short names are left out, because too many other domains are one letter away.
const PROVIDERS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.de",
    "hotmail.fr",
    "hotmail.it",
    "outlook.com",
    "outlook.de",
    "icloud.com",
    "yahoo.com",
    "yahoo.de",
    "yahoo.fr",
    "yahoo.it",
    "yahoo.co.uk",
    "yahoo.co.jp",
    "protonmail.com",
    "t-online.de",
    "freenet.de",
    "posteo.de",
    "mailbox.org",
    "wanadoo.fr",
    "laposte.net",
    "comcast.net",
    "libero.it",
];

/// Domains of their own right that are one letter away from a provider.
const OTHERS: &[&str] = &["mail.com", "email.com", "ymail.com", "hotmail.es", "yahoo.es", "outlook.es", "hotmail.se"];

/// Whether the domain, in ASCII, is probably not the one that was meant.
pub(crate) fn typo(domain: &str) -> Option<Typo> {
    if domain.rsplit_once('.').is_none_or(|(_, ending)| ending.len() < 2) {
        return Some(Typo::NoSuchEnding);
    }
    if PROVIDERS.contains(&domain) || OTHERS.contains(&domain) {
        return None;
    }
    PROVIDERS.iter().find(|provider| is_one_edit_away(domain, provider)).map(|provider| Typo::Meant(provider))
}

/// Whether one letter more, less or different, or two that are swapped, make one text of the other.
fn is_one_edit_away(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let same_start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(same_start..).unwrap_or_default(), b.get(same_start..).unwrap_or_default());
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (a.get(..a.len() - same_end), b.get(..b.len() - same_end)) {
        (Some([] | [_]), Some([_])) | (Some([_]), Some([])) => true,
        (Some([a1, a2]), Some([b1, b2])) => a1 == b2 && a2 == b1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_domain_has_one_form() {
        for (typed, ascii) in [
            ("Example.COM", "example.com"),
            ("müller.de", "xn--mller-kva.de"),
            ("MÜLLER.DE", "xn--mller-kva.de"),
            ("mu\u{308}ller.de", "xn--mller-kva.de"),
            ("xn--mller-kva.de", "xn--mller-kva.de"),
            ("XN--MLLER-KVA.de", "xn--mller-kva.de"),
            ("straße.example", "xn--strae-oqa.example"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(ascii_domain(typed).as_deref(), Some(ascii), "{typed}");
        }
        for wrong in [
            "",
            ".",
            "a..b",
            "-a.de",
            "a b.de",
            "mü ller.de",
            "mü%2Eller.de",
            "mü@ller.de",
            "mü/ller.de",
            "ü.1.2.3.4:x",
        ] {
            assert_eq!(ascii_domain(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn likely_typos_are_told_and_other_domains_are_not() {
        for (domain, meant) in [
            ("gmial.com", "gmail.com"),
            ("gmai.com", "gmail.com"),
            ("gmaill.com", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("hotmial.com", "hotmail.com"),
            ("yaho.com", "yahoo.com"),
            ("t-onlin.de", "t-online.de"),
        ] {
            assert_eq!(typo(domain), Some(Typo::Meant(meant)), "{domain}");
        }
        for domain in ["b", "example.c", "localhost"] {
            assert_eq!(typo(domain), Some(Typo::NoSuchEnding), "{domain}");
        }
        for domain in
            ["gmail.com", "mail.com", "ymail.com", "example.com", "web.de", "gmx.net", "xn--mller-kva.de", "yahoo.de"]
        {
            assert_eq!(typo(domain), None, "{domain}");
        }
    }
}
