//! What is delivered besides license keys.

mod links;
mod links_afterwards;
mod links_api;
mod links_in_stock;

use keydesk::domain::entitlement::{IntegrationConfig, IntegrationType, IssueSettings, OtherSettings};
use keydesk::domain::grant::Grant;
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::storage::grants;

use crate::support::{Page, TestApp, Visitor};

/// A platform, a link of it, and the same link at another host that looks like it.
const PLATFORMS: [(IntegrationType, &str, &str); 6] = [
    (IntegrationType::Discord, "https://discord.gg/aB3dE5", "https://discord.gg.example.com/aB3dE5"),
    (IntegrationType::Telegram, "https://t.me/+AbCdEf123456", "https://xt.me/+AbCdEf123456"),
    (IntegrationType::Github, "https://github.com/acme/tools/invitations", "https://github.com@example.com/acme"),
    (IntegrationType::Figma, "https://www.figma.com/file/AbC123/Kit", "https://figma.co/file/AbC123/Kit"),
    (
        IntegrationType::Framer,
        "https://framer.com/projects/new?duplicate=AbC123",
        "https://framer.com.example/projects",
    ),
    (IntegrationType::Notion, "https://acme.notion.site/Template-AbC123", "https://acme-notion.site/Template-AbC123"),
];

/// An invitation to a Discord server.
const LINK: &str = PLATFORMS[0].1;

fn grant(app: &TestApp, id: &GrantId) -> Grant {
    app.read(|conn| grants::find(conn, id).expect("the grant"))
}

/// A grant of this platform that waits.
fn waiting_for(app: &TestApp, kind: IntegrationType) -> GrantId {
    let entitlement = app.given().other_entitlement(kind);
    app.given().pending_grant().of(&entitlement).with_payment("pay_1").make()
}

/// An entitlement of Discord that is issued like this.
fn discord(app: &TestApp, issue: IssueSettings) -> EntitlementId {
    let settings = OtherSettings { issue, ..OtherSettings::new(IntegrationType::Discord, "{}".to_owned()) };
    app.given().entitlement_with("Community", IntegrationConfig::Other(settings))
}

fn path(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment")
}

/// Sends the form as the page offers it, with this link.
fn send(visitor: &mut Visitor, id: &GrantId, fields: &[(&str, &str)]) -> Page {
    let idempotency_key = visitor.get(&format!("{}/new", path(id))).field("idempotency_key").value;
    let fields = [&[("idempotency_key", idempotency_key.as_str())], fields].concat();
    visitor.post(&path(id), &fields)
}
