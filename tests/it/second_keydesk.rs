//! A second Keydesk as the account that grants are mirrored from: its API is the same contract.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use keydesk::crypto::{AssociatedData, hex};
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::{Conn, StorageError, Tx};
use serde_json::{Value, json};

use crate::support::{TestApp, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

/// A portal that polls and supplies in the background, and may reach this machine.
fn desk() -> TestApp {
    TestApp::builder().with("webhook_allow", "127.0.0.0/8").with_workers().spawn()
}

/// Connects `desk` to the account that `vendor` is.
fn connect(desk: &TestApp, vendor: &TestApp) {
    let ctx = desk.context();
    let api_key = vendor.api_key(Role::Admin).token.expect("a token");
    let row = "cse_0000000000000000000001";
    let data = AssociatedData { table: "connection_secrets", column: "ciphertext", row };
    let sealed = hex(&ctx.keyring.seal(&data, api_key.as_bytes()));
    let (url, now) = (format!("http://{}/api", vendor.address), ctx.clock.now().as_microsecond());
    ctx.db
        .write(|tx: &mut Tx<'_>| {
            let sealed = if tx.is_sqlite() { format!("X'{sealed}'") } else { format!("'\\x{sealed}'::bytea") };
            let conn: &mut Conn = tx;
            conn.batch_execute(&format!(
                "INSERT INTO connections (id, kind, name, api_url, state, sends_email, poll_every, next_poll_at,
                     created_at, updated_at)
                 VALUES ('con_1', 'dodo', 'Dodo', '{url}', 'active', FALSE, 1, {now}, {now}, {now});
                 INSERT INTO connection_secrets (id, connection_id, kind, ciphertext, last_four, created_at)
                 VALUES ('{row}', 'con_1', 'api_key', {sealed}, '', {now})"
            ))?;
            Ok::<_, StorageError>(())
        })
        .expect("connected");
}

/// The grant as the API of a portal shows it, once it is as it should be.
fn wait_for(app: &TestApp, id: &GrantId, is_right: impl Fn(&Value) -> bool) -> Value {
    let program = app.api_key(Role::Admin);
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let answer = program.get(&format!("/grants/{id}"));
        if answer.status == 200 && is_right(&answer.json()) {
            return answer.json();
        }
        assert!(Instant::now() < until, "{} {}", answer.status, answer.text);
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn is(status: &'static str) -> impl Fn(&Value) -> bool {
    move |grant| grant["status"] == status
}

#[test]
fn a_grant_is_mirrored_fulfilled_here_and_delivered_on_both_sides_with_one_key() {
    let (vendor, desk) = (spawn_app(), desk());
    let id = vendor.given().pending_grant().with_payment("pay_1").for_customer("ada@example.com").make();
    connect(&desk, &vendor);
    let here = wait_for(&desk, &id, is("Pending"));
    let there = vendor.api_key(Role::Admin).get(&format!("/grants/{id}")).json();
    for field in ["id", "entitlement_id", "customer_id", "payment_id"] {
        assert_eq!(here[field], there[field], "{field}");
    }
    let program = desk.api_key(Role::Agent);
    let answer = program.post(&format!("/grants/{id}/license-key"), &json!({ "key": KEY }));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let there = wait_for(&vendor, &id, is("Delivered"));
    let here = wait_for(&desk, &id, is("Delivered"));
    assert_eq!((&here["license_key"]["key"], &there["license_key"]["key"]), (&json!(KEY), &json!(KEY)));
    assert_eq!(vendor.run_outbox_until_empty(), 1, "the account mails the key");
    assert!(desk.mailbox.count() == 0, "and Keydesk does not");
}

#[test]
fn what_is_delivered_and_revoked_there_is_followed() {
    let (vendor, desk) = (spawn_app(), desk());
    let entitlement = vendor.given().entitlement();
    let given = vendor.given();
    let delivered = given.pending_grant().of(&entitlement).for_customer("ada@example.com").make();
    let revoked = given.pending_grant().of(&entitlement).for_customer("bob@example.com").make();
    connect(&desk, &vendor);
    wait_for(&desk, &delivered, is("Pending"));
    wait_for(&desk, &revoked, is("Pending"));
    vendor.given().fulfill(&delivered, KEY);
    let program = vendor.api_key(Role::Admin);
    let answer = program.delete(&format!("/entitlements/{entitlement}/grants/{revoked}"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let here = wait_for(&desk, &delivered, is("Delivered"));
    assert_eq!(here["license_key"]["key"], KEY);
    assert_eq!(wait_for(&desk, &revoked, is("Revoked"))["revocation_reason"], "manual");
    let refused = desk.api_key(Role::Admin).delete(&format!("/entitlements/{entitlement}/grants/{delivered}"));
    assert_eq!(refused.refusal(), (409, "GRANT_MIRRORED".to_owned()));
}
