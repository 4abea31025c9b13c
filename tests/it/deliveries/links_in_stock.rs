//! Links in stock: invitations that were made in advance.

use std::sync::Barrier;

use keydesk::domain::entitlement::{IntegrationType, IssueSettings};
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use serde_json::json;

use super::{discord, grant, send};
use crate::stock::ALL_BY_ITSELF;
use crate::support::stock::{fill, import, waiting};
use crate::support::{TestApp, spawn_app};

const LINKS: [&str; 3] = ["https://discord.gg/one111", "https://discord.gg/two222", "https://discord.gg/three3"];

fn delivered(app: &TestApp, ids: &[GrantId]) -> usize {
    ids.iter().filter(|id| grant(app, id).status == GrantStatus::Delivered).count()
}

#[test]
fn each_line_is_checked_as_a_link_of_the_platform_and_those_that_are_none_say_why() {
    let app = spawn_app();
    let community = discord(&app, IssueSettings::manual());
    let mut agent = app.agent();
    let lines = [LINKS[0], "http://discord.gg/two222", "https://discord.gg.example.com/x", LINKS[0], "BPC26-7KQ4M"];
    let page = import(&mut agent, &community, &[("keys", &lines.join("\n"))], None);
    let preview = agent.follow(page);
    assert_eq!(preview.rows().iter().filter(|row| row.contains("New Added")).count(), 1, "{:?}", preview.rows());
    for (line, why) in
        [(lines[1], "must begin with https"), (lines[2], "does not lead to Discord"), (lines[4], "no link")]
    {
        assert!(preview.row(line).contains(why), "{line}: {:?}", preview.rows());
    }
    let answer = app.api_key(Role::Agent).post(&format!("/entitlements/{community}/stock"), &json!({ "keys": lines }));
    assert_eq!(answer.status, 201, "{}", answer.text);
    let answer = answer.json();
    let rejected = answer["rejected"].as_array().unwrap();
    let reasons: Vec<&str> = rejected.iter().map(|line| line["reason"].as_str().unwrap()).collect();
    assert_eq!(
        (answer["added"].as_u64(), reasons),
        (Some(1), vec!["not_a_link", "not_a_link", "duplicate_in_request", "not_a_link"])
    );
    assert_eq!(answer["warnings"], json!([]), "what looks wrong about keys does not matter");
}

#[test]
fn the_form_takes_the_next_link_and_nobody_has_seen_it() {
    let app = spawn_app();
    let community = discord(&app, IssueSettings::manual());
    fill(&app, &community, &LINKS[..1]);
    let id = waiting(&app, &community);
    let mut agent = app.agent();
    let form = agent.get(&format!("/grants/{id}/fulfillment/new"));
    assert!(form.body.contains("Next link from stock") && form.body.contains("1 left"), "{}", form.body);
    assert!(form.text_of(".mail").contains("(the next link from stock)"), "{}", form.text_of(".mail"));
    let typed = send(&mut agent, &id, &[("source", "typed"), ("url", LINKS[0])]);
    assert!(typed.field("url").error.is_some_and(|error| error.contains("lies in stock")), "{}", typed.body);
    let done = send(&mut agent, &id, &[("source", "stock")]);
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert!(app.mailbox.mails()[0].text().contains(&format!("\n{}\n", LINKS[0])));
    let empty = send(&mut agent, &waiting(&app, &community), &[("source", "stock")]);
    assert_eq!(empty.status, 409, "{}", empty.body);
    assert!(empty.field("source").error.is_some_and(|error| error.contains("Paste a link")), "{}", empty.body);
}

#[test]
fn links_are_delivered_by_themselves_and_to_those_that_wait() {
    let app = spawn_app();
    let community = discord(&app, IssueSettings { stock: ALL_BY_ITSELF, ..IssueSettings::manual() });
    let early = waiting(&app, &community);
    assert_eq!(grant(&app, &early).status, GrantStatus::Pending);
    fill(&app, &community, &LINKS);
    app.run_jobs();
    assert_eq!(grant(&app, &early).status, GrantStatus::Delivered, "served once there was stock");
    let late = waiting(&app, &community);
    assert_eq!(grant(&app, &late).status, GrantStatus::Delivered, "at once");
    let shown = app.api_key(Role::Agent).get(&format!("/grants/{late}")).json();
    assert_eq!(shown["oauth_url"], LINKS[1]);
    let stock = app.api_key(Role::Agent).get(&format!("/entitlements/{community}/stock")).json();
    assert_eq!((&stock["available"], &stock["issued"]), (&json!(1), &json!(2)));
}

#[test]
fn two_grants_never_get_the_same_link() {
    let app = spawn_app();
    let community = discord(&app, IssueSettings::manual());
    fill(&app, &community, &LINKS[..1]);
    let ids = [waiting(&app, &community), waiting(&app, &community)];
    let barrier = Barrier::new(2);
    std::thread::scope(|scope| {
        for id in &ids {
            let (app, barrier) = (&app, &barrier);
            scope.spawn(move || {
                let agent = app.api_key(Role::Agent);
                barrier.wait();
                let answer = agent.post(&format!("/grants/{id}/fulfill-from-stock"), &json!({}));
                assert!(answer.status == 200 || answer.code() == "OUT_OF_STOCK", "{}", answer.text);
            });
        }
    });
    assert_eq!(delivered(&app, &ids), 1);
    assert_eq!(app.run_outbox_until_empty(), 1);
}

#[test]
fn what_delivers_files_or_features_has_no_stock() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    for kind in [IntegrationType::DigitalFiles, IntegrationType::FeatureFlag] {
        let id = app.given().other_entitlement(kind);
        let answer = agent.post(&format!("/entitlements/{id}/stock"), &json!({ "keys": LINKS }));
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
}
