//! The e-mail once more, to a corrected address if one is given.

use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::storage::grants;
use keydesk::storage::grants::detail::GrantDetail;

use crate::support::{TestApp, spawn_app};

fn detail(app: &TestApp, id: &GrantId) -> GrantDetail {
    app.read(|conn| grants::detail::find(conn, id).expect("the grant"))
}

#[test]
fn the_e_mail_goes_out_again_and_a_double_click_sends_one() {
    let app = spawn_app();
    let id = app.given().delivered_grant("AAAA-BBBB-CCCC-DDDD");
    app.run_outbox_until_empty();
    let mut agent = app.agent();
    let path = format!("/grants/{id}");
    let page = agent.get(&path);
    assert_eq!(page.text_of("[aria-labelledby=mail-t] .state"), "Sent");
    assert_eq!(page.count("[aria-labelledby=mail-t] .state"), 1);
    assert!(page.text_of("[aria-labelledby=mail-t]").contains("250"));
    let key = page.field("idempotency_key").value;
    for _ in 0..2 {
        let page = agent.post(&format!("{path}/emails"), &[("idempotency_key", &key)]);
        assert_eq!((page.status, page.location()), (303, path.clone()));
    }
    assert!(agent.get(&path).flash().contains("ada@example.com"));
    assert_eq!(detail(&app, &id).emails.len(), 2);
    assert_eq!(app.viewer().post(&format!("{path}/emails"), &[]).status, 403);
}

#[test]
fn the_same_form_with_another_address_is_not_sent_again() {
    let app = spawn_app();
    let id = app.given().delivered_grant("AAAA-BBBB-CCCC-DDDD");
    let mut agent = app.agent();
    let path = format!("/grants/{id}/emails");
    let key = agent.get(&format!("/grants/{id}")).field("idempotency_key").value;
    assert_eq!(agent.post(&path, &[("idempotency_key", &key)]).status, 303);
    let page = agent.post(&path, &[("idempotency_key", &key), ("email", "ada@engine.example")]);
    assert_eq!((page.status, page.field("email").value.as_str()), (422, "ada@engine.example"));
    assert!(page.field("email").error.is_some_and(|error| error.contains("another address")));
    assert_eq!(detail(&app, &id).emails.len(), 2);
    let fresh = page.field("idempotency_key").value;
    assert_eq!(agent.post(&path, &[("idempotency_key", &fresh), ("email", "ada@engine.example")]).status, 303);
    assert_eq!(detail(&app, &id).customer.email.as_str(), "ada@engine.example");
}

#[test]
fn a_corrected_address_is_the_customers_from_then_on() {
    let app = spawn_app();
    let id = app.given().delivered_grant("AAAA-BBBB-CCCC-DDDD");
    let mut agent = app.agent();
    let page = agent.post(&format!("/grants/{id}/emails"), &[("email", "ada@lovelace.example")]);
    assert!(agent.follow(page).flash().contains("ada@lovelace.example"));
    assert_eq!(detail(&app, &id).customer.email.as_str(), "ada@lovelace.example");
}

#[test]
fn an_address_that_is_none_comes_back_with_what_is_wrong() {
    let app = spawn_app();
    let id = app.given().delivered_grant("AAAA-BBBB-CCCC-DDDD");
    let mut agent = app.agent();
    for email in ["ada", "ada@", "a b@example.com", "ada@example.com\r\nBcc: eve@example.com", "\"><script>@x"] {
        let page = agent.post(&format!("/grants/{id}/emails"), &[("email", email)]);
        assert_eq!(page.status, 422, "{email:?}");
        assert!(page.field("email").error.is_some() && page.has("details[open] #email"));
        if !email.contains('\r') {
            assert_eq!(page.field("email").value, email);
        }
    }
    assert_eq!(detail(&app, &id).emails.len(), 1);
}

#[test]
fn there_is_nothing_to_send_before_there_is_a_key() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let page = app.agent().post(&format!("/grants/{id}/emails"), &[]);
    assert_eq!((page.status, page.chip().as_str()), (409, "Pending"));
    assert_eq!(detail(&app, &id).grant.status, GrantStatus::Pending);
}

#[test]
fn an_address_that_another_customer_has_says_whom_it_changes_and_asks_before_anything_moves() {
    let app = spawn_app();
    let id = app.given().delivered_grant("AAAA-BBBB-CCCC-DDDD");
    app.run_outbox_until_empty();
    let theirs = app.given().pending_grant().for_customer("zoe@example.com").named("Zoë van der Meer").make();
    let zoe = detail(&app, &theirs).customer.id;
    let (mut agent, path) = (app.agent(), format!("/grants/{id}/emails"));
    let form = [("email", "Zoe@example.com")];
    for confirm in ["", "yes", "cus_000000000000000000000"] {
        let page = agent.post(&path, &[form[0], ("confirm", confirm)]);
        assert_eq!((page.status, page.field("email").value.as_str()), (422, "Zoe@example.com"));
        let sentence = page.errors().join(" ");
        assert!(sentence.contains("zoe@example.com is Zoë van der Meer, who has 1 grant"), "{sentence}");
        assert_eq!(page.attribute("details[open] [name=confirm]", "value"), Some(zoe.to_string()));
        assert_eq!(detail(&app, &id).customer.email.as_str(), "ada@example.com");
    }
    assert_eq!(app.run_outbox_until_empty(), 0, "nothing was sent");
    let page = agent.post(&path, &[form[0], ("confirm", zoe.as_str())]);
    assert!(agent.follow(page).flash().contains("zoe@example.com"));
    assert_eq!(detail(&app, &id).customer.id, zoe);
    app.run_outbox_until_empty();
    let mail = app.mailbox.mails().pop().expect("the e-mail");
    assert_eq!(mail.to, ["zoe@example.com"]);
}

#[test]
fn whoever_gets_the_address_meanwhile_is_asked_about_again() {
    let app = spawn_app();
    let id = app.given().delivered_grant("AAAA-BBBB-CCCC-DDDD");
    let theirs = app.given().pending_grant().for_customer("zoe@example.com").named("Zoë").make();
    let zoe = detail(&app, &theirs).customer.id;
    let (mut agent, path) = (app.agent(), format!("/grants/{id}/emails"));
    assert_eq!(agent.post(&path, &[("email", "zoe@example.com")]).status, 422);
    let form = [("name", "Zoë"), ("email", "zoe@elsewhere.example"), ("locale", "en")];
    assert_eq!(agent.post(&format!("/customers/{zoe}"), &form).status, 303);
    app.given().pending_grant().for_customer("zoe@example.com").named("Another Zoë").make();
    let page = agent.post(&path, &[("email", "zoe@example.com"), ("confirm", zoe.as_str())]);
    assert_eq!(page.status, 422);
    assert!(page.errors()[0].contains("Another Zoë"), "{:?}", page.errors());
    assert_eq!(detail(&app, &id).customer.email.as_str(), "ada@example.com");
}
