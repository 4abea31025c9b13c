//! `keydesk staff`, and what stops a start.

use keydesk::domain::staff::Role;

use crate::support::given::PASSWORD;
use crate::support::process::{Portal, complaint, keydesk, lines, run, say};
use crate::support::{TestApp, Visitor};

#[test]
fn a_person_who_is_added_signs_in_with_the_password_that_was_given() {
    let app = TestApp::builder().with_system_clock().spawn();
    let added = say(
        &app,
        &["staff", "add", "ada@desk.example", "--name", "Ada", "--role", "admin", "--password-stdin"],
        &format!("{PASSWORD}\n"),
    );
    assert!(!lines(&added).contains(PASSWORD));
    assert!(app.sign_in("ada@desk.example", PASSWORD).get("/login").status == 303);
    let again = say(&app, &["staff", "add", "ADA@desk.example", "--name", "Ada", "--role", "viewer"], "");
    assert!(complaint(&again).contains("already exists"));
}

#[test]
fn a_made_up_password_is_printed_once_and_works() {
    let app = TestApp::builder().with_system_clock().spawn();
    let added = lines(&say(&app, &["staff", "add", "bob@desk.example", "--name", "Bob", "--role", "agent"], ""));
    let password = added.lines().last().and_then(|line| line.strip_prefix("password: ")).unwrap();
    app.sign_in("bob@desk.example", password);
    let listed = lines(&say(&app, &["staff", "list"], ""));
    assert!(listed.contains("bob@desk.example") && !listed.contains(password));
}

#[test]
fn disabling_and_resetting_end_the_sessions_of_a_running_portal() {
    let app = TestApp::builder().with_system_clock().spawn();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    lines(&say(&app, &["staff", "reset", &person.email, "--password-stdin"], "an entirely new sentence\n"));
    assert_eq!(visitor.get("/login").status, 200, "signed out");
    let mut visitor = app.sign_in(&person.email, "an entirely new sentence");
    lines(&say(&app, &["staff", "disable", &person.email], ""));
    assert_eq!(visitor.get("/login").status, 200, "signed out");
    let answer = visitor.post("/login", &[("email", &person.email), ("password", "an entirely new sentence")]);
    assert_eq!(answer.status, 422);
}

/// Types wrong passwords until nobody at this machine may try any longer.
fn use_up_tries(app: &TestApp) {
    let mut visitor = app.anonymous();
    for number in 0..21 {
        let email = format!("nobody{number}@desk.example");
        visitor.post("/login", &[("email", &email), ("password", "a wrong password")]);
    }
}

#[test]
fn delays_after_wrong_passwords_are_lifted_while_the_portal_runs() {
    let app = TestApp::builder().with_system_clock().spawn();
    let person = app.given().staff(Role::Admin);
    let sign_in = |password: &str| app.anonymous().post("/login", &[("email", &person.email), ("password", password)]);
    for command in [vec!["staff", "unlock"], vec!["staff", "unlock", "127.0.0.1"]] {
        use_up_tries(&app);
        assert_eq!(sign_in(PASSWORD).status, 429);
        lines(&say(&app, &["staff", "unlock", "203.0.113.9"], ""));
        assert_eq!(sign_in(PASSWORD).status, 429, "that was another address");
        lines(&say(&app, &command, ""));
        assert_eq!(sign_in(PASSWORD).status, 303, "{command:?}");
    }
    for _ in 0..5 {
        assert_eq!(sign_in("a wrong password").status, 422);
    }
    assert_eq!(sign_in(PASSWORD).status, 429);
    lines(&say(&app, &["staff", "unlock"], ""));
    assert_eq!(sign_in(PASSWORD).status, 303, "those of the account too");

    use_up_tries(&app);
    let new = "an entirely new sentence";
    lines(&say(&app, &["staff", "reset", &person.email, "--password-stdin"], &format!("{new}\n")));
    assert_eq!(sign_in(new).status, 303);
    assert_eq!(app.count("audit_entries WHERE action = 'staff.unlock'"), 6);
    assert!(complaint(&say(&app, &["staff", "unlock", "ada@desk.example"], "")).contains("an IP address"));
}

#[test]
fn mistakes_are_told_in_one_line() {
    let app = TestApp::builder().with_system_clock().spawn();
    for (arguments, input, expected) in [
        (vec!["staff", "add", "ada", "--name", "A", "--role", "admin"], "", "expected an e-mail address"),
        (vec!["staff", "add", "a@b.example", "--name", "A", "--role", "boss"], "", "expected viewer, agent or admin"),
        (vec!["staff", "add", "a@b.example", "--name", "", "--role", "agent"], "", "--name"),
        (
            vec!["staff", "add", "a@b.example", "--name", "A", "--role", "agent", "--password-stdin"],
            "too short",
            "15 characters",
        ),
        (
            vec!["staff", "add", "a@b.example", "--name", "A", "--role", "agent", "--password-stdin"],
            "",
            "--password-stdin",
        ),
        (vec!["staff", "disable", "nobody@b.example"], "", "nobody has the address"),
        (vec!["staff", "reset", "nobody@b.example"], "", "nobody has the address"),
    ] {
        let said = complaint(&say(&app, &arguments, input));
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

#[test]
fn a_first_start_says_how_to_make_the_first_account() {
    let app = TestApp::builder().with_system_clock().spawn();
    let data_dir = app.data_dir().with_file_name("fresh");
    let mut command = keydesk(&data_dir);
    command.arg("serve");
    let portal = Portal::start(command);
    assert_eq!(Visitor::new(portal.address).get("/readyz").status, 200);
    assert_eq!(portal.terminate(), Some(0));
    let mut command = keydesk(&data_dir);
    command.args(["staff", "list"]);
    assert!(lines(&run(command, "")).contains("keydesk staff add"));
}

#[test]
fn a_portal_that_listens_everywhere_names_an_address_that_opens_and_the_setting_it_lacks() {
    let home = tempfile::tempdir().unwrap();
    let (data_dir, log) = (home.path().join("data"), home.path().join("log"));
    for (base_url, expected) in [("", "KEYDESK_BASE_URL is not set"), ("https://keys.example.com", "")] {
        let mut command = keydesk(&data_dir);
        command.args(["serve", "--listen", "0.0.0.0:0"]).env("KEYDESK_BASE_URL", base_url);
        command.stderr(std::fs::File::create(&log).unwrap());
        let portal = Portal::start_logging_to(command);
        assert!(portal.greeting.contains("listening on http://127.0.0.1:"), "{}", portal.greeting);
        assert_eq!(Visitor::new(portal.address).get("/healthz").status, 200);
        assert_eq!(portal.terminate(), Some(0));
        let logged = std::fs::read_to_string(&log).unwrap();
        let told: Vec<&str> = logged.lines().filter(|line| line.contains("KEYDESK_BASE_URL")).collect();
        assert_eq!(told.len(), usize::from(!expected.is_empty()), "{logged}");
        assert!(told.iter().all(|line| line.contains(expected) && line.contains("WARN")), "{told:?}");
    }
}

#[test]
fn a_start_that_cannot_be_stops_with_one_line() {
    let app = TestApp::builder().with_system_clock().spawn();
    let taken = app.address.to_string();
    for (name, value, expected) in [
        ("KEYDESK_LISTEN", taken.as_str(), "KEYDESK_LISTEN: cannot listen on"),
        ("KEYDESK_SECRET", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "KEYDESK_SECRET: this is not the secret"),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/x", "DATABASE_URL: the database cannot be reached"),
        ("DATABASE_URL", "sqlite:///nowhere/at/all/x.db", "DATABASE_URL: the database cannot be reached"),
        ("KEYDESK_SMTP_CA", "/nowhere/ca.pem", "KEYDESK_SMTP_CA: cannot read /nowhere/ca.pem"),
    ] {
        let mut command = keydesk(&app.data_dir());
        command.arg("serve").env("DATABASE_URL", &app.database.url).env("KEYDESK_LISTEN", "127.0.0.1:0");
        command.env("KEYDESK_SMTP_URL", "smtp://127.0.0.1:25").env(name, value);
        let said = complaint(&run(command, ""));
        assert!(said.contains(expected), "{said}");
    }
}
