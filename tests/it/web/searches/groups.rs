//! The groups of results, the only match, and where matches are that a list does not have.

use keydesk::domain::staff::Role;

use super::{customer_of, find, ids};
use crate::support::{Page, Visitor, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV";

fn results(visitor: &mut Visitor, q: &str) -> Page {
    let page = find(visitor, q);
    if page.status == 303 { visitor.get(&page.location()) } else { page }
}

#[test]
fn results_come_in_groups_and_a_group_without_any_is_not_shown() {
    let app = spawn_app();
    let entitlement = app.given().named_entitlement("Ferrum CAD");
    let sale = |email: &str, name: &str| app.given().pending_grant().of(&entitlement).for_customer(email).named(name);
    let grant = sale("ferrum@example.com", "Ferrum Ltd").make();
    sale("else@example.com", "Somebody Else").make();
    app.given().named_staff(Role::Agent, "Fiona Ferrum", "fiona@example.com");
    let customer = customer_of(&app, &grant);
    let mut agent = app.agent();
    agent.post(&format!("/customers/{customer}/notes"), &[("text", "Called.\nWants the Ferrum manual")]);
    let page = results(&mut agent, "FERRUM");
    assert_eq!(page.texts_of("main h2"), ["Customers", "Grants", "Products", "Staff", "Notes"]);
    assert_eq!(ids(&page), [grant.to_string()]);
    let links = page.attributes(".hits a", "href");
    let person = app.count("staff WHERE name = 'Fiona Ferrum'");
    assert_eq!(person, 1);
    assert_eq!(links[0], format!("/customers/{customer}"));
    assert_eq!(links[1], format!("/grants?entitlement_id={entitlement}"));
    assert!(links[2].starts_with("/grants?status=delivered&by=stf_"), "{links:?}");
    assert!(links[3].starts_with("/grants?assignee=stf_"), "{links:?}");
    assert_eq!(links[4], format!("/customers/{customer}#notes"));
    assert_eq!(page.text_of(".hits a[href$='#notes']"), "Wants the Ferrum manual");
    assert!(!page.body.contains("fiona@example.com"), "an agent sees no addresses of colleagues");
    assert!(page.text_of(".hits").contains("1 grant"));

    let page = results(&mut app.admin(), "ferrum");
    let links = page.attributes(".hits a", "href");
    assert_eq!(links[1], format!("/entitlements/{entitlement}/edit"));
    assert!(links[2].starts_with("/staff/stf_") && page.body.contains("fiona@example.com"));

    let page = results(&mut agent, "nothing of the sort");
    assert!(page.texts_of("main h2").contains(&"Nothing found".to_owned()) && !page.has(".hits"));
}

#[test]
fn the_only_match_opens() {
    let app = spawn_app();
    let entitlement = app.given().named_entitlement("Ferrum CAD");
    let grant =
        app.given().pending_grant().of(&entitlement).for_customer("a@example.com").with_payment("pay_0815abc").make();
    let customer = customer_of(&app, &grant);
    let mut agent = app.agent();
    agent.post(&format!("/grants/{grant}/notes"), &[("text", "Promised Thursday")]);
    for (typed, place) in [
        ("pay_0815", format!("/grants/{grant}")),
        ("cad ferrum", format!("/grants?entitlement_id={entitlement}")),
        ("thursday promised", format!("/grants/{grant}#notes")),
    ] {
        let page = results(&mut agent, typed);
        assert_eq!((page.status, page.location()), (303, place), "{typed}");
    }
    assert_eq!(results(&mut agent, "a@example.com").status, 200, "a customer and a grant are two");
    assert_eq!(agent.get("/search?q=pay_0815&status=delivered").status, 200, "a list with filters stays one");
    assert!(
        results(&mut agent, "a@example.com").attributes(".hits a", "href").contains(&format!("/customers/{customer}"))
    );
}

#[test]
fn four_characters_find_keys_that_end_so_for_everybody() {
    let app = spawn_app();
    let first = app.given().delivered_grant(KEY);
    let second = app.given().pending_grant().for_customer("b@example.com").make();
    app.given().fulfill(&second, "ZZZZZ-ZZZZZ-ZZZZZ-ZHTRV");
    for mut person in [app.viewer(), app.agent()] {
        for typed in ["HTRV", "htrv", "…htrv", "****HTRV", "••••••••••••HTRV"] {
            let page = results(&mut person, typed);
            assert_eq!(page.texts_of("main h2")[..2], ["Grants", "License keys"], "{typed}");
            assert_eq!(page.texts_of(".hits .id"), ["••••••••••••HTRV", "••••••••••••HTRV"], "{typed}");
            assert_eq!(ids(&page).len(), 2);
            assert!(!page.body.contains("X2NWD"));
        }
        for typed in ["HTR", "X2NWD9HTRV", "ZZZZZ-ZHTRV"] {
            assert!(!results(&mut person, typed).has(".hits"), "{typed}");
        }
    }
    let mut viewer = app.viewer();
    app.given().pending_grant().for_customer("c@example.com").make();
    app.given().fulfill(&app.given().pending_grant().for_customer("d@example.com").make(), "YYYYY-YYYYY-YYYYY-YQQ42");
    assert!(results(&mut viewer, "qq42").location().starts_with("/grants/entg_"), "one key is one match");
    assert_eq!(find(&mut app.agent(), KEY).location(), format!("/grants/{first}"));
}

#[test]
fn a_tab_without_matches_says_where_they_are() {
    let app = spawn_app();
    let (wanted, other) = (app.given().named_entitlement("Wanted"), app.given().named_entitlement("Other"));
    let sale = |email: &str| app.given().pending_grant().of(&wanted).for_customer(email).named("Ada Lovelace");
    let delivered = sale("ada@example.com").make();
    app.given().fulfill(&delivered, KEY);
    sale("ada2@example.com").make();
    let mut viewer = app.viewer();
    let page = viewer.get("/grants?status=failed&q=lovelace");
    assert_eq!(page.texts_of(".empty .btn"), ["Show 1 pending", "Show 1 delivered"]);
    assert!(page.text_of(".empty").contains("other tabs"));
    let urls = page.attributes(".empty .btn", "href");
    assert_eq!(ids(&viewer.get(&urls[1])), [delivered.to_string()]);

    let page = viewer.get(&format!("/grants?status=pending&q=lovelace&entitlement_id={other}"));
    assert!(page.text_of(".empty").contains("without the filters"));
    let urls = page.attributes(".empty .btn", "href");
    assert_eq!(urls, ["/grants?status=pending&q=lovelace", "/grants?status=delivered&q=lovelace"]);
    let nowhere = viewer.get("/grants?status=pending&q=nobody");
    assert!(!nowhere.has(".empty .btn") && nowhere.text_of(".empty").contains("No grants match"));
    assert!(!viewer.get(&format!("/grants?entitlement_id={other}")).has(".empty .btn"), "only for a search");

    let page = viewer.post("/search", &[("q", "ORD-2026-0001"), ("list", "grants")]);
    assert_eq!((page.status, page.has(".empty form")), (200, false));
    let (first, second) =
        (sale("b@example.com").with_payment("ORD-2026-0001a"), sale("c@example.com").with_payment("ORD-2026-0001b"));
    first.make();
    second.make();
    let page = viewer.post("/search", &[("q", "ORD-2026-0001"), ("list", "grants"), ("status", "revoked")]);
    assert_eq!(page.texts_of(".empty button"), ["Show 2 pending"]);
    let page = viewer.post("/search", &[("q", "ORD-2026-0001"), ("tab", "pending")]);
    assert_eq!(ids(&page).len(), 2);
}
