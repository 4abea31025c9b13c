//! `kill -9` while keys are drawn and added: counted afterwards, nothing is lost, doubled or half done.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::domain::stock::settings::StockSettings;
use keydesk::usecases::stock::add::Serve;
use serde_json::{Value, json};
use ureq::Agent;

use super::jobs::{confirmation, upload, uploader};
use super::{ALL_BY_ITSELF, add, check_counts, delivered_key, entitlement, key};
use crate::support::TestApp;
use crate::support::process::Portal;

/// Reports sales one after the other until the portal is gone; gives the grants that it said yes to.
fn sell(address: SocketAddr, token: &str, entitlement_id: &str, prefix: &str) -> Vec<GrantId> {
    let agent: Agent = Agent::config_builder().timeout_global(Some(Duration::from_secs(30))).build().new_agent();
    let mut sold = Vec::new();
    for number in 0..1_000 {
        let customer = json!({"email": format!("{prefix}{number}@example.com"), "name": "S"});
        let body = json!({"entitlement_id": entitlement_id, "customer": customer, "payment_id": format!("pay_{prefix}{number}")});
        let answer = agent
            .post(format!("http://{address}/api/grants"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .send(body.to_string());
        let Ok(text) = answer.and_then(|mut answer| answer.body_mut().read_to_string()) else { return sold };
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        sold.push(GrantId::parse(answer["id"].as_str().expect("an id")).expect("an id"));
    }
    sold
}

#[test]
fn after_kill_9_every_key_of_the_stock_is_with_one_grant_or_still_there() {
    let app = TestApp::builder().with_system_clock().spawn();
    let id = entitlement(&app, ALL_BY_ITSELF);
    add(&app, &id, 0..300);
    let token = app.api_key(Role::Agent).token.expect("a token");
    let mut acknowledged: BTreeMap<GrantId, String> = BTreeMap::new();
    for round in 0..3 {
        let portal = Portal::beside(&app);
        let address = portal.address;
        let before = app.count("license_keys");
        let sold: Vec<GrantId> = std::thread::scope(|scope| {
            let sellers: Vec<_> = (0..3)
                .map(|number| {
                    let (token, id) = (&token, id.as_str());
                    scope.spawn(move || sell(address, token, id, &format!("r{round}s{number}n")))
                })
                .collect();
            while app.count("license_keys") < before + 10 {
                std::thread::yield_now();
            }
            portal.kill();
            sellers.into_iter().flat_map(|seller| seller.join().expect("no panic")).collect()
        });
        assert!(!sold.is_empty());
        check_counts(&app);
        for grant in sold {
            let key = delivered_key(&app, &grant).expect("what was acknowledged has its key");
            acknowledged.insert(grant, key);
        }
        let keys: BTreeSet<&String> = acknowledged.values().collect();
        assert_eq!(keys.len(), acknowledged.len(), "no key twice");
        assert_eq!(app.count("stock_keys"), 300);
        for (grant, key) in &acknowledged {
            assert_eq!(delivered_key(&app, grant).as_ref(), Some(key), "{grant} keeps its key");
        }
    }
}

#[test]
fn after_kill_9_a_list_is_added_to_its_end_once_and_those_that_wait_are_served() {
    const COUNT: i64 = 6_000;
    let app = TestApp::builder().with_system_clock().spawn();
    let id = entitlement(&app, StockSettings::default());
    let by = uploader(&app);
    let waiting: Vec<GrantId> = (0..60).map(|number| super::waiting(&app, &id, number)).collect();
    let texts: Vec<String> = (0..COUNT).map(|number| key(usize::try_from(number).unwrap())).collect();
    let upload_id = upload(&app, &by, &id, &texts);
    let command =
        keydesk::usecases::stock::uploads::ConfirmUpload { serve: Serve::Yes, ..confirmation(&by, &upload_id) };
    keydesk::usecases::stock::uploads::confirm(app.context(), &command).unwrap();
    for least in [1, COUNT / 3, COUNT / 2] {
        let portal = Portal::beside(&app);
        while app.count("stock_keys") < least {
            std::thread::yield_now();
        }
        portal.kill();
        check_counts(&app);
        app.free_leases();
    }
    let portal = Portal::beside(&app);
    while app.count("jobs WHERE finished_at IS NULL") > 0 {
        std::thread::yield_now();
    }
    assert_eq!(portal.terminate(), Some(0));
    assert_eq!(app.count("stock_keys"), COUNT);
    assert_eq!(app.count("batches"), 1);
    let served: BTreeSet<String> = waiting.iter().filter_map(|grant| delivered_key(&app, grant)).collect();
    assert_eq!(served.len(), waiting.len());
    check_counts(&app);
}
