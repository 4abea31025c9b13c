//! Links by the form: each platform, what is refused, who was faster.

use std::sync::Barrier;

use keydesk::domain::entitlement::{IntegrationType, IssueSettings};
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::license_key::expiry::{Interval, ValidityPeriod};

use super::{LINK, PLATFORMS, discord, grant, path, send, waiting_for};
use crate::support::spawn_app;

#[test]
fn a_grant_of_each_platform_is_delivered_with_a_link_of_it() {
    let app = spawn_app();
    let mut agent = app.agent();
    for (kind, link, _) in PLATFORMS {
        let id = waiting_for(&app, kind);
        let form = agent.get(&format!("{}/new", path(&id)));
        assert_eq!(form.status, 200, "{}", form.body);
        assert!(form.has("input#url[autofocus]") && !form.has("#key") && !form.has("#activations_limit"), "{kind:?}");
        let done = send(&mut agent, &id, &[("url", &format!(" {link}\n"))]);
        assert_eq!(done.location(), format!("/grants/{id}"), "{kind:?} {}", done.body);
        let page = agent.follow(done);
        assert!(page.flash().starts_with("Delivered."), "{}", page.flash());
        assert!(!page.body.contains(link), "hidden until it is revealed");
        assert_eq!(grant(&app, &id).status, GrantStatus::Delivered);
        let revealed = agent.post(&format!("/grants/{id}/reveal"), &[]);
        assert_eq!(revealed.text_of(".slip code"), link);
    }
}

#[test]
fn what_is_no_link_of_the_platform_is_refused_at_the_field_and_stays() {
    let app = spawn_app();
    let mut agent = app.agent();
    for (kind, link, look_alike) in PLATFORMS {
        let id = waiting_for(&app, kind);
        let http = link.replacen("https", "http", 1);
        let front_page = format!("https://{}/", link.trim_start_matches("https://").split('/').next().unwrap());
        let mut wrong = vec!["", "hello", "https://example.com/", "javascript:alert(1)", &http, look_alike];
        if kind != IntegrationType::Notion {
            wrong.push(&front_page);
        }
        for text in wrong {
            let page = send(&mut agent, &id, &[("url", text), ("customer_note", "See you there")]);
            assert_eq!(page.status, 422, "{kind:?} {text}");
            let field = page.field("url");
            assert!(field.error.is_some_and(|error| error.contains("https://")), "{kind:?} {text}");
            assert_eq!((field.value, page.field("customer_note").value), (text.to_owned(), "See you there".to_owned()));
        }
        assert_eq!(grant(&app, &id).status, GrantStatus::Pending, "{kind:?}");
    }
    assert_eq!(app.run_outbox_until_empty(), 0);
}

#[test]
fn the_preview_and_the_hint_say_which_link_is_meant() {
    let app = spawn_app();
    let community = app.given().other_entitlement(IntegrationType::Discord);
    let id = app.given().pending_grant().of(&community).with_locale("de").with_payment("pay_1").make();
    let mut agent = app.agent();
    let form = agent.get(&format!("{}/new", path(&id)));
    assert!(form.text_of("#url-hint").contains(LINK), "{}", form.text_of("#url-hint"));
    let preview = agent.post(&format!("{}/preview", path(&id)), &[("url", LINK), ("expires_at", "31.12.2026")]);
    assert_eq!(preview.status, 200, "{}", preview.body);
    let mail = preview.text_of(".mail");
    for part in ["Ihr Zugang zu", "Ihr Link zu Discord", LINK, "31. Dezember 2026", "pay_1"] {
        assert!(mail.contains(part), "{part} in {mail}");
    }
    let empty = agent.post(&format!("{}/preview", path(&id)), &[("url", "")]);
    assert_eq!((empty.errors().len(), empty.text_of(".mail .slip")), (0, "(der Link)".to_owned()));
    let wrong = agent.post(&format!("{}/preview", path(&id)), &[("url", "https://example.com/x")]);
    assert!(wrong.field("url").error.is_some());
}

#[test]
fn a_link_ends_when_that_was_chosen_or_as_its_entitlement_says() {
    let app = spawn_app();
    let month = IssueSettings { validity_period: ValidityPeriod::new(1, Interval::Month), ..IssueSettings::manual() };
    let community = discord(&app, month);
    let agent = app.api_key(keydesk::domain::staff::Role::Agent);
    for (link, chosen, end) in [
        ("https://discord.gg/chosen1", "2026-12-31", "2026-12-31T23:59:59Z"),
        ("https://discord.gg/default1", "", "2026-07-15T10:00:00Z"),
    ] {
        let id = app.given().pending_grant().of(&community).make();
        let past = send(&mut app.agent(), &id, &[("url", link), ("expires_at", "2020-01-01")]);
        assert!(past.field("expires_at").error.is_some(), "{}", past.body);
        assert_eq!(send(&mut app.agent(), &id, &[("url", link), ("expires_at", chosen)]).status, 303);
        let shown = agent.get(&format!("/grants/{id}")).json();
        assert_eq!((&shown["oauth_url"], &shown["oauth_expires_at"]), (&link.into(), &end.into()));
    }
}

#[test]
fn a_link_is_issued_once_unless_it_is_shared() {
    let app = spawn_app();
    let mut agent = app.agent();
    let first = waiting_for(&app, IntegrationType::Discord);
    assert_eq!(send(&mut agent, &first, &[("url", LINK)]).status, 303);
    let second = waiting_for(&app, IntegrationType::Discord);
    let again = send(&mut agent, &second, &[("url", LINK)]);
    assert_eq!(again.status, 422);
    assert!(again.text_of("#url-error").contains(first.as_str()), "{}", again.text_of("#url-error"));
    let shared = discord(&app, IssueSettings { key_is_shared: true, ..IssueSettings::manual() });
    for _ in 0..2 {
        let id = app.given().pending_grant().of(&shared).make();
        assert_eq!(send(&mut agent, &id, &[("url", "https://discord.gg/open")]).status, 303);
    }
}

#[test]
fn of_two_people_one_delivers_and_the_other_is_shown_what_they_entered() {
    let app = spawn_app();
    let id = waiting_for(&app, IntegrationType::Figma);
    let links = ["https://www.figma.com/file/one", "https://www.figma.com/file/two"];
    let barrier = Barrier::new(2);
    let pages: Vec<_> = std::thread::scope(|scope| {
        let send_one = |link: &'static str| {
            let (app, id, barrier) = (&app, &id, &barrier);
            scope.spawn(move || {
                let mut agent = app.agent();
                let key = agent.get(&format!("{}/new", path(id))).field("idempotency_key").value;
                barrier.wait();
                agent.post(&path(id), &[("url", link), ("idempotency_key", &key)])
            })
        };
        links.map(send_one).map(|thread| thread.join().unwrap()).into()
    });
    let mut statuses: Vec<u16> = pages.iter().map(|page| page.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let (late, link) = pages.iter().zip(links).find(|(page, _)| page.status == 409).unwrap();
    assert!(late.text_of(".slip code").contains(link), "{}", late.body);
    assert!(late.body.contains("This link has not been issued to anyone"), "{}", late.body);
    assert_eq!(app.run_outbox_until_empty(), 1);
}

#[test]
fn people_are_given_grants_of_platforms_as_the_next_ones_but_no_features() {
    let app = spawn_app();
    let mut agent = app.agent();
    let feature = app.given().other_entitlement(IntegrationType::FeatureFlag);
    app.given().pending_grant().of(&feature).make();
    let id = waiting_for(&app, IntegrationType::Notion);
    let taken = agent.post("/grants/take-next", &[]);
    assert_eq!(taken.location(), format!("{}/new", path(&id)));
    let done = send(&mut agent, &id, &[("url", "https://notion.so/Kit"), ("then", "next")]);
    let next = agent.follow(done);
    assert!(next.flash().contains("No other free grants are waiting"), "{}", next.flash());
}

#[test]
fn the_language_of_the_page_is_german_too() {
    let app = spawn_app();
    let id = waiting_for(&app, IntegrationType::Telegram);
    let mut agent = app.agent();
    agent.post("/preferences", &[("language", "de")]);
    let page = agent.get(&format!("{}/new", path(&id)));
    assert!(page.body.contains("Link zu Telegram"), "{}", page.body);
    let wrong = send(&mut agent, &id, &[("url", "https://example.com/x")]);
    assert!(wrong.field("url").error.is_some_and(|error| error.contains("führt nicht zu Telegram")), "{}", wrong.body);
}
