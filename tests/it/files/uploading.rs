//! The section on an entitlement's page: adding, describing, ordering and removing files.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use keydesk::domain::entitlement::IntegrationType;

use super::{content, form, of_files, stored, upload};
use crate::support::{TestApp, spawn_app};

#[test]
fn files_are_listed_in_their_order_with_note_size_and_hash() {
    let app = spawn_app();
    let (id, mut admin) = (of_files(&app), app.admin());
    let page = upload(&mut admin, &id, "Windows 10 and later", &[("b.zip", &content(700_000)), ("a.pdf", b"PDF")]);
    assert_eq!(page.location(), format!("/entitlements/{id}/edit"), "{}", page.body);
    let page = admin.follow(page);
    assert_eq!(page.flash(), "2 files were added.");
    let rows = page.texts_of("#files tbody tr");
    assert!(rows[0].contains("b.zip") && rows[0].contains("700 kB") && rows[0].contains("Windows 10"), "{rows:?}");
    assert!(rows[1].contains("a.pdf") && rows[1].contains("3 B") && rows[1].contains("SHA-256"), "{rows:?}");
    assert_eq!((stored(&app).0.len(), stored(&app).1), (2, 0));
}

#[test]
fn a_file_moves_gets_another_note_and_goes() {
    let app = spawn_app();
    let (id, mut admin) = (of_files(&app), app.admin());
    upload(&mut admin, &id, "", &[("a.zip", b"a"), ("b.zip", b"b")]);
    let edit = format!("/entitlements/{id}/edit");
    let names = |page: &crate::support::Page| page.texts_of("#files tbody th strong");
    let page = admin.get(&edit);
    let down = page.attribute("#files form[action$=position]", "action").unwrap();
    let moved = admin.post(&down, &[("direction", "down")]);
    let page = admin.follow(moved);
    assert_eq!(names(&page), ["b.zip", "a.zip"]);
    let note = page.attribute("#files form[action$=note]", "action").unwrap();
    let saved = admin.post(&note, &[("note", "Needed once")]);
    let page = admin.follow(saved);
    assert!(page.text_of("#files tbody tr").contains("Needed once"));
    let long = "x".repeat(201);
    let refused = admin.post(&note, &[("note", &long)]);
    assert_eq!((refused.status, refused.field("note").value), (422, long));
    let removal = page.attribute("#files form[action$=removal]", "action").unwrap();
    let removed = admin.post(&removal, &[]);
    let page = admin.follow(removed);
    assert_eq!(
        (page.flash(), names(&page)),
        ("b.zip was removed. Its links no longer work.".into(), vec!["a.zip".into()])
    );
    assert_eq!(admin.post(&removal, &[]).status, 404, "it is gone already");
    let actions = ["file.added", "file.moved", "file.updated", "file.removed"];
    for (action, count) in actions.into_iter().zip([2, 1, 1, 1]) {
        assert_eq!(app.count(&format!("audit_entries WHERE action = '{action}'")), count, "{action}");
    }
}

#[test]
fn names_are_made_safe() {
    let app = spawn_app();
    let (id, mut admin) = (of_files(&app), app.admin());
    let names = ["../../etc/passwd", "C:\\temp\\setup.exe", ".htaccess", "CON.txt", "Größe – 日本語.pdf"];
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &b"x"[..])).collect();
    let page = upload(&mut admin, &id, "", &files);
    let shown = admin.follow(page).texts_of("#files tbody th strong");
    assert_eq!(shown, ["passwd", "setup.exe", "htaccess", "_CON.txt", "Größe – 日本語.pdf"]);
}

#[test]
fn what_is_too_large_or_missing_is_said_and_leaves_nothing() {
    let app = TestApp::builder().with("files_max_size", "1MB").spawn();
    let (id, mut admin) = (of_files(&app), app.admin());
    let page = upload(&mut admin, &id, "Mine", &[("a.zip", b"a"), ("b.zip", &content(1_000_001))]);
    assert_eq!(page.status, 413, "{}", page.body);
    assert!(page.field("file").error.is_some_and(|error| error.contains("1.0 MB")), "{}", page.body);
    assert_eq!(page.field("note").value, "Mine");
    let page = upload(&mut admin, &id, "Mine", &[]);
    assert_eq!((page.status, page.errors().len()), (422, 1));
    let page = upload(&mut admin, &id, &"x".repeat(300), &[("a.zip", b"a")]);
    assert_eq!(page.status, 422);
    assert!(page.field("note").error.is_some());
    assert_eq!((stored(&app), app.count("files")), ((Vec::new(), 0), 0));
    assert_eq!(upload(&mut admin, &id, "", &[("fits.zip", &content(1_000_000))]).status, 303);
}

#[test]
fn only_admins_with_the_token_of_their_session_may_upload() {
    let app = spawn_app();
    let id = of_files(&app);
    assert_eq!(upload(&mut app.agent(), &id, "", &[("a.zip", b"a")]).status, 403);
    let mut admin = app.admin();
    let origin = admin.origin();
    let body = form("forged", "", &[("a.zip", b"a")]);
    let path = format!("/entitlements/{id}/files");
    let page = admin.post_bytes(&path, body, "multipart/form-data; boundary=cut", &[("origin", &origin)]);
    assert_eq!(page.status, 403);
    let community = app.given().other_entitlement(IntegrationType::Discord);
    assert_eq!(upload(&mut admin, &community, "", &[("a.zip", b"a")]).status, 409, "an invitation has no files");
    assert!(!admin.get(&format!("/entitlements/{community}/edit")).has("#files"));
    assert_eq!((stored(&app), app.count("files")), ((Vec::new(), 0), 0));
}

#[test]
fn a_connection_that_is_cut_leaves_nothing_behind() {
    let app = spawn_app();
    let (id, mut admin) = (of_files(&app), app.admin());
    let body = form(&admin.token(), "", &[("a.zip", &content(3_000_000))]);
    let cookies: Vec<String> = admin.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let head = format!(
        "POST /entitlements/{id}/files HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nCookie: {}\r\nContent-Length: {}\r\n\
         Content-Type: multipart/form-data; boundary=cut\r\n\r\n",
        app.address,
        admin.origin(),
        cookies.join("; "),
        body.len()
    );
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body[..2_000_000]).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while stored(&app).1 == 0 {
        assert!(Instant::now() < deadline, "the upload never began");
        std::thread::yield_now();
    }
    stream.shutdown(std::net::Shutdown::Both).unwrap();
    drop(stream.read(&mut [0; 100]));
    while stored(&app).1 > 0 {
        assert!(Instant::now() < deadline, "the upload is still there");
        std::thread::yield_now();
    }
    assert_eq!((stored(&app), app.count("files")), ((Vec::new(), 0), 0));
}

#[test]
fn two_who_upload_at_once_both_succeed_and_the_same_content_is_stored_once() {
    let app = spawn_app();
    let id = of_files(&app);
    let content = content(2_000_000);
    let visitors = [app.admin(), app.admin()];
    std::thread::scope(|scope| {
        for mut visitor in visitors {
            let (id, content) = (&id, &content);
            scope.spawn(move || assert_eq!(upload(&mut visitor, id, "", &[("a.zip", content)]).status, 303));
        }
    });
    assert_eq!(app.admin().get(&format!("/entitlements/{id}/edit")).count("#files tbody tr"), 2);
    assert_eq!((stored(&app).0.len(), stored(&app).1), (1, 0));
}
