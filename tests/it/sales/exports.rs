//! Exports as shops write them: recognized by their columns, read into the queue, and read again without adding anything.

use keydesk::import::{Event, Format, Mode, Options, SkipKind, Summary, import};
use serde_json::Value;

use super::all_grants;
use crate::support::process::say;
use crate::support::{TestApp, spawn_app};

/// What was told of a file.
struct Told {
    summary: Summary,
    refused: Vec<String>,
    skipped: Vec<(SkipKind, String)>,
}

fn load(app: &TestApp, bytes: &[u8], options: &Options) -> Result<Told, String> {
    let (mut refused, mut skipped) = (Vec::new(), Vec::new());
    let summary = import(app.context(), bytes, Format::Csv, Mode::Load, options, &mut |event| match event {
        Event::Refused(lines, problems) => {
            refused.extend(problems.iter().map(|problem| format!("{lines}: {problem}")));
        }
        Event::Skipped(_, kind, word) => skipped.push((*kind, (*word).to_owned())),
        _ => {}
    });
    Ok(Told { summary: summary.map_err(|error| error.to_string())?, refused, skipped })
}

/// An installation with these entitlements.
fn app_with(names: &[&str]) -> TestApp {
    let app = spawn_app();
    // The samples are of September 2026.
    app.advance(jiff::SignedDuration::from_hours(24 * 180));
    for name in names {
        app.given().named_entitlement(name);
    }
    app
}

/// The file adds so many grants with these skips; again it adds none, and a dry run would have said the same.
fn check(name: &str, bytes: &[u8], entitlements: &[&str], added: u64, skips: &[(SkipKind, u64)]) -> Vec<Value> {
    let app = app_with(entitlements);
    let dry = import(app.context(), bytes, Format::Csv, Mode::DryRun, &Options::default(), &mut |_| {}).unwrap();
    let told = load(&app, bytes, &Options::default()).unwrap();
    assert_eq!(told.refused, Vec::<String>::new(), "{name}");
    assert_eq!((told.summary.added, dry.added), (added, added), "{name}");
    assert_eq!(told.summary.shop, Some(name));
    for kind in SkipKind::ALL {
        let expected = skips.iter().find(|(other, _)| *other == kind).map_or(0, |(_, count)| *count);
        let found = told.skipped.iter().filter(|(other, _)| *other == kind).count() as u64;
        assert_eq!(found, expected, "{name}: {kind:?} {:?}", told.skipped);
    }
    let again = load(&app, bytes, &Options::default()).unwrap();
    assert_eq!((again.summary.added, again.summary.present), (0, added), "{name} again");
    all_grants(&app)
}

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("exports/", $name, ".csv"))
    };
}

#[test]
fn shopify_orders_go_on_in_further_rows() {
    let names = ["Inkwell Pro - 1 year", "Inkwell Brushes \"Deluxe\", pack"];
    let grants = check("Shopify", sample!("shopify"), &names, 3, &[(SkipKind::Unpaid, 1), (SkipKind::Refunded, 2)]);
    let brushes = &grants.iter().find(|grant| grant["metadata"]["shopify_id"] == "9000000000001").unwrap();
    assert_eq!(brushes["created_at"], "2026-09-21T13:33:20Z");
}

#[test]
fn woocommerce_orders_have_a_row_for_each_product() {
    let names = ["Framewright Standard - Windows", "Framewright plugin pack", "Framewright Standard - macOS"];
    check("WooCommerce", sample!("woocommerce"), &names, 4, &[(SkipKind::Unpaid, 1), (SkipKind::Refunded, 1)]);
    let app = app_with(&[]);
    let error = load(&app, sample!("woocommerce_analytics"), &Options::default()).err().unwrap();
    assert!(error.contains("WooCommerce") && error.contains("plugin"), "{error}");
}

#[test]
fn stripe_payments_name_their_products_in_one_text() {
    let names = ["Pixelforge Pro", "Texture pack", "Subscription update"];
    let skips = [(SkipKind::Unpaid, 1), (SkipKind::Refunded, 2)];
    let grants = check("Stripe", sample!("stripe"), &names, 14, &skips);
    assert!(grants.iter().all(|grant| grant["payment_id"].as_str().unwrap().starts_with("pi_demo")));
}

#[test]
fn the_other_shops_exports_are_read() {
    let skips = [(SkipKind::Unpaid, 1), (SkipKind::Refunded, 1)];
    check("Lemon Squeezy", sample!("lemonsqueezy"), &["Tonebench"], 2, &skips);
    let skips = [(SkipKind::NoSale, 1), (SkipKind::Refunded, 1), (SkipKind::Renewal, 1)];
    let grants = check("Gumroad", sample!("gumroad"), &["Gridsmith"], 4, &skips);
    assert_eq!(grants.len(), 4);
    let skips = [(SkipKind::Unpaid, 1), (SkipKind::Refunded, 1)];
    check("Paddle", sample!("paddle"), &["Looplab", "Looplab samples"], 29, &skips);
    let skips = [(SkipKind::Test, 1), (SkipKind::Refunded, 1)];
    check("FastSpring", sample!("fastspring"), &["Scanmate Pro", "Scanmate OCR pack"], 7, &skips);
}

#[test]
fn paypal_rows_without_a_product_are_refused_and_what_is_no_payment_is_skipped() {
    let app = app_with(&["Maplight licence"]);
    let told = load(&app, sample!("paypal"), &Options::default()).unwrap();
    assert_eq!(told.summary.added, 2);
    assert_eq!(told.refused.len(), 1, "{:?}", told.refused);
    assert!(told.refused[0].contains("names no product"), "{:?}", told.refused);
    assert_eq!(told.skipped.iter().filter(|(kind, _)| *kind == SkipKind::NoSale).count(), 2, "{:?}", told.skipped);
    assert_eq!(all_grants(&app)[0]["created_at"], "2026-09-21T13:33:20Z");
}

#[test]
fn an_unknown_product_is_refused_until_its_word_is_mapped() {
    let app = app_with(&["Gridsmith for teams"]);
    let first = load(&app, sample!("gumroad"), &Options::default()).unwrap();
    assert_eq!((first.summary.added, first.summary.refused), (0, 2));
    assert!(first.refused[0].contains("keydesk product map"), "{:?}", first.refused);
    let output = say(&app, &["product", "map", "GRIDSM", "--entitlement", "Gridsmith for teams"], "");
    assert!(output.status.success(), "{output:?}");
    let second = load(&app, sample!("gumroad"), &Options::default()).unwrap();
    assert_eq!((second.summary.added, second.summary.refused), (4, 0));
    let listed = say(&app, &["product", "list"], "");
    assert_eq!(String::from_utf8(listed.stdout).unwrap(), "GRIDSM\tGridsmith for teams\n");
    let output = say(&app, &["product", "map", "gridsm", "--no-key"], "");
    assert!(output.status.success(), "{output:?}");
    let third = load(&app, sample!("gumroad"), &Options::default()).unwrap();
    assert_eq!(third.skipped.iter().filter(|(kind, _)| *kind == SkipKind::NeedsNoKey).count(), 2);
}

#[test]
fn orders_of_two_shops_with_the_same_number_are_two() {
    let app = app_with(&["Framewright Standard - Windows", "Framewright plugin pack", "Framewright Standard - macOS"]);
    load(&app, sample!("woocommerce"), &Options::default()).unwrap();
    let own = "customer_email,entitlement,external_id\nada@example.com,Framewright plugin pack,731\n";
    assert_eq!(load(&app, own.as_bytes(), &Options::default()).unwrap().summary.added, 1);
}

#[test]
fn columns_of_any_other_file_can_be_named() {
    let app = app_with(&["Studio Pro"]);
    let file =
        "Bestellnummer;Mail;Artikel;Anzahl;Bemerkung;Datum\n4711;ada@example.com;studio  pro;2;x;21.09.2026 15:33\n";
    let error = load(&app, file.as_bytes(), &Options::default()).err().unwrap();
    assert!(error.contains("Bestellnummer") && error.contains("--columns"), "{error}");
    let column = |field: &str, name: &str| (field.to_owned(), name.to_owned());
    let options = Options {
        columns: vec![
            column("external_id", "bestellnummer"),
            column("customer_email", "Mail"),
            column("product", "Artikel"),
            column("quantity", "Anzahl"),
            column("created_at", "Datum"),
        ],
        zone: jiff::tz::TimeZone::get("Europe/Berlin").ok(),
        ..Options::default()
    };
    let told = load(&app, file.as_bytes(), &options).unwrap();
    assert_eq!((told.summary.added, told.refused.len()), (2, 0), "{:?}", told.refused);
    assert_eq!(all_grants(&app)[0]["created_at"], "2026-09-21T13:33:00Z");
    let wrong = Options { columns: vec![column("external_id", "Nummer")], ..Options::default() };
    assert!(load(&app, file.as_bytes(), &wrong).err().unwrap().contains("no column \"Nummer\""));
}

#[test]
fn quirks_of_spreadsheets_are_understood() {
    let app = app_with(&["Studio Pro"]);
    let lines = |text: &str| {
        let told = load(&app, text.as_bytes(), &Options::default()).unwrap();
        (told.summary.added, told.refused.len())
    };
    for (text, expected) in [
        ("sep=;\r\ncustomer_email;entitlement;external_id\r\nsep@example.com;Studio Pro;1008\r\n", (1, 0)),
        ("customer_email,entitlement,external_id,,,\ntb@example.com,Studio Pro,1010,,,\n", (1, 0)),
        ("customer_email,entitlement,external_id,customer_name,metadata\nsr@example.com,Studio Pro,1011\n", (1, 0)),
        ("customer_email,entitlement,external_id\nbr@example.com,Studio Pro,1012\n,,\n,,\n", (1, 0)),
        (
            "customer_email,entitlement,external_id,quantity\nqd@example.com,Studio Pro,1014,2.00\nq@example.com,Studio Pro,1015,1.5\n",
            (2, 1),
        ),
        ("customer_email,customer_name,entitlement,external_id\n'f3@example.com,'=cmd,Studio Pro,'1018\n", (1, 0)),
        ("Customer Email,Entitlement,External ID\na@example.com,STUDIO  pro ,1023\n", (1, 0)),
        ("customer_email,customer_locale,entitlement,external_id\nlu@example.com,de_DE,Studio Pro,1041\n", (1, 0)),
        ("customer_email,entitlement,external_id,created_at\nd@example.com,Studio Pro,2003,2026-11-20 09:50\n", (1, 0)),
    ] {
        assert_eq!(lines(text), expected, "{text}");
    }
    let error = load(&app, b"<!doctype html><title>Sign in</title>\n", &Options::default()).err().unwrap();
    assert!(error.contains("web page"), "{error}");
}
