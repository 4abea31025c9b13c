//! Texts as a search compares them: without case, accents and other forms of one letter, so that `Jurgen` finds `Jürgen`.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// The folded form of a text: compatibility decomposition without marks, in lower case, and plain letters for those that
/// do not decompose.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in DecomposingNormalizerBorrowed::new_nfkd().normalize(text).chars().filter(|c| !is_mark(*c)) {
        for c in c.to_lowercase().filter(|c| !is_mark(*c)) {
            match plain(c) {
                Some(letters) => folded.push_str(letters),
                None => folded.push(c),
            }
        }
    }
    folded
}

/// The text with `ä`, `ö` and `ü` written as `ae`, `oe` and `ue`, as many Germans do; `None` if it has none of them.
pub(crate) fn spelled_out(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let spelled = text.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
    (spelled != text).then_some(spelled)
}

/// The folded words of a text, each once.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in fold(text).split_whitespace() {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// Marks that are written above, below or through letters.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{0300}'..='\u{036F}'
            | '\u{0483}'..='\u{0489}'
            | '\u{1AB0}'..='\u{1AFF}'
            | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

/// What is typed for a letter or sign where a keyboard does not have it.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ı' => "i",
        'ς' => "σ",
        '\u{02BC}' | '\u{2018}' | '\u{2019}' => "'",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_case_and_other_forms_of_a_letter_are_folded() {
        for (text, folded) in [
            ("Jürgen Müller", "jurgen muller"),
            ("JU\u{308}RGEN", "jurgen"),
            ("Straße ẞ", "strasse ss"),
            ("Siobhán O’Rourke", "siobhan o'rourke"),
            ("Łukasz Żółć", "lukasz zolc"),
            ("Søren Ærø Đặng Þór", "soren aero dang thor"),
            ("İstanbul ılık", "istanbul ilik"),
            ("ΟΔΥΣΣΕΎΣ", "οδυσσευσ"),
            ("Ａｄａ ﬁn", "ada fin"),
            ("Йод", "иод"),
            ("佐藤さん", "佐藤さん"),
            ("plain ASCII-1", "plain ascii-1"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn words_are_folded_and_counted_once_whatever_is_between_them() {
        assert_eq!(words("  Priya \t Ashdown\u{a0}priya "), ["priya", "ashdown"]);
        assert!(words(" \n").is_empty());
    }

    #[test]
    fn umlauts_are_spelled_out_where_there_are_some() {
        assert_eq!(spelled_out("Jürgen ÖÄ").as_deref(), Some("juergen oeae"));
        assert_eq!(spelled_out("Juergen"), None);
    }

    proptest! {
        #[test]
        fn a_folded_text_folds_to_itself(text in "[\\PC]{0,40}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
