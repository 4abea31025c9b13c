//! `keydesk demo`: made-up data that looks and behaves like the real thing, and is gone afterwards.

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::SignedDuration;
use keydesk::demo::Extent;
use keydesk::storage::grants::stats as figures;
use keydesk::storage::schema::{audit_entries, customers, grants, outbox_attempts, outbox_messages, stock_keys};
use keydesk::usecases::audit_log::verify::verify_audit_log;
use keydesk::usecases::license_keys::reveal::reveal_license_key;
use scraper::Html;

use crate::support::process::{Portal, keydesk, run};
use crate::support::{TestApp, Visitor, spawn_app};

fn filled(count: u32) -> TestApp {
    let app = spawn_app();
    keydesk::demo::fill(app.context(), &Extent::of(count), keydesk::demo::SEED).unwrap();
    app
}

fn by_status(app: &TestApp) -> BTreeMap<String, i64> {
    app.read(|conn| {
        let rows: Vec<(String, i64)> = grants::table
            .group_by(grants::status)
            .select((grants::status, diesel::dsl::count_star()))
            .load(conn)
            .unwrap();
        rows.into_iter().collect()
    })
}

#[test]
fn the_data_shows_everything_the_portal_can() {
    let app = filled(200);
    let now = app.now();
    let found = by_status(&app);
    assert_eq!(found.values().sum::<i64>(), 200);
    assert!(
        found["pending"] >= 15 && found["failed"] >= 3 && found["revoked"] >= 5 && found["delivered"] >= 100,
        "{found:?}"
    );
    let waiting = app.read(|conn| figures::waiting(conn, now - SignedDuration::from_hours(4), now).unwrap());
    assert!(waiting.late >= 2 && waiting.late < found["pending"], "{waiting:?}");
    let since = |hours| (now - SignedDuration::from_hours(hours)).as_microsecond();
    let month: Vec<(i64, Option<i64>)> = app.read(|conn| {
        let delivered = grants::table.filter(grants::delivered_at.ge(since(24 * 31)));
        delivered.select((grants::created_at, grants::delivered_at)).load(conn).unwrap()
    });
    assert!(month.len() > 100 && month.iter().all(|(sold, at)| Some(*sold) <= *at && *at <= Some(since(0))));
    assert!(month.iter().filter(|(_, at)| *at > Some(since(10))).count() >= 3);
    let held: i64 =
        app.read(|conn| grants::table.filter(grants::held_by.is_not_null()).count().get_result(conn).unwrap());
    assert_eq!(held, 2);
    let reserved = stock_keys::table.filter(stock_keys::reserved_until.gt(since(0)));
    assert_eq!(
        app.read(|conn| reserved.count().get_result::<i64>(conn).unwrap()),
        1,
        "one of them has a key kept for it"
    );
    let kinds: Vec<String> =
        app.read(|conn| grants::table.select(grants::integration_type).distinct().load(conn).unwrap());
    assert!(kinds.len() >= 5, "{kinds:?}");
    let codes: Vec<Option<String>> = app.read(|conn| {
        grants::table.filter(grants::error_code.is_not_null()).select(grants::error_code).distinct().load(conn).unwrap()
    });
    assert!(codes.len() >= 3, "{codes:?}");
    let locales: Vec<String> =
        app.read(|conn| customers::table.select(customers::locale).distinct().load(conn).unwrap());
    assert!(
        ["de", "en", "fr", "pl"].iter().all(|locale| locales.iter().any(|found| found.starts_with(locale))),
        "{locales:?}"
    );
    let attempts: i64 = app.read(|conn| outbox_attempts::table.count().get_result(conn).unwrap());
    assert!(attempts > 100, "{attempts}");
    let states: Vec<String> =
        app.read(|conn| outbox_messages::table.select(outbox_messages::state).distinct().load(conn).unwrap());
    assert!(["queued", "sent", "failed"].iter().all(|state| states.contains(&(*state).to_owned())), "{states:?}");
}

#[test]
fn the_data_is_as_consistent_as_real_data() {
    let app = filled(300);
    let log = verify_audit_log(app.context()).unwrap();
    // On PostgreSQL the sealer needs a second look, which the running portal gives.
    let is_sealed = log.unsealed == 0 || crate::support::database::is_postgres();
    assert!(log.entries > 900 && is_sealed, "{log:?}");
    let times: Vec<i64> = app
        .read(|conn| audit_entries::table.order(audit_entries::sequence).select(audit_entries::at).load(conn).unwrap());
    assert!(times.is_sorted(), "the log is not in the order of time");
    let delivered: Vec<(String, Option<String>)> = app.read(|conn| {
        let with_key =
            grants::table.filter(grants::status.eq("delivered")).filter(grants::integration_type.eq("license_key"));
        with_key.select((grants::id, grants::license_key_id)).load(conn).unwrap()
    });
    assert!(delivered.iter().all(|(_, key)| key.is_some()));
    let pending_with_key: i64 = app.read(|conn| {
        let odd = grants::table.filter(grants::status.eq("pending")).filter(grants::license_key_id.is_not_null());
        odd.count().get_result(conn).unwrap()
    });
    assert_eq!(pending_with_key, 0);
    let id = keydesk::domain::ids::GrantId::stored(delivered[0].0.clone());
    let actor = keydesk::domain::actor::Actor::system(keydesk::domain::actor::SystemPart::Demo);
    assert!(reveal_license_key(app.context(), &id, None, &actor).is_ok());
    assert!(app.run_outbox_until_empty() >= 1, "some e-mails are left to send");
}

const IN_BULK: Extent = Extent { month: 40, older: 1_200, backlog: 30, years: SignedDuration::from_hours(24 * 90) };

/// A month that is played, and orders before and after it that are written in bulk.
fn filled_in_bulk() -> TestApp {
    let app = spawn_app();
    keydesk::demo::fill(app.context(), &IN_BULK, keydesk::demo::SEED).unwrap();
    app
}

#[test]
fn what_is_written_in_bulk_is_as_consistent_as_what_is_played() {
    let app = filled_in_bulk();
    let found = by_status(&app);
    assert_eq!(found.values().sum::<i64>(), 1_270);
    assert!(found["pending"] >= 30 && found["revoked"] > 20 && found["failed"] > 5, "{found:?}");
    let log = verify_audit_log(app.context()).unwrap();
    let is_sealed = log.unsealed == 0 || crate::support::database::is_postgres();
    assert!(log.entries > 3 * 1_200 && is_sealed, "{log:?}");
    let times: Vec<i64> = app
        .read(|conn| audit_entries::table.order(audit_entries::sequence).select(audit_entries::at).load(conn).unwrap());
    assert!(times[..3_500].is_sorted(), "the log is not in the order of time");
    let mut newest = 0;
    for at in times {
        newest = at.max(newest);
        assert!(newest - at < 24 * 3_600 * 1_000_000, "an entry stands a day behind younger ones");
    }
    let old: (String, String, String) = app.read(|conn| {
        grants::table
            .inner_join(customers::table)
            .filter(grants::status.eq("delivered").and(grants::license_key_id.is_not_null()))
            .order(grants::created_at)
            .select((grants::id, customers::email, customers::name))
            .first(conn)
            .unwrap()
    });
    let id = keydesk::domain::ids::GrantId::stored(old.0.clone());
    let actor = keydesk::domain::actor::Actor::system(keydesk::domain::actor::SystemPart::Demo);
    assert!(reveal_license_key(app.context(), &id, None, &actor).is_ok());
    let mut viewer = app.viewer();
    for q in [&old.0, &old.1, &old.2] {
        let page = viewer.get(&format!("/grants?{}", crate::support::client::encode(&[("q", q)])));
        assert!(page.body.contains(&old.0), "{q}");
    }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// The names of all indexes and foreign keys.
fn structure(app: &TestApp) -> Vec<String> {
    let query = if crate::support::database::is_postgres() {
        "SELECT pg_get_indexdef(indexrelid) AS name FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
         WHERE relnamespace = 'public'::regnamespace
         UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
         WHERE contype IN ('f', 'p', 'u') ORDER BY name"
    } else {
        "SELECT sql AS name FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql"
    };
    let parts: Vec<Name> = app.read(|conn| diesel::sql_query(query).load(conn).unwrap());
    parts.into_iter().map(|part| part.name).collect()
}

#[test]
fn indexes_and_foreign_keys_are_all_there_after_a_load_in_bulk() {
    let (filled, fresh) = (structure(&filled_in_bulk()), structure(&spawn_app()));
    assert!(fresh.len() > 50, "{fresh:?}");
    assert_eq!(filled, fresh);
}

#[test]
fn a_load_in_bulk_leaves_a_whole_database() {
    let app = filled_in_bulk();
    if crate::support::database::is_postgres() {
        return;
    }
    for check in [
        "SELECT \"table\" AS name FROM pragma_foreign_key_check",
        "SELECT integrity_check AS name FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    ] {
        let wrong: Vec<Name> = app.read(|conn| diesel::sql_query(check).load(conn).unwrap());
        assert!(wrong.is_empty(), "{check}: {}", wrong[0].name);
    }
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let story = |count| {
        let app = filled(count);
        let rows: Vec<(String, String, i64)> = app.read(|conn| {
            grants::table.select((grants::id, grants::status, grants::created_at)).order(grants::id).load(conn).unwrap()
        });
        rows
    };
    assert_eq!(story(40), story(40));
}

#[test]
fn a_few_grants_are_enough() {
    for count in [1, 2, 7] {
        assert_eq!(by_status(&filled(count)).values().sum::<i64>(), i64::from(count));
    }
}

#[test]
fn the_demo_prints_a_sign_in_serves_and_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let scratch = dir.path().join("tmp");
    std::fs::create_dir(&scratch).unwrap();
    let mut command = keydesk(&dir.path().join("data"));
    command.env("TMPDIR", &scratch).args(["demo", "--grants", "60"]);
    let portal = Portal::start(command);
    let password = |role: &str| {
        let line = portal
            .greeting
            .lines()
            .find(|line| line.trim_start().starts_with(role))
            .unwrap_or_else(|| panic!("{}", portal.greeting));
        let mut words = line.split_whitespace();
        (words.nth(1).unwrap().to_owned(), words.nth(1).unwrap().to_owned())
    };
    for role in ["admin", "agent", "viewer"] {
        let (email, password) = password(role);
        let mut visitor = Visitor::new(portal.address);
        let answer = visitor.post("/login", &[("email", &email), ("password", &password)]);
        assert_eq!(answer.status, 303, "{role}: {}", answer.body);
        let page = visitor.get("/");
        assert_eq!(page.status, 200);
        assert!(!Html::parse_document(&page.body).root_element().text().collect::<String>().trim().is_empty());
    }
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 1);
    assert_eq!(portal.terminate(), Some(0));
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
    assert!(!dir.path().join("data").exists(), "the demo has its own data directory");
}

#[test]
fn a_database_with_data_is_left_alone() {
    let app = spawn_app();
    app.given().pending_grant().make();
    let mut command = keydesk(&app.data_dir());
    let secret = std::fs::read_to_string(app.data_dir().join("secret.key")).unwrap();
    command.env("DATABASE_URL", &app.database.url).env("KEYDESK_SECRET", secret.trim()).args([
        "demo",
        "--listen",
        "127.0.0.1:0",
    ]);
    let output = run(command, "");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("DATABASE_URL") && said.contains("empty"), "{said}");
    assert_eq!(by_status(&app).values().sum::<i64>(), 1);
}
