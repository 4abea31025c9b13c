//! One value once, unless the entitlement says that its key is shared.

use std::sync::Barrier;

use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, spawn_app};

const KEY: &str = "VOLUME-KEY-0001";

/// An entitlement whose key is shared, as an admin makes it.
fn shared(app: &TestApp) -> EntitlementId {
    let body = json!({
        "name": "Volume license", "integration_type": "license_key",
        "integration_config": {"fulfillment_mode": "manual", "activations_limit": 2, "key_is_shared": true}
    });
    let made = app.api_key(Role::Admin).post("/entitlements", &body).json();
    assert_eq!(made["integration_config"]["key_is_shared"], true);
    EntitlementId::parse(made["id"].as_str().expect("an id")).expect("an id")
}

fn pending(app: &TestApp, entitlement: &EntitlementId, number: usize) -> GrantId {
    app.given().pending_grant().of(entitlement).for_customer(&format!("buyer{number}@example.com")).make()
}

fn fulfill(app: &TestApp, id: &GrantId) -> (u16, Value) {
    let answer = app.api_key(Role::Agent).post(&format!("/grants/{id}/license-key"), &json!({"key": KEY}));
    (answer.status, serde_json::from_str(&answer.text).unwrap_or(Value::Null))
}

fn is_valid(app: &TestApp, body: &Value) -> bool {
    app.program(None).post("/licenses/validate", body).json()["valid"].as_bool().expect("an answer")
}

fn activate(app: &TestApp, name: &str) -> (u16, Value) {
    let answer = app.program(None).post("/licenses/activate", &json!({"license_key": KEY, "name": name}));
    (answer.status, answer.json())
}

#[test]
fn several_customers_may_have_a_shared_key_and_nobody_is_told_whose_it_is() {
    let app = spawn_app();
    let entitlement = shared(&app);
    let grants: Vec<GrantId> = (0..3).map(|number| pending(&app, &entitlement, number)).collect();
    for id in &grants {
        let (status, grant) = fulfill(&app, id);
        assert_eq!((status, &grant["license_key"]["key"], grant.get("warnings")), (200, &json!(KEY), None));
        // Which is older must be known.
        app.advance(jiff::SignedDuration::from_secs(1));
    }
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails().len(), 3);
    let agent = app.api_key(Role::Agent);
    let key_ids: Vec<Value> =
        grants.iter().map(|id| agent.get(&format!("/grants/{id}")).json()["license_key"]["id"].clone()).collect();
    assert!(key_ids[0] != key_ids[1] && key_ids[1] != key_ids[2]);

    let mut used = Vec::new();
    for number in 0..6 {
        let (status, activation) = activate(&app, &format!("Device {number}"));
        assert_eq!(status, 201, "{activation}");
        assert_eq!((&activation["customer"]["email"], &activation["customer"]["name"]), (&json!(""), &json!("")));
        assert_eq!(activation["customer"]["customer_id"], "");
        used.push((activation["license_key_id"].clone(), activation["id"].clone()));
    }
    let counted: Vec<Value> = used.iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(counted, [0, 0, 1, 1, 2, 2].map(|at| key_ids[at].clone()), "the oldest with room");
    assert_eq!(activate(&app, "Seventh").0, 422);

    let admin = app.api_key(Role::Admin);
    let revoke = |id: &GrantId| admin.delete(&format!("/entitlements/{entitlement}/grants/{id}"));
    revoke(&grants[0]);
    assert!(is_valid(&app, &json!({"license_key": KEY})), "two are live");
    let of_first = json!({"license_key": KEY, "license_key_instance_id": used[0].1});
    let of_last = json!({"license_key": KEY, "license_key_instance_id": used[5].1});
    assert!(!is_valid(&app, &of_first) && is_valid(&app, &of_last));
    assert_eq!(app.program(None).post("/licenses/deactivate", &of_last).status, 200);
    assert_eq!(activate(&app, "Again").1["license_key_id"], key_ids[2]);
    revoke(&grants[1]);
    assert!(is_valid(&app, &json!({"license_key": KEY})), "one is live");
    revoke(&grants[2]);
    assert!(!is_valid(&app, &json!({"license_key": KEY})));
    assert_eq!(activate(&app, "Late").0, 403);

    let page = app.agent().post("/search", &[("q", KEY)]);
    assert_eq!((page.status, page.location()), (303, format!("/grants?entitlement_id={entitlement}")));
}

#[test]
fn a_shared_key_is_not_issued_for_anything_else() {
    let app = spawn_app();
    let (entitlement, other) = (shared(&app), shared(&app));
    let (first, second) = (pending(&app, &entitlement, 0), pending(&app, &entitlement, 1));
    assert_eq!(fulfill(&app, &first).0, 200);
    assert_eq!(fulfill(&app, &pending(&app, &other, 2)).0, 409, "another entitlement that shares its key");
    let exclusive = app.given().pending_grant().for_customer("x@example.com").make();
    assert_eq!(fulfill(&app, &exclusive).0, 409, "an entitlement that does not");
    let grant = app.api_key(Role::Agent).get(&format!("/grants/{first}")).json();
    let product = app.api_key(Role::Admin).get(&format!("/entitlements/{entitlement}")).json()["product_id"].clone();
    let body = json!({"customer_id": grant["customer_id"], "product_id": product, "key": KEY});
    assert_eq!(app.api_key(Role::Agent).post("/license_keys", &body).refusal().0, 409, "an imported key");

    let path = format!("/entitlements/{entitlement}");
    let mut admin = app.admin();
    assert!(admin.get(&format!("{path}/edit")).has("#key_is_shared[checked]"));
    assert_eq!(admin.post(&path, &[("name", "Volume"), ("fulfillment_mode", "manual")]).status, 303);
    assert_eq!(fulfill(&app, &second).0, 409, "it is shared no longer");
    let fields = [("name", "Volume"), ("fulfillment_mode", "manual"), ("key_is_shared", "yes")];
    assert_eq!(admin.post(&path, &fields).status, 303);
    assert_eq!(fulfill(&app, &second).0, 200);
}

#[test]
fn of_many_at_once_all_get_a_shared_key_and_one_an_exclusive_one() {
    let app = spawn_app();
    let (sharing, exclusive) = (shared(&app), app.given().entitlement());
    for round in 0..3 {
        let key = format!("RACED-KEY-{round}");
        let number = |at: usize| round * 100 + at;
        let shared: Vec<GrantId> = (0..8).map(|at| pending(&app, &sharing, number(at))).collect();
        let single: Vec<GrantId> = (10..18).map(|at| pending(&app, &exclusive, number(at))).collect();
        // In the first round the shared ones are among themselves, then the exclusive ones, then all together.
        let ids: Vec<&GrantId> = match round {
            0 => shared.iter().collect(),
            1 => single.iter().collect(),
            _ => shared.iter().chain(&single).collect(),
        };
        let barrier = Barrier::new(ids.len());
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let threads: Vec<_> = ids
                .iter()
                .map(|id| {
                    let (app, barrier, key) = (&app, &barrier, &key);
                    let agent = app.api_key(Role::Agent);
                    scope.spawn(move || {
                        barrier.wait();
                        agent.post(&format!("/grants/{id}/license-key"), &json!({"key": key})).status
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        let (of_shared, of_single) = match round {
            0 => (&statuses[..], &[][..]),
            1 => (&[][..], &statuses[..]),
            _ => statuses.split_at(8),
        };
        let won = |statuses: &[u16]| statuses.iter().filter(|status| **status == 200).count();
        assert!(statuses.iter().all(|status| matches!(status, 200 | 409)), "{statuses:?}");
        match round {
            0 => assert_eq!(won(of_shared), 8, "{statuses:?}"),
            1 => assert_eq!(won(of_single), 1, "{statuses:?}"),
            _ => assert!(
                won(of_shared) == 8 && won(of_single) == 0 || won(of_shared) == 0 && won(of_single) == 1,
                "{statuses:?}"
            ),
        }
    }
}
