//! Files of other layouts: a person says what the columns are, and they are recognized from then on.

use super::{PATH, app_with, confirm, counts, grants, upload, upload_with};
use crate::support::process::lines;
use crate::support::process::say;

const FILE: &str = "Beleg;Datum;Kunde;Mail;Artikelnr.;Artikel;Menge;Kostenstelle;Zahlstand\n\
    RE-1;21.09.2026 15:33;Möller Bau KG;mb@example.com;SP-1;Studio Pro;2;4711;bezahlt\n\
    RE-2;21.09.2026;Zoë;zoe@example.com;SP-1;Studio Pro;1;;offen\n\
    RE-3;21.09.2026;Łukasz;;SP-1;Studio Pro;1;;bezahlt\n\
    Summe;;;;;;4;;\n";

const FIELDS: [(&str, &str); 9] = [
    ("column_A", "external_id"),
    ("column_B", "created_at"),
    ("column_C", "customer_name"),
    ("column_D", "customer_email"),
    ("column_E", "sku"),
    ("column_F", "product"),
    ("column_G", "quantity"),
    ("column_H", "keep"),
    ("column_I", "status"),
];

#[test]
fn columns_are_mapped_once_and_recognized_by_their_names() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let map = upload(&mut agent, "kw47.csv", FILE.as_bytes());
    assert!(map.ends_with("/map"), "{map}");
    let url = map.trim_end_matches("/map").to_owned();
    assert_eq!(agent.get(&url).location(), map, "the preview leads there");
    let page = agent.get(&map);
    assert_eq!(page.count("select[name^='column_']"), 9);
    for (name, field) in &FIELDS[..7] {
        assert_eq!(page.field(name).value, *field, "guessed from names and contents");
    }
    assert!(page.row("Kunde").contains("Möller Bau KG"), "with sample values");
    let none: Vec<(&str, &str)> = FIELDS.iter().map(|(name, _)| (*name, "")).collect();
    let wrong = agent.post(&format!("{url}/columns"), &none);
    assert_eq!((wrong.status, wrong.errors().len()), (422, 3), "{:?}", wrong.errors());
    let twice = [&FIELDS[..], &[("column_H", "quantity"), ("mapping_name", "Rechnungen")]].concat();
    let wrong = agent.post(&format!("{url}/columns"), &twice);
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.field("mapping_name").value, "Rechnungen", "what was typed is kept");
    let named = [&FIELDS[..], &[("mapping_name", "Rechnungen"), ("zone", "Europe/Berlin")]].concat();
    let answer = agent.post(&format!("{url}/columns"), &named);
    assert_eq!(answer.location(), url);
    let preview = agent.get(&url);
    assert_eq!(counts(&preview), ["Problems first 4", "New 1", "Not a sale 1", "Unpaid 1", "No e-mail 1"]);
    assert!(preview.row("zoe@example.com").contains("offen"), "{}", preview.row("zoe@example.com"));
    confirm(&app, &mut agent, &url);
    assert_eq!(grants(&app), 2);
    assert_eq!(app.count("grants WHERE metadata LIKE '%4711%'"), 2, "kept as metadata");
    assert_eq!(app.count("audit_entries WHERE action = 'sale.map_columns'"), 1);
    let next = FILE.replace("RE-", "RF-");
    let second = upload(&mut agent, "kw48.csv", next.as_bytes());
    assert!(!second.ends_with("/map"), "recognized");
    assert!(agent.get(&second).text_of(".head").contains("Rechnungen"));
    assert!(agent.get(PATH).body.contains("Rechnungen (remembered)"));
    let path = app.data_dir().join("kw49.csv");
    let paid: Vec<String> = FILE.lines().take(2).map(|line| line.replace("RE-", "RG-")).collect();
    std::fs::write(&path, paid.join("\n") + "\n").unwrap();
    let said = lines(&say(&app, &["import", &path.display().to_string(), "--map", "rechnungen", "--dry-run"], ""));
    assert!(said.contains("2 grants would be added"), "{said}");
}

#[test]
fn a_title_above_the_header_another_delimiter_and_other_characters_can_be_chosen() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let file = b"Export vom 21.9.\n\nNr|Mail|Artikel|Kunde\n1|a@example.com|Studio Pro|M\xFCller\n".to_vec();
    let map = upload(&mut agent, "export.txt", &file);
    let url = map.trim_end_matches("/map").to_owned();
    let again =
        agent.post(&format!("{url}/read"), &[("delimiter", "bar"), ("header", "0"), ("encoding", "Windows-1252")]);
    assert_eq!(again.location(), map);
    let page = agent.get(&map);
    assert_eq!(page.count("select[name^='column_']"), 4);
    assert!(page.row("Kunde").contains("Müller"), "{}", page.row("Kunde"));
    let fields = [("column_A", "external_id"), ("column_B", "customer_email"), ("column_C", "product")];
    agent.post(&format!("{url}/columns"), &fields);
    assert_eq!(counts(&agent.get(&url)), ["Problems first 1", "New 1"]);
    let wrong = agent.post(&format!("{url}/read"), &[("encoding", "UTF-8")]);
    assert!(agent.follow(wrong).flash().contains("cannot be read"));
    assert_eq!(counts(&agent.get(&url)), ["Problems first 1", "New 1"], "what was read before stays");
}

#[test]
fn a_shop_that_is_named_must_be_the_files() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let wrong = upload_with(&mut agent, "kw47.csv", FILE.as_bytes(), &[("format", "shopify"), ("zone", "UTC")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.errors()[0].contains("Shopify"), "{:?}", wrong.errors());
    assert_eq!(wrong.field("format").value, "shopify");
    assert_eq!(app.count("sale_imports"), 0);
    let shop = include_bytes!("../exports/shopify.csv");
    let by_hand = upload_with(&mut agent, "shopify.csv", shop, &[("format", "columns"), ("zone", "UTC")]);
    assert!(by_hand.location().ends_with("/map"));
}
