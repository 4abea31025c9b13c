//! `/stock.csv`: all stocks as a file, masked.

use keydesk::domain::stock::NewBatch;
use keydesk::domain::stock::settings::StockSettings;

use super::{add_texts, entitlement, fulfill_from_stock, waiting};
use crate::support::spawn_app;

#[test]
fn the_export_has_every_key_masked_and_no_formulas() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let batch =
        NewBatch { supplier: Some("=cmd|x".to_owned()), reference: Some("4711".to_owned()), ..NewBatch::default() };
    let keys: Vec<String> = (0..1_003).map(|number| format!("EXPORT-{number:04}-ABCD-{number:04}")).collect();
    add_texts(&app, &id, &keys, batch);
    fulfill_from_stock(&app, &waiting(&app, &id, 1)).expect("fulfilled");
    let mut agent = app.agent();
    let file = agent.get("/stock.csv");
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines.len(), 1_004, "the headings and every key");
    assert!(lines[0].starts_with("id,entitlement_id,entitlement,batch_id,supplier,"), "{}", lines[0]);
    assert!(!file.body.contains("EXPORT-"), "no key is told");
    assert!(lines[1].contains(",'=cmd|x,4711,") && lines[1].contains(",available,••••••••••••0001,"), "{}", lines[1]);
    let issued: Vec<&&str> = lines.iter().filter(|line| line.contains(",issued,")).collect();
    assert!(issued.len() == 1 && issued[0].contains(",lic_"), "{issued:?}");
    assert_eq!(agent.get(&format!("/stock.csv?entitlement_id={id}")).body.lines().count(), 1_004);
    assert_eq!(agent.get("/stock.csv?entitlement_id=ent_none").body.lines().count(), 1);
    assert_eq!(app.viewer().get("/stock.csv").status, 403);
    assert_eq!(app.anonymous().get("/stock.csv").location(), "/login?next=/stock.csv");
}
