//! One value once: issued and in stock together.

use keydesk::domain::entitlement::{IntegrationConfig, IssueSettings};
use keydesk::domain::license_key::LicenseKeyValue;
use keydesk::domain::staff::Role;
use keydesk::domain::stock::NewBatch;
use keydesk::domain::stock::settings::StockSettings;
use keydesk::usecases::grants::fulfill::{FulfillGrantError, KeyChoice, fulfill_grant};
use keydesk::usecases::stock::StockError;
use keydesk::usecases::stock::add::{AddKeys, add_keys, add_keys_in_steps};
use keydesk::usecases::stock::rejected::Rejected;
use serde_json::json;

use super::{
    SEVERAL_STEPS, STEP, add, add_texts, check_counts, command, count, delivered_key, entitlement, figures_of,
    fulfill_from_stock, key, waiting, with_stock,
};
use crate::support::given::{actor, manual_settings};
use crate::support::spawn_app;

#[test]
fn keys_that_are_there_already_are_left_out_with_the_reason() {
    let app = spawn_app();
    let id = with_stock(&app, 2);
    app.given().delivered_grant(&key(2));
    let keys = [key(0), key(2), key(3), key(3), key(4)];
    let added = add_texts(&app, &id, &keys, NewBatch::default());
    assert_eq!(added.added, 2);
    assert_eq!(added.rejected, [(0, Rejected::InStock), (1, Rejected::Issued), (3, Rejected::Twice)]);
    assert_eq!(figures_of(&app, &id).available, 4);
    let again = add_texts(&app, &id, &keys, NewBatch::default());
    assert_eq!((again.added, again.batch_id), (0, None), "nothing new makes no batch");
    assert_eq!(app.count("batches"), 2);
    check_counts(&app);
}

#[test]
fn what_came_from_stock_and_what_was_discarded_never_comes_in_again() {
    use keydesk::domain::page::PageStart;
    use keydesk::domain::stock::StockState;
    use keydesk::storage::stock::keys::{KeysOf, page};
    use keydesk::usecases::grants::revoke::Reason;
    use keydesk::usecases::stock::quarantine::discard;
    let app = spawn_app();
    let id = with_stock(&app, 2);
    let grant = waiting(&app, &id, 1);
    fulfill_from_stock(&app, &grant).unwrap();
    let left =
        app.read(|conn| page(conn, KeysOf::Entitlement(&id), StockState::Available, &PageStart::Start, 10).unwrap());
    discard(app.context(), &left.rows[0].id, &Reason::parse("refused by the vendor").unwrap(), &actor()).unwrap();
    let added = add(&app, &id, 0..2);
    assert_eq!(added.rejected, [(0, Rejected::Issued), (1, Rejected::InStock)]);
    assert_eq!(
        app.count("stock_keys WHERE state = 'discarded' AND length(ciphertext) = 0 AND value_hash IS NOT NULL"),
        1
    );
}

#[test]
fn a_typed_key_that_lies_in_stock_is_refused_by_page_api_and_import() {
    let app = spawn_app();
    let id = with_stock(&app, 1);
    let grant = waiting(&app, &id, 1);
    let page = app.agent().post(&format!("/grants/{grant}/fulfillment"), &[("key", &key(0)), ("confirm", "yes")]);
    assert_eq!(page.status, 422);
    let words = page.field("key").error.expect("an error");
    assert!(words.contains("in stock") || words.contains("already"), "{words}");
    assert!(page.body.contains(&key(0)), "what was typed stays");
    let program = app.api_key(Role::Agent);
    let answer = program.post(&format!("/grants/{grant}/license-key"), &json!({"key": key(0)}));
    assert_eq!(answer.refusal(), (409, "DUPLICATE_LICENSE_KEY".to_owned()));
    let customer = app.read(|conn| keydesk::storage::grants::find(conn, &grant).unwrap().customer_id);
    let product = app.read(|conn| keydesk::storage::catalog::entitlements::find(conn, &id).unwrap().product_id);
    let body = json!({"customer_id": customer.as_str(), "product_id": product.as_str(), "key": key(0)});
    let answer = app.api_key(Role::Admin).post("/license_keys", &body);
    assert_eq!(answer.refusal(), (409, "DUPLICATE_LICENSE_KEY".to_owned()), "{}", answer.text);
    assert!(delivered_key(&app, &grant).is_none());
    fulfill_from_stock(&app, &grant).unwrap();
    assert_eq!(delivered_key(&app, &grant), Some(key(0)), "from stock it goes out");
    check_counts(&app);
}

#[test]
fn a_key_that_resembles_one_in_stock_is_a_warning() {
    let app = spawn_app();
    let id = with_stock(&app, 1);
    let grant = waiting(&app, &id, 1);
    let typed = LicenseKeyValue::parse(&key(0).to_lowercase()).unwrap();
    let unconfirmed = keydesk::usecases::grants::fulfill::FulfillGrant {
        is_confirmed: false,
        ..command(&grant, KeyChoice::Typed(typed))
    };
    assert!(matches!(fulfill_grant(app.context(), &unconfirmed), Err(FulfillGrantError::Unconfirmed)));
    let added = add_texts(&app, &id, &[key(0).to_lowercase()], NewBatch::default());
    assert_eq!(added.added, 1, "a warning forbids nothing");
    assert_eq!(added.warnings[0].1.codes(), "similar_key");
}

#[test]
fn only_manual_keys_and_links_of_their_own_have_stock() {
    let app = spawn_app();
    let shared = IssueSettings { key_is_shared: true, ..manual_settings() };
    let shared = app.given().entitlement_with("Volume", IntegrationConfig::LicenseKey(shared));
    let other = app.given().other_entitlement(keydesk::domain::entitlement::IntegrationType::FeatureFlag);
    for id in [shared, other, app.given().auto_entitlement()] {
        let keys = vec![(0, LicenseKeyValue::parse(&key(0)).unwrap())];
        let batch = NewBatch::default();
        let command = AddKeys { entitlement_id: id, batch, keys, idempotency_key: None, actor: actor() };
        assert!(matches!(add_keys(app.context(), &command), Err(StockError::NoStock(_))));
    }
    assert_eq!(app.count("batches"), 0);
}

#[test]
fn a_list_in_steps_adds_the_rest_of_one_that_was_interrupted() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    add(&app, &id, 0..700);
    let keys = (0..700 + SEVERAL_STEPS).map(|number| (number, LicenseKeyValue::parse(&key(number)).unwrap())).collect();
    let batch = NewBatch::default();
    let command = AddKeys { entitlement_id: id.clone(), batch, keys, idempotency_key: None, actor: actor() };
    let mut told = Vec::new();
    let added = add_keys_in_steps(app.context(), &command, |done| told.push(done)).unwrap();
    assert_eq!((added.added, added.rejected.len()), (SEVERAL_STEPS, 700));
    assert_eq!(told, [STEP, SEVERAL_STEPS]);
    assert_eq!(figures_of(&app, &id).available, count(700 + SEVERAL_STEPS));
    check_counts(&app);
}
