//! An identity provider that is slow, away or changes its keys, and what the portal does meanwhile.

use std::sync::mpsc;

use jiff::SignedDuration;
use keydesk::domain::staff::Role;

use crate::support::provider::{DISCOVERY, IdentityProvider, TOKEN, verified};
use crate::support::{TestApp, Visitor};

fn depart(app: &TestApp) -> (u16, Option<String>) {
    let page = app.anonymous().get("/login/provider");
    (page.status, page.header("retry-after").map(str::to_owned))
}

/// A page of somebody signed in, and the answer to the load balancer.
fn portal_answers(app: &TestApp, visitor: &mut Visitor) {
    assert_eq!(visitor.get("/grants").status, 200);
    assert_eq!(app.anonymous().get("/readyz").status, 200);
    assert_eq!(app.anonymous().get("/login").status, 200);
}

#[test]
fn forty_who_wait_for_a_provider_that_hangs_hold_up_nobody_else() {
    let provider = IdentityProvider::start();
    let app = provider.portal().spawn();
    let mut visitor = app.agent();
    provider.hold(Some(DISCOVERY));
    std::thread::scope(|scope| {
        let departures: Vec<_> = (0..40).map(|_| scope.spawn(|| depart(&app))).collect();
        provider.wait_for(DISCOVERY, 1);
        for _ in 0..5 {
            portal_answers(&app, &mut visitor);
        }
        assert_eq!(provider.given_up(), 0, "nobody has to wait until the portal gives the provider up");
        for departure in departures {
            assert_eq!(departure.join().unwrap(), (503, Some("5".to_owned())));
        }
    });
    assert_eq!(provider.count(DISCOVERY), 1, "one asks for all");
    let page = app.anonymous().get("/login/provider");
    assert_eq!((page.status, page.heading().as_str()), (503, "Your organization’s sign-in is busy"));
    assert!(page.links().contains(&"/login".to_owned()));
    // The answer that nobody waits for any more is everybody's.
    provider.hold(None);
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    assert_eq!(provider.sign_in(&mut visitor, &verified("s", &person.email)).location(), "/grants");
    assert_eq!(provider.count(DISCOVERY), 1);
}

#[test]
fn four_exchange_their_codes_at_a_time_and_others_are_told_to_come_back() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_default_role", "viewer").spawn();
    let mut agent = app.agent();
    let travellers: Vec<(Visitor, String)> = (0..7)
        .map(|number| {
            let mut visitor = app.anonymous();
            let claims = verified(&format!("s{number}"), &format!("new{number}@desk.example"));
            let back = provider.way_back(&mut visitor, &claims);
            (visitor, back)
        })
        .collect();
    provider.hold(Some(TOKEN));
    let (arrived, arrivals) = mpsc::channel();
    std::thread::scope(|scope| {
        for (mut visitor, back) in travellers {
            let arrived = arrived.clone();
            scope.spawn(move || {
                let page = visitor.get(&back);
                arrived.send((page.status, page.header("retry-after").map(str::to_owned))).unwrap();
            });
        }
        provider.wait_for(TOKEN, 4);
        portal_answers(&app, &mut agent);
        assert_eq!(provider.given_up(), 0);
        for _ in 0..3 {
            assert_eq!(arrivals.recv().unwrap(), (503, Some("5".to_owned())));
        }
        assert_eq!(provider.count(TOKEN), 4);
        provider.hold(None);
        for _ in 0..4 {
            assert_eq!(arrivals.recv().unwrap().0, 303);
        }
    });
}

#[test]
fn what_the_provider_publishes_is_asked_for_once_in_ten_minutes() {
    let provider = IdentityProvider::start();
    let app = provider.portal().spawn();
    let person = app.given().staff(Role::Agent);
    let sign_in = || provider.sign_in(&mut app.anonymous(), &verified("s", &person.email)).location();
    for minutes in [0, 5, 4] {
        app.advance(SignedDuration::from_mins(minutes));
        assert_eq!(sign_in(), "/grants");
        assert_eq!(provider.count(DISCOVERY), 1);
    }
    app.advance(SignedDuration::from_mins(2));
    assert_eq!(sign_in(), "/grants");
    assert_eq!(provider.count(DISCOVERY), 2);
}

#[test]
fn a_changed_key_is_fetched_at_once_but_once_a_minute() {
    let provider = IdentityProvider::start();
    let app = provider.portal().spawn();
    let person = app.given().staff(Role::Agent);
    let sign_in = || provider.sign_in(&mut app.anonymous(), &verified("s", &person.email)).location();
    assert_eq!(sign_in(), "/grants");
    provider.change_key();
    app.advance(SignedDuration::from_secs(61));
    assert_eq!(sign_in(), "/grants");
    assert_eq!(provider.count(DISCOVERY), 2);
    provider.change_key();
    assert_eq!(sign_in(), "/login?failed=provider");
    assert_eq!(provider.count(DISCOVERY), 2);
    app.advance(SignedDuration::from_secs(61));
    assert_eq!(sign_in(), "/grants");
    assert_eq!(provider.count(DISCOVERY), 3);
}

#[test]
fn a_provider_that_failed_is_asked_again_by_the_next_visitor() {
    let provider = IdentityProvider::start();
    let app = provider.portal().spawn();
    let person = app.given().staff(Role::Agent);
    provider.break_down(true);
    let page = app.anonymous().get("/login/provider");
    assert_eq!(page.location(), "/login?failed=provider");
    assert_eq!(
        app.anonymous().get("/login?failed=provider").errors(),
        ["Signing in with your organization failed. Try again, or sign in with your password."]
    );
    provider.break_down(false);
    let mut visitor = app.anonymous();
    assert_eq!(provider.sign_in(&mut visitor, &verified("s", &person.email)).location(), "/grants");
}
