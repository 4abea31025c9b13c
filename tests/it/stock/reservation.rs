//! A key is reserved while its grant is taken, and comes back by itself.

use jiff::SignedDuration;
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::domain::stock::NewBatch;
use keydesk::domain::stock::settings::StockSettings;
use keydesk::storage::stock::draw;

use super::{add, add_texts, check_counts, delivered_key, figures_of, fulfill_from_stock, key, waiting, with_stock};
use crate::support::{TestApp, spawn_app};

/// Available and reserved keys.
fn left(app: &TestApp, id: &EntitlementId) -> (i64, i64) {
    let figures = figures_of(app, id);
    (figures.available, figures.reserved)
}

fn is_reserved(app: &TestApp, id: &EntitlementId, grant: &GrantId) -> bool {
    let now = app.now();
    app.read(|conn| draw::peek(conn, id, grant, now).unwrap()).is_some_and(|(_, _, is_reserved)| is_reserved)
}

#[test]
fn taking_reserves_the_next_key_and_releasing_gives_it_back() {
    let app = spawn_app();
    let id = with_stock(&app, 2);
    let (first, second) = (waiting(&app, &id, 1), waiting(&app, &id, 2));
    let mut agent = app.agent();
    assert_eq!(agent.post("/grants/take-next", &[]).status, 303);
    assert_eq!(left(&app, &id), (1, 1));
    assert!(is_reserved(&app, &id, &first));
    assert_eq!(agent.post(&format!("/grants/{first}/claim"), &[]).status, 303);
    assert_eq!(left(&app, &id), (1, 1), "extending keeps the one that is there");
    fulfill_from_stock(&app, &second).unwrap();
    assert_eq!(delivered_key(&app, &second), Some(key(1)), "the reserved one is left alone");
    let third = waiting(&app, &id, 3);
    assert!(fulfill_from_stock(&app, &third).is_err(), "the last one is reserved");
    assert_eq!(agent.post(&format!("/grants/{first}/release"), &[]).status, 303);
    assert_eq!(left(&app, &id), (1, 0));
    fulfill_from_stock(&app, &third).unwrap();
    assert_eq!(delivered_key(&app, &third), Some(key(0)));
    check_counts(&app);
}

#[test]
fn a_reservation_ends_with_its_claim_and_after_a_restart_too() {
    let mut app = spawn_app();
    let id = with_stock(&app, 1);
    let (taken, other) = (waiting(&app, &id, 1), waiting(&app, &id, 2));
    assert_eq!(app.agent().post(&format!("/grants/{taken}/claim"), &[]).status, 303);
    app.restart();
    assert_eq!(left(&app, &id), (0, 1), "a restart forgets nothing");
    assert!(fulfill_from_stock(&app, &other).is_err());
    app.advance(SignedDuration::from_mins(16));
    assert_eq!(left(&app, &id), (1, 0), "nothing has to run for it to come back");
    fulfill_from_stock(&app, &other).unwrap();
    assert_eq!(delivered_key(&app, &other), Some(key(0)));
    assert!(fulfill_from_stock(&app, &taken).is_err());
    check_counts(&app);
}

#[test]
fn a_taken_grant_gets_the_key_that_is_reserved_for_it() {
    let app = spawn_app();
    let id = with_stock(&app, 3);
    let (taken, other) = (waiting(&app, &id, 1), waiting(&app, &id, 2));
    assert_eq!(app.agent().post(&format!("/grants/{taken}/claim"), &[]).status, 303);
    fulfill_from_stock(&app, &other).unwrap();
    fulfill_from_stock(&app, &taken).unwrap();
    assert_eq!([delivered_key(&app, &taken), delivered_key(&app, &other)], [Some(key(0)), Some(key(1))]);
    assert_eq!(left(&app, &id), (1, 0));
    check_counts(&app);
}

#[test]
fn a_typed_key_and_a_revocation_give_the_reserved_one_back() {
    let app = spawn_app();
    let id = with_stock(&app, 2);
    let (typed, revoked) = (waiting(&app, &id, 1), waiting(&app, &id, 2));
    let mut admin = app.admin();
    assert_eq!(app.agent().post(&format!("/grants/{typed}/claim"), &[]).status, 303);
    assert_eq!(admin.post(&format!("/grants/{revoked}/claim"), &[]).status, 303);
    assert_eq!(left(&app, &id), (0, 2));
    app.given().fulfill(&typed, "TYPED-INSTEAD-OF-STOCK");
    assert_eq!(left(&app, &id), (1, 1));
    assert_eq!(admin.post(&format!("/grants/{revoked}/revocation"), &[("reason", "a mistake")]).status, 303);
    assert_eq!(left(&app, &id), (2, 0));
    check_counts(&app);
}

#[test]
fn a_clock_that_was_ahead_does_not_keep_a_key_reserved() {
    let app = spawn_app();
    let id = with_stock(&app, 1);
    let taken = waiting(&app, &id, 1);
    assert_eq!(app.agent().post(&format!("/grants/{taken}/claim"), &[]).status, 303);
    let mut conn = keydesk::storage::Conn::open(&app.database.target()).unwrap();
    crate::storage::migrations::execute(
        &mut conn,
        "UPDATE stock_keys SET reserved_until = reserved_until + 86400000000",
    );
    assert_eq!(keydesk::housekeeping::clip_moments(app.context()).unwrap(), 1);
    app.advance(SignedDuration::from_mins(16));
    assert_eq!(left(&app, &id), (1, 0));
}

#[test]
fn a_delivered_grant_keeps_no_key_reserved_whichever_it_got() {
    let app = spawn_app();
    let id = super::entitlement(&app, StockSettings::default());
    let soon = app.now().saturating_add(SignedDuration::from_mins(10)).unwrap();
    add_texts(&app, &id, &[key(0)], NewBatch { use_before: Some(soon), ..NewBatch::default() });
    add(&app, &id, [1]);
    let taken = waiting(&app, &id, 1);
    assert_eq!(app.agent().post(&format!("/grants/{taken}/claim"), &[]).status, 303);
    assert_eq!(app.count("stock_keys WHERE reserved_for IS NOT NULL"), 1);
    app.advance(SignedDuration::from_mins(12));
    fulfill_from_stock(&app, &taken).unwrap();
    assert_eq!(delivered_key(&app, &taken), Some(key(1)), "the reserved one is past its date by now");
    assert_eq!(app.count("stock_keys WHERE reserved_for IS NOT NULL"), 0);
    check_counts(&app);
}

#[test]
fn a_key_typed_after_the_claim_has_ended_leaves_none_reserved() {
    let app = spawn_app();
    let id = with_stock(&app, 1);
    let taken = waiting(&app, &id, 1);
    assert_eq!(app.agent().post(&format!("/grants/{taken}/claim"), &[]).status, 303);
    app.advance(SignedDuration::from_mins(16));
    app.given().fulfill(&taken, "TYPED-INSTEAD-OF-STOCK");
    assert_eq!(app.count("stock_keys WHERE reserved_for IS NOT NULL"), 0);
    assert_eq!(left(&app, &id), (1, 0));
}
