//! What becomes of a link once it was delivered: its e-mail, accepted, sent again, revoked, erased.

use keydesk::domain::entitlement::{IntegrationType, IssueSettings};
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use serde_json::json;

use super::{LINK, discord, grant, send, waiting_for};
use crate::support::{TestApp, spawn_app};

fn delivered(app: &TestApp) -> GrantId {
    let id = waiting_for(app, IntegrationType::Discord);
    let fields = [("url", LINK), ("expires_at", "2026-12-31"), ("customer_note", "See you there.")];
    let page = send(&mut app.agent(), &id, &fields);
    assert_eq!(page.status, 303, "{}", page.body);
    id
}

#[test]
fn the_email_has_the_link_alone_on_its_line_and_a_button() {
    let app = spawn_app();
    let message = Some("Sign in to Discord first.".to_owned());
    let community = discord(&app, IssueSettings { activation_message: message, ..IssueSettings::manual() });
    let id = app.given().pending_grant().of(&community).with_payment("pay_1").make();
    let fields = [("url", LINK), ("expires_at", "2026-12-31"), ("customer_note", "See you there.")];
    send(&mut app.agent(), &id, &fields);
    app.run_outbox_until_empty();
    let mail = &app.mailbox.mails()[0];
    assert_eq!(mail.subject(), "Your access to Community");
    let text = mail.text().replace("\r\n", "\n");
    assert!(text.contains(&format!("Here is your link to Discord:\n\n{LINK}\n\n")), "{text}");
    for part in ["Valid until: 31 December 2026", "> See you there.", "Sign in to Discord first.", "How it works"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    for part in ["key", "Activations"] {
        assert!(!text.contains(part), "{part} in {text}");
    }
    let html = mail.html();
    assert!(html.contains(&format!("href=\"{LINK}\"")) && html.contains("Open Discord"), "{html}");
    assert!(mail.attachment().is_none());
}

#[test]
fn the_page_of_the_grant_speaks_of_a_link() {
    let app = spawn_app();
    let id = delivered(&app);
    let page = app.viewer().get(&format!("/grants/{id}"));
    assert_eq!(page.text_of("#key-t"), "Link to Discord");
    assert!(page.body.contains("31 Dec 2026"), "{}", page.body);
    assert!(!page.body.contains("Activations") && !page.body.contains(LINK));
    let waiting = waiting_for(&app, IntegrationType::Discord);
    let page = app.agent().get(&format!("/grants/{waiting}"));
    assert_eq!(page.text_of("#key-t"), "No link yet");
    assert!(page.has("a[data-fulfill]"));
}

#[test]
fn that_it_was_accepted_is_noted_once_and_taken_back() {
    let app = spawn_app();
    let id = delivered(&app);
    let path = format!("/grants/{id}/acceptance");
    assert_eq!(app.viewer().post(&path, &[("accepted", "yes")]).status, 403);
    let mut agent = app.agent();
    for _ in 0..2 {
        let page = agent.post(&path, &[("accepted", "yes")]);
        assert!(agent.follow(page).flash().starts_with("Noted"), "twice is once");
    }
    let page = agent.get(&format!("/grants/{id}"));
    assert!(page.text_of(".facts").contains("noted by"), "{}", page.text_of(".facts"));
    assert!(page.text_of(".line").contains("Accepted by the customer"), "{}", page.text_of(".line"));
    assert_eq!(app.count("audit_entries WHERE action = 'grant.accepted'"), 1);
    agent.post(&path, &[("accepted", "no")]);
    assert!(grant(&app, &id).integration.acceptance.is_none());
    assert_eq!(app.count("audit_entries WHERE action = 'grant.unaccepted'"), 1);
    let waiting = waiting_for(&app, IntegrationType::Discord);
    assert_eq!(agent.post(&format!("/grants/{waiting}/acceptance"), &[("accepted", "yes")]).status, 409);
    let key = app.given().delivered_grant("KEY-KEY-KEY-1");
    assert_eq!(agent.post(&format!("/grants/{key}/acceptance"), &[("accepted", "yes")]).status, 409);
    assert_eq!(agent.post("/grants/entg_nobody/acceptance", &[("accepted", "yes")]).status, 404);
}

#[test]
fn the_email_is_sent_again_alone_or_with_everything_that_is_live() {
    let app = spawn_app();
    let id = delivered(&app);
    app.given().delivered_grant("LIVE-LIVE-LIVE-0001");
    app.run_outbox_until_empty();
    let agent = app.api_key(Role::Agent);
    assert_eq!(agent.post(&format!("/grants/{id}/resend"), &json!({})).status, 200);
    app.run_outbox_until_empty();
    assert!(app.mailbox.mails()[2].text().contains(LINK));
    let customer = grant(&app, &id).customer_id;
    let mut person = app.agent();
    let sent = person.post(&format!("/customers/{customer}/emails"), &[("email", "ada@example.com")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    app.run_outbox_until_empty();
    let mail = app.mailbox.mails()[3].clone();
    assert!(mail.subject().starts_with("Your 2 license keys and links from "), "{}", mail.subject());
    for part in [LINK, "LIVE-LIVE-LIVE-0001"] {
        assert!(mail.text().contains(part), "{part} in {}", mail.text());
    }
    assert!(mail.html().contains("Open Discord"));
}

#[test]
fn a_revoked_link_is_not_sent_and_comes_back_with_its_grant() {
    let app = spawn_app();
    let id = delivered(&app);
    let mut admin = app.admin();
    let asked = admin.get(&format!("/grants/{id}?act=revoke"));
    assert!(asked.body.contains("On the platform itself"), "{}", asked.body);
    assert_eq!(admin.post(&format!("/grants/{id}/revocation"), &[("reason", "Refund")]).status, 303);
    assert_eq!(app.run_outbox_until_empty(), 0, "the e-mail was cancelled");
    let program = app.api_key(Role::Agent);
    assert_eq!(program.get(&format!("/grants/{id}")).json()["status"], "Revoked");
    assert_eq!(program.post(&format!("/grants/{id}/resend"), &json!({})).status, 409);
    assert_eq!(admin.post(&format!("/grants/{id}/restoration"), &[("reason", "Mistake")]).status, 303);
    assert_eq!(grant(&app, &id).status, GrantStatus::Delivered);
    assert_eq!(app.run_outbox_until_empty(), 1, "it is sent after all");
    assert_eq!(program.get(&format!("/grants/{id}")).json()["oauth_url"], LINK);
}

#[test]
fn an_erased_customer_leaves_no_link_and_nobody_gets_it_again() {
    let app = spawn_app();
    let id = delivered(&app);
    let customer = grant(&app, &id).customer_id;
    let mut admin = app.admin();
    let page = admin.post(&format!("/customers/{customer}/erasure"), &[("email", "ada@example.com")]);
    assert_eq!(page.status, 303, "{}", page.body);
    let program = app.api_key(Role::Agent);
    assert_eq!(program.get(&format!("/grants/{id}")).json()["oauth_url"], json!(null));
    let other = app.given().other_entitlement(IntegrationType::Discord);
    let other = app.given().pending_grant().of(&other).for_customer("bob@example.com").make();
    let again = program.post(&format!("/grants/{other}/link"), &json!({ "url": LINK }));
    assert_eq!(again.refusal(), (409, "DUPLICATE_LINK".to_owned()));
}

#[test]
fn a_link_that_has_ended_says_so_and_is_not_sent_with_what_is_live() {
    let app = spawn_app();
    let id = delivered(&app);
    app.run_outbox_until_empty();
    app.advance(jiff::SignedDuration::from_hours(24 * 365));
    let page = app.viewer().get(&format!("/grants/{id}"));
    assert!(page.text_of("[aria-labelledby=key-t]").contains("Expired"), "{}", page.body);
    let customer = grant(&app, &id).customer_id;
    let sent = app.agent().post(&format!("/customers/{customer}/emails"), &[("email", "ada@example.com")]);
    assert_ne!(sent.status, 303, "nothing is live");
    assert_eq!(app.run_outbox_until_empty(), 0);
}
