//! Refunds, cancellations and disputes, before and after the sale.

use serde_json::{Value, json};

use super::{app, connect, deliver, grants, send, shopify_order, states};
use crate::support::TestApp;

fn refund(number: u32, id: u32, lines: &[(u32, u32)]) -> Value {
    let lines: Vec<Value> = lines.iter().map(|(id, n)| json!({"line_item_id": id, "quantity": n})).collect();
    json!({"id": id, "order_id": 9_000_000_000_000_u64 + u64::from(number), "refund_line_items": lines})
}

fn shop() -> (TestApp, String) {
    let app = app();
    app.given().named_entitlement("PRO");
    app.agent().post("/sales/products", &[("word", "POSTER"), ("entitlement_id", "none")]);
    let path = connect(&mut app.admin(), "shopify");
    (app, path)
}

#[test]
fn a_refund_of_all_lines_with_keys_revokes_before_and_after_the_sale() {
    for is_refund_first in [false, true] {
        let (app, path) = shop();
        let order = shopify_order(7, "mira@example.com", &[(1, "PRO", 2), (2, "POSTER", 1)]);
        let back = refund(7, 1, &[(1, 2)]);
        if is_refund_first {
            deliver(&app, &path, "shopify", "refunds/create", "r1", &back);
            deliver(&app, &path, "shopify", "orders/paid", "e1", &order);
        } else {
            deliver(&app, &path, "shopify", "orders/paid", "e1", &order);
            deliver(&app, &path, "shopify", "refunds/create", "r1", &back);
        }
        assert_eq!(states(&app), ["revoked", "revoked"], "refund first: {is_refund_first}");
        assert_eq!(app.count("tasks"), 0);
    }
}

#[test]
fn a_part_asks_and_the_rest_revokes() {
    let (app, path) = shop();
    deliver(
        &app,
        &path,
        "shopify",
        "orders/paid",
        "e1",
        &shopify_order(7, "m@example.com", &[(1, "PRO", 2), (2, "POSTER", 1)]),
    );
    deliver(&app, &path, "shopify", "refunds/create", "r0", &refund(7, 1, &[(2, 1)]));
    assert_eq!((app.count("tasks"), states(&app)), (0, vec!["pending".to_owned(); 2]), "the poster");
    deliver(&app, &path, "shopify", "refunds/create", "r1", &refund(7, 2, &[(1, 1)]));
    assert_eq!((app.count("tasks WHERE kind = 'partial_refund'"), states(&app)), (1, vec!["pending".to_owned(); 2]));
    let page = app.agent().get("/sales?needs=decision").body;
    assert!(page.contains("Partial refund") && !page.contains("value=\"revoke\""), "agents do not revoke: {page}");
    deliver(&app, &path, "shopify", "refunds/create", "r2", &refund(7, 3, &[(1, 1)]));
    assert_eq!(states(&app), ["revoked", "revoked"]);
}

#[test]
fn a_cancelled_order_is_taken_back_and_one_that_comes_late_stays_so() {
    for is_late in [false, true] {
        let (app, path) = shop();
        let paid = shopify_order(7, "mira@example.com", &[(1, "PRO", 1)]);
        let mut cancelled = paid.clone();
        cancelled["cancelled_at"] = json!("2026-09-21T16:00:00+02:00");
        let first = ("orders/paid", paid);
        let second = ("orders/cancelled", cancelled);
        for (event, body) in if is_late { [second, first] } else { [first, second] } {
            deliver(&app, &path, "shopify", event, event, &body);
        }
        assert_eq!(states(&app), ["revoked"], "late: {is_late}");
    }
}

#[test]
fn a_full_refund_asks_where_the_connection_says_so_and_an_admin_revokes() {
    let (app, path) = shop();
    let mut admin = app.admin();
    assert_eq!(admin.post(&path, &[("name", "Shop"), ("on_refund", "ask")]).status, 303);
    deliver(&app, &path, "shopify", "orders/paid", "e1", &shopify_order(7, "mira@example.com", &[(1, "PRO", 2)]));
    deliver(&app, &path, "shopify", "refunds/create", "r1", &refund(7, 1, &[(1, 2)]));
    assert_eq!(states(&app), ["pending", "pending"]);
    let page = admin.get("/sales?needs=decision");
    let (task, grant) = (&super::ids(&page, "task_id")[0], &super::ids(&page, "grant_id")[0]);
    let fields = [("task_id", task.as_str()), ("grant_id", grant.as_str()), ("do", "revoke")];
    assert_eq!(app.agent().post("/sales/decision", &fields).status, 403);
    let done = admin.post("/sales/decision", &fields);
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(states(&app), ["revoked", "revoked"]);
    assert_eq!(admin.post("/sales/decision", &fields).status, 409, "decided once");
}

#[test]
fn disputes_and_deleted_orders_ask() {
    let (app, path) = shop();
    deliver(&app, &path, "shopify", "orders/paid", "e1", &shopify_order(7, "mira@example.com", &[(1, "PRO", 1)]));
    deliver(&app, &path, "shopify", "disputes/create", "d1", &json!({"id": 1, "order_id": 9_000_000_000_007_u64}));
    deliver(&app, &path, "shopify", "disputes/create", "d2", &json!({"id": 2, "order_id": 5}));
    deliver(&app, &path, "shopify", "orders/delete", "d3", &json!({"id": 9_000_000_000_007_u64}));
    assert_eq!((app.count("tasks WHERE kind = 'dispute'"), app.count("tasks WHERE kind = 'order_deleted'")), (1, 1));
    assert_eq!(states(&app), ["pending"]);
}

/// A shop, its events with their bodies, the state of the grant afterwards, and how many tasks there are.
type Case<'a> = (&'a str, Vec<(&'a str, Value)>, &'a str, i64);

#[test]
fn the_other_shops_refund_by_their_own_words() {
    let paid = json!({"id": 9, "number": "9", "status": "completed", "date_paid_gmt": "2026-09-21T13:33:20",
        "billing": {"email": "lu@example.com"}, "refunds": [],
        "line_items": [{"id": 1, "sku": "PRO", "name": "Pro", "quantity": 1}]});
    let mut refunded = paid.clone();
    refunded["status"] = json!("refunded");
    let mut partly = paid.clone();
    partly["refunds"] = json!([{"id": 1, "total": "-5.00"}]);
    let stripe = json!({"id": "evt_1", "type": "checkout.session.completed", "livemode": true, "data": {"object": {
        "id": "cs_1", "payment_status": "paid", "payment_intent": "pi_1", "metadata": {"sku": "PRO"},
        "customer_details": {"email": "ines@example.com", "name": "Ines"}}}});
    let charge = |id: &str, amount: u32| {
        json!({"id": id, "type": "charge.refunded", "livemode": true, "data": {"object": {"id": "ch_1",
            "payment_intent": "pi_1", "amount": 100, "amount_refunded": amount}}})
    };
    let dispute = json!({"id": "evt_4", "type": "charge.dispute.created", "livemode": true,
        "data": {"object": {"id": "dp_1", "payment_intent": "pi_1"}}});
    let lemon = |event: &str, status: &str| {
        json!({"meta": {"event_name": event}, "data": {"id": "501", "attributes": {"identifier": "u-1",
            "order_number": 1, "status": status, "refunded": status == "refunded", "user_email": "so@example.com",
            "first_order_item": {"id": 1, "product_name": "PRO", "quantity": 1}}}})
    };
    let fast = json!({"events": [{"id": "a", "type": "order.completed", "live": true, "data": {"id": "o1",
        "reference": "R1", "completed": true, "total": 10.0, "customer": {"email": "it@example.com"},
        "items": [{"product": "PRO", "quantity": 1}]}}]});
    let back = json!({"events": [{"id": "b", "type": "return.created", "live": true, "data": {"return": "x",
        "reference": "R1R", "completed": true, "totalReturn": 10.0,
        "original": {"id": "o1", "reference": "R1", "total": 10.0}}}]});
    let cases: Vec<Case<'_>> = vec![
        ("woocommerce", vec![("order.updated", paid.clone()), ("order.updated", refunded)], "revoked", 0),
        ("woocommerce", vec![("order.updated", paid), ("order.updated", partly)], "pending", 1),
        ("stripe", vec![("", charge("evt_2", 100)), ("", stripe.clone())], "revoked", 0),
        ("stripe", vec![("", stripe.clone()), ("", charge("evt_3", 40))], "pending", 1),
        ("stripe", vec![("", stripe), ("", dispute)], "pending", 1),
        (
            "lemonsqueezy",
            vec![
                ("order_created", lemon("order_created", "paid")),
                ("order_refunded", lemon("order_refunded", "refunded")),
            ],
            "revoked",
            0,
        ),
        ("fastspring", vec![("", fast), ("", back)], "revoked", 0),
    ];
    for (kind, bodies, state, tasks) in cases {
        let app = app();
        app.given().named_entitlement("PRO");
        let path = connect(&mut app.admin(), kind);
        for (number, (event, body)) in bodies.iter().enumerate() {
            deliver(&app, &path, kind, event, &format!("e{number}"), body);
        }
        assert_eq!((states(&app), app.count("tasks")), (vec![state.to_owned()], tasks), "{kind} {bodies:?}");
    }
}

#[test]
fn paddle_takes_back_what_an_approved_adjustment_says() {
    let app = app();
    app.given().named_entitlement("pri_1");
    let path = connect(&mut app.admin(), "paddle");
    let sale = json!({"event_id": "e1", "event_type": "transaction.completed", "data": {"id": "txn_1", "origin": "web",
        "customer": {"email": "emil@example.com"}, "items": [{"price": {"id": "pri_1"}, "quantity": 1}]}});
    let adjustment = |id: &str, status: &str, kind: &str| {
        json!({"event_id": id, "event_type": "adjustment.updated", "data": {"id": "adj_1", "action": "refund",
            "status": status, "type": kind, "transaction_id": "txn_1", "items": []}})
    };
    deliver(&app, &path, "paddle", "", "", &sale);
    deliver(&app, &path, "paddle", "", "", &adjustment("e2", "pending_approval", "full"));
    assert_eq!(states(&app), ["pending"]);
    deliver(&app, &path, "paddle", "", "", &adjustment("e3", "approved", "partial"));
    assert_eq!((states(&app), app.count("tasks")), (vec!["pending".to_owned()], 1));
    deliver(&app, &path, "paddle", "", "", &adjustment("e4", "approved", "full"));
    assert_eq!(states(&app), ["revoked"]);
}

#[test]
fn a_refund_of_gumroad_is_followed() {
    let app = app();
    app.given().named_entitlement("Gridsmith");
    let path = connect(&mut app.admin(), "gumroad");
    for form in [
        "resource_name=refund&sale_id=s1%3D%3D&order_number=7&email=n%40example.org&product_name=Gridsmith",
        "resource_name=sale&sale_id=s1%3D%3D&order_number=7&email=n%40example.org&product_name=Gridsmith",
        "resource_name=sale&sale_id=s2%3D%3D&order_number=8&email=n%40example.org&product_name=Gridsmith&email=other",
    ] {
        assert_eq!(send(&app, &path, "gumroad", "", "", form.as_bytes()).status, 200);
        app.run_outbox_until_empty();
    }
    assert_eq!(states(&app), ["pending", "revoked"]);
    assert_eq!(grants(&app).len(), 2);
}
