//! Undoing a delivery while its e-mail waits: nothing of it leaves, and the form is as it was.

use std::sync::Barrier;

use jiff::SignedDuration;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;
use keydesk::storage::grants::detail::GrantDetail;
use serde_json::json;

use crate::support::stock::{fill, waiting};
use crate::support::{Page, Receiver, TestApp, Visitor};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

fn app() -> TestApp {
    TestApp::builder().with("undo", "20s").with("webhook_allow", "127.0.0.1").spawn()
}

fn detail(app: &TestApp, id: &GrantId) -> GrantDetail {
    app.read(|conn| grants::detail::find(conn, id).expect("the grant"))
}

fn status(app: &TestApp, id: &GrantId) -> GrantStatus {
    detail(app, id).grant.status
}

fn actions(app: &TestApp, id: &GrantId) -> Vec<String> {
    detail(app, id).timeline.into_iter().map(|entry| entry.action).collect()
}

/// Sends the form as the page offers it, with these fields.
fn send(visitor: &mut Visitor, id: &GrantId, fields: &[(&str, &str)]) -> Page {
    let idempotency_key = visitor.get(&format!("/grants/{id}/fulfillment/new")).field("idempotency_key").value;
    let mut all = vec![("idempotency_key", idempotency_key.as_str())];
    all.extend_from_slice(fields);
    let page = visitor.post(&format!("/grants/{id}/fulfillment"), &all);
    assert_eq!(page.status, 303, "{}", page.body);
    page
}

fn undo(visitor: &mut Visitor, id: &GrantId) -> Page {
    visitor.post(&format!("/grants/{id}/undo"), &[])
}

#[test]
fn an_undone_delivery_leaves_no_mail_no_webhook_and_no_key_and_keeps_the_form() {
    let (app, receiver) = (app(), Receiver::start());
    app.api_key(Role::Admin).post("/webhooks", &json!({"url": receiver.url()}));
    let id = app.given().pending_grant().for_customer("ada@example.com").make();
    let mut agent = app.agent();
    let fields =
        [("key", KEY), ("activations_limit", "7"), ("expires_at", "2039-12-31"), ("customer_note", "For the new PC")];
    let page = send(&mut agent, &id, &fields);
    let page = agent.follow(page);
    let note = page.text_of(".note.ok");
    assert!(note.contains("ada@example.com leaves at 10:00:20"), "{note}");
    assert!(page.has(&format!(".note form[action='/grants/{id}/undo']")));
    assert!(page.has(&format!("#email-card form[action='/grants/{id}/undo']")));
    assert!(page.text_of("#email-card").contains("until 10:00:20"), "{}", page.text_of("#email-card"));
    assert_eq!(app.run_outbox_until_empty(), 1, "only that the grant was created");

    app.advance(SignedDuration::from_secs(12));
    let page = undo(&mut agent, &id);
    assert_eq!((page.status, page.chip()), (200, "Pending".to_owned()));
    assert!(page.text_of(".slip").contains(KEY), "whoever typed it is shown it once");
    assert_eq!(status(&app, &id), GrantStatus::Pending);
    assert_eq!(actions(&app, &id)[0], "grant.undo");
    assert_eq!(app.count("license_keys"), 0);
    assert_eq!(app.count("audit_entries WHERE action = 'license_key.read'"), 1);
    app.advance(SignedDuration::from_secs(60));
    assert_eq!(app.run_outbox_until_empty(), 0);
    assert_eq!((app.mailbox.count(), receiver.events()), (0, vec!["entitlement_grant.created".to_owned()]));

    let form = agent.get(&format!("/grants/{id}/fulfillment/new"));
    assert!(form.text_of("[data-held]").contains("10:15"), "{}", form.text_of("[data-held]"));
    assert_eq!(form.field("activations_limit").value, "7");
    assert_eq!(form.field("expires_at").value, "2039-12-31");
    assert_eq!(form.field("customer_note").value, "For the new PC");
    assert_eq!(form.field("key").value, "");
    send(&mut agent, &id, &[("key", KEY)]);
    app.advance(SignedDuration::from_secs(20));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 1);
    assert_eq!(receiver.events().len(), 3);
}

#[test]
fn the_same_form_again_is_told_that_it_was_undone() {
    let app = app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let key = agent.get(&format!("/grants/{id}/fulfillment/new")).field("idempotency_key").value;
    let fields = [("key", KEY), ("idempotency_key", key.as_str())];
    let path = format!("/grants/{id}/fulfillment");
    assert_eq!(agent.post(&path, &fields).status, 303);
    assert_eq!(agent.post(&path, &fields).status, 303, "a double click");
    assert_eq!(undo(&mut agent, &id).status, 200);
    let page = agent.post(&path, &fields);
    assert_eq!(page.status, 409);
    assert!(page.body.contains("was undone"), "{}", page.body);
    assert_eq!(status(&app, &id), GrantStatus::Pending);
    send(&mut agent, &id, &[("key", "ANOTHER-KEY-0123456789")]);
    assert_eq!(agent.post(&path, &fields).status, 409, "and after another delivery too");
}

#[test]
fn what_has_left_can_no_longer_be_undone_and_the_page_says_when_it_left() {
    let app = app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    send(&mut agent, &id, &[("key", KEY)]);
    app.advance(SignedDuration::from_secs(20));
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert!(!agent.get(&format!("/grants/{id}")).has(&format!("form[action='/grants/{id}/undo']")));
    app.advance(SignedDuration::from_secs(5));
    let page = undo(&mut agent, &id);
    assert_eq!(page.status, 409);
    assert!(page.body.contains("The e-mail left at 10:00:20. Replace or revoke the key."), "{}", page.body);
    assert_eq!(status(&app, &id), GrantStatus::Delivered);
}

#[test]
fn without_a_window_and_by_the_api_nothing_waits() {
    let (without, with) = (TestApp::builder().with("undo", "0s").spawn(), app());
    let id = without.given().pending_grant().make();
    let mut agent = without.agent();
    send(&mut agent, &id, &[("key", KEY)]);
    assert_eq!(without.run_outbox_until_empty(), 1);
    assert_eq!(undo(&mut agent, &id).status, 409);

    let id = with.given().pending_grant().make();
    let program = with.api_key(Role::Agent);
    assert_eq!(program.post(&format!("/grants/{id}/license-key"), &json!({"key": KEY})).status, 200);
    assert_eq!(with.run_outbox_until_empty(), 1);
    assert_eq!(undo(&mut with.agent(), &id).status, 409);
}

#[test]
fn a_stock_key_returns_unless_somebody_has_read_it() {
    let app = app();
    let entitlement = app.given().entitlement();
    fill(&app, &entitlement, &["KEY-AAAA-0001", "KEY-BBBB-0002", "KEY-CCCC-0003"]);
    let states = |state: &str| app.count(&format!("stock_keys WHERE state = '{state}'"));
    let mut agent = app.agent();
    let unseen = waiting(&app, &entitlement);
    send(&mut agent, &unseen, &[("source", "stock")]);
    assert!(agent.get(&format!("/grants/{unseen}")).text_of("[aria-labelledby=key-t]").contains("Nobody has seen"));
    assert_eq!(undo(&mut agent, &unseen).location(), format!("/grants/{unseen}/fulfillment/new"));
    assert_eq!((states("available"), states("issued"), states("quarantined")), (3, 0, 0));
    assert_eq!(app.count("stock_keys WHERE value_hash IS NULL"), 0);

    send(&mut agent, &unseen, &[("source", "stock")]);
    assert_eq!(agent.post(&format!("/grants/{unseen}/reveal"), &[]).status, 200);
    let page = undo(&mut agent, &unseen);
    assert!(agent.follow(page).flash().contains("quarantined"));
    assert_eq!((states("available"), states("quarantined")), (2, 1));

    send(&mut agent, &unseen, &[("source", "stock")]);
    assert_eq!(app.api_key(Role::Agent).get(&format!("/grants/{unseen}")).status, 200);
    undo(&mut agent, &unseen);
    assert_eq!((states("available"), states("quarantined")), (1, 2));
}

#[test]
fn a_colleague_can_undo_and_does_not_see_the_key_and_viewers_cannot() {
    let app = app();
    let id = app.given().pending_grant().make();
    send(&mut app.agent(), &id, &[("key", KEY)]);
    assert_eq!(undo(&mut app.viewer(), &id).status, 403);
    let mut colleague = app.agent();
    let page = undo(&mut colleague, &id);
    assert_eq!(page.location(), format!("/grants/{id}/fulfillment/new"));
    assert!(!colleague.follow(page).body.contains(KEY));
    let page = undo(&mut colleague, &id);
    assert_eq!(page.status, 409);
    assert!(page.body.contains("undone already"));
}

#[test]
fn going_on_with_the_next_grant_offers_undo_and_that_takes_the_first_again() {
    let app = app();
    let sold = |hours: i64, email: &str| {
        app.given().pending_grant().for_customer(email).sold_at(app.now() - SignedDuration::from_hours(hours)).make()
    };
    let (first, second) = (sold(3, "first@example.com"), sold(1, "second@example.com"));
    let mut agent = app.agent();
    let page = send(&mut agent, &first, &[("key", KEY), ("then", "next")]);
    assert_eq!(page.location(), format!("/grants/{second}/fulfillment/new"));
    let page = agent.follow(page);
    assert!(page.has(&format!(".note[role=status] form[action='/grants/{first}/undo']")), "{}", page.flash());
    assert_eq!(undo(&mut agent, &first).status, 200);
    assert!(detail(&app, &first).grant.claim.is_some());
    assert!(detail(&app, &second).grant.claim.is_none(), "one untouched grant at a time");
}

#[test]
fn it_can_be_sent_at_once_instead() {
    let app = app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    send(&mut agent, &id, &[("key", KEY)]);
    assert_eq!(app.run_outbox_until_empty(), 0);
    let page = agent.post(&format!("/grants/{id}/send-now"), &[]);
    assert!(agent.follow(page).flash().contains("on its way"));
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert_eq!(undo(&mut agent, &id).status, 409);
    assert_eq!(actions(&app, &id).iter().filter(|action| *action == "grant.sent_now").count(), 1);
    agent.post(&format!("/grants/{id}/send-now"), &[]);
    assert_eq!(actions(&app, &id).iter().filter(|action| *action == "grant.sent_now").count(), 1);
}

#[test]
fn revoking_in_the_window_calls_the_mail_off_and_tells_receivers_in_order() {
    let (app, receiver) = (app(), Receiver::start());
    app.api_key(Role::Admin).post("/webhooks", &json!({"url": receiver.url()}));
    let id = app.given().pending_grant().make();
    let mut admin = app.admin();
    send(&mut admin, &id, &[("key", KEY)]);
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(admin.post(&format!("/grants/{id}/revocation"), &[("reason", "charged back")]).status, 303);
    assert_eq!(undo(&mut admin, &id).status, 409);
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 0);
    assert_eq!(receiver.events().last().map(String::as_str), Some("entitlement_grant.revoked"));
    assert_eq!(receiver.events().len(), 4);
}

#[test]
fn a_key_that_is_in_use_already_is_not_taken_back() {
    let app = app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    send(&mut agent, &id, &[("key", KEY)]);
    let device = json!({"license_key": KEY, "name": "WS-1"});
    assert_eq!(app.program(None).post("/licenses/activate", &device).status, 201);
    let page = undo(&mut agent, &id);
    assert_eq!(page.status, 409);
    assert!(page.body.contains("in use already"), "{}", page.body);
    app.advance(SignedDuration::from_secs(20));
    assert_eq!(app.run_outbox_until_empty(), 1, "and the e-mail goes out");
}

#[test]
fn undo_and_the_worker_race_and_exactly_one_wins() {
    let app = app();
    let mut agents: Vec<Visitor> = (0..2).map(|_| app.agent()).collect();
    for round in 0..8 {
        let id = app.given().pending_grant().for_customer(&format!("c{round}@example.com")).make();
        send(&mut agents[0], &id, &[("key", &format!("RACE-{round}-0123456789"))]);
        // Due to one node by a second, and not yet to the other.
        let message = detail(&app, &id).emails[0].0.id.clone();
        let later = app.now() + SignedDuration::from_secs(20);
        let barrier = Barrier::new(3);
        let (claimed, undone) = std::thread::scope(|scope| {
            let worker = scope.spawn(|| {
                barrier.wait();
                app.context()
                    .db
                    .write(|tx| keydesk::storage::outbox::queue::claim(tx, &message, "worker", later))
                    .expect("tried")
                    .is_some()
            });
            let people: Vec<_> = agents
                .iter_mut()
                .map(|agent| {
                    let (barrier, id) = (&barrier, &id);
                    scope.spawn(move || {
                        barrier.wait();
                        undo(agent, id).status
                    })
                })
                .collect();
            let undone =
                people.into_iter().map(|person| person.join().unwrap()).filter(|status| *status != 409).count();
            (worker.join().unwrap(), undone)
        });
        assert_eq!(usize::from(claimed) + undone, 1, "round {round}");
        let expected = if claimed { GrantStatus::Delivered } else { GrantStatus::Pending };
        assert_eq!(status(&app, &id), expected);
    }
}

#[test]
fn the_mail_with_all_keys_leaves_out_what_can_still_be_undone() {
    let app = app();
    let sent = app.given().pending_grant().for_customer("ada@example.com").make();
    let waits = app.given().pending_grant().for_customer("ada@example.com").make();
    app.given().fulfill(&sent, "SENT-KEY-0123456789");
    app.run_outbox_until_empty();
    let mut agent = app.agent();
    send(&mut agent, &waits, &[("key", KEY)]);
    let customer = detail(&app, &sent).grant.customer_id;
    assert_eq!(agent.post(&format!("/customers/{customer}/emails"), &[]).status, 303);
    app.run_outbox_until_empty();
    let mail = app.mailbox.mails().pop().expect("an e-mail");
    assert!(mail.text().contains("SENT-KEY-0123456789") && !mail.text().contains(KEY));
}
