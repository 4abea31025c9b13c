//! Rights are decided inside the transaction: no race and no slow request gets more done than its sender may.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use diesel::prelude::*;
use jiff::SignedDuration;
use keydesk::domain::ids::ApiKeyId;
use keydesk::domain::page::PageStart;
use keydesk::domain::staff::Role;
use keydesk::storage::audit_log::list::AuditFilter;
use keydesk::storage::{api_keys, audit_log, grants, schema};
use keydesk::usecases::api_keys::create::{AddApiKey, AddedApiKey, add_api_key};
use keydesk::usecases::api_keys::revoke::revoke_api_key;
use keydesk::usecases::staff::change_role::change_staff_role;
use keydesk::usecases::staff::disable::disable_staff;
use serde_json::{Value, json};

use crate::support::client::encode;
use crate::support::given::{PASSWORD, actor};
use crate::support::{Program, TestApp, Visitor, spawn_app};

const KEY: &str = "ABCD-EFGH-JKLM-9012";

fn new_key(app: &TestApp, role: Role, expires_in: Option<SignedDuration>) -> AddedApiKey {
    let expires_at = expires_in.map(|time| app.now().checked_add(time).unwrap());
    let command = AddApiKey { name: "shop".to_owned(), role, expires_at, actor: actor() };
    add_api_key(app.context(), &command).unwrap()
}

/// Number and action of everything an actor did.
fn entries_of(app: &TestApp, id: &str) -> Vec<(i64, String)> {
    use schema::audit_entries::dsl::{action, actor_id, audit_entries, sequence};
    app.read(|conn| audit_entries.filter(actor_id.eq(id)).select((sequence, action)).load(conn).unwrap())
}

fn license_key(admin: &Program, app: &TestApp) -> Value {
    let id = app.given().delivered_grant(KEY);
    let key_id = admin.get(&format!("/grants/{id}")).json()["license_key"]["id"].as_str().unwrap().to_owned();
    admin.get(&format!("/license_keys/{key_id}")).json()
}

#[test]
fn an_agents_sync_never_undoes_an_admins_disabling() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let key = license_key(&admin, &app);
    let path = format!("/license_keys/{}", key["id"].as_str().unwrap());
    let agent = new_key(&app, Role::Agent, None);
    let syncs = [
        json!({"disabled": false}),
        json!({"disabled": false, "activations_limit": key["activations_limit"], "expires_at": key["expires_at"]}),
    ];
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for number in 0..6 {
            let (program, body, path, is_over) =
                (app.program(Some(agent.token.clone())), &syncs[number % 2], &path, &is_over);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let status = program.patch(path, body).status;
                    assert!(status == 200 || status == 403, "{status}");
                }
            });
        }
        for round in 0..6 {
            assert_eq!(admin.patch(&path, &json!({"disabled": true})).status, 200);
            for _ in 0..8 {
                assert_eq!(admin.get(&path).json()["status"], "disabled", "undone in round {round}");
            }
            assert_eq!(admin.patch(&path, &json!({"disabled": false})).status, 200);
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let done = entries_of(&app, agent.key.id.as_str());
    assert!(done.iter().all(|(_, action)| action != "license_key.update"), "{done:?}");
}

#[test]
fn an_agent_ends_no_key_by_an_expiry_in_the_past() {
    let app = spawn_app();
    let (admin, agent) = (app.api_key(Role::Admin), app.api_key(Role::Agent));
    let path = format!("/license_keys/{}", license_key(&admin, &app)["id"].as_str().unwrap());
    for past in ["2001-01-01T00:00:00Z", "2026-06-15T10:00:00Z"] {
        let refused = agent.patch(&path, &json!({"expires_at": past, "activations_limit": 9}));
        assert_eq!(refused.refusal(), (403, "FORBIDDEN".to_owned()), "{past}");
    }
    assert_eq!(agent.get(&path).json()["activations_limit"], 3, "all or nothing");
    let page = format!("/license-keys/{}", path.rsplit('/').next().unwrap());
    let form = [("activations_limit", "3"), ("expires_at", "2001-01-01T00:00")];
    assert_eq!(app.agent().post(&page, &form).status, 422);
    assert_eq!(agent.patch(&path, &json!({"expires_at": "2027-01-31T12:00:00Z"})).status, 200);
    let ended = admin.patch(&path, &json!({"expires_at": "2001-01-01T00:00:00Z"}));
    assert_eq!(ended.json()["status"], "expired", "{}", ended.text);
    let same = agent.patch(&path, &json!({"expires_at": "2001-01-01T00:00:00Z", "disabled": false}));
    assert_eq!(same.status, 200, "what stays as it is needs no right: {}", same.text);
    assert_eq!(agent.patch(&path, &json!({"disabled": true})).refusal(), (403, "FORBIDDEN".to_owned()));
}

#[test]
fn nothing_is_done_by_an_api_key_after_it_was_revoked() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let path = format!("/license_keys/{}", license_key(&admin, &app)["id"].as_str().unwrap());
    for _ in 0..4 {
        let agent = new_key(&app, Role::Agent, None);
        thread::scope(|scope| {
            for number in 0..4 {
                let (program, path) = (app.program(Some(agent.token.clone())), &path);
                scope.spawn(move || {
                    for limit in 1.. {
                        let answer = program.patch(path, &json!({"activations_limit": 10 + limit * 4 + number}));
                        if answer.status == 401 {
                            break;
                        }
                        assert_eq!(answer.status, 200, "{}", answer.text);
                    }
                });
            }
            for _ in 0..5 {
                admin.get(&path);
            }
            revoke_api_key(app.context(), &agent.key.id, &actor()).unwrap();
        });
        let filter = AuditFilter { action: Some("api_key.revoke".to_owned()), ..AuditFilter::default() };
        let revoked =
            app.read(|conn| audit_log::list::list(conn, &filter, &PageStart::Start, 1).unwrap()).rows[0].sequence;
        let done = entries_of(&app, agent.key.id.as_str());
        assert!(!done.is_empty());
        assert!(done.iter().all(|(sequence, _)| *sequence < revoked), "{revoked}: {done:?}");
    }
}

/// A request whose body comes in two halves.
struct Slow {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Slow {
    fn begin(app: &TestApp, head: &str, body: &str) -> Self {
        let mut stream = TcpStream::connect(app.address).unwrap();
        let (first, rest) = body.split_at(body.len() / 2);
        let length = body.len();
        let head = format!("{head}\r\nhost: {}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n", app.address);
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(first.as_bytes()).unwrap();
        Self { stream, rest: rest.as_bytes().to_vec() }
    }

    /// The status of the answer to the whole.
    fn end(mut self) -> (u16, String) {
        self.stream.write_all(&self.rest).unwrap();
        let mut answer = Vec::new();
        self.stream.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8_lossy(&answer).into_owned();
        (text[9..12].parse().unwrap(), text)
    }
}

fn slow_call(app: &TestApp, method: &str, path: &str, token: &str, body: &Value) -> Slow {
    let head =
        format!("{method} /api{path} HTTP/1.1\r\nauthorization: Bearer {token}\r\ncontent-type: application/json");
    Slow::begin(app, &head, &body.to_string())
}

/// Waits until a request with this key was let in: that is noted at its first use.
fn wait_until_let_in(app: &TestApp, id: &ApiKeyId) {
    while app.read(|conn| api_keys::find(conn, id).unwrap().last_used_at).is_none() {
        thread::yield_now();
    }
}

#[test]
fn a_slow_call_whose_api_key_is_revoked_or_expires_on_the_way_changes_nothing() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let key = license_key(&admin, &app);
    let grant = app.given().pending_grant().for_customer("bob@example.com").make();
    let sent = app.given().pending_grant().for_customer("carl@example.com").make();
    app.given().fulfill(&sent, "SENT-SENT-SENT-0001");
    app.run_outbox_until_empty();
    let customer = key["customer_id"].as_str().unwrap();
    let entitlement = app.read(|conn| grants::find(conn, &grant).unwrap().entitlement_id);
    let calls = [
        ("POST", format!("/grants/{grant}/license-key"), json!({"key": "SLOW-SLOW-SLOW-0001"})),
        ("POST", format!("/grants/{sent}/resend"), json!({"email": "mallory@evil.example"})),
        (
            "POST",
            "/grants".to_owned(),
            json!({"entitlement_id": entitlement.as_str(), "customer": {"email": "x@example.com", "name": "X"}}),
        ),
        (
            "PATCH",
            format!("/license_keys/{}", key["id"].as_str().unwrap()),
            json!({"activations_limit": 77, "disabled": true}),
        ),
        ("PATCH", format!("/customers/{customer}"), json!({"name": "Mallory"})),
        ("POST", "/customers".to_owned(), json!({"email": "x@example.com", "name": "X"})),
        (
            "POST",
            "/entitlements".to_owned(),
            json!({"name": "X", "integration_type": "license_key", "integration_config": {}}),
        ),
        ("PATCH", format!("/entitlements/{entitlement}"), json!({"name": "Mallory's"})),
        ("POST", "/products".to_owned(), json!({"name": "X"})),
        ("POST", format!("/grants/{sent}/restore"), json!({"reason": "none"})),
    ];
    let state = || {
        let tables = ["/grants?page_size=100", "/license_keys", "/customers", "/entitlements", "/products"];
        tables.map(|path| admin.get(path).text)
    };
    let before = state();
    for (method, path, body) in &calls {
        for is_revoked in [true, false] {
            let added = new_key(&app, Role::Admin, Some(SignedDuration::from_mins(10)));
            let slow = slow_call(&app, method, path, &added.token, body);
            wait_until_let_in(&app, &added.key.id);
            if is_revoked {
                revoke_api_key(app.context(), &added.key.id, &actor()).unwrap();
            } else {
                app.advance(SignedDuration::from_mins(10));
            }
            let (status, answer) = slow.end();
            let expected: &[u16] = if path.ends_with("/restore") { &[401, 409] } else { &[401] };
            assert!(expected.contains(&status), "{method} {path}: {answer}");
            assert_eq!(entries_of(&app, added.key.id.as_str()), [], "{method} {path}");
        }
    }
    assert_eq!(state(), before);
    assert_eq!(app.run_outbox_until_empty(), 0);
}

/// A form whose second half is sent after `meanwhile`; tried again where the person was not let in before that.
fn slow_form(
    app: &TestApp,
    role: Role,
    path: &str,
    fields: &[(&str, &str)],
    meanwhile: impl Fn(&keydesk::domain::ids::StaffId),
) {
    for _ in 0..50 {
        let person = app.given().staff(role);
        let mut visitor: Visitor = app.sign_in(&person.email, PASSWORD);
        let token = visitor.get("/account").csrf_token().unwrap();
        let mut all = vec![("csrf_token", token.as_str())];
        all.extend_from_slice(fields);
        let cookies: Vec<_> = visitor.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let head = format!(
            "POST {path} HTTP/1.1\r\ncookie: {}\r\norigin: {}\r\ncontent-type: application/x-www-form-urlencoded",
            cookies.join("; "),
            visitor.origin()
        );
        let slow = Slow::begin(app, &head, &encode(&all));
        for _ in 0..3 {
            app.anonymous().get("/healthz");
        }
        meanwhile(&person.id);
        let (status, answer) = slow.end();
        let acts = entries_of(app, person.id.as_str());
        assert!(acts.iter().all(|(_, action)| action == "staff.login"), "{acts:?}");
        if status == 403 {
            assert!(answer.contains("Nothing was changed"), "{answer}");
            return;
        }
        assert_eq!(status, 303, "{answer}");
    }
    panic!("nobody was ever let in before the change");
}

#[test]
fn a_slow_form_of_somebody_who_is_disabled_or_lowered_on_the_way_changes_nothing() {
    let app = spawn_app();
    let ctx = app.context();
    let grant = app.given().delivered_grant(KEY);
    app.admin();
    let disable = |id: &keydesk::domain::ids::StaffId| {
        disable_staff(ctx, id, &actor()).unwrap();
    };
    let lower = |id: &keydesk::domain::ids::StaffId| {
        change_staff_role(ctx, id, Role::Agent, &actor()).unwrap();
    };
    let (reveal, emails) = (format!("/grants/{grant}/reveal"), format!("/grants/{grant}/emails"));
    slow_form(&app, Role::Agent, &emails, &[("email", "mallory@evil.example")], disable);
    slow_form(&app, Role::Agent, &reveal, &[("reason", "curious")], disable);
    slow_form(&app, Role::Admin, &format!("/grants/{grant}/revocation"), &[("reason", "revenge")], lower);
    slow_form(&app, Role::Admin, "/api-keys", &[("name", "back door"), ("role", "admin")], lower);
    let detail = app.read(|conn| keydesk::storage::grants::detail::find(conn, &grant).unwrap());
    assert_eq!((detail.grant.status.as_str(), detail.customer.email.as_str()), ("delivered", "ada@example.com"));
    let names: Vec<_> = app.read(|conn| api_keys::list(conn).unwrap()).into_iter().map(|key| key.name).collect();
    assert!(!names.contains(&"back door".to_owned()));
}
