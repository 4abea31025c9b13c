//! Stock: keys that wait to be issued.

mod alerts;
mod api;
mod automatic;
mod command;
mod crash;
mod csv;
mod files;
mod form;
mod jobs;
mod keys;
mod migration;
mod pages;
mod races;
mod recall;
mod reservation;
mod sealing;
mod values;

use jiff::SignedDuration;
use keydesk::domain::entitlement::{IntegrationConfig, IssueSettings};
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::domain::license_key::LicenseKeyValue;
use keydesk::domain::stock::settings::{StockDelivery, StockRefill, StockSettings};
use keydesk::domain::stock::{NewBatch, StockFigures};
use keydesk::storage::stock::figures;
use keydesk::usecases::grants::fulfill::{FulfillGrant, FulfillGrantError, FulfilledGrant, KeyChoice, fulfill_grant};
use keydesk::usecases::stock::add::{AddKeys, Added, STEP, add_keys};
use keydesk::usecases::stock::alerts::local_now;

use crate::support::TestApp;
use crate::support::given::{actor, manual_settings};

/// Delivered by themselves while the stock lasts, and served when it is refilled.
pub const ALL_BY_ITSELF: StockSettings =
    StockSettings { delivery: StockDelivery::Auto, refill: StockRefill::Auto, alert_count: None, alert_days: None };

/// More keys than are added in one step.
pub const SEVERAL_STEPS: usize = STEP + 700;

/// As figures count.
pub fn count(keys: usize) -> i64 {
    i64::try_from(keys).unwrap()
}

/// The key of that number.
pub fn key(number: usize) -> String {
    format!("STOCK-{number:05}-7KQ4M-X2NWD")
}

/// An entitlement with these stock settings.
pub fn entitlement(app: &TestApp, stock: StockSettings) -> EntitlementId {
    let settings = IssueSettings { stock, ..manual_settings() };
    app.given().entitlement_with("Bauplan CAD 2026 Professional", IntegrationConfig::LicenseKey(settings))
}

/// An entitlement that staff fulfill, with that many keys in stock.
pub fn with_stock(app: &TestApp, count: usize) -> EntitlementId {
    let id = entitlement(app, StockSettings::default());
    add(app, &id, 0..count);
    id
}

/// Adds the keys of these numbers.
pub fn add(app: &TestApp, id: &EntitlementId, numbers: impl IntoIterator<Item = usize>) -> Added {
    let keys: Vec<String> = numbers.into_iter().map(key).collect();
    add_texts(app, id, &keys, NewBatch::default())
}

/// Adds these keys as a batch that comes later than those before.
pub fn add_texts(app: &TestApp, id: &EntitlementId, keys: &[String], batch: NewBatch) -> Added {
    app.advance(SignedDuration::from_secs(1));
    let keys = keys.iter().map(|text| LicenseKeyValue::parse(text).expect("a key")).enumerate().collect();
    let command = AddKeys { entitlement_id: id.clone(), batch, keys, idempotency_key: None, actor: actor() };
    add_keys(app.context(), &command).expect("added")
}

pub fn figures_of(app: &TestApp, id: &EntitlementId) -> StockFigures {
    let now = local_now(app.context());
    app.read(|conn| figures::of(conn, id, &now).expect("figures"))
}

/// A grant that waits, for a customer of its own; later than those before.
pub fn waiting(app: &TestApp, id: &EntitlementId, number: usize) -> GrantId {
    app.advance(SignedDuration::from_millis(1));
    app.given().pending_grant().of(id).for_customer(&format!("customer{number}@example.com")).make()
}

pub fn fulfill_from_stock(app: &TestApp, id: &GrantId) -> Result<FulfilledGrant, FulfillGrantError> {
    fulfill_grant(app.context(), &command(id, KeyChoice::FromStock))
}

pub fn command(id: &GrantId, key: KeyChoice) -> FulfillGrant {
    FulfillGrant {
        grant_id: id.clone(),
        key,
        activations_limit: None,
        expires_at: None,
        expires_zone: None,
        customer_note: None,
        is_confirmed: true,
        idempotency_key: None,
        actor: actor(),
    }
}

/// The plaintext of the key that a grant was delivered with.
pub fn delivered_key(app: &TestApp, id: &GrantId) -> Option<String> {
    let ctx = app.context();
    app.read(|conn| {
        let key = keydesk::storage::license_keys::of_grant(conn, id).expect("read")?;
        let sealed = keydesk::storage::license_keys::find_sealed(conn, &key.id).expect("read");
        sealed.open(&ctx.keyring).expect("it opens").map(|value| value.expose().to_owned())
    })
}

/// The counters and the keys themselves say the same, and every issued stock key is a license key of a delivered grant.
pub fn check_counts(app: &TestApp) {
    for state in ["available", "issued", "quarantined", "discarded"] {
        let kept = app.count(&format!("(SELECT coalesce(sum({state}), 0) AS kept FROM stock_counts) AS sums WHERE kept = (SELECT count(*) FROM stock_keys WHERE state = '{state}')"));
        assert_eq!(kept, 1, "the counter of {state}");
    }
    let issued = app.count("stock_keys WHERE state = 'issued'");
    let delivered = app.count(
        "stock_keys JOIN license_keys ON license_keys.id = stock_keys.license_key_id
         JOIN grants ON grants.license_key_id = license_keys.id WHERE stock_keys.state = 'issued' AND grants.status <> 'pending'",
    );
    assert_eq!(issued, delivered, "issued keys and delivered grants");
    assert_eq!(
        app.count("stock_keys WHERE state = 'issued' AND (value_hash IS NOT NULL OR length(ciphertext) > 0)"),
        0
    );
    assert_eq!(app.count("grants WHERE status = 'pending' AND license_key_id IS NOT NULL"), 0);
}
