use proptest::prelude::*;

use super::*;

fn expected(pattern: &str, others: &[(&str, &str)], is_one_line: bool) -> Expected {
    Expected {
        pattern: KeyPattern::parse(pattern).ok(),
        other_patterns: others
            .iter()
            .map(|(name, pattern)| ((*name).to_owned(), KeyPattern::parse(pattern).expect("a pattern")))
            .collect(),
        is_one_line,
    }
}

/// The codes of the warnings, and the corrected key.
fn look(key: &str, expected: &Expected) -> (String, Option<String>) {
    let found = inspect(&LicenseKeyValue::parse(key).expect("a key"), expected);
    (found.codes(), found.corrected.map(|key| key.expose().to_owned()))
}

#[test]
fn ordinary_keys_of_every_kind_raise_no_warning() {
    for key in [
        "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "ABCD 1234 EFGH",
        "1234567890123456",
        "12345678901234567890",
        "1000000",
        "123E45678",
        "dGhpcyBpcyBhIGtleQ==",
        "-----BEGIN LICENSE FILE-----\nAbCd/1234+\n\n=aB3d\n-----END LICENSE FILE-----",
        "FEATURE f1 vendord 1.0 31-dec-2026 5 \\\n\tSIGN=\"0123 4567 89AB\"",
        "{\"name\": \"Ada\", \"key\": \"12345\"}",
        "<license><key>12345</key></license>",
        "a:b:c",
    ] {
        assert_eq!(look(key, &Expected::default()), (String::new(), None), "{key}");
    }
}

#[test]
fn what_came_along_is_named_and_corrected() {
    for (key, codes) in [
        ("\u{201C}ABCDE-12345\u{201D}", "typographic_quotes"),
        ("„ABCDE-12345“", "typographic_quotes"),
        ("«ABCDE-12345»", "typographic_quotes"),
        ("\u{2018}ABCDE-12345\u{2019}", "typographic_quotes"),
        ("\"ABCDE-12345\"", "quoted"),
        ("'ABCDE-12345'", "quoted"),
        ("ABCDE\u{2013}12345", "typographic_dashes"),
        ("ABCDE\u{2011}12345", "typographic_dashes"),
        ("ABCDE\u{2212}12345", "typographic_dashes"),
        ("ABCDE - 12345", "spaced_hyphens"),
        ("ABCDE- 12345", "spaced_hyphens"),
        ("ABCDE \u{2014} 12345", "typographic_dashes, spaced_hyphens"),
        ("ABCDE\u{A0}-\u{A0}12345", "unusual_spaces, spaced_hyphens"),
        ("ＡＢＣＤＥ-１２３４５", "full_width"),
        ("ＡＢＣＤＥ－１２３４５", "full_width"),
        ("Key: ABCDE-12345", "label"),
        ("Lizenzschlüssel: „ABCDE-12345“", "typographic_quotes, label"),
        ("Your license key is ABCDE-12345. Thank you!", "sentence"),
        ("ABCDE-12345\nABCDE-12345", "repeated"),
        ("ABCDE-12345  ABCDE-12345 ABCDE-12345", "repeated"),
    ] {
        let (found, corrected) = look(key, &Expected::default());
        assert_eq!((found.as_str(), corrected.as_deref()), (codes, Some("ABCDE-12345")), "{key}");
    }
}

#[test]
fn rounded_numbers_are_noticed_and_cannot_be_corrected() {
    for key in [
        "1.23457E+23",
        "4,87E+19",
        "1.23E15",
        "1e+15",
        "1234567890123450",
        "12345678901234500000",
        "12345678901234567000",
        "1.234.567.890.123.450",
        "1,234,567,890,123,450.00",
    ] {
        assert_eq!(look(key, &Expected::default()), ("rounded_number".to_owned(), None), "{key}");
    }
    for key in ["123456789012340", "1234567890123456", "10-20E30", "E10", "1.5", "1234567890120001"] {
        assert_eq!(look(key, &Expected::default()).0, "", "{key}");
    }
}

#[test]
fn lines_and_blanks_are_odd_where_all_other_keys_have_none() {
    let one_line = expected("", &[], true);
    assert_eq!(look("AAAAA-1\nBBBBB-2", &one_line), ("several_lines".to_owned(), None));
    assert_eq!(look("AAAAA 12345", &one_line), ("inner_blank".to_owned(), None));
    assert_eq!(look("AAAAA-1\nBBBBB-2", &Expected::default()).0, "");
    assert_eq!(look("AAAAA - 1", &one_line).0, "spaced_hyphens", "one warning for one thing");
}

#[test]
fn a_key_is_compared_with_the_patterns() {
    let with = expected("BPC26-XXXXX-99", &[("Formwerk PDF", "FWP-XXXX"), ("Loose", "XXX")], false);
    assert_eq!(look("BPC26-7KQ4M-12", &with), (String::new(), None));
    assert_eq!(look("FWP-12AB", &with), ("other_pattern".to_owned(), None));
    assert_eq!(look("BPC27-7KQ4M-12", &with), ("pattern_mismatch".to_owned(), None));
    for key in ["bpc26-7kq4m-12", "BPC267KQ4M12", "BPC26 7KQ4M 12"] {
        assert_eq!(look(key, &with), ("pattern_mismatch".to_owned(), Some("BPC26-7KQ4M-12".to_owned())), "{key}");
    }
    let without = expected("", &[("Formwerk PDF", "FWP-XXXX")], false);
    assert_eq!(look("FWP-12AB", &without).0, "other_pattern");
    assert_eq!(look("ABC", &without).0, "");
    let found = inspect(&LicenseKeyValue::parse("FWP-12AB").expect("a key"), &with);
    assert_eq!(found.warnings, [Warning::OtherPattern { entitlement: "Formwerk PDF".to_owned() }]);
}

proptest! {
    #[test]
    fn a_correction_is_a_key_that_stays_as_it_is(
        typed in "([A-Za-z0-9 \n\t:=.,'\"-]|Key|key|license|[\\x{2013}\\x{2011}\\x{201C}\\x{2019}\\x{FF21}\\x{A0}\\x{3000}]){1,40}",
        is_one_line in any::<bool>(),
    ) {
        let expected = expected("AAAAA-99999", &[("Other", "XXX-XXX")], is_one_line);
        if let Ok(key) = LicenseKeyValue::parse(&typed) {
            let found = inspect(&key, &expected);
            if let Some(corrected) = found.corrected {
                prop_assert!(!found.warnings.is_empty());
                prop_assert_ne!(&corrected, &key);
                prop_assert_eq!(LicenseKeyValue::parse(corrected.expose()), Ok(corrected.clone()));
            }
        }
    }
}
