//! Two portals on one database share the work: no grant fulfilled twice, no message sent by both.

use std::collections::BTreeMap;

use keydesk::domain::ids::GrantId;

use crate::support::database::is_postgres;
use crate::support::given::PASSWORD;
use crate::support::process::Portal;
use crate::support::{TestApp, Visitor};

#[test]
fn two_processes_on_one_database_fulfill_and_send_everything_once_on_postgres() {
    if !is_postgres() {
        return; // Several nodes need PostgreSQL; on SQLite there is one.
    }
    let app = TestApp::builder().with_system_clock().spawn();
    let emails: Vec<String> = (0..2).map(|_| app.given().staff(keydesk::domain::staff::Role::Agent).email).collect();
    let entitlement = app.given().entitlement();
    let grants: Vec<GrantId> = (0..40)
        .map(|number| {
            let customer = format!("customer{number}@example.com");
            app.given().pending_grant().of(&entitlement).for_customer(&customer).make()
        })
        .collect();
    let (one, two) = (Portal::beside(&app), Portal::beside(&app));
    // Both nodes are asked for every grant at about the same time, each with a key of its own.
    let ask = |address, email: &str, name: &'static str| {
        let (grants, email) = (grants.clone(), email.to_owned());
        std::thread::spawn(move || {
            let mut visitor = Visitor::new(address);
            assert_eq!(visitor.post("/login", &[("email", &email), ("password", PASSWORD)]).status, 303);
            let fulfill = |id: &GrantId| {
                let key = format!("{name}-{id}");
                visitor.post(&format!("/grants/{id}/fulfillment"), &[("key", &key)]).status
            };
            grants.iter().map(fulfill).collect::<Vec<u16>>()
        })
    };
    let first = ask(one.address, &emails[0], "ONE");
    let second = ask(two.address, &emails[1], "TWO");
    let (first, second) = (first.join().expect("no panic"), second.join().expect("no panic"));
    for (id, answers) in grants.iter().zip(first.iter().zip(&second)) {
        assert!(matches!(answers, (303, 409) | (409, 303)), "{id}: {answers:?}");
    }
    app.mailbox.wait_for(grants.len());
    assert_eq!(one.terminate(), Some(0));
    assert_eq!(two.terminate(), Some(0));
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for mail in app.mailbox.mails() {
        *times.entry(mail.message_id()).or_default() += 1;
    }
    assert_eq!(times.len(), grants.len());
    assert!(times.values().all(|count| *count == 1), "{times:?}");
}

#[test]
fn every_page_of_a_node_shows_at_once_what_another_node_did_on_postgres() {
    if !is_postgres() {
        return; // Several nodes need PostgreSQL; on SQLite there is one.
    }
    let app = TestApp::builder().with_system_clock().spawn();
    let person = app.given().staff(keydesk::domain::staff::Role::Admin);
    let entitlement = app.given().entitlement();
    let nodes = [Portal::beside(&app), Portal::beside(&app)];
    let [mut one, mut two] = nodes.each_ref().map(|node| Visitor::new(node.address));
    for visitor in [&mut one, &mut two] {
        assert_eq!(visitor.post("/login", &[("email", &person.email), ("password", PASSWORD)]).status, 303);
    }
    for number in 0..10 {
        let id = app.given().pending_grant().of(&entitlement).for_customer("ada@example.com").make();
        let (page, form) = (format!("/grants/{id}"), format!("/grants/{id}/fulfillment/new"));
        for path in ["/", "/grants", "/grants?status=pending", "/audit", &page, &form] {
            // Once more: whatever is kept of a page is shown now.
            assert_eq!((one.get(path).status, one.get(path).status), (200, 200), "{path}");
        }
        // What the page shows; what it asks for by itself later comes after it.
        let mut shows = |path: &str, what: &str| one.get(path).body.split("</main>").next().unwrap().contains(what);
        assert!(shows("/", id.as_str()) && shows("/grants?status=pending", id.as_str()), "{id} waits");
        assert!(shows(&page, &form));
        let key = format!("KEY-{number}");
        assert_eq!(two.post(&format!("/grants/{id}/fulfillment"), &[("key", &key)]).status, 303);
        assert!(!shows("/", id.as_str()) && !shows("/grants?status=pending", id.as_str()), "{id} waits no more");
        assert!(shows("/audit", id.as_str()));
        assert!(!shows(&page, &form), "nothing is left to fulfill");
        assert_eq!(one.get(&form).status, 303, "there is nothing to fulfill");
    }
    for node in nodes {
        assert_eq!(node.terminate(), Some(0));
    }
}

#[test]
fn delays_after_wrong_passwords_hold_on_every_node_on_postgres() {
    if !is_postgres() {
        return; // Several nodes need PostgreSQL; on SQLite there is one.
    }
    let app = TestApp::builder().with_system_clock().spawn();
    let person = app.given().staff(keydesk::domain::staff::Role::Agent);
    let (one, two) = (Portal::beside(&app), Portal::beside(&app));
    let sign_in = |address, password: &str| {
        Visitor::new(address).post("/login", &[("email", &person.email), ("password", password)]).status
    };
    for address in [one.address, two.address, one.address, two.address, one.address] {
        assert_eq!(sign_in(address, "not the password at all"), 422);
    }
    assert_eq!(sign_in(two.address, PASSWORD), 429, "the right one waits too");
    assert_eq!(two.terminate(), Some(0));
    let two = Portal::beside(&app);
    assert_eq!(sign_in(two.address, PASSWORD), 429, "a restart forgives nothing");
    assert_eq!((one.terminate(), two.terminate()), (Some(0), Some(0)));
}
