//! The pattern that an entitlement's keys have, by which a mistyped or mixed-up key is noticed.

use std::fmt;

use super::characters::is_invisible;

/// One or more patterns, one a line: `X` stands for a letter or digit, `A` for a letter, `9` for a digit, anything else
/// for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPattern(Vec<String>);

/// Why a text is not a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPatternError {
    /// More than [`KeyPattern::MAX_LINES`] lines.
    TooManyLines,
    /// A line of more than [`KeyPattern::MAX_LENGTH`] characters.
    TooLong,
    /// No line at all, or a control character or invisible character.
    Malformed,
}

impl KeyPattern {
    pub const MAX_LINES: usize = 20;
    pub const MAX_LENGTH: usize = 200;

    /// Reads one pattern a line; blank lines and blanks at the ends of lines are left out.
    pub fn parse(input: &str) -> Result<Self, KeyPatternError> {
        let text = input.replace("\r\n", "\n").replace('\r', "\n");
        let lines: Vec<String> =
            text.split('\n').map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        if lines.len() > Self::MAX_LINES {
            return Err(KeyPatternError::TooManyLines);
        }
        if lines.iter().any(|line| line.chars().count() > Self::MAX_LENGTH) {
            return Err(KeyPatternError::TooLong);
        }
        if lines.is_empty() || lines.iter().any(|line| line.chars().any(|c| c.is_control() || is_invisible(c))) {
            return Err(KeyPatternError::Malformed);
        }
        Ok(Self(lines))
    }

    /// The patterns of several entitlements as one.
    pub fn any_of(patterns: &[&Self]) -> Self {
        Self(patterns.iter().flat_map(|pattern| pattern.0.clone()).collect())
    }

    /// The patterns, to be shown in one line.
    pub fn in_one_line(&self) -> String {
        self.0.join(", ")
    }

    /// Whether the whole key has one of the patterns.
    pub fn matches(&self, key: &str) -> bool {
        self.0.iter().any(|line| has_pattern(line, key))
    }

    /// The key in the form of a pattern whose letters and digits it has: with the pattern's case, dashes and blanks.
    pub fn fit(&self, key: &str) -> Option<String> {
        self.0.iter().find_map(|line| fit(line, key))
    }
}

fn has_pattern(line: &str, key: &str) -> bool {
    let mut letters = key.chars();
    line.chars().all(|sign| letters.next().is_some_and(|c| stands_for(sign, c))) && letters.next().is_none()
}

fn stands_for(sign: char, c: char) -> bool {
    match sign {
        'X' => c.is_ascii_alphanumeric(),
        'A' => c.is_ascii_alphabetic(),
        '9' => c.is_ascii_digit(),
        other => other == c,
    }
}

fn fit(line: &str, key: &str) -> Option<String> {
    let is_small = key.chars().any(|c| c.is_ascii_lowercase()) && !key.chars().any(|c| c.is_ascii_uppercase());
    let mut letters = key.chars().filter(char::is_ascii_alphanumeric);
    let mut fitted = String::with_capacity(line.len());
    for sign in line.chars() {
        if !sign.is_ascii_alphanumeric() {
            fitted.push(sign);
            continue;
        }
        let c = letters.next()?;
        let c = if is_small { c.to_ascii_uppercase() } else { c };
        if stands_for(sign, c) {
            fitted.push(c);
        } else if sign.eq_ignore_ascii_case(&c) && !matches!(sign, 'X' | 'A' | '9') {
            fitted.push(sign);
        } else {
            return None;
        }
    }
    letters.next().is_none().then_some(fitted)
}

impl fmt::Display for KeyPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> KeyPattern {
        KeyPattern::parse(text).expect("a pattern")
    }

    #[test]
    fn signs_stand_for_letters_and_digits_and_everything_else_for_itself() {
        let pattern = pattern(" BPC26-XXXX-99 \r\n\r\nAAA 999\n");
        for key in ["BPC26-7KQ4-12", "BPC26-abcd-00", "xyz 123"] {
            assert!(pattern.matches(key), "{key}");
        }
        for key in ["BPC26-7KQ4-1A", "BPC27-7KQ4-12", "bpc26-7KQ4-12", "BPC26-7KQ4-123", "BPC26-7KQ4-1", "123 123", ""]
        {
            assert!(!pattern.matches(key), "{key}");
        }
        assert_eq!(pattern.to_string(), "BPC26-XXXX-99\nAAA 999");
    }

    #[test]
    fn a_key_with_the_right_letters_is_brought_into_the_patterns_form() {
        let pattern = pattern("BPC26-XXXX-99");
        for key in ["bpc267kq412", "BPC26 7KQ4 12", "BPC26_7KQ4_12", "bpc26-7kq4-12"] {
            assert_eq!(pattern.fit(key).as_deref(), Some("BPC26-7KQ4-12"), "{key}");
        }
        for key in ["BPC26-7KQ4-1A", "BPC26-7KQ4-123", "XPC26-7KQ4-12", ""] {
            assert_eq!(pattern.fit(key), None, "{key}");
        }
    }

    #[test]
    fn long_odd_and_empty_patterns_are_refused() {
        assert_eq!(KeyPattern::parse(" \n "), Err(KeyPatternError::Malformed));
        assert_eq!(KeyPattern::parse("XX\u{200B}X"), Err(KeyPatternError::Malformed));
        assert_eq!(KeyPattern::parse("A\0"), Err(KeyPatternError::Malformed));
        assert_eq!(KeyPattern::parse(&"X".repeat(201)), Err(KeyPatternError::TooLong));
        assert_eq!(KeyPattern::parse(&"X\n".repeat(21)), Err(KeyPatternError::TooManyLines));
        assert!(KeyPattern::parse(&"X\n".repeat(20)).is_ok());
    }
}
