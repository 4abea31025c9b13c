//! What needs a person's decision: the address of a delivered sale differs.

use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use serde_json::json;

use super::{all_grants, grant, id_of, sale, timeline};
use crate::support::{Page, TestApp, spawn_app};

/// A delivered sale that was reported again with another address.
fn reported_again(app: &TestApp) -> GrantId {
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let mut report = sale(&entitlement, &json!({"payment_id": "pay_1"}));
    let id = id_of(&shop.post("/grants", &report).json());
    app.given().fulfill(&id, "BPC26-00001-AAAAA");
    app.run_outbox_until_empty();
    report["customer"]["email"] = json!("ada@example.org");
    for _ in 0..2 {
        let answer = shop.post("/grants", &report);
        assert_eq!((answer.status, id_of(&answer.json())), (200, id.clone()), "{}", answer.text);
    }
    assert_eq!(all_grants(app).len(), 1);
    id
}

fn task_of(page: &Page) -> String {
    page.html()
        .select(&scraper::Selector::parse("form[action$='/decision'] input[name=task_id]").unwrap())
        .next()
        .map(|input| input.value().attr("value").unwrap().to_owned())
        .expect("a task")
}

#[test]
fn another_address_after_the_delivery_asks_and_the_new_one_gets_the_key() {
    let app = spawn_app();
    let id = reported_again(&app);
    let mut agent = app.agent();
    let list = agent.get("/grants?needs=decision");
    assert_eq!(list.count("a[data-row]"), 1);
    assert!(list.rows()[0].contains("reported again with another address, ada@example.org"), "{:?}", list.rows());
    let narrowed = agent.post("/search", &[("list", "grants"), ("needs", "decision"), ("integration_type", "github")]);
    assert_eq!(narrowed.location(), "/grants?needs=decision&integration_type=github");
    assert!(agent.follow(narrowed).links().contains(&"/grants?needs=decision".to_owned()), "back to all of them");
    assert!(agent.get("/").body.contains("1 grant needs a decision."));
    let page = agent.get(&format!("/grants/{id}"));
    assert!(page.body.contains("another address, ada@example.org"), "{}", page.body);
    assert!(timeline(&app, &id).contains(&"task.create".to_owned()));
    let path = format!("/grants/{id}/decision");
    let task = task_of(&page);
    let done = agent.post(&path, &[("task_id", &task), ("do", "use_new_address")]);
    assert_eq!(done.status, 303, "{}", done.body);
    let page = agent.follow(done);
    assert!(page.body.contains("The new address is used from now on"), "{}", page.body);
    app.run_outbox_until_empty();
    let recipients: Vec<String> = app.mailbox.mails().iter().flat_map(|mail| mail.to.clone()).collect();
    assert_eq!(recipients, ["ada@example.com", "ada@example.org"]);
    let again = agent.post(&path, &[("task_id", &task), ("do", "use_new_address")]);
    assert_eq!(again.status, 303);
    assert_eq!(app.run_outbox_until_empty(), 0, "a double click sends nothing more");
    let page = agent.follow(again);
    assert_eq!(page.flash(), "This was decided already, and nothing was changed. The timeline says by whom.");
    let list = agent.get("/grants?needs=decision");
    assert_eq!(list.count("a[data-row]"), 0);
    assert!(list.body.contains("Nothing to decide"), "{}", list.body);
}

#[test]
fn keeping_the_old_address_is_remembered() {
    let app = spawn_app();
    let id = reported_again(&app);
    let before = grant(&app, &id)["customer_id"].clone();
    let mut agent = app.agent();
    agent.language = "de".to_owned();
    let page = agent.get(&format!("/grants/{id}"));
    assert!(page.body.contains("ada@example.org"), "{}", page.body);
    let fields = [("task_id", task_of(&page)), ("do", "keep_old_address".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(agent.post(&format!("/grants/{id}/decision"), &fields).status, 303);
    let entitlement = grant(&app, &id)["entitlement_id"].as_str().unwrap().to_owned();
    let mut report = sale(&entitlement, &json!({"payment_id": "pay_1"}));
    report["customer"]["email"] = json!("ada@example.org");
    app.api_key(Role::Agent).post("/grants", &report);
    assert_eq!(agent.get(&format!("/grants/{id}")).count("form[action$='/decision']"), 0);
    assert_eq!(grant(&app, &id)["customer_id"], before);
    assert_eq!(app.run_outbox_until_empty(), 0);
}

#[test]
fn only_who_may_decide_decides_and_only_what_is_asked() {
    let app = spawn_app();
    let id = reported_again(&app);
    let mut agent = app.agent();
    let page = agent.get(&format!("/grants/{id}"));
    let (path, task) = (format!("/grants/{id}/decision"), task_of(&page));
    for (decision, status) in [("", 422), ("settled", 422), ("revoke", 422)] {
        let page = agent.post(&path, &[("task_id", &task), ("do", decision)]);
        assert_eq!((page.status, task_of(&page)), (status, task.clone()), "{decision}");
    }
    assert_eq!(agent.post(&path, &[("task_id", "tsk_none"), ("do", "settled")]).status, 404);
    let other = app.given().pending_grant().make();
    let elsewhere = agent.post(&format!("/grants/{other}/decision"), &[("task_id", &task), ("do", "keep_old_address")]);
    assert_eq!(elsewhere.status, 404, "the task of another sale");
    let mut viewer = app.viewer();
    let page = viewer.get(&format!("/grants/{id}"));
    assert!(page.body.contains("ada@example.org") && page.count("form[action$='/decision']") == 0);
    assert_eq!(viewer.post(&path, &[("task_id", &task), ("do", "keep_old_address")]).status, 403);
}

#[test]
fn an_old_report_that_comes_again_does_not_move_the_sale_back() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let report = |email: &str| {
        let mut report = sale(&entitlement, &json!({"payment_id": "pay_1"}));
        report["customer"]["email"] = json!(email);
        report
    };
    let id = id_of(&shop.post("/grants", &report("ada@exmaple.com")).json());
    shop.post("/grants", &report("ada@example.com"));
    let corrected = grant(&app, &id)["customer_id"].clone();
    shop.post("/grants", &report("ada@exmaple.com"));
    assert_eq!(grant(&app, &id)["customer_id"], corrected);
    assert_eq!(app.agent().get("/grants?needs=decision").count("a[data-row]"), 1);
}
