//! Characters that nobody sees: format characters and fillers. They come along when a key is copied, and make it another
//! key.

/// A character that a key must not contain, and where it is in what was entered. Line and column begin at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misplaced {
    pub character: char,
    pub line: usize,
    pub column: usize,
}

impl Misplaced {
    /// The character's code point, such as `U+200B`.
    pub fn code_point(&self) -> String {
        format!("U+{:04X}", u32::from(self.character))
    }

    /// A name for what people call this character or its kind.
    pub fn kind(&self) -> &'static str {
        match self.character {
            '\u{00AD}' => "soft_hyphen",
            '\u{200B}' => "zero_width_space",
            '\u{200C}' => "zero_width_non_joiner",
            '\u{200D}' => "zero_width_joiner",
            '\u{2060}' => "word_joiner",
            '\u{FEFF}' => "byte_order_mark",
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                "direction_mark"
            }
            '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => {
                "variation_selector"
            }
            '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => "filler",
            '\u{2028}' | '\u{2029}' => "line_separator",
            '\u{2800}' => "braille_blank",
            '\0' => "nul",
            c if c.is_control() => "control_character",
            _ => "invisible_character",
        }
    }
}

/// Whether a character cannot be seen, apart from white space: Unicode's format characters (category Cf), what else it
/// calls ignorable by default (fillers, variation selectors, joiners of graphemes), separators of lines, and the blank
/// Braille pattern, which looks like a space without being one.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{0600}'..='\u{0605}'
            | '\u{061C}'
            | '\u{06DD}'
            | '\u{070F}'
            | '\u{0890}'
            | '\u{0891}'
            | '\u{08E2}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{110BD}'
            | '\u{110CD}'
            | '\u{13430}'..='\u{1343F}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Removes white space and invisible characters at both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}
