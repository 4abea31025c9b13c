//! Text that people enter: one line or several, of limited length, without control characters.

pub(crate) mod folded;
pub(crate) mod rounded_number;

use super::license_key::characters;

/// Why a text is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextError {
    Empty,
    TooLong {
        max: usize,
    },
    ControlCharacter,
    /// In an id, which must not read as another one.
    InvisibleCharacter,
    /// Not in the format of this field, such as an address without `@` or a locale with spaces.
    Malformed,
    /// An invisible character that shows text in another order than it is written.
    DirectionOverride,
}

/// Normalizes CRLF and CR to LF, then trims white space at both ends.
pub(crate) fn normalize(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// One line of 1 to `max` characters without control characters. Invisible characters are removed.
pub(crate) fn line(text: &str, max: usize) -> Result<String, TextError> {
    bounded(&without_invisible(text), max, |_| false)
}

/// Whether a text contains invisible characters, which may make it read as another text.
pub(crate) fn has_invisible(text: &str) -> bool {
    without_invisible(text) != text
}

/// Removes invisible characters, which hide in names or change the reading order. Joiners between two letters or
/// symbols stay, because Persian, Hindi and emoji need them; line separators become spaces.
pub(crate) fn without_invisible(text: &str) -> String {
    let chars: Vec<char> = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    let is_joiner = |c: char| matches!(c, '\u{200C}' | '\u{200D}');
    let joins = |c: Option<&char>| {
        c.is_some_and(|c| c.is_alphabetic() || !c.is_ascii() && !is_joiner(*c) && !c.is_whitespace())
    };
    let mut kept = String::with_capacity(text.len());
    for (index, c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| chars.get(index));
        if !is_joiner(*c) || joins(before) && joins(chars.get(index + 1)) {
            kept.push(*c);
        }
    }
    kept
}

/// Zero-width format characters and fillers: direction marks and overrides, zero-width spaces, soft hyphens, tags.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E00FF}'
            | '\u{E01F0}'..='\u{E0FFF}'
    )
}

/// One or more lines of 1 to `max` characters in total; line feeds and tabs are allowed.
pub(crate) fn block(text: &str, max: usize) -> Result<String, TextError> {
    bounded(text, max, |c| c == '\n' || c == '\t')
}

/// `None` for an empty text, otherwise the result of `parse`.
pub(crate) fn optional<T, E>(text: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if text.trim().is_empty() { Ok(None) } else { parse(text).map(Some) }
}

/// A payment, subscription or external id: one line of at most 128 characters without spaces or invisible characters.
pub(crate) fn reference(text: &str) -> Result<String, TextError> {
    if text.chars().any(characters::is_invisible) {
        return Err(TextError::InvisibleCharacter);
    }
    let id = line(text, 128)?;
    if id.contains(char::is_whitespace) { Err(TextError::Malformed) } else { Ok(id) }
}

fn bounded(text: &str, max: usize, allowed: impl Fn(char) -> bool) -> Result<String, TextError> {
    let text = normalize(text);
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().any(|c| c.is_control() && !allowed(c)) {
        return Err(TextError::ControlCharacter);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn invisible_characters_are_cut_from_single_lines() {
        for (typed, kept) in [
            ("\u{FEFF}Ada Lovelace", "Ada Lovelace"),
            ("Ada\u{202E}ecalevoL\u{202C}", "AdaecalevoL"),
            ("A\u{200B}d\u{AD}a\u{2060}", "Ada"),
            ("Ada\u{E0041}\u{E007F}", "Ada"),
            ("Ada\u{200D} \u{200C}L\u{200D}\u{200D}ovelace\u{200D}", "Ada Lovelace"),
            ("Ada\u{2028}Lovelace", "Ada Lovelace"),
            ("نرم\u{200C}افزار", "نرم\u{200C}افزار"),
            ("क्\u{200D}ष", "क्\u{200D}ष"),
            ("👩\u{200D}💻 👨\u{200D}👩\u{200D}👧", "👩\u{200D}💻 👨\u{200D}👩\u{200D}👧"),
            ("❤\u{FE0F}\u{200D}🔥", "❤\u{FE0F}\u{200D}🔥"),
        ] {
            assert_eq!(line(typed, 200).as_deref(), Ok(kept), "{typed:?}");
        }
        assert_eq!(line("\u{200B}\u{FEFF}\u{202E}", 200), Err(TextError::Empty));
    }

    #[test]
    fn an_id_holds_nothing_that_cannot_be_seen() {
        for id in
            ["\u{200B}", "pay_\u{200B}1", "pay_1\u{FEFF}", "\u{202E}pay_1", "pay\u{AD}_1", "\u{2800}", "pay\u{E0041}"]
        {
            assert_eq!(reference(id), Err(TextError::InvisibleCharacter), "{id:?}");
        }
        assert_eq!(reference(" bestellung-ä-4711 ").as_deref(), Ok("bestellung-ä-4711"));
    }

    proptest! {
        #[test]
        fn a_line_shows_every_character_and_parses_to_itself_again(
            typed in "([a-zäß👩 ]|[\\x{200B}-\\x{200F}\\x{2028}-\\x{202E}\\x{2060}-\\x{206F}\\x{FEFF}\\x{AD}\\x{61C}\\x{E0000}-\\x{E007F}]){0,40}"
        ) {
            if let Ok(text) = line(&typed, 200) {
                prop_assert!(!text.chars().any(is_invisible), "{:?}", text);
                let joiner = '\u{200D}';
                prop_assert!(!text.starts_with(joiner) && !text.ends_with(joiner));
                prop_assert_eq!(line(&text, 200), Ok(text.clone()));
            }
        }
    }
}
