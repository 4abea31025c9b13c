//! Erasing while sales come in, grants move and e-mails go out.

use std::sync::Barrier;

use keydesk::domain::actor::{Actor, Who};
use keydesk::domain::customer::EmailAddress;
use keydesk::domain::license_key::presented::PresentedKey;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;
use keydesk::usecases::customers::erase::Erasure;
use keydesk::usecases::grants::resend_email::{Moves, ResendEmail, ResendEmailError, resend_email};
use keydesk::usecases::license_keys::activate::{ActivateLicenseKey, activate_license_key};
use keydesk::usecases::license_keys::deactivate_instance::deactivate_license_key_instance;
use keydesk::usecases::license_keys::update::{LicenseKeyChange, update_license_key};
use serde_json::json;

use super::erasure_moves::{KEY, TYPO, TYPO_NAME, actor, customer_of, erase, found};
use crate::support::{TestApp, spawn_app};

/// Runs both at the same moment.
pub fn at_once<A: Send, B: Send>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
    let barrier = Barrier::new(2);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            barrier.wait();
            one()
        });
        barrier.wait();
        let second = other();
        (first.join().expect("no panic"), second)
    })
}

const ROUNDS: usize = 12;

#[test]
fn a_sale_that_comes_in_during_an_erasure_comes_before_it_or_after_it() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let sold = || app.given().pending_grant().of(&entitlement).for_customer(TYPO);
    for round in 0..ROUNDS {
        let grant = sold().named(TYPO_NAME).make();
        let id = customer_of(&app, &grant);
        let name = format!("Newly Named {round}");
        let ((), sale) = at_once(
            || {
                erase(&app, &id);
            },
            || sold().named(&name).with_metadata("{\"who\":\"Newly Named\"}").make(),
        );
        assert_eq!(erase(&app, &id), Erasure::WasDone, "round {round}");
        let owner = customer_of(&app, &sale);
        if owner != id {
            erase(&app, &owner);
        }
        assert_eq!(found(&app, "Newly Named"), None, "round {round}");
    }
}

#[test]
fn a_sale_to_a_customers_id_during_their_erasure_does_not_bring_the_address_back() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let api = app.api_key(Role::Agent);
    for round in 0..ROUNDS {
        let grant = app.given().pending_grant().of(&entitlement).for_customer(TYPO).named(TYPO_NAME).make();
        let id = customer_of(&app, &grant);
        let sale = json!({"entitlement_id": entitlement.as_str(), "customer_id": id.as_str()});
        let ((), answer) = at_once(
            || {
                erase(&app, &id);
            },
            || api.post("/grants", &sale),
        );
        assert!(matches!(answer.refusal(), (201 | 409, _)), "{}", answer.text);
        assert_eq!(erase(&app, &id), Erasure::WasDone, "round {round}");
        assert_eq!(found(&app, TYPO), None, "round {round}");
    }
}

#[test]
fn a_grant_that_moves_during_an_erasure_is_erased_or_moved_and_nothing_is_left() {
    let app = spawn_app();
    for round in 0..ROUNDS {
        let real = format!("real{round}@example.com");
        let known = app.given().pending_grant().for_customer(&real).named("Bob Real").make();
        let grant = app.given().pending_grant().for_customer(TYPO).named(TYPO_NAME).make();
        app.given().fulfill(&grant, &format!("{KEY}-{round}"));
        app.run_outbox_until_empty();
        let (from, to) = (customer_of(&app, &grant), customer_of(&app, &known));
        // The one who loses the grant, or the one who gets it.
        let erased = if round % 2 == 0 { &from } else { &to };
        let command = ResendEmail {
            grant_id: grant.clone(),
            email: Some(EmailAddress::parse(&real).unwrap()),
            moves: Moves::ToAnybody,
            idempotency_key: None,
            actor: actor(),
        };
        let ((), moved) = at_once(
            || {
                erase(&app, erased);
            },
            || resend_email(app.context(), &command),
        );
        assert!(
            matches!(moved, Ok(_) | Err(ResendEmailError::Erased | ResendEmailError::NothingToSend(_))),
            "{moved:?}"
        );
        assert_eq!(erase(&app, erased), Erasure::WasDone, "round {round}");
        if round % 2 == 0 {
            assert_eq!(found(&app, TYPO), None, "round {round}");
        }
        app.run_outbox_until_empty();
        assert_eq!(erase(&app, erased), Erasure::WasDone, "round {round}");
        erase(&app, &from);
        erase(&app, &to);
        erase(&app, &customer_of(&app, &grant));
        assert_eq!(found(&app, TYPO), None, "round {round}");
        assert_eq!(found(&app, &real), None, "round {round}");
    }
}

#[test]
fn an_email_that_goes_out_during_an_erasure_leaves_nothing() {
    let app = TestApp::builder().keeping_mail().spawn();
    for round in 0..ROUNDS {
        let grant = app.given().pending_grant().for_customer(TYPO).named(TYPO_NAME).make();
        app.given().fulfill(&grant, &format!("{KEY}-{round}"));
        let id = customer_of(&app, &grant);
        at_once(
            || {
                erase(&app, &id);
            },
            || app.run_outbox_until_empty(),
        );
        assert_eq!(erase(&app, &id), Erasure::WasDone, "round {round}");
        for text in [TYPO, TYPO_NAME] {
            assert_eq!(found(&app, text), None, "{text} in round {round}");
        }
    }
}

#[test]
fn devices_that_are_deactivated_during_an_erasure_do_not_stop_it() {
    let app = spawn_app();
    let stranger = Actor { who: Who::Unknown, address: None, request_id: None };
    for round in 0..ROUNDS {
        let grant = app.given().pending_grant().for_customer(TYPO).named(TYPO_NAME).make();
        let key = format!("{KEY}-{round}");
        app.given().fulfill(&grant, &key);
        let key_id = app.read(|conn| grants::find(conn, &grant).unwrap().license_key_id).unwrap();
        let no_limit = LicenseKeyChange { activations_limit: Some(None), ..LicenseKeyChange::default() };
        update_license_key(app.context(), &key_id, &no_limit, &actor()).unwrap();
        let devices: Vec<_> = (0..30)
            .map(|number| {
                let command = ActivateLicenseKey {
                    key: PresentedKey::parse(&key).unwrap(),
                    name: format!("Device {number}"),
                    idempotency_key: None,
                    actor: stranger.clone(),
                };
                activate_license_key(app.context(), &command).unwrap().id
            })
            .collect();
        let id = customer_of(&app, &grant);
        at_once(
            || {
                erase(&app, &id);
            },
            || {
                for device in &devices {
                    deactivate_license_key_instance(app.context(), &key_id, device, &stranger).unwrap();
                }
            },
        );
        assert_eq!(erase(&app, &id), Erasure::WasDone, "round {round}");
    }
}
