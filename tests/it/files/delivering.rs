//! Delivering files: by the form, at once, with a key; and what the customer is sent.

use std::sync::Barrier;

use keydesk::domain::grant::GrantStatus;
use keydesk::storage::grants;

use super::{delivered, mailed_link, of_files, of_files_at_once, upload};
use crate::support::smtp::{Behavior, Stage};
use crate::support::spawn_app;

#[test]
fn a_grant_is_delivered_by_a_form_without_a_key() {
    let app = spawn_app();
    let (id, mut agent) = (of_files(&app), app.agent());
    upload(&mut app.admin(), &id, "", &[("setup.exe", b"MZ"), ("guide.pdf", b"PDF")]);
    let grant = app.given().pending_grant().of(&id).named("Zoë").with_payment("pay_1").make();
    let form = agent.get(&format!("/grants/{grant}/fulfillment/new"));
    assert_eq!(form.status, 200, "{}", form.body);
    assert!(!form.has("#key") && form.text_of("#fulfill").contains("setup.exe"));
    let preview = agent.post(&format!("/grants/{grant}/fulfillment/preview"), &[("customer_note", "Have fun")]);
    for part in ["guide.pdf (3 B)", "Unpack it.", "Have fun", "Thank you for your purchase"] {
        assert!(preview.text_of(".mail").contains(part), "{part}: {}", preview.text_of(".mail"));
    }
    let fields = [("customer_note", "Have fun"), ("idempotency_key", "once")];
    for _ in 0..2 {
        let page = agent.post(&format!("/grants/{grant}/fulfillment"), &fields);
        assert_eq!(page.location(), format!("/grants/{grant}"), "{}", page.body);
    }
    assert_eq!(app.run_outbox_until_empty(), 1, "a double click mails once");
    let mail = app.mailbox.only();
    assert_eq!(mail.subject(), "Your downloads: Tonwerk");
    let link = mailed_link(&app, &grant);
    for text in [mail.text(), mail.html()] {
        for part in ["setup.exe (2 B)", "Unpack it.", "Have fun", "https://tonwerk.example/start", "22 June 2026"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    let page = app.anonymous().get(&link);
    assert_eq!((page.status, page.heading()), (200, "Tonwerk".to_owned()));
    assert!(page.text_of("main").contains("For Zoë."), "{}", page.text_of("main"));
    let shown = agent.get(&format!("/grants/{grant}"));
    assert!(shown.text_of("[aria-labelledby=files-t]").contains("Not downloaded yet"), "{}", shown.body);
    assert_eq!(shown.chip(), "Delivered");
    assert_eq!(agent.post(&format!("/grants/{grant}/fulfillment"), &[]).status, 409, "a second time");
}

#[test]
fn without_files_nothing_is_sent() {
    let app = spawn_app();
    let grant = app.given().pending_grant().of(&of_files(&app)).make();
    let mut agent = app.agent();
    let form = agent.get(&format!("/grants/{grant}/fulfillment/new"));
    assert!(form.text_of("#fulfill").contains("carries no files yet") && !form.has("#fulfill .btn.primary"));
    let page = agent.post(&format!("/grants/{grant}/fulfillment"), &[("customer_note", "Soon")]);
    assert_eq!((page.status, page.field("customer_note").value), (422, "Soon".to_owned()));
    assert_eq!(app.run_outbox_until_empty(), 0);
    assert_eq!(app.read(|conn| grants::find(conn, &grant).unwrap()).status, GrantStatus::Pending);
}

#[test]
fn two_who_deliver_at_once_deliver_once() {
    let app = spawn_app();
    let id = of_files(&app);
    upload(&mut app.admin(), &id, "", &[("a.zip", b"a")]);
    for _ in 0..5 {
        let grant = app.given().pending_grant().of(&id).make();
        let (barrier, visitors) = (Barrier::new(2), [app.agent(), app.agent()]);
        let mut statuses = std::thread::scope(|scope| {
            let sent = visitors.map(|mut visitor| {
                let (barrier, path) = (&barrier, format!("/grants/{grant}/fulfillment"));
                visitor.token();
                scope.spawn(move || {
                    barrier.wait();
                    visitor.post(&path, &[]).status
                })
            });
            sent.map(|thread| thread.join().unwrap())
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        assert_eq!(app.run_outbox_until_empty(), 1);
    }
}

#[test]
fn an_entitlement_that_says_so_is_delivered_at_once_and_waits_while_it_has_no_files() {
    let app = spawn_app();
    let id = of_files_at_once(&app);
    let early = app.given().pending_grant().of(&id).make();
    assert_eq!(app.read(|conn| grants::find(conn, &early).unwrap()).status, GrantStatus::Pending);
    upload(&mut app.admin(), &id, "", &[("a.zip", b"a")]);
    let grant = app.given().pending_grant().of(&id).for_customer("grace@example.com").make();
    assert_eq!(app.read(|conn| grants::find(conn, &grant).unwrap()).status, GrantStatus::Delivered);
    app.run_outbox_until_empty();
    assert_eq!(app.anonymous().get(&mailed_link(&app, &grant)).status, 200);
}

#[test]
fn a_key_may_come_with_files_and_its_e_mail_links_them() {
    let app = spawn_app();
    let id = app.given().entitlement();
    upload(&mut app.admin(), &id, "", &[("setup.exe", b"MZ")]);
    let grant = app.given().pending_grant().of(&id).make();
    app.given().fulfill(&grant, "ABCD-EFGH-JKLM-9012");
    app.run_outbox_until_empty();
    let mail = app.mailbox.only();
    assert!(mail.text().contains("ABCD-EFGH-JKLM-9012") && mail.text().contains("Your downloads"), "{}", mail.text());
    let page = app.anonymous().get(&mailed_link(&app, &grant));
    assert!(page.status == 200 && !page.body.contains("ABCD-EFGH"), "the page has no key");
    assert!(app.agent().get(&format!("/grants/{grant}")).has("[aria-labelledby=files-t]"));
}

#[test]
fn the_e_mail_can_be_sent_again_and_a_refused_one_fails_the_grant() {
    let app = spawn_app();
    let (grant, _) = delivered(&app, &[("a.zip", b"a")]);
    let mut agent = app.agent();
    assert_eq!(agent.post(&format!("/grants/{grant}/emails"), &[("email", "ada@example.com")]).status, 303);
    let refused = "550 5.1.1 no such user".to_owned();
    app.mailbox.next(Behavior::Reply(Stage::Rcpt, refused));
    app.run_outbox_until_empty();
    assert_eq!(app.read(|conn| grants::find(conn, &grant).unwrap()).status, GrantStatus::Failed);
}
