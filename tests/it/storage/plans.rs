//! How SQLite reads what pages show. (PostgreSQL's plans depend on how much there is.)

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::database::is_postgres;
use crate::support::spawn_app;

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[test]
fn filtered_pages_are_read_in_their_order_and_not_sorted_on_sqlite() {
    if is_postgres() {
        return;
    }
    let app = spawn_app();
    let grants = "ORDER BY created_at DESC, id DESC LIMIT 41";
    let entries = "ORDER BY sequence DESC LIMIT 41";
    for (condition, order, index) in [
        ("grants WHERE entitlement_id = 'x'", grants, "(entitlement_id=?)"),
        ("grants WHERE integration_type = 'x'", grants, "(integration_type=?)"),
        ("grants WHERE entitlement_id = 'x' AND status = 'x'", grants, "(entitlement_id=? AND status=?)"),
        ("grants WHERE integration_type = 'x' AND status = 'x'", grants, "(integration_type=? AND status=?)"),
        ("audit_entries WHERE actor_id = 'x'", entries, "(actor_id=?)"),
        ("audit_entries WHERE action = 'x'", entries, "(action=?)"),
        ("audit_entries WHERE actor_id = 'x' AND action = 'x'", entries, "(actor_id=? AND action=?)"),
    ] {
        let query = format!("EXPLAIN QUERY PLAN SELECT * FROM {condition} {order}");
        let steps: Vec<Step> = app.read(|conn| diesel::sql_query(&query).load(conn).unwrap());
        let steps: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
        assert!(steps.len() == 1 && steps[0].ends_with(index), "{condition}: {steps:?}");
    }
}
