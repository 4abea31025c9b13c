//! The page of a customer.

use jiff::SignedDuration;
use keydesk::usecases::customers::erase::erase_customer;
use keydesk::usecases::grants::revoke::{Reason, revoke_grant};

use super::{KEY, customer_of, page_of};
use crate::support::given::actor;
use crate::support::smtp::{Behavior, Stage};
use crate::support::{TestApp, spawn_app};

fn revoke(app: &TestApp, grant: &keydesk::domain::ids::GrantId) {
    revoke_grant(app.context(), grant, &Reason::parse("Refund").unwrap(), &actor()).unwrap();
}

#[test]
fn one_page_shows_what_a_customer_has_and_what_needs_work_first() {
    let app = spawn_app();
    let (first, second) = (app.given().named_entitlement("Tonwerk"), app.given().named_entitlement("Bauplan"));
    let delivered = app.given().pending_grant().of(&first).with_payment("pay_1").make();
    app.given().fulfill(&delivered, KEY);
    app.run_outbox_until_empty();
    app.advance(SignedDuration::from_hours(1));
    let revoked = app.given().pending_grant().of(&first).with_payment("pay_2").make();
    app.given().fulfill(&revoked, "ABCD-EFGH-JKLM-3456");
    revoke(&app, &revoked);
    let pending = app.given().pending_grant().of(&second).with_payment("pay_3").make();
    app.advance(SignedDuration::from_hours(3));
    let newest = app.given().pending_grant().of(&first).with_payment("pay_4").make();
    app.given().fulfill(&newest, "ABCD-EFGH-JKLM-7890");
    let other = app.given().pending_grant().of(&first).for_customer("other@example.com").with_payment("pay_5").make();

    let mut viewer = app.viewer();
    let path = page_of(&app, &delivered);
    let page = viewer.get(&path);
    assert_eq!((page.status, page.heading().as_str()), (200, "Ada Lovelace"));
    assert!(page.text_of(".head").contains("ada@example.com"));
    assert_eq!(page.attribute("[data-copy]", "data-copy"), Some(customer_of(&app, &delivered).to_string()));
    let rows = page.texts_of("[aria-labelledby=grants-t] tbody tr");
    let payments: Vec<bool> =
        rows.iter().zip(["pay_3", "pay_4", "pay_2", "pay_1"]).map(|(row, id)| row.contains(id)).collect();
    assert_eq!((rows.len(), payments), (4, vec![true; 4]), "{rows:#?}");
    assert!(rows[3].contains("Tonwerk") && rows[3].contains("Delivered") && rows[3].contains("ends in 9012"));
    assert!(!page.body.contains(KEY), "{}", page.body);
    assert!(!page.attributes("main a", "href").iter().any(|url| url.contains(other.as_str())));
    let strip = page.texts_of(".strip dd");
    assert_eq!(strip[0], "2, of 4 grants");
    assert!(strip[1].starts_with("1, 1 pending for 3 h"), "{strip:?}");
    let emails = page.texts_of("[aria-labelledby=mail-t] tbody tr");
    assert_eq!(emails.len(), 3, "{emails:#?}");
    assert!(emails[0].contains("Tonwerk") && emails[0].contains("Queued") && emails[2].contains("Sent"), "{emails:#?}");
    assert!(page.text_of("[aria-labelledby=about-t]").contains("brought in by Command line"));
    assert!(!page.has("[aria-labelledby=acts-t]") && !page.has("[data-fulfill]"), "viewers read");

    let mut agent = app.agent();
    agent.post(&format!("/grants/{delivered}/reveal"), &[]);
    let page = agent.get(&path);
    assert_eq!(page.attribute("[data-fulfill]", "href"), Some(format!("/grants/{pending}/fulfillment/new")));
    let acts = page.texts_of("[aria-labelledby=acts-t] li");
    assert_eq!(acts.len(), 1, "what Keydesk itself did is not staff's: {acts:#?}");
    assert!(acts[0].starts_with("Key shown: Tonwerk"), "{acts:#?}");
    assert!(!page.has("a[href$='/erasure']") && app.admin().get(&path).has("a[href$='/erasure']"));
}

#[test]
fn pages_that_show_a_customer_lead_to_theirs() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let waiting = app.given().pending_grant().make();
    let path = page_of(&app, &grant);
    let key = app.read(|conn| keydesk::storage::grants::find(conn, &grant).unwrap().license_key_id).unwrap();
    let mut admin = app.admin();
    for url in [
        format!("/grants/{grant}"),
        format!("/grants/{waiting}/fulfillment/new"),
        format!("/license-keys/{key}"),
        "/audit?action=customer.create".to_owned(),
        "/customers".to_owned(),
    ] {
        assert!(admin.get(&url).links().contains(&path), "{url}");
    }
    let id = customer_of(&app, &grant);
    assert_eq!(admin.post("/search", &[("q", id.as_str())]).location(), path);
    assert!(admin.get(&path).links().contains(&"/grants?q=ada%40example.com".to_owned()));
}

#[test]
fn a_refused_e_mail_is_bad_and_leads_to_its_correction() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    app.mailbox.next(Behavior::Reply(Stage::Rcpt, "550 5.1.1 unknown user".to_owned()));
    app.run_outbox_until_empty();
    let page = app.agent().get(&page_of(&app, &grant));
    assert!(page.text_of(".strip .bad").contains("1 failed"), "{}", page.text_of(".strip"));
    assert_eq!(page.attribute("[aria-labelledby=grants-t] .act a", "href"), Some(format!("/grants/{grant}#mail-t")));
    assert!(page.text_of("[aria-labelledby=mail-t] tbody tr").contains("Not delivered"));
}

#[test]
fn an_erased_customer_has_a_page_without_anything_personal() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    let path = page_of(&app, &grant);
    erase_customer(app.context(), &customer_of(&app, &grant), &actor()).unwrap();
    let page = app.admin().get(&path);
    assert_eq!((page.status, page.heading().as_str()), (200, "Erased customer"));
    for text in ["ada@example.com", "Ada Lovelace", "9012"] {
        assert!(!page.body.contains(text), "{text}");
    }
    assert!(!page.has("form[action$='/emails']") && !page.has("form[action$='/notes']"));
    assert_eq!(app.admin().get("/customers/cus_000000000000000000000").status, 404);
}

#[test]
fn only_so_many_grants_are_shown_and_the_list_shows_all() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut last = None;
    for number in 0..52 {
        last = Some(app.given().pending_grant().of(&entitlement).with_payment(&format!("pay_{number}")).make());
    }
    let page = app.viewer().get(&page_of(&app, &last.unwrap()));
    assert_eq!(page.count("[aria-labelledby=grants-t] tbody tr"), 50);
    assert!(page.text_of("[aria-labelledby=grants-t] footer").starts_with("50 of 52 grants."));
}
