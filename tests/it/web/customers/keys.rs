//! All live keys of a customer once more, in one e-mail.

use diesel::prelude::*;
use jiff::SignedDuration;
use keydesk::domain::ids::GrantId;
use keydesk::storage::schema;
use keydesk::usecases::customers::erase::erase_customer;
use keydesk::usecases::grants::revoke::{Reason, revoke_grant};

use super::{customer_of, page_of};
use crate::customers::erasure_races::at_once;
use crate::support::given::actor;
use crate::support::smtp::{Behavior, Stage};
use crate::support::{TestApp, spawn_app};

const KEYS: [&str; 4] = ["LIVE-KEY1-AAAA-1111", "LIVE-KEY2-BBBB-2222", "DEAD-KEY3-CCCC-3333", "DEAD-KEY4-DDDD-4444"];

fn revoke(app: &TestApp, grant: &GrantId) {
    revoke_grant(app.context(), grant, &Reason::parse("Refund").unwrap(), &actor()).unwrap();
}

/// Two live keys, a revoked one, a disabled one, and a grant that waits; everything is sent.
fn scene(app: &TestApp) -> [GrantId; 5] {
    let names = ["Tonwerk", "Bauplan", "Formwerk", "Nordlicht", "Lesesaal"];
    let grants = names.map(|name| {
        let entitlement = app.given().named_entitlement(name);
        app.given().pending_grant().of(&entitlement).with_locale("de").with_payment(&format!("pay_{name}")).make()
    });
    for (grant, key) in grants.iter().zip(KEYS) {
        app.given().fulfill(grant, key);
    }
    app.run_outbox_until_empty();
    revoke(app, &grants[2]);
    let key = app.read(|conn| keydesk::storage::grants::find(conn, &grants[3]).unwrap().license_key_id).unwrap();
    assert_eq!(app.admin().post(&format!("/license-keys/{key}/status"), &[("status", "disabled")]).status, 303);
    app.advance(SignedDuration::from_secs(1));
    grants
}

/// The bodies of the e-mails since `from`.
fn mails(app: &TestApp, from: usize) -> Vec<(Vec<String>, String, String)> {
    let mails = app.mailbox.mails();
    mails.iter().skip(from).map(|mail| (mail.to.clone(), mail.subject(), mail.text())).collect()
}

fn entries(app: &TestApp, name: &str) -> Vec<String> {
    use schema::audit_entries::dsl::{action, audit_entries, changes};
    app.read(|conn| audit_entries.filter(action.eq(name)).select(changes).load(conn).unwrap())
}

#[test]
fn one_e_mail_holds_all_live_keys_and_no_other_and_a_double_click_sends_one() {
    let app = spawn_app();
    let grants = scene(&app);
    let path = page_of(&app, &grants[0]);
    let (before, mut agent) = (app.mailbox.mails().len(), app.agent());
    let page = agent.get(&path);
    let asked = page.text_of("dialog#send");
    for part in [
        "Send all 2 live keys again?",
        "in German",
        "Tonwerk",
        "Formwerk (revoked)",
        "Nordlicht (disabled)",
        "Lesesaal (no key yet)",
        "all 5 grants",
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    assert!(agent.get(&format!("{path}?act=send")).has("section#ask form[action$='/emails']"), "without script");
    let key = page.attribute("dialog#send [name=idempotency_key]", "value").unwrap();
    for _ in 0..2 {
        let page = agent.post(&format!("{path}/emails"), &[("email", "ada@example.com"), ("idempotency_key", &key)]);
        assert_eq!((page.status, page.location()), (303, path.clone()));
    }
    let page = agent.get(&path);
    assert_eq!(page.flash(), "The e-mail with all live keys is on its way to ada@example.com.");
    assert!(page.texts_of("[aria-labelledby=mail-t] tbody tr")[0].starts_with("All live keys ada@example.com Queued"));
    app.run_outbox_until_empty();
    let sent = mails(&app, before);
    assert_eq!(sent.len(), 1, "{sent:?}");
    let (to, subject, text) = &sent[0];
    assert_eq!(to, &["ada@example.com"]);
    assert!(subject.starts_with("Ihre 2 Lizenzschlüssel von "), "{subject}");
    assert_eq!(KEYS.map(|key| text.contains(key)), [true, true, false, false], "{text}");
    assert!(agent.get(&path).texts_of("[aria-labelledby=mail-t] tbody tr")[0].contains("Sent"));
    let noted = entries(&app, "customer.keys_sent");
    assert!(noted.len() == 1 && noted[0].contains(r#""after":"2""#) && !noted[0].contains("ada@"), "{noted:?}");
    assert!(agent.get(&path).text_of("[aria-labelledby=acts-t]").contains("All live keys sent again"));
    assert_eq!(app.viewer().post(&format!("{path}/emails"), &[]).status, 403);
}

#[test]
fn what_is_revoked_or_erased_before_it_is_sent_is_not_sent() {
    let app = spawn_app();
    let grants = scene(&app);
    let path = page_of(&app, &grants[0]);
    let (before, mut agent) = (app.mailbox.mails().len(), app.agent());
    assert_eq!(agent.post(&format!("{path}/emails"), &[]).status, 303);
    revoke(&app, &grants[0]);
    app.run_outbox_until_empty();
    let sent = mails(&app, before);
    assert_eq!(KEYS.map(|key| sent[0].2.contains(key)), [false, true, false, false], "{sent:?}");
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(agent.post(&format!("{path}/emails"), &[]).status, 303);
    revoke(&app, &grants[1]);
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails().len(), before + 1);
    assert!(agent.get(&path).texts_of("[aria-labelledby=mail-t] tbody tr")[0].contains("Cancelled"));
    let page = agent.post(&format!("{path}/emails"), &[]);
    assert_eq!(page.status, 409);
    assert!(page.text_of("[role=alert]").contains("no live key"), "{}", page.body);
    assert!(!page.has("dialog#send"));

    let other = app.given().pending_grant().for_customer("bob@example.com").make();
    app.given().fulfill(&other, "BOBS-KEY1-AAAA-9999");
    app.run_outbox_until_empty();
    assert_eq!(agent.post(&format!("{}/emails", page_of(&app, &other)), &[]).status, 303);
    let before = app.mailbox.mails().len();
    erase_customer(app.context(), &customer_of(&app, &other), &actor()).unwrap();
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails().len(), before);
    assert_eq!(agent.post(&format!("{}/emails", page_of(&app, &other)), &[]).status, 409);
}

#[test]
fn an_expired_key_is_not_live() {
    let app = spawn_app();
    let grants = scene(&app);
    app.advance(SignedDuration::from_hours(24 * 366));
    let page = app.agent().post(&format!("{}/emails", page_of(&app, &grants[0])), &[]);
    assert_eq!(page.status, 409);
}

#[test]
fn another_address_becomes_the_customers_and_needs_the_right_to_see_keys() {
    let app = TestApp::builder().with("reveal", "admins").spawn();
    let grants = scene(&app);
    let path = page_of(&app, &grants[0]);
    let (mut agent, mut admin) = (app.agent(), app.admin());
    let page = agent.get(&path);
    assert!(!page.has("input[name=email]") && page.text_of("dialog#send").contains("Only administrators"));
    assert_eq!(agent.post(&format!("{path}/emails"), &[("email", "mallory@evil.example")]).status, 403);
    assert_eq!(agent.post(&format!("{path}/emails"), &[]).status, 303);
    app.run_outbox_until_empty();
    let other = app.given().pending_grant().for_customer("bob@example.com").named("Bob").make();
    for (email, sentence) in [("ada", "address"), ("bob@example.com", "Another customer has this address")] {
        let page = admin.post(&format!("{path}/emails"), &[("email", email)]);
        assert_eq!((page.status, page.field("email").value.as_str()), (422, email));
        assert!(page.field("email").error.is_some_and(|error| error.contains(sentence)), "{email}");
    }
    let page = admin.post(&format!("{path}/emails"), &[("email", "bob@example.com")]);
    assert!(page.links().contains(&page_of(&app, &other)), "it leads to that customer");
    let before = app.mailbox.mails().len();
    assert_eq!(admin.post(&format!("{path}/emails"), &[("email", "ada@lovelace.example")]).status, 303);
    app.run_outbox_until_empty();
    assert_eq!(mails(&app, before)[0].0, ["ada@lovelace.example"]);
    assert!(admin.get(&path).text_of(".head").contains("ada@lovelace.example"));
    assert_eq!(entries(&app, "customer.change_address").len(), 1);
}

#[test]
fn a_refusal_shows_with_the_e_mail_and_fails_no_grant() {
    let app = spawn_app();
    let grants = scene(&app);
    let path = page_of(&app, &grants[0]);
    let mut agent = app.agent();
    agent.post(&format!("{path}/emails"), &[]);
    app.mailbox.next(Behavior::Reply(Stage::Rcpt, "550 5.1.1 unknown user".to_owned()));
    app.run_outbox_until_empty();
    assert!(agent.get(&path).texts_of("[aria-labelledby=mail-t] tbody tr")[0].contains("Not delivered"));
    assert_eq!(agent.get(&format!("/grants/{}", grants[0])).chip(), "Delivered");
}

#[test]
fn a_later_e_mail_replaces_one_that_still_waits() {
    let app = spawn_app();
    let grants = scene(&app);
    let path = page_of(&app, &grants[0]);
    let (before, mut agent) = (app.mailbox.mails().len(), app.agent());
    for _ in 0..2 {
        assert_eq!(agent.post(&format!("{path}/emails"), &[]).status, 303);
    }
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails().len(), before + 1);
}

#[test]
fn whoever_sends_while_the_keys_are_revoked_sends_none_of_them() {
    let app = spawn_app();
    for round in 0..6 {
        let email = format!("ada{round}@example.com");
        let grant = app.given().pending_grant().for_customer(&email).make();
        let key = format!("RACE-KEY{round}-AAAA-1111");
        app.given().fulfill(&grant, &key);
        app.run_outbox_until_empty();
        let (before, path, mut agent) = (app.mailbox.mails().len(), page_of(&app, &grant), app.agent());
        let (status, ()) = at_once(|| agent.post(&format!("{path}/emails"), &[]).status, || revoke(&app, &grant));
        assert!(matches!(status, 303 | 409), "{status}");
        app.run_outbox_until_empty();
        assert_eq!(app.mailbox.mails().len(), before, "round {round}");
    }
}
