//! The languages of Keydesk, and how one is chosen.

/// A language of pages and e-mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    #[default]
    En,
    De,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The code in `lang` attributes, headers and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language with exactly this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language for a locale such as `de-AT`: German for any German locale, otherwise English.
    pub fn for_locale(locale: &str) -> Self {
        Self::of_tag(locale).unwrap_or_default()
    }

    /// The supported language that the browser prefers; English if it names none.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (Self::En, 0.0_f32);
        for range in header.split(',').take(50) {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(|tag| Self::of_tag(tag.trim())) else {
                continue;
            };
            let weight =
                parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, De, En};

    #[test]
    fn the_browsers_favourite_among_ours_wins() {
        for (header, expected) in [
            ("", En),
            ("de", De),
            ("de-AT,de;q=0.9,en;q=0.8", De),
            ("en-US,en;q=0.9,de;q=0.8", En),
            ("fr,de;q=0.3,en;q=0.7", En),
            ("fr, de ; q=0.3", De),
            ("de;q=0, en;q=0.1", En),
            ("de;q=x", En),
            ("*", En),
            ("den,\u{0};;==,q=1", En),
        ] {
            assert_eq!(Language::from_accept_language(header), expected, "{header:?}");
        }
    }

    #[test]
    fn every_german_locale_is_german() {
        for locale in ["de", "DE", "de-CH", "de_AT"] {
            assert_eq!(Language::for_locale(locale), De);
        }
        for locale in ["en", "fr", "den", ""] {
            assert_eq!(Language::for_locale(locale), En);
        }
    }
}
