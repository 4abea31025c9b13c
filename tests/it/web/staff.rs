//! The staff pages: admins invite, change roles, disable, reset; the last active admin stays.

use keydesk::domain::staff::Role;
use keydesk::usecases::staff::change_role::change_staff_role;
use keydesk::usecases::staff::disable::disable_staff;

use super::auth::passwords::mailed_link;
use crate::support::given::{PASSWORD, Person, actor};
use crate::support::{Page, TestApp, Visitor, spawn_app};

fn path(person: &Person, act: &str) -> String {
    format!("/staff/{}{act}", person.id)
}

fn is_in(visitor: &mut Visitor) -> bool {
    visitor.get("/account").status == 200
}

fn invite(admin: &mut Visitor, email: &str, role: &str) -> Page {
    admin.get("/staff");
    admin.post("/staff", &[("email", email), ("name", "Grace Hopper"), ("role", role)])
}

#[test]
fn somebody_is_invited_sets_a_password_and_signs_in() {
    let app = spawn_app();
    let mut admin = app.admin();
    assert_eq!(invite(&mut admin, "grace@desk.example", "agent").status, 303);
    let page = admin.get("/staff");
    assert!(page.flash().contains("grace@desk.example"));
    assert!(page.row("grace@desk.example").contains("Invited"));
    let link = mailed_link(&app);
    assert_eq!(app.mailbox.only().subject(), "Your invitation to Keydesk");

    let mut grace = app.anonymous();
    assert_eq!(grace.post("/login", &[("email", "grace@desk.example"), ("password", "")]).status, 422);
    let page = grace.get(&link);
    assert_eq!(page.heading(), "Welcome");
    let token = link.split_once("token=").unwrap().1;
    assert_eq!(grace.post("/new-password", &[("token", token), ("password", PASSWORD)]).status, 303);
    let mut grace = app.sign_in("grace@desk.example", PASSWORD);
    assert_eq!(grace.get("/audit").status, 200, "an agent");
    assert_eq!(grace.get("/staff").status, 403);
    assert!(admin.get("/staff").row("grace@desk.example").contains("Active"));
    let log = admin.get("/audit?action=security").body;
    for action in ["staff.invite", "staff.join", "staff.login"] {
        assert!(log.contains(action), "{action}");
    }
    assert!(!log.contains("grace@desk.example"), "the log names nobody by address");
}

#[test]
fn a_wrong_invitation_is_told_and_nothing_typed_is_lost() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut admin = app.admin();
    let taken = invite(&mut admin, &person.email.to_uppercase(), "viewer");
    assert_eq!((taken.status, taken.errors().len()), (422, 1));
    assert_eq!(taken.field("name").value, "Grace Hopper");
    let wrong = admin.post("/staff", &[("email", "nobody"), ("name", "a\r\nBcc: x@y.example"), ("role", "boss")]);
    assert_eq!((wrong.status, wrong.errors().len()), (422, 3));
    let evil =
        admin.post("/staff", &[("email", "x@y.example"), ("name", "<script>alert(1)</script>"), ("role", "viewer")]);
    assert_eq!(evil.status, 303);
    assert!(!admin.get("/staff").body.contains("<script>alert"));
    app.run_outbox_until_empty();
    assert!(!app.mailbox.only().html().contains("<script>"));
}

#[test]
fn an_invitation_is_sent_again_and_the_one_before_is_over() {
    let app = spawn_app();
    let mut admin = app.admin();
    invite(&mut admin, "grace@desk.example", "agent");
    let first = mailed_link(&app);
    let grace = admin.get("/staff").attributes("a.go[data-row]", "href");
    let grace = grace.iter().find(|href| admin.get(href).body.contains("grace@desk.example")).unwrap();
    assert_eq!(admin.post(&format!("{grace}/link"), &[]).status, 303);
    let second = mailed_link(&app);
    assert_eq!(app.anonymous().get(&first).status, 404);
    assert_eq!(app.anonymous().get(&second).heading(), "Welcome");
}

#[test]
fn a_changed_role_ends_the_sessions_and_counts_at_the_next_sign_in() {
    let app = spawn_app();
    let person = app.given().staff(Role::Viewer);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    let mut admin = app.admin();
    assert_eq!(admin.post(&path(&person, "/role"), &[("role", "admin")]).status, 303);
    assert!(!is_in(&mut visitor));
    assert_eq!(app.sign_in(&person.email, PASSWORD).get("/staff").status, 200);
    assert_eq!(admin.post(&path(&person, "/role"), &[("role", "boss")]).status, 422);
}

#[test]
fn disabling_ends_the_sessions_at_once_and_enabling_lets_in_again() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    let mut admin = app.admin();
    assert_eq!(admin.post(&path(&person, "/status"), &[("status", "disabled"), ("reason", "Left")]).status, 303);
    assert!(!is_in(&mut visitor));
    assert_eq!(app.anonymous().post("/login", &[("email", &person.email), ("password", PASSWORD)]).status, 422);
    assert!(admin.get("/staff").row(&person.email).contains("Disabled"));
    assert_eq!(admin.post(&path(&person, "/link"), &[]).status, 409, "no link for the disabled");
    assert_eq!(admin.post(&path(&person, "/status"), &[("status", "active")]).status, 303);
    app.sign_in(&person.email, PASSWORD);
}

#[test]
fn a_reason_for_disabling_is_kept_on_the_page_and_not_in_the_log_and_the_flash_undoes_it() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut admin = app.admin();
    let unsaid = admin.post(&path(&person, "/status"), &[("status", "disabled")]);
    assert_eq!((unsaid.status, unsaid.field("reason").error.is_some()), (422, true));
    let much = "x".repeat(501);
    let refused = admin.post(&path(&person, "/status"), &[("status", "disabled"), ("reason", &much)]);
    assert_eq!((refused.status, refused.errors().len()), (422, 1));
    assert_eq!(refused.field("reason").value, much);
    let fields = [("status", "disabled"), ("reason", "Left the company")];
    assert_eq!(admin.post(&path(&person, "/status"), &fields).status, 303);
    let shown = admin.get(&path(&person, ""));
    assert!(shown.text_of(".facts").contains("Left the company"));
    assert!(shown.has(&format!(".note form[action='{}'] input[name=status][value=active]", path(&person, "/status"))));
    let log = admin.get("/audit?action=staff.disable");
    assert!(log.body.contains("(16 characters)") && !log.body.contains("Left the company"));
    assert_eq!(admin.post(&path(&person, "/status"), &[("status", "active"), ("undo", "1")]).status, 303);
    assert!(!admin.get(&path(&person, "")).body.contains("Left the company"));
}

#[test]
fn a_reset_sends_a_link_ends_the_sessions_and_keeps_the_second_factor() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    app.given().second_factor(&person);
    let mut admin = app.admin();
    assert_eq!(admin.post(&path(&person, "/link"), &[]).status, 303);
    assert!(!is_in(&mut visitor));
    assert_eq!(app.anonymous().get(&mailed_link(&app)).heading(), "New password");
    assert!(admin.get(&path(&person, "")).text_of(".facts").contains("On"), "the second factor stays");

    assert_eq!(admin.post(&path(&person, "/second-factor/removal"), &[]).status, 303);
    assert!(admin.get(&path(&person, "")).flash().contains("removed"));
    app.sign_in(&person.email, PASSWORD);
    let log = admin.get("/audit?action=staff.factor_remove");
    assert_eq!(log.rows().len(), 1);
}

#[test]
fn nobody_lowers_disables_or_weakens_themselves() {
    let app = spawn_app();
    let person = app.given().staff(Role::Admin);
    app.given().staff(Role::Admin);
    let mut admin = app.sign_in(&person.email, PASSWORD);
    for (act, fields) in [
        ("/role", vec![("role", "viewer")]),
        ("/status", vec![("status", "disabled")]),
        ("/second-factor/removal", vec![]),
    ] {
        let page = admin.post(&path(&person, act), &fields);
        assert_eq!(
            (page.status, page.text_of(".note.bad")),
            (409, "You can’t do this to your own account. Ask another admin.".into()),
            "{act}"
        );
    }
    assert!(is_in(&mut admin));
}

#[test]
fn the_last_active_admin_is_neither_disabled_nor_lowered() {
    let app = spawn_app();
    let person = app.given().staff(Role::Admin);
    let mut admin = app.sign_in(&person.email, PASSWORD);
    // Invited and disabled admins do not count.
    invite(&mut admin, "grace@desk.example", "admin");
    let other = app.given().staff(Role::Admin);
    disable_staff(app.context(), &other.id, &actor()).unwrap();
    assert!(disable_staff(app.context(), &person.id, &actor()).is_err());
    assert!(change_staff_role(app.context(), &person.id, Role::Agent, &actor()).is_err());
    assert!(is_in(&mut admin));
}

#[test]
fn of_two_admins_who_disable_each_other_at_once_one_stays() {
    for _ in 0..5 {
        let app = spawn_app();
        let (one, two) = (app.given().staff(Role::Admin), app.given().staff(Role::Admin));
        let ctx = app.context();
        let done = std::thread::scope(|scope| {
            let first = scope.spawn(|| disable_staff(ctx, &one.id, &actor()).is_ok());
            let second = scope.spawn(|| change_staff_role(ctx, &two.id, Role::Viewer, &actor()).is_ok());
            [first.join().unwrap(), second.join().unwrap()]
        });
        assert_eq!(done.iter().filter(|is_done| **is_done).count(), 1, "{done:?}");
    }
}

#[test]
fn the_report_tells_what_somebody_revealed_fulfilled_and_revoked() {
    let app = spawn_app();
    let person = app.given().staff(Role::Admin);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    let grant = app.given().delivered_grant("AAAA-BBBB-CCCC-DDDD");
    visitor.post(&format!("/grants/{grant}/reveal"), &[("reason", "The customer called")]);
    visitor.post(&format!("/grants/{grant}/reveal"), &[]);
    visitor.post(&format!("/grants/{grant}/revocation"), &[("reason", "Chargeback")]);
    let page = app.admin().get(&path(&person, ""));
    assert!(page.row("action=grant.reveal").contains('2'), "{:?}", page.rows());
    assert!(page.rows().iter().any(|row| row.contains("The customer called") && row.contains(grant.as_str())));
    assert!(page.links().contains(&format!("/audit?actor={}&action=grant.reveal", person.id)));
    app.advance(jiff::SignedDuration::from_hours(24 * 8));
    let later = app.admin().get(&path(&person, "?days=7"));
    assert!(later.row("action=grant.reveal").contains('0'), "{:?}", later.rows());
}

#[test]
fn unknown_people_are_not_found() {
    let app = spawn_app();
    let mut admin = app.admin();
    assert_eq!(admin.get("/staff/stf_000000000000000000000").status, 404);
    assert_eq!(admin.get("/staff/x").status, 404);
    assert_eq!(admin.post("/staff/stf_000000000000000000000/link", &[]).status, 404);
}

#[test]
fn one_page_speaks_german() {
    let app: TestApp = spawn_app();
    let mut admin = app.admin();
    admin.post("/preferences", &[("language", "de")]);
    assert_eq!(admin.get("/staff").heading(), "Team");
}
