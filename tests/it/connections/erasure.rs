//! What is known of a customer through a connection goes when they are erased, and rotation reaches what is sealed.

use diesel::prelude::*;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::usecases::customers::erase::erase_customer;
use keydesk::usecases::rotate_encryption_key as rotation;

use super::{SECRET, app, connect, send};
use crate::support::spawn_app;

#[test]
fn an_erasure_empties_what_arrived_about_the_customer_and_what_was_noted() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let path = connect(&mut admin, &vendor);
    let connection = path.rsplit('/').next().unwrap().to_owned();
    let grant = app.given().pending_grant().for_customer("ada@example.com").make();
    let customer = app.read(|conn| keydesk::storage::grants::find(conn, &grant).expect("found").customer_id);
    app.context()
        .db
        .write(|tx| {
            for statement in [
                format!("INSERT INTO mirrored_customers VALUES ('{connection}', 'cus_remote1', '{customer}', 1)"),
                format!("INSERT INTO mirrored_grants (grant_id, connection_id, remote_customer_id, remote_status, seen_at, trouble, trouble_detail, trouble_at) VALUES ('{grant}', '{connection}', 'cus_remote1', 'pending', 1, 'refused', 'ada@example.com is odd', 1)"),
                format!("INSERT INTO connection_events (id, connection_id, at, what, detail, grant_id, is_ok) VALUES ('cev_1', '{connection}', 1, 'supply', '422 ada@example.com', '{grant}', false)"),
            ] {
                diesel::sql_query(statement).execute(&mut **tx).expect("inserted");
            }
            Ok::<_, keydesk::storage::StorageError>(())
        })
        .expect("written");
    assert_eq!(admin.post(&format!("{path}/pause"), &[]).status, 303);
    send(&app, &path, SECRET, "msg_1", r#"{"type":"x","data":{"customer_id":"cus_remote1"}}"#);
    send(&app, &path, SECRET, "msg_2", r#"{"type":"x","data":{"email":"ADA@example.com"}}"#);
    send(&app, &path, SECRET, "msg_3", r#"{"type":"x","data":{"customer_id":"cus_other"}}"#);
    erase_customer(app.context(), &customer, &Actor::system(SystemPart::CommandLine)).expect("erased");
    assert_eq!(app.count("hooks WHERE result = 'erased'"), 2);
    assert_eq!(app.count("mirrored_grants WHERE trouble_detail IS NOT NULL"), 0);
    assert_eq!(app.count("connection_events WHERE detail LIKE '%ada%'"), 0);
    admin.post(&format!("{path}/resume"), &[]);
    app.run_outbox_until_empty();
    assert_eq!(app.count("hooks WHERE finished_at IS NULL"), 0);
}

#[test]
fn rotation_reaches_the_secrets_and_what_waits() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let path = connect(&mut admin, &vendor);
    admin.post(&format!("{path}/pause"), &[]);
    send(&app, &path, SECRET, "msg_1", r#"{"type":"subscription.paused"}"#);
    rotation::begin(app.context(), &Actor::system(SystemPart::CommandLine)).expect("begun");
    let walk = rotation::walk(app.context(), |_| true).expect("walked");
    assert_eq!((walk.sealed_anew, walk.unreadable), (3, vec![]), "two secrets and a body");
    assert_eq!(send(&app, &path, SECRET, "msg_2", "{}").status, 200, "the secret still verifies");
    admin.post(&format!("{path}/resume"), &[]);
    app.run_outbox_until_empty();
    assert_eq!(app.count("hooks WHERE finished_at IS NULL"), 0, "the body is still read");
}
