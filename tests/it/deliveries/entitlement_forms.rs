//! The form of entitlements of each type: the fields that the type's rules name, checked as the API checks them.

use keydesk::domain::entitlement::{Entitlement, IntegrationConfig, IntegrationType};
use keydesk::domain::staff::Role;
use keydesk::domain::stock::settings::StockDelivery;
use keydesk::storage::catalog::entitlements;
use serde_json::{Value, json};

use crate::support::{TestApp, spawn_app};

/// The fields of each type that a person fills in.
const FIELDS: &[(&str, &[(&str, &str)])] = &[
    ("license_key", &[]),
    ("digital_files", &[("external_url", "https://example.com/manual"), ("instructions", "Unpack it.\r\nRead me.")]),
    ("discord", &[("guild_id", "1091"), ("role_id", "77")]),
    ("telegram", &[("chat_id", "-1001234567890")]),
    ("github", &[("permission", "push"), ("target_id", "acme/tools")]),
    ("figma", &[("figma_file_id", "AbC123")]),
    ("framer", &[("framer_template_id", "AbC123")]),
    ("notion", &[("notion_template_id", "0f1e2d")]),
    ("feature_flag", &[("feature_id", "advanced_export"), ("feature_type", "boolean")]),
];

fn all(app: &TestApp) -> Vec<Entitlement> {
    app.read(|conn| entitlements::list(conn).expect("the list"))
}

fn config(entitlement: &Entitlement) -> Value {
    match &entitlement.config {
        IntegrationConfig::Other(other) => serde_json::from_str(&other.fields).expect("JSON"),
        IntegrationConfig::LicenseKey(_) => json!({}),
    }
}

fn form<'a>(kind: &'a str, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("name", kind), ("integration_type", kind)].into_iter().chain(fields.iter().copied()).collect()
}

#[test]
fn each_type_has_a_form_with_its_fields_and_is_made_from_it() {
    let app = spawn_app();
    let mut admin = app.admin();
    for (kind, fields) in FIELDS {
        let mut shown = form(kind, &[]);
        shown.push(("then", "fields"));
        let page = admin.post("/entitlements", &shown);
        assert_eq!((page.status, page.errors().len()), (200, 0), "{kind}");
        for (name, _) in *fields {
            assert!(page.has(&format!("#{name}[name={name}]")), "{kind} {name}: {}", page.body);
            assert!(page.has(&format!("#{name}-hint")), "{kind} {name}");
        }
        assert_eq!(page.field("name").value, *kind, "what was typed stays");
        let page = admin.post("/entitlements", &form(kind, fields));
        assert_eq!(page.status, 303, "{kind}: {}", page.body);
    }
    let made = all(&app);
    assert_eq!(made.len(), IntegrationType::ALL.len());
    for (kind, fields) in FIELDS {
        let own = made.iter().find(|made| made.name == *kind).expect("it was made");
        assert_eq!(own.config.integration_type().as_str(), *kind);
        let stored = config(own);
        for (name, value) in *fields {
            assert_eq!(stored[name], value.replace('\r', ""), "{kind} {name}");
        }
        let page = admin.get(&format!("/entitlements/{}/edit", own.id));
        for (name, value) in *fields {
            assert_eq!(page.field(name).value.trim(), value.replace('\r', ""), "{kind} {name}");
        }
        let row = admin.get("/entitlements").row(kind);
        let shown = fields.iter().find(|(name, _)| name.ends_with("_id"));
        assert!(shown.is_none_or(|(_, value)| row.contains(value)), "{kind}: {row}");
    }
    let file = app.agent().get("/entitlements.csv").body;
    assert!(file.contains("acme/tools") && file.contains("integration_config"), "{file}");
}

#[test]
fn what_is_missing_or_wrong_is_named_at_its_field_and_kept() {
    let app = spawn_app();
    let mut admin = app.admin();
    let long = "x".repeat(256);
    for (kind, fields, wrong) in [
        ("discord", &[("guild_id", ""), ("role_id", "77")][..], "guild_id"),
        ("discord", &[("guild_id", "1"), ("role_id", long.as_str())], "role_id"),
        ("telegram", &[], "chat_id"),
        ("github", &[("permission", "own"), ("target_id", "acme/tools")], "permission"),
        ("github", &[("permission", "pull"), ("target_id", " ")], "target_id"),
        ("figma", &[("figma_file_id", "a\0b")], "figma_file_id"),
        ("framer", &[("framer_template_id", "")], "framer_template_id"),
        ("notion", &[], "notion_template_id"),
        ("feature_flag", &[("feature_id", "x"), ("feature_type", "number")], "feature_type"),
        ("digital_files", &[("external_url", "ftp://example.com/")], "external_url"),
        ("digital_files", &[("external_url", "javascript:alert(1)")], "external_url"),
        (
            "notion",
            &[("notion_template_id", "x"), ("duration_count", "0"), ("duration_interval", "Day")],
            "duration_count",
        ),
        ("notion", &[("notion_template_id", "x"), ("delivery", "later")], "delivery"),
    ] {
        let page = admin.post("/entitlements", &form(kind, fields));
        assert_eq!(page.status, 422, "{kind} {wrong}");
        assert_eq!(page.attribute("#errors li a", "href"), Some(format!("#{wrong}")), "{kind}");
        assert_eq!(page.errors().len(), 1, "{kind} {wrong}: {:?}", page.errors());
        for (name, value) in
            fields.iter().filter(|(name, _)| !matches!(*name, "permission" | "feature_type" | "delivery"))
        {
            assert!(value.contains('\0') || page.field(name).value == *value, "{kind} {name}");
        }
    }
    assert!(all(&app).is_empty());
    admin.post("/preferences", &[("language", "de")]);
    let page = admin.post("/entitlements", &form("discord", &[]));
    assert!(page.body.contains("Server-ID: Geben Sie einen Wert ein."), "{}", page.body);
}

#[test]
fn a_link_has_a_duration_a_message_and_stock_and_files_can_be_delivered_at_once() {
    let app = spawn_app();
    let mut admin = app.admin();
    let fields = [
        ("guild_id", "1"),
        ("duration_count", "7"),
        ("duration_interval", "Day"),
        ("activation_message", "Say hello."),
        ("key_is_shared", "yes"),
        ("delivery", "auto"),
        ("alert_count", "5"),
        ("activations_limit", "nonsense that does not apply"),
        ("key_pattern", "\u{200B}"),
    ];
    assert_eq!(admin.post("/entitlements", &form("discord", &fields)).status, 303);
    let files = admin.post("/entitlements", &form("digital_files", &[("delivery", "auto"), ("alert_count", "5")]));
    assert_eq!(files.status, 303, "{}", files.body);
    let made = all(&app);
    let link = made.iter().find(|made| made.name == "discord").expect("the link").config.issue().clone();
    let period = link.validity_period.expect("a duration");
    assert_eq!((period.count, period.interval.as_str()), (7, "Day"));
    assert_eq!(link.activation_message.as_deref(), Some("Say hello."));
    assert!(link.key_is_shared && link.key_pattern.is_none() && link.activations_limit.is_none());
    assert_eq!((link.stock.delivery, link.stock.alert_count), (StockDelivery::Auto, Some(5)));
    let files = made.iter().find(|made| made.name == "digital_files").expect("the files").config.issue().clone();
    assert_eq!((files.stock.delivery, files.stock.alert_count), (StockDelivery::Auto, None));
    let list = admin.get("/entitlements");
    let row = list.row("discord");
    assert!(row.contains("7 days") && row.contains("Automatic") && row.contains("Shared link"), "{row}");
}

#[test]
fn what_a_form_or_a_program_does_not_send_stays() {
    let app = spawn_app();
    let mut admin = app.admin();
    let fields = [("permission", "pull"), ("target_id", "acme/tools"), ("activation_message", "Sign in first.")];
    assert_eq!(admin.post("/entitlements", &form("github", &fields)).status, 303);
    let made = all(&app).remove(0);
    let path = format!("/entitlements/{}", made.id);
    let renamed =
        admin.post(&path, &[("name", "Tools"), ("activation_message", "Sign in first."), ("target_id", "acme/kit")]);
    assert_eq!(renamed.status, 303, "{}", renamed.body);
    let renamed = all(&app).remove(0);
    assert_eq!(config(&renamed), json!({"permission": "pull", "target_id": "acme/kit"}));
    assert_eq!(renamed.config.integration_type(), IntegrationType::Github);
    let api = app.api_key(Role::Admin);
    let body = json!({"integration_config": {"permission": "push", "target_id": "acme/kit"}});
    assert_eq!(api.patch(&path, &body).status, 200);
    let patched = all(&app).remove(0);
    assert_eq!(config(&patched), json!({"permission": "push", "target_id": "acme/kit"}));
    assert_eq!(patched.config.issue().activation_message.as_deref(), Some("Sign in first."), "the API leaves it");
}
