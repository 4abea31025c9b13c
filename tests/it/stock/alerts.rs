//! A stock that is low is told once, until it is refilled.

use jiff::SignedDuration;
use keydesk::domain::stock::settings::StockSettings;
use keydesk::housekeeping::look_after_stock;
use keydesk::storage::stock::alerts::raised;
use keydesk::usecases::stock::alerts::hide;

use super::{add, entitlement, figures_of, fulfill_from_stock, waiting};
use crate::support::given::actor;
use crate::support::{Receiver, TestApp};

#[test]
fn the_event_is_sent_once_when_the_stock_falls_below_its_threshold_and_again_after_a_refill() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    assert_eq!(app.admin().post("/webhooks", &[("url", &receiver.url()), ("stock_low", "on")]).status, 303);
    let id = entitlement(&app, StockSettings { alert_count: Some(3), ..StockSettings::default() });
    add(&app, &id, 0..4);
    let press = |number| fulfill_from_stock(&app, &waiting(&app, &id, number)).unwrap();
    press(1);
    app.run_outbox_until_empty();
    assert!(receiver.received().is_empty(), "three are left, and three are enough");
    press(2);
    press(3);
    app.run_outbox_until_empty();
    assert_eq!(receiver.events(), ["stock.low"]);
    let told = receiver.received()[0].json();
    assert_eq!(told["data"]["entitlement_id"], id.as_str());
    assert_eq!(told["data"]["available"], 1, "as it is when it is sent");
    assert_eq!(told["data"]["payload_type"], "Stock");
    assert!(told["data"]["runs_out_on"].is_string());
    let alerts = app.read(|conn| raised(conn).unwrap());
    assert_eq!((alerts.len(), alerts[0].hidden_at), (1, None));
    assert!(hide(app.context(), &id, &actor()).unwrap());
    assert!(!hide(app.context(), &id, &actor()).unwrap());
    assert!(app.read(|conn| raised(conn).unwrap())[0].hidden_at.is_some());
    add(&app, &id, 10..11);
    assert_eq!(app.read(|conn| raised(conn).unwrap()).len(), 1, "two are still few");
    add(&app, &id, 11..13);
    assert!(app.read(|conn| raised(conn).unwrap()).is_empty());
    press(4);
    press(5);
    app.run_outbox_until_empty();
    assert_eq!(receiver.events(), ["stock.low", "stock.low"]);
    assert_eq!(app.count("audit_entries WHERE action = 'stock.alert' AND object_kind = 'entitlement'"), 3);
}

#[test]
fn a_stock_that_runs_out_within_days_is_told_by_housekeeping() {
    let app = crate::support::spawn_app();
    let id = entitlement(&app, StockSettings { alert_days: Some(7), ..StockSettings::default() });
    add(&app, &id, 0..40);
    assert_eq!(look_after_stock(app.context()).unwrap(), 0);
    assert!(app.read(|conn| raised(conn).unwrap()).is_empty(), "nothing is used yet");
    for number in 0..10 {
        fulfill_from_stock(&app, &waiting(&app, &id, number)).unwrap();
    }
    assert_eq!(figures_of(&app, &id).used[27], 10);
    look_after_stock(app.context()).unwrap();
    assert_eq!(app.read(|conn| raised(conn).unwrap()).len(), 1, "30 left, 10 a day");
    look_after_stock(app.context()).unwrap();
    assert_eq!(app.count("audit_entries WHERE action = 'stock.alert'"), 1, "once");
    app.advance(SignedDuration::from_hours(24));
    assert_eq!(figures_of(&app, &id).used[26], 10, "yesterday by then");
}

#[test]
fn another_threshold_ends_an_alert_that_is_over_and_is_told_when_it_is_reached() {
    let app = crate::support::spawn_app();
    let id = entitlement(&app, StockSettings { alert_count: Some(10), ..StockSettings::default() });
    add(&app, &id, 0..4);
    look_after_stock(app.context()).unwrap();
    assert_eq!(app.read(|conn| raised(conn).unwrap()).len(), 1, "four are fewer than ten");
    let set = |count: &str| {
        let fields = [("delivery", "staff"), ("refill", "press"), ("alert_count", count), ("alert_days", "")];
        assert_eq!(app.admin().post(&format!("/stock/{id}"), &fields).status, 303);
        app.read(|conn| raised(conn).unwrap()).len()
    };
    assert_eq!(set("12"), 1, "four are still few");
    assert_eq!(set("3"), 0, "four are enough");
    for number in 0..2 {
        fulfill_from_stock(&app, &waiting(&app, &id, number)).unwrap();
    }
    assert_eq!(app.read(|conn| raised(conn).unwrap()).len(), 1, "two are not");
    assert_eq!(set(""), 0, "without a threshold there is no alert");
    assert_eq!(app.count("audit_entries WHERE action = 'stock.alert'"), 2);
}
