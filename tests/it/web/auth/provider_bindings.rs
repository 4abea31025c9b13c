//! When a subject of the identity provider is bound to somebody, and what a binding that ends takes with it.

use std::sync::Barrier;

use keydesk::domain::actor::{Actor, Who};
use keydesk::domain::staff::Role;
use keydesk::storage::staff;
use keydesk::usecases::auth::passkeys::{PasskeyCaller, reserve_passkey_try, sign_in_with_passkey};
use keydesk::usecases::auth::second_step::SecondStep;
use keydesk::usecases::auth::sign_in_with_provider::{SignInWithProvider, sign_in_with_provider};
use keydesk::usecases::auth::signed_in::Method;
use keydesk::usecases::staff::forget_identity::forget_identity;
use serde_json::json;

use super::passwords::{ask_for_link, mailed_link};
use super::second_factor::{is_in, type_code};
use crate::support::given::{Person, actor};
use crate::support::provider::{IdentityProvider, verified};
use crate::support::{TestApp, Visitor};

/// The subjects that are bound to somebody.
fn subjects(app: &TestApp, person: &Person) -> Vec<String> {
    let bindings = app.read(|conn| staff::identities::of_staff(conn, &person.id).unwrap());
    bindings.into_iter().map(|binding| binding.subject).collect()
}

fn role(app: &TestApp, person: &Person) -> Role {
    app.read(|conn| staff::find(conn, &person.id).unwrap()).unwrap().role
}

/// Somebody who has come back from the provider and is asked for the second factor.
fn half_way(app: &TestApp, provider: &IdentityProvider, claims: &serde_json::Value) -> Visitor {
    let mut visitor = app.anonymous();
    assert_eq!(provider.sign_in(&mut visitor, claims).location(), "/login/code", "{claims}");
    visitor
}

#[test]
fn a_subject_that_is_new_here_changes_nothing_until_the_second_factor_was_right() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_role_claim", "desk_role").spawn();
    let person = app.given().staff(Role::Agent);
    let (phone, codes) = app.given().second_factor(&person);
    ask_for_link(&mut app.anonymous(), &person.email);
    let link = mailed_link(&app);
    let mut stranger_claims = verified("stranger", &person.email);
    stranger_claims["desk_role"] = json!("admin");
    let mut stranger = half_way(&app, &provider, &stranger_claims);
    assert_eq!(type_code(&mut stranger, "000000").status, 422);
    assert_eq!((subjects(&app, &person), role(&app, &person)), (vec![], Role::Agent));
    assert_eq!(app.anonymous().get(&link).status, 200, "the mailed link still works");
    stranger_claims["desk_role"] = json!("nobody");
    assert_eq!(provider.sign_in(&mut app.anonymous(), &stranger_claims).location(), "/login?failed=role");
    assert_eq!(stranger.get("/login/code").status, 200, "and no refusal of a stranger ends anybody's access");

    let mut claims = verified("own", &person.email);
    claims["desk_role"] = json!("viewer");
    let mut own = half_way(&app, &provider, &claims);
    let page = type_code(&mut own, &phone.next_code(&app));
    assert_eq!((page.status, page.location().as_str()), (303, "/grants"));
    assert!(is_in(&mut own), "with the stamp that the new role has given");
    assert_eq!((subjects(&app, &person), role(&app, &person)), (vec!["own".to_owned()], Role::Viewer));
    assert_eq!(app.anonymous().get(&link).status, 404);
    assert!(app.admin().get("/audit?action=staff.identity_add").rows()[0].contains(&provider.issuer()));

    type_code(&mut stranger, &codes[0]);
    assert!(!is_in(&mut stranger));
    claims["email"] = json!("moved@desk.example");
    let mut again = half_way(&app, &provider, &claims);
    assert_eq!(type_code(&mut again, &codes[0]).status, 303, "the subject is known, the code was not used up");
    assert!(is_in(&mut again));
}

#[test]
fn of_two_subjects_who_wait_for_the_second_factor_at_once_one_is_bound() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with_system_clock().spawn();
    for round in 0..4 {
        let person = app.given().staff(Role::Agent);
        let (_, codes) = app.given().second_factor(&person);
        let mut visitors: Vec<(Visitor, String)> = (0..3)
            .map(|number| {
                let claims = verified(&format!("{number} of {}", person.id), &person.email);
                let mut visitor = half_way(&app, &provider, &claims);
                visitor.get("/login/code");
                (visitor, codes[number].clone())
            })
            .collect();
        let barrier = Barrier::new(visitors.len());
        std::thread::scope(|scope| {
            for (visitor, code) in &mut visitors {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    assert_eq!(visitor.post("/login/code", &[("code", code.as_str())]).status, 303);
                });
            }
        });
        let inside: Vec<usize> = (0..visitors.len()).filter(|number| is_in(&mut visitors[*number].0)).collect();
        assert_eq!(inside.len(), 1, "round {round}");
        assert_eq!(subjects(&app, &person), [format!("{} of {}", inside[0], person.id)]);
    }
}

#[test]
fn one_subject_who_waits_in_two_browsers_gets_into_both() {
    let provider = IdentityProvider::start();
    let app = provider.portal().spawn();
    let person = app.given().staff(Role::Agent);
    let (_, codes) = app.given().second_factor(&person);
    let claims = verified("own", &person.email);
    let (mut one, mut two) = (half_way(&app, &provider, &claims), half_way(&app, &provider, &claims));
    assert_eq!(type_code(&mut one, &codes[0]).status, 303);
    assert_eq!(type_code(&mut two, &codes[1]).status, 303);
    assert!(is_in(&mut one) && is_in(&mut two));
    assert_eq!(subjects(&app, &person), ["own"]);
}

#[test]
fn a_passkey_as_the_second_factor_binds_the_subject_too() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_role_claim", "desk_role").spawn();
    let ctx = app.context();
    let person = app.given().staff(Role::Agent);
    app.given().passkey(&person);
    let stored = app.read(|conn| staff::passkeys::of_staff(conn, &person.id).unwrap());
    let stored = app.read(|conn| staff::passkeys::find(conn, stored[0].id.as_str().as_bytes()).unwrap()).unwrap();
    let first = |subject: &str| {
        let command = SignInWithProvider {
            issuer: provider.issuer(),
            subject: subject.to_owned(),
            email: Some(person.email.clone()),
            name: None,
            roles: vec!["viewer".to_owned()],
            actor: Actor { who: Who::Unknown, ..actor() },
        };
        let done = sign_in_with_provider(ctx, &command).unwrap();
        assert!(done.needs_code && subjects(&app, &person).is_empty());
        PasskeyCaller::SecondStep(SecondStep {
            staff_id: done.staff_id,
            security_stamp: done.security_stamp,
            first: Method::Provider,
            pending_identity: done.pending_identity,
            browser: None,
            address: None,
            request_id: None,
        })
    };
    let (own, other) = (first("own"), first("other"));
    let attempt = reserve_passkey_try(ctx, &own).unwrap();
    let signed_in = sign_in_with_passkey(ctx, &own, &attempt, &stored, "{}").unwrap().unwrap();
    let now = app.read(|conn| staff::find(conn, &person.id).unwrap()).unwrap();
    assert_eq!((signed_in.security_stamp, now.role), (now.security_stamp, Role::Viewer));
    assert_eq!(subjects(&app, &person), ["own"]);
    let attempt = reserve_passkey_try(ctx, &other).unwrap();
    assert!(sign_in_with_passkey(ctx, &other, &attempt, &stored, "{}").unwrap().is_none());
    assert_eq!(subjects(&app, &person), ["own"]);
}

#[test]
fn no_sign_in_that_races_the_forgetting_of_its_identity_gets_in() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with_system_clock().spawn();
    for round in 0..8 {
        let person = app.given().staff(Role::Agent);
        let subject = person.id.to_string();
        let mut visitor = app.anonymous();
        assert_eq!(provider.sign_in(&mut visitor, &verified(&subject, &person.email)).location(), "/grants");
        let mut travellers: Vec<(Visitor, String)> = (0..3)
            .map(|_| {
                let mut visitor = app.anonymous();
                let back = provider.way_back(&mut visitor, &verified(&subject, "moved@desk.example"));
                (visitor, back)
            })
            .collect();
        let barrier = Barrier::new(travellers.len() + 1);
        std::thread::scope(|scope| {
            for (visitor, back) in &mut travellers {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    assert_eq!(visitor.get(back).status, 303);
                });
            }
            scope.spawn(|| {
                barrier.wait();
                assert!(forget_identity(app.context(), &person.id, &actor()).unwrap());
            });
        });
        let inside = travellers.iter_mut().map(|(visitor, _)| is_in(visitor)).filter(|is_in| *is_in).count();
        assert_eq!(inside, 0, "round {round}: a binding that was read before it was deleted lets nobody in");
    }
}
