//! A field of a configuration, as a form or a program sends it.

use url::Url;

use super::rules::Takes;
use crate::domain::text::{self, TextError};

/// Why a text is no value of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigValueError {
    Text(TextError),
    NotOneOf(&'static [&'static str]),
    NotAWebAddress,
}

/// The longest id of another system, and the longest URL, in characters.
const MAX_LINE: usize = 255;
const MAX_URL: usize = 2_048;

impl Takes {
    /// The longest text, in characters.
    pub fn max_length(self) -> usize {
        match self {
            Self::Line | Self::OneOf(_) | Self::Files => MAX_LINE,
            Self::WebAddress => MAX_URL,
            Self::Text => 2_500,
        }
    }

    /// The value in a text; of files, that of one id.
    pub fn parse(self, input: &str) -> Result<String, ConfigValueError> {
        let line = || text::line(input, self.max_length()).map_err(ConfigValueError::Text);
        match self {
            Self::Line | Self::Files => line(),
            Self::Text => text::block(input, self.max_length()).map_err(ConfigValueError::Text),
            Self::OneOf(words) => {
                let word = words.iter().find(|word| **word == input);
                word.map(|word| (*word).to_owned()).ok_or(ConfigValueError::NotOneOf(words))
            }
            Self::WebAddress => {
                let address = line()?;
                let fits = Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
                if fits { Ok(address) } else { Err(ConfigValueError::NotAWebAddress) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_takes_what_it_says() {
        const WORDS: &[&str] = &["pull", "push"];
        for (takes, text, value) in [
            (Takes::Line, " acme/tools ", Ok("acme/tools")),
            (Takes::Line, "", Err(ConfigValueError::Text(TextError::Empty))),
            (Takes::Line, "a\nb", Err(ConfigValueError::Text(TextError::ControlCharacter))),
            (Takes::Text, "a\r\nb", Ok("a\nb")),
            (Takes::OneOf(WORDS), "push", Ok("push")),
            (Takes::OneOf(WORDS), "Push", Err(ConfigValueError::NotOneOf(WORDS))),
            (Takes::WebAddress, "https://example.com/", Ok("https://example.com/")),
            (Takes::WebAddress, "ftp://example.com/", Err(ConfigValueError::NotAWebAddress)),
            (Takes::WebAddress, "example.com", Err(ConfigValueError::NotAWebAddress)),
        ] {
            assert_eq!(takes.parse(text), value.map(str::to_owned), "{takes:?} {text:?}");
        }
    }
}
