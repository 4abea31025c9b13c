//! Delivered by itself from stock, and served oldest first when keys come in.

use jiff::SignedDuration;
use keydesk::domain::stock::NewBatch;
use keydesk::domain::stock::settings::{StockDelivery, StockSettings};
use keydesk::storage::jobs;
use keydesk::usecases::stock::serve::serve_waiting;

use super::{
    ALL_BY_ITSELF, add, add_texts, check_counts, delivered_key, entitlement, figures_of, fulfill_from_stock, key,
    waiting, with_stock,
};
use crate::support::given::actor;
use crate::support::{TestApp, spawn_app};

fn served(app: &TestApp, grants: &[keydesk::domain::ids::GrantId]) -> Vec<Option<String>> {
    grants.iter().map(|grant| delivered_key(app, grant)).collect()
}

#[test]
fn new_sales_are_delivered_while_the_stock_lasts_and_then_wait() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings { delivery: StockDelivery::Auto, ..StockSettings::default() });
    add(&app, &id, 0..2);
    let grants: Vec<_> = (0..3).map(|number| waiting(&app, &id, number)).collect();
    assert_eq!(served(&app, &grants), [Some(key(0)), Some(key(1)), None], "first in, first out");
    assert_eq!(app.run_outbox_until_empty(), 2);
    add(&app, &id, 2..4);
    app.run_jobs();
    assert_eq!(delivered_key(&app, &grants[2]), None, "a press is needed");
    let page = app.agent().get(&format!("/grants/{}", grants[0]));
    assert!(page.chip().contains("Delivered") && !page.body.contains(&key(0)), "nobody has seen it");
    check_counts(&app);
}

#[test]
fn a_refill_serves_those_that_wait_oldest_first() {
    let app = spawn_app();
    let id = entitlement(&app, ALL_BY_ITSELF);
    let mut grants: Vec<_> = (0..3)
        .map(|number| {
            app.advance(SignedDuration::from_secs(1));
            waiting(&app, &id, number)
        })
        .collect();
    let early = app.now().saturating_sub(SignedDuration::from_hours(1)).unwrap();
    grants.insert(0, app.given().pending_grant().of(&id).for_customer("early@example.com").sold_at(early).make());
    add(&app, &id, 0..3);
    app.run_jobs();
    assert_eq!(served(&app, &grants), [Some(key(0)), Some(key(1)), Some(key(2)), None]);
    add(&app, &id, 3..5);
    app.run_jobs();
    assert_eq!(delivered_key(&app, &grants[3]), Some(key(3)));
    assert_eq!(figures_of(&app, &id).available, 1);
    check_counts(&app);
}

#[test]
fn serving_leaves_out_what_somebody_has_taken_and_pressing_twice_starts_one_job() {
    let app = spawn_app();
    let id = with_stock(&app, 5);
    let grants: Vec<_> = (0..3).map(|number| waiting(&app, &id, number)).collect();
    assert_eq!(app.agent().post(&format!("/grants/{}/claim", grants[1]), &[]).status, 303);
    assert!(serve_waiting(app.context(), &id, &actor()).unwrap());
    assert!(!serve_waiting(app.context(), &id, &actor()).unwrap(), "it is under way");
    assert_eq!(app.count("audit_entries WHERE action = 'stock.serve'"), 1);
    app.run_jobs();
    assert_eq!(app.count("jobs WHERE kind = 'serve_from_stock' AND state = 'done' AND done = 2 AND total = 3"), 1);
    assert_eq!(served(&app, &grants).iter().filter(|key| key.is_some()).count(), 2);
    assert_eq!(delivered_key(&app, &grants[1]), None, "its taker keeps it");
    check_counts(&app);
}

#[test]
fn a_key_that_cannot_be_opened_ends_serving_with_a_note_and_keeps_nobody_else_waiting() {
    let app = spawn_app();
    let id = with_stock(&app, 30);
    let grants: Vec<_> = (0..3).map(|number| waiting(&app, &id, number)).collect();
    let mut conn = keydesk::storage::Conn::open(&app.database.target()).unwrap();
    crate::storage::migrations::execute(
        &mut conn,
        "UPDATE stock_keys SET ciphertext = value_hash WHERE position = (SELECT min(position) FROM stock_keys)",
    );
    serve_waiting(app.context(), &id, &actor()).unwrap();
    app.run_jobs();
    let job = app.read(|conn| jobs::newest(conn, keydesk::domain::job::JobKind::ServeFromStock, id.as_str()).unwrap());
    let job = job.expect("a job");
    assert!(job.is_finished && job.last_error.is_some_and(|text| text.contains("sealed value")));
    assert_eq!(served(&app, &grants), [None, None, None]);
    let other = with_stock_of_its_own(&app);
    app.run_jobs();
    assert!(delivered_key(&app, &other).is_some());
    check_counts(&app);
}

fn with_stock_of_its_own(app: &TestApp) -> keydesk::domain::ids::GrantId {
    let id = entitlement(app, ALL_BY_ITSELF);
    let grant = waiting(app, &id, 9);
    add(app, &id, [900]);
    grant
}

#[test]
fn what_is_to_be_used_first_is_drawn_first_and_what_is_past_its_date_not_at_all() {
    let app = spawn_app();
    let id = with_stock(&app, 1);
    let in_days = |days: i64| app.now().saturating_add(SignedDuration::from_hours(24 * days)).unwrap();
    for (number, days) in [(1, 30), (2, 2)] {
        let batch = NewBatch { use_before: Some(in_days(days)), ..NewBatch::default() };
        add_texts(&app, &id, &[key(number)], batch);
    }
    let first = waiting(&app, &id, 1);
    fulfill_from_stock(&app, &first).unwrap();
    assert_eq!(delivered_key(&app, &first), Some(key(2)));
    app.advance(SignedDuration::from_hours(24 * 31));
    let figures = figures_of(&app, &id);
    assert_eq!((figures.available, figures.expired), (1, 1));
    let second = waiting(&app, &id, 2);
    fulfill_from_stock(&app, &second).unwrap();
    assert_eq!(delivered_key(&app, &second), Some(key(0)));
    let third = waiting(&app, &id, 3);
    assert!(fulfill_from_stock(&app, &third).is_err(), "the one past its date stays");
}
