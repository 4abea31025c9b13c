//! A clock that was a year ahead for a while: nothing waits, and nothing goes on, for longer than its rule allows.

use jiff::SignedDuration;
use keydesk::domain::ids::GrantId;
use keydesk::domain::outbox::{LEASE, MessageState, OutboxMessage};
use keydesk::domain::staff::Role;
use keydesk::housekeeping::{clip_moments, purge_expired};
use keydesk::storage::outbox;
use serde_json::json;

use crate::support::given::PASSWORD;
use crate::support::smtp::{Behavior, Stage};
use crate::support::{Page, Receiver, TestApp, Visitor, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";
const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Does something while the clock is a year ahead; then it is set back, and housekeeping looks.
fn a_year_ahead<T>(app: &TestApp, work: impl FnOnce() -> T) -> T {
    app.advance(YEAR);
    let done = work();
    app.advance(-YEAR);
    done
}

fn clip(app: &TestApp) {
    assert!(clip_moments(app.context()).expect("clipped") > 0);
    assert_eq!(clip_moments(app.context()).expect("clipped"), 0, "once is enough");
}

fn message(app: &TestApp, id: &GrantId) -> OutboxMessage {
    app.read(|conn| outbox::of_grant(conn, id)).expect("read").remove(0)
}

fn sign_in(visitor: &mut Visitor, email: &str, password: &str) -> Page {
    visitor.post("/login", &[("email", email), ("password", password)])
}

fn is_in(visitor: &mut Visitor) -> bool {
    visitor.get("/account").status == 200
}

#[test]
fn a_clock_that_is_right_changes_nothing() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    app.given().second_factor(&person);
    app.agent().get("/account");
    app.mailbox.close();
    app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    for _ in 0..6 {
        sign_in(&mut app.anonymous(), &person.email, "a wrong password");
    }
    assert_eq!(clip_moments(app.context()).expect("clipped"), 0);
}

#[test]
fn mail_of_every_state_goes_out() {
    let app = spawn_app();
    let held = a_year_ahead(&app, || {
        app.mailbox.close();
        let retried = app.given().delivered_grant("KEY-RETRIED-0123456789");
        app.run_outbox_until_empty();
        app.mailbox.open();
        let held = app.given().delivered_grant("KEY-HELD-0123456789");
        let id = message(&app, &held).id;
        assert!(app.context().db.write(|tx| outbox::queue::claim(tx, &id, "dead", app.now())).unwrap().is_some());
        let fresh = app.given().delivered_grant("KEY-FRESH-0123456789");
        assert_eq!(message(&app, &retried).state, MessageState::Queued);
        assert_eq!(message(&app, &fresh).state, MessageState::Queued);
        held
    });
    assert_eq!(app.run_outbox_until_empty(), 0, "it would wait for a year");
    clip(&app);
    assert_eq!(app.run_outbox_until_empty(), 2);
    app.advance(LEASE);
    assert_eq!(app.run_outbox_until_empty(), 1, "what a dead worker held");
    assert_eq!(message(&app, &held).state, MessageState::Sent);
    assert_eq!(app.mailbox.count(), 3);
}

#[test]
fn a_message_without_an_answer_is_tried_again_within_hours() {
    let app = TestApp::builder().with_smtp_limit(std::time::Duration::from_millis(500)).spawn();
    let id = a_year_ahead(&app, || {
        app.mailbox.next(Behavior::Hang(Stage::Content));
        let id = app.given().delivered_grant(KEY);
        app.run_outbox_until_empty();
        id
    });
    assert_eq!(message(&app, &id).state, MessageState::Unknown);
    clip(&app);
    app.advance(SignedDuration::from_hours(6));
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert_eq!(message(&app, &id).state, MessageState::Sent);
}

#[test]
fn mail_that_a_wrong_clock_has_dated_is_given_up_after_three_days() {
    let app = spawn_app();
    app.mailbox.close();
    let id = a_year_ahead(&app, || app.given().delivered_grant(KEY));
    clip(&app);
    for _ in 0..20 {
        app.run_outbox_until_empty();
        app.advance(SignedDuration::from_hours(1));
    }
    assert_eq!(message(&app, &id).state, MessageState::Queued);
    for _ in 20..80 {
        app.run_outbox_until_empty();
        app.advance(SignedDuration::from_hours(1));
    }
    assert_eq!(message(&app, &id).state, MessageState::Failed);
}

#[test]
fn a_delay_after_wrong_passwords_ends_when_it_would_have() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    a_year_ahead(&app, || {
        for _ in 0..5 {
            assert_eq!(sign_in(&mut visitor, &person.email, "a wrong password").status, 422);
        }
    });
    let told = |page: &Page| page.header("retry-after").expect("a time").parse::<i64>().expect("seconds");
    let refused = sign_in(&mut visitor, &person.email, PASSWORD);
    assert!(refused.status == 429 && told(&refused) <= 3_600, "never more than an hour: {}", told(&refused));
    clip(&app);
    let refused = sign_in(&mut visitor, &person.email, PASSWORD);
    assert_eq!((refused.status, told(&refused)), (429, 60));
    app.advance(SignedDuration::from_mins(1));
    assert_eq!(sign_in(&mut visitor, &person.email, PASSWORD).status, 303);
}

#[test]
fn what_was_skipped_or_paused_comes_back() {
    let app = spawn_app();
    let [skipped, paused] = ["skipped@example.com", "paused@example.com"]
        .map(|email| app.given().pending_grant().for_customer(email).make());
    let mut agent = app.agent();
    a_year_ahead(&app, || {
        let mut agent = app.agent();
        assert_eq!(agent.post(&format!("/grants/{skipped}/skip"), &[]).status, 303);
        let pause = [("reason", "supplier"), ("until", "2028-06-01")];
        assert_eq!(agent.post(&format!("/grants/{paused}/pause"), &pause).status, 303);
    });
    clip(&app);
    app.advance(SignedDuration::from_mins(31));
    assert!(agent.post("/grants/take-next", &[]).location().contains(skipped.as_str()));
    assert!(!agent.get(&format!("/grants/{paused}")).body.contains("2028"));
}

#[test]
fn sessions_end_by_their_limits() {
    let app = spawn_app();
    let (mut idle, mut busy) = a_year_ahead(&app, || {
        let (mut idle, mut busy) = (app.agent(), app.agent());
        assert!(is_in(&mut idle) && is_in(&mut busy));
        (idle, busy)
    });
    clip(&app);
    let mut minutes = 0;
    while is_in(&mut busy) {
        minutes += 30;
        assert!(minutes <= 12 * 60, "the absolute limit");
        app.advance(SignedDuration::from_mins(30));
        assert!(minutes != 60 || !is_in(&mut idle), "the idle limit");
    }
    assert_eq!(minutes, 12 * 60);
}

#[test]
fn a_portal_that_starts_with_the_right_clock_clips_by_itself() {
    let mut app = spawn_app();
    let cookies = a_year_ahead(&app, || app.agent().cookies);
    app.restart();
    app.advance(SignedDuration::from_mins(61));
    let mut visitor = app.anonymous();
    visitor.cookies = cookies;
    assert!(!is_in(&mut visitor));
}

#[test]
fn codes_of_an_authenticator_app_work_once_again() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let (authenticator, _) = app.given().second_factor(&person);
    let type_code = |code: &str| {
        let mut visitor = app.anonymous();
        assert_eq!(sign_in(&mut visitor, &person.email, PASSWORD).location(), "/login/code");
        visitor.get("/login/code");
        visitor.post("/login/code", &[("code", code)]).status
    };
    a_year_ahead(&app, || assert_eq!(type_code(&authenticator.next_code(&app)), 303));
    assert_eq!(type_code(&authenticator.next_code(&app)), 422, "they would be dead for a year");
    clip(&app);
    let code = authenticator.next_code(&app);
    assert_eq!(type_code(&code), 303);
    assert_eq!(type_code(&code), 422, "each works once");
}

#[test]
fn a_first_step_and_a_link_do_not_outlive_the_jump() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    app.given().second_factor(&person);
    let mut visitor = app.anonymous();
    let link = a_year_ahead(&app, || {
        assert_eq!(sign_in(&mut visitor, &person.email, PASSWORD).location(), "/login/code");
        let mut other = app.anonymous();
        other.get("/forgotten-password");
        other.post("/forgotten-password", &[("email", &person.email)]);
        app.run_outbox_until_empty();
        let text = app.mailbox.only().text();
        text[text.find("/new-password").expect("a link")..].split_whitespace().next().expect("a link").to_owned()
    });
    let page = visitor.get("/login/code");
    assert_eq!((page.status, page.location().as_str()), (303, "/login"), "nobody knows how long ago the password was");
    clip(&app);
    assert_eq!(app.anonymous().get(&link).heading(), "New password");
    app.advance(SignedDuration::from_hours(24));
    assert_ne!(app.anonymous().get(&link).heading(), "New password");
}

#[test]
fn a_taken_grant_is_free_after_a_quarter_of_an_hour() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let (mut first, mut second) = (app.agent(), app.agent());
    a_year_ahead(&app, || {
        let mut agent = app.agent();
        assert_eq!(agent.post(&format!("/grants/{id}/claim"), &[]).status, 303);
    });
    assert_ne!(first.post("/grants/take-next", &[]).location(), format!("/grants/{id}/fulfillment/new"));
    clip(&app);
    app.advance(SignedDuration::from_mins(15));
    assert_eq!(second.post("/grants/take-next", &[]).location(), format!("/grants/{id}/fulfillment/new"));
}

#[test]
fn idempotency_keys_and_old_webhook_secrets_last_a_day() {
    let (app, receiver) = (TestApp::builder().with("webhook_allow", "127.0.0.1").spawn(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let made = admin.post("/webhooks", &json!({"url": receiver.url()})).json();
    let path = format!("/webhooks/{}", made["id"].as_str().expect("an id"));
    a_year_ahead(&app, || {
        admin.post_once("/customers", &json!({"email": "ada@example.com", "name": "Ada"}), "once");
        assert_eq!(admin.post(&format!("{path}/rotate-secret"), &json!({})).status, 200);
    });
    clip(&app);
    let signatures = || {
        assert_eq!(admin.send("POST", &format!("{path}/test"), &[], "").status, 202);
        app.run_outbox_until_empty();
        receiver.received().last().expect("one").header("webhook-signature").split(' ').count()
    };
    assert_eq!((signatures(), app.count("idempotency_keys")), (2, 1));
    app.advance(SignedDuration::from_hours(24) + SignedDuration::from_secs(1));
    purge_expired(app.context()).expect("purged");
    assert_eq!((signatures(), app.count("idempotency_keys")), (1, 0));
}
