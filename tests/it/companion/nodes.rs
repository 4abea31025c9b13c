//! Several nodes look at an account as one.

use super::both_sides::Companion;
use super::crash::{beside, make_due};
use crate::support::database::is_postgres;
use crate::support::given::PASSWORD;
use crate::support::vendor::calls::Kind;
use crate::support::vendor::faults::Moment;
use crate::support::{TestApp, Visitor};

#[test]
fn two_nodes_poll_as_one_on_postgres() {
    if !is_postgres() {
        return; // Several nodes need PostgreSQL; on SQLite there is one.
    }
    let companion = Companion::of(TestApp::builder().with_system_clock());
    let person = companion.app.given().staff(keydesk::domain::staff::Role::Admin);
    let id = companion.sale();
    companion.vendor.hold(Kind::Entitlements, Moment::Before);
    make_due(&companion);
    let nodes = [beside(&companion), beside(&companion)];
    companion.vendor.wait_for(Kind::Entitlements, 1);
    // One of them looks and waits for its answer; whoever is asked to look meanwhile leaves it to that one.
    for node in &nodes {
        let mut admin = Visitor::new(node.address);
        assert_eq!(admin.post("/login", &[("email", &person.email), ("password", PASSWORD)]).status, 303);
        assert_eq!(admin.post(&companion.path("/poll"), &[]).status, 303);
    }
    assert_eq!(companion.vendor.held(Kind::Entitlements), 1, "one looks");
    companion.vendor.heal();
    while companion.find_here(&id).is_none() {
        std::thread::yield_now();
    }
    for node in nodes {
        assert_eq!(node.terminate(), Some(0));
    }
}
