//! A grant by hand.

use keydesk::domain::entitlement::IntegrationType;
use keydesk::domain::ids::EntitlementId;

use crate::support::{TestApp, spawn_app};

fn count(app: &TestApp) -> usize {
    app.viewer().get("/grants").rows().len()
}

fn good(entitlement: &EntitlementId) -> Vec<(&'static str, String)> {
    vec![
        ("entitlement_id", entitlement.to_string()),
        ("customer_email", "Ada@Example.com".to_owned()),
        ("customer_name", "Ada Lovelace".to_owned()),
        ("customer_locale", "de".to_owned()),
    ]
}

fn fields<'a>(pairs: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    pairs.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[test]
fn agents_make_grants_and_viewers_do_not() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    assert_eq!(app.anonymous().get("/grants/new").location(), "/login?next=/grants/new");
    let mut viewer = app.viewer();
    assert_eq!(viewer.get("/grants/new").status, 403);
    assert_eq!(viewer.post("/grants", &fields(&good(&entitlement))).status, 403);
    let mut agent = app.agent();
    let page = agent.post("/grants", &fields(&good(&entitlement)));
    assert_eq!(page.status, 303);
    let page = agent.follow(page);
    assert_eq!((page.flash().as_str(), page.chip().as_str()), ("Grant created.", "Pending"));
    assert!(page.body.contains("Ada Lovelace") && page.body.contains("Ada@Example.com"));
}

#[test]
fn every_active_entitlement_is_offered() {
    let app = spawn_app();
    let mut agent = app.agent();
    assert!(agent.get("/grants/new").body.contains("Nothing can be granted yet"));
    let entitlement = app.given().entitlement();
    let other = app.given().other_entitlement(IntegrationType::Discord);
    let values = agent.get("/grants/new").attributes("#entitlement_id option", "value");
    assert_eq!(
        values.iter().filter(|value| [entitlement.as_str(), other.as_str()].contains(&value.as_str())).count(),
        2
    );
    assert_eq!(agent.post("/grants", &fields(&good(&other))).status, 303);
}

#[test]
fn a_double_click_makes_one_grant_and_a_second_form_another() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut agent = app.agent();
    let mut sent = good(&entitlement);
    sent.push(("idempotency_key", agent.get("/grants/new").field("idempotency_key").value));
    let first = agent.post("/grants", &fields(&sent)).location();
    assert_eq!(agent.post("/grants", &fields(&sent)).location(), first);
    assert_eq!(count(&app), 1);
    sent[2].1 = "Somebody else".to_owned();
    let page = agent.post("/grants", &fields(&sent));
    assert_eq!(page.status, 422);
    assert_ne!(page.field("idempotency_key").value, sent[4].1);
    sent[4].1 = agent.get("/grants/new").field("idempotency_key").value;
    assert_ne!(agent.post("/grants", &fields(&sent)).location(), first);
    assert_eq!(count(&app), 2);
}

#[test]
fn a_sale_that_is_known_leads_to_its_grant() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut agent = app.agent();
    let mut sent = good(&entitlement);
    sent.push(("payment_id", "pay_1".to_owned()));
    let first = agent.post("/grants", &fields(&sent)).location();
    let page = agent.post("/grants", &fields(&sent));
    assert_eq!(page.location(), first);
    assert!(agent.follow(page).flash().contains("already"));
    assert_eq!(count(&app), 1);
}

#[test]
fn each_bad_value_is_named_beside_its_field_and_kept() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut agent = app.agent();
    let long = "n".repeat(300);
    let bad = [
        ("entitlement_id", ""),
        ("entitlement_id", "ent_0000000000000000000000"),
        ("entitlement_id", "\"><script>"),
        ("customer_email", ""),
        ("customer_email", "ada"),
        ("customer_email", "\"><script>@x"),
        ("customer_name", long.as_str()),
        ("customer_name", "a\u{0}b"),
        ("customer_locale", "german!"),
        ("payment_id", "pay 1"),
        ("subscription_id", long.as_str()),
    ];
    for (name, value) in bad {
        let mut sent = good(&entitlement);
        sent.retain(|(other, _)| *other != name);
        sent.push((name, value.to_owned()));
        let page = agent.post("/grants", &fields(&sent));
        assert_eq!(page.status, 422, "{name}={value:?}");
        assert!(page.title().starts_with("Error:"));
        assert_eq!(page.attribute("#errors li a", "href"), Some(format!("#{name}")));
        assert!(page.field(name).error.is_some(), "{name}={value:?}");
        assert_eq!(page.body.matches("<script").count(), 1);
        if !value.contains('\0') {
            assert_eq!(page.field(name).value, value);
        }
    }
    let page = agent.post("/grants", &[]);
    assert_eq!((page.status, page.errors().len()), (422, 2));
    assert_eq!(count(&app), 0);
}

#[test]
fn the_form_speaks_german() {
    let app = spawn_app();
    app.given().entitlement();
    let mut agent = app.agent();
    agent.post("/preferences", &[("language", "de")]);
    assert_eq!(agent.get("/grants/new").heading(), "Neue Zuteilung");
    assert!(agent.post("/grants", &[]).body.contains("Wählen Sie eine Berechtigung"));
}
