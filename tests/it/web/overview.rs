//! The page a person begins with: what waits, what was done, what failed.

use jiff::SignedDuration;
use keydesk::domain::ids::GrantId;

use crate::support::smtp::{Behavior, Stage};
use crate::support::{Page, Receiver, TestApp, spawn_app};

/// A grant that was sold so many minutes ago.
fn sold(app: &TestApp, minutes: i64, name: &str) -> GrantId {
    let at = app.now() - SignedDuration::from_mins(minutes);
    app.given().pending_grant().for_customer(&format!("{minutes}@example.com")).named(name).sold_at(at).make()
}

fn strip(page: &Page) -> Vec<String> {
    page.texts_of(".strip > div")
}

fn per_day(page: &Page) -> Vec<String> {
    page.texts_of("[aria-labelledby=bars-t] tbody tr")
}

#[test]
fn strangers_sign_in_first() {
    let answer = spawn_app().anonymous().get("/");
    assert_eq!(answer.status, 303);
    assert!(["/login", "/login?next=%2F"].contains(&answer.location().as_str()));
}

#[test]
fn an_empty_installation_is_calm() {
    let app = spawn_app();
    let page = app.agent().get("/");
    assert_eq!((page.status, page.heading().as_str()), (200, "Good morning, Anna"));
    assert_eq!(page.text_of(".head p"), "Monday, 15 June 2026, 10:00");
    assert!(!page.has(".bad") && !page.has(".chart") && !page.has("main table") && !page.has(".strip"));
    assert!(page.body.contains("No sale has come in yet."));
}

#[test]
fn a_day_without_work_is_calm() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    assert_eq!(app.admin().post(&format!("/grants/{id}/revocation"), &[("reason", "Test")]).status, 303);
    let page = app.agent().get("/");
    assert!(!page.has("main [data-next]") && !page.has(".bad") && !page.has(".chart") && !page.has("main table"));
    assert_eq!(strip(&page)[0], "Oldest waiting–, nobody waiting");
    assert_eq!(strip(&page)[3], "Fulfilled today0, as many as by this time yesterday");
    assert!(page.body.contains("Nothing is waiting.") && page.body.contains("No delivery has failed."));
}

#[test]
fn figures_follow_what_was_done() {
    let app = spawn_app();
    for (minutes, key) in [(30, "KEY-1"), (90, "KEY-2"), (240, "KEY-3")] {
        app.given().fulfill(&sold(&app, minutes, "Yesterday"), key);
    }
    app.advance(SignedDuration::from_hours(24));
    for (minutes, key) in [(10, "KEY-4"), (38, "KEY-5"), (125, "KEY-6"), (348, "KEY-7")] {
        app.given().fulfill(&sold(&app, minutes, "Today"), key);
    }
    let page = app.viewer().get("/");
    assert_eq!(strip(&page)[2], "Median wait today38 min, target 4 h");
    assert_eq!(strip(&page)[3], "Fulfilled today4, 1 more than by this time yesterday");
    let days = per_day(&page);
    assert_eq!((days.len(), days[0].as_str(), days[28].as_str()), (31, "17 May0", "14 Jun0"));
    assert_eq!((days[29].as_str(), days[30].as_str()), ("15 Jun3", "16 Jun4"));
    assert_eq!(page.texts_of("#bars-d li"), ["7 total", "Best day 4 on 16 Jun", "Today 4 so far"]);
    let waits = page.texts_of("[aria-labelledby=wait-t] tbody tr");
    assert_eq!((waits.len(), waits[12].as_str()), (15, "14 Jun–––"));
    assert_eq!((waits[13].as_str(), waits[14].as_str()), ("15 Jun1:304:004:00", "16 Jun0:385:485:48"));
    assert_eq!(page.count("[aria-labelledby=bars-t] rect"), 31);
    let last = page.attributes("[aria-labelledby=bars-t] rect", "height");
    assert_eq!((last[29].as_str(), last[30].as_str()), ("75.0", "100.0"));
    assert!(!page.body.contains(" style="));
}

#[test]
fn late_is_marked_and_leads_to_its_form() {
    let app = spawn_app();
    let late = sold(&app, 348, "Gemeindewerke Ober-Schleißheim");
    sold(&app, 240, "Right on target");
    sold(&app, 192, "Soon late");
    sold(&app, 60, "Fresh");
    sold(&app, 5, "Fifth");
    let mut agent = app.agent();
    let page = agent.get("/");
    assert_eq!(strip(&page)[0], "Oldest waiting5 h 48 min, 1 h 48 min over the 4 h target");
    assert_eq!(strip(&page)[1], "Past target1, of 5 pending");
    assert_eq!(page.texts_of(".strip .bad dt"), ["Oldest waiting", "Past target"]);
    assert_eq!(page.rows().len(), 4);
    assert!(page.row("Gemeindewerke").ends_with("5 h 48 min, past target"), "{}", page.row("Gemeindewerke"));
    assert_eq!(page.attributes(".bar", "class"), ["bar c-bad", "bar c-warn", "bar c-warn", "bar "]);
    assert_eq!(page.attributes(".bar rect", "width"), ["100", "100", "80", "25"]);
    assert_eq!(page.attribute("[data-row]", "href"), Some(format!("/grants/{late}/fulfillment/new")));
    assert_eq!(page.text_of("[data-next]"), "Take next of 5 n");
    let answer = agent.post("/grants/take-next", &[]);
    assert_eq!(answer.location(), format!("/grants/{late}/fulfillment/new"));
    let viewer = app.viewer().get("/");
    assert!(!viewer.has("[data-next]") && !viewer.has("form[action='/grants/take-next']"));
    assert_eq!(viewer.attribute("[data-row]", "href"), Some(format!("/grants/{late}")));
}

#[test]
fn refused_mail_is_quoted_and_escaped() {
    let app = spawn_app();
    let id = sold(&app, 5, "Oliver <b>Brandt</b>");
    app.given().fulfill(&id, "KEY-1");
    app.mailbox.always(Behavior::Reply(Stage::Rcpt, "550 5.1.1 <i>User</i> unknown".to_owned()));
    app.run_outbox_until_empty();
    let page = app.agent().get("/");
    assert!(page.text_of("[aria-labelledby=fail-t] code").contains("550 5.1.1 <i>User</i> unknown"), "{}", page.body);
    assert!(page.row("Oliver").contains("Oliver <b>Brandt</b>"));
    assert_eq!(
        page.attribute("[aria-labelledby=fail-t] time", "datetime").as_deref(),
        Some("2026-06-15T10:00:00+00:00")
    );
    assert_eq!(page.attribute("[aria-labelledby=fail-t] [data-row]", "href"), Some(format!("/grants/{id}")));
}

#[test]
fn the_page_is_german_and_its_days_are_the_readers() {
    let app = spawn_app();
    app.advance(SignedDuration::from_hours(13));
    app.given().delivered_grant("KEY-1");
    sold(&app, 250, "Jürgen Müllenhoff");
    let mut agent = app.agent();
    agent.post("/preferences", &[("language", "de"), ("time_zone", "Europe/Berlin")]);
    agent.post("/preferences", &[("time_zone", "Europe/Berlin")]);
    let page = agent.get("/");
    assert_eq!(page.heading(), "Guten Abend, Anna Bergmann");
    assert_eq!(page.text_of(".head p"), "Dienstag, 16. Juni 2026, 01:00 Uhr");
    assert_eq!(per_day(&page)[30], "16.6.1");
    assert_eq!(strip(&page)[1], "Über dem Ziel1, von 1 ausstehenden");
    assert!(page.text_of("[data-next]").starts_with("Nächste von 1 übernehmen"));
    assert!(!page.body.contains("overview-"));
}

#[test]
fn admins_are_warned_where_keys_may_travel_in_clear() {
    for (url, is_warned) in [
        ("smtp://mail.example", true),
        ("smtp://mail.example?tls=required", false),
        ("smtps://mail.example", false),
        ("smtp://127.0.0.1:2525", false),
    ] {
        let app = TestApp::builder().with("smtp_url", url).spawn();
        let warning = "may be sent unencrypted";
        assert_eq!(app.admin().get("/").body.contains(warning), is_warned, "{url}");
        assert!(!app.agent().get("/").body.contains(warning), "{url}");
    }
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    let mut admin = app.admin();
    let made = admin.post("/webhooks", &[("url", &receiver.url())]);
    assert_eq!(made.status, 303, "{}", made.body);
    let page = made.location();
    for path in ["/webhooks".to_owned(), page.clone(), format!("{page}/edit")] {
        assert!(admin.get(&path).body.contains("Sent unencrypted"), "{path}");
    }
    assert!(!admin.get("/webhooks/new").body.contains("Sent unencrypted"));
}
