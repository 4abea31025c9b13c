//! Where keys may travel in clear, tests of webhooks in the log, keys that outlive their maker, invisible characters.

use std::io::{Read, Write};
use std::net::TcpStream;

use diesel::prelude::*;
use keydesk::domain::staff::Role;
use keydesk::storage::schema::audit_entries::dsl;
use serde_json::json;

use crate::support::process::{lines, say};
use crate::support::{Receiver, TestApp, spawn_app};

#[test]
fn a_byte_beyond_ascii_does_not_hide_whom_the_proxy_saw() {
    let app = TestApp::builder().with("trusted_proxies", "127.0.0.1").spawn();
    let mut visitor = app.anonymous();
    let token = visitor.get("/login").csrf_token().unwrap();
    let cookies: Vec<String> = visitor.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let body = crate::support::client::encode(&[
        ("csrf_token", token.as_str()),
        ("email", "nobody@desk.example"),
        ("password", "a wrong password"),
    ]);
    for (line, expected) in [
        (&b"X-Forwarded-For: \xe9, 203.0.113.50\r\n"[..], "203.0.113.50"),
        (b"X-Forwarded-For: \xff\xfe\r\nX-Forwarded-For: 203.0.113.51\r\n", "203.0.113.51"),
        (b"X-Forwarded-For: 203.0.113.52\r\nX-Forwarded-For: \xe9\r\n", "127.0.0.1"),
    ] {
        let head = format!(
            "POST /login HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            cookies.join("; "),
            body.len(),
            address = app.address
        );
        let mut stream = TcpStream::connect(app.address).unwrap();
        stream.write_all(&[head.as_bytes(), line, b"\r\n", body.as_bytes()].concat()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let newest = app.read(|conn| {
            let of = dsl::audit_entries.filter(dsl::action.eq("staff.login_failed")).order(dsl::sequence.desc());
            of.select(dsl::address).first::<Option<String>>(conn).unwrap()
        });
        assert_eq!(newest.as_deref(), Some(expected), "{}", String::from_utf8_lossy(&answer));
    }
}

#[test]
fn admins_are_warned_where_keys_may_travel_in_clear() {
    for (url, is_warned) in [
        ("smtp://mail.example", true),
        ("smtp://mail.example?tls=required", false),
        ("smtps://mail.example", false),
        ("smtp://127.0.0.1:2525", false),
    ] {
        let app = TestApp::builder().with("smtp_url", url).spawn();
        let warning = "may be sent unencrypted";
        assert_eq!(app.admin().get("/").body.contains(warning), is_warned, "{url}");
        assert!(!app.agent().get("/").body.contains(warning), "{url}");
    }
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    let mut admin = app.admin();
    let made = admin.post("/webhooks", &[("url", &receiver.url())]);
    assert_eq!(made.status, 303, "{}", made.body);
    let page = made.location();
    for path in ["/webhooks".to_owned(), page.clone(), format!("{page}/edit")] {
        assert!(admin.get(&path).body.contains("Sent unencrypted"), "{path}");
    }
    assert!(!admin.get("/webhooks/new").body.contains("Sent unencrypted"));
}

#[test]
fn a_test_of_a_webhook_leaves_an_entry() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    let api = app.api_key(Role::Admin);
    let id = api.post("/webhooks", &json!({"url": receiver.url()})).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(api.post(&format!("/webhooks/{id}/test"), &json!({})).status, 202);
    let mut admin = app.admin();
    assert_eq!(admin.post(&format!("/webhooks/{id}/test"), &[]).status, 303);
    let rows = admin.get("/audit?action=webhook.test").rows();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.iter().all(|row| row.contains("Test webhook sent")), "{rows:?}");
}

#[test]
fn keys_of_a_person_who_was_disabled_are_marked_and_counted() {
    let app = TestApp::builder().with_system_clock().spawn();
    let person = app.given().named_staff(Role::Admin, "Grace Hopper", "grace@desk.example");
    let mut grace = app.sign_in(&person.email, crate::support::given::PASSWORD);
    let mut admin = app.admin();
    for name in ["shop", "till"] {
        assert_eq!(grace.post("/api-keys", &[("name", name), ("role", "agent")]).status, 200);
    }
    let row = admin.get("/api-keys").row("shop");
    assert!(row.contains("by Grace Hopper") && !row.contains("disabled"), "{row}");
    let path = format!("/staff/{}", person.id);
    assert_eq!(admin.post(&format!("{path}/status"), &[("status", "disabled")]).status, 303);
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

#[test]
fn invisible_characters_do_not_get_into_names_by_form_or_call() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let typed = "\u{FEFF}Ada \u{202E}Love\u{200B}lace\u{202C}\u{E0041}";
    let api = app.api_key(Role::Agent);
    let made = api.post("/customers", &json!({"email": "ada@example.com", "name": typed}));
    assert_eq!((made.status, made.json()["name"].as_str()), (201, Some("Ada Lovelace")), "{}", made.text);
    let emoji = "علی\u{200C}رضا 👩\u{200D}💻";
    let kept = api.post("/customers", &json!({"email": "ali@example.com", "name": emoji}));
    assert_eq!(kept.json()["name"], emoji);
    let refused = api.post("/customers", &json!({"email": "a\u{200B}da2@example.com", "name": "Ada"}));
    assert_eq!((refused.status, refused.fields()), (422, vec!["email".to_owned()]));
    let mut agent = app.agent();
    let form =
        [("entitlement_id", entitlement.as_str()), ("customer_email", "bob@example.com"), ("customer_name", typed)];
    let page = agent.post("/grants", &form);
    assert_eq!(page.status, 303, "{}", page.body);
    let page = agent.get(&page.location());
    assert!(page.body.contains("Ada Lovelace") && !page.body.contains('\u{202E}'), "{}", page.body);
    let form = [("entitlement_id", entitlement.as_str()), ("customer_email", "b\u{200B}ob@example.com")];
    assert_eq!(agent.post("/grants", &form).status, 422);
}
