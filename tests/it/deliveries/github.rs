//! GitHub by itself: a connection with a token, inviting at a press and automatically, and what becomes of an invitation.

use jiff::SignedDuration;
use keydesk::domain::entitlement::{IntegrationConfig, IntegrationType};
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::domain::staff::Role;
use keydesk::domain::stock::settings::StockDelivery;
use serde_json::Value;

use crate::support::github::{Fault, TOKEN};
use crate::support::{Github, Page, TestApp, Visitor};

pub(super) const REPOSITORY: &str = "acme/tools";
const LINK: &str = "https://github.com/acme/tools/invitations";

pub(super) fn app() -> TestApp {
    TestApp::builder().with("webhook_allow", "127.0.0.1").spawn()
}

pub(super) fn entitlement(app: &TestApp, delivery: StockDelivery) -> EntitlementId {
    let fields = format!(r#"{{"permission": "pull", "target_id": "{REPOSITORY}"}}"#);
    let mut config = IntegrationConfig::other(IntegrationType::Github, fields);
    config.issue_mut().stock.delivery = delivery;
    app.given().entitlement_with("Access to the tools", config)
}

pub(super) fn connect(admin: &mut Visitor, github: &Github, token: &str) -> Page {
    let url = github.url();
    let fields =
        [("kind", "github"), ("name", "GitHub"), ("mode", "live"), ("api_key", token), ("api_url", url.as_str())];
    admin.post("/connections", &fields)
}

/// A portal with an entitlement and a connection, whose path comes last.
pub(super) fn connected(delivery: StockDelivery) -> (TestApp, Github, EntitlementId, String) {
    let (app, github) = (app(), Github::start());
    let id = entitlement(&app, delivery);
    let added = connect(&mut app.admin(), &github, TOKEN);
    assert_eq!(added.status, 303, "{}", added.body);
    (app, github, id, added.location())
}

pub(super) fn invite(visitor: &mut Visitor, id: &GrantId, username: &str) -> Page {
    visitor.post(&format!("/grants/{id}/invitation"), &[("username", username)])
}

pub(super) fn shown(app: &TestApp, id: &GrantId) -> Value {
    app.api_key(Role::Agent).get(&format!("/grants/{id}")).json()
}

pub(super) fn sold(app: &TestApp, entitlement: &EntitlementId, email: &str, metadata: &str) -> GrantId {
    app.given().pending_grant().of(entitlement).for_customer(email).with_metadata(metadata).make()
}

pub(super) fn poll(app: &TestApp, path: &str) -> Page {
    let mut admin = app.admin();
    let polled = admin.post(&format!("{path}/poll"), &[]);
    admin.follow(polled)
}

#[test]
fn a_token_is_tried_before_it_is_stored_and_its_repositories_are_told() {
    let (app, github) = (app(), Github::start());
    entitlement(&app, StockDelivery::Staff);
    let mut admin = app.admin();
    let first = admin.post("/connections", &[("kind", "github"), ("name", "GitHub")]);
    let form = admin.follow(first);
    assert!(form.body.contains("fine-grained token") && !form.has("#secret"), "{}", form.body);
    let refused = connect(&mut admin, &github, "github_pat_wrong");
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("does not accept this key") && !refused.body.contains("github_pat_wrong"));
    assert_eq!(app.count("connections") + app.count("connection_secrets"), 0);
    let added = connect(&mut admin, &github, TOKEN);
    let page = admin.get(&added.location());
    assert!(page.body.contains("Invite to repositories") && !page.body.contains("Not: Invite"), "{}", page.body);
    assert!(!page.has("#webhook") && !page.body.contains(TOKEN));
    let page = poll(&app, &added.location());
    assert!(page.body.contains("Repository acme/tools") && page.body.contains("The token may invite"), "{}", page.body);
    let again = connect(&mut admin, &github, TOKEN);
    assert_eq!(again.location(), added.location(), "the same token is the same connection");
}

#[test]
fn one_press_invites_the_customer_and_delivers_the_grant() {
    let (app, github, entitlement, _) = connected(StockDelivery::Staff);
    let id = sold(&app, &entitlement, "ada@example.com", r#"{"GitHub username": "@ada-l"}"#);
    let mut agent = app.agent();
    assert!(agent.get(&format!("/grants/{id}")).links().contains(&format!("/grants/{id}/invitation/new")));
    let form = agent.get(&format!("/grants/{id}/invitation/new"));
    assert_eq!(form.field("username").value, "ada-l", "as the sale has it");
    let page = invite(&mut agent, &id, "ada-l");
    assert_eq!((page.status, page.location()), (303, format!("/grants/{id}")));
    assert_eq!(github.invited(REPOSITORY), [("ada-l".to_owned(), "pull".to_owned())]);
    let grant = shown(&app, &id);
    assert_eq!((&grant["status"], &grant["oauth_url"]), (&"Delivered".into(), &LINK.into()), "{grant}");
    assert_eq!(grant["license_key"], Value::Null);
    assert_eq!(grant["oauth_expires_at"], (app.now() + SignedDuration::from_hours(168)).to_string());
    app.run_outbox_until_empty();
    let mail = app.mailbox.only().text();
    assert!(mail.contains("github.com/acme/tools/invitations"), "{mail}");
    let card = agent.get(&format!("/grants/{id}")).text_of("#invitation-card");
    assert!(card.contains("ada-l") && card.contains("Invited"), "{card}");
    let log = agent.get(&format!("/audit?object={id}")).body;
    assert!(log.contains("Invited at GitHub") && !log.contains("ada-l"), "the log names nobody");
    let again = invite(&mut agent, &id, "ada-l");
    assert_eq!((again.status, github.calls("PUT")), (303, 1), "a second press changes nothing");
    let other = invite(&mut agent, &id, "grace-h");
    assert_eq!(other.status, 409, "{}", other.body);
}

#[test]
fn each_refusal_is_told_at_the_field_and_nothing_is_lost() {
    let (app, github, entitlement, path) = connected(StockDelivery::Staff);
    let id = sold(&app, &entitlement, "ada@example.com", "{}");
    let mut agent = app.agent();
    for (name, words) in [
        ("", "Enter the customer’s user name"),
        ("ada@example.com", "letters, digits and hyphens"),
        ("nobody-at-all", "knows no user with this name"),
    ] {
        let page = invite(&mut agent, &id, name);
        assert_eq!(page.status, 422, "{name}");
        let field = page.field("username");
        assert!(field.error.as_ref().is_some_and(|error| error.contains(words)), "{name}: {:?}", field.error);
        assert_eq!(field.value, name, "what was typed stays");
    }
    for (what, fault, words) in [
        ("PUT", Fault::Says(422), "GitHub refused the invitation. (Something went wrong)"),
        ("PUT", Fault::Says(502), "did not answer (502)"),
        ("GET /repos", Fault::Says(404), "No connection reaches the repository"),
        ("PUT", Fault::Says(403), "may not invite to the repository"),
        ("PUT", Fault::DoesAndHangsUp, "did not answer"),
    ] {
        github.fail_next(what, fault);
        let page = invite(&mut agent, &id, "ada-l");
        assert_eq!(page.status, 422, "{fault:?}");
        assert!(page.field("username").error.is_some_and(|error| error.contains(words)), "{fault:?}: {}", page.body);
    }
    github.fail_next("PUT", Fault::Limited(600));
    let page = invite(&mut agent, &id, "ada-l");
    assert!(page.body.contains("Press again at 10:10"), "{}", page.body);
    let calls = github.calls("");
    assert_eq!(invite(&mut agent, &id, "ada-l").status, 422);
    assert_eq!(github.calls(""), calls, "GitHub is left alone meanwhile");
    app.advance(SignedDuration::from_secs(601));
    assert_eq!(shown(&app, &id)["status"], "Pending");
    assert_eq!(invite(&mut agent, &id, "ada-l").status, 303);
    assert_eq!(github.invited(REPOSITORY).len(), 1, "the answer that was lost made no second invitation");
    let other = sold(&app, &entitlement, "grace@example.com", "{}");
    github.replace_token("another");
    let page = invite(&mut agent, &other, "ada-l");
    assert!(page.field("username").error.is_some_and(|error| error.contains("does not accept")), "{}", page.body);
    assert!(
        app.admin().get(&path).body.contains("connections") && app.count("connections WHERE state = 'broken'") == 1
    );
    let page = invite(&mut agent, &other, "ada-l");
    assert!(page.field("username").error.is_some_and(|error| error.contains("No connection")), "{}", page.body);
}

#[test]
fn a_user_who_has_access_gets_the_repository_itself() {
    let (app, github, entitlement, _) = connected(StockDelivery::Staff);
    let first = sold(&app, &entitlement, "ada@example.com", "{}");
    let mut agent = app.agent();
    assert_eq!(invite(&mut agent, &first, "ada-l").status, 303);
    github.accept(REPOSITORY, "ada-l");
    let second = app.given().pending_grant().of(&entitlement).with_payment("pay_2").make();
    assert_eq!(invite(&mut agent, &second, "ADA-L").status, 303);
    let grant = shown(&app, &second);
    assert_eq!(grant["oauth_url"], "https://github.com/acme/tools");
    assert_eq!(grant["oauth_expires_at"], Value::Null);
    assert_eq!(app.count("grant_integrations WHERE accepted_at IS NOT NULL AND accepted_by IS NULL"), 1);
    // Revoking one of two grants for the same access leaves it.
    let mut admin = app.admin();
    assert_eq!(admin.post(&format!("/grants/{second}/revocation"), &[("reason", "Twice")]).status, 303);
    app.run_outbox_until_empty();
    assert_eq!(github.collaborators(REPOSITORY), ["ada-l"]);
    assert_eq!(admin.post(&format!("/grants/{first}/revocation"), &[("reason", "Refund")]).status, 303);
    app.run_outbox_until_empty();
    assert!(github.collaborators(REPOSITORY).is_empty());
}

#[test]
fn invitations_of_two_customers_have_the_same_address_and_are_both_delivered() {
    let (app, github, entitlement, _) = connected(StockDelivery::Staff);
    github.user("grace-h");
    let mut agent = app.agent();
    for (email, name) in [("ada@example.com", "ada-l"), ("grace@example.com", "grace-h")] {
        let id = sold(&app, &entitlement, email, "{}");
        assert_eq!(invite(&mut agent, &id, name).status, 303);
        assert_eq!(shown(&app, &id)["oauth_url"], LINK);
    }
    assert_eq!(github.invited(REPOSITORY).len(), 2);
}

#[test]
fn a_sale_that_names_the_user_is_invited_without_staff_however_often_it_fails() {
    let (app, github, entitlement, _) = connected(StockDelivery::Auto);
    github.fail_next("PUT", Fault::Abused);
    github.fail_next("PUT", Fault::Says(503));
    github.fail_next("PUT", Fault::DoesAndHangsUp);
    let id = sold(&app, &entitlement, "ada@example.com", r#"{"github": "https://github.com/ada-l"}"#);
    for _ in 0..4 {
        assert_eq!(shown(&app, &id)["status"], "Pending");
        app.run_outbox_until_empty();
        app.advance(SignedDuration::from_mins(10));
    }
    assert_eq!(shown(&app, &id)["status"], "Delivered", "{}", shown(&app, &id));
    assert_eq!(github.invited(REPOSITORY).len(), 1);
    assert_eq!(app.count("license_keys"), 1);
    // Without a name it waits for staff; one that GitHub does not know comes back to them.
    let unnamed = sold(&app, &entitlement, "grace@example.com", "{}");
    let unknown = sold(&app, &entitlement, "joan@example.com", r#"{"github_username": "joan"}"#);
    app.run_outbox_until_empty();
    for id in [&unnamed, &unknown] {
        assert_eq!(shown(&app, id)["status"], "Pending");
    }
    let page = app.agent().get(&format!("/grants/{unknown}"));
    assert!(page.text_of("#invitation-card").contains("knows no user"), "{}", page.body);
    github.user("joan-c");
    assert_eq!(invite(&mut app.agent(), &unknown, "joan-c").status, 303, "staff correct the name");
    assert_eq!(github.invited(REPOSITORY).len(), 2);
}

#[test]
fn staff_who_deliver_by_hand_are_not_followed_by_an_invitation() {
    let (app, github, entitlement, _) = connected(StockDelivery::Auto);
    let id = sold(&app, &entitlement, "ada@example.com", r#"{"github": "ada-l"}"#);
    let by_hand = app.agent().post(&format!("/grants/{id}/fulfillment"), &[("url", "https://github.com/acme/tools/x")]);
    assert_eq!(by_hand.status, 303, "{}", by_hand.body);
    app.run_outbox_until_empty();
    assert_eq!((github.calls("PUT"), github.invited(REPOSITORY).len()), (0, 0));
}

#[test]
fn two_people_who_press_at_once_deliver_one_grant() {
    let (app, github, entitlement, _) = connected(StockDelivery::Staff);
    github.user("grace-h");
    let id = sold(&app, &entitlement, "ada@example.com", "{}");
    let barrier = std::sync::Barrier::new(2);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let press = |name: &'static str| {
            let (app, id, barrier) = (&app, &id, &barrier);
            scope.spawn(move || {
                let mut agent = app.agent();
                agent.token();
                barrier.wait();
                invite(&mut agent, id, name).status
            })
        };
        [press("ada-l"), press("grace-h")].map(|pressed| pressed.join().expect("a status")).into()
    });
    assert!(statuses.contains(&303), "{statuses:?}");
    assert_eq!((app.count("license_keys"), github.invited(REPOSITORY).len()), (1, 1), "{statuses:?}");
}
