//! The second factor: setting it up, signing in with it, recovery codes, and who has to have it.

use jiff::SignedDuration;
use keydesk::crypto::TotpSecret;
use keydesk::domain::staff::Role;
use keydesk::storage::staff::{second_factors, sessions};

use crate::support::given::{Authenticator, PASSWORD, Person};
use crate::support::{Page, TestApp, Visitor, spawn_app};

/// Types address and password, which leads to the second step.
pub(super) fn first_step(app: &TestApp, person: &Person) -> Visitor {
    let mut visitor = app.anonymous();
    let page = visitor.post("/login", &[("email", &person.email), ("password", PASSWORD), ("next", "/grants")]);
    assert_eq!((page.status, page.location().as_str()), (303, "/login/code"));
    visitor
}

pub(super) fn type_code(visitor: &mut Visitor, code: &str) -> Page {
    visitor.get("/login/code");
    visitor.post("/login/code", &[("code", code)])
}

pub(super) fn is_in(visitor: &mut Visitor) -> bool {
    visitor.get("/account").status == 200
}

/// Whether admins see that the person has a second factor.
fn is_shown_with_factor(app: &TestApp, person: &Person) -> bool {
    let admin = app.given().staff(Role::Admin);
    let (_, codes) = app.given().second_factor(&admin);
    let mut visitor = first_step(app, &admin);
    type_code(&mut visitor, &codes[0]);
    visitor.get(&format!("/staff/{}", person.id)).text_of(".facts").contains("On")
}

/// What an app reads from the page.
pub(super) fn scan(page: &Page) -> Authenticator {
    let uri = page.attribute("a[href^=otpauth]", "href").unwrap();
    let shown = page.text_of(".slip code").replace(' ', "");
    assert!(uri.contains(&shown), "{uri} {shown}");
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in shown.bytes() {
        bits = bits << 5 | u32::from(if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' });
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Authenticator(TotpSecret::from_bytes(&bytes).unwrap())
}

#[test]
fn somebody_sets_up_a_second_factor_and_signs_in_with_it() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    let mut other = app.sign_in(&person.email, PASSWORD);
    let page = visitor.get("/account/second-factor");
    assert_eq!(page.status, 200);
    assert!(page.has("svg.qr[role=img] path"), "the QR code is drawn on the server");
    let phone = scan(&page);

    let wrong = visitor.post("/account/second-factor", &[("code", "000000"), ("password", PASSWORD)]);
    assert_eq!((wrong.status, wrong.errors().len()), (422, 1));
    let code = phone.code(&app);
    let stranger = visitor.post("/account/second-factor", &[("code", &code), ("password", "not mine at all, no")]);
    assert_eq!(
        (stranger.status, stranger.errors()),
        (422, vec!["Password: This is not your current password.".to_owned()])
    );
    let done = visitor.post("/account/second-factor", &[("code", &code), ("password", PASSWORD)]);
    assert_eq!(done.status, 200);
    let codes: Vec<String> = done.text_of(".slip code").split_whitespace().map(str::to_owned).collect();
    assert_eq!(done.body.matches("<br>").count().min(9), 9, "{codes:?}");
    assert!(is_in(&mut visitor));
    assert!(!is_in(&mut other), "sessions that began without end");
    assert!(!visitor.get("/account").has(".slip"), "recovery codes are shown once");

    let mut visitor = first_step(&app, &person);
    assert!(!is_in(&mut visitor), "the password alone reaches nothing");
    assert_eq!(visitor.get("/").location(), "/login");
    let refused = type_code(&mut visitor, "123456");
    assert_eq!(refused.status, 422);
    let page = type_code(&mut visitor, &phone.next_code(&app));
    assert_eq!((page.status, page.location().as_str()), (303, "/grants"));
    assert!(is_in(&mut visitor));
}

#[test]
fn a_code_works_once() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let (phone, _) = app.given().second_factor(&person);
    assert_eq!(type_code(&mut first_step(&app, &person), &phone.code(&app)).status, 422, "used to set it up");
    let code = phone.next_code(&app);
    assert_eq!(type_code(&mut first_step(&app, &person), &code).status, 303);
    assert_eq!(type_code(&mut first_step(&app, &person), &code).status, 422);
    app.advance(SignedDuration::from_secs(120));
    assert_eq!(type_code(&mut first_step(&app, &person), &code).status, 422, "an old one");
}

#[test]
fn of_ten_who_send_the_same_code_at_once_one_gets_in() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let (phone, _) = app.given().second_factor(&person);
    let code = phone.next_code(&app);
    let visitors: Vec<Visitor> = (0..4).map(|_| first_step(&app, &person)).collect();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = visitors
            .into_iter()
            .map(|mut visitor| {
                let code = &code;
                scope.spawn(move || type_code(&mut visitor, code).status)
            })
            .collect();
        tries.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
}

#[test]
fn a_recovery_code_works_once_and_however_it_is_typed() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let (_, codes) = app.given().second_factor(&person);
    assert_eq!(codes.len(), 10);
    let typed = format!(" {} ", codes[3].to_lowercase().replace('-', " "));
    let mut visitor = first_step(&app, &person);
    assert_eq!(type_code(&mut visitor, &typed).status, 303);
    assert!(visitor.get("/grants").flash().contains("Codes left: 9"));
    assert_eq!(type_code(&mut first_step(&app, &person), &codes[3]).status, 422);
    assert!(
        !app.read(|conn| format!("{:?}", keydesk::storage::staff::totp::find(conn, &person.id))).contains(&codes[4])
    );

    let renewed = visitor.post("/account/recovery-codes", &[("password_for_codes", PASSWORD)]);
    assert_eq!(renewed.status, 200);
    assert_eq!(type_code(&mut first_step(&app, &person), &codes[4]).status, 422, "the codes before are gone");
}

#[test]
fn wrong_codes_are_slowed_down_and_the_right_one_works_later() {
    let mut app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let (phone, _) = app.given().second_factor(&person);
    let mut visitor = first_step(&app, &person);
    for _ in 0..5 {
        assert_eq!(type_code(&mut visitor, "000000").status, 422);
    }
    app.restart();
    let mut visitor = first_step(&app, &person);
    let code = phone.next_code(&app);
    let page = type_code(&mut visitor, &code);
    assert_eq!(page.status, 429, "a restart forgives nothing");
    assert!(page.header("retry-after").is_some());
    app.advance(SignedDuration::from_secs(61));
    assert_eq!(type_code(&mut visitor, &phone.code(&app)).status, 303);
}

#[test]
fn the_code_may_not_be_waited_for_forever() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let (phone, _) = app.given().second_factor(&person);
    let mut visitor = first_step(&app, &person);
    visitor.get("/login/code");
    app.advance(SignedDuration::from_mins(11));
    let page = visitor.post("/login/code", &[("code", &phone.code(&app))]);
    assert_eq!((page.status, page.location().as_str()), (303, "/login"));
    assert!(!is_in(&mut visitor));
    assert_eq!(app.anonymous().get("/login/code").location(), "/login");
}

#[test]
fn taking_it_away_wants_the_password() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let (phone, _) = app.given().second_factor(&person);
    let mut visitor = first_step(&app, &person);
    type_code(&mut visitor, &phone.next_code(&app));
    let path = "/account/second-factor/removal";
    assert_eq!(visitor.post(path, &[("password_for_removal", "wrong wrong wrong")]).status, 422);
    assert_eq!(visitor.post(path, &[("password_for_removal", PASSWORD)]).status, 303);
    let page = app.anonymous().post("/login", &[("email", &person.email), ("password", PASSWORD)]);
    assert_eq!(page.location(), "/", "no code is asked for any more");
}

#[test]
fn an_installation_that_demands_it_lets_nobody_on_without() {
    for (policy, role, is_demanded) in [
        ("all", Role::Viewer, true),
        ("admins", Role::Admin, true),
        ("admins", Role::Agent, false),
        ("offered", Role::Admin, false),
    ] {
        let app = TestApp::builder().with("second_factor", policy).spawn();
        let person = app.given().staff(role);
        let mut visitor = app.sign_in(&person.email, PASSWORD);
        let page = visitor.get("/grants");
        if !is_demanded {
            assert_eq!(page.status, 200, "{policy} {role:?}");
            continue;
        }
        assert_eq!((page.status, page.location().as_str()), (303, "/account/second-factor"), "{policy} {role:?}");
        assert_eq!(visitor.post("/account", &[("name", "Eve")]).location(), "/account/second-factor");
        let page = visitor.get("/account/second-factor");
        assert!(!page.has("nav.nav"), "there is nowhere else to go");
        let session = visitor.cookies["keydesk_session"].clone();
        let done = visitor.post("/account/second-factor", &[("code", &scan(&page).code(&app))]);
        assert_eq!(done.status, 200, "{}", done.body);
        assert_ne!(visitor.cookies["keydesk_session"], session, "more rights, a new key");
        assert_eq!(visitor.get("/grants").status, 200);
        let removal = visitor.post("/account/second-factor/removal", &[("password_for_removal", PASSWORD)]);
        assert_eq!(removal.status, 303);
        assert!(visitor.get("/account").flash().contains("required"));
    }
}

#[test]
fn somebody_with_a_passkey_alone_is_asked_for_a_second_factor_too() {
    for policy in ["offered", "all"] {
        let app = TestApp::builder().with("second_factor", policy).spawn();
        let person = app.given().staff(Role::Agent);
        app.given().passkey(&person);
        let codes = app.given().recovery_codes(&person);
        let mut visitor = first_step(&app, &person);
        assert!(!is_in(&mut visitor), "the password alone reaches nothing");
        assert_eq!(visitor.get("/account/second-factor").location(), "/login?next=/account/second-factor");
        let page = visitor.get("/login/code");
        assert_eq!((page.status, page.heading().as_str()), (200, "Second step"));
        assert!(page.text_of(".note").contains("cannot be used at this address"), "tests come by a bare address");
        assert_eq!(type_code(&mut visitor, "123456").status, 422);
        assert_eq!(type_code(&mut visitor, &codes[0]).status, 303);
        assert!(is_in(&mut visitor));
        assert!(is_shown_with_factor(&app, &person), "admins see the factor");
    }
}

#[test]
fn a_session_that_began_without_the_factor_enrols_nothing_once_there_is_one() {
    for policy in ["offered", "all"] {
        let app = TestApp::builder().with("second_factor", policy).spawn();
        let person = app.given().staff(Role::Agent);
        let mut visitor = app.sign_in(&person.email, PASSWORD);
        let phone = scan(&visitor.get("/account/second-factor"));
        app.given().passkey(&person);
        let code = phone.code(&app);
        let page = visitor.post("/account/second-factor", &[("code", &code), ("password", PASSWORD)]);
        assert_eq!((page.status, page.location().as_str()), (303, "/login"), "{policy}");
        assert!(!is_in(&mut visitor));
        assert!(!app.read(|conn| second_factors::of(conn, &person.id).unwrap()).has_app);
    }
}

#[test]
fn a_session_without_the_factor_is_not_even_shown_a_secret_once_there_is_one() {
    let app = TestApp::builder().with("second_factor", "all").spawn();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    app.given().passkey(&person);
    let page = visitor.get("/account/second-factor");
    assert_eq!((page.status, page.location().as_str()), (303, "/login"));
}

#[test]
fn each_page_shows_a_new_secret_and_a_wrong_code_shows_the_same_again() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    let first = visitor.get("/account/second-factor").text_of(".slip code");
    let page = visitor.get("/account/second-factor");
    let second = page.text_of(".slip code");
    assert_ne!(first, second);
    let phone = scan(&page);
    for (code, password) in [("000000", PASSWORD), (phone.code(&app).as_str(), "not mine at all, no")] {
        let refused = visitor.post("/account/second-factor", &[("code", code), ("password", password)]);
        assert_eq!((refused.status, refused.text_of(".slip code")), (422, second.clone()));
    }
    let state = app.read(|conn| {
        let own = sessions::of_staff(conn, &person.id).unwrap();
        sessions::find(conn, &own[0].key_hash).unwrap().unwrap().session.state
    });
    assert!(state.contains("pending_totp") && !state.contains(&second.replace(' ', "")), "sealed in the database");
    app.advance(SignedDuration::from_mins(10));
    let expired = visitor.post("/account/second-factor", &[("code", &phone.code(&app)), ("password", PASSWORD)]);
    assert_eq!(expired.status, 422);
    assert!(expired.errors()[0].contains("more than ten minutes"));
    let phone = scan(&expired);
    let done = visitor.post("/account/second-factor", &[("code", &phone.code(&app)), ("password", PASSWORD)]);
    assert_eq!(done.status, 200);
}

#[test]
fn a_secret_seen_before_a_reset_is_not_the_one_that_is_set_up_after_it() {
    let app = TestApp::builder().with("second_factor", "all").spawn();
    let person = app.given().staff(Role::Agent);
    let seen = scan(&app.sign_in(&person.email, PASSWORD).get("/account/second-factor"));
    let found = app.read(|conn| keydesk::storage::staff::find(conn, &person.id).unwrap()).unwrap();
    let actor = crate::support::given::actor();
    let new = "a brand new harbor at dawn";
    keydesk::usecases::staff::reset_password::reset_staff_password(app.context(), &found, new, &actor).unwrap();
    let mut owner = app.sign_in(&person.email, new);
    let phone = scan(&owner.get("/account/second-factor"));
    assert_ne!(phone.code(&app), seen.code(&app));
    assert_eq!(owner.post("/account/second-factor", &[("code", &seen.code(&app))]).status, 422);
    assert_eq!(owner.post("/account/second-factor", &[("code", &phone.code(&app))]).status, 200);
}

#[test]
fn the_last_factor_stays_where_one_is_demanded_and_recovery_codes_go_with_the_last() {
    let app = TestApp::builder().with("second_factor", "all").spawn();
    let person = app.given().staff(Role::Agent);
    let (phone, codes) = app.given().second_factor(&person);
    let mut visitor = first_step(&app, &person);
    type_code(&mut visitor, &phone.next_code(&app));
    let removal = |visitor: &mut Visitor| {
        visitor.get("/account");
        visitor.post("/account/second-factor/removal", &[("password_for_removal", PASSWORD)]);
        visitor.get("/account").flash()
    };
    assert!(!visitor.get("/account").has("form[action$='second-factor/removal']"));
    assert!(removal(&mut visitor).contains("cannot remove your last second factor"));
    app.given().passkey(&person);
    assert!(removal(&mut visitor).contains("removed"), "a passkey is left");
    let left =
        |app: &TestApp| app.read(|conn| keydesk::storage::staff::recovery_codes::count(conn, &person.id).unwrap());
    assert_eq!(left(&app), 10, "recovery codes stay with the passkey");
    let mut again = first_step(&app, &person);
    assert_eq!(type_code(&mut again, &codes[0]).status, 303);
    let scanned = scan(&again.get("/account/second-factor"));
    let fields = [("code", scanned.code(&app)), ("password", PASSWORD.to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let added = again.post("/account/second-factor", &fields);
    assert_eq!(added.status, 303, "no new codes are given out");
    assert!(again.get("/account").flash().contains("have not changed"));
    assert_eq!(left(&app), 9);
    keydesk::usecases::auth::manage_second_factor::remove_all_factors(
        app.context(),
        &person.id,
        &crate::support::given::actor(),
    )
    .unwrap();
    assert_eq!(left(&app), 0);
}

#[test]
fn people_with_a_passkey_from_before_make_recovery_codes_on_their_account_page() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    app.given().passkey(&person);
    let codes = app.given().recovery_codes(&person);
    let mut visitor = first_step(&app, &person);
    type_code(&mut visitor, &codes[0]);
    visitor.get("/account");
    let page = visitor.post("/account/recovery-codes", &[("password_for_codes", PASSWORD)]);
    assert_eq!(page.status, 200);
    let shown: String = page.text_of(".slip code");
    assert!(shown.contains('-') && !shown.contains(&codes[1]));
}

#[test]
fn the_page_speaks_german() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    app.given().second_factor(&person);
    let mut visitor = app.anonymous();
    visitor.language = "de".to_owned();
    visitor.post("/login", &[("email", &person.email), ("password", PASSWORD)]);
    assert_eq!(visitor.get("/login/code").heading(), "Zweiter Schritt");
}
