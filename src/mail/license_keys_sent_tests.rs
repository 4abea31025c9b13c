//! The e-mail in both languages, with keys of one line and of several.

use jiff::tz::TimeZone;

use super::*;
use crate::domain::entitlement::IntegrationType;
use crate::domain::license_key::LicenseKeyValue;
use crate::i18n::Language;

fn key(language: Language, product: &str, value: &str) -> LicenseKeyDelivered {
    LicenseKeyDelivered {
        language,
        to_name: "Emily Carter".to_owned(),
        to_address: "emily.carter@brightwater.example".to_owned(),
        business_name: "Nordlicht Software".to_owned(),
        product: product.to_owned(),
        entitlement: product.to_owned(),
        kind: IntegrationType::LicenseKey,
        key: LicenseKeyValue::stored(value.to_owned()),
        activations_limit: Some(3),
        expires_at: None,
        expires_zone: TimeZone::UTC,
        activation_message: Some("Choose Help, Activate.".to_owned()).filter(|_| value.contains('\n')),
        customer_note: Some("For the first delivery alone".to_owned()),
        payment_id: Some("pay_1".to_owned()),
        purchased_at: "2025-11-21T10:05:12Z".parse().expect("a timestamp"),
        time_zone: TimeZone::UTC,
        place_in_sale: None,
        reads_answers: true,
        downloads: None,
        replaces: None,
    }
}

fn outgoing(language: Language) -> Outgoing {
    let letters = vec![
        key(language, "Bauplan CAD", "ABC-1"),
        key(language, "Tonwerk", "DEF\nGHI"),
        key(language, "Tonwerk", "JKL\nMNO"),
    ];
    let email = LicenseKeysSent::of(letters).expect("keys");
    email.outgoing("msg_1", "2026-01-31T12:00:00Z".parse().expect("a timestamp")).expect("composed")
}

#[test]
fn one_text_holds_every_key_with_what_belongs_to_it() {
    let sent = outgoing(Language::En);
    assert_eq!(sent.subject, "Your 3 license keys from Nordlicht Software");
    assert_eq!(
        sent.text,
        "Hello Emily Carter,

Here are your license keys that are valid at present:

Bauplan CAD

ABC-1

Activations: 3
Valid until: No expiry date

Tonwerk

DEF
GHI

The same key is attached as the file “Tonwerk.txt”.

Activations: 3
Valid until: No expiry date

How to activate:
Choose Help, Activate.

Tonwerk

JKL
MNO

The same key is attached as the file “Tonwerk 2.txt”.

Activations: 3
Valid until: No expiry date

How to activate:
Choose Help, Activate.

Keep this e-mail. You’ll need the keys if you switch computers.
Questions? Just reply to this e-mail.

-- 
Nordlicht Software
You are receiving this e-mail because you have licenses from Nordlicht Software.
"
    );
}

#[test]
fn every_key_of_several_lines_is_a_file_of_its_own() {
    let files: Vec<(String, String)> =
        outgoing(Language::De).attachments.into_iter().map(|file| (file.name, file.content)).collect();
    let file = |name: &str, content: &str| (name.to_owned(), content.to_owned());
    assert_eq!(files, [file("Tonwerk.txt", "DEF\nGHI"), file("Tonwerk 2.txt", "JKL\nMNO")]);
}

#[test]
fn the_page_is_in_the_customers_language_and_holds_every_key() {
    let html = outgoing(Language::De).html;
    for part in [
        r#"<html lang="de">"#,
        "<title>Ihre 3 Lizenzschlüssel von Nordlicht Software</title>",
        ">ABC-1</pre>",
        ">DEF\nGHI</pre>",
        "So aktivieren Sie",
        "weil Sie Lizenzen von Nordlicht Software haben",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains("first delivery"), "{html}");
    assert!(LicenseKeysSent::of(Vec::new()).is_none());
}
