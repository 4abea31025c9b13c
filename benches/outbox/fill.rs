//! Data in bulk: sales whose keys were made at once and whose e-mails wait.

use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::audit::AuditAction;
use keydesk::domain::customer::EmailAddress;
use keydesk::domain::entitlement::{FulfillmentMode, IntegrationConfig, IssueSettings};
use keydesk::domain::ids::EntitlementId;
use keydesk::domain::sale::{NO_SHOP, Quantity, Sale};
use keydesk::domain::stock::settings::StockSettings;
use keydesk::usecases::Context;
use keydesk::usecases::catalog::save_entitlement::{EntitlementFields, create_entitlement};
use keydesk::usecases::sales::report::report_in;

/// So many rows are one transaction.
const BATCH: usize = 2_000;
/// PostgreSQL is filled by several connections at once.
const THREADS: usize = 4;

/// Leaves `count` e-mails in the outbox.
pub fn queued(ctx: &Context, count: usize) {
    let entitlement_id = entitlement(ctx);
    std::thread::scope(|scope| {
        for part in 0..THREADS {
            let entitlement_id = &entitlement_id;
            scope.spawn(move || {
                let mut number = part * BATCH;
                while number < count {
                    batch(ctx, entitlement_id, number..(number + BATCH).min(count));
                    number += THREADS * BATCH;
                }
            });
        }
    });
}

fn batch(ctx: &Context, entitlement_id: &EntitlementId, numbers: std::ops::Range<usize>) {
    let issued = ctx.db.write(|tx| {
        for number in numbers {
            let sale = Sale {
                shop: NO_SHOP.to_owned(),
                grant_id: None,
                entitlement_id: entitlement_id.clone(),
                customer_email: EmailAddress::stored(format!("buyer{number}@example.com")),
                customer_name: Some(format!("Buyer {number}")),
                customer_locale: None,
                payment_id: Some(format!("pay_{number}")),
                subscription_id: None,
                external_id: None,
                quantity: Quantity::Unsaid,
                metadata: "{}".to_owned(),
                created_at: None,
            };
            report_in(ctx, tx, &sale, AuditAction::GrantCreate, &actor())?;
        }
        Ok::<(), keydesk::usecases::grants::create::IssueGrantError>(())
    });
    issued.unwrap();
}

/// An entitlement that makes its keys by itself.
fn entitlement(ctx: &Context) -> EntitlementId {
    let settings = IssueSettings {
        fulfillment_mode: FulfillmentMode::Auto,
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
    create_entitlement(ctx, &fields, &actor()).unwrap()
}

fn actor() -> Actor {
    Actor::system(SystemPart::CommandLine)
}
