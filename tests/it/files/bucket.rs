//! Files in S3-compatible storage, with a real server for it: `TEST_S3_SERVER` names the program `s3s-fs`, which
//! `scripts/test` installs. Without it there is nothing to test against.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jiff::SignedDuration;
use keydesk::usecases::files::sweep::sweep_files;

use super::{content, delivered, downloads, entitlement_of, of_files, upload};
use crate::support::process::{complaint, keydesk, run};
use crate::support::{TestApp, spawn_app};

const SIZE: u32 = 700_001;

/// A storage server with an empty bucket, stopped when it is dropped.
struct Storage {
    server: Child,
    root: tempfile::TempDir,
    address: String,
}

impl Storage {
    /// `None` without a server to start.
    fn start() -> Option<Self> {
        let program = std::env::var_os("TEST_S3_SERVER")?;
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("shop-files")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        command.args(["--access-key", "keydesk", "--secret-key", "very-secret"]).arg(root.path());
        let server = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let address = format!("127.0.0.1:{port}");
        while std::net::TcpStream::connect(&address).is_err() {
            std::thread::yield_now();
        }
        Some(Self { server, root, address })
    }

    fn url(&self) -> String {
        format!("s3://shop-files/keydesk?endpoint=http://{}", self.address)
    }

    fn app(&self) -> TestApp {
        TestApp::builder()
            .with("webhook_allow", "127.0.0.1")
            .with("files_store", &self.url())
            .with("files_access_key", "keydesk")
            .with("files_secret_key", "very-secret")
            .spawn()
    }

    /// The names of the contents in the bucket.
    fn contents(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.root.path().join("shop-files/keydesk"), &mut found);
        found.sort();
        found
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

fn collect(path: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            collect(&entry.path(), found);
        } else if name.len() == 64 {
            found.push(name);
        }
    }
}

#[test]
fn files_go_to_the_bucket_and_come_from_it_whole_and_in_ranges() {
    let Some(storage) = Storage::start() else { return };
    let app = storage.app();
    let (_, link) = delivered(&app, &[("a.zip", &content(SIZE)), ("empty.txt", b"")]);
    assert_eq!(storage.contents().len(), 2);
    assert_eq!(super::stored(&app), (Vec::new(), 0), "nothing stays on this machine");
    let mut customer = app.anonymous();
    let urls = downloads(&customer.get(&link));
    let whole = customer.send("GET", &urls[0], &[], Vec::new());
    assert!(whole.status == 200 && whole.bytes == content(SIZE));
    let rest = customer.send("GET", &urls[0], &[("range", "bytes=300000-")], Vec::new());
    assert!(rest.status == 206 && rest.bytes == content(SIZE)[300_000..]);
    let empty = customer.send("GET", &urls[1], &[], Vec::new());
    assert_eq!((empty.status, empty.bytes.len()), (200, 0));
}

#[test]
fn the_same_content_is_there_once_and_goes_when_nobody_has_it() {
    let Some(storage) = Storage::start() else { return };
    let app = storage.app();
    let (grant, _) = delivered(&app, &[("a.zip", &content(SIZE))]);
    let other = of_files(&app);
    assert_eq!(upload(&mut app.admin(), &other, "", &[("b.zip", &content(SIZE))]).status, 303);
    assert_eq!(storage.contents().len(), 1);
    // The storage goes by its own clock, which is ahead of the test's.
    app.advance(SignedDuration::from_hours(24 * 365 * 20));
    sweep_files(app.context()).unwrap();
    assert_eq!(storage.contents().len(), 1, "two files have it");
    for id in [entitlement_of(&app, &grant), other] {
        let mut admin = app.admin();
        let page = admin.get(&format!("/entitlements/{id}/edit"));
        let removal = page.attributes("form[action$='/removal']", "action").remove(0);
        assert_eq!(admin.post(&removal, &[]).status, 303);
    }
    sweep_files(app.context()).unwrap();
    assert_eq!(storage.contents(), Vec::<String>::new());
}

#[test]
fn storage_that_does_not_answer_loses_nothing_and_shows_no_half_file() {
    let Some(mut storage) = Storage::start() else { return };
    let app = storage.app();
    let (grant, link) = delivered(&app, &[("a.zip", &content(SIZE))]);
    storage.server.kill().unwrap();
    storage.server.wait().unwrap();
    let mut customer = app.anonymous();
    let page = customer.get(&link);
    assert_eq!(page.status, 200, "the page itself needs no storage");
    assert_eq!(customer.send("GET", &downloads(&page)[0], &[], Vec::new()).status, 503);
    let page = upload(&mut app.admin(), &entitlement_of(&app, &grant), "", &[("b.zip", &content(9))]);
    assert!(page.status >= 400, "{}", page.status);
    assert_eq!(super::stored(&app).1, 0, "no upload is left behind");
    assert_eq!(app.count("files"), 1);
}

#[test]
fn a_wrong_key_or_a_private_address_stops_the_start_with_a_sentence() {
    let Some(storage) = Storage::start() else { return };
    let plain = spawn_app();
    let start = |key: &str, allow: &str| {
        let mut command = keydesk(&plain.data_dir());
        command.args(["serve", "--listen", "127.0.0.1:0"]).env("DATABASE_URL", &plain.database.url);
        command.env("KEYDESK_FILES_STORE", storage.url()).env("KEYDESK_FILES_ACCESS_KEY", "keydesk");
        command.env("KEYDESK_FILES_SECRET_KEY", key).env("KEYDESK_WEBHOOK_ALLOW", allow);
        complaint(&run(command, ""))
    };
    let wrong = start("not-the-key", "127.0.0.1");
    assert!(wrong.contains("KEYDESK_FILES_STORE") && !wrong.contains("not-the-key"), "{wrong}");
    let private = start("very-secret", "");
    assert!(private.contains("KEYDESK_FILES_STORE") && private.contains("KEYDESK_WEBHOOK_ALLOW"), "{private}");
}
