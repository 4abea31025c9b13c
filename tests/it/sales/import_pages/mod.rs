//! Importing sales in the browser: choosing a file, saying what its columns are, seeing every line, confirming, and the
//! result.

mod faults;
mod jobs;
mod mapping;
mod privacy;
mod samples;

use crate::support::{Page, TestApp, Visitor, spawn_app};

const PATH: &str = "/sales/import";

/// An installation with these entitlements; the samples are of September 2026.
fn app_with(names: &[&str]) -> TestApp {
    let app = spawn_app();
    app.advance(jiff::SignedDuration::from_hours(24 * 180));
    for name in names {
        app.given().named_entitlement(name);
    }
    app
}

/// Sends the form with a file.
fn upload_with(visitor: &mut Visitor, name: &str, content: &[u8], fields: &[(&str, &str)]) -> Page {
    let token = visitor.token();
    let mut body = Vec::new();
    for (field, value) in [("csrf_token", token.as_str())].iter().chain(fields) {
        let part = format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--cut--\r\n");
    let origin = visitor.origin();
    visitor.post_bytes(PATH, body, "multipart/form-data; boundary=cut", &[("origin", &origin)])
}

/// Brings a file that is understood at once; gives the address of its preview.
fn upload(visitor: &mut Visitor, name: &str, content: &[u8]) -> String {
    let answer = upload_with(visitor, name, content, &[("format", ""), ("zone", "UTC")]);
    assert_eq!(answer.status, 303, "{name}: {:?}", answer.errors());
    answer.location()
}

/// What the tabs of a preview count, by their names.
fn counts(page: &Page) -> Vec<String> {
    page.texts_of(".tabs a")
}

/// Confirms what the page shows, and imports it.
fn confirm(app: &TestApp, visitor: &mut Visitor, url: &str) -> Page {
    let version = visitor.get(url).field("version").value;
    let answer = visitor.post(&format!("{url}/confirm"), &[("version", &version)]);
    assert_eq!((answer.status, answer.location()), (303, url.to_owned()));
    app.run_jobs();
    visitor.get(url)
}

fn grants(app: &TestApp) -> i64 {
    app.count("grants")
}
