//! The fulfillment form: shown, previewed, refused, sent, sent twice, sent too late.

use jiff::SignedDuration;
use keydesk::domain::entitlement::IntegrationType;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;
use keydesk::storage::grants::detail::GrantDetail;
use keydesk::usecases::grants::revoke::{Reason, revoke_grant};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::given::PASSWORD;
use crate::support::{Page, TestApp, Visitor, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

fn form_path(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment/new")
}

fn path(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment")
}

fn detail(app: &TestApp, id: &GrantId) -> GrantDetail {
    app.read(|conn| grants::detail::find(conn, id).expect("the grant"))
}

fn status(app: &TestApp, id: &GrantId) -> GrantStatus {
    detail(app, id).grant.status
}

/// Sends the form as the page offers it, with these fields changed.
fn send(visitor: &mut Visitor, id: &GrantId, changed: &[(&str, &str)]) -> Page {
    let idempotency_key = visitor.get(&form_path(id)).field("idempotency_key").value;
    let mut fields = vec![("key", KEY), ("idempotency_key", idempotency_key.as_str())];
    fields.retain(|(name, _)| changed.iter().all(|(other, _)| other != name));
    fields.extend_from_slice(changed);
    visitor.post(&path(id), &fields)
}

#[test]
fn somebody_who_is_not_signed_in_is_sent_to_the_sign_in_page_and_back() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let page = app.anonymous().get(&form_path(&id));
    assert_eq!(page.status, 303);
    assert!(page.location().starts_with("/login?next=/grants/"), "{}", page.location());
    assert_eq!(app.anonymous().get(&path(&id)).location(), format!("/grants/{id}"));
}

#[test]
fn viewers_may_not_fulfill() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut viewer = app.viewer();
    assert_eq!(viewer.get(&form_path(&id)).status, 403);
    assert_eq!(viewer.post(&path(&id), &[("key", KEY)]).status, 403);
    assert_eq!(viewer.post(&format!("{}/preview", path(&id)), &[("key", KEY)]).status, 403);
    assert_eq!(status(&app, &id), GrantStatus::Pending);
}

#[test]
fn an_unknown_grant_is_not_found() {
    let app = spawn_app();
    let mut agent = app.agent();
    for id in ["entg_0000000000000000000000", "entg_", "ent_x", "entg_%00", "entg_a%20b"] {
        assert_eq!(agent.get(&format!("/grants/{id}/fulfillment/new")).status, 404, "{id}");
        assert_eq!(agent.post(&format!("/grants/{id}/fulfillment"), &[("key", KEY)]).status, 404, "{id}");
        assert_eq!(agent.post(&format!("/grants/{id}/fulfillment"), &[("key", "")]).status, 404, "{id}");
        assert_eq!(agent.post(&format!("/grants/{id}/fulfillment/preview"), &[("key", KEY)]).status, 404, "{id}");
    }
}

#[test]
fn a_form_without_its_token_is_refused() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let origin = agent.origin();
    let page = agent.post_raw(&path(&id), &[("key", KEY)], &[("origin", &origin)]);
    assert_eq!(page.status, 403);
    assert_eq!(status(&app, &id), GrantStatus::Pending);
}

#[test]
fn the_form_says_what_empty_fields_mean() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let page = app.agent().get(&form_path(&id));
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(page.heading(), "Bauplan CAD 2026 Professional");
    assert_eq!(page.chip(), "Pending");
    assert_eq!(page.text_of("#activations_limit-hint"), "Leave empty for 3, from the entitlement.");
    assert_eq!(
        page.text_of("#expires_at-hint"),
        "Leave empty for 15 Jun 2027, 10:00 UTC, in 365 days. Otherwise a date such as 2026-12-31 or 31 Dec 2026, in UTC."
    );
    assert!(page.field("idempotency_key").value.len() > 20);
    assert!(page.has("textarea#key[autofocus]"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.attribute("form#fulfill", "action"), Some(path(&id)));
}

#[test]
fn the_preview_speaks_the_customers_language() {
    let app = spawn_app();
    let id = app.given().pending_grant().with_locale("de-AT").with_payment("pay_1").make();
    let page = app.agent().get(&form_path(&id));
    assert_eq!(page.attribute(".mail", "lang").as_deref(), Some("de"));
    let mail = page.text_of(".mail");
    for part in ["ada@example.com", "Ihr Lizenzschlüssel", "Guten Tag", "3 Aktivierungen", "15. Juni 2027", "pay_1"] {
        assert!(mail.contains(part), "{part} in {mail}");
    }
    assert!(page.text_of("#customer_note-hint").contains("Write in German"));
}

#[test]
fn a_preview_shows_what_was_typed_and_keeps_it() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let preview = format!("{}/preview", path(&id));
    let fields = [
        ("key", KEY),
        ("activations_limit", "7"),
        ("expires_at", "2030-01-31T18:00"),
        ("customer_note", "Thanks <b>Ada</b>"),
        ("idempotency_key", "idem_1"),
    ];
    let page = agent.post(&preview, &fields);
    assert_eq!(page.status, 200);
    assert!(page.errors().is_empty());
    for (name, value) in fields {
        assert_eq!(page.field(name).value, value, "{name}");
    }
    let mail = page.text_of(".mail");
    for part in [KEY, "7 activations", "31 January 2030", "Thanks <b>Ada</b>"] {
        assert!(mail.contains(part), "{part} in {mail}");
    }
    assert_eq!(status(&app, &id), GrantStatus::Pending);
}

#[test]
fn a_preview_with_wrong_fields_says_so_and_loses_nothing() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let preview = format!("{}/preview", path(&id));
    let page = agent.post(&preview, &[("key", ""), ("activations_limit", "many"), ("expires_at", "soon")]);
    assert_eq!(page.status, 200);
    assert_eq!(page.errors().len(), 2);
    assert_eq!(page.field("activations_limit").value, "many");
    assert_eq!(page.field("expires_at").value, "soon");
    assert_eq!(page.field("key").error, None);
}

#[test]
fn sending_the_form_delivers_the_grant_and_mails_the_key() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let page = send(&mut agent, &id, &[("customer_note", "Thanks.")]);
    assert_eq!((page.status, page.location()), (303, format!("/grants/{id}")));
    let shown = agent.get("/entitlements");
    assert_eq!(
        shown.flash(),
        "Delivered. The e-mail is on its way to ada@example.com. Valid until 15 Jun 2027, 10:00 UTC."
    );
    app.run_outbox_until_empty();
    let mail = app.mailbox.only();
    assert!(mail.text().contains(KEY) && mail.text().contains("Thanks."));
    let detail = detail(&app, &id);
    assert_eq!(detail.grant.status, GrantStatus::Delivered);
    let key = detail.license_key.expect("a key");
    assert_eq!((key.activations_limit, key.last_four.as_str()), (Some(3), "FJ8P"));
    assert_eq!(key.expires_at.map(|at| at.to_string()).as_deref(), Some("2027-06-15T10:00:00Z"));
}

#[test]
fn limits_and_dates_that_were_typed_are_kept() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let changed = [("activations_limit", "2147483647"), ("expires_at", "9999-12-31T23:59")];
    assert_eq!(send(&mut agent, &id, &changed).status, 303);
    let key = detail(&app, &id).license_key.expect("a key");
    assert_eq!(key.activations_limit, Some(i32::MAX));
    assert_eq!(key.expires_at.expect("an end").to_string(), "9999-12-30T22:00:00Z");
}

#[test]
fn a_date_is_read_in_the_time_zone_of_the_person() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    assert_eq!(agent.post("/preferences", &[("time_zone", "Europe/Berlin")]).status, 303);
    assert_eq!(send(&mut agent, &id, &[("expires_at", "2027-01-31T18:00")]).status, 303);
    let key = detail(&app, &id).license_key.expect("a key");
    assert_eq!(key.expires_at.map(|at| at.to_string()).as_deref(), Some("2027-01-31T17:00:00Z"));
}

#[test]
fn a_time_that_daylight_saving_skips_is_an_error_and_one_that_occurs_twice_the_earlier() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    agent.post("/preferences", &[("time_zone", "Europe/Berlin")]);
    let page = send(&mut agent, &id, &[("expires_at", "2027-03-28T02:30")]);
    assert_eq!(page.status, 422);
    assert!(page.field("expires_at").error.expect("an error").contains("clocks go forward"));
    assert_eq!(page.field("expires_at").value, "2027-03-28T02:30");
    assert_eq!(send(&mut agent, &id, &[("expires_at", "2026-10-25T02:30")]).status, 303);
    let key = detail(&app, &id).license_key.expect("a key");
    assert_eq!(key.expires_at.map(|at| at.to_string()).as_deref(), Some("2026-10-25T00:30:00Z"));
}

#[test]
fn the_link_of_an_error_names_its_field() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let page = send(&mut app.agent(), &id, &[("key", ""), ("activations_limit", "0")]);
    let links = page.errors();
    assert!(links[0].starts_with("Key: ") && links[1].starts_with("Activations: "), "{links:?}");
}

#[test]
fn the_form_after_a_delivery_says_so_first_and_whose_key_it_asks_for() {
    let app = spawn_app();
    let (first, _second) = (app.given().pending_grant().make(), app.given().pending_grant().make());
    let mut agent = app.agent();
    let answer = send(&mut agent, &first, &[("key", "KEY-1"), ("then", "next")]);
    let url = answer.location();
    let next = agent.follow(answer);
    assert!(next.title().starts_with("Delivered. Fulfill "), "{}", next.title());
    assert_eq!(next.attribute("#key", "aria-describedby").as_deref(), Some("sold buyer key-hint"));
    assert!(next.has("h1#sold") && next.has("#buyer"));
    assert!(agent.get(&url).title().starts_with("Fulfill "), "it is said once");
}

#[test]
fn each_bad_value_is_named_beside_its_field_and_kept() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let too_long_key = "ä".repeat(65_537);
    let too_long_note = "x".repeat(1_001);
    let bad = [
        ("key", ""),
        ("key", " \r\n\t "),
        ("key", "A\0B"),
        ("key", "A\u{1b}[31mB"),
        ("key", too_long_key.as_str()),
        ("activations_limit", "0"),
        ("activations_limit", "-1"),
        ("activations_limit", "1.5"),
        ("activations_limit", "1e3"),
        ("activations_limit", "2147483648"),
        ("activations_limit", "99999999999999999999999999"),
        ("activations_limit", "three"),
        ("activations_limit", "\0"),
        ("expires_at", "2026-06-15T10:00"),
        ("expires_at", "2020-01-01T00:00"),
        ("expires_at", "99999-01-01T00:00"),
        ("expires_at", "+099999-01-01T00:00"),
        ("expires_at", "-2027-01-01T00:00"),
        ("expires_at", "2027-02-30T00:00"),
        ("expires_at", "2027-01-01T25:00"),
        ("expires_at", "2027-01-01T00:00Z\0"),
        ("expires_at", "tomorrow"),
        ("customer_note", "a\0b"),
        ("customer_note", too_long_note.as_str()),
    ];
    for (name, value) in bad {
        let page = send(&mut agent, &id, &[(name, value)]);
        assert_eq!(page.status, 422, "{name}={value:?}");
        assert!(page.title().starts_with("Error:"), "{}", page.title());
        assert_eq!(page.errors().len(), 1, "{name}={value:?}");
        assert_eq!(page.attribute("#errors li a", "href"), Some(format!("#{name}")));
        assert!(page.field(name).error.is_some(), "{name}={value:?}");
        assert_eq!(page.attribute(&format!("#{name}"), "aria-invalid").as_deref(), Some("true"));
        let described = page.attribute(&format!("#{name}"), "aria-describedby").expect("described");
        assert!(described.contains(&format!("{name}-error")), "{described}");
        if !value.contains(['\0', '\r', '\u{1b}']) {
            assert_eq!(page.field(name).value, value);
        }
        if name != "key" {
            assert_eq!(page.field("key").value, KEY);
        }
        assert!(!page.field("idempotency_key").value.is_empty());
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
    assert_eq!(status(&app, &id), GrantStatus::Pending);
}

#[test]
fn all_errors_are_shown_at_once_and_the_form_keeps_its_idempotency_key() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let fields = [("key", ""), ("activations_limit", "0"), ("expires_at", "x"), ("idempotency_key", "idem_mine")];
    let page = agent.post(&path(&id), &fields);
    assert_eq!(page.errors().len(), 3);
    assert_eq!(page.field("idempotency_key").value, "idem_mine");
    let fields = [("key", KEY), ("idempotency_key", "idem_mine")];
    assert_eq!(agent.post(&path(&id), &fields).status, 303);
}

#[test]
fn a_damaged_idempotency_key_is_refused_and_replaced() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let long = "x".repeat(5_000);
    for bad in ["a\0b", "a\r\nb", long.as_str()] {
        let page = agent.post(&path(&id), &[("key", KEY), ("idempotency_key", bad)]);
        assert_eq!(page.status, 422, "{bad:?}");
        assert_ne!(page.field("idempotency_key").value, bad);
        assert_eq!(page.field("key").value, KEY);
    }
    assert_eq!(agent.post(&path(&id), &[("key", KEY)]).status, 303);
}

#[test]
fn a_key_of_several_lines_is_kept_with_line_feeds() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let text = "  -----BEGIN-----\r\nAAAA\r\nBBBB\r\n-----END-----\r\n ";
    assert_eq!(send(&mut agent, &id, &[("key", text)]).status, 303);
    app.run_outbox_until_empty();
    assert!(app.mailbox.only().text().contains("AAAA\n"));
    let other = app.given().pending_grant().for_customer("bob@example.com").make();
    let page = send(&mut agent, &other, &[("key", "-----BEGIN-----\nAAAA\nBBBB\n-----END-----")]);
    assert_eq!(page.status, 422);
}

#[test]
fn a_key_that_was_issued_before_is_refused_with_where_and_when() {
    let app = spawn_app();
    let first = app.given().delivered_grant(KEY);
    let id = app.given().pending_grant().for_customer("bob@example.com").make();
    let mut agent = app.agent();
    let page = send(&mut agent, &id, &[("activations_limit", "5")]);
    assert_eq!(page.status, 422);
    let error = page.field("key").error.expect("an error");
    assert!(error.contains("15 Jun 2026") && error.contains(first.as_str()), "{error}");
    assert!(page.links().contains(&format!("/grants/{first}")));
    assert_eq!(page.field("key").value, KEY);
    assert_eq!(page.field("activations_limit").value, "5");
    assert_eq!(status(&app, &id), GrantStatus::Pending);
}

#[test]
fn a_double_click_is_answered_alike_and_mails_once() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let idempotency_key = agent.get(&form_path(&id)).field("idempotency_key").value;
    let fields = [("key", KEY), ("idempotency_key", idempotency_key.as_str())];
    let answers: Vec<_> = (0..3).map(|_| agent.post(&path(&id), &fields)).map(|p| (p.status, p.location())).collect();
    assert_eq!(answers, vec![(303, format!("/grants/{id}")); 3]);
    app.run_outbox_until_empty();
    app.mailbox.only();
    let log = detail(&app, &id).timeline;
    assert_eq!(log.iter().filter(|entry| entry.action == "grant.fulfill").count(), 1);
}

#[test]
fn the_same_form_with_other_content_is_refused() {
    let app = spawn_app();
    let (first, second) =
        (app.given().pending_grant().make(), app.given().pending_grant().for_customer("bob@example.com").make());
    let mut agent = app.agent();
    assert_eq!(agent.post(&path(&first), &[("key", KEY), ("idempotency_key", "idem_1")]).status, 303);
    // On the grant that is delivered the state counts first, on another one the key does.
    let page = agent.post(&path(&first), &[("key", "OTHER-KEY"), ("idempotency_key", "idem_1")]);
    assert_eq!(page.status, 409);
    let page = agent.post(&path(&second), &[("key", "OTHER-KEY"), ("idempotency_key", "idem_1")]);
    assert_eq!(page.status, 422);
    assert!(page.errors()[0].contains("already sent with other content"));
    let renewed = page.field("idempotency_key").value;
    assert_ne!(renewed, "idem_1");
    assert_eq!(agent.post(&path(&second), &[("key", "OTHER-KEY"), ("idempotency_key", &renewed)]).status, 303);
}

#[test]
fn a_second_tab_is_told_who_was_quicker_and_gets_its_key_back() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let anna = app.given().named_staff(Role::Agent, "Anna Bergmann", "anna@desk.example");
    let (mut anna, mut jonas) = (app.sign_in(&anna.email, PASSWORD), app.agent());
    let mine = jonas.get(&form_path(&id)).field("idempotency_key").value;
    assert_eq!(send(&mut anna, &id, &[]).status, 303);
    let fields = [
        ("key", "UNUSED-KEY-2"),
        ("customer_note", "For you <3"),
        ("activations_limit", "9"),
        ("idempotency_key", &mine),
    ];
    let page = jonas.post(&path(&id), &fields);
    assert_eq!(page.status, 409);
    assert!(page.title().starts_with("Error:"));
    assert_eq!(page.text_of("#errors h2"), "Anna Bergmann delivered this grant at 10:00");
    assert_eq!(page.text_of(".slip code"), "UNUSED-KEY-2");
    assert!(page.body.contains("has not been issued to anyone"));
    assert!(page.body.contains("For you &#60;3") || page.body.contains("For you &lt;3"));
    assert!(page.has("form[action='/grants/take-next']"));
    assert!(page.links().contains(&format!("/grants/{id}")));
    assert_eq!(page.chip(), "Delivered");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    app.run_outbox_until_empty();
    assert!(!app.mailbox.only().text().contains("UNUSED"));
    // The key is still free.
    let other = app.given().pending_grant().for_customer("bob@example.com").make();
    assert_eq!(send(&mut jonas, &other, &[("key", "UNUSED-KEY-2")]).status, 303);
}

#[test]
fn the_state_counts_before_the_fields() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let mut agent = app.agent();
    for fields in [&[("key", "")][..], &[("key", "A\0")], &[("key", "K"), ("activations_limit", "0")], &[("key", KEY)]]
    {
        let page = agent.post(&path(&id), fields);
        assert_eq!(page.status, 409, "{fields:?}");
        assert_eq!(page.body.contains("has not been issued"), fields[0].1 == "K", "{fields:?}");
    }
    assert_eq!(agent.post(&format!("{}/preview", path(&id)), &[("key", "NEW")]).status, 409);
}

#[test]
fn a_revoked_grant_cannot_be_fulfilled() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let reason = Reason::parse("refund").expect("a reason");
    revoke_grant(app.context(), &id, &reason, &crate::support::given::actor()).expect("revoked");
    let page = app.agent().post(&path(&id), &[("key", KEY)]);
    assert_eq!(page.status, 409);
    assert!(page.text_of("#errors h2").contains("revoked"));
    assert_eq!(page.text_of(".slip code"), KEY);
    assert_eq!(status(&app, &id), GrantStatus::Revoked);
}

#[test]
fn a_grant_that_is_not_pending_leads_to_its_own_page() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let page = app.agent().get(&form_path(&id));
    assert_eq!((page.status, page.location()), (303, format!("/grants/{id}")));
}

#[test]
fn a_feature_needs_nobody_and_has_no_form_and_it_says_so() {
    let app = spawn_app();
    let mut agent = app.agent();
    let entitlement = app.given().other_entitlement(IntegrationType::FeatureFlag);
    let id = app.given().pending_grant().of(&entitlement).for_customer("bob@example.com").make();
    let page = agent.get(&form_path(&id));
    assert_eq!((page.status, page.location()), (303, format!("/grants/{id}")));
    assert!(agent.get("/entitlements").flash().contains("switched on by itself"));
    for fields in [[("key", KEY)], [("key", "")]] {
        let page = agent.post(&path(&id), &fields);
        assert_eq!(page.status, 409);
        assert!(page.body.contains("switched on by itself"), "{}", page.body);
    }
    assert_eq!(agent.post(&format!("{}/preview", path(&id)), &[("key", KEY)]).status, 409);
}

#[test]
fn going_on_opens_the_oldest_free_grant_and_says_what_was_delivered() {
    let app = spawn_app();
    let now = app.now();
    let sold = |hours: i64, email: &str| {
        app.given().pending_grant().for_customer(email).sold_at(now - SignedDuration::from_hours(hours)).make()
    };
    let (oldest, mine, newest) = (sold(9, "a@example.com"), sold(5, "b@example.com"), sold(1, "c@example.com"));
    let mut agent = app.agent();
    let page = send(&mut agent, &mine, &[("then", "next")]);
    assert_eq!((page.status, page.location()), (303, form_path(&oldest)));
    let next = agent.follow(page);
    assert!(next.flash().contains("b@example.com"), "{}", next.flash());
    assert!(next.body.contains("Taken by you until 10:15"));
    let page = send(&mut agent, &oldest, &[("key", "SECOND-KEY"), ("then", "next")]);
    assert_eq!(page.location(), form_path(&newest));
    let page = send(&mut agent, &newest, &[("key", "THIRD-KEY"), ("then", "next")]);
    assert_eq!(page.location(), "/grants?status=pending");
    assert!(agent.get("/entitlements").flash().contains("No other free grants are waiting"));
}

#[test]
fn a_double_click_that_goes_on_leads_to_one_grant() {
    let app = spawn_app();
    for email in ["a@example.com", "b@example.com", "c@example.com"] {
        app.given().pending_grant().for_customer(email).make();
    }
    let mut agent = app.agent();
    let id = GrantId::parse(agent.post("/grants/take-next", &[]).location().split('/').nth(2).expect("an id"))
        .expect("a grant id");
    let fields = [("key", KEY), ("idempotency_key", "idem_1"), ("then", "next")];
    let first = agent.post(&path(&id), &fields);
    let second = agent.post(&path(&id), &fields);
    assert_eq!((first.status, first.location()), (second.status, second.location()));
}

#[test]
fn a_colleagues_grant_is_shown_without_a_form() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let anna = app.given().named_staff(Role::Agent, "Anna Bergmann", "anna@desk.example");
    let mut anna = app.sign_in(&anna.email, PASSWORD);
    assert_eq!(anna.post(&format!("/grants/{id}/claim"), &[]).status, 303);
    let page = app.agent().get(&form_path(&id));
    assert_eq!(page.status, 200);
    assert!(!page.has("#key"));
    assert!(page.text_of(".note.warn").contains("Taken by Anna Bergmann until 10:15, working on it since 10:00."));
    assert!(page.has(&format!("form[action='/grants/{id}/claim']")));
    assert!(page.has("form[action='/grants/take-next']"));
}

#[test]
fn scripts_in_every_field_stay_text() {
    let app = spawn_app();
    let evil = "\"><script>alert(1)</script>'";
    let id = app.given().pending_grant().named(evil).with_metadata("{\"<b>\":\"<script>x</script>\"}").make();
    let mut agent = app.agent();
    let fields = [
        ("key", evil),
        ("activations_limit", evil),
        ("expires_at", evil),
        ("customer_note", evil),
        ("idempotency_key", evil),
    ];
    let page = agent.post(&path(&id), &fields);
    assert_eq!(page.status, 422);
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<script>x"));
    for (name, value) in fields {
        assert_eq!(page.field(name).value, value);
    }
}

#[test]
fn no_key_gets_into_addresses_or_sessions() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let page = send(&mut agent, &id, &[]);
    assert!(page.headers.iter().all(|(_, value)| !value.contains("3FJ8P")));
    let shown = agent.get("/entitlements");
    assert!(!shown.body.contains(KEY));
}

#[test]
fn whatever_is_posted_the_answer_is_never_a_fault_of_ours() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let token = agent.token();
    let origin = agent.origin();
    let agent = std::cell::RefCell::new(agent);
    let word = prop_oneof![
        Just("key".to_owned()),
        Just("expires_at".to_owned()),
        Just("activations_limit".to_owned()),
        Just("customer_note".to_owned()),
        Just("idempotency_key".to_owned()),
        Just("then".to_owned()),
        any::<String>(),
    ];
    let value = prop_oneof![
        any::<String>(),
        "[0-9+-]{0,12}",
        "[0-9]{4,6}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}",
        "\\PC{0,60}",
        Just("\0".to_owned()),
    ];
    let fields = prop::collection::vec((word, value), 0..8);
    let raw = prop::collection::vec(any::<u8>(), 0..200);
    let mut runner = TestRunner::new(Config { cases: 96, failure_persistence: None, ..Config::default() });
    runner
        .run(&(fields, raw, any::<bool>(), any::<bool>()), |(fields, raw, is_raw, is_preview)| {
            let mut body = format!("csrf_token={token}&").into_bytes();
            if is_raw {
                body.extend(&raw);
            } else {
                let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                body.extend(crate::support::client::encode(&pairs).into_bytes());
            }
            let path = if is_preview { format!("{}/preview", path(&id)) } else { path(&id) };
            let kind = "application/x-www-form-urlencoded";
            let page = agent.borrow_mut().post_bytes(&path, body, kind, &[("origin", &origin)]);
            prop_assert!(page.status < 500, "{}", page.body);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn keys_that_are_generated_are_not_typed_in() {
    let app = spawn_app();
    let entitlement = app.given().auto_entitlement();
    let id = app.given().pending_grant().of(&entitlement).make();
    let page = app.agent().post(&path(&id), &[("key", KEY)]);
    assert_eq!(page.status, 409);
    assert_eq!(page.chip(), "Delivered");
}
