//! What must hold on both sides once everything was sent and looked at.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Binary, Text};
use keydesk::domain::ids::StockKeyId;
use keydesk::storage::stock::associated_data;
use keydesk::usecases::audit_log::verify::verify_audit_log;

use super::both_sides::Companion;
use crate::support::vendor::account::{Grant, Status};
use crate::support::vendor::calls::check_that_nothing_is_repeated_blindly;

#[derive(QueryableByName)]
struct Sealed {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Binary)]
    ciphertext: Vec<u8>,
}

/// Both sides agree about every grant; each grant has one key and each key one grant; no key is lost.
pub fn check(companion: &Companion) {
    let grants = companion.there(|account| account.grants.clone());
    let mut keys: BTreeMap<String, String> = BTreeMap::new();
    for grant in &grants {
        check_grant(companion, grant);
        if let Some(key) = companion.find_here(&grant.id).and_then(|_| companion.key_here(&grant.id)) {
            let other = keys.insert(key.clone(), grant.id.clone());
            assert_eq!(other, None, "{} has the same key as {}: {key}", grant.id, keys[&key]);
        }
    }
    check_stock(companion, &keys);
    check_that_nothing_is_repeated_blindly(&companion.vendor.calls());
    verify_audit_log(companion.app.context()).expect("the log is whole");
}

fn check_grant(companion: &Companion, there: &Grant) {
    let Some(here) = companion.find_here(&there.id) else {
        assert_ne!(there.status, Status::Pending, "{} waits there and is not here", there.id);
        return;
    };
    let key = companion.key_here(&there.id);
    let seen = format!("there {there:#?}\nhere {here:?} with {key:?}");
    match there.status {
        Status::Pending if there.key.is_none() => {
            assert_eq!((here.status.as_str(), &key), ("pending", &None), "{seen}");
        }
        Status::Delivered => {
            assert_eq!((here.status.as_str(), &key), ("delivered", &there.key), "{seen}");
        }
        Status::Revoked => assert_eq!(here.status, "revoked", "{seen}"),
        Status::Pending | Status::Failed | Status::Unknown(_) => {}
    }
}

/// Each issued stock key is the key of at most one grant, and none that is available is with a grant, here or there.
fn check_stock(companion: &Companion, keys: &BTreeMap<String, String>) {
    let app = &companion.app;
    for state in ["available", "issued", "quarantined", "discarded"] {
        let kept = app.count(&format!(
            "(SELECT coalesce(sum({state}), 0) AS kept FROM stock_counts) AS sums
             WHERE kept = (SELECT count(*) FROM stock_keys WHERE state = '{state}')"
        ));
        assert_eq!(kept, 1, "the counter of {state}");
    }
    let issued = app.count("stock_keys WHERE state = 'issued'");
    let with_grant = app.count(
        "stock_keys JOIN license_keys ON license_keys.id = stock_keys.license_key_id
         JOIN grants ON grants.license_key_id = license_keys.id WHERE stock_keys.state = 'issued'",
    );
    assert!(with_grant <= issued, "a stock key is with two grants: {with_grant} of {issued}");
    let available: Vec<Sealed> = app.read(|conn| {
        let query = "SELECT id, ciphertext FROM stock_keys WHERE state = 'available'";
        diesel::sql_query(query).load(conn).expect("read")
    });
    for Sealed { id, ciphertext } in available {
        let id = StockKeyId::stored(id);
        let value = app.context().keyring.open(&associated_data(&id), &ciphertext).expect("it opens");
        let value = String::from_utf8(value).expect("text");
        assert!(!keys.contains_key(&value), "{value} is available and with {:?}", keys.get(&value));
    }
}
