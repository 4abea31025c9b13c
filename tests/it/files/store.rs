//! What is stored: contents that nobody has any more are removed, and others never.

use jiff::SignedDuration;
use keydesk::usecases::files::sweep::sweep_files;

use super::{content, delivered, downloads, folder, of_files, stored, upload};
use crate::support::spawn_app;

#[test]
fn contents_that_no_file_has_are_removed_after_a_day() {
    let app = spawn_app();
    let (id, mut admin) = (of_files(&app), app.admin());
    upload(&mut admin, &id, "", &[("a.zip", b"a"), ("b.zip", b"b"), ("same as b.zip", b"b")]);
    let edit = admin.get(&format!("/entitlements/{id}/edit"));
    let removals = edit.attributes("#files form[action$=removal]", "action");
    for removal in &removals[..2] {
        assert_eq!(admin.post(removal, &[]).status, 303);
    }
    assert_eq!(sweep_files(app.context()).unwrap(), 0, "it may be on its way into the database");
    app.advance(SignedDuration::from_hours(25));
    assert_eq!((sweep_files(app.context()).unwrap(), stored(&app).0.len()), (1, 1), "one file still has the other");
    admin = app.admin();
    assert_eq!(admin.post(&removals[2], &[]).status, 303);
    // Somebody uploads the same again, just before the sweep.
    upload(&mut admin, &id, "", &[("b again.zip", b"b")]);
    assert_eq!(sweep_files(app.context()).unwrap(), 0);
    app.advance(SignedDuration::from_hours(25));
    assert_eq!((sweep_files(app.context()).unwrap(), stored(&app).0.len()), (0, 1));
}

#[test]
fn what_a_killed_portal_left_is_removed_later() {
    let app = spawn_app();
    let (_, link) = delivered(&app, &[("a.zip", &content(100_000))]);
    // Killed in the middle of an upload, and between storing a content and recording its file.
    let begun_at = app.now().as_microsecond();
    std::fs::write(folder(&app).join(format!("uploads/{begun_at}-abc")), b"half").unwrap();
    let hash = "ab".repeat(32);
    std::fs::create_dir_all(folder(&app).join("ab")).unwrap();
    let orphan = folder(&app).join("ab").join(&hash);
    std::fs::write(&orphan, b"whole").unwrap();
    std::fs::File::options().write(true).open(&orphan).unwrap().set_modified(app.now().into()).unwrap();
    assert_eq!(sweep_files(app.context()).unwrap(), 0);
    app.advance(SignedDuration::from_hours(25));
    assert_eq!((sweep_files(app.context()).unwrap(), stored(&app).0.len(), stored(&app).1), (2, 1, 0));
    let mut customer = app.anonymous();
    let url = downloads(&customer.get(&link)).remove(0);
    assert!(customer.get(&url).bytes == content(100_000));
}

#[test]
fn a_directory_that_cannot_be_written_is_not_ready() {
    let app = spawn_app();
    let mut visitor = app.anonymous();
    assert_eq!(visitor.get("/readyz").status, 200);
    std::fs::rename(folder(&app), folder(&app).with_extension("away")).unwrap();
    let page = visitor.get("/readyz");
    assert_eq!((page.status, page.body.as_str()), (503, "files cannot be written\n"));
}
