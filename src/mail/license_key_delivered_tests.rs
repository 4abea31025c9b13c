//! The e-mail in both languages, with all optional parts and with almost none.

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn mail(language: Language) -> LicenseKeyDelivered {
    LicenseKeyDelivered {
        language,
        to_name: "Emily Carter".to_owned(),
        to_address: "emily.carter@brightwater.example".to_owned(),
        business_name: "Nordlicht Software".to_owned(),
        product: "Bauplan CAD 2026".to_owned(),
        entitlement: "Named user, 1 year".to_owned(),
        kind: IntegrationType::LicenseKey,
        key: LicenseKeyValue::stored("BPC26-M4T8C\n\tQZ6RH-2WLV9".to_owned()),
        activations_limit: Some(3),
        expires_at: Some(at("2026-11-21T22:59:59Z")),
        expires_zone: TimeZone::get("Europe/Berlin").expect("a known zone"),
        activation_message: Some("1. Start it.\n2. Paste the key.\n".to_owned()),
        customer_note: Some("Both editions.\nHave fun.".to_owned()),
        payment_id: Some("pay_5lKj2HgF9dSa6PoI".to_owned()),
        purchased_at: at("2025-11-21T10:05:12Z"),
        time_zone: TimeZone::get("Europe/Berlin").expect("a known zone"),
        place_in_sale: None,
        reads_answers: true,
        downloads: None,
        replaces: None,
    }
}

fn bare(language: Language) -> LicenseKeyDelivered {
    LicenseKeyDelivered {
        to_name: String::new(),
        entitlement: "Bauplan CAD 2026".to_owned(),
        key: LicenseKeyValue::stored("ABC".to_owned()),
        activations_limit: None,
        expires_at: None,
        activation_message: Some(" \n".to_owned()),
        customer_note: None,
        payment_id: None,
        ..mail(language)
    }
}

#[test]
fn the_text_says_everything_once() {
    assert_eq!(
        mail(Language::En).text().expect("a text"),
        "Hello Emily Carter,

Thank you for your purchase. Here is your license key:

BPC26-M4T8C
\tQZ6RH-2WLV9

The same key is attached as the file “Named user, 1 year.txt”.

Product:     Bauplan CAD 2026
License:     Named user, 1 year
Activations: 3
Valid until: 21 November 2026, 23:59 Europe/Berlin

A note from our team:
> Both editions.
> Have fun.

How to activate:
1. Start it.
2. Paste the key.

Keep this e-mail. You’ll need the key if you switch computers.
Questions? Just reply to this e-mail.

-- 
Nordlicht Software
Payment pay_5lKj2HgF9dSa6PoI
You are receiving this e-mail because of your purchase on 21 November 2025.
"
    );
}

#[test]
fn what_is_not_there_leaves_no_gap() {
    assert_eq!(
        bare(Language::De).text().expect("a text"),
        "Guten Tag,

hier ist Ihr Lizenzschlüssel:

ABC

Produkt:       Bauplan CAD 2026
Aktivierungen: Unbegrenzt
Gültig bis:    Unbefristet

Bewahren Sie diese E-Mail auf. Beim Wechsel des Rechners brauchen Sie den Schlüssel wieder.
Fragen? Antworten Sie einfach auf diese E-Mail.

-- 
Nordlicht Software
Sie erhalten diese E-Mail, weil Nordlicht Software am 21. November 2025 eine Lizenz für Sie ausgestellt hat.
"
    );
    let html = bare(Language::En).html().expect("a page");
    assert!(!html.contains("<h2"), "{html}");
    assert!(html.contains(r#"align="center" style="padding:18px"#));
}

#[test]
fn the_page_is_in_the_customers_language_and_keeps_the_keys_lines() {
    let german = mail(Language::De).html().expect("a page");
    for part in [
        r#"<html lang="de">"#,
        "<title>Ihr Lizenzschlüssel für Bauplan CAD 2026</title>",
        "Guten Tag Emily Carter,",
        "Gültig für 3 Aktivierungen bis zum 21. November 2026, 23:59 Europe/Berlin.",
        ">BPC26-M4T8C\n\tQZ6RH-2WLV9</pre>",
        "Derselbe Schlüssel liegt als Datei „Named user, 1 year.txt“ bei.",
        r#"<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">"#,
        "So aktivieren Sie",
        "1. Start it.<br>2. Paste the key.</p>",
        "Sie erhalten diese E-Mail zu Ihrem Kauf vom 21. November 2025.",
    ] {
        assert!(german.contains(part), "{part} in {german}");
    }
    assert!(mail(Language::En).html().expect("a page").contains(r#"<html lang="en">"#));
}

#[test]
fn the_validity_is_said_in_words() {
    let sentence = |activations_limit, expires_at, language| {
        LicenseKeyDelivered { activations_limit, expires_at, ..mail(language) }.validity_sentence()
    };
    let end = Some(at("2026-11-21T22:59:59Z"));
    assert_eq!(
        sentence(Some(3), end, Language::En),
        "Valid for 3 activations until 21 November 2026, 23:59 Europe/Berlin."
    );
    assert_eq!(sentence(Some(1), None, Language::En), "Valid for 1 activation, no expiry date.");
    assert_eq!(
        sentence(None, end, Language::En),
        "Unlimited activations, valid until 21 November 2026, 23:59 Europe/Berlin."
    );
    assert_eq!(sentence(None, None, Language::En), "Unlimited activations, no expiry date.");
    assert_eq!(
        sentence(Some(1), end, Language::De),
        "Gültig für 1 Aktivierung bis zum 21. November 2026, 23:59 Europe/Berlin."
    );
    assert_eq!(sentence(Some(i32::MAX), None, Language::De), "Gültig für 2.147.483.647 Aktivierungen, unbefristet.");
}

#[test]
fn the_end_is_named_in_the_zone_it_was_chosen_in() {
    for (zone, end) in [
        ("Pacific/Auckland", "until 22 November 2026, 11:59 Pacific/Auckland."),
        ("America/Los_Angeles", "until 21 November 2026, 14:59 America/Los_Angeles."),
    ] {
        let expires_zone = TimeZone::get(zone).expect("a known zone");
        let sentence = LicenseKeyDelivered { expires_zone, ..mail(Language::En) }.validity_sentence();
        assert!(sentence.ends_with(end), "{sentence}");
    }
}

#[test]
fn nothing_that_was_typed_becomes_markup() {
    let evil = r#""><script>alert('1')</script><img src=x onerror=alert(1)>{{ 7 * 7 }}{ $date }"#;
    let mail = LicenseKeyDelivered {
        to_name: evil.to_owned(),
        business_name: evil.to_owned(),
        product: evil.to_owned(),
        entitlement: format!("{evil}2"),
        key: LicenseKeyValue::stored(format!("{evil}\n{evil}")),
        activation_message: Some(evil.to_owned()),
        customer_note: Some(evil.to_owned()),
        payment_id: Some(evil.to_owned()),
        ..mail(Language::En)
    };
    let html = mail.html().expect("a page");
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("\"><"), "{html}");
    assert!(html.contains("{{ 7 * 7 }}{ $date }"));
    assert!(mail.text().expect("a text").contains(&format!("\n{evil}\n{evil}\n")));
}

#[test]
fn e_mails_about_one_sale_have_different_subjects() {
    let subject = |place_in_sale, language| LicenseKeyDelivered { place_in_sale, ..mail(language) }.subject();
    assert_eq!(subject(Some((2, 3)), Language::En), "Your license key for Bauplan CAD 2026 (2 of 3)");
    assert_eq!(subject(Some((2, 3)), Language::De), "Ihr Lizenzschlüssel für Bauplan CAD 2026 (2 von 3)");
    assert_eq!(subject(None, Language::En), "Your license key for Bauplan CAD 2026");
}

#[test]
fn an_answer_is_only_asked_for_where_somebody_reads_it() {
    let silent = LicenseKeyDelivered { reads_answers: false, ..mail(Language::En) };
    assert!(!silent.text().expect("a text").contains("reply") && !silent.html().expect("a page").contains("reply"));
}

#[test]
fn the_key_is_never_printed() {
    let mail = mail(Language::En);
    let outgoing = mail.outgoing("msg_1", at("2025-11-21T13:17:40Z")).expect("a message");
    assert!(outgoing.text.contains("BPC26-M4T8C"));
    assert!(!format!("{mail:?} {outgoing:?}").contains("BPC26-M4T8C"));
}
