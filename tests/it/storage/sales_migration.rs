//! The migration that adds sales takes the grants of before along, and merges nothing.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use keydesk::domain::staff::Role;
use keydesk::storage::db::connection::Conn;
use serde_json::json;

use crate::support::database::is_postgres;
use crate::support::spawn_app;

const NAME: &str = "2026-11-29-000027_add_sales";

fn script(file: &str) -> String {
    let database = if is_postgres() { "postgres" } else { "sqlite" };
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join("migrations").join(database).join(NAME).join(file)).unwrap()
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(conn: &mut Conn, query: &str) -> Vec<String> {
    let found: Vec<Line> = diesel::sql_query(query).load(conn).unwrap();
    found.into_iter().map(|found| found.line).collect()
}

#[test]
fn the_grants_of_before_become_sales_with_their_lines_and_ids() {
    let app = spawn_app();
    let (pro, other) = (app.given().entitlement(), app.given().named_entitlement("Klangwerk"));
    let auto = app.given().auto_entitlement();
    for email in ["ada@example.com", "bob@example.com"] {
        app.given().pending_grant().of(&pro).for_customer(email).make();
    }
    app.given().pending_grant().of(&auto).make();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    conn.batch_execute(&script("down.sql")).unwrap();
    // What the version before could hold: a quantity of two, two entitlements in one payment, a subscription that made a
    // grant each month, a payment that was reported for two addresses, and grants without any id.
    for (id, entitlement, email, payment, subscription, created_at) in [
        ("entg_a1", &pro, "ada@example.com", "'pay_1'", "NULL", 10),
        ("entg_a2", &pro, "ada@example.com", "'pay_1'", "NULL", 11),
        ("entg_a3", &other, "ada@example.com", "'pay_1'", "NULL", 12),
        ("entg_b1", &pro, "ada@example.com", "'pay_m1'", "'sub_9'", 20),
        ("entg_b2", &pro, "ada@example.com", "'pay_m2'", "'sub_9'", 30),
        ("entg_c1", &pro, "bob@example.com", "'pay_1'", "NULL", 40),
        ("entg_d1", &pro, "bob@example.com", "NULL", "NULL", 50),
        ("entg_d2", &pro, "bob@example.com", "NULL", "NULL", 51),
    ] {
        conn.batch_execute(&format!(
            "INSERT INTO grants (id, customer_id, entitlement_id, integration_type, status, payment_id, subscription_id,
                 metadata, created_at, updated_at)
             SELECT '{id}', id, '{entitlement}', 'license_key', 'pending', {payment}, {subscription}, '{{}}', {created_at},
                 {created_at} FROM customers WHERE email = '{email}'"
        ))
        .unwrap();
    }
    conn.batch_execute(&script("up.sql")).unwrap();
    let units = lines(
        &mut conn,
        "SELECT grants.id || ' ' || sale_id || ' ' || ordinal || ' ' || quantity || ' ' || sale_unit AS line
         FROM grants JOIN sale_lines ON sale_lines.id = sale_line_id WHERE grants.created_at < 100 ORDER BY grants.created_at",
    );
    assert_eq!(
        units,
        [
            "entg_a1 sale_a1 1 2 1",
            "entg_a2 sale_a1 1 2 2",
            "entg_a3 sale_a1 1 1 1",
            "entg_b1 sale_b1 1 1 1",
            "entg_b2 sale_b2 1 1 1",
            "entg_c1 sale_c1 1 1 1",
            "entg_d1 sale_d1 1 1 1",
            "entg_d2 sale_d2 1 1 1",
        ]
    );
    let ids = lines(
        &mut conn,
        "SELECT kind || ' ' || value || ' ' || copy || ' ' || sale_id AS line FROM sale_ids ORDER BY value, kind, copy",
    );
    assert_eq!(
        ids,
        [
            "payment pay_1 0 sale_a1",
            "payment pay_1 1 sale_c1",
            "payment pay_m1 0 sale_b1",
            "payment pay_m2 0 sale_b2",
            "subscription sub_9 0 sale_b1",
            "subscription sub_9 1 sale_b2",
        ]
    );
    let sources = lines(&mut conn, "SELECT source || ' ' || coalesce(expiry_source, '-') AS line FROM license_keys");
    assert_eq!(sources, ["auto duration"]);
    let without = lines(&mut conn, "SELECT id AS line FROM grants WHERE sale_line_id IS NULL OR sale_unit IS NULL");
    assert_eq!(without, Vec::<String>::new());

    // All of it can be reported again.
    let shop = app.api_key(Role::Agent);
    let count = || shop.get("/grants?page_size=100").json()["items"].as_array().unwrap().len();
    let before = count();
    for (entitlement, email, fields, first) in [
        (&pro, "ada@example.com", json!({"payment_id": "pay_1", "quantity": 2}), "entg_a1"),
        (&other, "ada@example.com", json!({"payment_id": "pay_1"}), "entg_a3"),
        (&pro, "ada@example.com", json!({"payment_id": "pay_m2", "subscription_id": "sub_9"}), "entg_b1"),
        (&pro, "bob@example.com", json!({"payment_id": "pay_1"}), "entg_a1"),
        (&pro, "ada@example.com", json!({"payment_id": "pay_m3", "subscription_id": "sub_9"}), "entg_b1"),
    ] {
        let mut report = fields.clone();
        report["entitlement_id"] = json!(entitlement.as_str());
        report["customer"] = json!({"email": email, "name": "Ada Lovelace"});
        let answer = shop.post("/grants", &report);
        assert_eq!((answer.status, answer.json()["id"].as_str()), (200, Some(first)), "{fields}: {}", answer.text);
    }
    assert_eq!(count(), before);
    let page = app.agent().get("/grants?needs=decision");
    assert_eq!(page.count("a[data-row]"), 2, "the sales that share ids");

    conn.batch_execute(&script("down.sql")).unwrap();
    let keys = lines(&mut conn, "SELECT coalesce(sale_key, '-') AS line FROM grants WHERE id = 'entg_a2'");
    assert!(keys[0].ends_with(" payment pay_1 2"), "{keys:?}");
    conn.batch_execute(&script("up.sql")).unwrap();
}
