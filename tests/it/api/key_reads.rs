//! Keys in clear by API: no call shows one, first or repeated, without an entry of that very request.

use std::collections::BTreeSet;

use actix_web::http::Method;
use diesel::prelude::*;
use keydesk::api::access::{Access, CALLS};
use keydesk::domain::entitlement::IntegrationType;
use keydesk::domain::ids::{EntitlementId, GrantId, LicenseKeyId};
use keydesk::domain::staff::Role;
use keydesk::storage::{grants, license_keys, schema};
use keydesk::usecases::grants::revoke::{Reason, revoke_grant};
use serde_json::{Value, json};

use crate::support::api::Answer;
use crate::support::given::actor;
use crate::support::{Program, TestApp, spawn_app};

/// The calls that show an admin a key in clear.
const SHOWING: [&str; 16] = [
    "DELETE /entitlements/{id}/grants/{grant_id}",
    "GET /customers/{customer_id}/entitlement-grants",
    "GET /entitlements/{id}/grants",
    "GET /grants",
    "GET /grants/{grant_id}",
    "GET /license_keys",
    "GET /license_keys/{id}",
    "PATCH /license_keys/{id}",
    "POST /grants",
    "POST /grants/{grant_id}/fulfill-from-stock",
    "POST /grants/{grant_id}/license-key",
    "POST /grants/{grant_id}/link",
    "POST /grants/{grant_id}/replace",
    "POST /grants/{grant_id}/resend",
    "POST /grants/{grant_id}/restore",
    "POST /license_keys",
];

/// An entitlement of each kind, and a number for keys and names that were not there before.
struct Scene<'a> {
    app: &'a TestApp,
    manual: EntitlementId,
    auto: EntitlementId,
    community: EntitlementId,
    admin: Program,
    number: usize,
}

impl<'a> Scene<'a> {
    fn new(app: &'a TestApp) -> Self {
        let (manual, auto) = (app.given().entitlement(), app.given().auto_entitlement());
        let community = app.given().other_entitlement(IntegrationType::Discord);
        Self { app, manual, auto, community, admin: app.api_key(Role::Admin), number: 0 }
    }

    fn next(&mut self) -> usize {
        self.number += 1;
        self.number
    }

    fn delivered(&mut self) -> GrantId {
        let id = self.app.given().pending_grant().of(&self.manual).make();
        self.app.given().fulfill(&id, &format!("TYPED-BY-STAFF-{:04}", self.number + 5_000));
        self.number += 1;
        id
    }

    fn grant(&mut self) -> Value {
        let id = self.delivered();
        self.admin.get(&format!("/grants/{id}")).json()
    }

    fn webhook(&self) -> String {
        let made = self.admin.post("/webhooks", &json!({"url": "http://127.0.0.1:9/hook"}));
        made.json()["id"].as_str().unwrap_or_else(|| panic!("{}", made.text)).to_owned()
    }

    fn instance(&mut self) -> String {
        let key = self.grant()["license_key"]["key"].clone();
        let body = json!({"license_key": key, "name": "Laptop"});
        self.app.program(None).post("/licenses/activate", &body).json()["id"].as_str().unwrap().to_owned()
    }

    /// A file of an entitlement.
    fn file(&self, entitlement: &str) -> String {
        let path = format!("/entitlements/{entitlement}/files?filename=file.zip");
        let answer = self.admin.send("POST", &path, &[], "content");
        answer.json()["file_id"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
    }

    /// Path and body of a call that does something; a call that is not here yet fails the test.
    #[expect(clippy::too_many_lines, reason = "one arm for each call")]
    fn request(&mut self, method: &Method, pattern: &str) -> (String, Value) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let number = self.next();
        match (method.as_str(), pattern) {
            ("GET", "/grants" | "/license_keys") => {
                self.delivered();
                (format!("{pattern}?page_size=100"), Value::Null)
            }
            ("GET", list) if !list.contains('{') => (list.to_owned(), Value::Null),
            ("POST", "/grants") => {
                // One of the two is known already, and its key was made for somebody else.
                let sale = |quantity| {
                    json!({
                        "entitlement_id": self.auto.as_str(), "payment_id": format!("pay_{number}"),
                        "customer": {"email": "ada@example.com", "name": "Ada Lovelace"}, "quantity": quantity
                    })
                };
                assert_eq!(self.admin.post("/grants", &sale(1)).status, 201);
                ("/grants".to_owned(), sale(2))
            }
            ("POST", "/refunds") => ("/refunds".to_owned(), json!({"payment_id": format!("pay_back_{number}")})),
            ("POST", "/grants/{grant_id}/license-key") => {
                let id = self.app.given().pending_grant().of(&self.manual).make();
                (format!("/grants/{id}/license-key"), json!({"key": format!("SENT-BY-PROGRAM-{number:04}")}))
            }
            ("POST", "/grants/{grant_id}/link") => {
                let id = self.app.given().pending_grant().of(&self.community).make();
                (format!("/grants/{id}/link"), json!({"url": format!("https://discord.gg/invitation{number:04}")}))
            }
            ("POST", "/grants/{grant_id}/fulfill-from-stock") => {
                let id = self.app.given().pending_grant().of(&self.manual).make();
                let keys = json!({"keys": [format!("DRAWN-FROM-STOCK-{number:04}")]});
                assert_eq!(self.admin.post(&format!("/entitlements/{}/stock", self.manual), &keys).status, 201);
                (format!("/grants/{id}/fulfill-from-stock"), json!({}))
            }
            ("POST", "/grants/{grant_id}/replace") => {
                let body = json!({"reason": "defective", "key": format!("SENT-INSTEAD-{number:04}")});
                (format!("/grants/{}/replace", self.delivered()), body)
            }
            ("POST", "/grants/{grant_id}/undo") => {
                let id = self.app.given().pending_grant().of(&self.manual).make();
                let fields = [("key", format!("SENT-FROM-PORTAL-{number:04}"))];
                let fields = fields.each_ref().map(|(name, key)| (*name, key.as_str()));
                assert_eq!(self.app.agent().post(&format!("/grants/{id}/fulfillment"), &fields).status, 303);
                (format!("/grants/{id}/undo"), json!({}))
            }
            ("POST", "/entitlements/{id}/files") => {
                (format!("/entitlements/{}/files?filename=file-{number}", self.manual), json!({}))
            }
            ("DELETE", "/entitlements/{id}/files/{file_id}") => {
                let file = self.file(self.manual.as_str());
                (format!("/entitlements/{}/files/{file}", self.manual), Value::Null)
            }
            ("POST", "/entitlements/{id}/stock") => {
                let keys = json!({"keys": [format!("ADDED-TO-STOCK-{number:04}")]});
                (format!("/entitlements/{}/stock", self.manual), keys)
            }
            ("POST", "/grants/{grant_id}/restore") => {
                let id = self.delivered();
                revoke_grant(self.app.context(), &id, &Reason::parse("test").unwrap(), &actor()).unwrap();
                (format!("/grants/{id}/restore"), json!({}))
            }
            ("POST", "/grants/{grant_id}/files") => {
                let entitlement = self.app.given().other_entitlement(IntegrationType::DigitalFiles);
                self.file(entitlement.as_str());
                let id =
                    self.app.given().pending_grant().of(&entitlement).with_payment(&format!("pay_f{number}")).make();
                (format!("/grants/{id}/files"), json!({}))
            }
            ("GET" | "POST", pattern) if pattern.starts_with("/grants/{grant_id}") => {
                (pattern.replace("{grant_id}", self.delivered().as_str()), json!({}))
            }
            ("DELETE", "/entitlements/{id}/grants/{grant_id}") => {
                let grant = self.delivered();
                (format!("/entitlements/{}/grants/{grant}", self.manual), Value::Null)
            }
            ("POST", "/entitlements") => (
                pattern.to_owned(),
                json!({"name": format!("E{number}"), "integration_type": "license_key", "integration_config": {}}),
            ),
            (_, pattern) if pattern.starts_with("/entitlements/{id}") => {
                let id = if method == Method::DELETE { self.app.given().entitlement() } else { self.manual.clone() };
                (pattern.replace("{id}", id.as_str()), json!({"description": format!("{number}")}))
            }
            ("POST", "/customers") => {
                (pattern.to_owned(), json!({"email": format!("c{number}@example.com"), "name": "C"}))
            }
            (_, pattern) if pattern.starts_with("/customers/{customer_id}") => {
                let id = text(&self.grant()["customer_id"]);
                (pattern.replace("{customer_id}", &id), json!({"name": format!("Ada {number}")}))
            }
            ("POST", "/products") => (pattern.to_owned(), json!({"name": format!("P{number}")})),
            ("GET", "/products/{id}") => {
                let product = self.admin.get("/products").json()["items"][0]["product_id"].clone();
                (format!("/products/{}", text(&product)), Value::Null)
            }
            ("POST", "/license_keys") => {
                let (grant, product) =
                    (self.grant(), self.admin.get("/products").json()["items"][0]["product_id"].clone());
                let key = format!("IMPORTED-{number:04}-KEY");
                (pattern.to_owned(), json!({"customer_id": grant["customer_id"], "product_id": product, "key": key}))
            }
            (_, "/license_keys/{id}") => {
                let id = text(&self.grant()["license_key"]["id"]);
                (format!("/license_keys/{id}"), json!({"activations_limit": 9, "disabled": false}))
            }
            (_, "/license_key_instances/{id}") => {
                (format!("/license_key_instances/{}", self.instance()), json!({"name": format!("Desk {number}")}))
            }
            ("POST", "/webhooks") => (pattern.to_owned(), json!({"url": "http://127.0.0.1:9/hook"})),
            ("POST", "/webhooks/{webhook_id}/deliveries/{message_id}/resend") => {
                let id = self.webhook();
                let sent = self.admin.post(&format!("/webhooks/{id}/test"), &json!({})).json();
                (format!("/webhooks/{id}/deliveries/{}/resend", text(&sent["id"])), json!({}))
            }
            (_, pattern) if pattern.starts_with("/webhooks/{webhook_id}") => {
                (pattern.replace("{webhook_id}", &self.webhook()), json!({}))
            }
            (method, pattern) => panic!("{method} {pattern}: say how it is called"),
        }
    }
}

fn send(program: &Program, method: &Method, path: &str, body: &Value, idempotency_key: Option<&str>) -> Answer {
    let headers: Vec<_> = idempotency_key.map(|key| ("idempotency-key", key)).into_iter().collect();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    program.send(method.as_str(), path, &headers, &body)
}

/// Every stored key in clear.
fn stored(app: &TestApp) -> Vec<(String, String)> {
    let keyring = &app.context().keyring;
    app.read(|conn| {
        let ids: Vec<String> = schema::license_keys::table.select(schema::license_keys::id).load(conn).unwrap();
        let ids: Vec<LicenseKeyId> = ids.into_iter().map(LicenseKeyId::stored).collect();
        let sealed = license_keys::sealed_of(conn, &ids.iter().collect::<Vec<_>>()).unwrap();
        sealed.into_iter().map(|(id, key)| (id, key.open(keyring).unwrap().unwrap().expose().to_owned())).collect()
    })
}

/// The entries of one request: action, object, changes.
fn entries(app: &TestApp, answer: &Answer) -> Vec<(String, String, String)> {
    use schema::audit_entries::dsl::{action, audit_entries, changes, object_id, request_id};
    let id = answer.header("x-request-id").to_owned();
    assert!(!id.is_empty(), "{:?}", answer.headers);
    app.read(|conn| {
        audit_entries.filter(request_id.eq(id.as_str())).select((action, object_id, changes)).load(conn).unwrap()
    })
}

/// The keys that an answer shows. Each of them must be named by an entry of the same request.
fn noted(app: &TestApp, answer: &Answer, what: &str) -> Vec<String> {
    const NOTING: [&str; 4] = ["license_key.read", "grant.fulfill", "grant.replace", "license_key.create"];
    let shown: Vec<_> = stored(app).into_iter().filter(|(_, key)| answer.text.contains(key.as_str())).collect();
    let entries = entries(app, answer);
    for (id, key) in &shown {
        let is_noted = entries.iter().any(|(action, object, changes)| {
            NOTING.contains(&action.as_str()) && (object == id || changes.contains(id.as_str()))
        });
        assert!(is_noted, "{what} shows {key}, noted in none of {entries:?}");
    }
    shown.into_iter().map(|(_, key)| key).collect()
}

/// Makes every call as that role, first and repeated, with and without an idempotency key.
fn walk(app: &TestApp, role: Role, mut check: impl FnMut(&str, &str, &Answer)) {
    let mut scene = Scene::new(app);
    let program = app.api_key(role);
    let reached = CALLS.iter().filter(|(_, _, access)| matches!(access, Access::Role(needed) if *needed <= role));
    for (method, pattern, _) in reached {
        for idempotency_key in [None, Some("k-1")] {
            let (path, body) = scene.request(method, pattern);
            let idempotency_key = idempotency_key.map(|key| format!("{key} {}", scene.next()));
            for round in ["first", "repeated"] {
                let answer = send(&program, method, &path, &body, idempotency_key.as_deref());
                assert!(answer.status < 500, "{method} {path}: {}", answer.text);
                assert!(round == "repeated" || answer.status < 300, "{method} {path}: {}", answer.text);
                let what = format!("{method} {pattern} as {}, {round}, {idempotency_key:?}", role.as_str());
                check(&what, &body.to_string(), &answer);
            }
        }
    }
}

fn with_hooks() -> crate::support::app::Builder {
    // What a person delivers can be undone.
    TestApp::builder().with("webhook_allow", "127.0.0.1").with("undo", "20s")
}

#[test]
fn every_call_that_shows_a_key_in_clear_has_noted_it_under_its_own_request() {
    for role in [Role::Agent, Role::Admin] {
        let app = with_hooks().spawn();
        let mut showing = BTreeSet::new();
        walk(&app, role, |what, _, answer| {
            if !noted(&app, answer, what).is_empty() {
                showing.insert(what.split(" as ").next().unwrap().to_owned());
            }
        });
        let expected = SHOWING.iter().filter(|call| {
            CALLS.iter().any(|(method, pattern, access)| {
                **call == format!("{method} {pattern}") && matches!(access, Access::Role(needed) if *needed <= role)
            })
        });
        assert_eq!(showing, expected.map(ToString::to_string).collect());
    }
}

#[test]
fn where_only_admins_see_keys_no_call_shows_an_agent_a_key_that_it_does_not_send() {
    let app = with_hooks().with("reveal", "admins").spawn();
    walk(&app, Role::Agent, |what, body, answer| {
        for (_, key) in stored(&app) {
            assert!(!answer.text.contains(&key) || body.contains(&key), "{what} shows {key}");
        }
    });
}

#[test]
fn a_repeated_report_notes_the_key_that_staff_supplied_meanwhile() {
    const KEY: &str = "STAFF-TYPED-KEY-42";
    let app = spawn_app();
    let (shop, entitlement) = (app.api_key(Role::Agent), app.given().entitlement());
    let report =
        json!({"entitlement_id": entitlement.as_str(), "customer": {"email": "ada@example.com", "name": "Ada"}});
    let first = shop.post_once("/grants", &report, "order-1");
    assert_eq!(first.status, 201, "{}", first.text);
    app.given().fulfill(&GrantId::parse(first.json()["id"].as_str().unwrap()).unwrap(), KEY);
    for _ in 0..2 {
        let again = shop.post_once("/grants", &report, "order-1");
        assert_eq!(again.status, 201);
        assert_eq!(noted(&app, &again, "the repeat"), [KEY]);
    }
}

#[test]
fn a_key_that_was_just_supplied_or_generated_leaves_no_second_entry() {
    let app = spawn_app();
    let (shop, auto) = (app.api_key(Role::Agent), app.given().auto_entitlement());
    let sold = shop.post(
        "/grants",
        &json!({"entitlement_id": auto.as_str(), "customer": {"email": "ada@example.com", "name": "Ada"}}),
    );
    let pending = app.given().pending_grant().make();
    let fulfilled = shop.post(&format!("/grants/{pending}/license-key"), &json!({"key": "SENT-BY-PROGRAM"}));
    for answer in [sold, fulfilled] {
        assert_eq!(noted(&app, &answer, "the first answer").len(), 1, "{}", answer.text);
        assert!(entries(&app, &answer).iter().all(|(action, ..)| action != "license_key.read"));
    }
}

#[test]
fn an_erased_key_is_neither_shown_nor_noted() {
    let app = spawn_app();
    let id = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    let customer = app.read(|conn| grants::find(conn, &id).unwrap().customer_id);
    keydesk::usecases::customers::erase::erase_customer(app.context(), &customer, &actor()).unwrap();
    let answer = app.api_key(Role::Admin).get(&format!("/grants/{id}"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(entries(&app, &answer).is_empty());
}

#[test]
fn keys_are_opened_where_that_is_noted_by_the_outbox_and_to_index_them_alone() {
    const MAY: [&str; 8] = [
        "src/outbox/kinds/key_supplied.rs",
        "src/outbox/kinds/license_key_delivered.rs",
        "src/outbox/kinds/license_keys_sent.rs",
        "src/outbox/webhooks/payload.rs",
        "src/usecases/jobs/index_license_keys.rs",
        "src/usecases/license_keys/read.rs",
        "src/usecases/license_keys/reveal.rs",
        "src/usecases/license_keys/take_back.rs",
    ];
    fn walk(dir: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if std::fs::read_to_string(&path).unwrap().contains("sealed.open(") {
                let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
                found.push(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
    }
    let mut found = Vec::new();
    walk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.sort();
    assert_eq!(found, MAY);
}
