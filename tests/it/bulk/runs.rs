//! What a run does, and what it leaves out.

use std::collections::BTreeSet;

use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;

use super::{choose, status, statuses, waiting};
use crate::stock::{delivered_key, with_stock};
use crate::support::given::PASSWORD;
use crate::support::{TestApp, spawn_app};

#[test]
fn chosen_grants_are_fulfilled_from_stock_and_what_could_not_be_done_is_named() {
    let app = spawn_app();
    let entitlement = with_stock(&app, 2);
    let ids = waiting(&app, &entitlement, 3);
    let mut agent = app.agent();
    let begun = choose(&mut agent, "stock", &ids);
    assert_eq!(begun.status, 303);
    let address = begun.location();
    assert!(address.starts_with("/jobs/run_"), "{address}");
    let page = agent.get(&address);
    assert!(page.heading().contains("Fulfilling 3 grants from stock"));
    assert!(page.has("[data-poll]"));
    app.run_jobs();
    let page = agent.get(&address);
    assert!(page.heading().contains("2 of 3 grants fulfilled"), "{}", page.heading());
    assert_eq!(statuses(&app, &ids), [GrantStatus::Delivered, GrantStatus::Delivered, GrantStatus::Pending]);
    assert!(page.row("Customer 2").contains("The stock is empty."), "{}", page.row("Customer 2"));
    assert!(!page.has("[data-poll]"));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails().len(), 2);

    crate::stock::add(&app, &entitlement, 10..12);
    let again = agent.post(&format!("{address}/again"), &[]);
    app.run_jobs();
    assert!(agent.follow(again).heading().contains("1 of 1 grants fulfilled"));
    assert_eq!(status(&app, &ids[2]), GrantStatus::Delivered);
}

#[test]
fn a_grant_that_changed_since_it_was_chosen_is_left_out_and_named() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let ids = waiting(&app, &entitlement, 3);
    let mut admin = app.admin();
    let preview = choose(&mut admin, "revocation", &ids);
    app.given().fulfill(&ids[1], "ABCD-EFGH-JKLM-NPQR");
    let confirmed = admin.post(&format!("{}/confirm", preview.location()), &[("reason", "Chargeback")]);
    app.run_jobs();
    let page = admin.follow(confirmed);
    assert!(page.heading().contains("2 of 3 grants revoked"));
    assert!(page.row("Customer 1").contains("It has changed since it was selected."));
    assert_eq!(statuses(&app, &ids), [GrantStatus::Revoked, GrantStatus::Delivered, GrantStatus::Revoked]);
    let reason = app.read(|conn| grants::find(conn, &ids[0]).unwrap().revocation_reason);
    assert_eq!(reason.as_deref(), Some("Chargeback"));
}

#[test]
fn confirming_twice_does_it_once() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let ids = waiting(&app, &entitlement, 2);
    let mut agent = app.agent();
    let preview = choose(&mut agent, "hold", &ids).location();
    let fields = [("reason", "supplier"), ("until", "2026-07-01"), ("note", "Ordered")];
    let first = agent.post(&format!("{preview}/confirm"), &fields);
    let second = agent.post(&format!("{preview}/confirm"), &fields);
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.location(), second.location());
    app.run_jobs();
    assert!(agent.follow(first).heading().contains("2 of 2 grants paused"));
    assert_eq!(app.count("audit_entries WHERE action = 'grant.paused'"), 2);
    assert_eq!(app.count("audit_entries WHERE action = 'bulk.started'"), 1);
}

#[test]
fn what_a_form_lacks_is_said_beside_the_field_and_nothing_begins() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let ids = waiting(&app, &entitlement, 1);
    let mut admin = app.admin();
    let preview = choose(&mut admin, "revocation", &ids).location();
    let page = admin.post(&format!("{preview}/confirm"), &[("reason", " ")]);
    assert_eq!(page.status, 422);
    assert!(page.has("#reason-error"));
    let preview = choose(&mut admin, "hold", &ids).location();
    let page = admin.post(&format!("{preview}/confirm"), &[("reason", "other"), ("until", "soon"), ("note", "kept")]);
    assert_eq!(page.status, 422);
    assert!(page.has("#until-error"));
    assert_eq!(page.text_of("#note").trim(), "kept");
    app.run_jobs();
    assert_eq!(status(&app, &ids[0]), GrantStatus::Pending);
}

#[test]
fn grants_are_assigned_to_whoever_chose_them_and_e_mails_go_out_again() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let ids = waiting(&app, &entitlement, 2);
    let person = app.given().staff(Role::Agent);
    let mut agent = app.sign_in(&person.email, PASSWORD);
    choose(&mut agent, "claim", &ids);
    app.run_jobs();
    for id in &ids {
        assert_eq!(app.read(|conn| grants::find(conn, id).unwrap().handling.assigned_to), Some(person.id.clone()));
    }
    let delivered: Vec<GrantId> =
        ["ABCD-EFGH-JKLM-0001", "ABCD-EFGH-JKLM-0002"].map(|key| app.given().delivered_grant(key)).to_vec();
    app.run_outbox_until_empty();
    let before = app.mailbox.mails().len();
    let preview = choose(&mut agent, "emails", &delivered).location();
    assert_eq!(agent.get(&preview).status, 200);
    agent.post(&format!("{preview}/confirm"), &[]);
    app.run_jobs();
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails().len(), before + 2);
}

#[test]
fn a_grant_that_a_colleague_holds_is_left_to_them() {
    let app = spawn_app();
    let entitlement = with_stock(&app, 5);
    let ids = waiting(&app, &entitlement, 2);
    app.agent().post(&format!("/grants/{}/claim", ids[0]), &[]);
    let mut other = app.agent();
    let begun = choose(&mut other, "stock", &ids);
    app.run_jobs();
    let page = other.follow(begun);
    assert!(page.row("Customer 0").contains("A colleague holds it."), "{}", page.row("Customer 0"));
    assert_eq!(statuses(&app, &ids), [GrantStatus::Pending, GrantStatus::Delivered]);
}

#[test]
fn a_run_that_is_stopped_keeps_what_is_done_and_can_be_taken_up_again() {
    let app = spawn_app();
    let entitlement = with_stock(&app, 5);
    let ids = waiting(&app, &entitlement, 3);
    let mut agent = app.agent();
    let address = choose(&mut agent, "stock", &ids).location();
    let stopped = agent.post(&format!("{address}/stop"), &[]);
    assert!(agent.follow(stopped).text_of("main").contains("Stopped"));
    app.run_jobs();
    assert_eq!(status(&app, &ids[0]), GrantStatus::Pending);
    let twice = agent.post(&format!("{address}/stop"), &[]);
    assert!(agent.follow(twice).flash().contains("over already"));
    agent.post(&format!("{address}/again"), &[]);
    app.run_jobs();
    assert!(statuses(&app, &ids).iter().all(|status| *status == GrantStatus::Delivered));
}

#[test]
fn whoever_was_disabled_meanwhile_does_nothing_any_more() {
    let app = spawn_app();
    let entitlement = with_stock(&app, 5);
    let ids = waiting(&app, &entitlement, 2);
    let person = app.given().staff(Role::Agent);
    let mut agent = app.sign_in(&person.email, PASSWORD);
    choose(&mut agent, "stock", &ids);
    let status = format!("/staff/{}/status", person.id);
    app.admin().post(&status, &[("status", "disabled"), ("reason", "Left")]);
    app.run_jobs();
    assert!(statuses(&app, &ids).iter().all(|status| *status == GrantStatus::Pending));
}

#[test]
fn two_runs_over_the_same_grants_give_each_one_key() {
    let app = spawn_app();
    let entitlement = with_stock(&app, 40);
    let ids = waiting(&app, &entitlement, 15);
    let (mut one, mut other) = (app.agent(), app.agent());
    choose(&mut one, "stock", &ids);
    choose(&mut other, "stock", &ids);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| app.run_jobs());
        }
    });
    app.run_jobs();
    let keys: BTreeSet<String> = ids.iter().map(|id| delivered_key(&app, id).unwrap()).collect();
    assert_eq!(keys.len(), ids.len());
    assert_eq!(app.count("license_keys"), 15);
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails().len(), 15);
}

#[test]
fn the_report_names_every_grant_with_what_became_of_it() {
    let app = spawn_app();
    let entitlement = with_stock(&app, 1);
    let ids = waiting(&app, &entitlement, 2);
    let mut agent = app.agent();
    let address = choose(&mut agent, "stock", &ids).location();
    app.run_jobs();
    let report = agent.get(&format!("{address}/report.csv"));
    assert_eq!(report.status, 200);
    let lines: Vec<&str> = report.body.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].starts_with(ids[0].as_str()) && lines[1].contains("Delivered"));
    assert!(lines[2].starts_with(ids[1].as_str()) && lines[2].contains("The stock is empty."));
}

#[test]
fn what_a_run_delivered_is_undone_as_a_whole_until_its_e_mails_leave() {
    let app = TestApp::builder().with("undo", "20s").spawn();
    let entitlement = with_stock(&app, 3);
    let ids = waiting(&app, &entitlement, 3);
    let mut agent = app.agent();
    let address = choose(&mut agent, "stock", &ids).location();
    app.run_jobs();
    assert_eq!(app.count("license_keys"), 3);
    assert!(agent.get(&address).text_of(".note.ok").contains("The last e-mail leaves at"));
    let undoing = agent.post(&format!("{address}/undo"), &[]);
    app.run_jobs();
    assert!(agent.follow(undoing).heading().contains("3 of 3 deliveries undone"));
    assert!(statuses(&app, &ids).iter().all(|status| *status == GrantStatus::Pending));
    assert_eq!(app.count("license_keys"), 0);
    app.advance(jiff::SignedDuration::from_secs(30));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.mails().len(), 0);

    let address = choose(&mut agent, "stock", &ids).location();
    app.run_jobs();
    app.advance(jiff::SignedDuration::from_secs(20));
    app.run_outbox_until_empty();
    assert!(!agent.get(&address).has(".note.ok"), "too late");
    let undoing = agent.post(&format!("{address}/undo"), &[]);
    app.run_jobs();
    assert!(agent.follow(undoing).row("Customer 0").contains("Its e-mail has left."));
    assert!(statuses(&app, &ids).iter().all(|status| *status == GrantStatus::Delivered));
}
