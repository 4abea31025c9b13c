//! Classifies search input: words, an address, an id, or something that could be a license key.

use super::customer::EmailAddress;
use super::license_key::characters::trim;

/// Prefixes of ids: our own and those of payment providers.
const ID_PREFIXES: [&str; 22] = [
    "entg_", "ent_", "pdt_", "cus_", "lic_", "lki_", "key_", "ep_", "stf_", "ses_", "rev_", "msg_", "bus_", "brnd_",
    "pay_", "sub_", "pi_", "ch_", "cs_", "in_", "txn_", "ord_",
];

/// A text with fewer letters and digits than this is not taken for a key.
const SHORTEST_KEY: usize = 8;

/// About one in a few thousand generated keys has no digit, so this many letters, if all are capitals, are taken for a
/// key regardless of separators.
const SHORTEST_KEY_OF_LETTERS: usize = 16;

/// Whether the text could be a license key and therefore must not appear in a URL: it has 8 or more letters and digits
/// including a digit, or 16 or more letters that are all capitals, and is neither an e-mail address nor shaped like an
/// id.
pub(crate) fn could_be_key(text: &str) -> bool {
    let text = trim(text);
    let characters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let has_digit = text.chars().any(char::is_numeric);
    let shortest = if has_digit { SHORTEST_KEY } else { SHORTEST_KEY_OF_LETTERS };
    let has_capitals_only = text.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    characters >= shortest && (has_digit || has_capitals_only) && !is_id(text) && !is_address(text)
}

fn is_id(text: &str) -> bool {
    ID_PREFIXES.iter().any(|prefix| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
    })
}

/// Stricter than [`EmailAddress`]: a key may contain an `@`, but rarely a domain that ends in letters.
fn is_address(text: &str) -> bool {
    let top_level = text.rsplit_once('@').and_then(|(_, domain)| domain.rsplit_once('.')).map(|(_, top)| top);
    top_level.is_some_and(|top| top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic()))
        && EmailAddress::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_of_every_shape_are_recognized() {
        for text in [
            "BPC26-7KQ4M-X2NWD-9HTRV",
            "ABCD 1234 EFGH",
            "abcdefg1",
            "12345678",
            "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "Key: AAAA1-BBBB2",
            "dGhpcyBpcyBhIGtleQ1==",
            "FIRST-LINE-1\r\nSECOND-LINE-2",
            "\u{feff}AAAA-BBBB-1",
            "a.b.c.d.e.f.g.1",
            "ÄÖÜß-ÄÖÜß-1",
            "１２３４５６７８",
            "kdk_0123456789abcdef",
            "whsec_0123456789abcdef",
            "pay_3hRt8-YpS1C",
            "entg_ABCD 1234 EFGH",
            "AB12@CD34EF56",
            "AB12@CD34EF.56",
            "ORD-2026-0001",
            "+49 170 1234567",
            "Studio 54 Berlin",
            "KQWVN-XRTPL-HGFDS-ZCVBM-QWERT-YPLKJ",
            "ABCDEFGH IJKLMNOP",
        ] {
            assert!(could_be_key(text), "{text:?}");
        }
    }

    #[test]
    fn words_addresses_and_ids_are_not_taken_for_keys() {
        for text in [
            "",
            " \n ",
            "hohenfels",
            "Siobhán O’Rourke",
            "#1001",
            "AB-12-CD",
            "ada@example.com",
            "ada.lovelace1815@engine.example",
            " ADA1815@EXAMPLE.COM ",
            "entg_0123456789abcdefghijk",
            "entg_01234567",
            "lic_0123456789abcdefghijk",
            "cus_0123456789abcdefghijk",
            "pay_3hRt8YpS1CvB6nMk",
            "cs_test_a1b2c3d4e5",
            "sub_Qw7Er2Ty9Ui4Op",
            "ABCD-EFGH-IJKL",
            "Sabine Leutheusser-Schnarrenberger",
            "ADA.LOVELACE@ANALYTICAL-ENGINES.EXAMPLE",
        ] {
            assert!(!could_be_key(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn groups_of_letters_and_digits_could_be_a_key_whatever_stands_between(
            groups in prop::collection::vec("[A-Za-z0-9]{4}", 2..8),
            digit in "[0-9]",
            separator in prop::sample::select(vec!["", "-", " ", ".", "/", "\n", "\r\n", "–", "\t"]),
            ends in prop::sample::select(vec!["", " ", "\r\n", "\u{feff}", "\u{200b}"]),
        ) {
            let key = format!("{ends}{}{separator}{digit}{ends}", groups.join(separator));
            prop_assert!(could_be_key(&key), "{:?}", key);
        }

        #[test]
        fn any_text_is_judged_like_the_same_without_its_ends(text in any::<String>()) {
            prop_assert_eq!(could_be_key(&text), could_be_key(trim(&text)));
        }
    }
}
