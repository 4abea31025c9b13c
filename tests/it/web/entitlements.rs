//! What is handed out: the list for everybody, the form for admins.

use keydesk::domain::entitlement::Entitlement;
use keydesk::domain::ids::EntitlementId;
use keydesk::domain::page::PageStart;
use keydesk::storage::audit_log;
use keydesk::storage::audit_log::list::AuditFilter;
use keydesk::storage::catalog::entitlements;

use crate::support::{TestApp, spawn_app};

fn all(app: &TestApp) -> Vec<Entitlement> {
    app.read(|conn| entitlements::list(conn).expect("the list"))
}

fn edit_path(id: &EntitlementId) -> String {
    format!("/entitlements/{id}/edit")
}

const GOOD: [(&str, &str); 7] = [
    ("name", "Named user, 1 year"),
    ("integration_type", "license_key"),
    ("fulfillment_mode", "manual"),
    ("activations_limit", "3"),
    ("duration_count", "365"),
    ("duration_interval", "Day"),
    ("activation_message", "Choose Help, Activate."),
];

fn changed<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<_> = GOOD.into_iter().filter(|(other, _)| *other != name).collect();
    fields.push((name, value));
    fields
}

#[test]
fn everybody_who_is_signed_in_reads_the_list_and_only_admins_see_the_forms() {
    let app = spawn_app();
    let id = app.given().entitlement();
    assert_eq!(app.anonymous().get("/entitlements").location(), "/login?next=/entitlements");
    for (mut visitor, may) in [(app.viewer(), false), (app.agent(), false), (app.admin(), true)] {
        let page = visitor.get("/entitlements");
        assert_eq!(page.status, 200);
        let row = page.row("Bauplan CAD 2026 Professional");
        for part in ["License key", "By hand", "3", "1 year", "Active"] {
            assert!(row.contains(part), "{part} in {row}");
        }
        assert_eq!(page.links().contains(&"/entitlements/new".to_owned()), may);
        assert_eq!(page.links().contains(&edit_path(&id)), may);
        let status = if may { 200 } else { 403 };
        assert_eq!(visitor.get("/entitlements/new").status, status);
        assert_eq!(visitor.get(&edit_path(&id)).status, status);
        if !may {
            assert_eq!(visitor.post("/entitlements", &GOOD).status, 403);
            assert_eq!(visitor.post(&format!("/entitlements/{id}"), &GOOD).status, 403);
        }
    }
    assert_eq!(all(&app).len(), 1);
}

#[test]
fn an_inactive_entitlement_gives_no_new_grants_until_it_is_active_again() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let waiting = app.given().pending_grant().of(&id).make();
    let mut admin = app.admin();
    assert!(admin.get(&edit_path(&id)).has("#is_active[checked]"));
    let mut off = GOOD.to_vec();
    off.push(("is_active", "no"));
    assert_eq!(admin.post(&format!("/entitlements/{id}"), &off).status, 303);
    assert!(admin.get("/entitlements").row("Named user").contains("Inactive"));
    assert!(!admin.get(&edit_path(&id)).has("#is_active[checked]"));
    assert!(!admin.get("/grants/new").body.contains(id.as_str()));
    let delivered = admin.post(&format!("/grants/{waiting}/fulfillment"), &[("key", "ABCD-EFGH-JKLM-1234")]);
    assert_eq!(delivered.status, 303, "what waits is still served");
    // Programs that do not know the field leave it as it is.
    assert_eq!(admin.post(&format!("/entitlements/{id}"), &changed("name", "Site license")).status, 303);
    assert!(admin.get("/entitlements").row("Site license").contains("Inactive"));
    let mut on = GOOD.to_vec();
    on.extend([("is_active", "no"), ("is_active", "yes")]);
    assert_eq!(admin.post(&format!("/entitlements/{id}"), &on).status, 303);
    assert!(admin.get("/grants/new").body.contains(id.as_str()));
    let log = admin.get("/audit?action=entitlement.update");
    assert!(log.body.contains("is_active"));
}

#[test]
fn an_empty_list_says_what_belongs_there() {
    let app = spawn_app();
    assert!(app.viewer().get("/entitlements").body.contains("No entitlements yet"));
}

#[test]
fn a_new_entitlement_is_listed_audited_and_has_a_product_of_its_name() {
    let app = spawn_app();
    let mut admin = app.admin();
    let form = admin.get("/entitlements/new");
    assert_eq!(form.field("integration_type").value, "license_key");
    assert_eq!(form.field("fulfillment_mode").value, "manual");
    let page = admin.post("/entitlements", &GOOD);
    assert_eq!((page.status, page.location().as_str()), (303, "/entitlements"));
    let list = admin.follow(page);
    assert!(list.flash().contains("Named user, 1 year"));
    assert!(list.row("Named user, 1 year").contains("365 days"));
    let made = &all(&app)[0];
    assert_eq!(made.product_name, "Named user, 1 year");
    let filter = AuditFilter { object: Some(made.id.to_string()), ..AuditFilter::default() };
    let log = app.read(|conn| audit_log::list::list(conn, &filter, &PageStart::Start, 10).expect("the log"));
    assert_eq!(log.rows[0].action, "entitlement.create");
}

#[test]
fn editing_changes_the_fields_and_never_the_type() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let mut admin = app.admin();
    let form = admin.get(&edit_path(&id));
    assert_eq!(form.field("duration_count").value, "1");
    assert_eq!(form.field("duration_interval").value, "Year");
    let fields = [("name", "Renamed"), ("integration_type", "discord"), ("activations_limit", "")];
    let page = admin.post(&format!("/entitlements/{id}"), &fields);
    assert_eq!((page.status, page.location().as_str()), (303, "/entitlements"));
    let made = &all(&app)[0];
    assert_eq!(made.name, "Renamed");
    let settings = made.config.license_key().expect("still license keys");
    assert_eq!((settings.activations_limit, settings.validity_period), (None, None));
}

#[test]
fn each_bad_value_is_named_beside_its_field_and_kept() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let mut admin = app.admin();
    let (long_name, long_text, long_message) = ("n".repeat(201), "d".repeat(2_001), "m".repeat(2_501));
    let bad = [
        ("name", ""),
        ("name", "  \r\n "),
        ("name", "a\r\nb"),
        ("name", "a\0b"),
        ("name", long_name.as_str()),
        ("description", long_text.as_str()),
        ("description", "\0"),
        ("integration_type", ""),
        ("integration_type", "fax"),
        ("fulfillment_mode", "sometimes"),
        ("activations_limit", "0"),
        ("activations_limit", "-3"),
        ("activations_limit", "2147483648"),
        ("activations_limit", "x"),
        ("duration_count", "0"),
        ("duration_count", "-1"),
        ("duration_count", "10000"),
        ("duration_count", "99999999999999999999"),
        ("duration_count", ""),
        ("duration_count", "1.5"),
        ("duration_interval", ""),
        ("duration_interval", "Century"),
        ("activation_message", long_message.as_str()),
        ("activation_message", "a\0"),
    ];
    for (name, value) in bad {
        let update = format!("/entitlements/{id}");
        let paths: &[&str] = if name == "integration_type" { &["/entitlements"] } else { &["/entitlements", &update] };
        for path in paths {
            let page = admin.post(path, &changed(name, value));
            assert_eq!(page.status, 422, "{path} {name}={value:?}");
            assert!(page.title().starts_with("Error:"));
            assert_eq!(page.errors().len(), 1, "{path} {name}={value:?}: {:?}", page.errors());
            assert_eq!(page.attribute("#errors li a", "href"), Some(format!("#{name}")));
            assert!(page.field(name).error.is_some());
            if name != "name" {
                assert_eq!(page.field("name").value, "Named user, 1 year");
            }
            let is_select = matches!(name, "integration_type" | "fulfillment_mode" | "duration_interval");
            if !is_select && !value.contains(['\0', '\r']) {
                assert_eq!(page.field(name).value, value);
            }
        }
    }
    assert_eq!(all(&app).len(), 1);
}

#[test]
fn the_format_of_generated_keys_is_kept_changed_and_checked() {
    let app = spawn_app();
    let mut admin = app.admin();
    let wrong = admin.post("/entitlements", &changed("key_format", "cad-xxxx"));
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains("at least 26 of them X") && wrong.body.contains("value=\"cad-xxxx\""),
        "{}",
        wrong.body
    );
    let pattern = "CAD-XXXXXX-XXXXXX-XXXXXX-XXXXXX-XXXXXX";
    assert_eq!(admin.post("/entitlements", &changed("key_format", &pattern.to_lowercase())).status, 303);
    let id = all(&app)[0].id.clone();
    assert!(admin.get(&edit_path(&id)).body.contains(&format!("value=\"{pattern}\"")));
    assert_eq!(admin.post(&format!("/entitlements/{id}"), &changed("key_format", "")).status, 303);
    assert!(!admin.get(&edit_path(&id)).body.contains("value=\"CAD-"), "empty is the default again");
}

#[test]
fn an_unknown_entitlement_is_not_found() {
    let app = spawn_app();
    let mut admin = app.admin();
    for id in ["ent_0000000000000000000000", "entg_x", "%00"] {
        assert_eq!(admin.get(&format!("/entitlements/{id}/edit")).status, 404, "{id}");
        assert_eq!(admin.post(&format!("/entitlements/{id}"), &GOOD).status, 404, "{id}");
    }
}

#[test]
fn the_pages_speak_german() {
    let app = spawn_app();
    app.given().entitlement();
    let mut admin = app.admin();
    admin.post("/preferences", &[("language", "de")]);
    let page = admin.get("/entitlements");
    assert_eq!(page.heading(), "Berechtigungen");
    assert!(page.row("Bauplan").contains("Von Hand"), "{}", page.row("Bauplan"));
    assert!(admin.post("/entitlements", &[("name", "")]).body.contains("Geben Sie einen Namen"));
}
