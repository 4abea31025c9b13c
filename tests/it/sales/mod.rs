//! Sales: which reports are of one sale, how many it has, refunds, and what needs a person's decision.

mod exports;
mod files;
mod import_pages;
mod names;
mod quantities;
mod races;
mod refunds;
mod reports;
mod tasks;

use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::import::{Event, Format, Mode, Options, Summary, import};
use serde_json::{Value, json};

use crate::support::TestApp;

/// A sale of the entitlement for Ada, with these fields besides.
fn sale(entitlement_id: &str, fields: &Value) -> Value {
    let mut report =
        json!({"entitlement_id": entitlement_id, "customer": {"email": "ada@example.com", "name": "Ada Lovelace"}});
    for (name, value) in fields.as_object().unwrap() {
        report[name] = value.clone();
    }
    report
}

fn id_of(grant: &Value) -> GrantId {
    GrantId::stored(grant["id"].as_str().unwrap().to_owned())
}

/// All grants, newest first.
fn all_grants(app: &TestApp) -> Vec<Value> {
    app.api_key(Role::Admin).get("/grants?page_size=100").json()["items"].as_array().unwrap().clone()
}

fn grant(app: &TestApp, id: &GrantId) -> Value {
    app.api_key(Role::Admin).get(&format!("/grants/{id}")).json()
}

/// The actions on a grant's timeline, newest first.
fn timeline(app: &TestApp, id: &GrantId) -> Vec<String> {
    let detail = app.read(|conn| keydesk::storage::grants::detail::find(conn, id).unwrap());
    detail.timeline.into_iter().map(|entry| entry.action).collect()
}

/// Imports a file; gives what was refused too.
fn load(app: &TestApp, bytes: &[u8], mode: Mode) -> Result<(Summary, Vec<String>), String> {
    let mut refused = Vec::new();
    let summary = import(app.context(), bytes, Format::Csv, mode, &Options::default(), &mut |event| {
        if let Event::Refused(lines, problems) = event {
            refused.extend(problems.iter().map(|problem| format!("{lines}: {problem}")));
        }
    });
    Ok((summary.map_err(|error| error.to_string())?, refused))
}
