//! The job that imports a confirmed file: started once, going on after a restart, and what became of the lines.

use std::fmt::Write as _;
use std::time::Duration;

use keydesk::domain::staff::Role;
use keydesk::usecases::jobs::run_jobs;

use super::{app_with, confirm, counts, grants, upload};
use crate::support::TestApp;

fn file(count: u32) -> String {
    let mut text = "customer_email,entitlement,external_id\n".to_owned();
    for number in 0..count {
        writeln!(text, "c{number}@example.com,Studio Pro,o{number}").unwrap();
    }
    text
}

fn steps(app: &TestApp, count: usize) {
    for _ in 0..count {
        run_jobs(app.context(), "test", Duration::ZERO).unwrap();
    }
}

#[test]
fn an_import_that_was_interrupted_goes_on_where_it_was() {
    let mut app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let url = upload(&mut agent, "sales.csv", file(1_700).as_bytes());
    agent.post(&format!("{url}/confirm"), &[]);
    steps(&app, 2);
    assert_eq!(grants(&app), 1_000, "two steps");
    let page = agent.get(&url);
    assert!(page.has("[data-poll]"), "the page looks again by itself");
    assert_eq!(page.attribute("progress", "value").as_deref(), Some("1000"));
    app.restart();
    // What the process before it held is free again after a while.
    app.advance(jiff::SignedDuration::from_mins(2));
    app.run_jobs();
    assert_eq!(grants(&app), 1_700);
    assert_eq!(app.count("customers"), 1_700);
    assert_eq!(app.count("jobs WHERE kind = 'import_sales' AND done = 1700 AND total = 1700"), 1);
    assert_eq!(app.count("sale_import_parts"), 0, "no line is kept that was imported");
    assert_eq!(app.count("sale_imports WHERE length(source) > 0"), 0, "nor the file");
    assert_eq!(app.count("audit_entries WHERE action = 'sale.import'"), 2, "when it began and when it ended");
}

#[test]
fn confirming_twice_or_by_two_at_once_imports_once() {
    let app = app_with(&["Studio Pro"]);
    let person = app.given().staff(Role::Agent);
    let mut agent = app.sign_in(&person.email, crate::support::given::PASSWORD);
    let url = upload(&mut agent, "sales.csv", file(30).as_bytes());
    let path = format!("{url}/confirm");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut agent = app.sign_in(&person.email, crate::support::given::PASSWORD);
                assert_eq!(agent.post(&path, &[]).location(), url);
            });
        }
    });
    app.run_jobs();
    assert_eq!(agent.post(&path, &[]).location(), url);
    app.run_jobs();
    assert_eq!((grants(&app), app.count("jobs WHERE kind = 'import_sales'")), (30, 1));
}

#[test]
fn what_is_imported_is_what_was_shown() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let url = upload(&mut agent, "sales.csv", file(3).as_bytes());
    let version = agent.get(&url).field("version").value;
    agent.post(&format!("{url}/read"), &[("zone", "Asia/Tokyo")]);
    let answer = agent.post(&format!("{url}/confirm"), &[("version", &version)]);
    assert!(agent.follow(answer).flash().contains("read again"));
    assert_eq!(app.count("jobs WHERE kind = 'import_sales'"), 0);
    let now = agent.get(&url).field("version").value;
    agent.post(&format!("{url}/confirm"), &[("version", &now)]);
    let late = agent.post(&format!("{url}/read"), &[("zone", "UTC")]);
    assert_eq!(late.status, 303, "nothing is read again once it is confirmed");
    app.run_jobs();
    assert_eq!(grants(&app), 3);
}

#[test]
fn a_file_is_its_persons_alone_until_it_is_confirmed_and_waits_half_an_hour() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let url = upload(&mut agent, "sales.csv", file(3).as_bytes());
    let mut other = app.agent();
    for path in [url.clone(), format!("{url}/map"), format!("{url}/refused.csv")] {
        assert_eq!(other.get(&path).location(), "/sales/import", "{path}");
    }
    assert_eq!(other.post(&format!("{url}/confirm"), &[]).location(), "/sales/import");
    assert_eq!(app.viewer().get(&url).location(), "/sales/import");
    app.advance(jiff::SignedDuration::from_mins(31));
    assert_eq!(agent.get(&url).location(), "/sales/import");
    assert_eq!(agent.post(&format!("{url}/confirm"), &[]).location(), "/sales/import");
    assert_eq!(keydesk::housekeeping::look_after_imports(app.context()).unwrap(), 1);
    assert_eq!((app.count("sale_imports"), app.count("sale_import_parts")), (0, 0));
    let second = upload(&mut agent, "sales.csv", file(3).as_bytes());
    confirm(&app, &mut agent, &second);
    let mut viewer = app.viewer();
    assert!(viewer.get(&second).heading().contains("3 sales imported"), "viewers see the results");
    assert!(!viewer.get("/sales/import").has("input[type=file]"), "and nothing else");
    assert_eq!(viewer.get(&format!("{second}/refused.csv")).status, 403);
}

#[test]
fn refused_and_skipped_lines_come_back_as_files_that_can_be_imported_again() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let text = "customer_email,customer_name,product,external_id,status\n\
        a@example.com,A,Studio Pro,1,paid\n,=B,Studio Pro,2,paid\nc@example.com,C,Studio Pro,3,pending\n";
    let url = upload(&mut agent, "sales.csv", text.as_bytes());
    assert_eq!(counts(&agent.get(&url)), ["Problems first 3", "New 1", "Unpaid 1", "No e-mail 1"]);
    let before = agent.get(&format!("{url}/refused.csv")).body;
    let result = confirm(&app, &mut agent, &url);
    assert_eq!(result.rows().len(), 2, "what was not imported, and why");
    let refused = agent.get(&format!("{url}/refused.csv")).body;
    assert_eq!(refused, before, "the same afterwards");
    let lines: Vec<&str> = refused.lines().collect();
    assert_eq!(lines[0], "customer_email,customer_name,product,external_id,status,Keydesk: line,Keydesk: reason");
    assert!(lines[1].starts_with(",'=B,Studio Pro,2,paid,3,No e-mail"), "{refused}");
    assert!(agent.get(&format!("{url}/skipped.csv")).body.contains("c@example.com,C,Studio Pro,3,pending,4,Unpaid"));
    let mended = refused.replace("\n,'=B", "\nb@example.com,'=B");
    let again = upload(&mut agent, "refused.csv", mended.as_bytes());
    confirm(&app, &mut agent, &again);
    assert_eq!(grants(&app), 2);
    app.advance(jiff::SignedDuration::from_hours(24 * 31));
    keydesk::housekeeping::purge_expired(app.context()).unwrap();
    assert_eq!(app.count("sale_import_parts"), 0, "lines are kept for a month");
    assert_eq!(app.count("sale_imports"), 2, "what became of them stays");
}

#[test]
fn a_line_that_fails_meanwhile_is_kept_with_the_reason() {
    let app = app_with(&["Studio Pro"]);
    let lite = app.given().named_entitlement("Studio Lite");
    let mut agent = app.agent();
    let text = "customer_email,entitlement,external_id\na@example.com,Studio Pro,1\nb@example.com,Studio Lite,2\n";
    let url = upload(&mut agent, "sales.csv", text.as_bytes());
    agent.post(&format!("{url}/confirm"), &[]);
    assert_eq!(app.api_key(Role::Admin).delete(&format!("/entitlements/{lite}")).status, 204);
    app.run_jobs();
    assert_eq!(grants(&app), 1);
    let result = agent.get(&url);
    assert!(result.row("b@example.com").contains("does not exist any more"), "{}", result.body);
}
