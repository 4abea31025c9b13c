//! Keys on the fulfillment form: taken whole, without what nobody sees, and with a question if they look wrong.

use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::storage::grants;
use keydesk::usecases::customers::erase::erase_customer;
use serde_json::json;

use crate::support::given::actor;
use crate::support::{Page, TestApp, Visitor, spawn_app};

const KEY: &str = "ABCDE-1O2I5-S8B0L";

fn path(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment")
}

fn send(visitor: &mut Visitor, id: &GrantId, key: &str) -> Page {
    visitor.post(&path(id), &[("key", key), ("activations_limit", "7")])
}

/// A grant that waits for a key, of a customer of its own.
fn pending(app: &TestApp, number: usize, entitlement: &EntitlementId) -> GrantId {
    app.given().pending_grant().of(entitlement).for_customer(&format!("buyer{number}@example.com")).make()
}

fn status(app: &TestApp, id: &GrantId) -> GrantStatus {
    app.read(|conn| grants::find(conn, id).expect("the grant").status)
}

/// The key that the customer was given.
fn revealed(visitor: &mut Visitor, id: &GrantId) -> String {
    let page = visitor.post(&format!("/grants/{id}/reveal"), &[]);
    assert_eq!(page.status, 200);
    let html = page.html();
    let code = scraper::Selector::parse(".slip code").expect("a selector");
    html.select(&code).next().expect("the key").text().collect()
}

fn is_valid(app: &TestApp, key: &str) -> bool {
    let answer = app.program(None).post("/licenses/validate", &json!({"license_key": key}));
    answer.json()["valid"].as_bool().expect("an answer")
}

fn warnings(page: &Page) -> Vec<String> {
    page.texts_of("#key-warnings p")
}

fn license_file(lines: usize) -> String {
    let body: Vec<String> = (0..lines).map(|line| format!("{line:04}").repeat(16)).collect();
    format!("-----BEGIN LICENSE FILE-----\n{}\n-----END LICENSE FILE-----", body.join("\n"))
}

#[test]
fn a_long_key_is_taken_whole() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut agent = app.agent();
    let id = pending(&app, 0, &entitlement);
    let form = agent.get(&format!("{}/new", path(&id)));
    assert_eq!(form.attribute("#key", "maxlength"), None, "a browser would cut the key off");
    for (number, key) in [license_file(80), "🔑".repeat(65_536), license_file(1_000)].into_iter().enumerate() {
        let id = pending(&app, number + 1, &entitlement);
        let page = send(&mut agent, &id, &key.replace('\n', "\r\n"));
        assert_eq!(page.status, 303, "{}", page.text_of("main"));
        assert!(revealed(&mut agent, &id) == key, "{number}");
        assert!(is_valid(&app, &key), "{number}");
    }
    let page = send(&mut agent, &id, &"🔑".repeat(65_537));
    assert_eq!(page.status, 422);
    assert!(page.field("key").error.expect("an error").contains("65,536"));
    assert_eq!(page.field("key").value.chars().count(), 65_537, "what was pasted is still there");
}

#[test]
fn what_nobody_sees_is_cut_at_both_ends() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut agent = app.agent();
    let invisible = [
        "\u{200B}",
        "\u{FEFF}",
        "\u{AD}",
        "\u{200D}",
        "\u{200F}",
        "\u{202E}",
        "\u{3164}",
        "\u{2800}",
        "\u{A0}",
        "\u{E0041}",
    ];
    for (number, invisible) in invisible.into_iter().enumerate() {
        let key = format!("KEY-{number}-XYZ");
        let id = pending(&app, number, &entitlement);
        let page = send(&mut agent, &id, &format!("{invisible} {key}{invisible}\r\n{invisible}"));
        assert_eq!(page.status, 303, "{invisible:?} {}", page.text_of("main"));
        assert_eq!(revealed(&mut agent, &id), key, "{invisible:?}");
        assert!(is_valid(&app, &key) && is_valid(&app, &format!("{key}{invisible}")));
        let id = pending(&app, 100 + number, &entitlement);
        let page = send(&mut agent, &id, &format!(" {invisible}\r\n{invisible}"));
        assert_eq!(page.status, 422, "{invisible:?}");
        assert_eq!(page.field("key").error.as_deref(), Some("Error: Enter the key."));
    }
}

#[test]
fn what_nobody_sees_inside_is_named_with_its_place_and_can_be_left_out() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    for (typed, name, place) in [
        ("ABC\u{200B}DE-12345", "zero-width space (U+200B)", "Character 4 is a"),
        ("ABC\u{202E}DE-12345", "direction mark (U+202E)", "Character 4 is a"),
        ("  ABC\u{AD}DE-12345", "soft hyphen (U+00AD)", "Character 6 is a"),
        ("LINE\r\nAB\u{200D}DE", "zero-width joiner (U+200D)", "line 2, character 3"),
        ("AB\u{115F}CD", "Hangul filler (U+115F)", "Character 3 is a"),
        ("AB\u{FE0F}CD", "variation selector (U+FE0F)", "Character 3 is a"),
    ] {
        let page = send(&mut agent, &id, typed);
        assert_eq!(page.status, 422, "{typed:?}");
        let error = page.field("key").error.expect("an error");
        assert!(error.contains(name) && error.contains(place), "{error}");
        assert_eq!(page.field("activations_limit").value, "7");
        let fields = [("key", typed), ("take", "corrected"), ("activations_limit", "7")];
        let taken = agent.post(&format!("{}/preview", path(&id)), &fields);
        assert_eq!((taken.status, taken.field("activations_limit").value.as_str()), (200, "7"));
        let clean: String =
            typed.trim().chars().filter(|c| !"\u{200B}\u{202E}\u{AD}\u{200D}\u{115F}\u{FE0F}".contains(*c)).collect();
        assert_eq!(taken.field("key").value.replace("\r\n", "\n"), clean.replace("\r\n", "\n"), "{typed:?}");
        assert_eq!(taken.field("key").error, None);
    }
    assert_eq!(agent.post("/preferences", &[("language", "de")]).status, 303);
    let page = send(&mut agent, &id, "ABC\u{200B}DE");
    assert!(page.field("key").error.expect("an error").contains("breitenloses Leerzeichen (U+200B)"));
    assert_eq!(status(&app, &id), GrantStatus::Pending);
}

#[test]
fn a_key_that_looks_wrong_is_asked_about_and_sent_when_that_is_confirmed() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut agent = app.agent();
    for (number, (typed, word)) in [
        ("\u{201C}QUOTE-12345\u{201D}", "quotation marks"),
        ("\"PLAIN-12345\"", "quotation marks"),
        ("DASHE\u{2013}12345", "dash"),
        ("NOBRK\u{2011}12345", "dash"),
        ("Key: LABEL-12345", "label"),
        ("Lizenzschlüssel: LIZEN-12345", "label"),
        ("Your license key is SENTE-12345. Thank you!", "not just the key"),
        ("BLANK - 12345", "spaces"),
        ("ＦＵＬＬＷ－１２３４５", "full-width"),
        ("1.23457E+23", "spreadsheet"),
        ("4,87E+19", "spreadsheet"),
        ("12345678901234500000", "spreadsheet"),
        ("TWICE-12345\r\nTWICE-12345", "2 times"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = pending(&app, number, &entitlement);
        let page = send(&mut agent, &id, typed);
        assert_eq!(page.status, 422, "{typed}");
        assert!(page.title().starts_with("Check:"), "{}", page.title());
        let found = warnings(&page);
        assert!(found.iter().any(|warning| warning.contains(word)), "{typed}: {found:?}");
        assert_eq!(page.errors().len(), found.len(), "the summary has each of them");
        assert!(page.has("#confirm:not([checked])") && page.field("key").error.is_none());
        assert_eq!(page.field("key").value.replace('\n', "\r\n"), typed.replace("\r\n", "\n").replace('\n', "\r\n"));
        assert_eq!(page.field("activations_limit").value, "7");
        assert_eq!(status(&app, &id), GrantStatus::Pending);
        app.run_outbox_until_empty();
        let mails = app.mailbox.mails().len();
        let idempotency_key = page.field("idempotency_key").value;
        let fields = [("key", typed), ("confirm", "yes"), ("idempotency_key", &idempotency_key)];
        for _ in 0..2 {
            assert_eq!(agent.post(&path(&id), &fields).status, 303, "{typed}");
        }
        app.run_outbox_until_empty();
        assert_eq!(app.mailbox.mails().len(), mails + 1, "{typed}: a double click mails once");
        assert_eq!(revealed(&mut agent, &id), typed.replace("\r\n", "\n"), "sent as it is");
        assert!(agent.get(&format!("/audit?object={id}")).body.contains("warnings"), "{typed}: the log has it");
    }
}

#[test]
fn the_corrected_key_is_taken_over_by_a_button() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut agent = app.agent();
    for (number, typed) in [
        "\u{201E}Lizenzschlüssel: FIXED-12345\u{201C}",
        "License key: FIXED\u{2013}12345",
        "Thank you! Your license key is \u{201C}FIXED-12345\u{201D}.",
        "ＦＩＸＥＤ \u{2013} １２３４５",
        "FIXED-12345 FIXED-12345",
    ]
    .into_iter()
    .enumerate()
    {
        let id = pending(&app, number, &entitlement);
        let page = send(&mut agent, &id, typed);
        assert_eq!(page.text_of("#corrected"), "FIXED-12345", "{typed}");
        let action = page.attribute("button[name=take]", "formaction").expect("a button");
        let value = page.attribute("button[name=take]", "value").expect("a value");
        let fields = [("key", typed), ("take", value.as_str()), ("confirm", "yes"), ("customer_note", "Hello")];
        let taken = agent.post(&action, &fields);
        assert_eq!((taken.status, taken.field("key").value.as_str()), (200, "FIXED-12345"), "{typed}");
        assert_eq!(taken.field("customer_note").value, "Hello");
        assert!(!taken.has("#confirm[checked]"), "what was confirmed was another key");
        assert!(warnings(&taken).is_empty() && taken.text_of(".mail").contains("FIXED-12345"));
    }
    let id = pending(&app, 99, &entitlement);
    assert_eq!(send(&mut agent, &id, "FIXED-12345").status, 303);
}

#[test]
fn a_key_like_one_that_was_issued_is_asked_about_with_a_link_to_where_that_went() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let first = pending(&app, 0, &entitlement);
    app.given().fulfill(&first, KEY);
    let mut agent = app.agent();
    for (number, typed) in [
        "abcde-1o2i5-s8b0l",
        "ABCDE1O2I5S8B0L",
        "ABCDE\u{2011}1O2I5\u{2013}S8B0L",
        "'ABCDE-1O2I5-S8B0L'",
        "Key: ABCDE-1O2I5-S8B0L",
        "ABCDE - 1O2I5 - S8B0L",
        "ＡＢＣＤＥ－１Ｏ２Ｉ５－Ｓ８Ｂ０Ｌ",
        "ABCDE-1021S-5880I",
    ]
    .into_iter()
    .enumerate()
    {
        let id = pending(&app, number + 1, &entitlement);
        for page in [agent.post(&format!("{}/preview", path(&id)), &[("key", typed)]), send(&mut agent, &id, typed)] {
            let found = warnings(&page);
            assert!(found.iter().any(|warning| warning.contains("already issued")), "{typed}: {found:?}");
            assert!(page.has(&format!("#key-warnings a[href='/grants/{first}']")), "{typed}");
            assert_eq!(page.field("key").value, typed);
        }
        assert_eq!(status(&app, &id), GrantStatus::Pending);
    }
    let log = app.admin().get("/audit?action=license_key.find");
    assert!(!log.rows().is_empty(), "who learned where a key went is in the log");
    let id = pending(&app, 50, &entitlement);
    let page = send(&mut agent, &id, KEY);
    assert_eq!(page.status, 422, "the very same key is an error and cannot be confirmed");
    assert_eq!(agent.post(&path(&id), &[("key", KEY), ("confirm", "yes")]).status, 422);
}

#[test]
fn where_a_similar_key_went_is_told_to_those_alone_who_may_see_keys() {
    let app = TestApp::builder().with("reveal", "admins").spawn();
    let entitlement = app.given().entitlement();
    let first = pending(&app, 0, &entitlement);
    app.given().fulfill(&first, KEY);
    let id = pending(&app, 1, &entitlement);
    let page = send(&mut app.agent(), &id, "abcde-1o2i5-s8b0l");
    assert_eq!((page.status, warnings(&page).len()), (422, 1));
    assert!(!page.body.contains(first.as_str()));
    assert!(send(&mut app.admin(), &id, "abcde-1o2i5-s8b0l").body.contains(first.as_str()));
    let customer = app.read(|conn| grants::find(conn, &first).expect("the grant").customer_id);
    erase_customer(app.context(), &customer, &actor()).expect("erased");
    assert_eq!(send(&mut app.admin(), &id, "abcde-1o2i5-s8b0l").status, 303, "nothing is left to compare with");
}

#[test]
fn lines_and_blanks_are_asked_about_where_the_other_keys_have_none() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut agent = app.agent();
    let two_lines = "AAAAA-1\r\nBBBBB-2";
    for number in 0..3 {
        let id = pending(&app, number, &entitlement);
        assert_eq!(agent.post(&format!("{}/preview", path(&id)), &[("key", two_lines)]).count("#key-warnings p"), 0);
        app.given().fulfill(&id, &format!("PLAIN-{number}{number}{number}"));
    }
    let id = pending(&app, 10, &entitlement);
    for (typed, word) in [(two_lines, "several lines"), ("AAAAA 11111", "a space inside")] {
        let page = send(&mut agent, &id, typed);
        assert_eq!(page.status, 422, "{typed}");
        assert!(warnings(&page)[0].contains(word), "{:?}", warnings(&page));
    }
    let fields = [("key", two_lines), ("confirm", "yes")];
    assert_eq!(agent.post(&path(&id), &fields).status, 303);
    let id = pending(&app, 11, &entitlement);
    assert_eq!(send(&mut agent, &id, "CCCCC-3\r\nDDDDD-4").status, 303, "now there is such a key");
}

#[test]
fn a_key_is_compared_with_the_patterns_of_entitlements() {
    let app = spawn_app();
    let mut admin = app.admin();
    let other = app.given().named_entitlement("Formwerk PDF Pro");
    let entitlement = app.given().entitlement();
    for (id, name, pattern) in
        [(&other, "Formwerk PDF Pro", "FWP-XXXX-XXXX"), (&entitlement, "Bauplan", "BPC26-XXXXX-99\r\n9999-9999")]
    {
        let fields = [("name", name), ("fulfillment_mode", "manual"), ("key_pattern", pattern)];
        assert_eq!(admin.post(&format!("/entitlements/{id}"), &fields).status, 303);
        let shown = admin.get(&format!("/entitlements/{id}/edit"));
        assert_eq!(shown.field("key_pattern").value, pattern.replace("\r\n", "\n"));
        assert!(admin.get("/entitlements").body.contains(pattern.split("\r\n").next().expect("a line")));
    }
    let mut agent = app.agent();
    let id = pending(&app, 0, &entitlement);
    let form = agent.get(&format!("{}/new", path(&id)));
    assert!(form.text_of("#key-hint").contains("BPC26-XXXXX-99, 9999-9999"));
    for (typed, word, corrected) in [
        ("BPC27-7KQ4M-12", "does not match the pattern", ""),
        ("bpc26-7kq4m-12", "does not match the pattern", "BPC26-7KQ4M-12"),
        ("BPC26 7KQ4M 12", "does not match the pattern", "BPC26-7KQ4M-12"),
        ("FWP-12AB-34CD", "another entitlement, Formwerk PDF Pro", ""),
    ] {
        let page = send(&mut agent, &id, typed);
        assert_eq!(page.status, 422, "{typed}");
        assert!(warnings(&page)[0].contains(word), "{:?}", warnings(&page));
        assert_eq!(page.texts_of("#corrected").concat(), corrected, "{typed}");
    }
    assert_eq!(send(&mut agent, &id, "BPC26-7KQ4M-12").status, 303);
    let id = pending(&app, 1, &entitlement);
    assert_eq!(send(&mut agent, &id, "1234-5678").status, 303, "the second pattern");
    let long = "X".repeat(201);
    for wrong in ["A\u{200B}B", long.as_str()] {
        let page = admin.post(&format!("/entitlements/{other}"), &[("name", "F"), ("key_pattern", wrong)]);
        assert_eq!((page.status, page.field("key_pattern").value.as_str()), (422, wrong));
        assert!(page.field("key_pattern").error.is_some());
    }
}

#[test]
fn errors_and_warnings_are_shown_together_and_in_german_too() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let fields = [("key", "ABCDE\u{2013}12345"), ("activations_limit", "0")];
    let page = agent.post(&path(&id), &fields);
    assert_eq!((page.status, page.errors().len(), warnings(&page).len()), (422, 1, 1));
    assert!(page.title().starts_with("Error:"));
    assert_eq!(agent.post("/preferences", &[("language", "de")]).status, 303);
    let page = send(&mut agent, &id, "ABCDE\u{2013}12345");
    assert!(page.title().starts_with("Prüfen:"), "{}", page.title());
    assert!(warnings(&page)[0].contains("Gedankenstrich"));
    assert!(page.text_of("main").contains("So senden"));
}
