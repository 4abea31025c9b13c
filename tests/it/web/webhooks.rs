//! The pages of webhooks: making one, its secret, its log, sending again.

use keydesk::domain::staff::Role;
use serde_json::json;

use crate::support::{Receiver, TestApp, Visitor};

fn app() -> TestApp {
    TestApp::builder().with("webhook_allow", "127.0.0.1").spawn()
}

/// Makes one by the form and gives the path of its page.
fn make(admin: &mut Visitor, receiver: &Receiver) -> String {
    admin.get("/webhooks/new");
    let made = admin.post("/webhooks", &[("url", &receiver.url()), ("description", "The shop")]);
    assert_eq!(made.status, 303, "{}", made.body);
    made.location()
}

#[test]
fn webhooks_are_for_admins() {
    let app = app();
    let path = make(&mut app.admin(), &Receiver::start());
    for visitor in [&mut app.agent(), &mut app.viewer()] {
        assert!(!visitor.get("/grants").body.contains("href=\"/webhooks\""));
        for path in ["/webhooks", "/webhooks/new", &path] {
            assert_eq!(visitor.get(path).status, 403, "{path}");
        }
        assert_eq!(visitor.post(&format!("{path}/reveal"), &[]).status, 403);
    }
    assert_eq!(app.anonymous().get("/webhooks").status, 303);
    for path in ["/webhooks/ep_nobody", "/webhooks/nonsense", &format!("{path}/messages/msg_nothing")] {
        assert_eq!(app.admin().get(path).status, 404, "{path}");
    }
}

#[test]
fn an_endpoint_is_made_tested_changed_and_deleted() {
    let (app, receiver) = (app(), Receiver::start());
    let mut admin = app.admin();
    assert!(admin.get("/webhooks").body.contains("No webhooks yet"));
    let path = make(&mut admin, &receiver);
    let page = admin.get(&path);
    assert!(page.body.contains("The shop") && page.body.contains("No deliveries yet"), "{}", page.body);
    assert!(admin.get("/webhooks").body.contains(&receiver.url()));

    assert_eq!(admin.post(&format!("{path}/test"), &[]).status, 303);
    app.run_outbox_until_empty();
    assert_eq!(receiver.events(), ["keydesk.test"]);
    assert!(admin.get(&path).body.contains("204, sent"));

    let edit = admin.get(&format!("{path}/edit"));
    assert!(edit.body.contains(&receiver.url()));
    let changed = admin.post(&path, &[("url", &receiver.url()), ("license_key_created", "on"), ("disabled", "on")]);
    assert_eq!(changed.status, 303);
    let page = admin.get(&path);
    assert!(page.body.contains("license_key.created") && page.body.contains("Disabled</span>"), "{}", page.body);
    assert_eq!(admin.post(&format!("{path}/test"), &[]).status, 303);
    assert!(admin.get(&path).body.contains("Enable it first"));

    assert!(admin.get(&format!("{path}?act=delete")).body.contains("Delete the webhook to"), "without a dialog");
    assert_eq!(admin.post(&format!("{path}/deletion"), &[]).status, 303);
    assert_eq!(admin.get(&path).status, 404);
    assert_eq!(admin.post(&format!("{path}/deletion"), &[]).status, 404, "gone is gone");
}

#[test]
fn a_refused_form_keeps_what_was_typed_and_a_double_click_makes_one() {
    let (app, receiver) = (app(), Receiver::start());
    let mut admin = app.admin();
    for (url, words) in [
        ("", "Enter an address such as"),
        ("shop.example", "Enter an address such as"),
        ("ftp://shop.example/", "begins with https:// or http://"),
        ("https://me:secret@shop.example/", "Leave out the user name"),
        ("http://10.0.0.1/hook", "KEYDESK_WEBHOOK_ALLOW"),
    ] {
        let page = admin.post("/webhooks", &[("url", url), ("description", "Kept"), ("grant_failed", "on")]);
        assert_eq!(page.status, 422, "{url}");
        assert!(page.body.contains(words) && page.body.contains("Kept"), "{url}: {}", page.body);
        assert!(page.body.contains("name=\"grant_failed\" checked"), "the tick stays");
    }
    let url = receiver.url();
    let fields = [("url", url.as_str()), ("idempotency_key", "idem_twice")];
    let (first, second) = (admin.post("/webhooks", &fields), admin.post("/webhooks", &fields));
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.location(), second.location());
    let other = admin.post("/webhooks", &[("url", &url), ("idempotency_key", "idem_twice"), ("description", "x")]);
    assert_eq!(other.status, 422);
}

#[test]
fn the_secret_is_shown_on_request_and_replaced() {
    let (app, receiver) = (app(), Receiver::start());
    let mut admin = app.admin();
    let path = make(&mut admin, &receiver);
    let secret = |page: &str| page.split("whsec_").nth(1).map(|rest| rest.split('<').next().unwrap().to_owned());
    assert!(admin.get(&path).body.contains("whsec_••••"));
    let shown = admin.post(&format!("{path}/reveal"), &[]);
    assert_eq!(shown.status, 200);
    let first = secret(&shown.body).unwrap();
    assert_eq!(first.len(), 44, "{first}");
    assert!(admin.get(&format!("{path}?act=rotate")).body.contains("both signatures"), "without a dialog");
    assert_eq!(admin.post(&format!("{path}/secret"), &[]).status, 303);
    assert!(admin.get(&path).body.contains("also signed with the old one"));
    assert_ne!(secret(&admin.post(&format!("{path}/reveal"), &[]).body).unwrap(), first);
    let log = admin.get("/audit?action=webhook.secret_read").body;
    assert!(log.contains("Webhook secret shown") && !log.contains(&first));
}

#[test]
fn deliveries_are_walked_read_and_sent_again() {
    let (app, receiver) = (app(), Receiver::start());
    let mut admin = app.admin();
    let path = make(&mut admin, &receiver);
    receiver.answer(503);
    for number in 0..30 {
        app.given().pending_grant().with_payment(&format!("pay_{number}")).make();
    }
    let grant = app.given().delivered_grant("PLANTED-KEY-4711-ABCD");
    app.run_outbox_until_empty();
    let log = admin.get(&path);
    assert_eq!(log.body.matches("503, retry at").count(), 25);
    let older = log.body.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let older = older.split('"').next().unwrap().split('#').next().unwrap().to_owned();
    assert_eq!(admin.get(&older).body.matches("503, retry at").count(), 8);

    let page = admin.get(&format!("/grants/{grant}"));
    assert_eq!(page.body.matches("503, retry at").count(), 3, "the grant's own page shows them");
    let delivery = page.body.split("/messages/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let shown = admin.get(&format!("{path}/messages/{delivery}"));
    assert!(shown.body.contains("503"), "{}", shown.body);
    assert!(shown.body.contains("webhook-id: msg_") && !shown.body.contains("PLANTED-KEY"), "{}", shown.body);
    receiver.answer(200);
    let told = receiver.received().len();
    let again = admin.post(&format!("{path}/messages/{delivery}/resend"), &[("grant_id", grant.as_str())]);
    assert_eq!((again.status, again.location()), (303, format!("/grants/{grant}")));
    app.run_outbox_until_empty();
    assert_eq!(receiver.received().len(), told + 1);
    assert!(admin.get(&format!("/grants/{grant}")).body.contains("200, sent"));
    let foreign = app.api_key(Role::Admin).post("/webhooks", &json!({"url": receiver.url()})).json();
    let wrong = format!("/webhooks/{}/messages/{delivery}", foreign["id"].as_str().unwrap());
    assert_eq!(admin.get(&wrong).status, 404, "it is another endpoint's");
    assert_eq!(admin.post(&format!("{wrong}/resend"), &[]).status, 404);
    let viewer = app.viewer().get(&format!("/grants/{grant}")).body;
    assert!(viewer.contains("200, sent") && !viewer.contains("/resend"), "viewers see and do not send");
}

#[test]
fn a_test_of_a_webhook_leaves_an_entry() {
    let app = app();
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
