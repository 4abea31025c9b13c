//! Choosing rows in the list.

use keydesk::domain::grant::GrantStatus;

use super::{choose, status, statuses, waiting};
use crate::stock::with_stock;
use crate::support::spawn_app;

#[test]
fn rows_have_boxes_and_a_link_ticks_the_whole_page_without_script() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let ids = waiting(&app, &entitlement, 3);
    let mut agent = app.agent();
    let page = agent.get("/grants?status=pending");
    assert_eq!(
        page.attributes(".picks .sel input[name=id]", "value"),
        ids.iter().map(ToString::to_string).collect::<Vec<_>>()
    );
    assert_eq!(page.count(".picks .sel input[checked]"), 0);
    let all = page.attribute(".picks thead .sel a", "href").unwrap();
    assert_eq!(agent.get(&all).count(".picks .sel input[checked]"), 3);
    assert!(page.text_of(".acts").contains("All 3 of this filter"));
    assert!(!app.viewer().get("/grants?status=pending").has(".picks"), "who only looks chooses nothing");
}

#[test]
fn each_tab_offers_what_can_be_done_there_and_revoking_to_admins_alone() {
    let app = spawn_app();
    let grant = app.given().delivered_grant("ABCD-EFGH-JKLM-NPQR");
    app.given().pending_grant().make();
    let offered = |visitor: &mut crate::support::client::Visitor, tab: &str| {
        visitor.get(&format!("/grants?status={tab}")).attributes(".acts button[formaction]", "formaction")
    };
    let pending = offered(&mut app.agent(), "pending");
    assert_eq!(pending[..4], ["/grants/bulk/stock", "/grants/bulk/keys", "/grants/bulk/claim", "/grants/bulk/hold"]);
    assert!(!pending.contains(&"/grants/bulk/revocation".to_owned()));
    assert!(offered(&mut app.admin(), "pending").contains(&"/grants/bulk/revocation".to_owned()));
    assert_eq!(offered(&mut app.agent(), "delivered"), ["/grants/bulk/emails"]);
    let refused = app.agent().post("/grants/bulk/revocation", &[("id", grant.as_str())]);
    assert_eq!(refused.status, 403);
    assert_eq!(status(&app, &grant), GrantStatus::Delivered);
}

#[test]
fn choosing_nothing_says_so_on_the_list() {
    let app = spawn_app();
    app.given().pending_grant().make();
    let page = choose(&mut app.agent(), "stock", &[]);
    assert_eq!(page.status, 422);
    assert!(page.text_of("#errors").contains("Select at least one grant"), "{}", page.text_of("#errors"));
    assert!(page.has(".picks"), "the list is still there");
}

#[test]
fn all_of_a_filter_are_more_than_those_of_the_page() {
    let app = spawn_app();
    let (mine, other) = (with_stock(&app, 60), app.given().named_entitlement("Another product"));
    let (ids, others) = (waiting(&app, &mine, 45), waiting(&app, &other, 2));
    let mut agent = app.agent();
    let filter = format!("status=pending&entitlement_id={mine}");
    let begun = agent.post("/grants/bulk/stock", &[("all", "filter"), ("filter", &filter), ("id", ids[0].as_str())]);
    app.run_jobs();
    assert!(agent.follow(begun).heading().contains("45 of 45 grants fulfilled"));
    assert!(statuses(&app, &ids).iter().all(|status| *status == GrantStatus::Delivered));
    assert!(statuses(&app, &others).iter().all(|status| *status == GrantStatus::Pending));
}
