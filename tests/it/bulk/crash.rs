//! `kill -9` in the middle of a run: no grant is done twice, and none is forgotten.

use std::collections::BTreeSet;

use keydesk::domain::grant::GrantStatus;

use super::{statuses, waiting};
use crate::stock::{delivered_key, with_stock};
use crate::support::TestApp;
use crate::support::process::Portal;

#[test]
fn a_run_of_1000_grants_that_is_killed_five_times_does_each_once() {
    const COUNT: usize = 1_000;
    let all = crate::stock::count(COUNT);
    let app = TestApp::builder().with_system_clock().spawn();
    let entitlement = with_stock(&app, COUNT + 5);
    let ids = waiting(&app, &entitlement, COUNT);
    let fields = [("all", "filter"), ("filter", "status=pending")];
    let begun = app.agent().post("/grants/bulk/stock", &fields);
    assert_eq!(begun.status, 303);
    for _ in 0..5 {
        let before = app.count("license_keys");
        let portal = Portal::beside(&app);
        while app.count("license_keys") < (before + 60).min(all) {
            std::thread::yield_now();
        }
        portal.kill();
        app.free_leases();
    }
    app.run_jobs();
    assert!(statuses(&app, &ids).iter().all(|status| *status == GrantStatus::Delivered));
    let keys: BTreeSet<String> = ids.iter().map(|id| delivered_key(&app, id).unwrap()).collect();
    assert_eq!(keys.len(), COUNT);
    assert_eq!(app.count("license_keys"), all);
    assert_eq!(app.count("outbox_messages WHERE kind = 'license_key_delivered'"), all);
}
