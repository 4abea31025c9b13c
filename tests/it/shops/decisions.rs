//! Sales that need a decision: mapping a product, giving an address, and test orders.

use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::usecases::customers::erase::erase_customer;
use serde_json::json;

use super::{app, connect, deliver, grants, ids, shopify_order, states};

#[test]
fn mapping_a_product_works_off_all_that_wait_for_it() {
    let app = app();
    let pro = app.given().named_entitlement("Bauplan");
    let path = connect(&mut app.admin(), "shopify");
    for number in 1..=3 {
        let order = shopify_order(number, "orla@example.com", &[(number, "UPG", 1)]);
        deliver(&app, &path, "shopify", "orders/paid", &format!("e{number}"), &order);
    }
    deliver(&app, &path, "shopify", "orders/paid", "e4", &shopify_order(4, "o@example.com", &[(4, "OTHER", 1)]));
    assert_eq!(grants(&app).len(), 0);
    let mut agent = app.agent();
    let page = agent.get("/sales?needs=decision").body;
    assert!(page.contains(" and 2 more") && page.contains("3 sales wait for it") && page.contains("Map all 3"));
    assert!(page.contains("Sales <span") || page.contains(">2<"), "the navigation counts decisions");
    let nothing = agent.post("/sales/products", &[("word", "UPG"), ("entitlement_id", "")]);
    assert_eq!(nothing.status, 422);
    let mapped = agent.post("/sales/products", &[("word", "UPG"), ("entitlement_id", pro.as_str())]);
    assert_eq!(mapped.status, 303, "{}", mapped.body);
    assert!(agent.follow(mapped).body.contains("3 sales are worked off"));
    app.run_outbox_until_empty();
    assert_eq!(states(&app), ["pending"; 3]);
    let page = agent.get("/sales?needs=decision").body;
    assert!(!page.contains("UPG") && page.contains("OTHER"), "{page}");
    let none = agent.post("/sales/products", &[("word", "OTHER"), ("entitlement_id", "none")]);
    assert_eq!(none.status, 303);
    app.run_outbox_until_empty();
    assert!(agent.get("/sales?needs=decision").body.contains("Everything is decided"));
    assert_eq!(app.count("held_sales WHERE settled_at IS NULL"), 0);
    // The next order is known at once.
    deliver(&app, &path, "shopify", "orders/paid", "e5", &shopify_order(5, "p@example.com", &[(5, "upg", 1)]));
    assert_eq!(grants(&app).len(), 4);
}

#[test]
fn what_is_known_of_an_order_does_not_wait_for_the_rest() {
    let app = app();
    let pro = app.given().named_entitlement("PRO");
    let path = connect(&mut app.admin(), "shopify");
    let order = shopify_order(1, "orla@example.com", &[(1, "PRO", 1), (2, "UPG", 2)]);
    deliver(&app, &path, "shopify", "orders/paid", "e1", &order);
    assert_eq!((grants(&app).len(), app.count("held_sales WHERE settled_at IS NULL")), (1, 1));
    app.agent().post("/sales/products", &[("word", "UPG"), ("entitlement_id", pro.as_str())]);
    app.run_outbox_until_empty();
    assert_eq!((grants(&app).len(), app.count("sales")), (3, 1));
}

#[test]
fn an_address_is_given_once_and_a_wrong_one_stays_typed() {
    let app = app();
    app.given().named_entitlement("PRO");
    let path = connect(&mut app.admin(), "shopify");
    deliver(&app, &path, "shopify", "orders/paid", "e1", &shopify_order(1, "", &[(1, "PRO", 2)]));
    let mut agent = app.agent();
    let page = agent.get("/sales?needs=decision");
    let held = ids(&page, "held_id").remove(0);
    let wrong = agent.post("/sales/address", &[("held_id", &held), ("email", "orla at example")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("value=\"orla at example\"") && wrong.body.contains("Enter an e-mail address"));
    let given = agent.post("/sales/address", &[("held_id", &held), ("email", "orla@example.com")]);
    assert_eq!(given.status, 303, "{}", given.body);
    assert_eq!(states(&app), ["pending"; 2]);
    assert_eq!(agent.post("/sales/address", &[("held_id", &held), ("email", "other@example.com")]).status, 409);
    // The shop tells the order again, still without an address.
    deliver(&app, &path, "shopify", "orders/updated", "e2", &shopify_order(1, "", &[(1, "PRO", 2)]));
    assert_eq!((grants(&app).len(), app.count("held_sales WHERE settled_at IS NULL")), (2, 0));
    let log = app.admin().get("/audit?action=sale.decided").body;
    assert!(log.contains("Held sale decided"), "{log}");
}

#[test]
fn a_test_order_is_skipped_for_good_or_treated_as_real() {
    let app = app();
    app.given().named_entitlement("PRO");
    let path = connect(&mut app.admin(), "shopify");
    let test = |number: u32| {
        let mut order = shopify_order(number, "max@example.com", &[(1, "PRO", 1)]);
        order["test"] = json!(true);
        order
    };
    for number in 1..=2 {
        deliver(&app, &path, "shopify", "orders/paid", &format!("e{number}"), &test(number));
    }
    let mut agent = app.agent();
    let mut held = ids(&agent.get("/sales?needs=decision"), "held_id");
    held.dedup();
    assert_eq!(held.len(), 2);
    assert_eq!(app.viewer().post("/sales/decision", &[("held_id", &held[0]), ("do", "drop")]).status, 403);
    assert_eq!(agent.post("/sales/decision", &[("held_id", &held[0]), ("do", "what")]).status, 422);
    assert_eq!(agent.post("/sales/decision", &[("held_id", &held[0]), ("do", "drop")]).status, 303);
    assert_eq!(agent.post("/sales/decision", &[("held_id", &held[0]), ("do", "real")]).status, 409);
    assert_eq!(agent.post("/sales/decision", &[("held_id", &held[1]), ("do", "real")]).status, 303);
    assert_eq!(grants(&app).len(), 1);
    // Both are told again.
    for number in 1..=2 {
        deliver(&app, &path, "shopify", "orders/updated", &format!("u{number}"), &test(number));
    }
    assert_eq!((grants(&app).len(), app.count("held_sales WHERE settled_at IS NULL")), (1, 0));
}

#[test]
fn what_waits_is_forgotten_after_a_month_and_erased_with_the_customer() {
    let app = app();
    let path = connect(&mut app.admin(), "shopify");
    deliver(&app, &path, "shopify", "orders/paid", "e1", &shopify_order(1, "Ada@example.com", &[(1, "UPG", 1)]));
    deliver(&app, &path, "shopify", "orders/paid", "e2", &shopify_order(2, "orla@example.com", &[(1, "UPG", 1)]));
    let grant = app.given().pending_grant().for_customer("ada@example.com").make();
    let customer = app.read(|conn| keydesk::storage::grants::find(conn, &grant).expect("found").customer_id);
    erase_customer(app.context(), &customer, &Actor::system(SystemPart::CommandLine)).expect("erased");
    assert_eq!((app.count("held_sales"), app.count("hooks WHERE result = 'erased'")), (1, 1));
    app.advance(jiff::SignedDuration::from_hours(31 * 24));
    keydesk::housekeeping::purge_expired(app.context()).expect("purged");
    assert_eq!((app.count("held_sales"), app.count("hooks")), (0, 0));
}
