//! Merging two records of one person.

use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;
use keydesk::usecases::customers::erase::erase_customer;
use serde_json::json;

use super::{KEY, customer_of, page_of};
use crate::customers::erasure_moves::found;
use crate::customers::erasure_races::at_once;
use crate::support::given::actor;
use crate::support::{TestApp, spawn_app};

const OLD: &str = "ada.old@example.com";

/// Ada with a key, and the same Ada under an older address with a key of her own, one sale, and a note.
fn twice(app: &TestApp) -> (GrantId, GrantId) {
    let living = app.given().delivered_grant(KEY);
    let old = app.given().pending_grant().for_customer(OLD).named("A. Lovelace").with_payment("pay_old").make();
    app.given().fulfill(&old, "OLDK-EYOF-ADA0-4711");
    let page = app.agent().post(&format!("{}/notes", page_of(app, &old)), &[("text", "Prefers the phone")]);
    assert_eq!(page.status, 303);
    (living, old)
}

fn merge(app: &TestApp, living: &GrantId, other: &str) -> u16 {
    app.admin().post(&format!("{}/merger", page_of(app, living)), &[("other", other)]).status
}

#[test]
fn what_moves_is_said_before_anything_moves() {
    let app = spawn_app();
    let (living, old) = twice(&app);
    let (path, other) = (page_of(&app, &living), customer_of(&app, &old));
    let mut admin = app.admin();
    assert!(admin.get(&path).links().contains(&format!("{path}/merger/new")));
    assert!(admin.get(&format!("{path}/merger/new")).has("input[name=other]:not([type=hidden])"));
    let preview = format!("{path}/merger/preview");
    for (typed, wrong) in [
        ("", "No customer"),
        ("nobody@example.com", "No customer"),
        ("cus_000000000000000000000", "No customer"),
        ("ada@example.com", "the same customer"),
    ] {
        let page = admin.post(&preview, &[("other", typed)]);
        assert_eq!((page.status, page.field("other").value.as_str()), (422, typed));
        assert!(page.field("other").error.is_some_and(|error| error.contains(wrong)), "{typed}");
    }
    for typed in ["ADA.old@example.com", other.as_str()] {
        let page = admin.post(&preview, &[("other", typed)]);
        let moves = page.text_of("[aria-labelledby=moves-t]");
        assert_eq!(page.status, 200, "{typed}");
        for line in ["1 grant", "1 license key", "1 note", "1 sale", OLD, "keeps ada@example.com"] {
            assert!(moves.contains(line), "{line}: {moves}");
        }
        assert_eq!(page.attribute("[action$='/merger'] [name=other]", "value"), Some(other.to_string()));
    }
    assert_eq!(admin.get(&format!("{path}/merger/new?other={other}")).count("[aria-labelledby=moves-t]"), 1);
    assert_eq!(customer_of(&app, &old), other, "nothing moved");
    let mut agent = app.agent();
    assert!(!agent.get(&path).links().contains(&format!("{path}/merger/new")));
    assert_eq!(agent.post(&format!("{path}/merger"), &[("other", other.as_str())]).status, 403);
}

#[test]
fn everything_moves_and_the_merged_id_and_address_lead_to_who_lives() {
    let app = spawn_app();
    let (living, old) = twice(&app);
    let (id, merged) = (customer_of(&app, &living), customer_of(&app, &old));
    let (path, api) = (format!("/customers/{id}"), app.api_key(Role::Admin));
    api.patch(&format!("/customers/{merged}"), &json!({"phone_number": "+49 30 1", "metadata": {"crm": "4711"}}));
    let mut admin = app.admin();
    let page = admin.post(&format!("{path}/merger"), &[("other", merged.as_str())]);
    assert_eq!((page.status, page.location()), (303, path.clone()));
    let page = admin.get(&path);
    assert_eq!((page.flash().as_str(), customer_of(&app, &old)), ("Customers merged.", id.clone()));
    let about = page.text_of("[aria-labelledby=about-t]");
    assert!([OLD, "+49 30 1", "4711"].iter().all(|fact| about.contains(fact)), "{about}");
    assert!(page.text_of("#notes").contains("Prefers the phone"));
    assert_eq!(page.count("[aria-labelledby=mail-t] tbody tr"), 2, "{}", page.text_of("[aria-labelledby=mail-t]"));
    let gone = admin.get(&format!("/customers/{merged}"));
    assert_eq!((gone.status, gone.location()), (303, path.clone()));
    assert_eq!(api.get(&format!("/customers/{merged}")).json()["customer_id"], json!(id.as_str()));
    assert_eq!(api.get(&format!("/customers?email={OLD}")).json()["items"][0]["customer_id"], json!(id.as_str()));
    assert_eq!(api.get("/customers?page_size=100").json()["items"].as_array().map(Vec::len), Some(1));
    for list in [format!("/customers/{merged}/entitlement-grants"), format!("/grants?customer_id={merged}")] {
        assert_eq!(api.get(&list).json()["items"].as_array().map(Vec::len), Some(2), "{list}");
    }
    for words in [OLD, merged.as_str(), "old@exam"] {
        let found = admin.get(&format!("/customers?q={words}"));
        assert_eq!(found.rows().len(), 1, "{words}");
        assert!(found.links().contains(&path), "{words}");
    }
    let entry = admin.get("/audit?action=customer.merged");
    assert_eq!(entry.rows().len(), 1);
    assert!(!entry.body.contains(OLD), "{}", entry.body);
    // Both e-mails that were queued go where they were addressed.
    app.run_outbox_until_empty();
    let mut to: Vec<String> = app.mailbox.mails().into_iter().flat_map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, [OLD, "ada@example.com"]);
}

#[test]
fn a_sale_for_the_merged_address_is_one_of_the_customer_and_is_mailed_to_theirs() {
    let app = spawn_app();
    let (living, old) = twice(&app);
    app.run_outbox_until_empty();
    assert_eq!(merge(&app, &living, customer_of(&app, &old).as_str()), 303);
    let product = app.read(|conn| grants::find(conn, &old).unwrap().entitlement_id);
    let again = app.given().pending_grant().of(&product).for_customer(OLD).with_payment("pay_old").make();
    assert_eq!(again, old, "the sale that is told again is the same");
    assert_eq!(app.count("tasks"), 0);
    let new = app.given().pending_grant().for_customer(OLD).with_payment("pay_new").make();
    assert_eq!(customer_of(&app, &new), customer_of(&app, &living));
    app.given().fulfill(&new, "NEWK-EYOF-ADA0-4712");
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails().pop().map(|mail| mail.to), Some(vec!["ada@example.com".to_owned()]));
    // The other address can become the main one again.
    let form = [("name", "Ada"), ("email", OLD), ("locale", "en")];
    let path = page_of(&app, &living);
    let mut admin = app.admin();
    assert_eq!(admin.post(&path, &form).status, 303);
    let page = admin.get(&path);
    assert!(page.text_of(".head").contains(OLD));
    assert!(page.text_of("[aria-labelledby=about-t]").contains("ada@example.com"));
    let latest = app.given().pending_grant().for_customer("ada@example.com").with_payment("pay_latest").make();
    assert_eq!(customer_of(&app, &latest), customer_of(&app, &living));
}

#[test]
fn erasing_who_lives_erases_all_who_were_merged_into_them() {
    let app = TestApp::builder().keeping_mail().spawn();
    let (living, old) = twice(&app);
    app.run_outbox_until_empty();
    let merged = customer_of(&app, &old);
    assert_eq!(merge(&app, &living, merged.as_str()), 303);
    let id = customer_of(&app, &living);
    // By the old id too.
    erase_customer(app.context(), &merged, &actor()).unwrap();
    for text in [OLD, "ada@example.com", "A. Lovelace", "OLDK-EYOF-ADA0-4711", "Prefers the phone"] {
        assert_eq!(found(&app, text), None, "{text}");
    }
    let page = app.admin().get(&format!("/customers/{merged}"));
    assert_eq!((page.status, page.location()), (303, format!("/customers/{id}")));
    let refused = app.api_key(Role::Admin).patch(&format!("/customers/{merged}"), &json!({"name": "Eve"}));
    assert_eq!(refused.refusal(), (409, "CUSTOMER_ERASED".to_owned()));
}

#[test]
fn merging_twice_or_with_oneself_or_with_one_who_is_gone_is_answered_clearly() {
    let app = spawn_app();
    let (living, old) = twice(&app);
    let third = app.given().pending_grant().for_customer("third@example.com").make();
    let (id, merged, third_id) = (customer_of(&app, &living), customer_of(&app, &old), customer_of(&app, &third));
    let mut admin = app.admin();
    let mut merge = |into: &str, other: &str| admin.post(&format!("/customers/{into}/merger"), &[("other", other)]);
    assert_eq!(merge(id.as_str(), id.as_str()).status, 422);
    assert_eq!(merge(id.as_str(), "cus_000000000000000000000").status, 404);
    for _ in 0..2 {
        assert_eq!(merge(id.as_str(), merged.as_str()).status, 303);
    }
    let page = merge(third_id.as_str(), merged.as_str());
    assert_eq!(page.status, 409);
    assert!(page.text_of("[role=alert]").contains("merged with another record"), "{}", page.body);
    assert_eq!(merge(merged.as_str(), third_id.as_str()).status, 409);
    // Whoever was merged goes along.
    assert_eq!(merge(third_id.as_str(), id.as_str()).status, 303);
    assert_eq!(customer_of(&app, &old), third_id);
    assert_eq!(admin.get(&format!("/customers/{merged}")).location(), format!("/customers/{third_id}"));
    let fourth = app.given().pending_grant().for_customer("fourth@example.com").make();
    let fourth = customer_of(&app, &fourth);
    erase_customer(app.context(), &fourth, &actor()).unwrap();
    for (into, other) in [(&third_id, &fourth), (&fourth, &third_id)] {
        assert_eq!(admin.post(&format!("/customers/{into}/merger"), &[("other", other.as_str())]).status, 409);
    }
    assert_eq!(app.count("audit_entries WHERE action = 'customer.merged'"), 2);
}

#[test]
fn of_two_who_merge_two_records_crosswise_one_comes_first() {
    let app = spawn_app();
    for round in 0..6 {
        let [one, other] = ["one", "other"].map(|name| {
            let email = format!("{name}{round}@example.com");
            customer_of(&app, &app.given().pending_grant().for_customer(&email).make())
        });
        let (mut first, mut second) = (app.admin(), app.admin());
        let merge = |visitor: &mut crate::support::Visitor, into: &str, other: &str| {
            visitor.post(&format!("/customers/{into}/merger"), &[("other", other)]).status
        };
        let (mut statuses, status) = at_once(
            || vec![merge(&mut first, one.as_str(), other.as_str())],
            || merge(&mut second, other.as_str(), one.as_str()),
        );
        statuses.push(status);
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "round {round}");
        assert_eq!(app.count(&format!("customers WHERE merged_into IN ('{one}', '{other}')")), 1);
    }
}

#[test]
fn a_customer_who_is_erased_while_merged_leaves_nothing_behind() {
    let app = spawn_app();
    for round in 0..6 {
        let email = format!("gone{round}@example.com");
        let grant = app.given().pending_grant().for_customer(&email).make();
        let living = app.given().pending_grant().for_customer(&format!("stays{round}@example.com")).make();
        let (id, into) = (customer_of(&app, &grant), customer_of(&app, &living));
        let mut admin = app.admin();
        let path = format!("/customers/{into}/merger");
        let (status, _) = at_once(
            || admin.post(&path, &[("other", id.as_str())]).status,
            || erase_customer(app.context(), &id, &actor()).unwrap(),
        );
        assert!(matches!(status, 303 | 409), "{status}");
        assert_eq!(app.count(&format!("customers WHERE email LIKE 'gone{round}@%'")), 0, "round {round}: {status}");
        assert!(app.read(|conn| grants::find(conn, &grant).unwrap()).metadata == "{}");
    }
}
