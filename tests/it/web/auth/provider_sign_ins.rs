//! Signing in with an identity provider: who is let in, as whom, and with which role.

use std::sync::Barrier;

use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use crate::support::given::{PASSWORD, Person};
use crate::support::provider::{IdentityProvider, verified};
use crate::support::{TestApp, Visitor};

fn is_in(visitor: &mut Visitor) -> bool {
    visitor.get("/account").status == 200
}

/// What a new browser comes to.
fn sign_in(app: &TestApp, provider: &IdentityProvider, claims: &Value) -> (Visitor, String) {
    let mut visitor = app.anonymous();
    let page = provider.sign_in(&mut visitor, claims);
    (visitor, page.location())
}

fn let_in(app: &TestApp, provider: &IdentityProvider, claims: &Value) -> Visitor {
    let (visitor, there) = sign_in(app, provider, claims);
    assert_eq!(there, "/grants", "{claims}");
    visitor
}

fn refused(app: &TestApp, provider: &IdentityProvider, claims: &Value, why: &str) {
    let (mut visitor, there) = sign_in(app, provider, claims);
    assert_eq!(there, format!("/login?failed={why}"), "{claims}");
    assert!(!is_in(&mut visitor), "{claims}");
}

/// The latest entry of that action, as the log shows it.
fn latest(admin: &mut Visitor, action: &str) -> String {
    admin.get(&format!("/audit?action={action}")).rows().into_iter().next().unwrap_or_default()
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn path(person: &Person, act: &str) -> String {
    format!("/staff/{}{act}", person.id)
}

#[test]
fn a_second_subject_with_the_same_address_is_refused_and_the_log_says_so() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_default_role", "viewer").spawn();
    let person = app.given().staff(Role::Admin);
    let mut admin = let_in(&app, &provider, &verified("one", &person.email));
    for address in [person.email.clone(), person.email.to_uppercase(), format!(" {} ", person.email)] {
        refused(&app, &provider, &verified("two", &address), "account");
        let entry = latest(&mut admin, "staff.login_failed");
        assert!(entry.contains("other_subject") && entry.contains("identity_provider"), "{entry}");
        assert!(entry.contains(person.id.as_str()), "{entry}");
    }
    let_in(&app, &provider, &verified("one", "moved@desk.example"));
    refused(&app, &provider, &verified("two", &person.email), "account");
    assert_eq!(admin.get("/staff").rows().len(), 1, "and nobody new was made");
}

#[test]
fn the_same_subject_of_another_issuer_is_somebody_else() {
    let (one, two) = (IdentityProvider::start(), IdentityProvider::start());
    let mut app = one.portal().spawn();
    let (ada, bob) = (app.given().staff(Role::Admin), app.given().staff(Role::Agent));
    let_in(&app, &one, &verified("s", &ada.email));
    app.restart_with("oidc_issuer", &two.issuer());
    let mut visitor = let_in(&app, &two, &verified("s", &bob.email));
    assert_eq!(visitor.get("/staff").status, 403, "Bob, not Ada");
    let_in(&app, &two, &verified("t", &ada.email));
}

#[test]
fn only_a_verified_address_finds_a_person_and_no_look_alike_does() {
    let provider = IdentityProvider::start();
    let app = provider.portal().spawn();
    let person = app.given().named_staff(Role::Admin, "Kai", "kai@desk.example");
    for claims in [
        json!({ "sub": "s", "email": person.email }),
        json!({ "sub": "s", "email": person.email, "email_verified": false }),
        json!({ "sub": "s" }),
        json!({ "sub": "s", "preferred_username": person.email, "upn": person.email }),
        verified("s", "\u{212a}ai@desk.example"),
        verified("s", "kai@desk.example@else.example"),
        verified("s", "kai+x@desk.example"),
        verified("s", "kai@desk.example."),
        verified("s", "kai@desk.example, other@desk.example"),
        verified(person.id.as_str(), "other@desk.example"),
    ] {
        refused(&app, &provider, &claims, "account");
    }
    let_in(&app, &provider, &verified("s", "KAI@Desk.Example"));
}

#[test]
fn somebody_disabled_is_neither_let_in_nor_made_anew() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_default_role", "agent").spawn();
    let (known, bound) = (app.given().staff(Role::Agent), app.given().staff(Role::Agent));
    let_in(&app, &provider, &verified("bound", &bound.email));
    let mut admin = app.admin();
    admin.get("/staff");
    for person in [&known, &bound] {
        assert_eq!(admin.post(&path(person, "/status"), &[("status", "disabled"), ("reason", "Left")]).status, 303);
    }
    refused(&app, &provider, &verified("known", &known.email), "account");
    refused(&app, &provider, &verified("bound", &bound.email), "account");
    refused(&app, &provider, &verified("other", &bound.email), "account");
    assert_eq!(admin.get("/staff").rows().len(), 3);
    admin.post(&path(&bound, "/status"), &[("status", "active")]);
    let_in(&app, &provider, &verified("bound", &bound.email));
}

#[test]
fn of_two_subjects_who_sign_in_first_at_once_one_is_bound_and_the_other_refused() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_default_role", "viewer").spawn();
    let mut emails: Vec<String> = (0..4).map(|_| app.given().staff(Role::Agent).email).collect();
    emails.extend((0..4).map(|number| format!("new{number}@desk.example")));
    for email in emails {
        let travellers: Vec<(Visitor, String)> = (0..3)
            .map(|number| {
                let mut visitor = app.anonymous();
                let back = provider.way_back(&mut visitor, &verified(&format!("{email} {number}"), &email));
                (visitor, back)
            })
            .collect();
        let barrier = Barrier::new(travellers.len());
        let answers: Vec<(u16, String)> = std::thread::scope(|scope| {
            let arrive = |(mut visitor, back): (Visitor, String)| {
                barrier.wait();
                let page = visitor.get(&back);
                (page.status, page.location())
            };
            let arrivals: Vec<_> =
                travellers.into_iter().map(|traveller| scope.spawn(move || arrive(traveller))).collect();
            arrivals.into_iter().map(|arrival| arrival.join().unwrap()).collect()
        });
        let count = |there: &str| answers.iter().filter(|answer| **answer == (303, there.to_owned())).count();
        assert_eq!((count("/grants"), count("/login?failed=account")), (1, 2), "{answers:?}");
    }
}

#[test]
fn one_subject_who_signs_in_twice_at_once_the_first_time_is_let_in_twice() {
    let provider = IdentityProvider::start();
    let app = provider.portal().spawn();
    for _ in 0..4 {
        let person = app.given().staff(Role::Agent);
        let claims = verified(person.id.as_str(), &person.email);
        let barrier = Barrier::new(2);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut visitor = app.anonymous();
                    let back = provider.way_back(&mut visitor, &claims);
                    barrier.wait();
                    assert_eq!(visitor.get(&back).location(), "/grants");
                });
            }
        });
    }
}

#[test]
fn an_admin_forgets_an_identity_and_the_next_one_is_bound() {
    let provider = IdentityProvider::start();
    let app = provider.portal().spawn();
    let person = app.given().staff(Role::Agent);
    let mut admin = app.admin();
    let form = format!("form[action=\"{}\"]", path(&person, "/identity/removal"));
    assert!(!admin.get(&path(&person, "")).has(&form), "there is nothing to forget");
    let mut visitor = let_in(&app, &provider, &verified("one", &person.email));
    let page = admin.get(&path(&person, ""));
    assert!(page.has(&form) && page.text_of(".facts").contains(&provider.issuer()), "{}", page.body);

    assert_eq!(admin.post(&path(&person, "/identity/removal"), &[]).status, 303);
    assert!(admin.get(&path(&person, "")).flash().contains("unlinked"));
    assert!(!is_in(&mut visitor), "the sessions have ended");
    let entry = latest(&mut admin, "staff.identity_remove");
    assert!(entry.contains(&provider.issuer()) && entry.contains(person.id.as_str()), "{entry}");
    let_in(&app, &provider, &verified("two", &person.email));
    refused(&app, &provider, &verified("one", &person.email), "account");

    admin.post(&path(&person, "/identity/removal"), &[]);
    admin.post(&path(&person, "/identity/removal"), &[]);
    assert!(admin.get(&path(&person, "")).flash().contains("no identity"));
    assert_eq!(admin.get("/audit?action=staff.identity_remove").rows().len(), 2);
}

#[test]
fn nobody_forgets_their_own_identity() {
    let provider = IdentityProvider::start();
    let app = provider.portal().spawn();
    let person = app.given().staff(Role::Admin);
    let mut admin = let_in(&app, &provider, &verified("one", &person.email));
    admin.get("/staff");
    assert_eq!(admin.post(&path(&person, "/identity/removal"), &[]).status, 409);
    assert!(is_in(&mut admin));
}

#[test]
fn a_role_that_is_taken_away_at_the_provider_is_taken_away_here() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_role_claim", "desk_role").spawn();
    let person = app.given().staff(Role::Agent);
    let mut admin = app.admin();
    let claims = verified("s", &person.email);
    let none = [json!(null), json!("nobody"), json!("Admin"), json!([]), json!(["staff", "x"]), json!("agent admin")];
    for taken_away in none {
        let mut visitor = let_in(&app, &provider, &with(claims.clone(), "desk_role", json!("agent")));
        assert_eq!(visitor.get("/audit").status, 200);
        refused(&app, &provider, &with(claims.clone(), "desk_role", taken_away), "role");
        assert!(!is_in(&mut visitor), "the old session has ended");
        let entry = latest(&mut admin, "staff.login_failed");
        assert!(entry.contains("no_role") && entry.contains(person.id.as_str()), "{entry}");
    }
    let page = app.anonymous().get("/login?failed=role");
    assert_eq!(page.errors(), ["Your organization has not given you a role here. Ask an administrator."]);
    let mut visitor = let_in(&app, &provider, &with(claims.clone(), "desk_role", json!("agent")));
    let mut lowered = let_in(&app, &provider, &with(claims, "desk_role", json!("viewer")));
    assert!(!is_in(&mut visitor), "a changed role ends the sessions");
    assert_eq!(lowered.get("/audit").status, 403);
    refused(&app, &provider, &verified("new", "new@desk.example"), "role");
}

#[test]
fn without_a_role_nobody_is_bound_or_signed_out_by_their_address() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_role_claim", "desk_role").spawn();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    refused(&app, &provider, &verified("stranger", &person.email), "role");
    assert!(is_in(&mut visitor));
    let_in(&app, &provider, &with(verified("own", &person.email), "desk_role", json!("agent")));
}

#[test]
fn without_a_known_role_the_default_counts() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_role_claim", "desk_role").with("oidc_default_role", "viewer").spawn();
    app.given().staff(Role::Admin);
    let claims = verified("s", "bob@desk.example");
    for (role, audit) in [(json!("agent"), 200), (json!(["x"]), 403), (json!("agent"), 200), (json!(null), 403)] {
        let mut visitor = let_in(&app, &provider, &with(claims.clone(), "desk_role", role));
        assert_eq!(visitor.get("/audit").status, audit);
    }
}

#[test]
fn of_a_list_the_highest_known_role_counts_also_where_it_is_nested() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_role_claim", "realm_access.roles").spawn();
    app.given().staff(Role::Admin);
    let person = app.given().staff(Role::Viewer);
    let claims = verified("s", &person.email);
    for (roles, audit, staff) in [
        (json!(["staff", "agent", "viewer"]), 200, 403),
        (json!(["viewer", "offline_access", "admin", "agent"]), 200, 200),
        (json!([7, "viewer"]), 403, 403),
    ] {
        let claims = with(claims.clone(), "realm_access", json!({ "roles": roles }));
        let mut visitor = let_in(&app, &provider, &claims);
        assert_eq!((visitor.get("/audit").status, visitor.get("/staff").status), (audit, staff), "{roles}");
    }
}

#[test]
fn the_last_admin_stays_one_and_comes_in_whatever_the_provider_says() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_role_claim", "desk_role").spawn();
    let person = app.given().staff(Role::Admin);
    for role in [json!("viewer"), json!("nobody"), json!(null)] {
        let claims = with(verified("s", &person.email), "desk_role", role);
        assert_eq!(let_in(&app, &provider, &claims).get("/staff").status, 200);
    }
    app.given().staff(Role::Admin);
    refused(&app, &provider, &verified("s", &person.email), "role");
}

#[test]
fn without_a_role_claim_roles_are_managed_here() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_default_role", "viewer").spawn();
    let person = app.given().staff(Role::Agent);
    let claims = with(verified("s", &person.email), "role", json!("admin"));
    assert_eq!(let_in(&app, &provider, &claims).get("/staff").status, 403);
    assert_eq!(let_in(&app, &provider, &claims).get("/audit").status, 200);
}
