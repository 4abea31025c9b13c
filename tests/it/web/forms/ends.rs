//! Dates, times and numbers in forms: nothing that was typed is dropped, and an end is the same day everywhere.

use keydesk::domain::entitlement::{FulfillmentMode, IntegrationConfig, IssueSettings};
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::domain::license_key::expiry::{Interval, ValidityPeriod};
use keydesk::domain::stock::settings::StockSettings;
use keydesk::storage::{grants, license_keys};
use serde_json::json;

use crate::support::{Page, TestApp, Visitor, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

/// What browsers and people send for dates and times that are not complete.
const HALF_TYPED: [(&str, &str, &str); 14] = [
    ("12/31", "", "expires_at"),
    ("12/31/", "", "expires_at"),
    ("12/31/20", "", "expires_at"),
    ("03/04/2027", "", "expires_at"),
    ("2026-12", "", "expires_at"),
    ("2026-12-3", "", "expires_at"),
    ("31.12.", "", "expires_at"),
    ("31 Dec", "", "expires_at"),
    ("2026-12-31T", "", "expires_at"),
    ("2026-12-31T18:0", "", "expires_at"),
    ("", "18:00", "expires_at"),
    ("2026-12-31", "18:", "expires_time"),
    ("2026-12-31", "6 pm", "expires_time"),
    ("2026-12-31T18:00", "18:00", "expires_time"),
];

fn key_of(app: &TestApp, id: &GrantId) -> Option<keydesk::domain::license_key::LicenseKeySummary> {
    app.read(|conn| license_keys::of_grant(conn, id).expect("read"))
}

fn end_of(app: &TestApp, id: &GrantId) -> Option<String> {
    key_of(app, id).expect("a key").expires_at.map(|at| at.to_string())
}

fn fulfill(visitor: &mut Visitor, id: &GrantId, fields: &[(&str, &str)]) -> Page {
    let mut all = vec![("key", KEY)];
    all.extend_from_slice(fields);
    visitor.post(&format!("/grants/{id}/fulfillment"), &all)
}

/// The path of the page of the key that a grant was delivered with.
fn key_path(app: &TestApp, id: &GrantId) -> String {
    format!("/license-keys/{}", key_of(app, id).expect("a key").id)
}

fn assert_kept(page: &Page, date: &str, time: &str, field: &str) {
    let what = format!("{date:?} {time:?}");
    assert_eq!(page.status, 422, "{what}");
    assert_eq!(page.attribute("#errors li a", "href"), Some(format!("#{field}")), "{what}");
    assert!(page.field(field).error.is_some(), "{what}");
    assert_eq!((page.field("expires_at").value, page.field("expires_time").value), (date.to_owned(), time.to_owned()));
}

#[test]
fn a_half_typed_end_is_refused_and_kept_on_every_form_that_has_one() {
    let app = spawn_app();
    let (pending, delivered) = (app.given().pending_grant().make(), app.given().delivered_grant("KEY-OF-ANOTHER-ONE"));
    let (mut agent, mut admin) = (app.agent(), app.admin());
    let path = key_path(&app, &delivered);
    for (date, time, field) in HALF_TYPED {
        let typed = [("expires_at", date), ("expires_time", time), ("activations_limit", "3")];
        let page = fulfill(&mut agent, &pending, &typed);
        assert_kept(&page, date, time, field);
        assert_eq!(page.field("key").value, KEY);
        assert_kept(&agent.post(&path, &typed), date, time, field);
        let typed = [("name", "Shop"), ("role", "viewer"), ("expires_at", date), ("expires_time", time)];
        assert_kept(&admin.post("/api-keys", &typed), date, time, field);
    }
    assert_eq!(app.read(|conn| grants::find(conn, &pending).expect("there")).delivered_at, None);
    assert_eq!(end_of(&app, &delivered).as_deref(), Some("2027-06-15T10:00:00Z"));
    assert!(admin.get("/api-keys").body.contains("No API keys yet"));
}

#[test]
fn a_number_with_a_slip_is_refused_and_kept_on_every_form_that_has_one() {
    let app = spawn_app();
    let (pending, delivered) = (app.given().pending_grant().make(), app.given().delivered_grant("KEY-OF-ANOTHER-ONE"));
    let (mut agent, mut admin) = (app.agent(), app.admin());
    let path = key_path(&app, &delivered);
    let entitlement = app.read(|conn| grants::find(conn, &pending).expect("there")).entitlement_id;
    for number in ["5-", "-", "1e", "1,000", "1.000", "+5", "5 5", "0", "five", "\u{200B}"] {
        for page in [
            fulfill(&mut agent, &pending, &[("activations_limit", number)]),
            agent.post(&path, &[("activations_limit", number)]),
            admin.post(&format!("/entitlements/{entitlement}"), &[("name", "A"), ("activations_limit", number)]),
        ] {
            assert_eq!((page.status, page.field("activations_limit").value.as_str()), (422, number), "{number:?}");
        }
        let fields = [("name", "A"), ("duration_count", number), ("duration_interval", "Month")];
        let page = admin.post(&format!("/entitlements/{entitlement}"), &fields);
        assert_eq!((page.status, page.field("duration_count").value.as_str()), (422, number), "{number:?}");
    }
    assert_eq!(key_of(&app, &delivered).expect("a key").activations_limit, Some(3));
}

#[test]
fn no_field_is_of_a_kind_that_browsers_submit_empty_when_half_typed() {
    let app = spawn_app();
    let (pending, delivered) = (app.given().pending_grant().make(), app.given().delivered_grant("KEY-OF-ANOTHER-ONE"));
    let mut admin = app.admin();
    let pages = [
        format!("/grants/{pending}/fulfillment/new"),
        key_path(&app, &delivered),
        "/api-keys".to_owned(),
        "/entitlements/new".to_owned(),
        "/audit".to_owned(),
        "/audit?from=soon".to_owned(),
    ];
    for path in pages {
        let page = admin.get(&path);
        assert!(page.has("form"), "{path}");
        for kind in ["date", "time", "datetime-local", "month", "week", "number"] {
            assert!(!page.has(&format!("input[type={kind}]")), "{kind} on {path}");
        }
    }
}

#[test]
fn a_date_without_a_time_is_the_end_of_that_day_and_is_said_back() {
    let app = spawn_app();
    let mut agent = app.agent();
    agent.post("/preferences", &[("time_zone", "Europe/Berlin")]);
    let typed = [
        ("2026-12-31", "", "2026-12-31T22:59:59Z", "31 Dec 2026, 23:59 Europe/Berlin"),
        ("31.12.2026", "18:00", "2026-12-31T17:00:00Z", "31 Dec 2026, 18:00 Europe/Berlin"),
        ("12/31/2026", "", "2026-12-31T22:59:59Z", "31 Dec 2026, 23:59 Europe/Berlin"),
        ("31 December 2026", "9:30", "2026-12-31T08:30:00Z", "31 Dec 2026, 09:30 Europe/Berlin"),
        ("2026-12-31T18:00", "", "2026-12-31T17:00:00Z", "31 Dec 2026, 18:00 Europe/Berlin"),
    ];
    for (number, (date, time, end, said)) in typed.into_iter().enumerate() {
        let id = app.given().pending_grant().make();
        let key = format!("{KEY}-{number}");
        let page = fulfill(&mut agent, &id, &[("key", &key), ("expires_at", date), ("expires_time", time)]);
        assert_eq!(page.status, 303, "{}", page.body);
        assert_eq!(end_of(&app, &id).as_deref(), Some(end), "{date} {time}");
        let page = agent.follow(page);
        assert!(page.flash().contains(&format!("Valid until {said}.")), "{}", page.flash());
    }
}

#[test]
fn what_was_stored_by_default_is_said_back_too() {
    let app = spawn_app();
    let (first, second) = (app.given().pending_grant().make(), app.given().pending_grant().make());
    let mut agent = app.agent();
    let page = fulfill(&mut agent, &first, &[]);
    let flash = agent.follow(page).flash();
    assert!(flash.contains("Valid until 15 Jun 2027, 10:00 UTC."), "{flash}");
    let page = fulfill(&mut agent, &second, &[("key", "ANOTHER-KEY-1"), ("expires_at", " \t"), ("expires_time", " ")]);
    assert_eq!(page.status, 303, "white space is empty");
    let path = key_path(&app, &first);
    let page = agent.post(&path, &[("activations_limit", ""), ("expires_at", "")]);
    assert_eq!(agent.follow(page).flash(), "Saved. Valid without an end date.");
    let page = agent.post(&path, &[("activations_limit", ""), ("expires_at", "2026-12-31")]);
    assert_eq!(agent.follow(page).flash(), "Saved. Valid until 31 Dec 2026, 23:59 UTC.");
    let page = agent.get(&path);
    assert_eq!(
        (page.field("expires_at").value.as_str(), page.field("expires_time").value.as_str()),
        ("2026-12-31", "")
    );
    let fields = [("name", "Shop"), ("role", "viewer"), ("expires_at", "2026-12-31")];
    assert!(app.admin().post("/api-keys", &fields).body.contains("Valid until 31 Dec 2026, 23:59 UTC."));
}

#[test]
fn a_form_that_is_saved_unchanged_changes_nothing_about_the_end() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    agent.post("/preferences", &[("time_zone", "Pacific/Auckland")]);
    fulfill(&mut agent, &id, &[("expires_at", "2027-01-31")]);
    let path = key_path(&app, &id);
    let mut colleague = app.agent();
    colleague.post("/preferences", &[("time_zone", "America/Los_Angeles")]);
    let form = colleague.get(&path);
    let (date, time) = (form.field("expires_at").value, form.field("expires_time").value);
    let page = colleague.post(&path, &[("activations_limit", "9"), ("expires_at", &date), ("expires_time", &time)]);
    assert_eq!(page.status, 303);
    assert_eq!(end_of(&app, &id).as_deref(), Some("2027-01-31T10:59:59Z"));
    assert_eq!(colleague.follow(page).flash(), "Saved. Valid until 31 Jan 2027, 23:59 Pacific/Auckland.");
}

#[test]
fn the_same_day_is_named_on_every_page_and_in_the_mail_whatever_the_readers_time_zone() {
    for (zone, end) in [("Pacific/Auckland", "2027-01-31T10:59:59Z"), ("America/Los_Angeles", "2027-02-01T07:59:59Z")] {
        let app = spawn_app();
        let id = app.given().pending_grant().make();
        let mut agent = app.agent();
        agent.post("/preferences", &[("time_zone", zone)]);
        assert!(agent.get(&format!("/grants/{id}/fulfillment/new")).text_of("#expires_at-hint").contains(zone));
        let preview = format!("/grants/{id}/fulfillment/preview");
        let page = agent.post(&preview, &[("key", KEY), ("expires_at", "2027-01-31")]);
        assert!(page.text_of(".mail").contains(&format!("31 January 2027, 23:59 {zone}")), "{}", page.text_of(".mail"));
        let page = fulfill(&mut agent, &id, &[("expires_at", "2027-01-31")]);
        let said = format!("31 Jan 2027, 23:59 {zone}");
        assert!(agent.follow(page).flash().contains(&said));
        // A colleague whose clock shows another day.
        let mut colleague = app.agent();
        for path in [format!("/grants/{id}"), key_path(&app, &id)] {
            assert!(
                colleague.get(&path).text_of("dl.facts").contains(&said) || colleague.get(&path).body.contains(&said)
            );
        }
        app.run_outbox_until_empty();
        let mail = app.mailbox.only();
        assert!(mail.text().contains(&format!("31 January 2027, 23:59 {zone}")), "{}", mail.text());
        let grant = app.api_key(keydesk::domain::staff::Role::Agent).get(&format!("/grants/{id}")).json();
        assert_eq!(grant["license_key"]["expires_at"], end);
    }
}

#[test]
fn an_end_that_a_program_sets_is_named_in_the_businesss_zone() {
    let app = TestApp::builder().with("time_zone", "Europe/Berlin").spawn();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    agent.post("/preferences", &[("time_zone", "America/Los_Angeles")]);
    fulfill(&mut agent, &id, &[("expires_at", "2027-01-31")]);
    let path = key_path(&app, &id);
    let api = app.api_key(keydesk::domain::staff::Role::Agent);
    let call = path.replace("/license-keys/", "/license_keys/");
    let changed = api.patch(&call, &json!({"expires_at": "2027-01-31T12:00:00Z"}));
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert!(agent.get(&path).body.contains("31 Jan 2027, 13:00 Europe/Berlin"));
}

fn monthly(app: &TestApp) -> EntitlementId {
    let settings = IssueSettings {
        fulfillment_mode: FulfillmentMode::Auto,
        activations_limit: None,
        validity_period: ValidityPeriod::new(1, Interval::Month),
        activation_message: None,
        key_format: None,
        key_pattern: None,
        key_is_shared: false,
        stock: StockSettings::default(),
    };
    app.given().entitlement_with("Monthly", IntegrationConfig::LicenseKey(settings))
}

#[test]
fn a_month_is_counted_by_the_calendar_of_the_business() {
    for (zone, days, end) in [
        // 1 July, 09:00 in Auckland: to UTC it is still June.
        ("Pacific/Auckland", 15, "2026-07-31T21:00:00Z"),
        ("UTC", 15, "2026-07-30T21:00:00Z"),
        // 1 July, 00:30 in Berlin.
        ("Europe/Berlin", 15, "2026-07-31T22:30:00Z"),
    ] {
        let app = TestApp::builder().with("time_zone", zone).spawn();
        let hours = if zone == "Europe/Berlin" { 12 * 60 + 30 } else { 11 * 60 };
        app.advance(jiff::SignedDuration::from_mins(days * 24 * 60 + hours));
        let entitlement = monthly(&app);
        let id = app.given().pending_grant().of(&entitlement).make();
        assert_eq!(end_of(&app, &id).as_deref(), Some(end), "{zone}");
    }
    let app = spawn_app();
    // 31 August, 10:00 UTC.
    app.advance(jiff::SignedDuration::from_hours(77 * 24));
    let id = app.given().pending_grant().of(&monthly(&app)).make();
    assert_eq!(end_of(&app, &id).as_deref(), Some("2026-09-30T10:00:00Z"), "clipped to the month's end");
}

#[test]
fn a_filter_by_date_takes_the_same_dates_and_refuses_half_typed_ones() {
    let app = spawn_app();
    let mut admin = app.admin();
    for day in ["2026-06-15", "15.06.2026", "15 Jun 2026", "6/15/2026"] {
        let page = admin.get(&format!("/audit?from={}&to={0}", day.replace(' ', "+")));
        assert_eq!((page.status, page.field("from").value.as_str()), (200, day));
        assert!(!page.rows().is_empty(), "{day}");
    }
    for day in ["06/15", "2026-06", "03/04/2026", "2026-6-1"] {
        let page = admin.get(&format!("/audit?to={day}"));
        assert_eq!((page.status, page.field("to").value.as_str()), (422, day));
        assert!(page.field("to").error.is_some() && page.rows().is_empty(), "{day}");
    }
}
