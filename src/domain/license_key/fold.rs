//! What two keys have in common that people mistake for each other: the same letters and digits, but for case, dashes,
//! blanks, quotes and look-alikes. And the last letters and digits, by which people look for a key.

use super::characters::is_invisible;

/// How many letters and digits of a key's end it is found by.
pub(crate) const SHORTEST_ENDING: usize = 4;
pub(crate) const LONGEST_ENDING: usize = 8;

/// Every kind of dash, hyphen and minus sign.
pub(crate) fn is_dash(c: char) -> bool {
    c == '-' || is_typographic_dash(c)
}

/// A dash that word processors write for a hyphen.
pub(crate) fn is_typographic_dash(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2E3A}' | '\u{2E3B}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}

/// A quotation mark that word processors write for `'` or `"`, or that other languages use.
pub(crate) fn is_typographic_quote(c: char) -> bool {
    matches!(
        c,
        '\u{00AB}' | '\u{00BB}' | '\u{00B4}' | '\u{2018}'..='\u{201F}' | '\u{2032}'..='\u{2037}' | '\u{2039}' | '\u{203A}'
            | '\u{300C}'..='\u{300F}' | '\u{301D}'..='\u{301F}' | '\u{FF02}' | '\u{FF07}'
    )
}

fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '"' | '`') || is_typographic_quote(c)
}

/// The ordinary form of a full-width character.
pub(crate) fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// The folded form of a key: in capitals, without dashes, blanks and quotes, and with one sign for those that look alike
/// (0 for O, 1 for I and L, 5 for S, 8 for B). `None` if nothing is left.
pub(crate) fn fold(key: &str) -> Option<String> {
    let folded: String = key
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !is_dash(*c) && !is_quote(*c) && !is_invisible(*c))
        .flat_map(char::to_uppercase)
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            'S' => '5',
            'B' => '8',
            other => other,
        })
        .collect();
    (!folded.is_empty()).then_some(folded)
}

/// The last letters and digits of a key, at most [`LONGEST_ENDING`], each regardless of case.
pub(crate) fn ending(key: &str) -> Vec<String> {
    let from_end = key.chars().rev().filter(|c| c.is_alphanumeric()).take(LONGEST_ENDING);
    let mut last: Vec<String> = from_end.map(|c| c.to_lowercase().collect()).collect();
    last.reverse();
    last
}

/// What somebody typed to find a key by its end: 4 to 8 letters and digits, and between them only dashes and blanks. Dots
/// and asterisks in front stand for the rest of the key. `None` for any other text.
pub(crate) fn typed_ending(typed: &str) -> Option<Vec<String>> {
    let typed = typed.trim_start_matches(['.', '…', '*', '•', '·', ' ']);
    let is_plain = typed.chars().all(|c| c.is_alphanumeric() || is_dash(c) || c == ' ');
    let count = typed.chars().filter(|c| c.is_alphanumeric()).count();
    (is_plain && (SHORTEST_ENDING..=LONGEST_ENDING).contains(&count)).then(|| ending(typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_people_mistake_for_each_other_fold_to_one() {
        let key = fold("ABCDE-1O2I5-S8B0L");
        for other in [
            "abcde-1o2i5-s8b0l",
            "ABCDE1O2I5S8B0L",
            "ABCDE \u{2013} 1O2I5\u{2011}S8B0L",
            "\u{201C}ABCDE-1O2I5-S8B0L\u{201D}",
            "'ABCDE-1O2I5-S8B0L'",
            "ＡＢＣＤＥ－１Ｏ２Ｉ５－Ｓ８Ｂ０Ｌ",
            "A8CDE-1021S-5BB01",
        ] {
            assert_eq!(fold(other), key, "{other}");
        }
        assert_ne!(fold("ABCDE-1O2I5-S8B0M"), key);
        assert_ne!(fold("ABCDE.1O2I5.S8B0L"), key);
        assert_eq!(fold("-- \u{2013} \""), None);
    }

    #[test]
    fn an_ending_is_4_to_8_letters_or_digits() {
        assert_eq!(ending("ABC-DEFG-HÄJK=\n").concat(), "cdefghäjk"[1..]);
        assert_eq!(typed_ending("9HTRV").map(|last| last.concat()).as_deref(), Some("9htrv"));
        assert_eq!(typed_ending("WD-9HTRV").map(|last| last.concat()).as_deref(), Some("wd9htrv"));
        assert_eq!(typed_ending("9ht rv3f").map(|last| last.concat()).as_deref(), Some("9htrv3f"));
        for typed in ["…HTRV", "... htrv", "****HTRV", "••••••••••••HTRV", "* HTRV"] {
            assert_eq!(typed_ending(typed).map(|last| last.concat()).as_deref(), Some("htrv"), "{typed}");
        }
        for other in ["HTR", "H-T-R", "X2NWD-9HTRV", "htrv@x", "htrv.", "pay_1234", ""] {
            assert_eq!(typed_ending(other), None, "{other}");
        }
    }
}
