//! Files: the lines of one order, rounded ids, encodings.

use std::fmt::Write;

use keydesk::import::{Mode, Summary};
use serde_json::json;

use super::{all_grants, load};
use crate::support::{TestApp, spawn_app};

const HEADER: &str = "customer_email,customer_name,entitlement,external_id,quantity,created_at\n";

fn app() -> TestApp {
    let app = spawn_app();
    app.given().named_entitlement("Studio Pro");
    app
}

fn summary(added: u64, present: u64, revoked: u64) -> Summary {
    Summary { added, present, revoked, ..Summary::default() }
}

fn taken(app: &TestApp, text: &str) -> Summary {
    let dry = load(app, text.as_bytes(), Mode::DryRun).unwrap().0;
    let (summary, refused) = load(app, text.as_bytes(), Mode::Load).unwrap();
    assert_eq!(refused, Vec::<String>::new());
    assert_eq!((dry.added, dry.present), (summary.added, summary.present), "a dry run says the same");
    summary
}

#[test]
fn two_lines_of_one_order_with_the_same_product_are_two_lines() {
    let app = app();
    let line = |quantity: &str| format!("li@example.com,Li,Studio Pro,1002,{quantity},\n");
    let file = format!("{HEADER}{}{}", line("1"), line("2"));
    assert_eq!(taken(&app, &file), summary(3, 0, 0));
    assert_eq!(taken(&app, &file), summary(0, 3, 0), "the same file again adds nothing");
    let turned = format!("{HEADER}{}{}", line("2"), line("1"));
    assert_eq!(taken(&app, &turned), summary(0, 3, 0), "nor does another order of lines");
    let whole = format!("{HEADER}{}", line("3"));
    assert_eq!(taken(&app, &whole), summary(0, 3, 0), "nor one line with the sum");
    let more = format!("{HEADER}{}{}{}", line("1"), line("2"), line("1"));
    assert_eq!(taken(&app, &more), summary(1, 3, 0));
    let fewer = format!("{HEADER}{}", line("2"));
    assert_eq!(taken(&app, &fewer), summary(0, 2, 2), "what the file no longer has is taken back");
    assert_eq!(taken(&app, &fewer), summary(0, 2, 0));
    assert_eq!(taken(&app, &format!("{HEADER}{}", line(""))), summary(0, 1, 0), "who does not say takes nothing back");
}

#[test]
fn lines_of_an_order_far_apart_count_together() {
    let app = app();
    let mut file = format!("{HEADER}far@example.com,,Studio Pro,far,1,\n");
    for number in 0..1_200 {
        writeln!(file, "b{number}@example.com,,Studio Pro,o{number},1,").unwrap();
    }
    file.push_str("far@example.com,,Studio Pro,far,1,\n");
    assert_eq!(taken(&app, &file), summary(1_202, 0, 0));
    assert_eq!(taken(&app, &file), summary(0, 1_202, 0));
}

#[test]
fn a_history_of_payments_of_one_subscription_is_one_grant() {
    let app = app();
    let header = "customer_email,entitlement,payment_id,subscription_id,quantity\n";
    let file = format!(
        "{header}a@example.com,Studio Pro,pay_1,sub_1,2\na@example.com,Studio Pro,pay_2,sub_1,2\na@example.com,Studio Pro,pay_3,sub_1,1\n"
    );
    let (first, refused) = load(&app, file.as_bytes(), Mode::Load).unwrap();
    assert_eq!((first.added, first.revoked, refused), (2, 1, Vec::new()));
    let (again, _) = load(&app, file.as_bytes(), Mode::Load).unwrap();
    assert_eq!((again.added, again.revoked), (0, 0));
    assert_eq!(all_grants(&app).len(), 2);
}

#[test]
fn the_same_sale_in_a_later_file_with_a_further_id_is_one() {
    let app = app();
    let header = "customer_email,entitlement,payment_id,subscription_id,external_id\n";
    assert_eq!(taken(&app, &format!("{header}mix@example.com,Studio Pro,,,ord_1\n")), summary(1, 0, 0));
    assert_eq!(taken(&app, &format!("{header}mix@example.com,Studio Pro,pay_mix,,ord_1\n")), summary(0, 1, 0));
    assert_eq!(all_grants(&app)[0]["payment_id"], json!("pay_mix"));
}

#[test]
fn an_order_with_lines_for_two_people_is_for_both() {
    let app = app();
    let file = format!("{HEADER}a@example.com,A,Studio Pro,1,1,\nb@example.com,B,Studio Pro,1,1,\n");
    assert_eq!(taken(&app, &file), summary(2, 0, 0));
    assert_eq!(taken(&app, &file), summary(0, 2, 0));
    let customers: std::collections::BTreeSet<String> =
        all_grants(&app).iter().map(|grant| grant["customer_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(customers.len(), 2);
}

#[test]
fn ids_that_a_spreadsheet_has_rounded_are_refused_with_the_reason() {
    let app = app();
    for id in ["7.41099E+12", "\"4,87E+19\"", "12345678901234500000", "1.2E+5"] {
        let file = format!("{HEADER}x1@example.com,X,Studio Pro,{id},1,\nx1@example.com,X,Studio Pro,{id},1,\n");
        let (summary, refused) = load(&app, file.as_bytes(), Mode::Load).unwrap();
        assert_eq!((summary.added, summary.refused), (0, 2), "{id}");
        assert!(refused.iter().all(|line| line.contains("external_id") && line.contains("rounded")), "{refused:?}");
    }
    assert_eq!(taken(&app, &format!("{HEADER}x@example.com,X,Studio Pro,741099123456,1,\n")), summary(1, 0, 0));
}

#[test]
fn a_file_in_another_encoding_is_read_whole() {
    for (name, bytes) in [
        ("windows-1252", b"customer_email,customer_name,entitlement,external_id\njm@example.com,J\xFCrgen M\xFCller,Studio Pro,1009\nasc@example.com,Asc,Studio Pro,1010\n".to_vec()),
        ("utf-16", utf16("customer_email\tcustomer_name\tentitlement\texternal_id\r\njm@example.com\tJürgen Müller\tStudio Pro\t1009\r\nasc@example.com\tAsc\tStudio Pro\t1010\r\n")),
        ("carriage returns", "customer_email;customer_name;entitlement;external_id\rjm@example.com;Jürgen Müller;Studio Pro;1009\rasc@example.com;Asc;Studio Pro;1010\r".as_bytes().to_vec()),
    ] {
        let app = app();
        let (summary, refused) = load(&app, &bytes, Mode::Load).unwrap();
        assert_eq!((summary.added, refused), (2, Vec::<String>::new()), "{name}");
        assert!(app.agent().get("/grants").body.contains("Jürgen Müller"), "{name}");
    }
}

#[test]
fn a_file_that_cannot_be_read_adds_nothing_at_all() {
    let app = app();
    let file = b"customer_email,customer_name,entitlement,external_id\na@example.com,A,Studio Pro,1\nb@example.com,J\xC3\xBCrgen M\xFCller,Studio Pro,2\n";
    let error = load(&app, file, Mode::Load).unwrap_err();
    assert!(error.contains("line 3, byte 24") && error.contains("UTF-8"), "{error}");
    assert_eq!(all_grants(&app).len(), 0);
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}
