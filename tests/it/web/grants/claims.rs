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
    // What nobody has to deliver is not handed out either.
    let other = app.given().other_entitlement(IntegrationType::FeatureFlag);
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
    let other = app.given().other_entitlement(IntegrationType::FeatureFlag);
    let id = app.given().pending_grant().of(&other).for_customer("c@example.com").make();
    let page = agent.post(&format!("/grants/{id}/claim"), &[]);
    assert_eq!(page.status, 409);
    assert!(page.body.contains("switched on by itself"));
    for act in ["claim", "release"] {
        assert_eq!(agent.post(&format!("/grants/entg_0000000000000000000000/{act}"), &[]).status, 404);
    }
}

/// Who holds the grant, if somebody does.
fn holder(app: &TestApp, id: &GrantId) -> Option<String> {
    detail(app, id).grant.claim_at(app.now()).map(|claim| claim.by.to_string())
}

fn pending(app: &TestApp, count: i64) -> Vec<GrantId> {
    let sold = |number: i64| {
        let grant = app.given().pending_grant().for_customer(&format!("customer{number}@example.com"));
        grant.sold_at(app.now() - SignedDuration::from_hours(count - number)).make()
    };
    (0..count).map(sold).collect()
}

#[test]
fn a_person_holds_one_grant_at_a_time_that_they_have_not_touched() {
    let app = spawn_app();
    let ids = pending(&app, 3);
    let mut agent = app.agent();
    agent.post("/grants/take-next", &[]);
    assert!(holder(&app, &ids[0]).is_some());
    // The next one is the same one until something is done about it.
    let again = agent.post("/grants/take-next", &[]);
    assert_eq!(again.location(), format!("/grants/{}/fulfillment/new", ids[0]));
    agent.post(&format!("/grants/{}/claim", ids[2]), &[]);
    assert_eq!((holder(&app, &ids[0]), holder(&app, &ids[2]).is_some()), (None, true));
    assert_eq!(actions(&app, &ids[0])[0], "grant.release");
    // Whoever has typed something keeps it beside the next one.
    agent.post(&format!("/grants/{}/fulfillment/preview", ids[2]), &[("key", "KEY-0123")]);
    let next = agent.post("/grants/take-next", &[]);
    assert_eq!(next.location(), format!("/grants/{}/fulfillment/new", ids[0]));
    assert!(holder(&app, &ids[0]).is_some() && holder(&app, &ids[2]).is_some());
    // So does whoever has extended the hold.
    app.advance(SignedDuration::from_mins(1));
    agent.post(&format!("/grants/{}/claim", ids[0]), &[]);
    agent.post("/grants/take-next", &[]);
    assert!(ids.iter().all(|id| holder(&app, id).is_some()), "three grants, two of them touched");
}

#[test]
fn two_people_who_take_the_next_one_at_once_get_one_each() {
    let app = spawn_app();
    for _ in 0..5 {
        pending(&app, 2);
        let barrier = std::sync::Barrier::new(2);
        let taken: Vec<String> = std::thread::scope(|scope| {
            let people: Vec<_> = [app.agent(), app.agent()]
                .into_iter()
                .map(|mut agent| {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        agent.token();
                        barrier.wait();
                        agent.post("/grants/take-next", &[]).location()
                    })
                })
                .collect();
            people.into_iter().map(|person| person.join().expect("an answer")).collect()
        });
        assert!(taken.iter().all(|url| url.ends_with("/fulfillment/new")), "{taken:?}");
        assert_ne!(taken[0], taken[1]);
        app.advance(SignedDuration::from_mins(16));
    }
}

#[test]
fn take_next_counts_only_what_can_be_taken() {
    let app = spawn_app();
    let ids = pending(&app, 6);
    let other = app.given().other_entitlement(IntegrationType::FeatureFlag);
    app.given().pending_grant().of(&other).for_customer("d@example.com").make();
    app.agent().post(&format!("/grants/{}/claim", ids[1]), &[]);
    let colleague = app.given().staff(Role::Agent);
    let mut agent = app.agent();
    agent.post(&format!("/grants/{}/skip", ids[2]), &[]);
    agent.post(&format!("/grants/{}/pause", ids[3]), &[("reason", "supplier"), ("until", "2026-12-31")]);
    agent.post(&format!("/grants/{}/assignment", ids[4]), &[("staff_id", colleague.id.as_str())]);
    let key = [("key", "KEY-0123-4567-89AB"), ("confirm", "1")];
    let page = agent.post(&format!("/grants/{}/fulfillment", ids[0]), &key);
    let page = agent.follow(page);
    assert_eq!(page.text_of("button[data-next]"), "Take next of 1 n");
    agent.post("/grants/take-next", &[]);
    let nothing = app.agent().get("/grants?status=pending");
    assert!(nothing.has(".head button[disabled]") && !nothing.has("button[data-next]"), "nothing is left for others");
}
