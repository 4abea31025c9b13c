//! A database of an earlier version is brought up to date, and what was waiting in it goes out.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use keydesk::domain::outbox::MessageKind;
use keydesk::domain::staff::Role;
use keydesk::storage::outbox::stats::unsent;
use serde_json::json;

use crate::support::app::fixture;
use crate::support::database::is_postgres;
use crate::support::{Receiver, TestApp};

const VERSION: &str = "version_d55f8ce";

/// Whether a text occurs in the fixture, as a message's id does in every table that names it.
fn occurs_in_fixture(text: &str) -> bool {
    let file = if is_postgres() { "postgres.sql" } else { "keydesk.sqlite" };
    let bytes = std::fs::read(fixture(VERSION).join(file)).unwrap();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn every_message_that_waited_in_one_of_three_outboxes_is_sent_exactly_once() {
    let app = TestApp::builder().with_data_of(VERSION).with("webhook_allow", "127.0.0.1").spawn();
    let waiting = app.read(|conn| unsent(conn).unwrap()).into_iter().map(|unsent| (unsent.kind, unsent.count));
    assert_eq!(
        waiting.collect::<Vec<_>>(),
        [(MessageKind::LicenseKeyDelivered, 3), (MessageKind::StaffLink, 2), (MessageKind::Webhook, 13)]
    );
    let (receiver, api) = (Receiver::start(), app.api_key(Role::Admin));
    let endpoint = api.get("/webhooks").json()["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(api.patch(&format!("/webhooks/{endpoint}"), &json!({"url": receiver.url()})).status, 200);
    assert_eq!(app.run_outbox_until_empty(), 18);

    let mut mails: Vec<(String, String)> =
        app.mailbox.mails().iter().map(|mail| (mail.to.join(" "), mail.message_id())).collect();
    mails.sort();
    let recipients: Vec<&str> = mails.iter().map(|(to, _)| to.as_str()).collect();
    let expected =
        ["admin@desk.example", "agent@desk.example", "fresh@example.com", "leased@example.com", "retry@example.com"];
    assert_eq!(recipients, expected);
    for (to, message_id) in &mails {
        let id = message_id.trim_start_matches('<').split('@').next().unwrap();
        assert!(occurs_in_fixture(id), "{to} knows the e-mail by the id that it had before: {message_id}");
        assert!(id.starts_with(if to.ends_with("desk.example") { "lnk_" } else { "msg_" }), "{message_id}");
    }

    let webhooks = receiver.received();
    let ids: BTreeSet<&str> = webhooks.iter().map(|webhook| webhook.header("webhook-id")).collect();
    assert_eq!((webhooks.len(), ids.len()), (13, 13), "each event once");
    assert!(ids.iter().all(|id| occurs_in_fixture(id)), "receivers know the events by the ids they had before");
    let count = |event: &str| receiver.events().iter().filter(|received| *received == event).count();
    assert_eq!(
        [
            "entitlement_grant.created",
            "license_key.created",
            "entitlement_grant.delivered",
            "entitlement_grant.revoked"
        ]
        .map(count),
        [4, 4, 4, 1]
    );

    app.advance(SignedDuration::from_hours(24 * 4));
    assert_eq!(app.run_outbox_until_empty(), 0, "nothing is left");
    assert_eq!(app.mailbox.count(), 5);
}

#[test]
fn what_was_sent_before_is_shown_as_before() {
    let app = TestApp::builder().with_data_of(VERSION).spawn();
    let api = app.api_key(Role::Admin);
    let endpoint = api.get("/webhooks").json()["data"][0]["id"].as_str().unwrap().to_owned();
    let deliveries = api.get(&format!("/webhooks/{endpoint}/deliveries?limit=50")).json();
    let deliveries = deliveries["data"].as_array().unwrap();
    let count = |state: &str| deliveries.iter().filter(|delivery| delivery["state"] == state).count();
    assert_eq!(["sent", "sending", "queued"].map(count), [3, 3, 10]);
    let sent = deliveries.iter().find(|delivery| delivery["state"] == "sent").unwrap();
    assert_eq!((&sent["last_status"], &sent["attempts"], &sent["last_error"]), (&json!(204), &json!(1), &json!(null)));
    let mut admin = app.admin();
    let page = admin.get(&format!("/webhooks/{endpoint}/messages/{}", sent["id"].as_str().unwrap()));
    assert!(page.body.contains("204") && page.body.contains("webhook-timestamp"), "{}", page.body);
    let tried = deliveries.iter().find(|delivery| delivery["last_error"] != json!(null)).unwrap();
    assert_eq!(tried["last_error"], "the connection failed: connection refused");

    let grant = sent["grant_id"].as_str().unwrap();
    let page = admin.get(&format!("/grants/{grant}"));
    assert!(page.body.contains("sent@example.com") && page.body.contains("250 2.0.0 Ok: queued as 1"));
    let person = admin.get("/staff").row("admin@desk.example");
    assert!(person.contains("Active"), "{person}");
}
