//! The audit log as a page and as a file.

use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use keydesk::domain::staff::Role;
use keydesk::storage::audit_log;

use crate::support::given::PASSWORD;
use crate::support::{TestApp, spawn_app};

/// Writes that many entries on objects of that name.
fn entries(app: &TestApp, count: usize, object: &str) {
    entries_of(app, count, object, |_| AuditAction::GrantImport);
}

fn entries_of(app: &TestApp, count: usize, object: &str, action: impl Fn(usize) -> AuditAction) {
    let (ctx, now) = (app.context(), app.now());
    ctx.db
        .write(|tx| {
            for number in 0..count {
                let changes = vec![Change::new("number", None, Some(&number.to_string()))];
                let entry = NewAuditEntry::on(
                    &Actor::system(SystemPart::Import),
                    action(number),
                    ObjectKind::Grant,
                    object,
                    changes,
                );
                audit_log::append(tx, &ctx.keyring, &entry, now)?;
            }
            Ok::<_, keydesk::storage::StorageError>(())
        })
        .expect("written");
}

#[test]
fn agents_read_the_log_and_others_do_not() {
    let app = spawn_app();
    for path in ["/audit", "/audit.csv"] {
        assert_eq!(app.anonymous().get(path).location(), format!("/login?next={path}"));
        assert_eq!(app.viewer().get(path).status, 403, "{path}");
        assert_eq!(app.agent().get(path).status, 200, "{path}");
        assert_eq!(app.agent().post(path, &[]).status, 405, "{path}");
    }
}

#[test]
fn an_entry_tells_who_did_what_to_which_object_with_the_values_before_and_after() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let anna = app.given().named_staff(Role::Agent, "Anna Bergmann", "anna@desk.example");
    let mut visitor = app.sign_in(&anna.email, PASSWORD);
    let page = visitor.post(&format!("/grants/{id}/fulfillment"), &[("key", "AUDIT-KEY-0123456789")]);
    assert_eq!(page.status, 303);
    visitor.get("/entitlements");
    let page = visitor.get(&format!("/audit?object={id}"));
    assert_eq!(page.status, 200);
    let row = page.row("grant.fulfill");
    for part in ["Anna Bergmann", "AB", "15 Jun 2026, 10:00:00", "127.0.0.1", id.as_str(), "pending", "delivered"] {
        assert!(row.contains(part), "{part} in {row}");
    }
    assert!(!page.body.contains("AUDIT-KEY") && !page.body.contains("ada@example.com"));
    assert!(page.links().contains(&format!("/grants/{id}")));
    assert!(page.rows()[0].contains("grant.fulfill"));
    assert!(page.body.contains("Nothing sealed yet"));
}

#[test]
fn an_entry_names_what_it_is_about_and_leads_there() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut admin = app.admin();
    assert_eq!(admin.post(&format!("/grants/{id}/claim"), &[]).status, 303);
    let page = admin.get("/audit?action=grant.claim");
    let row = page.row("grant.claim");
    assert!(row.contains("Bauplan CAD 2026 Professional for Ada Lovelace"), "{row}");
    let end = page.texts_of(".diff ins").into_iter().find(|text| text.contains("10:15"));
    assert!(end.is_some(), "moments are in the reader's zone: {:?}", page.texts_of(".diff ins"));
    let found = admin.get("/audit?object=ADA@example.com");
    assert_eq!(found.status, 200);
    assert!(found.rows().iter().all(|row| row.contains("Ada Lovelace")) && !found.rows().is_empty());
    let options = page.texts_of("#action option");
    assert!(options.contains(&"Key shown".to_owned()) && !options.contains(&"grant.reveal".to_owned()));
}

#[test]
fn an_erased_customer_has_no_name_in_the_log() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let customer = app.read(|conn| keydesk::storage::grants::find(conn, &id).unwrap().customer_id);
    let mut admin = app.admin();
    let form = [("email", "ada@example.com")];
    assert_eq!(admin.post(&format!("/customers/{customer}/erasure"), &form).status, 303);
    let page = admin.get(&format!("/audit?object={customer}"));
    assert!(!page.rows().is_empty() && !page.body.contains("Ada Lovelace"));
}

#[test]
fn filters_narrow_the_list_and_stay_on_it() {
    let app = spawn_app();
    entries(&app, 2, "entg_one");
    let anna = app.given().named_staff(Role::Agent, "Anna Bergmann", "anna@desk.example");
    let mut visitor = app.sign_in(&anna.email, PASSWORD);
    let page = visitor.get(&format!("/audit?actor={}&action=staff.login", anna.id));
    assert_eq!(page.rows().len(), 1);
    assert_eq!(page.field("actor").value, anna.id.as_str());
    assert_eq!(page.field("action").value, "staff.login");
    assert_eq!(visitor.get("/audit?actor=import").rows().len(), 2);
    assert_eq!(visitor.get("/audit?actor=nobody").rows().len(), 0);
    assert_eq!(visitor.get("/audit?object=entg_one").rows().len(), 2);
    assert!(visitor.get("/audit?object=entg_two").body.contains("Nothing found"));
    let csv = page.links().into_iter().find(|link| link.starts_with("/audit.csv")).expect("a link");
    assert!(csv.contains("action=staff.login"), "{csv}");
}

#[test]
fn days_are_those_of_the_persons_time_zone_and_the_last_one_counts() {
    let app = spawn_app();
    entries(&app, 1, "entg_day");
    let mut agent = app.agent();
    for (query, found) in [
        ("from=2026-06-15&to=2026-06-15", 1),
        ("from=2026-06-15", 1),
        ("to=2026-06-14", 0),
        ("from=2026-06-16", 0),
        ("to=9999-12-31", 1),
        ("from=0001-01-01", 1),
    ] {
        assert_eq!(agent.get(&format!("/audit?object=entg_day&{query}")).rows().len(), found, "{query}");
    }
    // In Kiritimati it is already the 16th.
    agent.post("/preferences", &[("time_zone", "Pacific/Kiritimati")]);
    assert_eq!(agent.get("/audit?object=entg_day&to=2026-06-15").rows().len(), 0);
    assert_eq!(agent.get("/audit?object=entg_day&from=2026-06-16").rows().len(), 1);
}

#[test]
fn a_filter_that_cannot_be_read_comes_back_with_what_is_wrong() {
    let app = spawn_app();
    let mut agent = app.agent();
    let long = format!("object={}", "x".repeat(201));
    for (query, field) in [
        ("from=2026-02-30", "from"),
        ("from=99999-01-01", "from"),
        ("from=%00", "from"),
        ("from=-2026-01-01", "from"),
        ("to=tomorrow", "to"),
        ("to=2026-06-15T10:00", "to"),
        ("from=2026-06-16&to=2026-06-15", "to"),
        ("actor=a%00b", "actor"),
        ("action=a%0D%0Ab", "action"),
        (long.as_str(), "object"),
    ] {
        let page = agent.get(&format!("/audit?{query}"));
        assert_eq!(page.status, 422, "{query}");
        assert!(page.title().starts_with("Error:"));
        assert_eq!(page.attribute("#errors li a", "href"), Some(format!("#{field}")), "{query}");
        assert!(page.field(field).error.is_some(), "{query}");
        assert_eq!(agent.get(&format!("/audit.csv?{query}")).status, 422, "{query}");
    }
    for query in
        ["after=x", "before=-1", "after=99999999999999999999", "after=1&before=1", "object=%25%27%22_%5C", "after=%00"]
    {
        assert_eq!(agent.get(&format!("/audit?{query}")).status, 200, "{query}");
        assert_eq!(agent.get(&format!("/audit.csv?{query}")).status, 200, "{query}");
    }
    assert_eq!(agent.get("/audit?object=%FF").status, 400);
}

#[test]
fn a_long_log_is_walked_forth_and_back_without_a_gap() {
    let app = spawn_app();
    entries(&app, 120, "entg_long");
    walk(&app, "/audit?object=entg_long", 120);
}

#[test]
fn security_events_of_many_kinds_are_walked_in_one_order_and_nothing_else_is_among_them() {
    let app = spawn_app();
    let kinds = AuditAction::SECURITY;
    entries_of(&app, 300, "entg_watched", |number| match number % 3 {
        0 => AuditAction::GrantImport,
        1 => AuditAction::GrantReveal,
        _ => kinds[number / 3 % kinds.len()],
    });
    walk(&app, "/audit?action=security&actor=import", 200);
    walk(&app, "/audit?action=security&object=entg_watched&actor=import", 200);
}

/// Walks a list of so many entries to its end and back.
fn walk(app: &TestApp, path: &str, count: usize) {
    let mut agent = app.agent();
    let mut sequences = Vec::new();
    let mut url = path.to_owned();
    loop {
        let page = agent.get(&url);
        sequences.extend(page.texts_of("td[data-label=Entry]"));
        match page.attribute("a[rel=next]", "href") {
            Some(next) => url = next,
            None => break,
        }
    }
    assert_eq!(sequences.len(), count);
    sequences.dedup();
    assert_eq!(sequences.len(), count);
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let numbers: Vec<i64> = sequences.iter().map(|text| digits(text).parse().expect("a number")).collect();
    assert!(numbers.is_sorted_by(|one, two| one > two), "{numbers:?}");
    let mut back = agent.get(&url);
    let mut seen = back.rows().len();
    while let Some(previous) = back.attribute("a[rel=prev]", "href") {
        back = agent.get(&previous);
        seen += back.rows().len();
    }
    assert_eq!(seen, count);
    assert_eq!(back.texts_of("td[data-label=Entry]")[0], sequences[0]);
}

#[test]
fn the_file_holds_every_entry_newest_first_and_the_export_is_audited() {
    let app = spawn_app();
    entries(&app, 2_500, "entg_csv");
    let mut agent = app.agent();
    let file = agent.get("/audit.csv?object=entg_csv");
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"audit-2026-06-15.csv\""));
    assert_eq!(file.header("cache-control"), Some("no-store"));
    let mut reader = csv::Reader::from_reader(file.bytes.as_slice());
    let sequences: Vec<i64> =
        reader.records().map(|record| record.expect("a record")[0].parse().expect("a number")).collect();
    assert_eq!(sequences.len(), 2_500);
    assert!(sequences.windows(2).all(|pair| pair[0] > pair[1]));
    let log = agent.get("/audit?action=audit.export");
    assert_eq!(log.rows().len(), 1);
    assert!(log.body.contains("entg_csv"));
}

#[test]
fn cells_that_a_spreadsheet_would_reckon_with_are_made_harmless() {
    let app = spawn_app();
    for object in ["=HYPERLINK(\"http://evil.example\")", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a,\"b\"\nc"] {
        entries(&app, 1, object);
    }
    let file = app.agent().get("/audit.csv?actor=import");
    let mut reader = csv::Reader::from_reader(file.bytes.as_slice());
    let objects: Vec<String> = reader.records().map(|record| record.expect("a record")[7].to_owned()).collect();
    let expected = ["a,\"b\"\nc", "'\rx", "'\tx", "'@SUM(A1)", "'-1", "'+1", "'=HYPERLINK(\"http://evil.example\")"];
    assert_eq!(objects, expected);
    assert_eq!(app.agent().get("/audit").status, 200);
}

#[test]
fn the_badge_tells_how_far_the_log_is_sealed() {
    let app = spawn_app();
    entries(&app, 3, "entg_seal");
    let mut agent = app.agent();
    let mut sealer = keydesk::usecases::audit_log::seal::Sealer::default();
    // On PostgreSQL the transactions of other tests have to end first.
    let mut tries = 0;
    while sealer.run(app.context()).expect("sealed") == 0 && tries < 400 {
        tries += 1;
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    let page = agent.get("/audit");
    assert!(page.text_of(".head .note.ok").starts_with("Sealed up to entry #"), "{}", page.text_of(".head .note"));
}

#[test]
fn the_log_speaks_german() {
    let app = spawn_app();
    let mut agent = app.agent();
    agent.post("/preferences", &[("language", "de")]);
    let page = agent.get("/audit");
    assert_eq!(page.heading(), "Protokoll");
    assert!(page.row("staff.login").contains("15.06.2026, 10:00:00"));
    assert!(page.row("staff.login").contains("Angemeldet"));
}
