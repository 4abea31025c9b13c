//! Sending a key to another address: a way to read it, so it takes the right to see keys and is a security event.

use diesel::prelude::*;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::{grants, schema};
use keydesk::usecases::customers::erase::erase_customer;
use serde_json::json;

use crate::support::given::actor;
use crate::support::{TestApp, spawn_app};

const KEY: &str = "ABCD-EFGH-JKLM-9012";
const OWN: &str = "mallory@evil.example";

fn where_only_admins_see_keys() -> (TestApp, GrantId) {
    let app = TestApp::builder().with("reveal", "admins").spawn();
    let id = app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    (app, id)
}

fn address(app: &TestApp, id: &GrantId) -> String {
    app.read(|conn| grants::detail::find(conn, id).unwrap().customer.email.to_string())
}

/// Old and new address of every change.
fn changes(app: &TestApp) -> Vec<(Option<String>, Option<String>)> {
    use schema::address_changes::dsl::{address_changes, new_address, old_address};
    app.read(|conn| address_changes.select((old_address, new_address)).load(conn).unwrap())
}

#[test]
fn where_only_admins_see_keys_an_agent_resends_to_the_customer_alone() {
    let (app, id) = where_only_admins_see_keys();
    let (mut agent, path) = (app.agent(), format!("/grants/{id}"));
    let page = agent.get(&path);
    assert!(!page.has("input[name=email]"), "no field that leads nowhere");
    assert!(page.body.contains("Ask an administrator"), "{}", page.body);
    let forged = agent.post(&format!("{path}/emails"), &[("email", OWN)]);
    assert_eq!(forged.status, 403);
    assert!(forged.body.contains("Ask an administrator"), "{}", forged.body);
    assert_eq!(app.run_outbox_until_empty(), 0);
    assert_eq!(agent.post(&format!("{path}/emails"), &[]).status, 303);
    assert_eq!(agent.post(&format!("{path}/emails"), &[("email", "ada@example.com")]).status, 303);
    app.run_outbox_until_empty();
    assert_eq!((address(&app, &id).as_str(), changes(&app).len()), ("ada@example.com", 0));
    let mut admin = app.admin();
    assert!(admin.get(&path).has("input[name=email]"));
    assert_eq!(admin.post(&format!("{path}/emails"), &[("email", "ada@engine.example")]).status, 303);
    assert_eq!(address(&app, &id), "ada@engine.example");
}

#[test]
fn where_only_admins_see_keys_an_agent_redirects_none_by_api() {
    let (app, id) = where_only_admins_see_keys();
    let (agent, admin) = (app.api_key(Role::Agent), app.api_key(Role::Admin));
    let customer = app.read(|conn| grants::find(conn, &id).unwrap().customer_id);
    // Another customer of that address is no way around it.
    agent.post("/customers", &json!({"email": OWN, "name": "Mallory"}));
    let (resend, patch) = (format!("/grants/{id}/resend"), format!("/customers/{customer}"));
    for key in ["r-1", "r-1", "r-2"] {
        assert_eq!(agent.post_once(&resend, &json!({"email": OWN}), key).refusal(), (403, "FORBIDDEN".to_owned()));
    }
    for email in [OWN, "mallory2@evil.example", "ADA@example.com"] {
        let refused = agent.patch(&patch, &json!({"email": email, "name": "Eve"}));
        assert_eq!(refused.refusal(), (403, "FORBIDDEN".to_owned()), "{email}");
    }
    assert_eq!(app.run_outbox_until_empty(), 0);
    let kept = agent.patch(&patch, &json!({"email": "ada@example.com", "name": "Ada King"}));
    assert_eq!((kept.status, &kept.json()["name"]), (200, &json!("Ada King")), "{}", kept.text);
    let again = agent.post(&resend, &json!({"email": "ada@example.com"}));
    assert_eq!(again.status, 200, "{}", again.text);
    assert!(!again.text.contains(KEY), "and it reveals nothing");
    app.run_outbox_until_empty();
    assert!(app.mailbox.mails().iter().all(|mail| mail.to == ["ada@example.com"]));
    assert_eq!(changes(&app).len(), 0);
    assert_eq!(admin.patch(&patch, &json!({"email": "ada@engine.example"})).status, 200);
    assert_eq!(admin.post(&resend, &json!({"email": "ada@king.example"})).status, 200);
    assert_eq!(changes(&app).len(), 2);
}

#[test]
fn a_redirected_key_is_a_security_event_with_the_full_addresses_beside_the_log() {
    let app = spawn_app();
    let (id, plain) =
        (app.given().delivered_grant(KEY), app.given().pending_grant().for_customer("bob@example.com").make());
    app.given().fulfill(&plain, "OTHER-OTHER-0001");
    let (mut agent, program) = (app.agent(), app.api_key(Role::Agent));
    agent.post(&format!("/grants/{plain}/emails"), &[]);
    agent.post(&format!("/grants/{plain}/emails"), &[("email", "bob@example.com")]);
    agent.post(&format!("/grants/{id}/emails"), &[("email", OWN)]);
    app.advance(jiff::SignedDuration::from_secs(1));
    let customer = app.read(|conn| grants::find(conn, &id).unwrap().customer_id);
    program.patch(&format!("/customers/{customer}"), &json!({"email": "ada@example.com"}));
    // The message about the e-mail that was sent is shown on the next page.
    assert!(agent.get("/").flash().contains(OWN));
    let log = agent.get("/audit?action=security");
    assert_eq!(log.body.matches("<code>customer.change_address</code>").count(), 2, "{}", log.body);
    assert!(!log.body.contains(OWN) && !agent.get("/audit").body.contains(OWN), "the log holds masked addresses");
    let page = agent.get(&format!("/grants/{id}"));
    let shown = page.texts_of("[aria-labelledby=addr] li");
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].contains("mallory@evil.example → ada@example.com") && shown[0].contains("shop"), "{shown:?}");
    assert!(shown[1].contains("ada@example.com → mallory@evil.example"), "{shown:?}");
    assert!(!agent.get(&format!("/grants/{plain}")).has("[aria-labelledby=addr]"));
    assert!(!app.viewer().get(&format!("/grants/{id}")).has("[aria-labelledby=addr]"));
}

#[test]
fn a_grant_that_moves_to_another_customer_says_from_whom_to_whom() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    app.given().pending_grant().for_customer("grace@example.com").make();
    let mut agent = app.agent();
    agent.post_confirmed(&format!("/grants/{id}/emails"), &[("email", "grace@example.com")]);
    let shown = agent.get(&format!("/grants/{id}")).texts_of("[aria-labelledby=addr] li");
    assert!(shown[0].contains("ada@example.com → grace@example.com"), "{shown:?}");
    let new_customer = app.read(|conn| grants::find(conn, &id).unwrap().customer_id);
    erase_customer(app.context(), &new_customer, &actor()).unwrap();
    assert_eq!(changes(&app), [(None, None)]);
}

#[test]
fn erasing_the_customer_empties_the_addresses() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let mut agent = app.agent();
    agent.post(&format!("/grants/{id}/emails"), &[("email", "ada@lovelace.example")]);
    let customer = app.read(|conn| grants::find(conn, &id).unwrap().customer_id);
    erase_customer(app.context(), &customer, &actor()).unwrap();
    assert_eq!(changes(&app), [(None, None)]);
    let shown = agent.get(&format!("/grants/{id}")).texts_of("[aria-labelledby=addr] li");
    assert!(shown[0].contains("The addresses were erased."), "{shown:?}");
}
