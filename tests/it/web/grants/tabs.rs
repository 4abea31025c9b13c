//! What each tab of the list says about what was done: when, by whom and why, in that order, and filtered by it.

use jiff::SignedDuration;
use keydesk::domain::entitlement::IntegrationType;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;

use crate::support::given::PASSWORD;
use crate::support::smtp::{Behavior, Stage};
use crate::support::{Page, TestApp, Visitor, spawn_app};

fn ids(page: &Page) -> Vec<String> {
    page.attributes("tr a[data-row]", "href")
        .iter()
        .map(|href| href.trim_start_matches("/grants/").to_owned())
        .collect()
}

fn headings(page: &Page) -> Vec<String> {
    page.texts_of("thead th:not(.sel)")
}

fn fulfill(visitor: &mut Visitor, id: &GrantId, key: &str) {
    let page = visitor.post(&format!("/grants/{id}/fulfillment"), &[("key", key)]);
    assert_eq!(page.status, 303, "{}", page.body);
}

fn grant_for(app: &TestApp, email: &str, minutes_ago: i64) -> GrantId {
    app.given().pending_grant().for_customer(email).sold_at(app.now() - SignedDuration::from_mins(minutes_ago)).make()
}

#[test]
fn delivered_grants_stand_by_the_time_of_their_delivery_with_who_delivered_them() {
    let app = spawn_app();
    let person = app.given().named_staff(Role::Agent, "Mehmet Kaya", "mehmet@desk.example");
    let mut mehmet = app.sign_in(&person.email, PASSWORD);
    let mut anna = app.agent();
    let (old, new) = (grant_for(&app, "old@example.com", 300), grant_for(&app, "new@example.com", 10));
    fulfill(&mut anna, &new, "AAAA-BBBB-CCCC-0001");
    app.advance(SignedDuration::from_mins(5));
    fulfill(&mut mehmet, &old, "AAAA-BBBB-CCCC-0002");
    let page = anna.get("/grants?status=delivered");
    assert_eq!(ids(&page), [old.to_string(), new.to_string()], "the one delivered last comes first");
    assert_eq!(headings(&page), ["Delivered", "Customer", "Entitlement", "Payment", "By", "E-mail"]);
    assert!(page.row(old.as_str()).contains("Mehmet Kaya") && page.row(new.as_str()).contains("You"));
    let turned = page.attribute("th[aria-sort=descending] a", "href").expect("a link");
    let page = anna.get(&turned);
    assert_eq!(ids(&page), [new.to_string(), old.to_string()]);
    assert!(page.has("th[aria-sort=ascending] a[href='/grants?status=delivered']"));
}

#[test]
fn tabs_leave_out_what_says_nothing() {
    let app = spawn_app();
    let discord = app.given().other_entitlement(IntegrationType::Discord);
    let other = app.given().pending_grant().of(&discord).for_customer("d@example.com").make();
    let id = grant_for(&app, "p@example.com", 5);
    let mut agent = app.agent();
    let page = agent.get("/grants?status=pending");
    assert_eq!(headings(&page), ["Waiting", "Customer", "Entitlement", "Grant", "Payment", "Taken by", "Action"]);
    assert!(page.row(other.as_str()).contains("Discord") && !page.row(id.as_str()).contains("License key"));
    let page = agent.get("/grants");
    assert_eq!(headings(&page), ["Created", "Customer", "Entitlement", "Payment", "Status", "E-mail"]);
    assert!(!page.body.contains("Not yet"), "nothing is promised of an e-mail that may never be");
}

#[test]
fn a_failed_delivery_says_why_and_leads_to_the_form_that_corrects_it() {
    let app = spawn_app();
    let first = grant_for(&app, "first@example.com", 20);
    let second = grant_for(&app, "second@example.com", 10);
    for (id, key) in [(&second, "AAAA-BBBB-CCCC-0001"), (&first, "AAAA-BBBB-CCCC-0002")] {
        let words = "550 5.1.1 <x@example.com>: User unknown";
        app.mailbox.next(Behavior::Reply(Stage::Rcpt, words.to_owned()));
        app.given().fulfill(id, key);
        app.run_outbox_until_empty();
        app.advance(SignedDuration::from_mins(1));
    }
    let mut agent = app.agent();
    let page = agent.get("/grants?status=failed");
    assert_eq!(headings(&page), ["Failed", "Customer", "Entitlement", "Payment", "Why", "Action"]);
    assert_eq!(ids(&page), [first.to_string(), second.to_string()], "the one that failed last comes first");
    let row = page.row(first.as_str());
    assert!(row.contains("Address rejected") && row.contains("User unknown") && row.contains("Correct"), "{row}");
    let form = page.attribute("td.act a", "href").expect("a link");
    assert_eq!(form, format!("/grants/{first}#email"));
    assert!(agent.get(form.trim_end_matches("#email")).has("#email"));
    assert!(!app.viewer().get("/grants?status=failed").has("td.act a"));
}

#[test]
fn revoked_grants_say_when_by_whom_and_why() {
    let app = spawn_app();
    let (first, second) = (grant_for(&app, "one@example.com", 20), grant_for(&app, "two@example.com", 10));
    let mut admin = app.admin();
    for id in [&second, &first] {
        assert_eq!(admin.post(&format!("/grants/{id}/revocation"), &[("reason", "Charged back")]).status, 303);
        app.advance(SignedDuration::from_mins(1));
    }
    let page = admin.get("/grants?status=revoked");
    assert_eq!(headings(&page), ["Revoked", "Customer", "Entitlement", "Payment", "By", "Why"]);
    assert_eq!(ids(&page), [first.to_string(), second.to_string()]);
    assert!(page.row(first.as_str()).contains("You") && page.row(first.as_str()).contains("Charged back"));
    assert_eq!(ids(&admin.get("/grants?status=revoked&by=me")).len(), 2);
    assert!(ids(&app.agent().get("/grants?status=revoked&by=me")).is_empty());
    let path = format!("/grants/{first}/restoration");
    assert_eq!(admin.post(&path, &[("reason", "It was paid after all")]).status, 303);
    assert_eq!(ids(&admin.get("/grants?status=revoked")), [second.to_string()]);
}

#[test]
fn what_i_sent_today_is_one_press() {
    let app = spawn_app();
    let mut anna = app.agent();
    let (before, now, theirs) = (
        grant_for(&app, "a@example.com", 30),
        grant_for(&app, "b@example.com", 20),
        grant_for(&app, "c@example.com", 9),
    );
    fulfill(&mut anna, &before, "AAAA-BBBB-CCCC-0001");
    app.advance(SignedDuration::from_hours(24));
    let mut anna = app.sign_in("staff1@desk.example", PASSWORD);
    fulfill(&mut anna, &now, "AAAA-BBBB-CCCC-0002");
    app.given().fulfill(&theirs, "AAAA-BBBB-CCCC-0003");
    let today = "/grants?status=delivered&by=me&from=today";
    for start in ["/", "/grants?status=delivered"] {
        assert!(anna.get(start).links().contains(&today.to_owned()), "{start}");
    }
    let page = anna.get(today);
    assert_eq!(ids(&page), [now.to_string()]);
    assert_eq!(page.texts_of(".tabs .count"), ["0", "1", "0", "0", "0", "0"], "{}", page.text_of(".tabs"));
    assert_eq!(page.texts_of(".in-force .tag strong"), ["Me", "today"]);
    assert!(page.has("details[open] #f-by option[value=me][selected]"));
    let without: Vec<String> = page.attributes(".in-force a.tag", "href");
    assert_eq!(without, ["/grants?status=delivered&from=today", "/grants?status=delivered&by=me"]);
    assert!(!app.viewer().get("/grants?status=delivered").links().contains(&today.to_owned()));
}

#[test]
fn days_are_of_the_tabs_own_date_and_what_is_no_day_is_asked_for_again() {
    let app = spawn_app();
    let id = grant_for(&app, "a@example.com", 5);
    app.advance(SignedDuration::from_hours(48));
    app.given().fulfill(&id, "AAAA-BBBB-CCCC-0001");
    let mut agent = app.agent();
    let day = app.now().strftime("%Y-%m-%d").to_string();
    assert_eq!(ids(&agent.get(&format!("/grants?status=delivered&from={day}&to={day}"))), [id.to_string()]);
    assert!(ids(&agent.get(&format!("/grants?from={day}&to={day}"))).is_empty(), "it was made two days before");
    assert!(ids(&agent.get("/grants?status=delivered&to=2020-01-01")).is_empty());
    let page = agent.get("/grants?status=delivered&from=31.12&to=2026-06-16");
    assert_eq!((page.status, page.field("from").value.as_str()), (422, "31.12"));
    assert!(page.field("from").error.is_some() && page.has("details[open]"), "{}", page.body);
    let form = [("list", "grants"), ("status", "delivered"), ("from", "31.12"), ("to", "")];
    let page = agent.post("/search", &form);
    assert_eq!(page.location(), "/grants?status=delivered&from=31.12");
    assert_eq!(agent.get("/grants?from=2026-06-16&to=2026-06-15").status, 422);
}

#[test]
fn a_search_is_ordered_and_filtered_like_the_tab() {
    let app = spawn_app();
    let mut anna = app.agent();
    let (old, new) = (grant_for(&app, "old@kastanie.example", 300), grant_for(&app, "new@kastanie.example", 10));
    app.given().fulfill(&new, "AAAA-BBBB-CCCC-0001");
    app.advance(SignedDuration::from_mins(5));
    fulfill(&mut anna, &old, "AAAA-BBBB-CCCC-0002");
    let page = anna.get("/grants?q=kastanie&status=delivered");
    assert_eq!(ids(&page), [old.to_string(), new.to_string()]);
    assert_eq!(ids(&anna.get("/grants?q=kastanie&status=delivered&order=oldest")), [new.to_string(), old.to_string()]);
    let page = anna.get("/grants?q=kastanie&status=delivered&by=me");
    assert_eq!((ids(&page), page.texts_of(".tabs .count")[1].as_str()), (vec![old.to_string()], "1"));
}

#[test]
fn every_tab_pages_by_its_date_both_ways() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    for number in 0..90 {
        let email = format!("c{number}@example.com");
        let sold = app.now() - SignedDuration::from_mins((number * 7) % 90);
        let id = app.given().pending_grant().of(&entitlement).for_customer(&email).sold_at(sold).make();
        app.given().fulfill(&id, &format!("AAAA-BBBB-CCCC-{number:04}"));
        // Every third shares its moment with the one before, so that the id decides.
        app.advance(SignedDuration::from_secs(i64::from(number % 3 != 0)));
    }
    let mut viewer = app.viewer();
    for start in ["/grants?status=delivered", "/grants?status=delivered&order=oldest", "/grants?q=c&status=delivered"] {
        let (mut pages, mut page) = (Vec::new(), viewer.get(start));
        loop {
            pages.push(ids(&page));
            let Some(next) = page.attribute("a[rel=next]", "href") else { break };
            page = viewer.get(&next);
        }
        let mut all = pages.concat();
        all.sort();
        all.dedup();
        assert_eq!((all.len(), pages.iter().map(Vec::len).collect::<Vec<_>>()), (90, vec![40, 40, 10]), "{start}");
        let back = page.attribute("a[rel=prev]", "href").expect("a page before");
        assert_eq!(ids(&viewer.get(&back)), pages[1], "{start}");
    }
}
