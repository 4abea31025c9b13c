//! Who may read what the program writes.

use std::fs::DirEntry;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::database::is_postgres;
use crate::support::process::{Portal, complaint, keydesk, lines, run};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o777
}

/// Every file and directory below with its mode.
fn modes(dir: &Path) -> Vec<(String, u32, bool)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        found.push((path.display().to_string(), mode(&path), path.is_dir()));
        if path.is_dir() {
            found.extend(modes(&path));
        }
    }
    found
}

/// The same command in a shell with the most generous umask.
fn with_open_umask(command: &Command) -> Command {
    let mut open = Command::new("sh");
    open.args(["-c", "umask 0; exec \"$@\"", "sh"]).arg(command.get_program()).args(command.get_args());
    open.current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => open.env(name, value),
            None => open.env_remove(name),
        };
    }
    open
}

#[test]
fn every_file_of_every_command_is_its_owners_alone_whatever_the_umask_on_sqlite() {
    if is_postgres() {
        return; // There the database is no file.
    }
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let elsewhere = dir.path().join("elsewhere");
    for path in [&data, &elsewhere] {
        std::fs::create_dir(path).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let url = format!("sqlite://{}", elsewhere.join("keydesk.db").display());
    let say = |arguments: &[&str], input: &str| {
        let mut command = keydesk(&data);
        command.args(arguments).env("DATABASE_URL", &url);
        lines(&run(with_open_umask(&command), input))
    };
    say(&["staff", "add", "ada@desk.example", "--name", "Ada", "--role", "admin"], "");
    let mut serve = keydesk(&data);
    serve.arg("serve").env("DATABASE_URL", &url);
    let portal = Portal::start(with_open_umask(&serve));
    let backup = elsewhere.join("backup.db").display().to_string();
    say(&["backup", &backup], "");
    say(&["api-key", "add", "shop"], "");
    // A forgotten password leaves a kept e-mail.
    let mut visitor = crate::support::Visitor::new(portal.address);
    assert_eq!(visitor.post("/forgotten-password", &[("email", "ada@desk.example")]).status, 303);
    for _ in 0..200 {
        let is_mail =
            |entry: std::io::Result<DirEntry>| entry.unwrap().path().extension().is_some_and(|end| end == "eml");
        if std::fs::read_dir(data.join("mail")).is_ok_and(|mut mails| mails.any(is_mail)) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    let found: Vec<_> = modes(&data).into_iter().chain(modes(&elsewhere)).collect();
    for name in ["keydesk.db", "keydesk.db-wal", "keydesk.db-shm", "backup.db", "secret.key", "/mail", ".eml"] {
        assert!(found.iter().any(|(path, ..)| path.ends_with(name)), "{name}: {found:?}");
    }
    for (path, mode, is_dir) in found {
        assert_eq!(format!("{mode:o}"), if is_dir { "700" } else { "600" }, "{path}");
    }
}

#[test]
fn what_others_can_enter_or_read_is_named_at_the_start_on_sqlite() {
    if is_postgres() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (data, elsewhere) = (dir.path().join("data"), dir.path().join("elsewhere"));
    for path in [&data, &elsewhere] {
        std::fs::create_dir(path).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o751)).unwrap();
    }
    let file = elsewhere.join("keydesk.db");
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let start = || {
        let mut command = keydesk(&data);
        command.arg("serve").env("DATABASE_URL", format!("sqlite://{}", file.display()));
        command.env("KEYDESK_LISTEN", "127.0.0.1:0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.as_mut().unwrap()), &mut line).unwrap();
        // Not killed: the last lines of the log are written when it ends.
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
        String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap()
    };
    let warned = start();
    for path in [&data, &elsewhere, &file] {
        let (wanted, path) = (if path.is_dir() { "700" } else { "600" }, path.display());
        let is_named =
            |line: &str| line.contains(&format!("{path} is open")) && line.contains(&format!("chmod {wanted}"));
        assert!(warned.lines().any(is_named), "{path}: {warned}");
    }
    for entry in modes(dir.path()) {
        let mode = if entry.2 { 0o700 } else { 0o600 };
        std::fs::set_permissions(&entry.0, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    assert!(!start().contains("is open to other users"), "nothing to warn about");
}

#[test]
fn secrets_are_not_taken_from_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    for (flag, value) in [
        ("--secret", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("--smtp-url", "smtp://user:hunter2@mail.example"),
        ("--database-url", "postgres://kd:hunter2@db/kd"),
        ("--oidc-client-secret", "hunter2"),
    ] {
        let mut command = keydesk(&data);
        command.args(["config", flag, value]);
        let said = complaint(&run(command, ""));
        assert!(said.contains(flag) && said.contains("@FILE") && !said.contains(value), "{said}");
    }
    let file = dir.path().join("smtp");
    std::fs::write(&file, "smtp://user:hunter2@mail.example\n").unwrap();
    let mut command = keydesk(&data);
    command.args(["config", "--smtp-url", &format!("@{}", file.display())]);
    assert!(lines(&run(command, "")).contains("smtp://user:(hidden)@mail.example"));
    let mut command = keydesk(&data);
    command.args(["config", "--smtp-url", "smtp://mail.example"]);
    assert!(lines(&run(command, "")).contains("smtp://mail.example"));
}
