//! What a file of sales says about people: sealed, recorded when it is exported, and erased with them.

use keydesk::storage::encryption::columns::SealedColumn;
use keydesk::usecases::customers::erase::erase_customer;

use super::{app_with, confirm, counts, upload};

const FILE: &str = "customer_email,entitlement,external_id,quantity\n\
    ada@example.com,Studio Pro,1,1\nada@example.com,Studio Pro,2,x\nbob@example.com,Studio Pro,3,x\n";

#[test]
fn nothing_of_a_file_is_readable_in_the_database() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    upload(&mut agent, "sales.csv", FILE.as_bytes());
    for column in [SealedColumn::SaleImport, SealedColumn::SaleImportPart] {
        let values = app.read(|conn| column.page(conn, "", 10).unwrap());
        assert!(!values.is_empty());
        let readable = String::from_utf8_lossy(&values[0].sealed).into_owned();
        assert!(!readable.contains("example.com"));
        assert!(app.context().keyring.open(&column.associated_data(&values[0].row), &values[0].sealed).is_ok());
    }
}

#[test]
fn an_erased_customer_leaves_files_that_wait_and_lines_that_are_kept() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let first = upload(&mut agent, "first.csv", FILE.as_bytes());
    confirm(&app, &mut agent, &first);
    let second = upload(&mut agent, "second.csv", FILE.as_bytes());
    assert!(agent.get(&first).body.contains("ada@example.com"));
    let customers = super::super::all_grants(&app);
    let id = customers[0]["customer_id"].as_str().unwrap().to_owned();
    let actor = crate::support::given::actor();
    erase_customer(app.context(), &keydesk::domain::ids::CustomerId::stored(id), &actor).unwrap();
    for url in [&first, &second] {
        let page = agent.get(url);
        assert!(!page.body.contains("ada@example.com"), "{}", page.body);
        assert!(page.body.contains("bob@example.com"));
        assert!(!agent.get(&format!("{url}/refused.csv")).body.contains("ada@"));
    }
    let again = agent.post(&format!("{second}/read"), &[("zone", "UTC")]);
    assert!(agent.follow(again).flash().contains("erased"));
    assert_eq!(counts(&agent.get(&second)).first().map(String::as_str), Some("Problems first 3"));
}

#[test]
fn an_export_of_lines_is_recorded() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let url = upload(&mut agent, "sales.csv", FILE.as_bytes());
    agent.get(&format!("{url}/refused.csv"));
    assert_eq!(app.count("audit_entries WHERE action = 'list.exported' AND object_id = 'sale-imports'"), 1);
}
