//! Many deliveries at once, by several nodes' worth of workers, with the file of the same orders.

use std::sync::Barrier;

use keydesk::import::{Format, Mode, Options, import};

use super::{app, connect, send, shopify_order, states};

fn at_once(count: usize, what: impl Fn(usize) + Sync) {
    let barrier = Barrier::new(count);
    std::thread::scope(|scope| {
        for number in 0..count {
            let (barrier, what) = (&barrier, &what);
            scope.spawn(move || {
                barrier.wait();
                what(number);
            });
        }
    });
}

#[test]
fn twenty_deliveries_of_one_event_at_once_are_one_sale() {
    let app = app();
    app.given().named_entitlement("PRO");
    let path = connect(&mut app.admin(), "shopify");
    let body = shopify_order(7, "mira@example.com", &[(1, "PRO", 3)]).to_string();
    at_once(20, |_| {
        assert_eq!(send(&app, &path, "shopify", "orders/paid", "e1", body.as_bytes()).status, 200);
    });
    assert_eq!(app.count("hooks"), 1);
    app.run_outbox_until_empty();
    assert_eq!(states(&app), ["pending"; 3]);
}

#[test]
fn different_events_of_one_order_worked_off_at_once_are_one_sale() {
    let app = app();
    app.given().named_entitlement("PRO");
    let path = connect(&mut app.admin(), "shopify");
    let body = shopify_order(7, "mira@example.com", &[(1, "PRO", 3)]).to_string();
    for number in 0..12 {
        let id = format!("e{number}");
        assert_eq!(send(&app, &path, "shopify", "orders/paid", &id, body.as_bytes()).status, 200);
    }
    at_once(4, |_| {
        app.run_outbox_until_empty();
    });
    app.run_outbox_until_empty();
    assert_eq!(states(&app), ["pending"; 3]);
    assert_eq!((app.count("sales"), app.count("hooks WHERE finished_at IS NULL")), (1, 0));
}

#[test]
fn the_webhooks_and_the_file_of_the_same_orders_at_once_are_one_sale_each() {
    use std::fmt::Write;
    let app = app();
    app.given().named_entitlement("PRO");
    let path = connect(&mut app.admin(), "shopify");
    let mut file = "Name,Email,Financial Status,Paid at,Lineitem quantity,Lineitem name,Lineitem sku,Id\n".to_owned();
    for number in 0..10 {
        let body = shopify_order(number, "mira@example.com", &[(1, "PRO", 2)]).to_string();
        let id = format!("e{number}");
        assert_eq!(send(&app, &path, "shopify", "orders/paid", &id, body.as_bytes()).status, 200);
        writeln!(
            file,
            "#{number},mira@example.com,paid,2026-09-21 15:33:20 +0200,2,Pro,PRO,{}",
            9_000_000_000_000_u64 + u64::from(number)
        )
        .unwrap();
    }
    at_once(3, |number| {
        if number == 0 {
            let options = Options::default();
            import(app.context(), file.as_bytes(), Format::Csv, Mode::Load, &options, &mut |_| {}).unwrap();
        } else {
            app.run_outbox_until_empty();
        }
    });
    app.run_outbox_until_empty();
    assert_eq!(states(&app), ["pending"; 20]);
    assert_eq!((app.count("sales"), app.count("tasks")), (10, 0));
}

#[test]
fn two_who_decide_at_once_make_one_sale() {
    let app = app();
    app.given().named_entitlement("PRO");
    let path = connect(&mut app.admin(), "shopify");
    let body = shopify_order(7, "", &[(1, "PRO", 2)]).to_string();
    send(&app, &path, "shopify", "orders/paid", "e1", body.as_bytes());
    app.run_outbox_until_empty();
    let page = app.agent().get("/sales?needs=decision");
    let held = super::ids(&page, "held_id").remove(0);
    let statuses = std::sync::Mutex::new(Vec::new());
    at_once(4, |number| {
        let email = format!("mira{number}@example.com");
        let mut agent = app.agent();
        let status = agent.post("/sales/address", &[("held_id", held.as_str()), ("email", email.as_str())]).status;
        statuses.lock().unwrap().push(status);
    });
    let mut statuses = statuses.into_inner().unwrap();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409, 409]);
    assert_eq!((states(&app).len(), app.count("customers")), (2, 1));
}
