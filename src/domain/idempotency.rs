//! Idempotency keys, which tell a repeated request from a new one.

use super::ids::random_id;
use super::text::{self, TextError};

/// The longest key, in characters.
pub(crate) const MAX_KEY: usize = 255;

/// A new key, for a form that is shown.
pub(crate) fn fresh_key() -> String {
    random_id("idem_")
}

/// The key that came with a form; `None` where there was none.
pub(crate) fn parse_key(text: &str) -> Result<Option<String>, TextError> {
    text::optional(text, |key| text::line(key, MAX_KEY))
}
