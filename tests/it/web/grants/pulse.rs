//! What pages that stay open ask for by themselves.

use jiff::SignedDuration;
use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use crate::support::given::PASSWORD;
use crate::support::{Visitor, spawn_app};

fn pulse(visitor: &mut Visitor, query: &str) -> Value {
    let page = visitor.get(&format!("/grants/pulse?{query}"));
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    assert_eq!(page.header("content-type"), Some("application/json"));
    serde_json::from_str(&page.body).expect("JSON")
}

#[test]
fn it_says_how_many_wait_and_what_is_new_since_the_page_was_made() {
    let app = spawn_app();
    let mut viewer = app.viewer();
    assert_eq!(viewer.get("/grants").attribute("#pulse", "data-newest").as_deref(), Some(""));
    let first = pulse(&mut viewer, "after=");
    assert_eq!(first, json!({"pending": 0, "count": "0", "newest": "", "new": 0}));
    app.given().pending_grant().make();
    assert_eq!(pulse(&mut viewer, "after=")["news"], "1 new grant");
    let known = viewer.get("/grants?status=pending").attribute("#pulse", "data-newest").expect("a cursor");
    assert_eq!(pulse(&mut viewer, &format!("after={known}"))["new"], 0);
    for number in 0..2 {
        app.advance(SignedDuration::from_secs(1));
        app.given().pending_grant().for_customer(&format!("{number}@example.com")).make();
    }
    let told = pulse(&mut viewer, &format!("after={known}"));
    assert_eq!((&told["pending"], &told["new"], &told["news"]), (&json!(3), &json!(2), &json!("2 new grants")));
    assert_ne!(told["newest"], known);
    viewer.post("/preferences", &[("language", "de")]);
    assert_eq!(pulse(&mut viewer, &format!("after={known}"))["news"], "2 neue Zuteilungen");
}

#[test]
fn whoever_holds_the_open_grant_is_told_before_it_ends_and_when_it_is_gone() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let ada = app.given().named_staff(Role::Agent, "Ada Lovelace", "ada@desk.example");
    let mut agent = app.agent();
    agent.post(&format!("/grants/{id}/claim"), &[]);
    assert!(agent.get(&format!("/grants/{id}/fulfillment/new")).has(&format!("[data-held='{id}'] [data-extend]")));
    let query = format!("grant={id}");
    assert_eq!(
        pulse(&mut agent, &query)["hold"],
        json!({"is_mine": true, "is_pending": true, "until": "2026-06-15T10:15:00+00:00"})
    );
    app.advance(SignedDuration::from_mins(13));
    assert_eq!(pulse(&mut agent, &query)["hold"]["says"], "Your hold on this grant ends at 10:15.");
    app.sign_in(&ada.email, PASSWORD).post(&format!("/grants/{id}/claim"), &[]);
    let hold = pulse(&mut agent, &query)["hold"].clone();
    assert_eq!((&hold["is_mine"], &hold["says"]), (&json!(false), &json!("Ada Lovelace took this over at 10:13.")));
    app.advance(SignedDuration::from_mins(15));
    assert!(pulse(&mut agent, &query)["hold"]["says"].as_str().is_some_and(|says| says.contains("has ended")));
    app.given().fulfill(&id, "KEY-0123-4567-89AB");
    assert_eq!(pulse(&mut agent, &query)["hold"]["says"], "This grant is no longer pending.");
}

#[test]
fn it_says_how_far_the_e_mail_of_the_open_grant_is() {
    let app = spawn_app();
    let id = app.given().delivered_grant("KEY-0123-4567-89AB");
    let mut viewer = app.viewer();
    let card = viewer.get(&format!("/grants/{id}"));
    assert_eq!(card.attribute("#email-card", "data-email").as_deref(), Some("queued"));
    assert_eq!(pulse(&mut viewer, &format!("grant={id}"))["email"], "queued");
    app.run_outbox_until_empty();
    assert_eq!(pulse(&mut viewer, &format!("grant={id}"))["email"], "sent");
    // What is no id, or one that nobody has, is no grant.
    for unknown in ["entg_0000000000000000000000", "nonsense", ""] {
        assert_eq!(pulse(&mut viewer, &format!("grant={unknown}")).get("hold"), None);
    }
}

#[test]
fn a_page_that_stays_open_keeps_no_session_from_ending() {
    let app = spawn_app();
    let mut agent = app.agent();
    agent.get("/grants");
    for _ in 0..5 {
        app.advance(SignedDuration::from_mins(10));
        pulse(&mut agent, "after=");
    }
    app.advance(SignedDuration::from_mins(10));
    let page = agent.get("/grants/pulse");
    assert!(page.status == 303 && page.location().starts_with("/login"), "{}", page.status);
    assert_eq!(app.anonymous().get("/grants/pulse").status, 303);
}

#[test]
fn asking_takes_no_message_from_the_page_that_it_is_meant_for() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    agent.post(&format!("/grants/{id}/claim"), &[]);
    pulse(&mut agent, &format!("grant={id}"));
    assert!(agent.get("/grants").flash().contains("Taken by you"));
}

#[test]
fn only_people_who_are_signed_in_have_pages_that_ask() {
    let app = spawn_app();
    assert!(!app.anonymous().get("/login").has("#pulse"));
    let page = app.viewer().get("/entitlements");
    assert!(page.has("#pulse[role=status]:empty") && page.has(".nav [data-pending]"));
}
