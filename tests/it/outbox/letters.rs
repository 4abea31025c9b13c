//! What customers read in the e-mail with their key, and what they copy from it.

use serde_json::json;

use crate::support::mail::Mail;
use crate::support::{TestApp, spawn_app};

const NASTY: &str = "-----BEGIN LICENSE-----\n\n-- \n.\n..\nFrom x\n>From y\n> z\nFEATURE cad v 1.0 \\\n\tSIGN=\"0 1\"   \n\n=3D \u{fc}\n==\n-----END LICENSE-----";

#[test]
fn a_key_of_several_lines_is_copied_and_attached_byte_for_byte() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let page = app.agent().post(&format!("/grants/{id}/fulfillment"), &[("key", &NASTY.replace('\n', "\r\n"))]);
    assert_eq!(page.status, 303, "{:?}", page.errors());
    app.run_outbox_until_empty();
    let mail = app.mailbox.only();
    let text = mail.text();
    let (_, rest) = text.split_once("license key:\n\n").expect("the sentence before the key");
    assert!(rest.starts_with(&format!("{NASTY}\n\nThe same key is attached as the file")), "{rest}");
    assert_eq!(mail.attachment(), Some(("Bauplan CAD 2026.lic".to_owned(), NASTY.as_bytes().to_vec())));
    let (_, html) = mail.html().split_once("<pre").map(|(a, b)| (a.to_owned(), b.to_owned())).expect("the key");
    let (_, html) = html.split_once('>').expect("the key");
    let shown = html.split("</pre>").next().expect("the key");
    let shown = shown.replace("&#62;", ">").replace("&#60;", "<").replace("&#34;", "\"").replace("&#38;", "&");
    assert_eq!(shown, NASTY);
    let copied = rest.split("\n\nThe same key").next().expect("the key");
    let answer = app.program(None).post("/licenses/validate", &json!({"license_key": copied}));
    assert_eq!(answer.json()["valid"], true);
}

#[test]
fn a_key_of_one_line_stands_alone_on_its_line_and_is_not_attached() {
    let app = spawn_app();
    app.given().delivered_grant("BPC26-7KQ4M-X2NWD");
    app.run_outbox_until_empty();
    let mail = app.mailbox.only();
    assert!(mail.text().contains("\n\nBPC26-7KQ4M-X2NWD\n\n"), "{}", mail.text());
    assert_eq!(mail.attachment(), None);
}

#[test]
fn e_mails_about_one_sale_have_different_subjects() {
    let app = spawn_app();
    let shop = app.api_key(keydesk::domain::staff::Role::Agent);
    let entitlement_id = app.given().auto_entitlement();
    let customer = json!({"email": "ada@example.com", "name": "Ada"});
    let body =
        json!({"entitlement_id": entitlement_id.as_str(), "customer": customer, "payment_id": "p", "quantity": 3});
    assert_eq!(shop.post("/grants", &body).status, 201);
    app.run_outbox_until_empty();
    let mut subjects: Vec<String> = app.mailbox.mails().iter().map(Mail::subject).collect();
    subjects.sort();
    let ends: Vec<&str> = subjects.iter().filter_map(|subject| subject.rsplit_once(' ').map(|(_, end)| end)).collect();
    assert_eq!(ends, ["3)", "3)", "3)"], "{subjects:?}");
    subjects.dedup();
    assert_eq!(subjects.len(), 3);
    assert!(subjects[1].ends_with("(2 of 3)"), "{subjects:?}");
}

#[test]
fn answers_go_where_somebody_reads_them_or_are_not_asked_for() {
    for (settings, reply_to, asks) in [
        (&[("mail_from", "Nord <no-reply@nord.example>")][..], None, false),
        (
            &[("mail_from", "Nord <no-reply@nord.example>"), ("mail_reply_to", "Help <help@nord.example>")][..],
            Some("Help <help@nord.example>"),
            true,
        ),
        (&[("mail_from", "Nord <keys@nord.example>")][..], None, true),
    ] {
        let builder = settings.iter().fold(TestApp::builder(), |builder, (name, value)| builder.with(name, value));
        let app = builder.with("mail_bcc", "archive@nord.example").spawn();
        app.given().delivered_grant("BPC26-7KQ4M-X2NWD");
        app.run_outbox_until_empty();
        let mail = app.mailbox.only();
        assert_eq!(mail.header("Reply-To").as_deref(), reply_to);
        assert_eq!(mail.text().contains("reply to this e-mail"), asks);
        assert_eq!(mail.to, ["ada@example.com", "archive@nord.example"]);
        assert!(!mail.source().contains("archive@"));
    }
}
