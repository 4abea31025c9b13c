//! The command line as a whole: what it prints, how it fails, how it ends.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use crate::support::Visitor;
use crate::support::process::{Portal, keydesk, run};

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn say(data_dir: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Said {
    let mut command = keydesk(data_dir);
    command.args(arguments).envs(environment.iter().copied());
    let output = run(command, "");
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// One line on standard error that names the setting, exit code 1, and nothing of a panic.
fn assert_refused(said: &Said, what: &str) {
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains(what), "{:?} should name {what}", said.err);
    assert_eq!(said.err.trim_end().lines().count(), 1, "{:?}", said.err);
    assert!(!said.err.contains("panicked"), "{:?}", said.err);
}

#[test]
fn help_lists_the_commands_and_the_settings() {
    let home = tempfile::tempdir().unwrap();
    let help = say(&home.path().join("data"), &["--help"], &[]);
    assert_eq!(help.code, Some(0));
    for word in
        ["serve", "demo", "import", "staff", "migrate", "audit", "backup", "config", "--listen", "KEYDESK_SMTP_URL"]
    {
        assert!(help.out.contains(word), "{word}: {}", help.out);
    }
    assert!(!home.path().join("data").exists());
}

#[test]
fn completions_a_manual_page_and_a_sample_of_the_settings_are_printed_without_a_database() {
    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join("data");
    // Not even a wrong setting is in the way.
    let print = |arguments: &[&str]| say(&data_dir, arguments, &[("KEYDESK_TARGET", "soon")]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let said = print(&["completions", shell]);
        assert_eq!(said.code, Some(0), "{shell}: {}", said.err);
        assert!(said.out.contains("keydesk") && said.out.contains("smtp-url"), "{shell}");
    }
    assert_eq!(print(&["completions", "cmd"]).code, Some(2));
    let manual = print(&["man"]);
    for part in [".TH keydesk 1", "KEYDESK STOCK IMPORT", "KEYDESK_SMTP_URL", "entitlement"] {
        assert!(manual.out.contains(part), "{part}");
    }
    assert_eq!(manual.out.matches("KEYDESK_SMTP_URL").count(), 1, "settings stand there once");
    let sample = print(&["config", "--sample"]);
    assert!(sample.out.contains("\n#target = \"4h\"\n"), "{}", sample.out);
    assert!(!data_dir.exists());
}

#[test]
fn a_sample_of_the_settings_is_a_file_that_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join("data");
    let file = home.path().join("keydesk.toml");
    std::fs::write(&file, say(&data_dir, &["config", "--sample"], &[]).out).unwrap();
    let with_file = say(&data_dir, &["config", "--config", file.to_str().unwrap()], &[]);
    assert_eq!(with_file.code, Some(0), "{}", with_file.err);
    assert_eq!(with_file.out, say(&data_dir, &["config"], &[]).out);
}

#[test]
fn a_wrong_setting_stops_every_command_with_one_line() {
    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join("data");
    for (name, value) in [
        ("KEYDESK_LISTEN", "8080"),
        ("DATABASE_URL", "mysql://x"),
        ("KEYDESK_TARGET", "soon"),
        ("KEYDESK_TIME_ZONE", "Mars/Olympus"),
        ("KEYDESK_SECRET", "c2hvcnQ="),
        ("KEYDESK_TRUSTED_PROXIES", "300.1.2.3"),
        ("KEYDESK_NO_SUCH", "1"),
    ] {
        for arguments in [
            &["serve"][..],
            &["migrate"],
            &["import", "-"],
            &["audit", "verify"],
            &["staff", "list"],
            &["config"],
            &["demo"],
        ] {
            assert_refused(&say(&data_dir, arguments, &[(name, value)]), name);
        }
    }
    assert!(!data_dir.exists(), "nothing is made by a start that is refused");
}

#[test]
fn what_cannot_be_opened_is_one_line() {
    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join("data");
    assert_refused(
        &say(&data_dir, &["migrate"], &[("DATABASE_URL", "postgres://keydesk:hunter2@127.0.0.1:1/keydesk")]),
        "DATABASE_URL",
    );
    let said = say(&data_dir, &["migrate"], &[("DATABASE_URL", "postgres://keydesk:hunter2@127.0.0.1:1/keydesk")]);
    assert!(!said.err.contains("hunter2"), "{}", said.err);
    std::fs::write(data_dir.join("keydesk.db"), "this is no database, whatever its name says".repeat(100)).unwrap();
    assert_refused(&say(&data_dir, &["serve"], &[("KEYDESK_LISTEN", "127.0.0.1:0")]), "DATABASE_URL");
    let file = home.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert_refused(&say(&file, &["migrate"], &[]), "KEYDESK_DATA_DIR");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert_refused(&say(&home.path().join("other"), &["serve"], &[("KEYDESK_LISTEN", &address)]), "KEYDESK_LISTEN");
}

#[test]
fn a_readable_secret_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join("data");
    assert_eq!(say(&data_dir, &["migrate"], &[]).code, Some(0));
    let secret = data_dir.join("secret.key");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_refused(&say(&data_dir, &["serve"], &[("KEYDESK_LISTEN", "127.0.0.1:0")]), "secret.key");
}

#[test]
fn the_configuration_is_shown_without_its_secrets() {
    let home = tempfile::tempdir().unwrap();
    let secret = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    let said = say(
        &home.path().join("data"),
        &["config", "--target", "2h"],
        &[
            ("KEYDESK_SECRET", secret),
            ("KEYDESK_SMTP_URL", "smtp://keys:hunter2@mail.example:587"),
            ("DATABASE_URL", "postgres://keydesk:hunter3@db.example/keydesk"),
        ],
    );
    assert_eq!(said.code, Some(0), "{}", said.err);
    for shown in ["target = \"2h\"", "mail.example", "db.example", "listen = "] {
        assert!(said.out.contains(shown), "{shown}: {}", said.out);
    }
    for hidden in [secret, "hunter2", "hunter3"] {
        assert!(!said.out.contains(hidden) && !said.err.contains(hidden), "{hidden}: {}", said.out);
    }
}

#[test]
fn migrating_twice_changes_nothing_the_second_time() {
    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join("data");
    let first = say(&data_dir, &["migrate"], &[]);
    assert!(first.code == Some(0) && first.out.contains("applied"), "{}{}", first.out, first.err);
    let second = say(&data_dir, &["migrate"], &[]);
    assert!(second.code == Some(0) && second.out.contains("up to date"), "{}{}", second.out, second.err);
    assert_eq!(std::fs::metadata(data_dir.join("secret.key")).unwrap().permissions().mode() & 0o777, 0o600);
    let verified = say(&data_dir, &["audit", "verify"], &[]);
    assert!(verified.code == Some(0) && verified.out.contains("0 entries"), "{}{}", verified.out, verified.err);
}

#[test]
fn serving_says_where_and_who_comes_first_and_ends_cleanly() {
    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join("data");
    let portal = Portal::start(keydesk(&data_dir));
    assert!(portal.greeting.contains(&format!("listening on http://{}", portal.address)));
    assert_eq!(Visitor::new(portal.address).get("/healthz").status, 200);
    assert_eq!(Visitor::new(portal.address).get("/readyz").status, 200);
    assert_eq!(portal.terminate(), Some(0));
    assert!(data_dir.join("keydesk.db").exists() && data_dir.join("secret.key").exists());
}

#[test]
fn the_portal_goes_on_where_nobody_reads_what_it_prints() {
    let home = tempfile::tempdir().unwrap();
    let mut command = keydesk(&home.path().join("data"));
    command.arg("serve").env("KEYDESK_LISTEN", "127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    // The pipe is closed before the hint that nobody can sign in yet.
    BufReader::with_capacity(1, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let address = first.trim().strip_prefix("listening on http://").unwrap().parse().unwrap();
    for _ in 0..20 {
        assert_eq!(Visitor::new(address).get("/healthz").status, 200);
    }
    assert_eq!(child.try_wait().unwrap(), None, "it runs");
    child.kill().unwrap();
    child.wait().unwrap();
}
