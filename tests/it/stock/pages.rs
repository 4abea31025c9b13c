//! The pages of stock: importing keys, what becomes of them, serving who waits, and alerts.

use jiff::SignedDuration;
use keydesk::domain::entitlement::{IntegrationConfig, IntegrationType, IssueSettings};
use keydesk::domain::ids::EntitlementId;
use keydesk::domain::license_key::pattern::KeyPattern;
use keydesk::domain::stock::settings::{StockRefill, StockSettings};

use crate::support::given::manual_settings;
use crate::support::stock::{confirm, fill, import, stock_path, waiting};
use crate::support::{TestApp, spawn_app};

pub(super) const KEYS: [&str; 3] =
    ["BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P", "BPC26-2WQ8N-X4KTD-7HRMV-P3J9C", "BPC26-Q7LTX-9DKWM-2NRHV-8CJ4P"];

pub(super) fn available(app: &TestApp, id: &EntitlementId) -> String {
    app.viewer().get(&stock_path(id)).text_of(".strip dd b")
}

#[test]
fn pasted_keys_are_shown_line_by_line_and_added_once_confirmed_once() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let mut agent = app.agent();
    let text = format!("{}\n{}\n{}\n", KEYS[0], KEYS[1], KEYS[0]);
    let page = import(&mut agent, &id, &[("keys", &text), ("supplier", "Bauplan GmbH"), ("reference", "BPC-11")], None);
    assert_eq!(page.status, 303, "{}", page.body);
    let preview = agent.follow(page);
    assert_eq!(preview.heading(), "3 lines checked");
    assert!(preview.row("Twice in the file").contains("same as line 1"), "{:?}", preview.rows());
    assert_eq!(preview.rows().iter().filter(|row| row.contains("New Added")).count(), 2);
    for key in KEYS {
        assert!(!preview.body.contains(key), "a new key is hidden");
    }
    assert_eq!(available(&app, &id), "0", "nothing is stored before it is confirmed");
    let path = preview.attribute("main form", "action").expect("a form");
    let confirmed = agent.post(&path, &[]);
    assert_eq!(confirmed.status, 303, "{}", confirmed.body);
    let running = agent.follow(confirmed);
    assert!(running.text_of("#adding h2").contains("0 of 2"), "{}", running.body);
    assert_eq!(running.heading(), "Import keys", "true also when a script has replaced the part below");
    app.run_jobs();
    assert_eq!(agent.post(&path, &[]).status, 303);
    app.run_jobs();
    assert_eq!(available(&app, &id), "2");
    let done = agent.get(path.trim_end_matches("/confirm"));
    assert_eq!(done.heading(), "Keys added");
    let batch = agent.get(&done.attribute("#adding a.primary", "href").expect("the batch"));
    assert_eq!(batch.heading(), "Batch BPC-11");
    assert!(batch.body.contains("Bauplan GmbH"));
}

#[test]
fn a_file_is_read_like_pasted_keys_and_one_of_the_two_is_enough() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let mut agent = app.agent();
    let file = format!("license key;note\r\n{};a\r\n{};b\r\n", KEYS[0], KEYS[1]);
    let page = import(&mut agent, &id, &[], Some(("keys.csv", file.as_bytes())));
    assert_eq!(agent.follow(page).heading(), "2 lines checked");
    let both = import(&mut agent, &id, &[("keys", KEYS[2])], Some(("keys.csv", file.as_bytes())));
    assert_eq!(both.status, 422);
    assert!(both.field("keys").error.is_some_and(|error| error.contains("Use one of the two")));
    assert_eq!(both.field("keys").value, KEYS[2]);
    let empty = import(&mut agent, &id, &[], Some(("keys.txt", b"")));
    assert_eq!(empty.status, 422);
    assert!(empty.field("file").error.is_some_and(|error| error.contains("no key in the list")), "{}", empty.body);
    let neither = import(&mut agent, &id, &[("supplier", "Bauplan GmbH")], None);
    assert_eq!(neither.status, 422);
    assert!(neither.field("keys").error.is_some_and(|error| error.contains("Paste at least one key")));
    assert_eq!(neither.field("supplier").value, "Bauplan GmbH");
}

#[test]
fn with_several_columns_the_form_asks_which_one() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let mut agent = app.agent();
    let text = format!("Bestellung,Wert\nB-1,{}\nB-2,{}\n", KEYS[0], KEYS[1]);
    let page = import(&mut agent, &id, &[("keys", &text)], None);
    assert_eq!(page.status, 422);
    assert!(page.field("column").error.is_some(), "{}", page.body);
    assert!(page.attributes("select#column option", "value").contains(&"Wert".to_owned()));
    assert!(!page.text_of("select#column").contains(KEYS[0]), "its samples are hidden");
    assert_eq!(page.attributes("select#column option", "value")[0], "", "none is chosen without a person");
    let again = import(&mut agent, &id, &[("keys", &text), ("column", "Wert")], None);
    assert_eq!(agent.follow(again).heading(), "2 lines checked");
}

#[test]
fn every_wrong_field_of_the_batch_is_named_and_what_was_typed_stays() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let long = "x".repeat(1_001);
    let fields = [
        ("keys", KEYS[0]),
        ("supplier", &long[..201]),
        ("reference", "two\nlines"),
        ("received_at", "2999-01-01"),
        ("use_before", "2020-01-01"),
        ("note", &long),
    ];
    let page = import(&mut app.agent(), &id, &fields, None);
    assert_eq!(page.status, 422);
    for (name, value) in fields {
        let field = page.field(name);
        assert_eq!(field.error.is_some(), name != "keys", "{name}");
        if name != "reference" {
            assert_eq!(field.value, value, "{name}");
        }
    }
    assert_eq!(page.errors().len(), 5);
}

#[test]
fn lines_that_look_wrong_are_decided_one_by_one_with_the_correction_first() {
    let app = spawn_app();
    let settings = IssueSettings {
        key_pattern: Some(KeyPattern::parse("BPC26-XXXXX-XXXXX-XXXXX-XXXXX").expect("a pattern")),
        ..manual_settings()
    };
    let id = app.given().entitlement_with("Bauplan", IntegrationConfig::LicenseKey(settings));
    let mut agent = app.agent();
    let dashed = KEYS[0].replace('-', "–");
    let text = format!("{dashed}\nKey: {}\nSumme: 498\n{}\n", KEYS[1], KEYS[2]);
    let page = import(&mut agent, &id, &[("keys", &text)], None);
    let preview = agent.follow(page);
    let rows = preview.rows();
    assert!(rows[0].contains(&dashed) && rows[0].contains(KEYS[0]), "{rows:?}");
    assert_eq!(preview.field("line_1").value, "corrected");
    assert_eq!(preview.field("line_2").value, "corrected");
    assert_eq!(preview.field("line_3").value, "skip", "what cannot be corrected is skipped");
    assert_eq!(preview.text_of("main form button.primary"), "Add 3 keys to stock");
    confirm(&app, &mut agent, &preview, &[("line_1", "corrected"), ("line_2", "skip"), ("line_3", "as_it_is")]);
    assert_eq!(available(&app, &id), "3");
    // The corrected value lies in stock, the one that was skipped does not.
    let again = import(&mut agent, &id, &[("keys", &format!("{}\n{}", KEYS[0], KEYS[1]))], None);
    let preview = agent.follow(again);
    assert!(preview.row("Already in stock").contains('1'), "{:?}", preview.rows());
    assert_eq!(preview.rows().iter().filter(|row| row.contains("Added")).count(), 1);
}

#[test]
fn issued_keys_are_skipped_with_the_grant_they_went_to_and_come_back_as_a_file() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEYS[0]);
    let id = app.given().named_entitlement("Tonwerk");
    let mut agent = app.agent();
    let page = import(&mut agent, &id, &[("keys", &format!("{}\n{}\n\u{1}\n", KEYS[0], KEYS[1]))], None);
    let path = page.location();
    let preview = agent.follow(page);
    assert!(preview.links().contains(&format!("/grants/{grant}")), "{}", preview.body);
    let file = agent.get(&format!("{path}/skipped.csv"));
    assert!(file.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")));
    assert!(file.body.contains("FJ8P"), "{}", file.body);
    assert!(!file.body.contains(KEYS[0]) && !file.body.contains(KEYS[1]), "{}", file.body);
    assert!(file.body.contains("Already issued") && file.body.contains("Not a key"), "{}", file.body);
}

#[test]
fn an_upload_is_its_persons_own_and_over_after_thirty_minutes() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let (mut agent, mut other) = (app.agent(), app.admin());
    let page = import(&mut agent, &id, &[("keys", KEYS[0])], None);
    let path = page.location();
    assert_eq!(agent.get(&path).status, 200);
    let elsewhere = other.get(&path);
    assert_eq!((elsewhere.status, elsewhere.location()), (303, format!("{}/import", stock_path(&id))));
    assert_eq!(other.post(&format!("{path}/confirm"), &[]).location(), format!("{}/import", stock_path(&id)));
    app.advance(SignedDuration::from_mins(31));
    let late = agent.post(&format!("{path}/confirm"), &[]);
    assert!(agent.follow(late).flash().contains("kept for 30 minutes"));
    app.run_jobs();
    assert_eq!(available(&app, &id), "0");
}

#[test]
fn keys_that_were_pasted_survive_the_end_of_the_session() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let mut agent = app.agent();
    agent.get(&format!("{}/import", stock_path(&id)));
    agent.cookies.clear();
    let page = import(&mut agent, &id, &[("keys", KEYS[0]), ("supplier", "Bauplan GmbH")], None);
    assert_eq!(page.status, 401);
    assert!(page.has("input[name=unsent_form]"), "{}", page.body);
    assert!(!page.body.contains(KEYS[0]));
}

#[test]
fn a_recall_quarantines_what_is_left_and_lists_who_got_a_key() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let batch = fill(&app, &id, &KEYS);
    let grant = app.given().pending_grant().of(&id).make();
    let mut agent = app.agent();
    assert_eq!(agent.post(&format!("/grants/{grant}/fulfillment"), &[("source", "stock")]).status, 303);
    let path = format!("/stock/batches/{}/recall", batch.trim_start_matches("/batches/"));
    assert_eq!(agent.post(&path, &[("reason", "Defective")]).status, 403);
    let mut admin = app.admin();
    let without = admin.post(&path, &[]);
    assert_eq!(without.status, 422);
    assert!(without.field("reason").error.is_some());
    let done = admin.post(&path, &[("reason", "Defective")]);
    assert_eq!(done.location(), batch);
    let page = admin.follow(done);
    assert_eq!(page.flash(), "Recalled. Keys quarantined: 2; issued before: 1.");
    assert!(page.row("ada@example.com").contains("Ada Lovelace"));
    assert!(page.links().contains(&format!("/grants/{grant}")));
    assert!(!page.has("form#recall"));
    assert_eq!(available(&app, &id), "0");
}

#[test]
fn who_waits_is_served_at_a_press() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let grants = [(); 3].map(|()| waiting(&app, &id));
    fill(&app, &id, &KEYS[..2]);
    let mut agent = app.agent();
    let page = agent.get("/stock");
    assert!(page.row("Bauplan CAD").contains("Serve 2 waiting"), "{:?}", page.rows());
    let pressed = agent.post(&format!("{}/serve", stock_path(&id)), &[]);
    let page = agent.follow(pressed);
    assert!(page.flash().contains("are being served"));
    assert!(page.has("#serving progress"), "{}", page.body);
    app.run_jobs();
    let chips: Vec<String> = grants.iter().map(|grant| agent.get(&format!("/grants/{grant}")).chip()).collect();
    assert_eq!(chips, ["Delivered", "Delivered", "Pending"]);
    assert_eq!(app.viewer().post(&format!("{}/serve", stock_path(&id)), &[]).status, 403);
}

#[test]
fn a_confirmed_import_serves_who_waits_where_that_is_ticked() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let grant = app.given().pending_grant().of(&id).make();
    let mut agent = app.agent();
    let page = import(&mut agent, &id, &[("keys", KEYS[0])], None);
    let preview = agent.follow(page);
    assert!(preview.has("input[name=serve]") && !preview.has("input[name=serve][checked]"));
    confirm(&app, &mut agent, &preview, &[("serve", "yes")]);
    assert_eq!(agent.get(&format!("/grants/{grant}")).chip(), "Delivered");
}

#[test]
fn a_stock_that_runs_low_is_told_on_every_page_until_it_is_hidden() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let mut admin = app.admin();
    let saved = admin.post(&stock_path(&id), &[("delivery", "staff"), ("refill", "press"), ("alert_count", "2")]);
    assert_eq!(saved.location(), stock_path(&id));
    fill(&app, &id, &KEYS[..2]);
    assert!(!admin.get("/").body.contains("running out"));
    let grant = app.given().pending_grant().of(&id).make();
    assert_eq!(admin.post(&format!("/grants/{grant}/fulfillment"), &[("source", "stock")]).status, 303);
    app.advance(SignedDuration::from_secs(2));
    assert!(app.viewer().get("/").body.contains("The keys of 1 entitlement are running out."));
    let page = admin.get("/stock");
    assert!(page.text_of(".note.bad").contains("Bauplan CAD 2026 Professional is running low."), "{}", page.body);
    assert!(page.row("Bauplan CAD").contains("Low, alert at 2 keys"));
    let hidden = admin.post("/stock/alerts", &[]);
    assert!(admin.follow(hidden).flash().starts_with("Hidden."));
    app.advance(SignedDuration::from_secs(2));
    assert!(!app.viewer().get("/").body.contains("running out"));
    assert_eq!(app.viewer().post("/stock/alerts", &[]).status, 403);
}

#[test]
fn settings_are_saved_by_both_forms_and_wrong_ones_are_named() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let mut admin = app.admin();
    let wrong = [("delivery", "later"), ("refill", "x"), ("alert_count", "0"), ("alert_days", "seven")];
    let page = admin.post(&stock_path(&id), &wrong);
    assert_eq!(page.status, 422);
    for name in ["delivery", "refill", "alert_count", "alert_days"] {
        assert!(page.field(name).error.is_some(), "{name}");
    }
    assert_eq!(page.field("alert_days").value, "seven");
    let good = [("delivery", "auto"), ("refill", "auto"), ("alert_count", "40"), ("alert_days", "7")];
    assert_eq!(admin.post(&stock_path(&id), &good).status, 303);
    let form = admin.get(&format!("/entitlements/{id}/edit"));
    assert_eq!(form.attribute("input[name=delivery][checked]", "value").as_deref(), Some("auto"));
    assert_eq!(form.attribute("input[name=refill][checked]", "value").as_deref(), Some("auto"));
    assert_eq!((form.field("alert_count").value.as_str(), form.field("alert_days").value.as_str()), ("40", "7"));
    let fields = [("name", "Bauplan"), ("fulfillment_mode", "manual"), ("alert_count", "-1")];
    let page = admin.post(&format!("/entitlements/{id}"), &fields);
    assert_eq!(page.status, 422);
    assert!(page.field("alert_count").error.is_some());
    assert_eq!(admin.post(&format!("/entitlements/{id}"), &[fields[0], fields[1], ("alert_days", "14")]).status, 303);
    let form = admin.get(&stock_path(&id));
    assert_eq!(form.attribute("input[name=delivery][checked]", "value").as_deref(), Some("staff"));
    assert_eq!((form.field("alert_count").value.as_str(), form.field("alert_days").value.as_str()), ("", "14"));
    assert_eq!(app.agent().post(&stock_path(&id), &good).status, 403);
}

#[test]
fn an_entitlement_that_can_have_no_stock_says_why() {
    let app = spawn_app();
    let auto = app.given().auto_entitlement();
    let other = app.given().other_entitlement(IntegrationType::DigitalFiles);
    let mut agent = app.agent();
    for (id, why) in [(auto, "are generated"), (other, "Only license keys and links")] {
        let page = agent.get(&stock_path(&id));
        assert!(page.status == 200 && page.body.contains(why), "{}", page.body);
        assert!(!page.links().contains(&format!("{}/import", stock_path(&id))));
        let form = agent.get(&format!("{}/import", stock_path(&id)));
        assert_eq!(form.status, 409);
        assert!(form.body.contains(why), "{}", form.body);
    }
}

#[test]
fn without_stock_the_list_says_so_and_offers_an_import() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let page = app.agent().get("/stock");
    assert!(page.body.contains("No keys in stock"));
    assert!(page.links().contains(&format!("{}/import", stock_path(&id))));
    assert!(!app.viewer().get("/stock").links().contains(&format!("{}/import", stock_path(&id))));
}

#[test]
fn whether_those_that_wait_are_served_is_decided_in_the_preview() {
    let app = spawn_app();
    let stock = StockSettings { refill: StockRefill::Auto, ..StockSettings::default() };
    let settings = IssueSettings { stock, ..manual_settings() };
    let id = app.given().entitlement_with("Bauplan", IntegrationConfig::LicenseKey(settings));
    let grant = waiting(&app, &id);
    let mut agent = app.agent();
    let page = import(&mut agent, &id, &[("keys", KEYS[0])], None);
    let preview = agent.follow(page);
    assert!(preview.has("input[name=serve][checked]"), "as the entitlement does");
    let offered = preview.attribute("input[name=serve_offered]", "value").expect("a field");
    confirm(&app, &mut agent, &preview, &[("serve_offered", &offered)]);
    assert!(agent.get(&format!("/grants/{grant}")).chip().contains("Pending"), "the box was not ticked");
    assert_eq!(available(&app, &id), "1");
    let page = import(&mut agent, &id, &[("keys", KEYS[1])], None);
    let preview = agent.follow(page);
    confirm(&app, &mut agent, &preview, &[("serve_offered", &offered), ("serve", "yes")]);
    assert!(agent.get(&format!("/grants/{grant}")).chip().contains("Delivered"));
}

#[test]
fn figures_above_the_lines_are_sentences_in_both_languages() {
    let app = spawn_app();
    let id = app.given().entitlement();
    waiting(&app, &id);
    let mut agent = app.agent();
    let text = format!("{}\nA\u{7}B\n", KEYS[0]);
    let page = import(&mut agent, &id, &[("keys", &text)], None);
    let path = page.location();
    let preview = agent.follow(page);
    let said = preview.text_of(".strip");
    for part in ["is added", "nothing to decide", "1 is no key", "1 grant waiting"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(preview.row("Not a key").contains("Character 2 is a control character"), "{:?}", preview.rows());
    agent.language = "de".to_owned();
    let said = agent.get(&path).text_of(".strip");
    for part in ["kommt hinzu", "nichts zu entscheiden", "1 ist kein Schlüssel", "1 Zuteilung wartet"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn the_audit_log_leads_to_the_batch() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let batch = fill(&app, &id, &KEYS);
    assert!(app.agent().get("/audit?action=stock.add").links().contains(&batch));
}
