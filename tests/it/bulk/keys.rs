//! Pasted keys, each paired with a grant.

use keydesk::domain::grant::GrantStatus;

use super::{choose, status, statuses, waiting};
use crate::stock::delivered_key;
use crate::support::client::Visitor;
use crate::support::page::Page;
use crate::support::spawn_app;

/// Pastes keys and shows the pairs.
fn paste(visitor: &mut Visitor, preview: &str, keys: &str) -> Page {
    let answer = visitor.post(&format!("{preview}/check"), &[("keys", keys)]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    visitor.follow(answer)
}

#[test]
fn keys_go_to_the_grants_in_the_order_of_the_list() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let ids = waiting(&app, &entitlement, 3);
    let mut agent = app.agent();
    let preview = choose(&mut agent, "keys", &ids).location();
    assert!(agent.get(&preview).heading().contains("Keys for 3 grants"));
    let page = paste(&mut agent, &preview, "AAAA-1111-BBBB-2222\n\nCCCC-3333-DDDD-4444\n");
    assert!(page.heading().contains("2 keys on 3 grants"), "{}", page.heading());
    assert!(page.row("Customer 1").contains("No key for this grant"));
    assert_eq!(app.count("license_keys"), 0, "nothing is sent yet");
    let confirmed = agent.post(&format!("{preview}/confirm"), &[]);
    app.run_jobs();
    assert!(agent.follow(confirmed).heading().contains("2 of 3 grants fulfilled"));
    assert_eq!(delivered_key(&app, &ids[0]).as_deref(), Some("AAAA-1111-BBBB-2222"));
    assert_eq!(status(&app, &ids[1]), GrantStatus::Pending);
    assert_eq!(delivered_key(&app, &ids[2]).as_deref(), Some("CCCC-3333-DDDD-4444"));
    agent.post(&format!("{preview}/confirm"), &[]);
    app.run_jobs();
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails().len(), 2, "confirming twice sends once");
}

#[test]
fn a_preview_marks_every_problem_and_sends_what_looks_wrong_only_if_ticked() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    app.given().delivered_grant("USED-0000-USED-0000");
    let ids = waiting(&app, &entitlement, 4);
    let mut agent = app.agent();
    let preview = choose(&mut agent, "keys", &ids).location();
    let keys = "GOOD-1111-GOOD-2222\nUSED-0000-USED-0000\nGOOD-1111-GOOD-2222\nKey: LIKE-3333-THIS-4444";
    let page = paste(&mut agent, &preview, keys);
    assert!(page.row("Customer 0").contains("Ready"));
    assert!(page.row("Customer 1").contains("Issued already"));
    assert!(page.row("Customer 2").contains("The same key as in line 1"));
    assert!(page.has("tr.warn"), "a label in front looks wrong");
    assert_eq!(page.attributes("input[name=send][disabled]", "value"), ["1", "2"]);
    assert_eq!(page.attributes("input[name=send][checked]", "value"), ["0"]);
    let fields = [("shown", "0"), ("shown", "1"), ("shown", "2"), ("shown", "3"), ("send", "0"), ("send", "3")];
    agent.post(&format!("{preview}/confirm"), &fields);
    app.run_jobs();
    let delivered = GrantStatus::Delivered;
    assert_eq!(statuses(&app, &ids), [delivered, GrantStatus::Pending, GrantStatus::Pending, delivered]);
}

#[test]
fn an_edited_key_is_looked_at_before_it_is_sent() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let ids = waiting(&app, &entitlement, 2);
    let mut agent = app.agent();
    let preview = choose(&mut agent, "keys", &ids).location();
    paste(&mut agent, &preview, "AAAA-1111-BBBB-2222\nAAAA-1111-BBBB-2222");
    let fields = [
        ("shown", "0"),
        ("shown", "1"),
        ("send", "0"),
        ("key_0", "AAAA-1111-BBBB-2222"),
        ("key_1", "EEEE-5555-FFFF-6666"),
    ];
    let answer = agent.post(&format!("{preview}/confirm"), &fields);
    assert_eq!(answer.location(), preview);
    let page = agent.follow(answer);
    assert!(page.flash().contains("look at them before you send them"), "{}", page.flash());
    assert!(page.row("Customer 1").contains("Ready"));
    app.run_jobs();
    assert_eq!(app.count("license_keys"), 0);
    let fields = [("shown", "0"), ("shown", "1"), ("send", "0"), ("send", "1")];
    agent.post(&format!("{preview}/confirm"), &fields);
    app.run_jobs();
    assert_eq!(delivered_key(&app, &ids[1]).as_deref(), Some("EEEE-5555-FFFF-6666"));
}

#[test]
fn pasted_keys_are_sealed_and_belong_to_whoever_pasted_them() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let ids = waiting(&app, &entitlement, 1);
    let mut agent = app.agent();
    let preview = choose(&mut agent, "keys", &ids).location();
    paste(&mut agent, &preview, "SECRET-1111-SECRET-2222");
    let contents = app.read(|conn| {
        use diesel::prelude::*;
        keydesk::storage::schema::bulk_runs::table
            .select(keydesk::storage::schema::bulk_runs::content)
            .load::<Vec<u8>>(conn)
            .unwrap()
    });
    assert!(!contents[0].is_empty());
    assert!(!contents[0].windows(6).any(|part| part == b"SECRET"));
    let other = app.admin().get(&preview);
    assert_eq!(other.status, 303, "others do not see it");
    agent.post(&format!("{preview}/confirm"), &[]);
    app.run_jobs();
    assert_eq!(app.count("bulk_runs WHERE length(content) > 0"), 0, "once issued they are gone");
}

#[test]
fn a_selection_that_nobody_confirmed_is_over_after_half_an_hour() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let ids = waiting(&app, &entitlement, 1);
    let mut agent = app.agent();
    let preview = choose(&mut agent, "keys", &ids).location();
    paste(&mut agent, &preview, "AAAA-1111-BBBB-2222");
    // A session ends sooner if nobody uses it.
    app.advance(jiff::SignedDuration::from_mins(16));
    assert_eq!(agent.get(&preview).status, 200);
    app.advance(jiff::SignedDuration::from_mins(14));
    let confirmed = agent.post(&format!("{preview}/confirm"), &[]);
    assert!(agent.follow(confirmed).flash().contains("kept for 30 minutes"));
    keydesk::housekeeping::look_after_stock(app.context()).unwrap();
    assert_eq!(app.count("bulk_runs"), 0);
    assert_eq!(app.count("bulk_grants"), 0);
}
