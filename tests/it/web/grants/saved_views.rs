//! Views of the list of grants that somebody saves, for themselves or for everybody.

use keydesk::domain::staff::Role;

use crate::customers::erasure_races::at_once;
use crate::support::given::PASSWORD;
use crate::support::{Page, spawn_app};

fn names(page: &Page) -> Vec<String> {
    page.texts_of("tbody tr a[data-row]")
}

#[test]
fn a_view_keeps_the_filters_and_leads_back_to_them() {
    let app = spawn_app();
    let mut agent = app.agent();
    let page = agent.get("/grants?status=delivered&by=me&from=today&q=lovelace");
    assert_eq!(page.field("by").value, "me");
    let form =
        [("name", "My day"), ("status", "delivered"), ("by", "me"), ("from", "today"), ("q", "lovelace"), ("x", "y")];
    let saved = agent.post("/saved-views", &form);
    assert_eq!(saved.location(), "/grants?status=delivered&by=me&from=today");
    assert_eq!(agent.follow(saved).flash(), "View saved.");
    let page = agent.get("/grants?status=pending");
    assert_eq!(page.texts_of("#views a")[0], "My day");
    assert!(
        page.links().contains(&"/grants?status=delivered&by=me&from=today".to_owned()),
        "no search, no other field"
    );
    assert!(!app.agent().get("/grants").body.contains("My day"), "it is theirs alone");
    let log = app.admin().get("/audit?action=saved_view.saved");
    assert!(log.rows().len() == 1 && !log.body.contains("My day"));
}

#[test]
fn those_who_act_save_for_everybody_and_owners_and_admins_change_views() {
    let app = spawn_app();
    let (mut agent, mut viewer, mut admin) = (app.agent(), app.viewer(), app.admin());
    let shared = [("name", "Late"), ("status", "failed"), ("is_shared", "yes")];
    assert_eq!(viewer.post("/saved-views", &shared).status, 403);
    assert_eq!(viewer.post("/saved-views", &[("name", "Mine"), ("status", "failed")]).status, 303);
    assert_eq!(agent.post("/saved-views", &shared).status, 303);
    assert_eq!(names(&viewer.get("/saved-views")), ["Late", "Mine"]);
    assert_eq!(names(&admin.get("/saved-views")), ["Late"]);
    let path = agent.get("/saved-views").attribute("form[action^='/saved-views/view_']", "action").expect("a form");
    assert_eq!(viewer.post(&path, &[("name", "Ours")]).status, 403);
    assert_eq!(viewer.post(&format!("{path}/deletion"), &[]).status, 403);
    assert_eq!(agent.post(&path, &[("name", "Too late")]).status, 303);
    assert_eq!(names(&admin.get("/saved-views")), ["Too late"]);
    let own = viewer.get("/saved-views").attribute("form[action^='/saved-views/view_']", "action").expect("their own");
    assert_eq!(admin.post(&format!("{own}/deletion"), &[]).status, 404, "of others' own views nobody learns");
    assert_eq!(admin.post(&format!("{path}/deletion"), &[]).status, 303);
    assert_eq!(agent.post(&path, &[("name", "Again")]).status, 404);
    assert_eq!(names(&viewer.get("/saved-views")), ["Mine"]);
}

#[test]
fn what_is_wrong_with_a_view_is_said_and_kept() {
    let app = spawn_app();
    let mut agent = app.agent();
    let page = agent.post("/saved-views", &[("name", " "), ("status", "failed"), ("by", "me")]);
    assert_eq!((page.status, page.field("status").value.as_str()), (422, "failed"));
    assert!(page.errors()[0].contains("Enter a name"), "{:?}", page.errors());
    let long = "x".repeat(61);
    let page = agent.post("/saved-views", &[("name", &long), ("status", "failed")]);
    assert_eq!((page.status, page.field("name").value), (422, long));
    for wrong in [("status", "lost"), ("from", "31.12"), ("by", "x'--")] {
        assert_eq!(agent.post("/saved-views", &[("name", "Odd"), wrong]).status, 422, "{wrong:?}");
    }
    assert_eq!(agent.post("/saved-views", &[("name", "Good"), ("status", "failed")]).status, 303);
    let path = agent.get("/saved-views").attribute("form[action^='/saved-views/view_']", "action").expect("a form");
    let page = agent.post(&path, &[("name", "a\nb")]);
    assert!(page.status == 422 && page.errors()[0].contains("60 characters"), "{:?}", page.errors());
}

#[test]
fn nobody_has_more_than_fifty_views_not_even_by_two_forms_at_once() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut agent = app.sign_in(&person.email, PASSWORD);
    for number in 0..49 {
        assert_eq!(
            agent.post("/saved-views", &[("name", &format!("View {number}")), ("status", "failed")]).status,
            303
        );
    }
    let mut other = app.sign_in(&person.email, PASSWORD);
    let last = [("name", "The last"), ("status", "failed")];
    agent.token();
    other.token();
    let (one, two) = at_once(|| agent.post("/saved-views", &last).status, || other.post("/saved-views", &last).status);
    assert_eq!([one.min(two), one.max(two)], [303, 422]);
    assert_eq!(app.count("saved_views"), 50);
}
