//! Reports, refunds and deliveries of one sale at once.

use std::sync::Barrier;

use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use super::{all_grants, grant, id_of, sale};
use crate::support::api::{Answer, Program};
use crate::support::{TestApp, spawn_app};

/// Sends all of these at the same moment.
fn at_once(app: &TestApp, calls: &[(&str, Value)]) -> Vec<Answer> {
    let programs: Vec<Program> = calls.iter().map(|_| app.api_key(Role::Agent)).collect();
    let barrier = Barrier::new(calls.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = calls
            .iter()
            .zip(&programs)
            .map(|((path, body), program)| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    program.post(path, body)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn reports_with_a_shared_id_at_once_make_one_grant() {
    let app = spawn_app();
    let entitlement = app.given().entitlement().to_string();
    for round in 0..4 {
        let (pay, sub, ord) = (format!("pay_{round}"), format!("sub_{round}"), format!("ord_{round}"));
        let ids = [
            json!({"payment_id": pay}),
            json!({"payment_id": pay, "subscription_id": sub}),
            json!({"payment_id": pay, "external_id": ord}),
            json!({"payment_id": pay, "external_id": ord, "subscription_id": sub}),
        ];
        let calls = ids.each_ref().map(|ids| ("/grants", sale(&entitlement, ids)));
        let answers = at_once(&app, &calls);
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 200 | 201)), "{statuses:?}");
        assert_eq!(all_grants(&app).len(), round + 1);
    }
}

#[test]
fn different_ids_of_a_known_sale_at_once_add_no_more_than_was_sold() {
    let app = spawn_app();
    let entitlement = app.given().entitlement().to_string();
    let first = json!({"payment_id": "pay_1", "external_id": "ord_1", "subscription_id": "sub_1"});
    app.api_key(Role::Agent).post("/grants", &sale(&entitlement, &first));
    let ids = [json!({"payment_id": "pay_1"}), json!({"external_id": "ord_1"}), json!({"subscription_id": "sub_1"})];
    let calls = ids.map(|mut ids| {
        ids["quantity"] = json!(3);
        ("/grants", sale(&entitlement, &ids))
    });
    let answers = at_once(&app, &calls);
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 201)), "{answers:?}");
    assert_eq!(all_grants(&app).len(), 3);
}

#[test]
fn one_renewal_reported_twice_at_once_extends_once() {
    let app = spawn_app();
    let entitlement = app.given().entitlement().to_string();
    let shop = app.api_key(Role::Agent);
    let id = id_of(&shop.post("/grants", &sale(&entitlement, &json!({"subscription_id": "sub_1"}))).json());
    app.given().fulfill(&id, "BPC26-00001-AAAAA");
    let renewal = json!({"subscription_id": "sub_1", "payment_id": "pay_2"});
    let calls = [0; 4].map(|_| ("/grants", sale(&entitlement, &renewal)));
    let answers = at_once(&app, &calls);
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let renewals = super::timeline(&app, &id).iter().filter(|action| *action == "grant.renew").count();
    assert_eq!(renewals, 1);
    let end: jiff::Timestamp = grant(&app, &id)["license_key"]["expires_at"].as_str().unwrap().parse().unwrap();
    let years = app.now().to_zoned(jiff::tz::TimeZone::UTC).checked_add(jiff::Span::new().years(2)).unwrap();
    assert_eq!(end, years.timestamp());
}

#[test]
fn a_refund_and_its_sale_at_once_leave_it_revoked() {
    let app = spawn_app();
    let entitlement = app.given().entitlement().to_string();
    for round in 0..6 {
        let payment = json!({"payment_id": format!("pay_{round}")});
        let calls = [("/grants", sale(&entitlement, &payment)), ("/refunds", payment.clone())];
        let answers = at_once(&app, &calls);
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 201)), "{answers:?}");
        let shown = grant(&app, &id_of(&answers[0].json()));
        assert_eq!((&shown["status"], &shown["revocation_reason"]), (&json!("Revoked"), &json!("refund")));
    }
}

#[test]
fn a_refund_and_a_delivery_at_once_leave_the_grant_revoked_and_nothing_mailed_to_it() {
    let app = spawn_app();
    let entitlement = app.given().entitlement().to_string();
    for round in 0..6 {
        let payment = json!({"payment_id": format!("pay_{round}")});
        let id = id_of(&app.api_key(Role::Agent).post("/grants", &sale(&entitlement, &payment)).json());
        let path = format!("/grants/{id}/license-key");
        let calls = [(path.as_str(), json!({"key": format!("BPC26-0000{round}-AAAAA")})), ("/refunds", payment)];
        let answers = at_once(&app, &calls);
        assert!(matches!(answers[0].status, 200 | 409), "{answers:?}");
        assert_eq!(answers[1].json()["grant_ids"], json!([id.as_str()]), "{answers:?}");
        assert_eq!(grant(&app, &id)["status"], "Revoked");
    }
    assert_eq!(app.run_outbox_until_empty(), 0);
}

#[test]
fn a_corrected_address_and_a_delivery_at_once_send_the_key_where_the_grant_is() {
    let app = spawn_app();
    let entitlement = app.given().entitlement().to_string();
    for round in 0..6 {
        let mut report = sale(&entitlement, &json!({"payment_id": format!("pay_{round}")}));
        let id = id_of(&app.api_key(Role::Agent).post("/grants", &report).json());
        report["customer"]["email"] = json!(format!("ada{round}@example.org"));
        let path = format!("/grants/{id}/license-key");
        let calls = [(path.as_str(), json!({"key": format!("BPC26-0000{round}-AAAAA")})), ("/grants", report)];
        let answers = at_once(&app, &calls);
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
        let before = app.mailbox.count();
        app.run_outbox_until_empty();
        let detail = app.read(|conn| keydesk::storage::grants::detail::find(conn, &id).unwrap());
        assert_eq!(app.mailbox.mails()[before].to, [detail.customer.email.to_string()]);
        let is_asked = detail.tasks.len() == 1;
        assert_eq!(is_asked, detail.customer.email.as_str() == "ada@example.com");
    }
}
