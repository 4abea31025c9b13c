//! What looks wrong about a key. A warning asks; it never forbids, because some vendor's keys do look like that.

use jiff::Timestamp;

use super::extract::{InSentence, find_in_sentence, split_label};
use super::fold::{half_width, is_dash, is_typographic_dash, is_typographic_quote};
use super::pattern::KeyPattern;
use super::value::LicenseKeyValue;
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::domain::text::rounded_number::is_rounded_number;

/// Something that looks wrong about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    FullWidth,
    TypographicDashes {
        count: usize,
    },
    /// Spaces other than the ordinary one, such as no-break spaces.
    UnusualSpaces,
    Label {
        label: String,
    },
    Sentence,
    TypographicQuotes,
    /// Ordinary quotation marks around it.
    Quoted,
    SpacedHyphens,
    /// The same key several times.
    Repeated {
        count: usize,
    },
    RoundedNumber,
    /// Several lines, where the entitlement's other keys have one.
    SeveralLines,
    /// A blank inside, where the entitlement's other keys have none.
    InnerBlank,
    PatternMismatch {
        pattern: String,
    },
    /// It has the pattern of this other entitlement alone.
    OtherPattern {
        entitlement: String,
    },
    /// An issued key is the same but for case, dashes, blanks or look-alikes. `None` if the person may not know where
    /// it went.
    SimilarKey(Option<SimilarKey>),
}

/// Where a key went that a new one resembles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarKey {
    pub id: LicenseKeyId,
    pub grant_id: Option<GrantId>,
    pub issued_at: Timestamp,
}

impl Warning {
    /// The name by which programs know it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FullWidth => "full_width",
            Self::TypographicDashes { .. } => "typographic_dashes",
            Self::UnusualSpaces => "unusual_spaces",
            Self::Label { .. } => "label",
            Self::Sentence => "sentence",
            Self::TypographicQuotes => "typographic_quotes",
            Self::Quoted => "quoted",
            Self::SpacedHyphens => "spaced_hyphens",
            Self::Repeated { .. } => "repeated",
            Self::RoundedNumber => "rounded_number",
            Self::SeveralLines => "several_lines",
            Self::InnerBlank => "inner_blank",
            Self::PatternMismatch { .. } => "pattern_mismatch",
            Self::OtherPattern { .. } => "other_pattern",
            Self::SimilarKey(_) => "similar_key",
        }
    }
}

/// What looks wrong about a key, and what it probably should be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    pub warnings: Vec<Warning>,
    pub corrected: Option<LicenseKeyValue>,
}

impl Inspection {
    /// The codes of the warnings, for the audit log.
    pub fn codes(&self) -> String {
        self.warnings.iter().map(Warning::code).collect::<Vec<_>>().join(", ")
    }
}

/// What the keys of an entitlement look like.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expected {
    pub pattern: Option<KeyPattern>,
    /// The patterns of other entitlements, by name.
    pub other_patterns: Vec<(String, KeyPattern)>,
    /// Whether there are several keys, all of one line without blanks.
    pub is_one_line: bool,
}

/// Looks at a key as it is, and compares it with what is expected.
pub(crate) fn inspect(key: &LicenseKeyValue, expected: &Expected) -> Inspection {
    let mut warnings = Vec::new();
    let mut text = key.expose().to_owned();
    correct_characters(&mut text, &mut warnings);
    correct_surroundings(&mut text, expected.pattern.as_ref(), &mut warnings);
    if is_rounded_number(&text) {
        warnings.push(Warning::RoundedNumber);
    }
    if expected.is_one_line && text.contains('\n') {
        warnings.push(Warning::SeveralLines);
    } else if expected.is_one_line && text.contains(char::is_whitespace) {
        warnings.push(Warning::InnerBlank);
    }
    compare_patterns(&mut text, expected, &mut warnings);
    let corrected = LicenseKeyValue::parse(&text).ok().filter(|corrected| corrected != key);
    Inspection { warnings, corrected }
}

/// Characters that word processors and East Asian keyboards write for those of keys.
fn correct_characters(text: &mut String, warnings: &mut Vec<Warning>) {
    if text.chars().any(|c| half_width(c) != c) {
        warnings.push(Warning::FullWidth);
        *text = text.chars().map(half_width).collect();
    }
    let count = text.chars().filter(|c| is_typographic_dash(*c)).count();
    if count > 0 {
        warnings.push(Warning::TypographicDashes { count });
        *text = text.chars().map(|c| if is_typographic_dash(c) { '-' } else { c }).collect();
    }
    let is_unusual = |c: char| c.is_whitespace() && !matches!(c, ' ' | '\n' | '\t');
    if text.contains(is_unusual) {
        warnings.push(Warning::UnusualSpaces);
        *text = text.chars().map(|c| if is_unusual(c) { ' ' } else { c }).collect();
    }
}

/// What was pasted along with the key: a label, a sentence, quotation marks, blanks, the key once more.
fn correct_surroundings(text: &mut String, pattern: Option<&KeyPattern>, warnings: &mut Vec<Warning>) {
    correct_quotes(text, warnings);
    if let Some((label, rest)) = split_label(text) {
        warnings.push(Warning::Label { label: label.to_owned() });
        *text = rest.to_owned();
        correct_quotes(text, warnings);
    } else if let Some(spaced) = without_spaces_at_hyphens(text) {
        warnings.push(Warning::SpacedHyphens);
        *text = spaced;
    } else if let Some(found) = find_in_sentence(text, pattern) {
        warnings.push(Warning::Sentence);
        if let InSentence::Key(key) = found {
            *text = key;
        }
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    if let [first, rest @ ..] = parts.as_slice()
        && !rest.is_empty()
        && rest.iter().all(|part| part == first)
    {
        warnings.push(Warning::Repeated { count: parts.len() });
        *text = (*first).to_owned();
    }
}

fn correct_quotes(text: &mut String, warnings: &mut Vec<Warning>) {
    if text.contains(is_typographic_quote) {
        if !warnings.contains(&Warning::TypographicQuotes) {
            warnings.push(Warning::TypographicQuotes);
        }
        let plain = |c: char| match c {
            '\u{00B4}' | '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{2035}' | '\u{2039}' | '\u{203A}' => '\'',
            c if is_typographic_quote(c) => '"',
            c => c,
        };
        *text = text.chars().map(plain).collect();
        if let Some(inner) = unquoted(text) {
            *text = inner;
        }
    } else if let Some(inner) = unquoted(text) {
        if !warnings.contains(&Warning::TypographicQuotes) {
            warnings.push(Warning::Quoted);
        }
        *text = inner;
    }
}

/// The text between quotation marks, if it has the same at both ends and nowhere else.
fn unquoted(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?.trim();
    (!inner.is_empty() && !inner.contains(quote)).then(|| inner.to_owned())
}

/// The key without the blanks beside its hyphens, if it has no others.
fn without_spaces_at_hyphens(text: &str) -> Option<String> {
    let is_blank = |c: char| matches!(c, ' ' | '\t');
    if !text.contains(is_blank) || text.contains('\n') {
        return None;
    }
    let groups: Vec<&str> = text.split(is_dash).map(|group| group.trim_matches(is_blank)).collect();
    let is_plain = |group: &&str| !group.is_empty() && !group.contains(is_blank);
    (groups.len() > 1 && groups.iter().all(is_plain)).then(|| groups.join("-"))
}

fn compare_patterns(text: &mut String, expected: &Expected, warnings: &mut Vec<Warning>) {
    if expected.pattern.as_ref().is_some_and(|pattern| pattern.matches(text)) {
        return;
    }
    if let Some((name, _)) = expected.other_patterns.iter().find(|(_, pattern)| pattern.matches(text)) {
        warnings.push(Warning::OtherPattern { entitlement: name.clone() });
    } else if let Some(pattern) = &expected.pattern {
        warnings.push(Warning::PatternMismatch { pattern: pattern.in_one_line() });
        if let Some(fitted) = pattern.fit(text) {
            *text = fitted;
        }
    }
}

#[cfg(test)]
#[path = "warnings_tests.rs"]
mod tests;
