//! Stock by API: figures, adding keys, fulfilling from it.

use std::collections::BTreeSet;
use std::sync::Barrier;

use diesel::prelude::*;
use keydesk::domain::entitlement::{IntegrationConfig, IssueSettings};
use keydesk::domain::ids::EntitlementId;
use keydesk::domain::staff::Role;
use keydesk::domain::stock::settings::StockSettings;
use keydesk::storage::schema::{audit_entries, batches, stock_keys};
use serde_json::{Value, json};

use crate::support::api::Program;
use crate::support::client::Visitor;
use crate::support::given::manual_settings;
use crate::support::{Receiver, TestApp, spawn_app};

/// Id, supplier, reference, note and date of a batch.
type BatchRow = (String, Option<String>, Option<String>, Option<String>, Option<i64>);

fn path(id: &EntitlementId) -> String {
    format!("/entitlements/{id}/stock")
}

/// A portal with an entitlement that has these keys.
fn stocked(keys: &[&str]) -> (TestApp, EntitlementId, Program) {
    let app = spawn_app();
    let id = app.given().entitlement();
    let agent = app.api_key(Role::Agent);
    if !keys.is_empty() {
        let added = agent.post(&path(&id), &json!({ "keys": keys }));
        assert_eq!((added.status, added.json()["added"].as_u64()), (201, Some(keys.len() as u64)), "{}", added.text);
    }
    (app, id, agent)
}

fn figures(program: &Program, id: &EntitlementId) -> Value {
    let answer = program.get(&path(id));
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[test]
fn the_figures_say_what_there_is_and_how_long_it_lasts() {
    let (app, id, agent) = stocked(&["ABCD-EFGH-JKLM-0001", "ABCD-EFGH-JKLM-0002", "ABCD-EFGH-JKLM-0003"]);
    let grant = app.given().pending_grant().of(&id).make();
    assert_eq!(agent.post(&format!("/grants/{grant}/fulfill-from-stock"), &json!({})).status, 200);
    app.given().pending_grant().of(&id).with_payment("pay_2").make();
    let found = figures(&app.api_key(Role::Viewer), &id);
    let today = app.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let expected = json!({
        "entitlement_id": id.to_string(), "available": 2, "reserved": 0, "expired": 0, "issued": 1, "quarantined": 0,
        "discarded": 0, "waiting": 1, "used_per_day": 0.04, "runs_out_on": today.tomorrow().unwrap().to_string(),
    });
    assert_eq!(found, expected);
    let empty = app.given().named_entitlement("Nothing in stock");
    let found = figures(&agent, &empty);
    assert_eq!((found["available"].as_u64(), found["runs_out_on"].is_null()), (Some(0), true));
}

#[test]
fn keys_are_added_and_each_that_is_not_is_named_with_its_reason() {
    let (app, id, agent) = stocked(&["ABCD-EFGH-JKLM-0001"]);
    app.given().delivered_grant("ABCD-EFGH-JKLM-0002");
    let body = json!({
        "keys": ["ABCD-EFGH-JKLM-0001", " ABCD-EFGH-JKLM-0003\r\n", "ABCD-EFGH-JKLM-0002", "", "AB\u{200B}CD",
                 "ABCD-EFGH-JKLM-0003", "ABCD–EFGH–JKLM–0004"],
        "supplier": "Bauplan GmbH", "reference": "4500101120", "note": "two\nlines", "use_before": "2027-01-31T00:00:00Z",
    });
    let answer = agent.post(&path(&id), &body);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let answer = answer.json();
    assert_eq!(answer["added"], 2);
    let rejected = answer["rejected"].as_array().unwrap();
    let reasons: Vec<(u64, &str)> =
        rejected.iter().map(|key| (key["index"].as_u64().unwrap(), key["reason"].as_str().unwrap())).collect();
    let expected = [(0, "in_stock"), (2, "issued"), (3, "invalid"), (4, "invalid"), (5, "duplicate_in_request")];
    assert_eq!(reasons, expected);
    assert!(rejected[3]["message"].as_str().unwrap().contains("U+200B"), "{rejected:?}");
    let warnings = answer["warnings"].as_array().unwrap();
    assert!(warnings.iter().all(|warning| warning["index"] == 6), "{warnings:?}");
    assert!(warnings.iter().any(|warning| warning["code"] == "typographic_dashes"), "{warnings:?}");
    let row: BatchRow = app.read(|conn| {
        let columns = (batches::id, batches::supplier, batches::reference, batches::note, batches::use_before);
        let batch = batches::table.filter(batches::id.eq(answer["batch_id"].as_str().unwrap()));
        batch.select(columns).first(conn).unwrap()
    });
    let note = row.3.as_deref();
    assert_eq!(
        (row.1.as_deref(), row.2.as_deref(), note),
        (Some("Bauplan GmbH"), Some("4500101120"), Some("two\nlines"))
    );
    assert_eq!(row.4, Some(1_801_353_600_000_000));
    assert_eq!(figures(&agent, &id)["available"], 3);
}

#[test]
fn the_same_request_again_adds_once() {
    let (app, id, agent) = stocked(&[]);
    let body = json!({"keys": ["ABCD-EFGH-JKLM-0001", "ABCD–EFGH–JKLM–0002", "ABCD-EFGH-JKLM-0001", ""]});
    let first = agent.post_once(&path(&id), &body, "s-1");
    let again = agent.post_once(&path(&id), &body, "s-1");
    assert_eq!((first.status, again.status, again.json()), (201, 201, first.json()));
    let other = agent.post_once(&path(&id), &json!({"keys": ["ABCD-EFGH-JKLM-0003"]}), "s-1");
    assert_eq!(other.refusal(), (422, "IDEMPOTENCY_MISMATCH".to_owned()));
    assert_eq!(figures(&agent, &id)["available"], 2);
    let count: i64 = app.read(|conn| batches::table.count().get_result(conn).unwrap());
    assert_eq!(count, 1);
    // Without an idempotency key it adds nothing either, and says so.
    let once_more = agent.post(&path(&id), &body).json();
    assert_eq!((once_more["added"].as_u64(), once_more["rejected"].as_array().unwrap().len()), (Some(0), 4));
}

#[test]
fn ten_thousand_keys_are_added_at_once_and_one_more_is_refused() {
    let (_app, id, agent) = stocked(&[]);
    let keys: Vec<String> = (0..10_001).map(|number| format!("BULK-EFGH-JKLM-{number:05}")).collect();
    let too_many = agent.post(&path(&id), &json!({ "keys": keys }));
    assert_eq!((too_many.status, too_many.fields()), (422, vec!["keys".to_owned()]));
    assert!(too_many.text.contains("10,000"), "{}", too_many.text);
    assert_eq!(figures(&agent, &id)["available"], 0);
    let added = agent.post(&path(&id), &json!({ "keys": &keys[..10_000] }));
    assert_eq!((added.status, added.json()["added"].as_u64()), (201, Some(10_000)));
    assert_eq!(figures(&agent, &id)["available"], 10_000);
}

#[test]
fn wrong_bodies_are_refused_field_by_field_and_add_nothing() {
    let (app, id, agent) = stocked(&[]);
    for (body, field) in [
        (json!({}), "keys"),
        (json!({"keys": []}), "keys"),
        (json!({"keys": "ABCD"}), "keys"),
        (json!({"keys": ["ABCD", 7]}), "keys"),
        (json!({"keys": ["ABCD"], "supplier": "x".repeat(201)}), "supplier"),
        (json!({"keys": ["ABCD"], "reference": "two\nlines"}), "reference"),
        (json!({"keys": ["ABCD"], "note": "x".repeat(1_001)}), "note"),
        (json!({"keys": ["ABCD"], "use_before": "2020-01-01T00:00:00Z"}), "use_before"),
        (json!({"keys": ["ABCD"], "use_before": "99999-01-01T00:00:00Z"}), "use_before"),
        (json!({"keys": ["ABCD"], "suplier": "x"}), "suplier"),
    ] {
        let answer = agent.post(&path(&id), &body);
        assert_eq!((answer.status, answer.fields()), (422, vec![field.to_owned()]), "{}", answer.text);
    }
    let nowhere = EntitlementId::stored("ent_000000000000000000000".to_owned());
    assert_eq!(agent.post(&path(&nowhere), &json!({"keys": ["ABCD"]})).refusal(), (404, "NOT_FOUND".to_owned()));
    assert_eq!(agent.get(&path(&nowhere)).refusal(), (404, "NOT_FOUND".to_owned()));
    let auto = app.given().auto_entitlement();
    let refused = agent.post(&path(&auto), &json!({"keys": ["ABCD"]}));
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("generates its keys"), "{}", refused.text);
    let count: i64 = app.read(|conn| stock_keys::table.count().get_result(conn).unwrap());
    assert_eq!(count, 0);
}

#[test]
fn viewers_read_the_figures_and_agents_do_the_rest() {
    let (app, id, _) = stocked(&["ABCD-EFGH-JKLM-0001"]);
    let viewer = app.api_key(Role::Viewer);
    assert_eq!(figures(&viewer, &id)["available"], 1);
    assert_eq!(viewer.post(&path(&id), &json!({"keys": ["X"]})).refusal(), (403, "FORBIDDEN".to_owned()));
    let grant = app.given().pending_grant().of(&id).make();
    let fulfill = format!("/grants/{grant}/fulfill-from-stock");
    assert_eq!(viewer.post(&fulfill, &json!({})).refusal(), (403, "FORBIDDEN".to_owned()));
    assert_eq!(figures(&viewer, &id)["available"], 1);
}

#[test]
fn a_grant_gets_the_next_key_and_an_empty_stock_leaves_it_pending() {
    let (app, id, agent) = stocked(&["ABCD-EFGH-JKLM-0001"]);
    let (first, second) =
        (app.given().pending_grant().of(&id).make(), app.given().pending_grant().of(&id).with_payment("pay_2").make());
    let fulfill = |id: &str| format!("/grants/{id}/fulfill-from-stock");
    let body = json!({"activations_limit": 5, "expires_at": "2027-01-31T12:00:00Z"});
    let answer = agent.post(&fulfill(first.as_str()), &body);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let grant = answer.json();
    assert_eq!((&grant["status"], &grant["license_key"]["key"]), (&json!("Delivered"), &json!("ABCD-EFGH-JKLM-0001")));
    assert_eq!(grant["license_key"]["activations_limit"], 5);
    assert_eq!(grant["license_key"]["expires_at"], "2027-01-31T12:00:00Z");
    let key = agent.get(&format!("/license_keys/{}", grant["license_key"]["id"].as_str().unwrap())).json();
    assert_eq!(key["source"], "import");
    let empty = agent.post(&fulfill(second.as_str()), &json!({}));
    assert_eq!(empty.refusal(), (409, "OUT_OF_STOCK".to_owned()));
    assert_eq!(empty.header("x-should-retry"), "false");
    assert_eq!(agent.get(&format!("/grants/{second}")).json()["status"], "Pending");
    let late = agent.post(&fulfill(first.as_str()), &json!({}));
    assert_eq!(late.refusal(), (409, "GRANT_NOT_PENDING".to_owned()));
    assert_eq!(agent.post(&fulfill("entg_none"), &json!({})).refusal(), (404, "NOT_FOUND".to_owned()));
    let wrong = agent.post(&fulfill(second.as_str()), &json!({"activations_limit": 0}));
    assert_eq!((wrong.status, wrong.fields()), (422, vec!["activations_limit".to_owned()]));
    app.run_outbox_until_empty();
    assert!(app.mailbox.only().to.contains(&"ada@example.com".to_owned()));
}

#[test]
fn the_same_request_again_draws_one_key() {
    let (app, id, agent) = stocked(&["ABCD-EFGH-JKLM-0001", "ABCD-EFGH-JKLM-0002"]);
    let grant = app.given().pending_grant().of(&id).make();
    let fulfill = format!("/grants/{grant}/fulfill-from-stock");
    let first = agent.post_once(&fulfill, &json!({}), "f-1");
    let again = agent.post_once(&fulfill, &json!({}), "f-1");
    assert_eq!((first.status, again.status, again.json()), (200, 200, first.json()));
    assert_eq!(figures(&agent, &id)["available"], 1);
    // Each answer shows a key that the program did not send.
    for answer in [&first, &again] {
        let request = answer.header("x-request-id");
        let reads = audit_entries::table
            .filter(audit_entries::action.eq("license_key.read").and(audit_entries::request_id.eq(request)));
        assert_eq!(app.read(|conn| reads.count().get_result::<i64>(conn).unwrap()), 1);
    }
}

#[test]
fn a_value_in_stock_cannot_be_supplied_by_hand() {
    let (app, id, agent) = stocked(&["ABCD-EFGH-JKLM-0001"]);
    let grant = app.given().pending_grant().of(&id).make();
    let typed = agent.post(&format!("/grants/{grant}/license-key"), &json!({"key": "ABCD-EFGH-JKLM-0001"}));
    assert_eq!(typed.refusal(), (409, "DUPLICATE_LICENSE_KEY".to_owned()));
    assert_eq!(agent.get(&format!("/grants/{grant}")).json()["status"], "Pending");
    assert_eq!(figures(&agent, &id)["available"], 1);
}

#[test]
fn programs_at_the_same_moment_get_a_key_each_until_there_is_none() {
    let keys: Vec<String> = (0..5).map(|number| format!("RACE-EFGH-JKLM-000{number}")).collect();
    let (app, id, _) = stocked(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    let paths: Vec<String> = (0..8)
        .map(|number| {
            let grant = app.given().pending_grant().of(&id).with_payment(&format!("pay_{number}")).make();
            format!("/grants/{grant}/fulfill-from-stock")
        })
        .collect();
    let barrier = Barrier::new(paths.len());
    let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let threads: Vec<_> = paths
            .iter()
            .map(|path| {
                let (program, barrier) = (app.api_key(Role::Agent), &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let answer = program.post(path, &json!({}));
                    (answer.status, answer.json())
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let issued: BTreeSet<&str> = answers.iter().filter_map(|(_, grant)| grant["license_key"]["key"].as_str()).collect();
    assert_eq!(issued, keys.iter().map(String::as_str).collect(), "{answers:?}");
    let refused: Vec<_> = answers.iter().filter(|(status, _)| *status != 200).collect();
    assert_eq!(refused.len(), 3);
    assert!(refused.iter().all(|(status, error)| *status == 409 && error["code"] == "OUT_OF_STOCK"), "{refused:?}");
}

#[test]
fn the_metrics_count_stock_keys_by_state() {
    let app = TestApp::builder().with("metrics_listen", "127.0.0.1:0").spawn();
    let id = app.given().entitlement();
    let agent = app.api_key(Role::Agent);
    agent.post(&path(&id), &json!({"keys": ["ABCD-EFGH-JKLM-0001", "ABCD-EFGH-JKLM-0002", "ABCD-EFGH-JKLM-0003"]}));
    let grant = app.given().pending_grant().of(&id).make();
    agent.post(&format!("/grants/{grant}/fulfill-from-stock"), &json!({}));
    let metrics = Visitor::new(app.server().metrics_address().unwrap()).get("/metrics").body;
    for line in [
        "keydesk_stock_keys{state=\"available\"} 2",
        "keydesk_stock_keys{state=\"issued\"} 1",
        "keydesk_stock_keys{state=\"discarded\"} 0",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}: {metrics}");
    }
}

#[test]
fn webhooks_are_told_once_that_a_stock_is_low_and_again_after_a_refill() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    let made =
        app.api_key(Role::Admin).post("/webhooks", &json!({"url": receiver.url(), "filter_types": ["stock.low"]}));
    assert_eq!(made.status, 201, "{}", made.text);
    let stock = StockSettings { alert_count: Some(2), ..StockSettings::default() };
    let settings = IssueSettings { stock, ..manual_settings() };
    let id = app.given().entitlement_with("Low", IntegrationConfig::LicenseKey(settings));
    let agent = app.api_key(Role::Agent);
    let fulfill = |payment: &str| {
        let grant = app.given().pending_grant().of(&id).with_payment(payment).make();
        assert_eq!(agent.post(&format!("/grants/{grant}/fulfill-from-stock"), &json!({})).status, 200);
        app.run_outbox_until_empty();
        receiver.received().len()
    };
    agent.post(&path(&id), &json!({"keys": ["ABCD-EFGH-JKLM-0001", "ABCD-EFGH-JKLM-0002", "ABCD-EFGH-JKLM-0003"]}));
    assert_eq!([fulfill("pay_1"), fulfill("pay_2"), fulfill("pay_3")], [0, 1, 1]);
    let event = receiver.received()[0].json();
    assert_eq!(event["type"], "stock.low");
    assert_eq!(event["data"]["entitlement_id"], id.as_str());
    assert_eq!(event["data"]["available"], 1);
    assert!(event["data"]["runs_out_on"].is_string(), "{event}");
    let refill: Vec<String> = (0..3).map(|number| format!("WXYZ-EFGH-JKLM-000{number}")).collect();
    agent.post(&path(&id), &json!({ "keys": refill }));
    assert_eq!([fulfill("pay_4"), fulfill("pay_5")], [1, 2]);
}

#[test]
fn the_same_request_at_the_same_moment_adds_once_and_both_are_told_the_same() {
    for round in 0..5 {
        let (app, id, _) = stocked(&[]);
        let keys: Vec<String> = (0..200).map(|number| format!("TWIN-EFGH-{round}-{number:04}")).collect();
        let body = json!({ "keys": keys });
        let barrier = Barrier::new(4);
        let agent = app.api_key(Role::Agent);
        let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
            let send = || {
                barrier.wait();
                let answer = agent.post_once(&path(&id), &body, "twin");
                (answer.status, answer.json())
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(send)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(answers[0].1["added"], 200, "{}", answers[0].1);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(figures(&agent, &id)["available"], 200);
    }
}
