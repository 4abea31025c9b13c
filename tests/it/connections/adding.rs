//! Adding a connection: its key is tried first, and nothing is stored of one that is not accepted.

use keydesk::domain::staff::Role;

use super::{SECRET, account, app, connect};
use crate::support::spawn_app;

#[test]
fn the_first_form_leads_to_the_second_and_keeps_the_name() {
    let app = app();
    let mut admin = app.admin();
    assert!(admin.get("/connections").body.contains("No connections yet"));
    let nameless = admin.post("/connections", &[("kind", "dodopayments"), ("name", " ")]);
    assert_eq!(nameless.status, 422);
    assert!(nameless.body.contains("Enter one line of 1 to 60 characters"));
    assert_eq!(admin.post("/connections", &[("kind", "etsy"), ("name", "Shop")]).status, 422);
    let page = admin.post("/connections", &[("kind", "dodopayments"), ("name", "Dodo & Söhne")]);
    assert_eq!(page.status, 303);
    let page = admin.follow(page);
    assert!(page.body.contains("value=\"Dodo &#38; Söhne\""), "{}", page.body);
    assert_eq!(app.count("connections"), 0);
}

#[test]
fn a_key_is_tried_and_its_rights_are_shown() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    vendor.given().entitlement();
    let path = connect(&mut admin, &vendor);
    let page = admin.get(&path);
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Supply license keys") && page.body.contains("read-only key shows grants"),
        "{}",
        page.body
    );
    assert!(page.body.contains(&format!("/hooks/{}", path.rsplit('/').next().unwrap())));
    assert!(admin.get("/connections").body.contains("Dodo Payments"));
    let log = admin.get("/audit?action=connection.added").body;
    assert!(log.contains("Connection added"), "{log}");
    let name = admin.get("/connections").body;
    assert!(name.contains("Not polled yet") || name.contains("Working"), "{name}");
}

#[test]
fn a_read_only_key_is_taken_with_a_warning() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let (api_url, api_key) = account(&vendor, Role::Viewer);
    let added = admin.post(
        "/connections",
        &[("kind", "dodo"), ("name", "Dodo"), ("mode", "live"), ("api_key", &api_key), ("api_url", &api_url)],
    );
    assert_eq!(added.status, 303, "{}", added.body);
    let page = admin.follow(added);
    assert!(page.body.contains("this key is read-only"), "{}", page.body);
    assert!(page.body.contains("Not: Supply license keys"), "{}", page.body);
}

#[test]
fn a_key_that_is_not_accepted_stores_nothing_and_what_was_typed_stays_but_the_key() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let (api_url, _) = account(&vendor, Role::Agent);
    let closed = "http://127.0.0.1:9/api".to_owned();
    for (key, url, words) in [
        ("", &api_url, "Enter the API key."),
        ("two words", &api_url, "as it was shown"),
        ("kdk_nobody", &api_url, "does not accept this key"),
        ("kdk_nobody", &closed, "did not answer"),
        ("kdk_nobody", &"ftp://127.0.0.1/".to_owned(), "begins with https://"),
        ("kdk_nobody", &"http://10.0.0.1/".to_owned(), "private address"),
    ] {
        let fields =
            [("kind", "dodo"), ("name", "Kept"), ("mode", "test"), ("api_key", key), ("api_url", url.as_str())];
        let page = admin.post("/connections", &fields);
        assert_eq!(page.status, 422, "{key} {url}");
        assert!(page.body.contains(words), "{key} {url}: {}", page.body);
        assert!(page.body.contains("value=\"Kept\"") && page.body.contains("value=\"test\" checked"));
        assert!(key.is_empty() || !page.body.contains(&format!("value=\"{key}\"")), "the key is not repeated");
    }
    let fields = [("kind", "dodo"), ("name", "Kept"), ("mode", "live"), ("api_key", "k"), ("secret", "not base64!")];
    assert!(admin.post("/connections", &fields).body.contains("beginning with whsec_"));
    assert_eq!(app.count("connections") + app.count("connection_secrets"), 0);
}

#[test]
fn the_same_key_again_is_the_same_connection_and_another_key_of_the_account_is_told() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    vendor.given().entitlement();
    let (api_url, api_key) = account(&vendor, Role::Agent);
    let fields = |key| [("kind", "dodo"), ("name", "Dodo"), ("mode", "live"), ("api_key", key), ("api_url", &api_url)];
    let first = admin.post("/connections", &fields(api_key.as_str()));
    let second = admin.post("/connections", &fields(api_key.as_str()));
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.location(), second.location());
    let (_, other) = account(&vendor, Role::Agent);
    let page = admin.post("/connections", &fields(other.as_str()));
    assert_eq!(page.status, 422);
    assert!(page.body.contains("already connected as “Dodo”"), "{}", page.body);
    assert_eq!(app.count("connections"), 1);
}

#[test]
fn its_webhook_is_created_there_with_a_secret_that_then_verifies() {
    let app = app();
    let vendor = super::app();
    let mut admin = app.admin();
    let (api_url, api_key) = account(&vendor, Role::Admin);
    let fields = [("kind", "dodo"), ("name", "Dodo"), ("mode", "live"), ("api_key", &*api_key), ("api_url", &*api_url)];
    let added = admin.post("/connections", &fields);
    assert_eq!(added.status, 303, "{}", added.body);
    let page = admin.follow(added);
    assert!(page.body.contains("Created by Keydesk"), "{}", page.body);
    let endpoints = vendor.admin().get("/webhooks").body;
    assert!(endpoints.contains(&format!("http://{}/hooks/con_", app.address)), "{endpoints}");
    vendor.given().pending_grant().make();
    vendor.run_outbox_until_empty();
    assert_eq!(app.count("hooks WHERE event_type = 'entitlement_grant.created'"), 1, "it was signed and taken");
}

#[test]
fn secrets_are_sealed_and_never_shown() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let path = connect(&mut admin, &vendor);
    let (_, api_key) = account(&vendor, Role::Agent);
    let changed = admin.post(&format!("{path}/key"), &[("api_key", &api_key)]);
    assert_eq!(changed.status, 303, "{}", changed.body);
    let page = admin.follow(changed).body;
    assert!(page.contains("The new API key works") && !page.contains(&api_key) && !page.contains(SECRET), "{page}");
    assert!(page.contains(&format!("…{}", &api_key[api_key.len() - 4..])));
    let stored: Vec<Vec<u8>> = app.read(|conn| {
        use diesel::prelude::*;
        #[derive(QueryableByName)]
        struct Sealed {
            #[diesel(sql_type = diesel::sql_types::Binary)]
            ciphertext: Vec<u8>,
        }
        let rows: Vec<Sealed> =
            diesel::sql_query("SELECT ciphertext FROM connection_secrets").load(conn).expect("rows");
        rows.into_iter().map(|row| row.ciphertext).collect()
    });
    assert_eq!(stored.len(), 2, "the older key is gone");
    for secret in stored {
        let text = String::from_utf8_lossy(&secret).into_owned();
        assert!(!text.contains(&api_key) && !text.contains("a2V5ZGVz"));
    }
    let refused = admin.post(&format!("{path}/key"), &[("api_key", "kdk_wrong")]);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("does not accept this key"));
}
