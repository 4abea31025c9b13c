//! Data in bulk: license keys that were imported, and grants that wait.

use keydesk::crypto::AssociatedData;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::audit::AuditAction;
use keydesk::domain::customer::{Customer, EmailAddress};
use keydesk::domain::entitlement::{FulfillmentMode, IntegrationConfig, IssueSettings};
use keydesk::domain::ids::{CustomerId, EntitlementId, LicenseKeyId, ProductId};
use keydesk::domain::license_key::{LicenseKeySource, LicenseKeyValue};
use keydesk::domain::sale::{NO_SHOP, Quantity, Sale};
use keydesk::domain::stock::settings::StockSettings;
use keydesk::storage::catalog::entitlements;
use keydesk::storage::license_keys::{self, KeyIndex, NewLicenseKey};
use keydesk::storage::{StorageError, customers};
use keydesk::usecases::Context;
use keydesk::usecases::catalog::save_entitlement::{EntitlementFields, create_entitlement};
use keydesk::usecases::sales::report::report_in;

/// So many rows are one transaction.
const BATCH: usize = 5_000;
/// PostgreSQL is filled by several connections at once.
const THREADS: usize = 4;

/// The value of the key of that number.
pub fn key(number: usize) -> String {
    format!("BENCH-{number:08}-ABCDEFGHJKLMNPQRSTUVWXYZ")
}

/// An entitlement that staff fulfill.
pub fn entitlement(ctx: &Context) -> (EntitlementId, ProductId) {
    let settings = IssueSettings {
        fulfillment_mode: FulfillmentMode::Manual,
        activations_limit: None,
        validity_period: None,
        activation_message: None,
        key_format: None,
        key_pattern: None,
        key_is_shared: false,
        stock: StockSettings::default(),
    };
    let fields = EntitlementFields {
        name: "Bench".to_owned(),
        description: None,
        config: IntegrationConfig::LicenseKey(settings),
        metadata: None,
        is_active: None,
        product_id: None,
        file_ids: None,
    };
    let id = create_entitlement(ctx, &fields, &actor()).unwrap();
    let product_id = ctx.db.read(|conn| entitlements::find(conn, &id)).unwrap().product_id;
    (id, product_id)
}

/// `count` keys of which each takes any number of activations, five of a customer.
pub fn keys(ctx: &Context, product_id: &ProductId, count: usize) {
    std::thread::scope(|scope| {
        for part in 0..THREADS {
            scope.spawn(move || {
                let mut number = part * BATCH;
                while number < count {
                    batch(ctx, product_id, number..(number + BATCH).min(count)).unwrap();
                    number += THREADS * BATCH;
                }
            });
        }
    });
}

fn batch(ctx: &Context, product_id: &ProductId, numbers: std::ops::Range<usize>) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let mut customer_id = CustomerId::random();
        for number in numbers {
            if number % 5 == 0 {
                customer_id = CustomerId::random();
                let customer = Customer {
                    id: customer_id.clone(),
                    email: EmailAddress::stored(format!("bench{number}@example.com")),
                    name: format!("Customer {number}"),
                    locale: "en".to_owned(),
                    phone_number: None,
                    metadata: "{}".to_owned(),
                    created_at: now,
                    erased_at: None,
                };
                customers::insert(tx, &customer)?;
            }
            let (id, value) = (LicenseKeyId::random(), key(number));
            let data = AssociatedData { table: "license_keys", column: "ciphertext", row: id.as_str() };
            let new_key = NewLicenseKey {
                is_link: false,
                id: &id,
                customer_id: &customer_id,
                product_id,
                ciphertext: &ctx.keyring.seal(&data, value.as_bytes()),
                index: &KeyIndex::of(&ctx.keyring, &LicenseKeyValue::stored(value.clone()), false),
                copy: 0,
                source: LicenseKeySource::Import,
                activations_limit: None,
                expires_at: None,
                expires_zone: None,
                expiry_source: None,
                payment_id: None,
                subscription_id: None,
            };
            license_keys::insert(tx, &new_key, now)?;
        }
        Ok(())
    })
}

/// `count` grants that wait, of payments that begin with `prefix`; gives their ids.
pub fn pending(ctx: &Context, entitlement_id: &EntitlementId, prefix: &str, count: usize) -> Vec<String> {
    let ids = ctx.db.write(|tx| {
        (0..count)
            .map(|number| {
                let sale = Sale {
                    shop: NO_SHOP.to_owned(),
                    grant_id: None,
                    entitlement_id: entitlement_id.clone(),
                    customer_email: EmailAddress::stored(format!("buyer{}@example.com", number % 500)),
                    customer_name: Some("Buyer".to_owned()),
                    customer_locale: None,
                    payment_id: Some(format!("{prefix}_{number}")),
                    subscription_id: None,
                    external_id: None,
                    quantity: Quantity::Unsaid,
                    metadata: "{}".to_owned(),
                    created_at: None,
                };
                report_in(ctx, tx, &sale, AuditAction::GrantCreate, &actor())
                    .map(|issued| issued.grant_ids.into_iter().map(|id| id.to_string()).collect::<String>())
            })
            .collect::<Result<Vec<_>, _>>()
    });
    ids.unwrap()
}

fn actor() -> Actor {
    Actor::system(SystemPart::CommandLine)
}
