//! Failures are counted where they come from: nobody keeps others out of their accounts, and nobody fills the log.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Barrier;

use diesel::prelude::*;
use jiff::SignedDuration;
use keydesk::domain::page::PageStart;
use keydesk::domain::staff::Role;
use keydesk::storage::audit_log;
use keydesk::storage::audit_log::list::AuditFilter;
use keydesk::storage::schema::audit_entries;
use keydesk::storage::staff;
use keydesk::usecases::staff::reset_password::reset_staff_password;

use super::second_factor::{first_step, type_code};
use crate::support::client::encode;
use crate::support::given::{PASSWORD, Person, actor};
use crate::support::{Page, TestApp, Visitor};

const NEW: &str = "a brand new harbor at dawn";
const STRANGER: &str = "203.0.113.9";

fn behind_proxy() -> TestApp {
    TestApp::builder().with("trusted_proxies", "127.0.0.0/8").spawn()
}

fn try_in(visitor: &mut Visitor, email: &str, password: &str) -> Page {
    visitor.post("/login", &[("email", email), ("password", password)])
}

/// A wrong password from each of so many networks; how many were looked at.
fn guess_from_everywhere(app: &TestApp, email: &str, networks: std::ops::Range<usize>) -> usize {
    let guess = |number: usize| {
        let mut visitor = app.anonymous_at(&format!("2001:db8:{number:x}::1"));
        try_in(&mut visitor, email, "a wrong password").status == 422
    };
    networks.filter(|number| guess(*number)).count()
}

fn reset(app: &TestApp, person: &Person) {
    let found = app.read(|conn| staff::find(conn, &person.id).unwrap()).unwrap();
    reset_staff_password(app.context(), &found, NEW, &actor()).unwrap();
}

#[test]
fn the_page_and_the_log_name_the_same_delay() {
    let app = behind_proxy();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous_at(STRANGER);
    for _ in 0..5 {
        assert_eq!(try_in(&mut visitor, &person.email, "a wrong password").status, 422);
    }
    let page = try_in(&mut visitor, &person.email, PASSWORD);
    assert_eq!((page.status, page.header("retry-after")), (429, Some("60")));
    assert!(page.errors()[0].contains("in 1 minute."), "{:?}", page.errors());
    let filter = AuditFilter { action: Some("staff.login_delayed".to_owned()), ..AuditFilter::default() };
    let log = app.read(|conn| audit_log::list::list(conn, &filter, &PageStart::Start, 10).unwrap());
    let minutes = log.rows[0].changes.iter().find(|change| change.field == "minutes");
    assert_eq!(minutes.and_then(|change| change.after.as_deref()), Some("1"));
}

#[test]
fn one_stranger_who_keeps_polling_never_keeps_the_owner_out() {
    let app = behind_proxy();
    let person = app.given().staff(Role::Agent);
    let mut stranger = app.anonymous_at(STRANGER);
    let mut inside = app.anonymous_at("192.0.2.1");
    assert_eq!(try_in(&mut inside, &person.email, PASSWORD).status, 303);
    let mut looked_at = 0;
    for minute in 0..600 {
        looked_at += usize::from(try_in(&mut stranger, &person.email, "a wrong password").status == 422);
        if minute % 50 == 49 {
            let mut owner = app.anonymous_at(&format!("198.51.100.{}", minute % 200));
            assert_eq!(try_in(&mut owner, &person.email, PASSWORD).status, 303, "minute {minute}");
            assert_eq!(inside.get("/account").status, 200);
            let refused = inside.post("/account/second-factor/removal", &[("password_for_removal", PASSWORD)]);
            assert_eq!(refused.status, 303, "the password is confirmed");
        }
        app.advance(SignedDuration::from_mins(1));
    }
    assert!((10..=25).contains(&looked_at), "{looked_at}");
    inside.get("/account");
    let fields = [("current_password", PASSWORD), ("new_password", NEW)];
    assert_eq!(inside.post("/account/password", &fields).status, 303);
}

#[test]
fn guesses_from_many_networks_slow_the_account_but_not_a_browser_that_signed_in_before() {
    let app = behind_proxy();
    let person = app.given().staff(Role::Agent);
    let mut known = app.anonymous_at("192.0.2.1");
    assert_eq!(try_in(&mut known, &person.email, PASSWORD).status, 303);
    let cookie = known.cookies["keydesk_browser"].clone();
    assert!(!cookie.contains(person.id.as_str()));
    let looked_at = guess_from_everywhere(&app, &person.email, 0..60);
    assert_eq!(looked_at, 50, "as many as are free");

    let mut elsewhere = app.anonymous_at("198.51.100.7");
    let refused = try_in(&mut elsewhere, &person.email, PASSWORD);
    assert_eq!((refused.status, refused.header("retry-after").is_some()), (429, true));
    let mut again = app.anonymous_at("198.51.100.8");
    again.cookies.insert("keydesk_browser".to_owned(), cookie.clone());
    assert_eq!(try_in(&mut again, &person.email, PASSWORD).status, 303, "wherever the browser is");
    again.cookies.remove("keydesk_session");
    for _ in 0..5 {
        assert_eq!(try_in(&mut again, &person.email, "a wrong password").status, 422);
    }
    assert_eq!(try_in(&mut again, &person.email, PASSWORD).status, 429, "a stolen browser guesses no better");

    let other = app.given().staff(Role::Agent);
    guess_from_everywhere(&app, &other.email, 100..160);
    let mut stranger = app.anonymous_at("198.51.100.9");
    stranger.cookies.insert("keydesk_browser".to_owned(), cookie);
    assert_eq!(try_in(&mut stranger, &other.email, PASSWORD).status, 429, "known to one account only");

    reset(&app, &person);
    assert_eq!(try_in(&mut app.anonymous_at("198.51.100.10"), &person.email, NEW).status, 303, "a reset lifts it");
}

#[test]
fn a_new_day_begins_without_the_guesses_of_the_day_before() {
    let app = behind_proxy();
    let person = app.given().staff(Role::Agent);
    guess_from_everywhere(&app, &person.email, 0..55);
    assert_eq!(try_in(&mut app.anonymous_at("198.51.100.7"), &person.email, PASSWORD).status, 429);
    app.advance(SignedDuration::from_hours(24));
    assert_eq!(try_in(&mut app.anonymous_at("198.51.100.7"), &person.email, PASSWORD).status, 303);
}

#[test]
fn an_unknown_address_is_slowed_down_just_like_a_known_one() {
    let app = behind_proxy();
    let person = app.given().staff(Role::Agent);
    let (known, unknown) = (person.email.as_str(), "nobody@desk.example");
    let statuses = |email: &str, first: usize| -> Vec<u16> {
        let mut one = app.anonymous_at(&format!("198.51.100.{first}"));
        let same: Vec<u16> = (0..7).map(|_| try_in(&mut one, email, "a wrong password").status).collect();
        let spread = guess_from_everywhere(&app, email, first * 100..first * 100 + 50);
        same.into_iter().chain([u16::try_from(spread).unwrap()]).collect()
    };
    assert_eq!(statuses(known, 1), statuses(unknown, 2));
}

#[test]
fn several_people_can_share_a_browser_and_it_is_known_to_each() {
    let app = behind_proxy();
    let people = [app.given().staff(Role::Agent), app.given().staff(Role::Agent)];
    let mut shared = app.anonymous_at("192.0.2.1");
    for person in &people {
        shared.cookies.remove("keydesk_session");
        assert_eq!(try_in(&mut shared, &person.email, PASSWORD).status, 303);
    }
    for (number, person) in people.iter().enumerate() {
        guess_from_everywhere(&app, &person.email, number * 100..number * 100 + 55);
        shared.cookies.remove("keydesk_session");
        assert_eq!(try_in(&mut shared, &person.email, PASSWORD).status, 303);
    }
}

#[test]
fn wrong_codes_from_elsewhere_do_not_keep_the_owner_out() {
    let app = behind_proxy();
    let person = app.given().staff(Role::Agent);
    let (phone, _) = app.given().second_factor(&person);
    let mut thief = first_step(&app, &person);
    thief.comes_from = Some(STRANGER.to_owned());
    for _ in 0..5 {
        assert_eq!(type_code(&mut thief, "000000").status, 422);
    }
    assert_eq!(type_code(&mut thief, "000000").status, 429);
    let mut owner = first_step(&app, &person);
    owner.comes_from = Some("198.51.100.7".to_owned());
    assert_eq!(type_code(&mut owner, &phone.next_code(&app)).status, 303);
    let cookie = owner.cookies["keydesk_browser"].clone();
    for number in 0..60 {
        let mut bot = first_step(&app, &person);
        bot.comes_from = Some(format!("2001:db8:{number:x}::1"));
        type_code(&mut bot, "000000");
    }
    let mut elsewhere = first_step(&app, &person);
    elsewhere.comes_from = Some("198.51.100.9".to_owned());
    assert_eq!(type_code(&mut elsewhere, &phone.next_code(&app)).status, 429, "many networks slow it down");
    elsewhere.cookies.insert("keydesk_browser".to_owned(), cookie);
    assert_eq!(type_code(&mut elsewhere, &phone.next_code(&app)).status, 303, "but not a known browser");
}

#[test]
fn one_network_asks_for_twenty_links_however_many_addresses_it_has() {
    let app = behind_proxy();
    let ask = |address: String, email: String| {
        let mut visitor = app.anonymous_at(&address);
        visitor.get("/forgotten-password");
        visitor.post("/forgotten-password", &[("email", &email)]).status
    };
    let answers: Vec<u16> =
        (0..40).map(|number| ask(format!("2001:db8::{number:x}"), format!("guess{number}@desk.example"))).collect();
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 20, "{answers:?}");
    assert_eq!(ask("2001:db8:0:1::1".to_owned(), "guess@desk.example".to_owned()), 303, "another network");
    let mapped: Vec<u16> = (0..30)
        .map(|number| {
            let address = if number % 2 == 0 { "192.0.2.77" } else { "::ffff:192.0.2.77" };
            ask(address.to_owned(), format!("other{number}@desk.example"))
        })
        .collect();
    assert_eq!(mapped.iter().filter(|status| **status == 303).count(), 20, "{mapped:?}");
}

#[test]
fn strangers_cannot_fill_the_log_and_what_concerns_people_is_always_written() {
    let app = behind_proxy();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    visitor.get("/forgotten-password");
    let mut ask = |number: usize, email: &str| {
        visitor.comes_from = Some(format!("2001:db8:{number:x}::1"));
        assert_eq!(visitor.post("/forgotten-password", &[("email", email)]).status, 303);
    };
    let entries = |object: &str| {
        let of_object = audit_entries::table.filter(audit_entries::object_id.eq(object));
        app.read(|conn| of_object.count().get_result::<i64>(conn).unwrap())
    };
    for number in 0..1_030 {
        ask(number, &format!("guess{number}@desk.example"));
    }
    assert_eq!(entries("unknown"), 601, "the 1,024th tells how many there were");
    ask(2_000, &person.email);
    assert_eq!(entries(person.id.as_str()), 1);
    for number in 2_001..2_020 {
        ask(number, &person.email);
    }
    assert_eq!(entries(person.id.as_str()), 3, "as many as links were sent: a known address is no way around it");
    app.advance(SignedDuration::from_hours(1));
    ask(3_000, "guess@desk.example");
    assert_eq!(entries("unknown"), 602, "the next hour begins anew");
}

#[test]
fn a_new_password_costs_nothing_until_the_current_one_is_right() {
    let app = behind_proxy();
    let person = app.given().staff(Role::Viewer);
    let mut visitor = app.anonymous_at("192.0.2.1");
    assert_eq!(try_in(&mut visitor, &person.email, PASSWORD).status, 303);
    visitor.get("/account");
    let fields = [("current_password", "not the current one"), ("new_password", "short")];
    let page = visitor.post("/account/password", &fields);
    assert!(page.field("current_password").error.is_some());
    assert!(page.field("new_password").error.is_none(), "it was not looked at");
}

#[test]
fn one_person_changes_their_password_once_at_a_time() {
    let app = behind_proxy();
    let person = app.given().staff(Role::Viewer);
    let mut visitor = app.anonymous_at("192.0.2.1");
    assert_eq!(try_in(&mut visitor, &person.email, PASSWORD).status, 303);
    let token = visitor.get("/account").csrf_token().unwrap();
    let barrier = Barrier::new(8);
    let hard: String = "aB1!".repeat(32);
    let pages: Vec<Page> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let (visitor, token, barrier, hard, app) = (&visitor, &token, &barrier, &hard, &app);
                scope.spawn(move || {
                    let mut tab = app.anonymous_at("192.0.2.1");
                    tab.cookies.clone_from(&visitor.cookies);
                    let origin = tab.origin();
                    let fields =
                        [("csrf_token", token.as_str()), ("current_password", PASSWORD), ("new_password", hard)];
                    barrier.wait();
                    tab.post_raw("/account/password", &fields, &[("origin", &origin)])
                })
            })
            .collect();
        tries.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    });
    let refused: Vec<&Page> = pages.iter().filter(|page| page.status == 429).collect();
    assert!(!refused.is_empty(), "{:?}", pages.iter().map(|page| page.status).collect::<Vec<_>>());
    assert!(refused.iter().all(|page| page.header("retry-after").is_some() && !page.heading().is_empty()));
    assert!(pages.iter().all(|page| matches!(page.status, 422 | 429)), "too easy, or one at a time");
    let page = visitor.post("/account/password", &[("current_password", PASSWORD), ("new_password", NEW)]);
    assert_eq!(page.status, 303, "and then it is free again");
}

#[test]
fn the_cookie_of_a_known_browser_is_guarded_like_the_others() {
    let app = TestApp::builder().with("base_url", "https://keys.example.com").spawn();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    let token = visitor.get("/login").csrf_token().unwrap();
    let fields = [("csrf_token", token.as_str()), ("email", &person.email), ("password", PASSWORD)];
    let answer = visitor.post_raw("/login", &fields, &[("origin", "https://keys.example.com")]);
    assert_eq!(answer.status, 303);
    let cookies: Vec<&str> =
        answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str()).collect();
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("__Host-keydesk_browser=")).unwrap();
    for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
}

#[test]
fn a_byte_beyond_ascii_does_not_hide_whom_the_proxy_saw() {
    let app = TestApp::builder().with("trusted_proxies", "127.0.0.1").spawn();
    let mut visitor = app.anonymous();
    let token = visitor.get("/login").csrf_token().unwrap();
    let cookies: Vec<String> = visitor.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let body =
        encode(&[("csrf_token", token.as_str()), ("email", "nobody@desk.example"), ("password", "a wrong password")]);
    for (line, expected) in [
        (&b"X-Forwarded-For: \xe9, 203.0.113.50\r\n"[..], "203.0.113.50"),
        (b"X-Forwarded-For: \xff\xfe\r\nX-Forwarded-For: 203.0.113.51\r\n", "203.0.113.51"),
        (b"X-Forwarded-For: 203.0.113.52\r\nX-Forwarded-For: \xe9\r\n", "127.0.0.1"),
    ] {
        let head = format!(
            "POST /login HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            cookies.join("; "),
            body.len(),
            address = app.address
        );
        let mut stream = TcpStream::connect(app.address).unwrap();
        stream.write_all(&[head.as_bytes(), line, b"\r\n", body.as_bytes()].concat()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let newest = app.read(|conn| {
            let failures = audit_entries::table.filter(audit_entries::action.eq("staff.login_failed"));
            let newest_first = failures.order(audit_entries::sequence.desc());
            newest_first.select(audit_entries::address).first::<Option<String>>(conn).unwrap()
        });
        assert_eq!(newest.as_deref(), Some(expected), "{}", String::from_utf8_lossy(&answer));
    }
}
