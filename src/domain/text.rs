//! Text that people type: one line or several, bounded, without control characters.

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextError {
    Empty,
    TooLong {
        max: usize,
    },
    ControlCharacter,
    /// Not of the form this field has (an address without `@`, a locale with spaces).
    Malformed,
}

/// CRLF and CR become LF, then white space at both ends is cut.
pub fn normalize(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// One line of 1 to `max` characters without control characters.
pub fn line(text: &str, max: usize) -> Result<String, TextError> {
    bounded(text, max, |_| false)
}

/// Several lines of 1 to `max` characters in all; line feeds and tabs are let through.
pub fn block(text: &str, max: usize) -> Result<String, TextError> {
    bounded(text, max, |c| c == '\n' || c == '\t')
}

/// `None` for an empty text, else what `parse` makes of it.
pub fn optional<T, E>(text: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if text.trim().is_empty() { Ok(None) } else { parse(text).map(Some) }
}

/// A payment, subscription or foreign id: one line of at most 128 characters without spaces.
pub fn reference(text: &str) -> Result<String, TextError> {
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
