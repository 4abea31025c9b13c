//! Files for customers: uploading, delivering and downloading them, and what is left of them.

mod api;
mod delivering;
mod downloading;
mod links;
mod store;
mod uploading;

use std::path::{Path, PathBuf};

use keydesk::domain::entitlement::{IntegrationConfig, IntegrationType, OtherSettings};
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::domain::stock::settings::StockDelivery;

use crate::support::{Page, TestApp, Visitor};

/// Larger than a chunk, and no two chunks are the same.
pub fn content(size: u32) -> Vec<u8> {
    (0..size).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// An entitlement of files without any.
fn of_files(app: &TestApp) -> EntitlementId {
    let fields = r#"{"instructions": "Unpack it.\nStart it.", "external_url": "https://tonwerk.example/start"}"#;
    app.given().entitlement_with("Tonwerk", IntegrationConfig::other(IntegrationType::DigitalFiles, fields.to_owned()))
}

/// The same, delivered at once.
fn of_files_at_once(app: &TestApp) -> EntitlementId {
    let mut settings = OtherSettings::new(IntegrationType::DigitalFiles, "{}".to_owned());
    settings.issue.stock.delivery = StockDelivery::Auto;
    app.given().entitlement_with("Tonwerk", IntegrationConfig::Other(settings))
}

/// Uploads files by the form, in one request.
fn upload(visitor: &mut Visitor, id: &EntitlementId, note: &str, files: &[(&str, &[u8])]) -> Page {
    let token = visitor.token();
    let (body, origin) = (form(&token, note, files), visitor.origin());
    let path = format!("/entitlements/{id}/files");
    visitor.post_bytes(&path, body, "multipart/form-data; boundary=cut", &[("origin", &origin)])
}

/// The form as a browser sends it.
fn form(token: &str, note: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let part = |head: &str| format!("--cut\r\nContent-Disposition: form-data; {head}\r\n\r\n");
    let mut body =
        format!("{}{token}\r\n{}{note}\r\n", part("name=\"csrf_token\""), part("name=\"note\"")).into_bytes();
    for (name, content) in files {
        let name = name.replace('"', "%22");
        body.extend(part(&format!("name=\"file\"; filename=\"{name}\"")).into_bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--cut--\r\n");
    body
}

/// A delivered grant of files, its e-mail sent, and the path of the page that the e-mail links.
fn delivered(app: &TestApp, files: &[(&str, &[u8])]) -> (GrantId, String) {
    let id = of_files(app);
    assert_eq!(upload(&mut app.admin(), &id, "", files).status, 303);
    let grant = app.given().pending_grant().of(&id).make();
    assert_eq!(app.agent().post(&format!("/grants/{grant}/fulfillment"), &[]).status, 303);
    app.run_outbox_until_empty();
    (grant.clone(), mailed_link(app, &grant))
}

/// The path of the page that the last e-mail links.
fn mailed_link(app: &TestApp, grant: &GrantId) -> String {
    let text = app.mailbox.mails().last().expect("an e-mail").text();
    let at = text.rfind(&format!("/files/{grant}")).unwrap_or_else(|| panic!("no link in {text}"));
    text[at..].split_whitespace().next().unwrap().to_owned()
}

/// The links to the downloads on a page.
fn downloads(page: &Page) -> Vec<String> {
    page.attributes("td.act a", "href")
}

fn entitlement_of(app: &TestApp, id: &GrantId) -> EntitlementId {
    app.read(|conn| keydesk::storage::grants::find(conn, id).expect("the grant")).entitlement_id
}

/// Where the contents are.
fn folder(app: &TestApp) -> PathBuf {
    app.context().config.files_dir()
}

/// All stored contents, and how many uploads are there.
fn stored(app: &TestApp) -> (Vec<String>, usize) {
    let names = |path: &Path| -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(path) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let folders = names(&folder(app)).into_iter().filter(|name| name.len() == 2);
    let mut contents: Vec<String> = folders.flat_map(|name| names(&folder(app).join(name))).collect();
    contents.sort();
    (contents, names(&folder(app).join("uploads")).len())
}
