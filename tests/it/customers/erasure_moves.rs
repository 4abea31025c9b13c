//! Erasing a customer whose grants have moved to another, and keeping an erased customer erased.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::SignedDuration;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::customer::EmailAddress;
use keydesk::domain::ids::{CustomerId, GrantId};
use keydesk::domain::staff::Role;
use keydesk::outbox::kind::Outcome;
use keydesk::outbox::record::record;
use keydesk::storage::db::connection::Conn;
use keydesk::storage::{Tx, customers, grants, outbox};
use keydesk::usecases::customers::erase::{Erasure, erase_customer};
use serde_json::json;

use super::erasure::{holds, home};
use crate::support::database::is_postgres;
use crate::support::outbox::in_flight;
use crate::support::process::{complaint, lines, say};
use crate::support::smtp::{Behavior, Stage};
use crate::support::{Receiver, TestApp, spawn_app};

pub const TYPO: &str = "b0b.typo@example.com";
pub const TYPO_NAME: &str = "Bobbert Typington";
pub const REAL: &str = "bob.real@example.com";
pub const KEY: &str = "MOVED-KEYS-4711-ABCD";

pub fn actor() -> Actor {
    Actor::system(SystemPart::CommandLine)
}

pub fn customer_of(app: &TestApp, grant: &GrantId) -> CustomerId {
    app.read(|conn| grants::find(conn, grant).unwrap().customer_id)
}

pub fn erase(app: &TestApp, id: &CustomerId) -> Erasure {
    erase_customer(app.context(), id, &actor()).unwrap()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Where a text is found: in a file, or on PostgreSQL in a row of a table that may hold it.
pub fn found(app: &TestApp, text: &str) -> Option<String> {
    if !is_postgres() {
        return holds(&home(app), text);
    }
    let tables = [
        "customers",
        "grants",
        "license_keys",
        "license_key_instances",
        "outbox_messages",
        "outbox_attempts",
        "reveals",
        "installation",
        "audit_entries",
        "idempotency_keys",
    ];
    let in_rows = tables.into_iter().find(|table| {
        let query = format!("SELECT count(*) AS count FROM {table} AS t WHERE strpos(lower(t::text), lower($1)) > 0");
        let rows = app.read(|conn| match conn {
            Conn::Postgres(conn) => {
                diesel::sql_query(&query).bind::<Text, _>(text).get_result::<Count>(conn).unwrap().count
            }
            Conn::Sqlite(_) => 0,
        });
        rows > 0
    });
    in_rows.map(str::to_owned).or_else(|| holds(&home(app), text))
}

/// Moves a grant to whoever has the address, as staff do who correct it.
fn correct(app: &TestApp, grant: &GrantId, email: &str) {
    let mut agent = app.admin();
    let page = agent.post_confirmed(&format!("/grants/{grant}/emails"), &[("email", email)]);
    assert_eq!(page.status, 303, "{}", page.body);
}

fn run_sql(app: &TestApp, sql: &str) {
    let mut conn = Conn::open(&app.database.target()).unwrap();
    match &mut conn {
        Conn::Sqlite(conn) => conn.batch_execute(sql),
        Conn::Postgres(conn) => conn.batch_execute(sql),
    }
    .unwrap();
}

#[test]
fn erasing_a_mistyped_customer_reaches_what_was_theirs_of_grants_that_moved() {
    let app = TestApp::builder().keeping_mail().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    assert_eq!(app.api_key(Role::Admin).post("/webhooks", &json!({"url": receiver.url()})).status, 201);
    let known = app.given().pending_grant().for_customer(REAL).named("Bob Real").make();
    let metadata = format!("{{\"buyer\":\"{TYPO}\"}}");
    let grant = app.given().pending_grant().for_customer(TYPO).named(TYPO_NAME).with_metadata(&metadata).make();
    app.given().fulfill(&grant, KEY);
    app.run_outbox_until_empty();
    let mut admin = app.admin();
    admin.post(&format!("/grants/{grant}/reveal"), &[("reason", "Bobbert Typington called")]);
    let typo = customer_of(&app, &grant);
    app.advance(SignedDuration::from_mins(1));
    // Several moves: away, to a third address, and to where it belongs.
    app.given().pending_grant().for_customer("carol@example.com").named("Carol").make();
    correct(&app, &grant, "carol@example.com");
    app.run_outbox_until_empty();
    app.advance(SignedDuration::from_mins(1));
    correct(&app, &grant, REAL);
    app.run_outbox_until_empty();
    let real = customer_of(&app, &grant);
    assert_eq!(real, customer_of(&app, &known));
    for text in [TYPO, TYPO_NAME] {
        assert!(found(&app, text).is_some(), "{text} is to be found before");
    }

    let Erasure::Done(erased) = erase(&app, &typo) else { panic!("nothing was done") };
    assert_eq!((erased.grants, erased.license_keys, erased.messages, erased.reasons), (0, 0, 1, 1), "{erased:?}");
    for text in [TYPO, TYPO_NAME] {
        assert_eq!(found(&app, text), None, "{text}");
    }
    assert_eq!(erase(&app, &typo), Erasure::WasDone);

    let page = admin.get(&format!("/grants/{grant}"));
    assert!(page.body.contains(REAL) && page.chip() == "Delivered", "{}", page.body);
    assert!(admin.post(&format!("/grants/{grant}/reveal"), &[("reason", "x")]).body.contains(KEY));
    let mail = app.data_dir().join("mail");
    assert!(holds(&mail, REAL).is_some() && holds(&mail, KEY).is_some(), "the right customer's e-mail stays");
    assert!(found(&app, "carol@example.com").is_some(), "so does the third one's");
    let carol = app
        .read(|conn| customers::find_by_email(conn, &EmailAddress::parse("carol@example.com").unwrap()))
        .unwrap()
        .unwrap();
    erase(&app, &carol.id);
    assert_eq!(found(&app, "carol@example.com"), None);
    assert!(holds(&mail, REAL).is_some());
    erase(&app, &real);
    for text in [REAL, "Bob Real", KEY] {
        assert_eq!(found(&app, text), None, "{text}");
    }
}

#[test]
fn a_refusal_that_names_a_mistyped_address_is_erased_everywhere() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    assert_eq!(app.api_key(Role::Admin).post("/webhooks", &json!({"url": receiver.url()})).status, 201);
    app.given().pending_grant().for_customer(REAL).named("Bob Real").make();
    let grant = app.given().pending_grant().for_customer(TYPO).named(TYPO_NAME).make();
    app.given().fulfill(&grant, KEY);
    app.mailbox.next(Behavior::Reply(Stage::Rcpt, format!("450 4.7.1 <{TYPO}>: greylisted")));
    app.mailbox.next(Behavior::Reply(Stage::Mail, format!("550 5.7.1 not for {TYPO}")));
    app.mailbox.next(Behavior::Reply(Stage::Rcpt, format!("550 5.1.1 <{TYPO}>: unknown")));
    for _ in 0..3 {
        app.run_outbox_until_empty();
        app.advance(SignedDuration::from_hours(1));
    }
    assert_eq!(app.read(|conn| grants::find(conn, &grant).unwrap().status).as_str(), "failed");
    let typo = customer_of(&app, &grant);
    correct(&app, &grant, REAL);
    assert!(found(&app, TYPO).is_some());
    assert!(matches!(erase(&app, &typo), Erasure::Done(_)));
    for text in [TYPO, TYPO_NAME] {
        assert_eq!(found(&app, text), None, "{text}");
    }
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.only().to, [REAL]);
    assert_eq!(app.read(|conn| grants::find(conn, &grant).unwrap().status).as_str(), "delivered");
}

#[test]
fn an_email_that_is_being_sent_while_its_grant_moves_leaves_nothing_and_is_not_tried_again() {
    let app = TestApp::builder().keeping_mail().spawn();
    app.given().pending_grant().for_customer(REAL).named("Bob Real").make();
    let grant = app.given().pending_grant().for_customer(TYPO).named(TYPO_NAME).make();
    app.given().fulfill(&grant, KEY);
    let claim = |tx: &mut Tx<'_>| {
        let id = outbox::of_grant(tx, &grant)?.remove(0).id;
        outbox::queue::claim(tx, &id, "worker", app.now())
    };
    let message = app.context().db.write(claim).unwrap().expect("claimed");
    let typo = customer_of(&app, &grant);
    correct(&app, &grant, REAL);
    let dir = app.data_dir().join("mail");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join(format!("{}.eml", message.id)), format!("To: {TYPO}\n\n{KEY}")).unwrap();
    erase(&app, &typo);
    let outcome = Outcome::Temporary { reply: format!("450 4.2.0 <{TYPO}>: later"), is_our_fault: true };
    record(app.context(), "worker", &in_flight(&app, message, outcome)).unwrap();
    for text in [TYPO, TYPO_NAME] {
        assert_eq!(found(&app, text), None, "{text}");
    }
    app.advance(SignedDuration::from_hours(1));
    assert_eq!(app.run_outbox_until_empty(), 1, "the one to the right address alone");
    assert!(holds(&dir, REAL).is_some());
    assert_eq!(found(&app, TYPO), None);
}

#[test]
fn a_retry_to_the_address_a_grant_moved_away_from_is_called_off() {
    let app = spawn_app();
    app.given().pending_grant().for_customer(REAL).named("Bob Real").make();
    let grant = app.given().pending_grant().for_customer(TYPO).named(TYPO_NAME).make();
    app.given().fulfill(&grant, KEY);
    let claim = |tx: &mut Tx<'_>| {
        let id = outbox::of_grant(tx, &grant)?.remove(0).id;
        outbox::queue::claim(tx, &id, "worker", app.now())
    };
    let message = app.context().db.write(claim).unwrap().expect("claimed");
    correct(&app, &grant, REAL);
    let outcome = Outcome::Temporary { reply: "450 4.2.0 later".to_owned(), is_our_fault: false };
    record(app.context(), "worker", &in_flight(&app, message, outcome)).unwrap();
    app.advance(SignedDuration::from_hours(1));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.only().to, [REAL], "the key goes to nobody else");
}

#[test]
fn an_erased_customer_takes_no_sale_and_nobody_takes_their_address() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let grant = app.given().pending_grant().of(&entitlement).for_customer(TYPO).named(TYPO_NAME).make();
    let other = app.given().pending_grant().of(&entitlement).for_customer(REAL).named("Bob Real").make();
    app.given().fulfill(&other, KEY);
    let typo = customer_of(&app, &grant);
    erase(&app, &typo);
    let api = app.api_key(Role::Admin);
    let sale = |customer: serde_json::Value| {
        let mut body = json!({"entitlement_id": entitlement.as_str(), "payment_id": "pay_1"});
        body.as_object_mut().unwrap().extend(customer.as_object().unwrap().clone());
        api.post("/grants", &body)
    };
    let own = sale(json!({"customer_id": typo.as_str()}));
    assert_eq!(own.refusal(), (409, "CUSTOMER_ERASED".to_owned()));
    let mut admin = app.admin();
    for address in [
        format!("{typo}@erased.invalid"),
        format!("{typo}@ERASED.Invalid"),
        format!("{typo}@mail.erased.invalid"),
        format!("{typo}@erased.invalid."),
        "somebody@erased.invalid".to_owned(),
    ] {
        let refused = sale(json!({"customer": {"email": address, "name": "Eve"}}));
        assert_eq!((refused.status, refused.fields()), (422, vec!["customer.email".to_owned()]), "{address}");
        let refused = api.post("/customers", &json!({"email": address, "name": "Eve"}));
        assert_eq!((refused.status, refused.fields()), (422, vec!["email".to_owned()]), "{address}");
        let form = [("entitlement_id", entitlement.as_str()), ("customer_email", &address), ("customer_name", "Eve")];
        let page = admin.post("/grants", &form);
        assert_eq!((page.status, page.field("customer_email").error.is_some()), (422, true), "{address}");
        let page = admin.post(&format!("/grants/{other}/emails"), &[("email", &address)]);
        assert_eq!(page.status, 422, "{address}");
        let file = format!("customer_email,entitlement_id,payment_id\n{address},{entitlement},pay_file\n");
        let imported = say(&app, &["import", "-"], &file);
        assert_eq!(imported.status.code(), Some(1));
    }
    let known = app.read(|conn| customers::find(conn, &customer_of(&app, &other)).unwrap());
    let taken = api.patch(&format!("/customers/{}", known.id), &json!({"email": format!("{typo}@erased.invalid")}));
    assert_eq!(taken.status, 422);
    assert_eq!(erase(&app, &typo), Erasure::WasDone, "nothing came in");
    let found = api.get(&format!("/customers?email={typo}%40erased.invalid"));
    assert_eq!((found.status, found.text.contains(typo.as_str())), (200, true), "the record is still found");
}

#[test]
fn erasing_again_removes_what_came_in_since_and_says_so() {
    let app = spawn_app();
    let grant = app.given().pending_grant().for_customer(TYPO).named(TYPO_NAME).make();
    app.given().fulfill(&grant, KEY);
    app.run_outbox_until_empty();
    let id = customer_of(&app, &grant);
    erase(&app, &id);
    // As an older version let it in.
    run_sql(
        &app,
        &format!(
            "UPDATE customers SET name = 'Eve Evans Back Again', search_text = 'eve evans back again' WHERE id = '{id}';
             UPDATE outbox_messages SET recipient = 'eve@back.example' WHERE grant_id = '{grant}';"
        ),
    );
    let address = format!("{id}@erased.invalid");
    let said = lines(&say(&app, &["customers", "erase", &address], ""));
    assert!(said.contains(&format!("erased {id}")) && said.contains("replies of 1 e-mails"), "{said}");
    for text in ["Eve Evans", "eve evans", "eve@back.example"] {
        assert_eq!(found(&app, text), None, "{text}");
    }
    assert!(lines(&say(&app, &["customers", "erase", &address], "")).contains("nothing was added since"));
    run_sql(&app, &format!("UPDATE grants SET revocation_reason = 'Eve again' WHERE id = '{grant}'"));
    let mut admin = app.admin();
    let page = admin.get(&format!("/customers/{id}/erasure"));
    assert!(page.body.contains("Erase again"));
    assert_eq!(admin.post(&format!("/customers/{id}/erasure"), &[]).status, 303);
    assert!(admin.get("/grants").flash().contains("Customer erased"));
    assert_eq!(found(&app, "Eve again"), None);
    assert_eq!(admin.post(&format!("/customers/{id}/erasure"), &[]).status, 303);
    assert!(admin.get("/grants").flash().contains("nothing has come in"));
    assert!(complaint(&say(&app, &["customers", "erase", "x@erased.invalid"], "")).contains("no customer"));
}

#[test]
fn the_log_holds_no_network_address_of_a_customers_device() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let program = app.program(None);
    let made = program.post("/licenses/activate", &json!({"license_key": KEY, "name": "laptop"}));
    assert_eq!(made.status, 201, "{}", made.text);
    let ended = json!({"license_key": KEY, "license_key_instance_id": made.json()["id"]});
    assert_eq!(program.post("/licenses/deactivate", &ended).status, 200);
    let rows = app.admin().get(&format!("/audit?object={grant}")).rows();
    assert!(rows.iter().any(|row| row.contains("ctivat")), "{rows:?}");
    let addresses = app.read(|conn| {
        use keydesk::storage::schema::audit_entries::dsl::{action, address, audit_entries};
        let of = audit_entries.filter(action.like("license_key_instance.%")).select(address);
        of.load::<Option<String>>(conn).unwrap()
    });
    assert_eq!(addresses, [None, None]);
}

#[test]
fn a_migration_tells_whom_e_mails_went_to_before_grants_moved() {
    let app = spawn_app();
    app.given().pending_grant().for_customer(REAL).named("Bob Real").make();
    app.given().pending_grant().for_customer("carol@example.com").named("Carol").make();
    let grant = app.given().pending_grant().for_customer(TYPO).named(TYPO_NAME).make();
    let still = app.given().pending_grant().for_customer(TYPO).make();
    app.given().fulfill(&grant, KEY);
    app.given().fulfill(&still, "STAYS-WHERE-IT-IS-01");
    app.run_outbox_until_empty();
    let mut admin = app.admin();
    for address in ["carol@example.com", REAL, "carol@example.com"] {
        admin.post(&format!("/grants/{grant}/reveal"), &[("reason", "x")]);
        app.advance(SignedDuration::from_mins(1));
        correct(&app, &grant, address);
        app.run_outbox_until_empty();
    }
    let state = || {
        use keydesk::storage::schema::{grant_moves, outbox_messages, reveals};
        app.read(|conn| {
            let messages: Vec<(String, Option<String>)> = outbox_messages::table
                .order(outbox_messages::id)
                .select((outbox_messages::id, outbox_messages::customer_id))
                .load(conn)
                .unwrap();
            let seen: Vec<(String, Option<String>)> =
                reveals::table.order(reveals::id).select((reveals::id, reveals::customer_id)).load(conn).unwrap();
            let moves: Vec<(String, i32, String, i64)> =
                grant_moves::table.order(grant_moves::number).load(conn).unwrap();
            (messages, seen, moves)
        })
    };
    let before = state();
    assert_eq!((before.0.len(), before.1.len(), before.2.len()), (5, 3, 3));
    let folder = if is_postgres() { "postgres" } else { "sqlite" };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
    let name = "2026-11-29-000020_follow_customers_of_moved_grants";
    for file in ["down.sql", "up.sql"] {
        run_sql(&app, &std::fs::read_to_string(root.join(name).join(file)).unwrap());
    }
    assert_eq!(state(), before);
}
