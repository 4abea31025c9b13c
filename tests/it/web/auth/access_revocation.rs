//! After a reset, a new password, disabling, a new role or the removal of second factors, nothing that was
//! begun before lets anybody in: each of them is tried against every way in.

use std::sync::Barrier;

use keydesk::domain::staff::Role;
use keydesk::storage::staff::{self, second_factors, sessions};
use keydesk::usecases::staff::reset_password::reset_staff_password;

use super::passwords::{ask_for_link, mailed_link, mailed_link_to, token_of};
use super::second_factor::{first_step, is_in, scan, type_code};
use crate::support::given::{Authenticator, PASSWORD, Person, actor};
use crate::support::{TestApp, Visitor, spawn_app};

const NEW: &str = "a brand new harbor at dawn";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Measure {
    Nothing,
    ResetOnTheCommandLine,
    ResetByAnAdmin,
    NewPasswordByLink,
    ChangedPassword,
    Disabling,
    NewRole,
    RemovalOfFactors,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum WayIn {
    Session,
    StepWithCode,
    StepWithPasskey,
    MailedLink,
    UnconfirmedSecret,
}

/// A way in that was opened before.
struct Opened {
    person: Person,
    visitor: Visitor,
    phone: Option<Authenticator>,
    codes: Vec<String>,
    token: String,
}

fn open(app: &TestApp, way: WayIn) -> Opened {
    let person = app.given().staff(Role::Agent);
    let (mut phone, mut codes, mut token) = (None, vec![], String::new());
    let visitor = match way {
        WayIn::Session => app.sign_in(&person.email, PASSWORD),
        WayIn::StepWithCode => {
            let (authenticator, given) = app.given().second_factor(&person);
            (phone, codes) = (Some(authenticator), given);
            let mut visitor = first_step(app, &person);
            visitor.get("/login/code");
            visitor
        }
        WayIn::StepWithPasskey => {
            app.given().passkey(&person);
            codes = app.given().recovery_codes(&person);
            let mut visitor = first_step(app, &person);
            visitor.get("/login/code");
            visitor
        }
        WayIn::MailedLink => {
            let mut visitor = app.anonymous();
            ask_for_link(&mut visitor, &person.email);
            token = token_of(&mailed_link_to(app, &person.email));
            visitor
        }
        WayIn::UnconfirmedSecret => {
            let mut visitor = app.sign_in(&person.email, PASSWORD);
            phone = Some(scan(&visitor.get("/account/second-factor")));
            visitor
        }
    };
    Opened { person, visitor, phone, codes, token }
}

/// Takes the measure and returns the person's password from then on.
fn take(app: &TestApp, measure: Measure, opened: &Opened) -> &'static str {
    let person = &opened.person;
    let own = || {
        if opened.codes.is_empty() {
            return app.sign_in(&person.email, PASSWORD);
        }
        let mut visitor = first_step(app, person);
        assert_eq!(type_code(&mut visitor, &opened.codes[1]).status, 303);
        visitor
    };
    let by_admin = |path: &str, fields: &[(&str, &str)]| {
        let mut admin = app.admin();
        admin.get("/account");
        assert_eq!(admin.post(&format!("/staff/{}{path}", person.id), fields).status, 303, "{measure:?}");
        PASSWORD
    };
    match measure {
        Measure::Nothing => PASSWORD,
        Measure::ResetOnTheCommandLine => {
            let found = app.read(|conn| staff::find(conn, &person.id).unwrap()).unwrap();
            reset_staff_password(app.context(), &found, NEW, &actor()).unwrap();
            NEW
        }
        Measure::ResetByAnAdmin => by_admin("/link", &[]),
        Measure::NewPasswordByLink => {
            let mut visitor = app.anonymous();
            ask_for_link(&mut visitor, &person.email);
            let token = token_of(&mailed_link_to(app, &person.email));
            let page = visitor.post("/new-password", &[("token", &token), ("password", NEW)]);
            assert_eq!(page.status, 303);
            NEW
        }
        Measure::ChangedPassword => {
            let mut visitor = own();
            visitor.get("/account");
            let fields = [("current_password", PASSWORD), ("new_password", NEW)];
            assert_eq!(visitor.post("/account/password", &fields).status, 303);
            assert!(is_in(&mut visitor), "one's own session goes on");
            NEW
        }
        Measure::Disabling => by_admin("/status", &[("status", "disabled"), ("reason", "Left")]),
        Measure::NewRole => by_admin("/role", &[("role", "viewer")]),
        Measure::RemovalOfFactors => by_admin("/second-factor/removal", &[]),
    }
}

/// Whether the way in still leads anywhere.
fn is_open(app: &TestApp, way: WayIn, opened: &mut Opened, password: &str) -> bool {
    let (visitor, person) = (&mut opened.visitor, &opened.person);
    match way {
        WayIn::Session => is_in(visitor),
        WayIn::StepWithCode => {
            let code = opened.phone.as_ref().unwrap().next_code(app);
            visitor.post("/login/code", &[("code", &code)]);
            let with_app = is_in(visitor);
            visitor.get("/login/code");
            visitor.post("/login/code", &[("code", &opened.codes[0])]);
            with_app || is_in(visitor)
        }
        WayIn::StepWithPasskey => {
            visitor.post("/login/passkey", &[("credential", "{}")]);
            visitor.get("/login/code");
            visitor.post("/login/code", &[("code", &opened.codes[0])]);
            is_in(visitor)
        }
        WayIn::MailedLink => {
            let fields = [("token", opened.token.as_str()), ("password", "another harbor long after dusk")];
            let status = visitor.post("/new-password", &fields).status;
            assert!(matches!(status, 303 | 404), "{status}");
            status == 303
        }
        WayIn::UnconfirmedSecret => {
            let code = opened.phone.as_ref().unwrap().next_code(app);
            visitor.post("/account/second-factor", &[("code", &code), ("password", password)]);
            app.read(|conn| second_factors::of(conn, &person.id).unwrap()).has_app
        }
    }
}

#[test]
fn every_way_in_is_closed_by_everything_that_is_meant_to_close_it() {
    const MEASURES: [Measure; 8] = [
        Measure::Nothing,
        Measure::ResetOnTheCommandLine,
        Measure::ResetByAnAdmin,
        Measure::NewPasswordByLink,
        Measure::ChangedPassword,
        Measure::Disabling,
        Measure::NewRole,
        Measure::RemovalOfFactors,
    ];
    const WAYS: [WayIn; 5] =
        [WayIn::Session, WayIn::StepWithCode, WayIn::StepWithPasskey, WayIn::MailedLink, WayIn::UnconfirmedSecret];
    let app = TestApp::builder().with("trusted_proxies", "127.0.0.0/8").spawn();
    for measure in MEASURES {
        for way in WAYS {
            let mut opened = open(&app, way);
            let password = take(&app, measure, &opened);
            let is_open = is_open(&app, way, &mut opened, password);
            assert_eq!(is_open, measure == Measure::Nothing, "{way:?} after {measure:?}");
        }
        // Links are bounded per network and day.
        app.advance(jiff::SignedDuration::from_hours(25));
    }
}

#[test]
fn ones_own_session_goes_on_after_a_new_password_but_the_secret_it_showed_does_not() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    let phone = scan(&visitor.get("/account/second-factor"));
    let fields = [("current_password", PASSWORD), ("new_password", NEW)];
    assert_eq!(visitor.post("/account/password", &fields).status, 303);
    let page = visitor.post("/account/second-factor", &[("code", &phone.code(&app)), ("password", NEW)]);
    assert_eq!(page.status, 422);
    assert!(!app.read(|conn| second_factors::of(conn, &person.id).unwrap()).has_app);
    let phone = scan(&page);
    let page = visitor.post("/account/second-factor", &[("code", &phone.code(&app)), ("password", NEW)]);
    assert_eq!(page.status, 200, "the secret of the page that was shown instead works");
}

#[test]
fn a_half_finished_sign_in_is_not_in_the_list_of_sessions_and_ends_with_the_others() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let (phone, codes) = app.given().second_factor(&person);
    let mut half = first_step(&app, &person);
    half.get("/login/code");
    let mut visitor = first_step(&app, &person);
    assert_eq!(type_code(&mut visitor, &codes[0]).status, 303);
    let page = visitor.get("/account");
    assert_eq!(page.rows().len(), 1);
    assert_eq!(visitor.post("/account/sessions/end-others", &[]).status, 303);
    half.post("/login/code", &[("code", &phone.next_code(&app))]);
    assert!(!is_in(&mut half));
    assert!(is_in(&mut visitor));
}

#[test]
fn all_other_sessions_end_however_many_there_are() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut thief = app.sign_in(&person.email, PASSWORD);
    app.advance(jiff::SignedDuration::from_secs(1));
    let now = app.now();
    let many = app.context().db.write(|tx| {
        for number in 0..250_u32 {
            let state = format!(r#"{{"staff_id":"\"{}\""}}"#, person.id);
            let (key_hash, expires_at) = (number.to_be_bytes(), now + jiff::SignedDuration::from_hours(1));
            let (staff_id, security_stamp) = (Some(&person.id), 0);
            let new = sessions::NewSession { key_hash: &key_hash, staff_id, security_stamp, state: &state, expires_at };
            sessions::insert(tx, &new, now)?;
        }
        Ok::<_, keydesk::storage::StorageError>(250)
    });
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    visitor.get("/account");
    assert_eq!(visitor.post("/account/sessions/end-others", &[]).status, 303);
    assert!(is_in(&mut visitor));
    assert!(!is_in(&mut thief), "also the oldest of more than {}", many.unwrap());
    assert_eq!(app.read(|conn| sessions::of_staff(conn, &person.id).unwrap()).len(), 1);
}

#[test]
fn no_second_step_that_races_a_reset_gets_in() {
    let app = TestApp::builder().with_system_clock().spawn();
    for round in 0..3 {
        let person = app.given().staff(Role::Agent);
        let (_, codes) = app.given().second_factor(&person);
        let mut visitors: Vec<Visitor> = (0..5).map(|_| first_step(&app, &person)).collect();
        for visitor in &mut visitors {
            assert_eq!(visitor.get("/login/code").status, 200);
        }
        let found = app.read(|conn| staff::find(conn, &person.id).unwrap()).unwrap();
        let barrier = Barrier::new(visitors.len() + 1);
        std::thread::scope(|scope| {
            for (visitor, code) in visitors.iter_mut().zip(&codes) {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    visitor.post("/login/code", &[("code", code)]);
                });
            }
            let (app, barrier) = (&app, &barrier);
            scope.spawn(move || {
                barrier.wait();
                reset_staff_password(app.context(), &found, NEW, &actor()).unwrap();
            });
        });
        let inside = visitors.iter_mut().map(is_in).filter(|is_in| *is_in).count();
        assert_eq!(inside, 0, "round {round}");
        let mut after = app.anonymous();
        let page = after.post("/login", &[("email", &person.email), ("password", NEW)]);
        assert_eq!(page.location(), "/login/code");
        assert_eq!(type_code(&mut after, &codes[9]).status, 303);
    }
}

#[test]
fn no_first_step_with_the_old_password_that_races_a_reset_gets_in() {
    let app = TestApp::builder().with_system_clock().spawn();
    for round in 0..3 {
        let person = app.given().staff(Role::Agent);
        let found = app.read(|conn| staff::find(conn, &person.id).unwrap()).unwrap();
        let mut visitors: Vec<Visitor> = (0..5).map(|_| app.anonymous()).collect();
        for visitor in &mut visitors {
            assert_eq!(visitor.get("/login").status, 200);
        }
        let barrier = Barrier::new(visitors.len() + 1);
        std::thread::scope(|scope| {
            for visitor in &mut visitors {
                let (person, barrier) = (&person, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    visitor.post("/login", &[("email", &person.email), ("password", PASSWORD)]);
                });
            }
            let (app, barrier) = (&app, &barrier);
            scope.spawn(move || {
                barrier.wait();
                reset_staff_password(app.context(), &found, NEW, &actor()).unwrap();
            });
        });
        let inside = visitors.iter_mut().map(is_in).filter(|is_in| *is_in).count();
        assert_eq!(inside, 0, "round {round}");
    }
}

#[test]
fn a_link_that_is_used_while_somebody_is_disabled_lets_nobody_in() {
    let app = TestApp::builder().with_system_clock().spawn();
    for _ in 0..3 {
        let person = app.given().staff(Role::Agent);
        ask_for_link(&mut app.anonymous(), &person.email);
        let token = token_of(&mailed_link(&app));
        let found = app.read(|conn| staff::find(conn, &person.id).unwrap()).unwrap();
        let barrier = Barrier::new(2);
        let mut visitor = app.anonymous();
        visitor.get("/forgotten-password");
        std::thread::scope(|scope| {
            let (visitor, app, barrier, token) = (&mut visitor, &app, &barrier, &token);
            scope.spawn(move || {
                barrier.wait();
                visitor.post("/new-password", &[("token", token), ("password", "the password of a thief")]);
            });
            scope.spawn(move || {
                barrier.wait();
                reset_staff_password(app.context(), &found, NEW, &actor()).unwrap();
            });
        });
        let stolen = visitor.post("/login", &[("email", &person.email), ("password", "the password of a thief")]);
        let is_stolen = stolen.status == 303 && is_in(&mut visitor);
        let own = app.anonymous().post("/login", &[("email", &person.email), ("password", NEW)]).status == 303;
        assert!(own != is_stolen, "exactly one of the two came last");
        assert!(app.anonymous().post("/new-password", &[("token", &token), ("password", PASSWORD)]).status == 404);
    }
}

#[test]
fn a_new_role_for_somebody_who_is_invited_sends_the_invitation_again_in_the_same_language() {
    let app = spawn_app();
    let mut admin = app.admin();
    admin.post("/preferences", &[("language", "de")]);
    admin.get("/staff");
    let fields = [("email", "grace@desk.example"), ("name", "Grace Hopper"), ("role", "agent")];
    assert_eq!(admin.post("/staff", &fields).status, 303);
    let first = mailed_link(&app);
    let people = admin.get("/staff").attributes("a.go[data-row]", "href");
    let grace = people.iter().find(|href| admin.get(href).body.contains("grace@desk.example")).unwrap().clone();
    let mut other = app.admin();
    other.get("/account");
    assert_eq!(other.post(&format!("{grace}/role"), &[("role", "viewer")]).status, 303);
    let second = mailed_link(&app);
    let mails = app.mailbox.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].subject(), mails[1].subject());
    assert_eq!(app.anonymous().get(&first).status, 404);
    let mut visitor = app.anonymous();
    assert_eq!(visitor.get(&second).status, 200);
    let token = token_of(&second);
    assert_eq!(visitor.post("/new-password", &[("token", &token), ("password", NEW)]).status, 303);
    assert_eq!(app.sign_in("grace@desk.example", NEW).get("/audit").status, 403, "a viewer");
}
