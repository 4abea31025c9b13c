//! Orders: what changes, what is not paid, tests, and products that nobody has mapped.

use serde_json::json;

use super::{app, connect, deliver, grants, send, shopify_order, states};

#[test]
fn an_order_with_several_products_is_one_sale_and_a_poster_needs_no_key() {
    let app = app();
    app.given().named_entitlement("PRO");
    app.given().named_entitlement("LITE");
    let path = connect(&mut app.admin(), "shopify");
    app.agent().post("/sales/products", &[("word", "POSTER"), ("entitlement_id", "none")]);
    let order = shopify_order(7, "mira@example.com", &[(1, "PRO", 2), (2, "LITE", 1), (3, "POSTER", 4), (4, "PRO", 1)]);
    deliver(&app, &path, "shopify", "orders/paid", "e1", &order);
    assert_eq!((grants(&app).len(), app.count("sales"), app.count("customers")), (4, 1, 1));
    assert_eq!(app.count("held_sales"), 0);
}

#[test]
fn a_corrected_quantity_and_address_are_followed() {
    let app = app();
    app.given().named_entitlement("PRO");
    let path = connect(&mut app.admin(), "shopify");
    deliver(&app, &path, "shopify", "orders/paid", "e1", &shopify_order(7, "mira@example.com", &[(1, "PRO", 3)]));
    let mut edited = shopify_order(7, "mira.holt@example.com", &[(1, "PRO", 3)]);
    edited["line_items"][0]["current_quantity"] = json!(2);
    deliver(&app, &path, "shopify", "orders/updated", "e2", &edited);
    assert_eq!(states(&app), ["pending", "pending", "revoked"]);
    assert!(app.agent().get("/grants?status=pending").body.contains("mira.holt@example.com"));
}

#[test]
fn what_is_not_paid_is_no_sale_and_woocommerce_pays_later() {
    let app = app();
    app.given().named_entitlement("FRM");
    let path = connect(&mut app.admin(), "woocommerce");
    let order = |status: &str, paid: Option<&str>| {
        json!({"id": 9, "number": "9", "status": status, "date_paid_gmt": paid, "refunds": [],
            "billing": {"email": "lu@example.com", "first_name": "Lu", "last_name": "P"},
            "line_items": [{"id": 1, "sku": "FRM", "name": "Frame", "quantity": 1}]})
    };
    deliver(&app, &path, "woocommerce", "order.created", "", &order("pending", None));
    deliver(&app, &path, "woocommerce", "order.updated", "", &order("on-hold", None));
    deliver(&app, &path, "woocommerce", "order.updated", "", &order("processing", None));
    assert_eq!((grants(&app).len(), app.count("sales")), (0, 0));
    deliver(&app, &path, "woocommerce", "order.updated", "", &order("processing", Some("2026-09-21T13:33:20")));
    deliver(&app, &path, "woocommerce", "order.updated", "", &order("completed", Some("2026-09-21T13:33:20")));
    assert_eq!(states(&app), ["pending"]);
}

#[test]
fn test_orders_ask_or_are_skipped_or_count_as_the_connection_says() {
    for (choice, count, held) in [("ask", 0, 1), ("skip", 0, 0), ("real", 1, 0)] {
        let app = app();
        app.given().named_entitlement("PRO");
        let mut admin = app.admin();
        let path = connect(&mut admin, "shopify");
        assert_eq!(admin.post(&path, &[("name", "Shop"), ("on_test", choice)]).status, 303);
        let mut order = shopify_order(7, "mira@example.com", &[(1, "PRO", 1)]);
        order["test"] = json!(true);
        deliver(&app, &path, "shopify", "orders/paid", "e1", &order);
        assert_eq!((grants(&app).len(), app.count("held_sales")), (count, held), "{choice}");
    }
}

#[test]
fn a_poison_message_holds_up_nobody() {
    let app = app();
    app.given().named_entitlement("PRO");
    let path = connect(&mut app.admin(), "shopify");
    let mut bad = shopify_order(1, "mira@example.com", &[(1, "PRO", 1)]);
    bad["name"] = json!("x".repeat(5_000));
    bad["id"] = json!({"not": "an id"});
    bad["line_items"][0]["quantity"] = json!(-3);
    for (id, body) in [("e1", bad.to_string()), ("e2", "{\"line_items\":[[[[1]]],null,7]".repeat(50))] {
        assert_eq!(send(&app, &path, "shopify", "orders/paid", id, body.as_bytes()).status, 200);
    }
    deliver(&app, &path, "shopify", "orders/paid", "e3", &shopify_order(2, "ada@example.com", &[(1, "PRO", 1)]));
    assert_eq!(grants(&app).len(), 1);
    assert_eq!(app.count("hooks WHERE finished_at IS NULL"), 0);
    assert!(app.admin().get(&path).body.contains("Not possible"), "and it is listed");
}

#[test]
fn a_renewal_is_the_same_grant_and_a_subscription_adds_its_id() {
    let app = app();
    app.given().named_entitlement("Tonebench");
    let mut admin = app.admin();
    let path = connect(&mut admin, "lemonsqueezy");
    let order = json!({"meta": {"event_name": "order_created"}, "data": {"type": "orders", "id": "501", "attributes": {
        "identifier": "uuid-501", "order_number": 501, "status": "paid", "user_email": "so@example.com",
        "first_order_item": {"id": 1, "product_name": "Tonebench", "variant_name": "Default", "quantity": 2}}}});
    let subscription = json!({"meta": {"event_name": "subscription_created"}, "data": {"id": "77", "attributes": {
        "order_id": 501, "user_email": "so@example.com", "product_name": "Tonebench", "variant_name": "Default"}}});
    let renewal = json!({"meta": {"event_name": "subscription_payment_success"}, "data": {"id": "9", "attributes": {
        "subscription_id": 77, "billing_reason": "renewal", "user_email": "so@example.com"}}});
    for (event, body) in
        [("order_created", order), ("subscription_created", subscription), ("subscription_payment_success", renewal)]
    {
        deliver(&app, &path, "lemonsqueezy", event, "", &body);
    }
    assert_eq!((grants(&app).len(), app.count("sales"), app.count("sale_renewals")), (2, 1, 1));
    assert_eq!(grants(&app)[0]["subscription_id"], "77");
}

#[test]
fn one_request_of_fastspring_may_have_several_orders() {
    let app = app();
    app.given().named_entitlement("scan");
    let path = connect(&mut app.admin(), "fastspring");
    let event = |id: &str, order: &str| {
        json!({"id": id, "type": "order.completed", "live": true, "data": {"order": order, "id": order,
            "reference": format!("REF-{order}"), "completed": true, "account": {"id": "a"},
            "customer": {"first": "I", "last": "D", "email": "it@example.com"},
            "items": [{"product": {"product": "scan"}, "quantity": 1, "display": "Scan"}]}})
    };
    deliver(&app, &path, "fastspring", "", "", &json!({"events": [event("a", "o1"), event("b", "o2")]}));
    // A resend has another id.
    deliver(&app, &path, "fastspring", "", "", &json!({"events": [event("c", "o2"), event("d", "o3")]}));
    assert_eq!((grants(&app).len(), app.count("sales")), (3, 3));
}
