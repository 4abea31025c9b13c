//! An installation without passwords: everybody signs in with the identity provider.

use jiff::SignedDuration;
use keydesk::domain::staff::Role;
use serde_json::json;

use super::passwords::mailed_link;
use super::second_factor::scan;
use crate::support::given::{PASSWORD, Person};
use crate::support::process::{complaint, keydesk, lines, run};
use crate::support::provider::{IdentityProvider, verified};
use crate::support::{Page, TestApp, Visitor};

fn without_passwords(provider: &IdentityProvider) -> TestApp {
    provider.portal().with("passwords", "off").spawn()
}

fn sign_in(app: &TestApp, provider: &IdentityProvider, person: &Person) -> Visitor {
    let mut visitor = app.anonymous();
    let page = provider.sign_in(&mut visitor, &verified(person.id.as_str(), &person.email));
    assert_eq!(page.location(), "/grants");
    visitor
}

fn post(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Page {
    let mut visitor = app.anonymous();
    let origin = visitor.origin();
    visitor.post_raw(path, fields, &[("origin", &origin)])
}

/// There and back once more, as the page's link says, having authenticated so many seconds ago.
fn confirm(provider: &IdentityProvider, visitor: &mut Visitor, page: &Page, person: &Person, ago: i64) -> Page {
    let link = page.links().into_iter().find(|link| link.starts_with("/login/provider?confirm=again")).expect("a link");
    let departure = visitor.get(&link);
    assert!(departure.header("location").unwrap().contains("max_age=60"));
    let mut claims = verified(person.id.as_str(), &person.email);
    claims["auth_time"] = json!(keydesk::domain::clock::Clock::system().now().as_second() - ago);
    let back = provider.answer(&departure, &claims);
    visitor.get_followed(&back)
}

#[test]
fn the_sign_in_page_offers_the_provider_alone() {
    let provider = IdentityProvider::start();
    let app = without_passwords(&provider);
    let page = app.anonymous().get("/login?next=/audit");
    assert_eq!((page.status, page.count("form"), page.count("input")), (200, 0, 0));
    assert!(page.links().contains(&"/login/provider?next=/audit".to_owned()));
    assert!(!page.links().contains(&"/forgotten-password".to_owned()));
    let failed = app.anonymous().get("/login?failed=provider");
    assert_eq!(failed.errors(), ["Signing in with your organization failed. Try again."]);
    assert_eq!(failed.attribute("#errors a", "href").as_deref(), Some("#provider"));
    assert!(failed.has("a#provider"));
}

#[test]
fn every_way_of_a_password_is_refused_and_tells_nothing_about_anybody() {
    let provider = IdentityProvider::start();
    let app = without_passwords(&provider);
    let person = app.given().staff(Role::Admin);
    for email in [person.email.as_str(), "nobody@desk.example"] {
        for page in [
            post(&app, "/login", &[("email", email), ("password", PASSWORD)]),
            app.anonymous().get("/forgotten-password"),
            post(&app, "/forgotten-password", &[("email", email)]),
            app.anonymous().get("/new-password?token=x"),
            post(&app, "/new-password", &[("token", "x"), ("password", PASSWORD)]),
        ] {
            assert_eq!((page.status, page.heading().as_str()), (403, "Passwords are turned off"));
            assert!(page.links().contains(&"/login".to_owned()));
        }
    }
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 0);
    let mut admin = sign_in(&app, &provider, &person);
    assert_eq!(admin.get("/audit?action=staff.login_failed").rows().len(), 0);
    assert_eq!(admin.get("/audit?action=staff.reset_asked").rows().len(), 0);
}

#[test]
fn links_and_first_steps_from_before_end_when_passwords_are_turned_off() {
    let provider = IdentityProvider::start();
    let mut app = provider.portal().spawn();
    let (person, other) = (app.given().staff(Role::Agent), app.given().staff(Role::Agent));
    let mut visitor = app.anonymous();
    visitor.get("/forgotten-password");
    visitor.post("/forgotten-password", &[("email", &person.email)]);
    let link = mailed_link(&app);
    visitor.get("/forgotten-password");
    visitor.post("/forgotten-password", &[("email", &other.email)]);
    let (phone, _) = app.given().second_factor(&person);
    let mut half = app.anonymous();
    half.post("/login", &[("email", &person.email), ("password", PASSWORD)]);
    half.get("/login/code");
    app.restart_with("passwords", "off");
    visitor.address = app.address;
    assert_eq!(visitor.get(&link).status, 403);
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 1, "the second link is not sent any more");
    half.address = app.address;
    let code = phone.next_code(&app);
    assert_eq!(half.post("/login/code", &[("code", &code)]).location(), "/login");
}

#[test]
fn an_invitation_leads_to_the_sign_in_page_and_does_not_expire() {
    let provider = IdentityProvider::start();
    let app = without_passwords(&provider);
    let mut admin = sign_in(&app, &provider, &app.given().staff(Role::Admin));
    admin.get("/staff");
    let fields = [("email", "grace@desk.example"), ("name", "Grace Hopper"), ("role", "agent")];
    assert_eq!(admin.post("/staff", &fields).status, 303);
    app.run_outbox_until_empty();
    let mail = app.mailbox.only();
    assert!(mail.text().contains("/login\n") && !mail.text().contains("token"), "{}", mail.text());
    assert!(!mail.text().contains("assword") && !mail.html().contains("assword"), "{}", mail.text());
    app.advance(SignedDuration::from_hours(48));
    let mut admin = sign_in(&app, &provider, &app.given().staff(Role::Admin));
    assert!(admin.get("/staff").row("grace@desk.example").contains("Invited"));
    let mut grace = app.anonymous();
    assert_eq!(provider.sign_in(&mut grace, &verified("grace", "grace@desk.example")).location(), "/grants");
    assert_eq!((grace.get("/audit").status, grace.get("/staff").status), (200, 403), "an agent, as she was invited");
    assert!(admin.get("/staff").row("grace@desk.example").contains("Active"));
}

#[test]
fn nobody_is_offered_or_sent_a_new_password() {
    let provider = IdentityProvider::start();
    let app = without_passwords(&provider);
    let person = app.given().staff(Role::Agent);
    let mut admin = sign_in(&app, &provider, &app.given().staff(Role::Admin));
    let path = format!("/staff/{}", person.id);
    assert!(!admin.get(&path).has(&format!("form[action=\"{path}/link\"]")));
    let page = admin.post(&format!("{path}/link"), &[]);
    assert_eq!(
        (page.status, page.text_of(".note.bad").as_str()),
        (409, "Passwords are turned off. This person signs in with your organization.")
    );
    let page = admin.get("/account");
    assert_eq!((page.status, page.count("input[type=password]")), (200, 0));
    let change = [("current_password", PASSWORD), ("new_password", "an entirely new sentence")];
    assert_eq!(admin.post("/account/password", &change).status, 403);
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 0);
}

#[test]
fn a_second_factor_changes_after_a_recent_sign_in_with_the_provider_alone() {
    let provider = IdentityProvider::start();
    let app = without_passwords(&provider);
    let person = app.given().staff(Role::Agent);
    let mut visitor = sign_in(&app, &provider, &person);
    app.advance(SignedDuration::from_mins(10));
    let page = visitor.get("/account/second-factor");
    let phone = scan(&page);
    let code = phone.code(&app);
    // The right password of before is no proof any more, and nothing else that is sent is.
    for fields in [vec![("code", code.as_str())], vec![("code", &code), ("password", PASSWORD)]] {
        let refused = visitor.post("/account/second-factor", &fields);
        assert_eq!((refused.status, refused.errors().len()), (422, 1));
        assert_eq!(refused.attribute("#errors a", "href").as_deref(), Some("#password"));
        assert!(refused.has("a#password"));
    }
    // Whoever was let through without authenticating again has confirmed nothing.
    let page = confirm(&provider, &mut visitor, &page, &person, 3_600);
    assert_eq!(page.heading(), "Set up a second factor");
    let page = confirm(&provider, &mut visitor, &page, &person, 5);
    let phone = scan(&page);
    let done = visitor.post("/account/second-factor", &[("code", &phone.code(&app))]);
    assert_eq!((done.status, done.has(".slip")), (200, true), "{}", done.body);

    app.advance(SignedDuration::from_mins(11));
    for path in ["/account/recovery-codes", "/account/second-factor/removal"] {
        let refused = visitor.post(path, &[("password", PASSWORD)]);
        assert_eq!((refused.status, refused.errors().len()), (422, 1), "{path}");
    }
    let page = visitor.get("/account");
    let page = confirm(&provider, &mut visitor, &page, &person, 0);
    assert_eq!(page.heading(), "Second step", "the factor is asked for here too");
    visitor.post("/login/code", &[("code", &phone.next_code(&app))]);
    visitor.get("/account");
    assert_eq!(visitor.post("/account/recovery-codes", &[]).status, 200);
    visitor.get("/account");
    assert_eq!(visitor.post("/account/second-factor/removal", &[]).status, 303);
    assert!(visitor.get("/account").flash().contains("removed"));
}

#[test]
fn who_has_a_password_confirms_with_it_and_who_has_none_with_the_provider() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("oidc_default_role", "agent").spawn();
    let person = app.given().staff(Role::Agent);
    let mut visitor = sign_in(&app, &provider, &person);
    let page = visitor.get("/account/second-factor");
    let code = scan(&page).code(&app);
    assert!(page.has("input[name=password]"));
    assert_eq!(visitor.post("/account/second-factor", &[("code", &code)]).status, 422);
    assert_eq!(visitor.post("/account/second-factor", &[("code", &code), ("password", PASSWORD)]).status, 200);

    let mut newcomer = app.anonymous();
    provider.sign_in(&mut newcomer, &verified("new", "new@desk.example"));
    let page = newcomer.get("/account/second-factor");
    assert!(!page.has("input[name=password]"));
    let code = scan(&page).code(&app);
    assert_eq!(newcomer.post("/account/second-factor", &[("code", &code)]).status, 200);
}

#[test]
fn commands_add_people_without_a_password_and_refuse_to_set_one() {
    let provider = IdentityProvider::start();
    let app = provider.portal().with("passwords", "off").with_system_clock().spawn();
    let say = |arguments: &[&str], input: &str| {
        let mut command = keydesk(&app.data_dir());
        command.args(arguments).env("DATABASE_URL", &app.database.url).env("KEYDESK_PASSWORDS", "off");
        command.env("KEYDESK_OIDC_ISSUER", provider.issuer()).env("KEYDESK_OIDC_CLIENT_ID", "keydesk");
        run(command, input)
    };
    let add = ["staff", "add", "ada@desk.example", "--name", "Ada", "--role", "admin"];
    let with_password = [add.as_slice(), &["--password-stdin"]].concat();
    assert!(complaint(&say(&with_password, PASSWORD)).contains("KEYDESK_PASSWORDS"));
    let added = lines(&say(&add, ""));
    assert!(added.contains("identity provider") && !added.contains("password"), "{added}");
    let mut ada = app.anonymous();
    assert_eq!(provider.sign_in(&mut ada, &verified("ada", "ada@desk.example")).location(), "/grants");
    assert_eq!(ada.get("/staff").status, 200);

    let refusal = complaint(&say(&["staff", "reset", "ada@desk.example"], ""));
    assert!(refusal.contains("KEYDESK_PASSWORDS=on"), "{refusal}");
    let forgotten = lines(&say(&["staff", "reset", "ada@desk.example", "--forget-identity"], ""));
    assert!(forgotten.contains("forgot the identity"), "{forgotten}");
    assert_eq!(ada.get("/account").status, 303, "signed out");
    let again = lines(&say(&["staff", "reset", "ada@desk.example", "--forget-identity"], ""));
    assert!(again.contains("not linked to an identity provider"), "{again}");
    assert_eq!(provider.sign_in(&mut ada, &verified("other", "ada@desk.example")).location(), "/grants");
}

#[test]
fn without_a_provider_passwords_stay_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = keydesk(&dir.path().join("data"));
    command.args(["serve"]).env("KEYDESK_PASSWORDS", "off");
    let refusal = complaint(&run(command, ""));
    assert!(refusal.contains("KEYDESK_PASSWORDS") && refusal.contains("KEYDESK_OIDC_ISSUER"), "{refusal}");
}
