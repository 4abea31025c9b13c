//! The vendor's own SDK for Rust makes the whole round, with nothing but another base URL.

use std::collections::BTreeSet;

use dodopayments::models::{
    EntitlementGrant, EntitlementGrantDeliveredWebhookEvent, EntitlementsCreateParams,
    EntitlementsGrantsFulfillLicenseKeyParams as Fulfill, EntitlementsUpdateParams, LicenseKeyInstancesUpdateParams,
    LicenseKeysCreateParams, LicenseKeysUpdateParams, LicensesActivateParams, LicensesDeactivateParams,
    LicensesValidateParams, WebhooksCreateParams,
};
use dodopayments::{Client, ClientConfig, Error};
use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use crate::support::{Receiver, TestApp, spawn_app};

fn client(app: &TestApp, token: Option<String>) -> Client {
    let config = ClientConfig::new(format!("http://{}/api", app.address)).with_api_key(token.expect("a token"));
    Client::new(config).expect("a client")
}

/// The status and the code of a refusal, as the SDK tells them.
fn refusal<T>(result: Result<T, Error>) -> (u16, String) {
    match result {
        Err(Error::Api { status, message }) => {
            let body: Value = serde_json::from_str(&message).expect("JSON");
            (status, body["code"].as_str().unwrap_or_default().to_owned())
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("a refusal was expected"),
    }
}

/// Reporting a sale is our own call, made with the SDK's own means.
async fn sale(shop: &Client, entitlement_id: &str, number: usize) -> EntitlementGrant {
    let body = json!({
        "entitlement_id": entitlement_id, "payment_id": format!("pay_{number}"),
        "customer": {"email": format!("rs{}@example.com", number % 7), "name": "Ada"}
    });
    let request = shop.request("POST".parse().expect("a method"), "/grants").json(&body);
    shop.send(request).await.expect("sold").json().await.expect("a grant")
}

async fn manual_entitlement(admin: &Client) -> String {
    let params: EntitlementsCreateParams = serde_json::from_value(json!({
        "name": "SDK Studio", "integration_type": "license_key", "metadata": {"a": "b"},
        "integration_config": {
            "activations_limit": 2, "fulfillment_mode": "manual", "duration_count": 1, "duration_interval": "Year"
        }
    }))
    .expect("parameters");
    let made = admin.entitlements().create().body(params).await.expect("made");
    assert!(made.is_active && made.metadata["a"] == "b");
    made.id
}

fn key(text: &str) -> Fulfill {
    Fulfill { key: Some(text.to_owned()), ..Fulfill::default() }
}

#[test]
fn a_sale_is_reported_fulfilled_and_told_to_a_webhook() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    let (admin, agent) = (client(&app, app.api_key(Role::Admin).token), client(&app, app.api_key(Role::Agent).token));
    run(async {
        let params = WebhooksCreateParams { url: Some(receiver.url()), ..WebhooksCreateParams::default() };
        let endpoint = admin.webhooks().create().body(params).await.expect("made");
        let secret = admin.webhooks().retrieve_secret().webhook_id(&endpoint.id).await.expect("a secret").secret;
        assert!(secret.starts_with("whsec_"));
        assert_eq!(admin.webhooks().list().await.expect("a list").data[0].id, endpoint.id);

        let entitlement = manual_entitlement(&admin).await;
        let renamed = EntitlementsUpdateParams { name: Some("Studio 2".into()), ..EntitlementsUpdateParams::default() };
        assert_eq!(
            admin.entitlements().update().id(&entitlement).body(renamed).await.expect("changed").name,
            "Studio 2"
        );
        let grant = sale(&agent, &entitlement, 0).await;
        assert_eq!((grant.status.as_str(), sale(&agent, &entitlement, 0).await.id), ("Pending", grant.id.clone()));
        let grants = agent.entitlements().grants();
        let delivered = grants.fulfill_license_key().grant_id(&grant.id).body(key("RS-0001-ABCD")).await.expect("done");
        assert_eq!(delivered.status, "Delivered");
        assert_eq!(delivered.license_key.expect("a key").key, "RS-0001-ABCD");
    });
    app.run_outbox_until_empty();
    let bodies = receiver.bodies();
    assert_eq!(bodies.len(), 3, "{bodies:?}");
    let body = bodies.iter().find(|body| body.contains("grant.delivered")).expect("it was told");
    let event: EntitlementGrantDeliveredWebhookEvent = serde_json::from_str(body).expect("as the SDK reads it");
    assert_eq!(event.data.license_key.expect("a key").key, "RS-0001-ABCD");
}

#[test]
fn every_class_of_refusal_reaches_the_sdk_at_once() {
    let app = spawn_app();
    let [admin, agent, viewer] =
        [Role::Admin, Role::Agent, Role::Viewer].map(|role| client(&app, app.api_key(role).token));
    run(async {
        let entitlement = manual_entitlement(&admin).await;
        let github: EntitlementsCreateParams = serde_json::from_value(json!({
            "name": "Repository", "integration_type": "github",
            "integration_config": {"permission": "pull", "target_id": "a/b"}
        }))
        .expect("parameters");
        let github = admin.entitlements().create().body(github).await.expect("made").id;
        let done = sale(&agent, &entitlement, 0).await.id;
        let waiting = sale(&agent, &entitlement, 1).await.id;
        let other = sale(&agent, &github, 2).await.id;
        let fulfill = |client: &Client, id: &str, body: Fulfill| {
            let call = client.entitlements().grants().fulfill_license_key().grant_id(id).body(body);
            async move { call.await }
        };
        fulfill(&agent, &done, key("RS-0001")).await.expect("done");
        let refused = |status: u16, code: &str| (status, code.to_owned());
        let stranger = client(&app, Some("kdk_nobody".to_owned()));
        let low = Fulfill { activations_limit: Some(0), ..key("X") };
        assert_eq!(refusal(fulfill(&agent, &waiting, key(" ")).await), refused(400, "EMPTY_LICENSE_KEY"));
        assert_eq!(refusal(fulfill(&agent, &other, key("X")).await), refused(400, "NOT_A_LICENSE_KEY_GRANT"));
        assert_eq!(refusal(fulfill(&stranger, &waiting, key("X")).await), refused(401, "UNAUTHORIZED"));
        assert_eq!(refusal(fulfill(&viewer, &waiting, key("X")).await), refused(403, "FORBIDDEN"));
        assert_eq!(refusal(fulfill(&agent, "entg_nobody", key("X")).await), refused(404, "NOT_FOUND"));
        assert_eq!(refusal(fulfill(&agent, &done, key("X")).await), refused(409, "GRANT_NOT_PENDING"));
        assert_eq!(refusal(fulfill(&agent, &waiting, key("RS-0001")).await), refused(409, "DUPLICATE_LICENSE_KEY"));
        assert_eq!(refusal(fulfill(&agent, &waiting, low).await), refused(422, "VALIDATION_FAILED"));
    });
}

#[test]
fn the_sdks_pager_walks_250_grants_without_loss_or_repeat() {
    let app = spawn_app();
    let (admin, agent) = (client(&app, app.api_key(Role::Admin).token), client(&app, app.api_key(Role::Agent).token));
    run(async {
        let entitlement = manual_entitlement(&admin).await;
        let mut made = BTreeSet::new();
        for number in 0..250 {
            made.insert(sale(&agent, &entitlement, number).await.id);
        }
        for query in [json!({}), json!({"page_size": 100})] {
            let call = agent.entitlements().grants().list().id(&entitlement).query(query);
            let mut page = Some(call.await.expect("a page"));
            let mut walked = Vec::new();
            while let Some(present) = page {
                walked.extend(present.items.iter().map(|grant| grant.id.clone()));
                page = present.get_next_page().await.expect("a page");
            }
            assert_eq!(walked.len(), 250);
            assert_eq!(walked.into_iter().collect::<BTreeSet<_>>(), made);
        }
    });
}

#[test]
fn the_sold_software_activates_to_the_limit_and_not_after_revocation() {
    let app = spawn_app();
    let (admin, agent) = (client(&app, app.api_key(Role::Admin).token), client(&app, app.api_key(Role::Agent).token));
    let software = client(&app, Some("none".to_owned()));
    run(async {
        let entitlement = manual_entitlement(&admin).await;
        let grant = sale(&agent, &entitlement, 0).await.id;
        let text = Some("RS-0001-ABCD".to_owned());
        let grants = agent.entitlements().grants();
        grants.fulfill_license_key().grant_id(&grant).body(key("RS-0001-ABCD")).await.expect("done");
        let activate = |name: &str| {
            let params = LicensesActivateParams { license_key: text.clone(), name: Some(name.to_owned()) };
            software.licenses().activate().body(params)
        };
        let validate = |instance: Option<String>| {
            let params = LicensesValidateParams { license_key: text.clone(), license_key_instance_id: instance };
            software.licenses().validate().body(params)
        };
        let first = activate("Laptop").await.expect("active");
        assert_eq!(first.customer.email, "rs0@example.com");
        let second = activate("Desktop").await.expect("active");
        assert_eq!(refusal(activate("Third").await), (422, "LICENSE_KEY_LIMIT_REACHED".to_owned()));
        assert!(validate(Some(first.id.clone())).await.expect("an answer").valid);
        let params =
            LicensesDeactivateParams { license_key: text.clone(), license_key_instance_id: Some(second.id.clone()) };
        software.licenses().deactivate().body(params).await.expect("deactivated");
        assert!(!validate(Some(second.id)).await.expect("an answer").valid);

        let name = LicenseKeyInstancesUpdateParams { name: Some("Renamed".to_owned()) };
        let renamed = agent.license_key_instances().update().id(&first.id).body(name).await.expect("renamed");
        assert_eq!(renamed.name, "Renamed");
        let known = agent.license_keys().retrieve().id(&first.license_key_id).await.expect("a key");
        assert_eq!((known.instances_count, known.source.as_str()), (1, "manual"));
        let wider = LicenseKeysUpdateParams { activations_limit: Some(5), ..LicenseKeysUpdateParams::default() };
        let wider = agent.license_keys().update().id(&known.id).body(wider).await.expect("changed");
        assert_eq!(wider.activations_limit, Some(5));
        let import = LicenseKeysCreateParams {
            customer_id: Some(known.customer_id),
            product_id: Some(known.product_id),
            key: Some("RS-IMPORT-1".to_owned()),
            ..LicenseKeysCreateParams::default()
        };
        assert_eq!(agent.license_keys().create().body(import).await.expect("imported").source, "import");

        let revoked = admin.entitlements().grants().revoke().id(&entitlement).grant_id(&grant).await.expect("revoked");
        assert_eq!((revoked.status.as_str(), revoked.revocation_reason.as_deref()), ("Revoked", Some("manual")));
        assert!(!validate(None).await.expect("an answer").valid);
        assert_eq!(refusal(activate("Late").await), (403, "INACTIVE_LICENSE_KEY".to_owned()));
    });
}

fn run(round: impl Future<Output = ()>) {
    actix_web::rt::System::new().block_on(round);
}
