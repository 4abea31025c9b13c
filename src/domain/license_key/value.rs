//! The value of a license key: the secret text that the customer pays for.

use std::fmt;

use zeroize::Zeroize;

use super::characters::{self, Misplaced, is_invisible};

/// The key itself: 1 to 65,536 characters (Unicode scalars); line feeds and tabs are allowed, other control characters
/// and invisible characters are not.
#[derive(Clone, PartialEq, Eq)]
pub struct LicenseKeyValue(String);

/// Why a text is not a license key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenseKeyValueError {
    /// Nothing that can be seen.
    Empty,
    /// More than [`LicenseKeyValue::MAX_CHARACTERS`].
    TooLong,
    /// A control character or an invisible character inside.
    Character(Misplaced),
}

impl LicenseKeyValue {
    pub const MAX_CHARACTERS: usize = 65_536;

    /// A key with fewer letters and digits than this shows none of them when it is masked.
    const SHORTEST_WITH_ENDING: usize = 12;

    /// Normalizes CRLF and CR to LF, cuts white space and invisible characters at both ends, then checks the rules. The
    /// place of a misplaced character is that in `input`.
    pub fn parse(input: &str) -> Result<Self, LicenseKeyValueError> {
        let text = input.replace("\r\n", "\n").replace('\r', "\n");
        let value = characters::trim(&text);
        if value.is_empty() {
            return Err(LicenseKeyValueError::Empty);
        }
        if let Some((at, character)) = value.char_indices().find(|(_, c)| is_misplaced(*c)) {
            let before = text.get(..offset(&text, value) + at).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            return Err(LicenseKeyValueError::Character(Misplaced { character, line, column }));
        }
        if value.chars().count() > Self::MAX_CHARACTERS {
            return Err(LicenseKeyValueError::TooLong);
        }
        Ok(Self(value.to_owned()))
    }

    /// The key that is left without control characters and invisible characters; an error if none is.
    pub fn without_misplaced(input: &str) -> Result<Self, LicenseKeyValueError> {
        let text = input.replace("\r\n", "\n").replace('\r', "\n");
        Self::parse(&text.chars().filter(|c| !is_misplaced(*c)).collect::<String>())
    }

    /// A key decrypted from the database; not checked again.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The key in plaintext, to be shown or e-mailed.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four letters or digits; empty if that would reveal too much of a short key. Of a link, only what comes
    /// after its host counts.
    pub fn last_four(&self) -> String {
        let secret = match self.0.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => {
                rest.split_once('/').map_or("", |(_, path)| path)
            }
            _ => &self.0,
        };
        let mut from_end = secret.chars().rev().filter(|c| c.is_alphanumeric());
        let mut last: Vec<char> = from_end.by_ref().take(4).collect();
        if from_end.take(Self::SHORTEST_WITH_ENDING - 4).count() < Self::SHORTEST_WITH_ENDING - 4 {
            return String::new();
        }
        last.reverse();
        last.into_iter().collect()
    }
}

fn is_misplaced(c: char) -> bool {
    is_invisible(c) || c.is_control() && c != '\n' && c != '\t'
}

/// Where `part` begins in `whole`, of which it is a slice without its beginning.
fn offset(whole: &str, part: &str) -> usize {
    let cut = whole.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
    debug_assert!(cut.starts_with(part));
    whole.len() - cut.len()
}

/// The memory of a key is wiped when it is dropped.
impl Drop for LicenseKeyValue {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for LicenseKeyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(input: &str) -> Result<String, LicenseKeyValueError> {
        LicenseKeyValue::parse(input).map(|key| key.expose().to_owned())
    }

    fn misplaced(input: &str) -> Option<(String, &'static str, usize, usize)> {
        match LicenseKeyValue::parse(input) {
            Err(LicenseKeyValueError::Character(found)) => {
                Some((found.code_point(), found.kind(), found.line, found.column))
            }
            _ => None,
        }
    }

    #[test]
    fn lines_are_kept_and_ends_are_cut() {
        assert_eq!(parsed("  LINE-1\r\nLINE-2\rLINE-3\t\n ").as_deref(), Ok("LINE-1\nLINE-2\nLINE-3"));
        for invisible in ["\u{200B}", "\u{FEFF}", "\u{AD}", "\u{200D}", "\u{200F}", "\u{202E}", "\u{3164}", "\u{FE0F}"]
        {
            let typed = format!("{invisible} \u{A0}{invisible}ABCDE-12345{invisible}\r\n{invisible}");
            assert_eq!(parsed(&typed).as_deref(), Ok("ABCDE-12345"), "{invisible:?}");
            assert_eq!(parsed(&format!(" {invisible}\n{invisible}")), Err(LicenseKeyValueError::Empty));
        }
    }

    #[test]
    fn what_nobody_sees_inside_is_named_with_its_place() {
        for (typed, found) in [
            ("ABC\u{200B}DE", ("U+200B", "zero_width_space", 1, 4)),
            ("  \u{FEFF}AB\u{202E}C", ("U+202E", "direction_mark", 1, 6)),
            ("A\r\nBC\u{AD}D", ("U+00AD", "soft_hyphen", 2, 3)),
            ("\n\nA\u{115F}B", ("U+115F", "filler", 3, 2)),
            ("A\u{2028}B", ("U+2028", "line_separator", 1, 2)),
            ("A\u{2800}B", ("U+2800", "braille_blank", 1, 2)),
            ("A\u{E0041}B", ("U+E0041", "invisible_character", 1, 2)),
            ("A\0B", ("U+0000", "nul", 1, 2)),
            ("A\u{85}B", ("U+0085", "control_character", 1, 2)),
        ] {
            let (code_point, kind, line, column) = found;
            assert_eq!(misplaced(typed), Some((code_point.to_owned(), kind, line, column)), "{typed:?}");
        }
    }

    #[test]
    fn what_nobody_sees_can_be_left_out() {
        let left =
            LicenseKeyValue::without_misplaced("\u{FEFF}AB\u{200B}C\r\n\u{202E}D\0").map(|key| key.expose().to_owned());
        assert_eq!(left.as_deref(), Ok("ABC\nD"));
        assert_eq!(LicenseKeyValue::without_misplaced("\0\u{AD}"), Err(LicenseKeyValueError::Empty));
    }

    #[test]
    fn a_key_has_1_to_65536_characters() {
        assert_eq!(parsed(" \n\t "), Err(LicenseKeyValueError::Empty));
        let longest = "🔑".repeat(65_536);
        assert_eq!(parsed(&format!(" {longest}\u{200B}\n")), Ok(longest.clone()));
        assert_eq!(parsed(&format!("{longest}x")), Err(LicenseKeyValueError::TooLong));
    }

    #[test]
    fn a_masked_key_shows_its_last_four_letters_or_digits_if_it_has_twelve() {
        let last = |text: &str| LicenseKeyValue::parse(text).map(|k| k.last_four());
        assert_eq!(last("12345678901").as_deref(), Ok(""));
        assert_eq!(last("1234-5678-901").as_deref(), Ok(""));
        assert_eq!(last("1234-5678-90Ä2").as_deref(), Ok("90Ä2"));
        assert_eq!(last("-----BEGIN KEY-----\nAbCdEfGh\n=aB3d\n----").as_deref(), Ok("aB3d"));
        assert_eq!(last(&"-".repeat(100)).as_deref(), Ok(""));
        assert_eq!(last("https://discord.gg/aB3dE5").as_deref(), Ok(""));
        assert_eq!(last("https://acme.notion.site").as_deref(), Ok(""));
        assert_eq!(last("https://www.figma.com/file/AbC123/Kit-4").as_deref(), Ok("Kit4"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_parses_or_is_refused_and_parses_to_itself_again(
            input in "([A-Za-z0-9äß🔑-]|\\s|[\\x{200B}-\\x{200F}\\x{2028}-\\x{202E}\\x{FEFF}\\x{AD}\\x{3164}\\x{0}]|.){0,40}"
        ) {
            match LicenseKeyValue::parse(&input) {
                Ok(key) => {
                    prop_assert!(input.replace("\r\n", "\n").replace('\r', "\n").contains(key.expose()));
                    prop_assert!(!key.expose().contains('\r') && !key.expose().chars().any(is_invisible));
                    prop_assert_eq!(LicenseKeyValue::parse(key.expose()), Ok(key.clone()));
                    prop_assert!(key.last_four().chars().count() <= 4);
                    prop_assert_eq!(format!("{key:?}"), "[redacted]");
                }
                Err(LicenseKeyValueError::Character(found)) => {
                    let text = input.replace("\r\n", "\n").replace('\r', "\n");
                    let line = text.split('\n').nth(found.line - 1).unwrap();
                    prop_assert_eq!(line.chars().nth(found.column - 1), Some(found.character));
                }
                Err(_) => {}
            }
        }
    }
}
