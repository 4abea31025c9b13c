//! Fulfilling by API: the same room as the form, through another door.

use keydesk::domain::staff::Role;
use serde_json::json;

use crate::support::spawn_app;

#[test]
fn a_pending_grant_is_fulfilled_and_shown_with_its_key() {
    let app = spawn_app();
    let id = app.given().pending_grant().with_payment("pay_1").make();
    let agent = app.api_key(Role::Agent);
    let answer = agent.post(&format!("/grants/{id}/license-key"), &json!({"key": "ABCD-EFGH-JKLM-9012"}));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let grant = answer.json();
    assert_eq!((&grant["id"], &grant["status"]), (&json!(id.as_str()), &json!("Delivered")));
    assert_eq!(grant["license_key"]["key"], "ABCD-EFGH-JKLM-9012");
    assert_eq!(grant["license_key"]["activations_limit"], 3, "the entitlement's default");
    assert_eq!(grant["payment_id"], "pay_1");
    assert_eq!(grant["oauth_url"], json!(null), "optional fields are sent as null");
    assert_eq!(agent.get(&format!("/grants/{id}")).json(), grant);
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert_eq!(app.mailbox.mails().len(), 1);
}
