//! Finding a grant by the last characters of its key.

use keydesk::domain::staff::Role;
use keydesk::storage::catalog::entitlements;
use keydesk::storage::grants;
use serde_json::json;

use crate::support::{TestApp, Visitor, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

/// What a person finds who types this into the header's search, or that of the list.
fn found(visitor: &mut Visitor, typed: &str) -> Vec<String> {
    let [search, list] = [&[("q", typed)][..], &[("q", typed), ("list", "grants"), ("status", "all")]].map(|fields| {
        let mut page = visitor.post("/search", fields);
        if page.status == 303 && !page.location().starts_with("/grants/") {
            page = visitor.get(&page.location());
        }
        if page.status == 303 {
            // The only match opens.
            return vec![page.location()];
        }
        assert_eq!(page.status, 200, "{typed}");
        page.attributes("tr a[data-row]", "href")
    });
    assert_eq!(search, list, "{typed}");
    search
}

#[test]
fn a_key_is_found_by_its_last_four_to_eight_characters() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    app.given().delivered_grant("BPC26-7KQ4M-X2NWD-9HTRW-3FJ8Q");
    let mut agent = app.agent();
    let own = [format!("/grants/{id}")];
    for typed in
        ["FJ8P", "3FJ8P", "V3FJ8P", "RV3FJ8P", "TRV3FJ8P", "trv3fj8p", "fj8p", "TRV-3FJ8P", " 3FJ8P\r\n", "rv 3fj8p"]
    {
        assert_eq!(found(&mut agent, typed), own, "{typed}");
    }
}

#[test]
fn a_key_is_never_found_by_fewer_characters_than_were_typed() {
    let app = spawn_app();
    app.given().delivered_grant(KEY);
    let mut agent = app.agent();
    for typed in
        ["J8P", "8P", "XFJ8P", "XXXXFJ8P", "HTRV3FJ8P", "9HTRV-3FJ8P", "XXXXXXXX-3FJ8P", "FJ8PX", "FJ8P.", "X2NWD"]
    {
        assert_eq!(found(&mut agent, typed), [] as [&str; 0], "{typed}");
    }
}

#[test]
fn whoever_may_not_see_keys_finds_them_by_what_the_mask_shows_alone() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let short = app.given().pending_grant().for_customer("short@example.com").make();
    app.given().fulfill(&short, "SHORT-1234");
    let mut viewer = app.viewer();
    assert_eq!(found(&mut viewer, "FJ8P"), [format!("/grants/{id}")]);
    for typed in ["3FJ8P", "TRV3FJ8P", "1234", "T1234"] {
        assert_eq!(found(&mut viewer, typed), [] as [&str; 0], "{typed}");
    }
    assert_eq!(found(&mut app.agent(), "1234"), [format!("/grants/{short}")]);
    let app = TestApp::builder().with("reveal", "admins").spawn();
    app.given().delivered_grant(KEY);
    assert_eq!(found(&mut app.agent(), "3FJ8P"), [] as [&str; 0]);
}

#[test]
fn an_imported_key_is_found_without_a_grant() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let (customer, product) = app.read(|conn| {
        let grant = grants::find(conn, &id).unwrap();
        (grant.customer_id, entitlements::find(conn, &grant.entitlement_id).unwrap().product_id)
    });
    let body = json!({"customer_id": customer.as_str(), "product_id": product.as_str(), "key": "IMPORTED-KEY-7XYZ9"});
    let made = app.api_key(Role::Agent).post("/license_keys", &body).json();
    let page = app.agent().get("/grants?q=7xyz9");
    let link = format!("/license-keys/{}", made["id"].as_str().expect("an id"));
    assert_eq!(app.agent().get("/search?q=7xyz9").location(), link, "the only match");
    assert_eq!(page.attributes("[aria-labelledby=imported-keys] a", "href"), [link]);
    assert_eq!(page.text_of("[aria-labelledby=imported-keys] a"), "••••••••••••XYZ9");
}
