//! How the databases run the statements that the portal sends: by an index that fits, in the order in which they are shown.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use keydesk::domain::staff::Role;
use keydesk::storage::Conn;

use crate::support::database::is_postgres;
use crate::support::{TestApp, spawn_app, statements};

#[derive(QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresLine {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// Tables that grow with every sale, request or e-mail.
const GROWING: [&str; 28] = [
    "address_changes",
    "audit_entries",
    "bulk_grants",
    "customers",
    "file_downloads",
    "grant_handling",
    "grant_moves",
    "grants",
    "held_sales",
    "hooks",
    "license_key_instances",
    "license_keys",
    "metadata_values",
    "notes",
    "stock_keys",
    "outbox_attempts",
    "outbox_messages",
    "replacements",
    "reveals",
    "sale_ids",
    "sale_lines",
    "sale_renewals",
    "sales",
    "sessions",
    "shop_lines",
    "tasks",
    "webhook_attempts",
    "webhook_messages",
];

/// The plan of a statement for any values, line by line. On PostgreSQL, what reading from end to end and sorting would
/// cost there is set so high that the plan does so only if it must.
fn plan(conn: &mut Conn, statement: &str) -> Vec<String> {
    if conn.is_sqlite() {
        let steps = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load::<SqliteStep>(conn).unwrap();
        return steps.into_iter().map(|step| step.detail).collect();
    }
    let count = (1..=99).take_while(|number| statement.contains(&format!("${number}"))).count();
    let values = if count == 0 { String::new() } else { format!("({})", vec!["NULL"; count].join(", ")) };
    conn.batch_execute(&format!(
        "SET enable_seqscan = off; SET enable_sort = off; SET plan_cache_mode = force_generic_plan;
         PREPARE explained AS {statement}"
    ))
    .unwrap_or_else(|error| panic!("{statement}: {error}"));
    let lines = diesel::sql_query(format!("EXPLAIN EXECUTE explained{values}")).load::<PostgresLine>(conn).unwrap();
    conn.batch_execute("DEALLOCATE explained").unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

/// The names under which a statement reads growing tables.
fn names(statement: &str) -> Vec<String> {
    let plain = statement.replace(['"', '`', '(', ')', ','], " ");
    let words: Vec<&str> = plain.split_whitespace().collect();
    let after = |at: usize| words.get(at).copied().unwrap_or_default();
    let tables = (0..words.len()).filter(|at| GROWING.contains(&words[*at]));
    let names = tables.flat_map(|at| [after(at), if after(at + 1) == "AS" { after(at + 2) } else { after(at + 1) }]);
    names.map(str::to_owned).collect()
}

/// What a plan does that takes longer the more there is. Without a condition, as many rows as `LIMIT` says are read in the
/// table's own order; what two indexes found together, or what a `LIMIT` inside has bounded, may be sorted.
fn slow_steps(statement: &str, plan: &[String]) -> Vec<String> {
    let names = names(statement);
    if names.is_empty() {
        return Vec::new();
    }
    let is_bounded = statement.contains("LIMIT") && !statement.contains("WHERE");
    let is_union = plan.iter().any(|step| step.contains("MULTI-INDEX OR"));
    let is_slow = |at: usize, step: &str| {
        let is_scan = step.trim().strip_prefix("SCAN ").is_some_and(|name| names.iter().any(|known| known == name));
        let is_seq_scan =
            step.contains("Seq Scan on ") && GROWING.iter().any(|table| step.contains(&format!(" {table} ")));
        let is_incremental = at > 0 && plan[at - 1].contains("Incremental Sort");
        let is_sort = step.contains("Sort Key") && !is_incremental && !step.contains(" found.");
        (is_scan && !is_bounded) || is_seq_scan || is_sort || (step.contains("TEMP B-TREE FOR ORDER BY") && !is_union)
    };
    plan.iter().enumerate().filter(|(at, step)| is_slow(*at, step)).map(|(_, step)| step.clone()).collect()
}

/// Whether a step looks these columns up in an index. With as few rows as here PostgreSQL may take either of two indexes
/// that begin alike.
fn uses(step: &str, columns: &[&str]) -> bool {
    if is_postgres() {
        let condition = step.trim().strip_prefix("Index Cond: ").unwrap_or_default();
        columns.first().is_some_and(|column| condition.contains(&format!("{column} = ")))
    } else {
        let terms: Vec<String> = columns.iter().map(|column| format!("{column}=?")).collect();
        step.contains(&format!("({}", terms.join(" AND ")))
    }
}

/// What is wrong with how statements are run, of which one must look `columns` up in an index.
fn problems(conn: &mut Conn, statements: &BTreeSet<String>, columns: &[&str]) -> Vec<String> {
    let plans: Vec<(&String, Vec<String>)> =
        statements.iter().map(|statement| (statement, plan(conn, statement))).collect();
    let mut found = Vec::new();
    for (statement, plan) in &plans {
        found.extend(slow_steps(statement, plan).iter().map(|step| format!("{step}\n  {statement}\n  {plan:#?}")));
    }
    if !columns.is_empty() && !plans.iter().any(|(_, plan)| plan.iter().any(|step| uses(step, columns))) {
        found.push(format!("no index of {columns:?}: {plans:#?}"));
    }
    found
}

/// What a visitor or a program reads, with the columns whose index it must use.
fn readings(app: &TestApp) -> Vec<(String, Vec<&'static str>)> {
    let entitlement = app.given().entitlement();
    let grant = app.given().pending_grant().of(&entitlement).make();
    app.given().fulfill(&grant, "KEY-0123456789-ABCD");
    let (by_entitlement, by_type) = (format!("entitlement_id={entitlement}"), "integration_type=license_key");
    let customer = app.read(|conn| keydesk::storage::grants::find(conn, &grant).unwrap().customer_id);
    let mut list = vec![
        ("/".to_owned(), vec![]),
        ("/grants".to_owned(), vec![]),
        ("/grants?status=pending".to_owned(), vec!["status"]),
        ("/grants?status=pending&assignee=none".to_owned(), vec!["status"]),
        ("/grants/pulse?after=".to_owned(), vec![]),
        (format!("/grants/pulse?grant={grant}"), vec!["id"]),
        (format!("/grants?{by_entitlement}"), vec!["entitlement_id"]),
        (format!("/grants?{by_type}"), vec!["integration_type"]),
        ("/grants?status=delivered".to_owned(), vec![]),
        ("/grants?status=failed".to_owned(), vec![]),
        ("/grants?status=revoked&order=oldest".to_owned(), vec![]),
        ("/grants?status=revoked&by=me".to_owned(), vec![]),
        ("/grants?status=delivered&by=me&from=today".to_owned(), vec!["delivered_by"]),
        ("/grants?from=2026-01-01&to=2026-12-31".to_owned(), vec![]),
        (format!("/grants?{by_entitlement}&status=delivered"), vec!["entitlement_id"]),
        (format!("/grants?{by_entitlement}&status=delivered&from=today"), vec!["entitlement_id"]),
        (format!("/grants?{by_type}&status=delivered"), vec![]),
        ("/grants?integration_type=github&status=delivered".to_owned(), vec!["integration_type"]),
        ("/grants?sort=product".to_owned(), vec!["entitlement_id"]),
        ("/grants?status=delivered&channel=own&sort=-product".to_owned(), vec!["entitlement_id"]),
        ("/grants?status=pending&channel=own".to_owned(), vec!["entitlement_id"]),
        ("/grants?q=pay_1".to_owned(), vec![]),
        ("/grants?q=9-ABCD".to_owned(), vec![]),
        ("/search?q=lovelace+ada".to_owned(), vec![]),
        ("/search?q=ABCD".to_owned(), vec![]),
        ("/sales".to_owned(), vec![]),
        ("/sales?source=shopify".to_owned(), vec!["shop"]),
        ("/sales?needs=decision".to_owned(), vec![]),
        ("/license-keys".to_owned(), vec![]),
        (format!("/license-keys?{by_entitlement}"), vec!["product_id"]),
        ("/license-keys?status=active".to_owned(), vec![]),
        ("/license-keys?status=disabled".to_owned(), vec![]),
        ("/license-keys?status=expired".to_owned(), vec![]),
        ("/license-keys?source=manual".to_owned(), vec!["source"]),
        ("/license-keys?batch_id=bat_000000000000000000000".to_owned(), vec!["batch_id"]),
        (format!("/grants/{grant}"), vec!["id"]),
        (format!("/entitlements/{entitlement}/edit"), vec!["id"]),
        (format!("/api/entitlements/{entitlement}/files"), vec![]),
        ("/customers".to_owned(), vec!["customer_id"]),
        ("/customers?q=lovelace".to_owned(), vec![]),
        ("/customers?open=pending".to_owned(), vec!["customer_id"]),
        (format!("/customers?{by_entitlement}&open=failed"), vec!["customer_id"]),
        (format!("/customers?{by_entitlement}"), vec!["entitlement_id"]),
        (format!("/customers/{customer}"), vec!["customer_id"]),
        ("/audit".to_owned(), vec![]),
        ("/audit?actor=stf_000000000000000000000".to_owned(), vec!["actor_id"]),
        ("/audit?action=grant.fulfill".to_owned(), vec!["action"]),
        ("/audit?actor=stf_000000000000000000000&action=grant.fulfill".to_owned(), vec!["actor_id", "action"]),
        ("/api/grants".to_owned(), vec![]),
        (format!("/api/entitlements/{entitlement}/grants"), vec!["entitlement_id"]),
        ("/api/customers".to_owned(), vec![]),
        ("/api/license_keys".to_owned(), vec![]),
        ("/api/license_key_instances".to_owned(), vec![]),
    ];
    if !is_postgres() {
        // PostgreSQL joins the two indexes only where there is much.
        list.push((format!("/audit?object={grant}"), vec!["object_id"]));
    }
    list
}

/// The indexes by which the grants of an entitlement are found.
const LOST: [&str; 3] = ["grants_entitlement_created_at", "grants_entitlement_id", "grants_list_delivered_entitlement"];

#[test]
fn what_is_read_is_found_by_its_index_and_comes_in_its_order() {
    statements::listen();
    let app = spawn_app();
    let (mut admin, program) = (app.admin(), app.api_key(Role::Admin));
    let mut conn = Conn::open(&app.database.target()).unwrap();
    let (mut wrong, mut of_an_entitlement) = (Vec::new(), BTreeSet::new());
    for (url, columns) in readings(&app) {
        let mut sent = statements::sent(&app, || {
            let status = match url.strip_prefix("/api") {
                Some(path) => program.get(path).status,
                None => admin.get(&url).status,
            };
            // A search may open its only match.
            assert!(matches!(status, 200 | 303), "{url}");
        });
        sent.retain(|statement| statement.starts_with("SELECT") || statement.starts_with("WITH"));
        assert!(!sent.is_empty(), "{url} reads nothing");
        wrong.extend(problems(&mut conn, &sent, &columns).into_iter().map(|problem| format!("{url}: {problem}")));
        // Lists by channel and by product read other tables by the same column too.
        if columns == ["entitlement_id"] && !url.contains("channel=") && !url.contains("sort=") {
            of_an_entitlement.extend(sent);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));

    // SQLite is told by name where to use the last one, and nowhere else.
    let indexes = if is_postgres() { &LOST[..] } else { &LOST[..2] };
    // What reads other tables by a column of the same name tells nothing.
    of_an_entitlement.retain(|statement| {
        plan(&mut conn, statement).iter().any(|step| indexes.iter().any(|index| step.contains(index)))
    });
    assert!(!of_an_entitlement.is_empty());
    for index in indexes {
        conn.batch_execute(&format!("DROP INDEX {index}")).unwrap();
    }
    let lost = problems(&mut conn, &of_an_entitlement, &["entitlement_id"]);
    assert!(!lost.is_empty(), "a lost index is noticed");
}

#[test]
fn what_is_reserved_is_not_looked_for_in_all_of_the_stock() {
    if is_postgres() {
        // With as few rows as here it may take any index.
        return;
    }
    statements::listen();
    let app = spawn_app();
    let entitlement = crate::stock::with_stock(&app, 3);
    let grant = app.given().pending_grant().of(&entitlement).make();
    let (mut agent, program) = (app.agent(), app.api_key(Role::Agent));
    let sent = statements::sent(&app, || {
        assert_eq!(program.get(&format!("/entitlements/{entitlement}/stock")).status, 200);
        assert_eq!(agent.get(&format!("/grants/{grant}/fulfillment/new")).status, 200);
        let answer = program.post(&format!("/grants/{grant}/fulfill-from-stock"), &serde_json::json!({}));
        assert_eq!(answer.status, 200, "{}", answer.text);
    });
    let mut conn = Conn::open(&app.database.target()).unwrap();
    let asks = |statement: &&String| statement.split("WHERE").skip(1).any(|part| part.contains("reserved_for"));
    let asked: Vec<&String> = sent.iter().filter(asks).collect();
    assert!(asked.len() >= 2, "{sent:#?}");
    for statement in asked {
        let plan = plan(&mut conn, statement);
        assert!(plan.iter().any(|step| step.contains("INDEX stock_keys_reserved_")), "{statement}\n{plan:#?}");
    }
}
