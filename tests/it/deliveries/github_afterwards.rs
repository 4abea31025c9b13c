//! What becomes of an invitation at GitHub: accepted, expired, revoked, restored, erased.

use jiff::SignedDuration;
use keydesk::domain::stock::settings::StockDelivery;

use super::github::{REPOSITORY, connected, invite, poll, shown, sold};
use crate::support::github::Fault;

#[test]
fn an_invitation_that_is_accepted_is_noted_and_one_that_is_not_can_be_repeated() {
    let (app, github, entitlement, path) = connected(StockDelivery::Staff);
    github.user("grace-h");
    let ada = sold(&app, &entitlement, "ada@example.com", "{}");
    let grace = sold(&app, &entitlement, "grace@example.com", "{}");
    let mut agent = app.agent();
    assert_eq!(invite(&mut agent, &ada, "ada-l").status, 303);
    assert_eq!(invite(&mut agent, &grace, "grace-h").status, 303);
    github.accept(REPOSITORY, "ada-l");
    app.advance(SignedDuration::from_mins(2));
    assert!(poll(&app, &path).flash().contains("accepted since the last look: 1"));
    assert!(agent.get(&format!("/grants/{ada}")).text_of("#invitation-card").contains("Accepted"));
    assert!(agent.get(&format!("/audit?object={ada}")).body.contains("Accepted by the customer"));
    let calls = github.calls("GET /repos/acme/tools/collaborators");
    poll(&app, &path);
    assert_eq!(github.calls("GET /repos/acme/tools/collaborators"), calls, "not before it is time");
    app.advance(SignedDuration::from_hours(169));
    github.expire(REPOSITORY, true);
    let page = poll(&app, &path);
    assert!(page.text_of("#trouble").contains("grace-h"), "{}", page.body);
    assert!(app.admin().get("/connections").body.contains("not invited or not accepted"));
    let mut agent = app.agent();
    let card = agent.get(&format!("/grants/{grace}"));
    assert!(card.text_of("#invitation-card").contains("not accepted"), "{}", card.body);
    assert!(card.links().contains(&format!("/grants/{grace}/invitation/new")));
    assert!(agent.get("/grants?needs=decision").body.contains(grace.as_str()), "it comes back to staff");
    assert_eq!(invite(&mut agent, &grace, "grace-h").status, 303);
    assert_eq!(github.invited(REPOSITORY), [("grace-h".to_owned(), "pull".to_owned())]);
    assert_eq!(app.count("platform_invitations WHERE trouble IS NOT NULL"), 0);
    assert!(!agent.get("/grants?needs=decision").body.contains(grace.as_str()));
    assert_eq!(app.count("license_keys"), 2, "it is delivered once");
}

#[test]
fn revoking_takes_access_back_until_it_is_done_and_restoring_invites_again() {
    let (app, github, entitlement, path) = connected(StockDelivery::Staff);
    let id = sold(&app, &entitlement, "ada@example.com", "{}");
    let mut admin = app.admin();
    assert_eq!(invite(&mut admin, &id, "ada-l").status, 303);
    app.run_outbox_until_empty();
    github.fail_next("DELETE", Fault::Says(500));
    github.fail_next("DELETE", Fault::Limited(30));
    assert_eq!(admin.post(&format!("/grants/{id}/revocation"), &[("reason", "Refund")]).status, 303);
    for _ in 0..3 {
        app.run_outbox_until_empty();
        app.advance(SignedDuration::from_mins(10));
    }
    assert!(github.invited(REPOSITORY).is_empty());
    assert!(admin.get(&format!("/grants/{id}")).text_of("#invitation-card").contains("Access removed"));
    assert_eq!(admin.post(&format!("/grants/{id}/restoration"), &[("reason", "A mistake")]).status, 303);
    app.run_outbox_until_empty();
    assert_eq!(github.invited(REPOSITORY).len(), 1);
    github.accept(REPOSITORY, "ada-l");
    app.advance(SignedDuration::from_mins(2));
    poll(&app, &path);
    assert_eq!(admin.post(&format!("/grants/{id}/revocation"), &[("reason", "Refund")]).status, 303);
    app.run_outbox_until_empty();
    assert!(github.collaborators(REPOSITORY).is_empty(), "access that was taken is removed too");
}

#[test]
fn a_grant_that_is_revoked_while_github_is_called_leaves_nobody_invited() {
    let (app, github, entitlement, _) = connected(StockDelivery::Auto);
    let id = sold(&app, &entitlement, "ada@example.com", r#"{"github": "ada-l"}"#);
    github.fail_next("PUT", Fault::DoesAndHangsUp);
    app.run_outbox_until_empty();
    assert_eq!(github.invited(REPOSITORY).len(), 1);
    assert_eq!(app.admin().post(&format!("/grants/{id}/revocation"), &[("reason", "Refund")]).status, 303);
    app.advance(SignedDuration::from_mins(1));
    app.run_outbox_until_empty();
    app.advance(SignedDuration::from_mins(1));
    app.run_outbox_until_empty();
    assert!(github.invited(REPOSITORY).is_empty(), "the answer was lost, and so was the invitation's id");
}

#[test]
fn an_erased_customer_s_user_name_is_forgotten_and_a_removed_connection_leaves_the_grants() {
    let (app, github, entitlement, path) = connected(StockDelivery::Staff);
    let id = sold(&app, &entitlement, "ada@example.com", "{}");
    let mut admin = app.admin();
    assert_eq!(invite(&mut admin, &id, "ada-l").status, 303);
    app.run_outbox_until_empty();
    let customer = shown(&app, &id)["customer_id"].as_str().expect("an id").to_owned();
    let erased = admin.post(&format!("/customers/{customer}/erasure"), &[("email", "ada@example.com")]);
    assert_eq!(erased.status, 303, "{}", erased.body);
    assert_eq!(app.count("platform_invitations WHERE username <> ''"), 0);
    assert_eq!(github.calls("DELETE"), 0);
    assert_eq!(admin.post(&format!("{path}/removal"), &[]).status, 303);
    assert_eq!(app.count("platform_invitations"), 0);
    assert_eq!(admin.get(&format!("/grants/{id}")).status, 200);
}
