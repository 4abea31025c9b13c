//! Keys in stock, brought in by the pages.

use jiff::SignedDuration;
use keydesk::domain::ids::{EntitlementId, GrantId};

use super::{Page, TestApp, Visitor};

pub fn stock_path(id: &EntitlementId) -> String {
    format!("/stock/{id}")
}

/// Sends the form that imports keys as a browser does, with these fields and perhaps a file.
pub fn import(visitor: &mut Visitor, id: &EntitlementId, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Page {
    const BOUNDARY: &str = "----keydesk-test";
    let token = visitor.token();
    let mut body = Vec::new();
    for (name, value) in [("csrf_token", token.as_str())].iter().chain(fields) {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    let (name, content) = file.unwrap_or_default();
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let origin = visitor.origin();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    visitor.post_bytes(&format!("{}/import", stock_path(id)), body, &kind, &[("origin", &origin)])
}

/// Confirms the lines that a page shows, with these choices, and waits until the keys are there.
pub fn confirm(app: &TestApp, visitor: &mut Visitor, preview: &Page, choices: &[(&str, &str)]) {
    let path = preview.attribute("main form[action$='/confirm']", "action").expect("a form to confirm");
    let page = visitor.post(&path, choices);
    assert_eq!(page.status, 303, "{}", page.body);
    app.run_jobs();
}

/// Brings keys into the stock of an entitlement; returns the path of their batch.
pub fn fill(app: &TestApp, id: &EntitlementId, keys: &[&str]) -> String {
    let mut agent = app.agent();
    let page = import(&mut agent, id, &[("keys", &keys.join("\n"))], None);
    let path = page.location();
    let preview = agent.follow(page);
    confirm(app, &mut agent, &preview, &[]);
    agent.get(&path).attribute("#adding a.primary", "href").expect("a batch")
}

/// A grant that waits, longer than the next one.
pub fn waiting(app: &TestApp, id: &EntitlementId) -> GrantId {
    let grant = app.given().pending_grant().of(id).make();
    app.advance(SignedDuration::from_secs(1));
    grant
}
