//! Addresses with umlauts, and those that look mistyped.

use keydesk::domain::staff::Role;
use keydesk::import::{Format, Mode, Options, import};
use serde_json::json;

use crate::support::spawn_app;

const TYPED: &str = "info@müller.de";
const SENT: &str = "info@xn--mller-kva.de";

#[test]
fn a_domain_with_umlauts_is_taken_everywhere_shown_as_typed_and_is_one_customer() {
    let app = spawn_app();
    let entitlement_id = app.given().entitlement();
    let mut agent = app.agent();
    let form = [("entitlement_id", entitlement_id.as_str()), ("customer_email", TYPED), ("payment_id", "pay_1")];
    let made = agent.post("/grants", &form);
    assert_eq!(made.status, 303, "{:?}", made.errors());
    let url = made.location().replace("/fulfillment/new", "");
    assert!(agent.get(&url).body.contains(TYPED));

    let shop = app.api_key(Role::Agent);
    let customer = json!({"email": "INFO@xn--mller-kva.de", "name": "Müller"});
    let body = json!({"entitlement_id": entitlement_id.as_str(), "customer": customer, "payment_id": "pay_2"});
    assert_eq!(shop.post("/grants", &body).status, 201);
    let file = "entitlement,customer_email,payment_id\nBauplan CAD 2026 Professional,Info@MÜLLER.de,pay_3\n";
    let loaded = import(app.context(), file.as_bytes(), Format::Csv, Mode::Load, &Options::default(), &mut |_| {})
        .expect("loaded");
    assert_eq!((loaded.added, loaded.refused), (1, 0));

    let customers = shop.get("/customers").json();
    let found = customers["items"].as_array().expect("a list");
    assert_eq!((found.len(), found[0]["email"].as_str()), (1, Some(TYPED)), "{customers}");
    for words in ["müller.de", "xn--mller-kva.de", TYPED, SENT] {
        let page = agent.get(&format!("/grants?q={}", words.replace('ü', "%C3%BC").replace('@', "%40")));
        assert_eq!(page.rows().len(), 3, "{words}");
    }

    let page = agent.post(&format!("{url}/fulfillment"), &[("key", "BPC26-7KQ4M-X2NWD")]);
    assert_eq!(page.status, 303, "{:?}", page.errors());
    app.run_outbox_until_empty();
    let mail = app.mailbox.only();
    assert_eq!(mail.to, [SENT]);
    assert!(mail.header("To").unwrap_or_default().contains(SENT) && mail.content.is_ascii());
    assert!(agent.get(&url).body.contains(TYPED));
}

#[test]
fn a_resend_takes_an_address_with_umlauts() {
    let app = spawn_app();
    let id = app.given().delivered_grant("BPC26-7KQ4M-X2NWD");
    app.run_outbox_until_empty();
    let page = app.agent().post(&format!("/grants/{id}/emails"), &[("email", TYPED)]);
    assert_eq!(page.status, 303, "{:?}", page.errors());
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails()[1].to, [SENT]);
}

#[test]
fn letters_before_the_at_sign_are_refused_once_the_mail_server_is_known_not_to_send_to_them() {
    const LETTERS: &str = "jürgen@müller.de";
    let app = spawn_app();
    let id = app.given().delivered_grant("BPC26-7KQ4M-X2NWD");
    let entitlement_id = app.given().named_entitlement("Other");
    app.run_outbox_until_empty();
    let mut agent = app.agent();
    let page = agent.post("/grants", &[("entitlement_id", entitlement_id.as_str()), ("customer_email", LETTERS)]);
    assert_eq!(page.status, 422);
    assert!(page.errors().concat().contains("cannot send to addresses with such letters"));
    assert_eq!(page.field("customer_email").value, LETTERS);
    let page = agent.post(&format!("/grants/{id}/emails"), &[("email", LETTERS)]);
    assert_eq!((page.status, page.field("email").value.as_str()), (422, LETTERS));
    let shop = app.api_key(Role::Agent);
    let body = json!({"entitlement_id": entitlement_id.as_str(), "customer": {"email": LETTERS, "name": "J"}});
    let answer = shop.post("/grants", &body);
    assert_eq!((answer.status, answer.fields()), (422, vec!["customer.email".to_owned()]));
    let file = format!("entitlement,customer_email,payment_id\nOther,{LETTERS},pay_3\n");
    let loaded = import(app.context(), file.as_bytes(), Format::Csv, Mode::Load, &Options::default(), &mut |_| {})
        .expect("loaded");
    assert_eq!((loaded.added, loaded.refused), (0, 1));
}

#[test]
fn a_probable_typo_is_taken_with_a_hint_beside_the_form() {
    let app = spawn_app();
    let entitlement_id = app.given().entitlement();
    let mut agent = app.agent();
    for (typed, hint) in [
        ("ada@gmial.com", "Did they mean gmail.com?"),
        ("ada@example.c", "no usual ending"),
        ("a@b", "no usual ending"),
    ] {
        let made = agent.post("/grants", &[("entitlement_id", entitlement_id.as_str()), ("customer_email", typed)]);
        assert_eq!(made.status, 303, "{typed}");
        let url = made.location().replace("/fulfillment/new", "");
        for page in [agent.get(&url), agent.get(&format!("{url}/fulfillment/new"))] {
            assert!(page.text_of("[aria-labelledby=who] .c-warn").contains(hint), "{typed}: {}", page.body);
        }
    }
    let fine = app.given().pending_grant().for_customer("ada@example.com").make();
    assert!(!agent.get(&format!("/grants/{fine}")).has("[aria-labelledby=who] .c-warn"));
}
