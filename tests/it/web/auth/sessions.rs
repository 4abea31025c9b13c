//! Signing in and out.

use jiff::SignedDuration;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::staff::Role;
use keydesk::usecases::staff::disable::disable_staff;

use crate::support::given::PASSWORD;
use crate::support::{TestApp, Visitor, spawn_app};

const SESSION: &str = "keydesk_session";

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

fn try_in(visitor: &mut Visitor, email: &str, password: &str) -> crate::support::Page {
    visitor.post("/login", &[("email", email), ("password", password)])
}

fn is_signed_in(visitor: &mut Visitor) -> bool {
    visitor.get("/nowhere").has("#me")
}

#[test]
fn signing_in_leads_to_where_one_wanted_to_be() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    let sent_away = visitor.get("/grants?status=failed&q=a%20b");
    assert_eq!(
        (sent_away.status, sent_away.location().as_str()),
        (303, "/login?next=/grants%3Fstatus%3Dfailed%26q%3Da%2520b")
    );
    let page = visitor.get(&sent_away.location());
    assert_eq!((page.status, page.heading().as_str()), (200, "Sign in"));
    let next = page.field("next").value;
    let answer =
        visitor.post("/login", &[("email", &person.email.to_uppercase()), ("password", PASSWORD), ("next", &next)]);
    assert_eq!((answer.status, answer.location().as_str()), (303, "/grants?status=failed&q=a%20b"));
    assert!(is_signed_in(&mut visitor));
}

#[test]
fn somebody_who_is_signed_in_does_not_see_the_sign_in_page() {
    let app = spawn_app();
    let page = app.agent().get("/login?next=/audit");
    assert_eq!((page.status, page.location().as_str()), (303, "/audit"));
}

#[test]
fn a_wrong_password_and_an_unknown_address_are_told_the_same() {
    let app = spawn_app();
    let person = app.given().staff(Role::Admin);
    let mut visitor = app.anonymous();
    let wrong = try_in(&mut visitor, &person.email, "not the password at all");
    let unknown = try_in(&mut visitor, "nobody@desk.example", "not the password at all");
    let nonsense = try_in(&mut visitor, "\u{0}<script>", "");
    for page in [&wrong, &unknown, &nonsense] {
        assert_eq!(page.status, 422);
        assert_eq!(page.errors(), ["E-mail address or password is wrong."]);
        assert_eq!(page.title(), "Error: Sign in – Keydesk");
        assert!(!page.body.contains("not the password"), "the password is never sent back");
    }
    assert_eq!(wrong.field("email").value, person.email);
    assert!(wrong.field("email").error.is_some());
    assert!(!nonsense.body.contains("<script>"));
}

#[test]
fn a_disabled_person_is_thrown_out_and_cannot_come_back() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    assert!(is_signed_in(&mut visitor));
    disable_staff(app.context(), &person.id, &Actor::system(SystemPart::CommandLine)).unwrap();
    assert_eq!(visitor.get("/").status, 303);
    let again = try_in(&mut app.anonymous(), &person.email, PASSWORD);
    assert_eq!((again.status, again.errors()), (422, vec!["E-mail address or password is wrong.".to_owned()]));
}

#[test]
fn signing_out_ends_the_session_on_the_server() {
    let app = spawn_app();
    let mut visitor = app.agent();
    visitor.get("/nowhere");
    let stolen = visitor.cookies.clone();
    let answer = visitor.post("/logout", &[]);
    assert_eq!((answer.status, answer.location().as_str()), (303, "/login"));
    assert!(answer.header("clear-site-data").is_some());
    let mut thief = app.anonymous();
    thief.cookies = stolen;
    assert!(!is_signed_in(&mut thief));
}

#[test]
fn signing_in_again_gives_a_new_session_and_ends_the_old_one() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    visitor.get("/login");
    let mut stale = app.anonymous();
    stale.cookies = visitor.cookies.clone();
    let token = visitor.token();
    try_in(&mut visitor, &person.email, PASSWORD);
    let first = visitor.cookies[SESSION].clone();
    // The sign-in page was open in a second tab.
    let origin = visitor.origin();
    let fields = [("csrf_token", token.as_str()), ("email", &person.email), ("password", PASSWORD)];
    assert_eq!(visitor.post_raw("/login", &fields, &[("origin", &origin)]).status, 303);
    assert_ne!(visitor.cookies[SESSION], first);
    assert!(is_signed_in(&mut visitor));
    stale.cookies.insert(SESSION.to_owned(), first);
    assert!(!is_signed_in(&mut stale));
}

#[test]
fn five_wrong_passwords_are_free_then_the_account_waits_longer_each_time() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    for _ in 0..5 {
        assert_eq!(try_in(&mut visitor, &person.email, "wrong").status, 422);
    }
    let refused = try_in(&mut visitor, &person.email, PASSWORD);
    assert_eq!(refused.status, 429);
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
    assert_eq!(refused.field("email").value, person.email);

    app.advance(minutes(1));
    assert_eq!(try_in(&mut visitor, &person.email, "wrong").status, 422);
    app.advance(minutes(1));
    assert_eq!(try_in(&mut visitor, &person.email, PASSWORD).status, 429, "the second wait is longer");
    app.advance(minutes(1));
    assert_eq!(try_in(&mut visitor, &person.email, PASSWORD).status, 303, "and none is for ever");
    let mut other = app.anonymous();
    assert_eq!(try_in(&mut other, &person.email, "wrong").status, 422, "success starts the count afresh");
}

#[test]
fn twenty_wrong_passwords_make_an_address_wait_whatever_the_account() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    for number in 0..20 {
        assert_eq!(try_in(&mut visitor, &format!("guess{number}@desk.example"), "wrong").status, 422);
    }
    let refused = try_in(&mut visitor, &person.email, PASSWORD);
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").is_some());
    app.advance(minutes(1));
    assert_eq!(try_in(&mut visitor, &person.email, PASSWORD).status, 303);
    app.advance(minutes(1));
    assert_eq!(
        try_in(&mut app.anonymous(), &person.email, PASSWORD).status,
        303,
        "success is no failure of the address"
    );
}

#[test]
fn many_guesses_at_once_count_like_many_in_a_row() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let tries: Vec<_> = (0..12)
        .map(|_| {
            let (mut visitor, email) = (app.anonymous(), person.email.clone());
            std::thread::spawn(move || try_in(&mut visitor, &email, "wrong").status)
        })
        .collect();
    let answers: Vec<u16> = tries.into_iter().map(|guess| guess.join().unwrap()).collect();
    assert_eq!(answers.iter().filter(|status| **status == 422).count(), 5, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 7, "{answers:?}");
}

#[test]
fn a_session_ends_after_an_hour_without_a_request() {
    let app = spawn_app();
    let mut visitor = app.agent();
    for _ in 0..3 {
        app.advance(minutes(59));
        assert!(is_signed_in(&mut visitor));
    }
    app.advance(minutes(60));
    assert!(!is_signed_in(&mut visitor));
}

#[test]
fn a_session_ends_after_twelve_hours_in_any_case() {
    let app = spawn_app();
    let mut visitor = app.agent();
    for _ in 0..23 {
        app.advance(minutes(30));
        assert!(is_signed_in(&mut visitor));
    }
    app.advance(minutes(30));
    assert!(!is_signed_in(&mut visitor));
}

#[test]
fn the_limits_are_settings() {
    let app = TestApp::builder().with("session_idle", "2m").with("session_max", "5m").spawn();
    let mut visitor = app.agent();
    for _ in 0..4 {
        app.advance(SignedDuration::from_secs(61));
        assert!(is_signed_in(&mut visitor));
    }
    app.advance(SignedDuration::from_secs(61));
    assert!(!is_signed_in(&mut visitor));
    let mut visitor = app.agent();
    app.advance(minutes(2));
    assert!(!is_signed_in(&mut visitor));
}

#[test]
fn the_session_survives_a_restart() {
    let mut app = spawn_app();
    let mut visitor = app.agent();
    app.restart();
    visitor.address = app.address;
    assert!(is_signed_in(&mut visitor));
}

#[test]
fn the_sign_in_page_speaks_german_when_asked() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    visitor.language = "de-AT,de;q=0.9,en;q=0.5".to_owned();
    assert_eq!(visitor.get("/login").heading(), "Anmelden");
    visitor.language = "en".to_owned();
    assert_eq!(visitor.get("/login?lang=de&next=/audit").heading(), "Anmelden");
    let refused = try_in(&mut visitor, &person.email, "wrong");
    assert_eq!(refused.errors(), ["E-Mail-Adresse oder Passwort ist falsch."]);
    assert_eq!(refused.attribute("html", "lang").as_deref(), Some("de"));
}

#[test]
fn preferences_hold_for_every_page_after() {
    let app = spawn_app();
    let mut visitor = app.agent();
    visitor.get("/nowhere");
    let answer = visitor.post("/preferences", &[("language", "de"), ("next", "/nowhere?a=1")]);
    assert_eq!((answer.status, answer.location().as_str()), (303, "/nowhere?a=1"));
    for (field, value) in [("theme", "dark"), ("shortcuts", "off"), ("time_zone", "europe/berlin")] {
        assert_eq!(visitor.post("/preferences", &[(field, value)]).status, 303);
    }
    let page = visitor.get("/nowhere");
    assert_eq!(page.attribute("html", "lang").as_deref(), Some("de"));
    assert_eq!(page.attribute("html", "data-theme").as_deref(), Some("dark"));
    assert_eq!(page.attribute("html", "data-shortcuts").as_deref(), Some("off"));
    assert!(page.text_of(".foot").contains("Europe/Berlin (MESZ)"), "{}", page.text_of(".foot"));
    for (field, value) in [
        ("language", "xx"),
        ("theme", "pink"),
        ("shortcuts", "2"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
    ] {
        assert_eq!(visitor.post("/preferences", &[(field, value)]).status, 422, "{field}={value}");
    }
    let next = visitor.post("/preferences", &[("theme", "light"), ("next", "//evil.example/")]);
    assert_eq!(next.location(), "/");
}

#[test]
fn two_people_behind_one_address_sign_in_at_the_same_moment() {
    let app = TestApp::builder().with_system_clock().spawn();
    let emails: Vec<String> = (0..8).map(|_| app.given().staff(Role::Viewer).email).collect();
    let barrier = std::sync::Barrier::new(emails.len());
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = emails
            .iter()
            .map(|email| {
                let (app, barrier) = (&app, &barrier);
                scope.spawn(move || {
                    let mut visitor = app.anonymous();
                    visitor.get("/login");
                    barrier.wait();
                    visitor.post("/login", &[("email", email), ("password", PASSWORD)]).status
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(answers, [303; 8]);
}

#[test]
fn a_restart_forgives_no_wrong_passwords_and_the_right_one_works_later() {
    let mut app = spawn_app();
    let person = app.given().staff(Role::Agent);
    for _ in 0..5 {
        assert_eq!(try_in(&mut app.anonymous(), &person.email, "not the password at all").status, 422);
    }
    app.restart();
    assert_eq!(try_in(&mut app.anonymous(), &person.email, PASSWORD).status, 429);
    app.advance(minutes(1));
    assert_eq!(try_in(&mut app.anonymous(), &person.email, PASSWORD).status, 303);
    let log = app.admin().get("/audit?action=staff.login_delayed");
    assert_eq!(log.rows().len(), 1, "the delay stands in the log");
}

#[test]
fn two_sign_in_pages_that_were_opened_at_once_both_work_in_the_end() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    let stale = visitor.get("/login").csrf_token().unwrap();
    visitor.cookies.clear();
    visitor.get("/login");
    let origin = visitor.origin();
    let fields = [("csrf_token", stale.as_str()), ("email", &person.email), ("password", PASSWORD)];
    let page = visitor.post_raw("/login", &fields, &[("origin", &origin)]);
    assert_eq!((page.status, page.field("email").value), (403, person.email.clone()), "nothing typed is lost");
    assert!(page.errors()[0].contains("out of date"));
    assert_eq!(visitor.post("/login", &[("email", &person.email), ("password", PASSWORD)]).status, 303);
}
