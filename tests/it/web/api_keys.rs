//! The programs that call the API: admins add and revoke their keys.

use std::sync::Barrier;

use keydesk::domain::api_key::ApiKey;
use keydesk::domain::staff::Role;
use keydesk::storage::api_keys;
use keydesk::usecases::api_keys::create::{AddApiKey, add_api_key_once};
use serde_json::json;

use crate::support::given::{PASSWORD, actor};
use crate::support::process::{lines, say};
use crate::support::{TestApp, spawn_app};

fn all(app: &TestApp) -> Vec<ApiKey> {
    app.read(|conn| api_keys::list(conn).expect("the list"))
}

fn token_of(page: &crate::support::Page) -> String {
    page.text_of("[aria-labelledby=token-t] .slip code")
}

#[test]
fn only_admins_see_and_manage_them() {
    let app = spawn_app();
    app.api_key(Role::Agent);
    let path = format!("/api-keys/{}/revocation", all(&app)[0].id);
    assert_eq!(app.anonymous().get("/api-keys").location(), "/login?next=/api-keys");
    assert_eq!(app.anonymous().post(&path, &[]).status, 401);
    for mut visitor in [app.viewer(), app.agent()] {
        assert!(!visitor.get("/").links().contains(&"/api-keys".to_owned()));
        assert_eq!(visitor.get("/api-keys").status, 403);
        assert_eq!(visitor.post("/api-keys", &[("name", "mine"), ("role", "admin")]).status, 403);
        assert_eq!(visitor.post(&path, &[]).status, 403);
    }
    assert!(app.admin().get("/staff").links().contains(&"/api-keys".to_owned()));
    let keys = all(&app);
    assert_eq!((keys.len(), keys[0].revoked_at), (1, None));
}

#[test]
fn the_token_is_shown_once_on_the_page_that_answers_and_works() {
    let app = spawn_app();
    let mut admin = app.admin();
    let form = admin.get("/api-keys");
    assert!(form.body.contains("No API keys yet"));
    assert_eq!(form.field("role").value, "agent");
    let fields = [("name", "Shop"), ("role", "viewer"), ("expires_at", "2026-07-01T12:00")];
    let page = admin.post("/api-keys", &fields);
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    let token = token_of(&page);
    assert!(token.starts_with("kdk_") && token.len() == 47, "{token}");
    assert_eq!(page.attribute("[data-copy]", "data-copy").as_deref(), Some(token.as_str()));
    assert!(page.text_of(".note.warn").starts_with("Copy the token now."));
    let row = page.row("Shop");
    for part in ["Viewer", "Active", &token[43..], "Never", "15 Jun 2026, 10:00", "1 Jul 2026, 12:00"] {
        assert!(row.contains(part), "{part} in {row}");
    }
    let list = admin.get("/api-keys");
    assert!(!list.body.contains(&token) && list.flash().is_empty());
    let shop = app.program(Some(token));
    assert_eq!(shop.get("/grants/entg_x").status, 404, "let in");
    app.advance(jiff::SignedDuration::from_hours(1));
    assert_eq!(shop.get("/grants/entg_x").status, 404);
    assert!(app.admin().get("/api-keys").row("Shop").contains("15 Jun 2026, 11:00"), "the last use");
    app.advance(jiff::SignedDuration::from_hours(16 * 24 + 1));
    assert_eq!(shop.get("/grants/entg_x").status, 401, "expired");
    assert!(app.admin().get("/api-keys").row("Shop").contains("Expired"));
}

#[test]
fn the_end_is_read_in_the_persons_time_zone() {
    let app = spawn_app();
    let mut admin = app.admin();
    admin.post("/preferences", &[("time_zone", "Europe/Berlin")]);
    assert!(admin.get("/api-keys").text_of("#expires_at-hint").contains("Europe/Berlin"));
    admin.post("/api-keys", &[("name", "Shop"), ("role", "agent"), ("expires_at", "2026-07-01T12:00")]);
    assert_eq!(all(&app)[0].expires_at.map(|at| at.to_string()).as_deref(), Some("2026-07-01T10:00:00Z"));
}

#[test]
fn a_double_click_makes_one_key_and_its_token_is_not_shown_again() {
    let app = spawn_app();
    let mut admin = app.admin();
    let key = admin.get("/api-keys").field("idempotency_key").value;
    let fields = [("name", "Shop"), ("role", "agent"), ("expires_at", ""), ("idempotency_key", key.as_str())];
    let token = token_of(&admin.post("/api-keys", &fields));
    let again = admin.post("/api-keys", &fields);
    assert_eq!((again.status, again.location().as_str()), (303, "/api-keys"));
    let list = admin.follow(again);
    assert!(list.flash().starts_with("“Shop” already exists"), "{}", list.flash());
    assert!(!list.body.contains(&token));
    let other = [("name", "Other"), ("role", "agent"), ("idempotency_key", key.as_str())];
    let page = admin.post("/api-keys", &other);
    assert_eq!((page.status, page.field("name").value.as_str()), (422, "Other"));
    assert_ne!(page.field("idempotency_key").value, key);
    assert_eq!(all(&app).len(), 1);
}

#[test]
fn one_form_sent_by_many_at_once_makes_one_key() {
    let app = spawn_app();
    let barrier = Barrier::new(4);
    let new = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let command =
                        AddApiKey { name: "Shop".to_owned(), role: Role::Agent, expires_at: None, actor: actor() };
                    barrier.wait();
                    add_api_key_once(app.context(), &command, Some("idem_race")).expect("made or known")
                })
            })
            .collect();
        tries.into_iter().map(|one| one.join().expect("joined")).collect::<Vec<_>>()
    });
    assert_eq!(new.iter().filter(|made| made.is_some()).count(), 1);
    assert_eq!(all(&app).len(), 1);
}

#[test]
fn each_bad_value_is_named_beside_its_field_and_kept() {
    let app = spawn_app();
    let mut admin = app.admin();
    let long = "n".repeat(101);
    for (name, value) in [
        ("name", ""),
        ("name", " \r\n "),
        ("name", "a\r\nb"),
        ("name", "a\0b"),
        ("name", long.as_str()),
        ("role", ""),
        ("role", "boss"),
        ("expires_at", "soon"),
        ("expires_at", "2026-02-30T10:00"),
        ("expires_at", "2026-06-15T10:00"),
        ("expires_at", "99999-01-01T00:00"),
        ("expires_at", "\0"),
    ] {
        let good = [("name", "Shop <b>"), ("role", "viewer"), ("expires_at", "2027-01-31T18:00")];
        let mut fields: Vec<_> = good.into_iter().filter(|(other, _)| *other != name).collect();
        fields.push((name, value));
        let page = admin.post("/api-keys", &fields);
        assert_eq!(page.status, 422, "{name}={value:?}");
        assert!(page.title().starts_with("Error:"));
        assert_eq!(page.errors().len(), 1, "{name}={value:?}: {:?}", page.errors());
        assert!(page.field(name).error.is_some(), "{name}={value:?}");
        for (other, kept) in good.into_iter().filter(|(other, _)| *other != name) {
            assert_eq!(page.field(other).value, kept);
        }
        if name == "expires_at" && !value.contains('\0') {
            assert_eq!(page.field(name).value, value);
        }
    }
    let page = admin.post("/api-keys", &[]);
    assert_eq!((page.status, page.errors().len()), (422, 2));
    assert!(all(&app).is_empty());
}

#[test]
fn a_revoked_key_opens_nothing_from_its_next_request_on() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let id = all(&app)[0].id.to_string();
    let path = format!("/api-keys/{id}/revocation");
    let mut admin = app.admin();
    let list = admin.get("/api-keys");
    assert!(list.has(&format!("dialog form[action='{path}']")), "with script");
    assert!(list.body.contains(&format!("href=\"/api-keys?revoke={id}#ask\"")), "without script");
    let asked = admin.get(&format!("/api-keys?revoke={id}"));
    assert!(asked.has(&format!("#ask form[action='{path}']")));
    assert!(asked.text_of("#ask").contains("shop"));
    assert_eq!(shop.get("/grants/entg_x").status, 404);
    let page = admin.post(&path, &[]);
    assert_eq!((page.status, page.location().as_str()), (303, "/api-keys"));
    let list = admin.follow(page);
    assert!(list.flash().starts_with("Revoked “shop”."));
    assert!(list.row("shop").contains("Revoked") && !list.body.contains("/revocation"));
    assert_eq!(shop.get("/grants/entg_x").status, 401);
    let again = admin.post(&path, &[]);
    assert!(admin.follow(again).flash().contains("already"));
    assert!(!admin.get(&format!("/api-keys?revoke={id}")).has("#ask"));
    for id in ["key_0000000000000000000000", "entg_x", "%00"] {
        assert_eq!(admin.post(&format!("/api-keys/{id}/revocation"), &[]).status, 404, "{id}");
    }
    assert_eq!(admin.get("/api-keys?revoke=%22%3E").status, 200);
}

#[test]
fn what_a_key_does_stands_in_the_log_under_its_name() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let shop = app.api_key(Role::Agent);
    let key_id = all(&app)[0].id.to_string();
    let answer = shop.post(&format!("/grants/{id}/license-key"), &json!({"key": "ABCD-EFGH-JKLM-9012"}));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut admin = app.admin();
    let log = admin.get(&format!("/audit?actor={key_id}&action=grant.fulfill"));
    assert!(log.row("grant.fulfill").contains("API key “shop”"));
    assert_eq!(log.field("actor").value, key_id);
    assert!(log.texts_of("#actor option").contains(&"API key “shop”".to_owned()));
    assert!(admin.get("/audit?action=api_key.create").row("api_key.create").contains("API key created"));
    let grant = admin.get(&format!("/grants/{id}"));
    assert!(grant.text_of(".line").contains("API key “shop”"), "{}", grant.text_of(".line"));
    assert!(grant.text_of("[aria-labelledby=key-t]").contains("Typed in by API key “shop”"));
    let file = admin.get("/audit.csv?action=grant.fulfill");
    assert!(file.body.contains(&format!("api_key,{key_id},shop,grant.fulfill")), "{}", file.body);
    admin.post("/preferences", &[("language", "de")]);
    let log = admin.get("/audit?action=grant.fulfill");
    assert!(log.row("grant.fulfill").contains("API-Schlüssel „shop“"));
    assert!(admin.get(&format!("/grants/{id}")).text_of(".line").contains("API-Schlüssel „shop“"));
}

#[test]
fn the_page_speaks_german() {
    let app = spawn_app();
    let mut admin = app.admin();
    admin.post("/preferences", &[("language", "de")]);
    assert_eq!(admin.get("/api-keys").heading(), "API-Schlüssel");
    let page = admin.post("/api-keys", &[("name", "Shop"), ("role", "agent")]);
    assert!(page.text_of(".note.warn").starts_with("Kopieren Sie den Token jetzt."));
    assert!(page.row("Shop").contains("Bearbeitung"));
}

#[test]
fn keys_of_a_person_who_was_disabled_are_marked_and_counted() {
    let app = TestApp::builder().with_system_clock().spawn();
    let person = app.given().named_staff(Role::Admin, "Grace Hopper", "grace@desk.example");
    let mut grace = app.sign_in(&person.email, PASSWORD);
    let mut admin = app.admin();
    for name in ["shop", "till"] {
        assert_eq!(grace.post("/api-keys", &[("name", name), ("role", "agent")]).status, 200);
    }
    let row = admin.get("/api-keys").row("shop");
    assert!(row.contains("by Grace Hopper") && !row.contains("disabled"), "{row}");
    let path = format!("/staff/{}", person.id);
    assert_eq!(admin.post(&format!("{path}/status"), &[("status", "disabled"), ("reason", "Left")]).status, 303);
    let page = admin.get(&path);
    assert!(page.flash().contains("2 API keys they created still work"), "{}", page.flash());
    assert!(page.body.contains("2 API keys this person created") && page.links().contains(&"/api-keys".to_owned()));
    assert!(admin.get("/api-keys").row("till").contains("creator’s account is disabled"));
    let said = lines(&say(&app, &["staff", "disable", &person.email], ""));
    assert!(said.contains("2 API keys they created still work") && said.contains("keydesk api-key revoke"), "{said}");
    let added = lines(&say(&app, &["api-key", "add", "by-command"], ""));
    assert!(added.contains("by-command"));
    assert!(!admin.get("/api-keys").row("by-command").contains(" by "));
}
