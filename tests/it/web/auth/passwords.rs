//! Forgotten passwords, invitations and resets: links by e-mail that work once, for 24 hours.

use jiff::SignedDuration;
use keydesk::domain::staff::Role;

use crate::support::given::PASSWORD;
use crate::support::mail::Mail;
use crate::support::{TestApp, Visitor, spawn_app};

const NEW: &str = "a brand new harbor at dawn";

/// The link of the last e-mail, as a path.
pub(in crate::web) fn mailed_link(app: &TestApp) -> String {
    app.run_outbox_until_empty();
    link_in(&app.mailbox.mails().pop().expect("an e-mail"))
}

/// The link in the last e-mail to a person, where others are mailed at the same moment.
pub(super) fn mailed_link_to(app: &TestApp, email: &str) -> String {
    app.run_outbox_until_empty();
    let mails = app.mailbox.mails();
    link_in(mails.iter().rfind(|mail| mail.to.iter().any(|to| to == email)).expect("an e-mail"))
}

fn link_in(mail: &Mail) -> String {
    let text = mail.text();
    let url = text.split_whitespace().find(|word| word.contains("/new-password?token=")).expect("a link").to_owned();
    url[url.find("/new-password").unwrap()..].to_owned()
}

pub(super) fn token_of(path: &str) -> String {
    path.split_once("token=").unwrap().1.to_owned()
}

pub(super) fn ask_for_link(visitor: &mut Visitor, email: &str) -> (u16, String) {
    visitor.get("/forgotten-password");
    let page = visitor.post("/forgotten-password", &[("email", email)]);
    (page.status, page.location())
}

#[test]
fn a_forgotten_password_is_replaced_by_a_link_that_works_once() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut signed_in = app.sign_in(&person.email, PASSWORD);
    let mut visitor = app.anonymous();
    assert!(visitor.get("/login").links().contains(&"/forgotten-password".to_owned()));
    assert_eq!(ask_for_link(&mut visitor, &person.email), (303, "/login?done=link".to_owned()));
    let link = mailed_link(&app);
    let mail = app.mailbox.only();
    assert_eq!(mail.subject(), "A new password for Keydesk");
    assert!(mail.html().contains(&token_of(&link)) && !mail.html().contains(PASSWORD));
    assert_eq!(signed_in.get("/account").status, 200, "asking alone changes nothing");

    let page = visitor.get(&link);
    assert_eq!((page.status, page.heading().as_str()), (200, "New password"));
    let token = token_of(&link);
    let short = visitor.post("/new-password", &[("token", &token), ("password", "short")]);
    assert_eq!((short.status, short.errors()), (422, vec!["Use at least 15 characters.".to_owned()]));
    let easy = visitor.post("/new-password", &[("token", &token), ("password", "qwertyuiopasdfghjkl")]);
    assert_eq!(easy.status, 422);
    let done = visitor.post("/new-password", &[("token", &token), ("password", NEW)]);
    assert_eq!((done.status, done.location().as_str()), (303, "/login?done=password"));
    assert!(visitor.get("/login?done=password").text_of(".note").contains("Your password is set"));
    assert_eq!(signed_in.get("/account").status, 303, "sessions have ended");
    assert_eq!(app.sign_in(&person.email, NEW).get("/account").status, 200);
    assert_eq!(app.anonymous().post("/login", &[("email", &person.email), ("password", PASSWORD)]).status, 422);

    let again = visitor.get(&link);
    assert_eq!((again.status, again.heading().as_str()), (404, "This link no longer works"));
    assert_eq!(visitor.post("/new-password", &[("token", &token), ("password", PASSWORD)]).status, 404);
    app.sign_in(&person.email, NEW);
}

#[test]
fn an_unknown_address_gets_the_same_answer_and_no_mail() {
    let app = spawn_app();
    let known = app.given().staff(Role::Agent);
    let disabled = app.given().staff(Role::Agent);
    keydesk::usecases::staff::disable::disable_staff(
        app.context(),
        &disabled.id,
        &keydesk::domain::actor::Actor::system(keydesk::domain::actor::SystemPart::CommandLine),
    )
    .unwrap();
    let mut answers = Vec::new();
    for email in [known.email.as_str(), "nobody@desk.example", &disabled.email] {
        answers.push(ask_for_link(&mut app.anonymous(), email));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 1);
    let wrong = {
        let mut visitor = app.anonymous();
        visitor.get("/forgotten-password");
        visitor.post("/forgotten-password", &[("email", "no address")])
    };
    assert_eq!((wrong.status, wrong.field("email").value.as_str()), (422, "no address"));
}

#[test]
fn links_end_after_a_day_and_a_new_one_ends_the_one_before() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    ask_for_link(&mut visitor, &person.email);
    let first = mailed_link(&app);
    ask_for_link(&mut visitor, &person.email);
    let second = mailed_link(&app);
    assert_ne!(first, second);
    assert_eq!(visitor.get(&first).status, 404);
    assert_eq!(visitor.get(&second).status, 200);
    app.advance(SignedDuration::from_hours(24));
    assert_eq!(visitor.get(&second).status, 404);
    assert_eq!(visitor.get("/new-password?token=").status, 404);
    assert_eq!(visitor.get("/new-password?token=%00%ff").status, 400);
}

#[test]
fn nobody_is_flooded_with_links() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    for _ in 0..6 {
        assert_eq!(ask_for_link(&mut app.anonymous(), &person.email).0, 303);
        app.run_outbox_until_empty();
    }
    assert_eq!(app.mailbox.count(), 3);
}

#[test]
fn a_reset_keeps_the_second_factor() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    app.given().second_factor(&person);
    let mut visitor = app.anonymous();
    ask_for_link(&mut visitor, &person.email);
    let token = token_of(&mailed_link(&app));
    assert_eq!(visitor.post("/new-password", &[("token", &token), ("password", NEW)]).status, 303);
    let page = visitor.post("/login", &[("email", &person.email), ("password", NEW)]);
    assert_eq!(page.location(), "/login/code");
}

#[test]
fn of_two_who_use_a_link_at_once_one_sets_the_password() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    ask_for_link(&mut app.anonymous(), &person.email);
    let token = token_of(&mailed_link(&app));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..4)
            .map(|number| {
                let (app, token) = (&app, &token);
                scope.spawn(move || {
                    let mut visitor = app.anonymous();
                    let password = format!("harbor number {number} at dawn");
                    visitor.post("/new-password", &[("token", token), ("password", &password)]).status
                })
            })
            .collect();
        tries.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
}

#[test]
fn the_e_mail_waits_for_a_mail_server_that_is_down() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    app.mailbox.close();
    ask_for_link(&mut app.anonymous(), &person.email);
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 0);
    app.mailbox.open();
    app.advance(SignedDuration::from_secs(11));
    let link = mailed_link(&app);
    assert_eq!(app.anonymous().get(&link).status, 200);
}

#[test]
fn the_token_is_neither_in_the_database_nor_good_for_anybody_else() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    ask_for_link(&mut app.anonymous(), &person.email);
    let token = token_of(&mailed_link(&app));
    let stored = app.read(|conn| keydesk::storage::staff::links::list(conn, Some(&person.id)).unwrap());
    assert_eq!(stored.len(), 1);
    assert!(!format!("{stored:?}").contains(&token));
    assert_eq!(app.anonymous().get(&format!("/new-password?token={}", stored[0].id)).status, 404);
}

#[test]
fn a_new_password_by_link_ends_the_delay_that_a_stranger_caused() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    for _ in 0..5 {
        app.anonymous().post("/login", &[("email", &person.email), ("password", "guessing by a stranger")]);
    }
    assert_eq!(app.anonymous().post("/login", &[("email", &person.email), ("password", PASSWORD)]).status, 429);
    let mut visitor = app.anonymous();
    ask_for_link(&mut visitor, &person.email);
    let token = token_of(&mailed_link(&app));
    assert_eq!(visitor.post("/new-password", &[("token", &token), ("password", NEW)]).status, 303);
    app.sign_in(&person.email, NEW);
}
