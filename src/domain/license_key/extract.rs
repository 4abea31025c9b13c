//! Finding the key in what was pasted with it: a label in front of it, or a sentence around it.

use super::fold::{is_dash, is_typographic_quote};
use super::pattern::KeyPattern;

/// Words that stand beside a key, in the languages that vendors write.
const WORDS: &[&str] = &[
    "key",
    "keys",
    "license",
    "licence",
    "licensekey",
    "serial",
    "code",
    "activation",
    "activate",
    "registration",
    "unlock",
    "pin",
    "sn",
    "cdkey",
    "productkey",
    "lizenz",
    "lizenzschlüssel",
    "lizenzcode",
    "lizenznummer",
    "schlüssel",
    "produktschlüssel",
    "produktcode",
    "seriennummer",
    "aktivierungscode",
    "aktivierungsschlüssel",
    "aktivieren",
    "freischaltcode",
    "freischaltschlüssel",
    "registrierungscode",
    "registrierungsschlüssel",
    "clé",
    "cle",
    "clef",
    "licencia",
    "clave",
    "licenza",
    "chiave",
    "seriale",
    "licentie",
    "licentiecode",
    "sleutel",
    "klucz",
    "licencji",
    "nyckel",
    "licens",
    "licensnyckel",
    "nøgle",
    "licensnøgle",
    "licença",
    "chave",
    "licenční",
    "klíč",
    "nøkkel",
    "avain",
    "ライセンスキー",
    "キー",
    "series",
];

/// A label is at most this long.
const MAX_LABEL: usize = 60;
/// A key inside a sentence has at least this many letters and digits.
const SHORTEST_IN_SENTENCE: usize = 5;

/// The label in front of a key and the key, as in `License key: ABC-123`; the key must be one line.
pub(super) fn split_label(text: &str) -> Option<(&str, &str)> {
    let (label, rest) = text.split_once([':', '='])?;
    let (label, rest) = (label.trim(), rest.trim());
    let is_label = label.chars().count() <= MAX_LABEL
        && label
            .chars()
            .all(|c| c.is_alphanumeric() || is_dash(c) || " /.#()\"'".contains(c) || is_typographic_quote(c))
        && words(label).any(|word| is_word(&word));
    (is_label && !rest.is_empty() && !rest.contains(char::is_whitespace)).then_some((label, rest))
}

/// What a sentence or a message around a key holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum InSentence {
    Key(String),
    /// It is not clear which of several is the key.
    Several,
}

/// The key in a sentence or a message: the one that fits the pattern, or the longest. `None` if the text is no sentence.
pub(super) fn find_in_sentence(text: &str, pattern: Option<&KeyPattern>) -> Option<InSentence> {
    let is_markup = text.starts_with(['{', '[', '<']);
    if is_markup || text.contains("-----") || !is_sentence(text) {
        return None;
    }
    let candidates: Vec<&str> = text.split_whitespace().map(bare).filter(|token| could_be_key(token)).collect();
    if candidates.is_empty() {
        return None;
    }
    let fitting = candidates.iter().find(|key| pattern.is_some_and(|pattern| pattern.matches(key)));
    let found = fitting.or_else(|| longest(&candidates));
    Some(found.map_or(InSentence::Several, |key| InSentence::Key((*key).to_owned())))
}

/// Whether a line has one of the words that stand beside keys; of several lines, one must have three words.
fn is_sentence(text: &str) -> bool {
    let plain = |line: &str| line.split_whitespace().filter(|token| is_plain_word(bare(token))).count();
    let has_word = text.split_whitespace().any(|token| {
        let token = bare(token);
        is_plain_word(token) && words(token).any(|word| is_word(&word))
    });
    has_word
        && text.split_whitespace().nth(1).is_some()
        && (!text.contains('\n') || text.lines().any(|l| plain(l) >= 3))
}

/// The longest candidate, if no other is as long.
fn longest<'a, 'b>(candidates: &'a [&'b str]) -> Option<&'a &'b str> {
    let length = |key: &&str| key.chars().filter(char::is_ascii_alphanumeric).count();
    let longest = candidates.iter().max_by_key(|key| length(key))?;
    let others = candidates.iter().filter(|key| length(key) == length(longest) && *key != longest);
    (others.count() == 0).then_some(longest)
}

fn could_be_key(token: &str) -> bool {
    let letters = token.chars().filter(char::is_ascii_alphanumeric).count();
    let has_digit = token.chars().any(|c| c.is_ascii_digit());
    let is_in_capitals = token.contains('-') && !token.chars().any(|c| c.is_ascii_lowercase());
    letters >= SHORTEST_IN_SENTENCE
        && (has_digit || is_in_capitals)
        && token.chars().all(|c| c.is_ascii_alphanumeric() || "-_.+/=".contains(c))
}

/// A token without the punctuation and quotation marks around it.
fn bare(token: &str) -> &str {
    token.trim_matches(|c: char| ".,;:!?()[]<>{}*'\"`".contains(c) || is_typographic_quote(c))
}

fn is_plain_word(token: &str) -> bool {
    token.chars().all(|c| c.is_alphabetic() || is_dash(c)) && token.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let text = text.to_lowercase().replace("s/n", "sn");
    text.split(|c: char| !c.is_alphabetic()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn is_word(word: &str) -> bool {
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_in_front_of_a_key_are_recognized() {
        for text in [
            "Key: AB-12",
            "key:AB-12",
            "License key: AB-12",
            "Your license key for Bauplan CAD 2026: AB-12",
            "Lizenzschlüssel: AB-12",
            "Ihr Lizenzschlüssel: AB-12",
            "S/N: AB-12",
            "CD-Key = AB-12",
            "Serial #: AB-12",
            "Key:\nAB-12",
            "Clé de licence : AB-12",
        ] {
            assert_eq!(split_label(text).map(|(_, key)| key), Some("AB-12"), "{text}");
        }
        for text in
            ["AB:12", "sk-live:AB-12", "Key:", "Licensee: Ada Lovelace", "Key: AB-12\nName: Ada", "https://a.b/c"]
        {
            assert_eq!(split_label(text), None, "{text}");
        }
    }

    #[test]
    fn the_key_is_found_in_the_vendors_sentence() {
        for text in [
            "Your license key for Bauplan CAD 2026 is ABCDE-12345-FGHIJ. Thank you!",
            "Ihr Lizenzschlüssel lautet „ABCDE-12345-FGHIJ“.",
            "Key ABCDE-12345-FGHIJ",
            "Hello Ada,\nyour license key is\nABCDE-12345-FGHIJ\nKind regards",
            "Use code ABCDE-12345-FGHIJ (ABC-12) to activate",
        ] {
            assert_eq!(find_in_sentence(text, None), Some(InSentence::Key("ABCDE-12345-FGHIJ".to_owned())), "{text}");
        }
        assert_eq!(find_in_sentence("Your keys: ABCDE-1 and ABCDE-2", None), Some(InSentence::Several));
        let pattern = KeyPattern::parse("AAAAA-9").ok();
        let found = find_in_sentence("key ABCDE-1, order 2026-11-29", pattern.as_ref());
        assert_eq!(found, Some(InSentence::Key("ABCDE-1".to_owned())));
    }

    #[test]
    fn license_files_and_passphrases_are_no_sentences() {
        for text in [
            "ABCDE-12345",
            "CORRECT HORSE BATTERY",
            "ABCD 1234 EFGH",
            "-----BEGIN LICENSE KEY-----\nAbCd1234\n-----END LICENSE KEY-----",
            "FEATURE f1 vendord 1.0 permanent 5 SIGN=\"0123 4567\"",
            "[License]\nUser=Ada\nKey=ABC123-DEF456",
            "Licensee: Ada\nLicense: ABC-123\nExpires: never",
        ] {
            assert_eq!(find_in_sentence(text, None), None, "{text}");
        }
    }
}
