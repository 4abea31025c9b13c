//! What is sent to a connection's URL: verified, stored once, and answered.

use std::sync::Barrier;

use jiff::SignedDuration;

use super::{SECRET, app, connect, send, send_signed, signature};
use crate::support::spawn_app;

/// Concerns no grant.
const BODY: &str = r#"{"business_id":"bus_demo","type":"subscription.paused","data":{"subscription_id":"sub_1"}}"#;

const OTHER_SECRET: &str = "whsec_b3RoZXItdGVzdC1rZXktMzItYnl0ZXMtbG9uZy0hISE=";

#[test]
fn a_signed_webhook_is_stored_and_a_repeat_gets_the_same_answer() {
    let (app, vendor) = (app(), spawn_app());
    let path = connect(&mut app.admin(), &vendor);
    let first = send(&app, &path, SECRET, "msg_1", BODY);
    let second = send(&app, &path, SECRET, "msg_1", BODY);
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(first.body, second.body);
    assert_eq!(app.count("hooks"), 1);
    assert_eq!(app.count("outbox_messages WHERE kind = 'hook_received'"), 1);
    assert!(app.admin().get(&path).body.contains("signature valid"), "the page says when");
}

#[test]
fn whatever_is_not_signed_by_the_connections_secret_now_gets_the_same_refusal() {
    let (app, vendor) = (app(), spawn_app());
    let path = connect(&mut app.admin(), &vendor);
    let now = app.now().as_second();
    let good = signature(SECRET, "msg_1", now, BODY);
    let refusals = [
        ("no such connection", send_signed(&app, "/hooks/con_0000000000000000000000", "msg_1", now, &good, BODY)),
        ("no id of a connection", send_signed(&app, "/hooks/nonsense", "msg_1", now, &good, BODY)),
        ("another secret", send(&app, &path, OTHER_SECRET, "msg_1", BODY)),
        ("no signature", send_signed(&app, &path, "msg_1", now, "", BODY)),
        ("another id", send_signed(&app, &path, "msg_2", now, &good, BODY)),
        ("another body", send_signed(&app, &path, "msg_1", now, &good, "{}")),
        ("another time", send_signed(&app, &path, "msg_1", now + 1, &good, BODY)),
        ("too old", {
            let old = now - 301;
            send_signed(&app, &path, "msg_1", old, &signature(SECRET, "msg_1", old, BODY), BODY)
        }),
        ("ahead of time", {
            let late = now + 301;
            send_signed(&app, &path, "msg_1", late, &signature(SECRET, "msg_1", late, BODY), BODY)
        }),
    ];
    let bodies: Vec<&str> = refusals.iter().map(|(_, page)| page.body.as_str()).collect();
    for (what, page) in &refusals {
        assert_eq!(page.status, 401, "{what}");
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    assert_eq!(app.count("hooks"), 0, "nothing of it is stored");
}

#[test]
fn one_of_several_signatures_is_enough() {
    let (app, vendor) = (app(), spawn_app());
    let path = connect(&mut app.admin(), &vendor);
    let now = app.now().as_second();
    let both = format!("{} {}", signature(OTHER_SECRET, "msg_1", now, BODY), signature(SECRET, "msg_1", now, BODY));
    assert_eq!(send_signed(&app, &path, "msg_1", now, &both, BODY).status, 200);
}

#[test]
fn an_older_secret_is_accepted_for_a_day_after_a_new_one() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let path = connect(&mut admin, &vendor);
    assert_eq!(admin.post(&format!("{path}/webhook"), &[("secret", "nonsense!")]).status, 422);
    let stored = admin.post(&format!("{path}/webhook"), &[("secret", OTHER_SECRET)]);
    assert_eq!(stored.status, 303, "{}", stored.body);
    assert_eq!(send(&app, &path, SECRET, "msg_1", BODY).status, 200);
    assert_eq!(send(&app, &path, OTHER_SECRET, "msg_2", BODY).status, 200);
    app.advance(SignedDuration::from_hours(25));
    assert_eq!(send(&app, &path, SECRET, "msg_3", BODY).status, 401);
    assert_eq!(send(&app, &path, OTHER_SECRET, "msg_4", BODY).status, 200);
}

#[test]
fn more_than_a_megabyte_is_too_large() {
    let (app, vendor) = (app(), spawn_app());
    let path = connect(&mut app.admin(), &vendor);
    let body = |size: usize| format!(r#"{{"type":"payment.succeeded","data":"{}"}}"#, "x".repeat(size));
    assert_eq!(send(&app, &path, SECRET, "msg_1", &body(1024 * 1024)).status, 413);
    assert_eq!(send(&app, &path, SECRET, "msg_2", &body(1024 * 1024 - 100)).status, 200);
}

#[test]
fn a_body_that_is_not_json_is_taken_and_does_nothing() {
    let (app, vendor) = (app(), spawn_app());
    let path = connect(&mut app.admin(), &vendor);
    for (id, body) in [("msg_1", ""), ("msg_2", "{"), ("msg_3", "[]"), ("msg_4", r#"{"type": 7}"#)] {
        assert_eq!(send(&app, &path, SECRET, id, body).status, 200, "{body}");
    }
    app.run_outbox_until_empty();
    assert_eq!(app.count("hooks WHERE finished_at IS NULL"), 0);
    assert_eq!(app.count("outbox_messages WHERE state <> 'sent'"), 0);
}

#[test]
fn twenty_deliveries_of_one_event_at_once_are_one_row_and_one_message() {
    let (app, vendor) = (app(), spawn_app());
    let path = connect(&mut app.admin(), &vendor);
    let barrier = Barrier::new(20);
    std::thread::scope(|scope| {
        let deliveries: Vec<_> = (0..20)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    send(&app, &path, SECRET, "msg_1", BODY).status
                })
            })
            .collect();
        for delivery in deliveries {
            assert_eq!(delivery.join().expect("answered"), 200);
        }
    });
    assert_eq!(app.count("hooks"), 1);
    assert_eq!(app.count("outbox_messages WHERE kind = 'hook_received'"), 1);
    app.run_outbox_until_empty();
    assert_eq!(app.count("hooks WHERE finished_at IS NOT NULL"), 1);
}

#[test]
fn a_body_is_sealed_until_it_is_processed_and_then_gone() {
    let (app, vendor) = (app(), spawn_app());
    let path = connect(&mut app.admin(), &vendor);
    send(&app, &path, SECRET, "msg_1", BODY);
    let bodies = |app: &crate::support::TestApp| -> Vec<Vec<u8>> {
        app.read(|conn| {
            use diesel::prelude::*;
            #[derive(QueryableByName)]
            struct Stored {
                #[diesel(sql_type = diesel::sql_types::Binary)]
                body: Vec<u8>,
            }
            let rows: Vec<Stored> = diesel::sql_query("SELECT body FROM hooks").load(conn).expect("rows");
            rows.into_iter().map(|row| row.body).collect()
        })
    };
    let stored = bodies(&app);
    assert!(stored[0].len() > BODY.len() && !String::from_utf8_lossy(&stored[0]).contains("sub_1"));
    app.run_outbox_until_empty();
    assert_eq!(bodies(&app), [Vec::<u8>::new()]);
}

#[test]
fn a_paused_connection_keeps_what_arrives_until_it_is_resumed() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let path = connect(&mut admin, &vendor);
    assert_eq!(admin.post(&format!("{path}/pause"), &[]).status, 303);
    assert_eq!(send(&app, &path, SECRET, "msg_1", BODY).status, 200);
    app.run_outbox_until_empty();
    assert_eq!(app.count("hooks WHERE finished_at IS NULL"), 1);
    assert_eq!(admin.post(&format!("{path}/resume"), &[]).status, 303);
    app.run_outbox_until_empty();
    assert_eq!(app.count("hooks WHERE finished_at IS NULL"), 0);
}

#[test]
fn what_arrived_is_forgotten_after_a_month_and_calls_after_a_week() {
    let (app, vendor) = (app(), spawn_app());
    let path = connect(&mut app.admin(), &vendor);
    send(&app, &path, SECRET, "msg_1", BODY);
    app.run_outbox_until_empty();
    app.advance(SignedDuration::from_hours(8 * 24));
    keydesk::housekeeping::purge_expired(app.context()).expect("purged");
    assert_eq!((app.count("hooks"), app.count("connection_events")), (1, 0));
    app.advance(SignedDuration::from_hours(23 * 24));
    keydesk::housekeeping::purge_expired(app.context()).expect("purged");
    assert_eq!(app.count("hooks"), 0);
}
