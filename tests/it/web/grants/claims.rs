//! Taking, extending, taking over, releasing, taking the next.

use jiff::SignedDuration;
use keydesk::domain::entitlement::IntegrationType;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;
use keydesk::storage::grants::detail::GrantDetail;

use crate::support::given::PASSWORD;
use crate::support::{TestApp, spawn_app};

fn detail(app: &TestApp, id: &GrantId) -> GrantDetail {
    app.read(|conn| grants::detail::find(conn, id).expect("the grant"))
}

fn actions(app: &TestApp, id: &GrantId) -> Vec<String> {
    detail(app, id).timeline.into_iter().map(|entry| entry.action).collect()
}

#[test]
fn strangers_and_viewers_take_nothing() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut viewer = app.viewer();
    for path in ["/grants/take-next".to_owned(), format!("/grants/{id}/claim"), format!("/grants/{id}/release")] {
        assert_eq!(viewer.post(&path, &[]).status, 403, "{path}");
        let stranger = app.anonymous().post_raw(&path, &[], &[("origin", &format!("http://{}", app.address))]);
        assert!(stranger.status == 401, "{path}: {}", stranger.status);
        assert_eq!(viewer.get(&path).status, 303, "{path}");
    }
    assert!(detail(&app, &id).grant.claim.is_none());
}

#[test]
fn taking_a_grant_holds_it_for_a_quarter_of_an_hour_and_opens_its_form() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let page = agent.post(&format!("/grants/{id}/claim"), &[]);
    assert_eq!((page.status, page.location()), (303, format!("/grants/{id}/fulfillment/new")));
    let form = agent.follow(page);
    assert!(form.flash().contains("until 10:15"));
    assert!(form.has(&format!("form[action='/grants/{id}/release']")));
    assert_eq!(actions(&app, &id)[0], "grant.claim");
    app.advance(SignedDuration::from_mins(10));
    agent.post(&format!("/grants/{id}/claim"), &[]);
    let claim = detail(&app, &id).grant.claim.expect("a claim");
    assert_eq!(claim.until - claim.since, jiff::Span::new().seconds(25 * 60).fieldwise());
    app.advance(SignedDuration::from_mins(16));
    let form = agent.get(&format!("/grants/{id}/fulfillment/new"));
    assert!(form.body.contains("Nobody has taken this grant"));
}

#[test]
fn a_colleague_takes_over_and_that_is_in_the_log() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let anna = app.given().named_staff(Role::Agent, "Anna Bergmann", "anna@desk.example");
    let jonas = app.given().named_staff(Role::Agent, "Jonas Weber", "jonas@desk.example");
    app.sign_in(&anna.email, PASSWORD).post(&format!("/grants/{id}/claim"), &[]);
    let mut visitor = app.sign_in(&jonas.email, PASSWORD);
    assert_eq!(visitor.post(&format!("/grants/{id}/claim"), &[]).status, 303);
    assert_eq!(detail(&app, &id).grant.claim.expect("a claim").by, jonas.id);
    assert_eq!(actions(&app, &id)[0], "grant.take_over");
    // Anna lets go of what she does not hold any more: nothing happens.
    let mut anna = app.sign_in(&anna.email, PASSWORD);
    assert_eq!(anna.post(&format!("/grants/{id}/release"), &[]).status, 303);
    assert!(anna.get("/entitlements").flash().contains("had not taken"));
    assert_eq!(detail(&app, &id).grant.claim.expect("a claim").by, jonas.id);
}

#[test]
fn releasing_lets_others_take_it() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    agent.post(&format!("/grants/{id}/claim"), &[]);
    let page = agent.post(&format!("/grants/{id}/release"), &[]);
    assert_eq!((page.status, page.location().as_str()), (303, "/grants?status=pending"));
    assert!(detail(&app, &id).grant.claim.is_none());
    assert_eq!(actions(&app, &id)[0], "grant.release");
    assert_eq!(app.agent().post("/grants/take-next", &[]).location(), format!("/grants/{id}/fulfillment/new"));
}

#[test]
fn take_next_gives_the_one_that_waits_longest_and_that_nobody_holds() {
    let app = spawn_app();
    let now = app.now();
    let sold = |hours: i64, email: &str| {
        app.given().pending_grant().for_customer(email).sold_at(now - SignedDuration::from_hours(hours)).make()
    };
    let (newer, oldest) = (sold(1, "a@example.com"), sold(3, "b@example.com"));
    // What Keydesk does not fulfill is not handed out either.
    let other = app.given().other_entitlement(IntegrationType::Discord);
    app.given()
        .pending_grant()
        .of(&other)
        .for_customer("c@example.com")
        .sold_at(now - SignedDuration::from_hours(9))
        .make();
    let (mut first, mut second, mut third) = (app.agent(), app.agent(), app.agent());
    assert_eq!(first.post("/grants/take-next", &[]).location(), format!("/grants/{oldest}/fulfillment/new"));
    assert_eq!(second.post("/grants/take-next", &[]).location(), format!("/grants/{newer}/fulfillment/new"));
    let page = third.post("/grants/take-next", &[]);
    assert_eq!((page.status, page.location().as_str()), (303, "/grants?status=pending"));
    assert!(third.get("/entitlements").flash().contains("No free grants are waiting"));
}

#[test]
fn what_is_not_pending_cannot_be_taken() {
    let app = spawn_app();
    let id = app.given().delivered_grant("KEY-1");
    let mut agent = app.agent();
    let page = agent.post(&format!("/grants/{id}/claim"), &[]);
    assert_eq!(page.status, 409);
    assert_eq!(page.chip(), "Delivered");
    assert!(!page.body.contains("What you entered"));
    let other = app.given().other_entitlement(IntegrationType::Figma);
    let id = app.given().pending_grant().of(&other).for_customer("c@example.com").make();
    let page = agent.post(&format!("/grants/{id}/claim"), &[]);
    assert_eq!(page.status, 409);
    assert!(page.body.contains("does not fulfill"));
    for act in ["claim", "release"] {
        assert_eq!(agent.post(&format!("/grants/entg_0000000000000000000000/{act}"), &[]).status, 404);
    }
}
