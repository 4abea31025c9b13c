//! Checks that both languages have the same texts, and that every requested text exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_bundle::FluentResource;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Language, Localizer, catalog};

/// The variables of each key, and the keys that occur twice.
fn keys(language: Language) -> (BTreeMap<String, BTreeSet<String>>, Vec<String>) {
    let (mut keys, mut twice) = (BTreeMap::<String, BTreeSet<String>>::new(), Vec::new());
    for (_, source) in catalog::files(language) {
        let mut current = String::new();
        for line in source.lines() {
            if line.starts_with('#') {
                continue;
            }
            if let Some((key, _)) = line.split_once(" =").filter(|(key, _)| !key.starts_with(' ')) {
                current = key.to_owned();
                if keys.insert(current.clone(), BTreeSet::new()).is_some() {
                    twice.push(current.clone());
                }
            }
            for part in line.split('$').skip(1) {
                let name = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_');
                keys.entry(current.clone()).or_default().insert(name.collect());
            }
        }
    }
    (keys, twice)
}

#[test]
fn every_file_parses() {
    for language in Language::ALL {
        for (area, source) in catalog::files(language) {
            if let Err((_, errors)) = FluentResource::try_new((*source).to_owned()) {
                panic!("{}/{area}.ftl: {errors:?}", language.code());
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_variables() {
    let (english, english_twice) = keys(Language::En);
    let (german, german_twice) = keys(Language::De);
    assert_eq!((english_twice, german_twice), (vec![], vec![]), "keys that are there twice");
    let missing = |from: &BTreeMap<String, _>, to: &BTreeMap<String, _>| {
        from.keys().filter(|key| !to.contains_key(*key)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(missing(&english, &german), Vec::<String>::new(), "missing in German");
    assert_eq!(missing(&german, &english), Vec::<String>::new(), "missing in English");
    for (key, variables) in &english {
        assert_eq!(german.get(key), Some(variables), "{key}");
    }
}

#[test]
fn every_area_has_the_same_keys_in_both_files() {
    for ((area, english), (german_area, german)) in
        catalog::files(Language::En).iter().zip(catalog::files(Language::De))
    {
        assert_eq!(area, german_area);
        let of = |source: &str| {
            source
                .lines()
                .filter(|line| !line.starts_with([' ', '#']))
                .filter_map(|line| line.split_once(" =").map(|(key, _)| key.to_owned()))
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(of(english), of(german), "{area}.ftl");
    }
}

#[test]
fn every_text_that_is_asked_for_exists() {
    let (known, _) = keys(Language::En);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut missing = BTreeSet::new();
    for folder in ["src", "templates"] {
        visit(&root.join(folder), &mut |path, source| {
            if path.starts_with(root.join("src/i18n")) {
                return;
            }
            for call in [".t(", ".t1(", ".t2(", ".t3("] {
                for part in source.split(call).skip(1) {
                    let Some(key) = part.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                        continue;
                    };
                    let is_key = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                    if is_key && !known.contains_key(key) {
                        missing.insert(format!("{key} ({})", path.display()));
                    }
                }
            }
        });
    }
    assert!(missing.is_empty(), "no such texts: {missing:#?}");
}

fn visit(folder: &Path, look: &mut dyn FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            visit(&path, look);
        } else if let Ok(source) = std::fs::read_to_string(&path) {
            look(&path, &source);
        }
    }
}

fn berlin(language: Language) -> Localizer {
    let zone = TimeZone::get("Europe/Berlin").expect("a known zone");
    Localizer::new(language, zone, at("2025-11-21T13:17:40Z"))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

#[test]
fn times_are_written_as_each_language_does() {
    let (en, de, now) = (berlin(Language::En), berlin(Language::De), at("2025-11-21T13:17:40Z"));
    assert_eq!(en.date_time(now), "21 Nov 2025, 14:17");
    assert_eq!(de.date_time(now), "21.11.2025, 14:17");
    assert_eq!(en.date_time_seconds(now), "21 Nov 2025, 14:17:40");
    assert_eq!(de.date_time_seconds(now), "21.11.2025, 14:17:40");
    assert_eq!((en.date(now), de.date(now)), ("21 Nov 2025".to_owned(), "21.11.2025".to_owned()));
    assert_eq!(en.time(at("2025-03-04T23:05:00Z")), "00:05");
    assert_eq!(en.date(at("2025-03-04T23:05:00Z")), "5 Mar 2025");
    assert_eq!(de.date(at("2025-03-04T23:05:00Z")), "05.03.2025");
    assert_eq!(en.long_date(now), "21 November 2025");
    assert_eq!(de.long_date(at("2025-03-04T23:05:00Z")), "5. März 2025");
    assert_eq!(en.machine_time(now), "2025-11-21T14:17:40+01:00");
}

#[test]
fn durations_are_short() {
    let (en, de) = (berlin(Language::En), berlin(Language::De));
    for (seconds, expected) in [
        (-5, "0 min"),
        (59, "0 min"),
        (38 * 60, "38 min"),
        (3 * 3600 + 12 * 60, "3 h 12 min"),
        (2 * 3600 + 4 * 60 + 59, "2 h 04 min"),
        (4 * 3600, "4 h"),
        (51 * 3600 + 60, "2 d 3 h"),
        (48 * 3600, "2 d"),
        (1_234 * 86_400, "1,234 d"),
    ] {
        assert_eq!(en.duration(SignedDuration::from_secs(seconds)), expected);
    }
    assert_eq!(de.duration_between(at("2025-11-19T10:00:00Z"), at("2025-11-21T13:17:40Z")), "2 Tg. 3 h");
    assert_eq!(de.duration_between(at("2025-11-21T10:05:00Z"), at("2025-11-21T13:17:40Z")), "3 h 12 min");
}

#[test]
fn numbers_are_grouped() {
    let (en, de) = (berlin(Language::En), berlin(Language::De));
    assert_eq!((en.number(12_408), de.number(12_408_i64)), ("12,408".to_owned(), "12.408".to_owned()));
    assert_eq!((en.number(999_usize), en.number(-1_000)), ("999".to_owned(), "-1,000".to_owned()));
    assert_eq!(en.number(u64::MAX), "9,223,372,036,854,775,807");
}

#[test]
fn the_zone_is_named_with_its_present_abbreviation() {
    assert_eq!(berlin(Language::En).zone_label(), "Europe/Berlin (CET)");
    assert_eq!(berlin(Language::De).zone_label(), "Europe/Berlin (MEZ)");
    assert_eq!(Localizer::new(Language::De, TimeZone::UTC, Timestamp::UNIX_EPOCH).zone_label(), "UTC");
}

#[test]
fn a_number_chooses_the_plural_and_is_grouped() {
    let (en, de) = (berlin(Language::En), berlin(Language::De));
    assert_eq!(en.t1("mail-validity-limit", "count", 1), "Valid for 1 activation, no expiry date.");
    assert_eq!(en.t1("mail-validity-limit", "count", 2_500_i32), "Valid for 2,500 activations, no expiry date.");
    assert_eq!(de.t1("mail-validity-limit", "count", 2_500_usize), "Gültig für 2.500 Aktivierungen, unbefristet.");
}

#[test]
fn values_come_in_unchanged_and_without_isolating_marks() {
    let en = berlin(Language::En);
    let name = String::from("{ $zone } <b>Ada</b>");
    let lent: &&str = &name.as_str();
    for text in [en.t1("footer-times", "zone", &name), en.t1("footer-times", "zone", lent)] {
        assert_eq!(text, "Times are in { $zone } <b>Ada</b>");
    }
}

#[test]
fn a_missing_text_is_its_key() {
    let en = berlin(Language::En);
    assert_eq!(en.t("no-such-text"), "no-such-text");
    assert_eq!(en.t("no such text {"), "no such text {");
    assert_eq!(en.named("status", "pending"), "Pending");
    assert_eq!(en.named("integration", "license_key"), "License key");
}
