//! Keys in the list of an entitlement's stock: quarantined, discarded, put back.

use super::pages::{KEYS, available};
use super::with_stock;
use crate::support::spawn_app;
use crate::support::stock::{fill, import, stock_path};

#[test]
fn admins_quarantine_restore_and_discard_keys_with_a_reason() {
    let app = spawn_app();
    let id = app.given().entitlement();
    fill(&app, &id, &KEYS);
    let mut admin = app.admin();
    let list = admin.get(&stock_path(&id));
    let ids = list.attributes("input[name=id]", "value");
    assert_eq!(ids.len(), 3);
    let path = format!("{}/keys", stock_path(&id));
    let both = [("id", ids[0].as_str()), ("id", ids[1].as_str())];
    let without = admin.post(&path, &[both[0], both[1], ("do", "quarantine")]);
    assert_eq!(without.status, 422);
    assert!(without.field("reason").error.is_some());
    assert_eq!(without.count("input[name=id][checked]"), 2, "the choice stays");
    let none = admin.post(&path, &[("do", "quarantine"), ("reason", "Shown to staff")]);
    assert_eq!(none.status, 422);
    assert!(none.errors()[0].contains("Select at least one key"));
    let done = admin.post(&path, &[both[0], both[1], ("do", "quarantine"), ("reason", "Shown to staff")]);
    assert_eq!(admin.follow(done).flash(), "2 keys were quarantined.");
    let list = admin.get(&format!("{}?state=quarantined", stock_path(&id)));
    assert_eq!(list.rows().iter().filter(|row| row.contains("Shown to staff")).count(), 2);
    assert!(list.has("button[value=restore]") && list.has("button[value=discard]"));
    assert!(!list.has("button[value=quarantine]"), "nothing is offered that cannot be done");
    assert!(!list.body.contains("In the order they are given out"));
    let some = admin.post(&path, &[both[0], ("id", ids[2].as_str()), ("do", "restore"), ("reason", "Checked")]);
    assert!(admin.follow(some).flash().starts_with("Keys back in stock: 1 of 2."));
    let again = admin.post(&path, &[both[0], ("do", "quarantine"), ("reason", "Shown to staff")]);
    assert_eq!(admin.follow(again).flash(), "1 key was quarantined.");
    let back = admin.post(&path, &[both[0], ("do", "restore"), ("reason", "Checked")]);
    assert_eq!(admin.follow(back).flash(), "1 key is back in stock.");
    let gone = admin.post(&path, &[both[1], ("do", "discard"), ("reason", "Printed, lost")]);
    assert!(admin.follow(gone).flash().starts_with("1 key was discarded."));
    let late = admin.post(&path, &[both[1], ("do", "restore"), ("reason", "No")]);
    assert!(admin.follow(late).flash().starts_with("No key went back"));
    assert_eq!(available(&app, &id), "2");
    let discarded = admin.get(&format!("{}?state=discarded", stock_path(&id)));
    assert_eq!(
        (discarded.rows().iter().filter(|row| row.contains("Printed, lost")).count(), discarded.has("input[name=id]")),
        (1, false)
    );
    assert_eq!(app.agent().post(&path, &[both[0], ("do", "discard"), ("reason", "x")]).status, 403);
    assert!(!app.agent().get(&stock_path(&id)).has("input[name=id]"), "agents choose no keys");
    // A discarded value never comes in again.
    let mut agent = app.agent();
    let again = import(&mut agent, &id, &[("keys", &KEYS.join("\n"))], None);
    assert_eq!(agent.follow(again).count("tbody tr"), 3);
}

#[test]
fn keys_chosen_on_a_later_page_stay_chosen_when_the_reason_is_missing() {
    let app = spawn_app();
    let id = with_stock(&app, 60);
    let mut admin = app.admin();
    let next = admin.get(&stock_path(&id)).attribute("#keys-list a[rel=next]", "href").expect("a second page");
    let page = admin.get(&next);
    let chosen = page.attributes("input[name=id]", "value");
    assert_eq!(chosen.len(), 10);
    let after = page.attribute("form.picks input[name=after]", "value").expect("where the page starts");
    let fields = [("id", chosen[0].as_str()), ("after", &after), ("state", "available"), ("do", "quarantine")];
    let refused = admin.post(&format!("{}/keys", stock_path(&id)), &fields);
    assert_eq!(refused.status, 422);
    assert_eq!(refused.attributes("input[name=id][checked]", "value"), [chosen[0].clone()]);
    assert_eq!(refused.attribute("form.picks input[name=after]", "value"), Some(after));
}
