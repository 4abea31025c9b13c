//! The entitlements as a CSV file.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::domain::entitlement::Entitlement;
use crate::domain::list::List;
use crate::storage::catalog::entitlements;
use crate::usecases::Context;
use crate::web::csv_file::{CsvFile, harmless};
use crate::web::{PageError, SignedInStaff};
use crate::wire::entitlement::integration_config;

const HEADINGS: [&str; 13] = [
    "id",
    "name",
    "product_id",
    "product",
    "integration_type",
    "fulfillment_mode",
    "activations_limit",
    "is_active",
    "created_at",
    "duration_count",
    "duration_interval",
    "delivery",
    "integration_config",
];

/// All entitlements.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let read = |ctx: &Context, ()| {
        let all = ctx.db.read(entitlements::list)?;
        Ok((all.iter().map(record).collect(), None))
    };
    CsvFile { headings: HEADINGS, first: (), read }.send(ctx, &staff, List::Entitlements, Vec::new()).await
}

fn record(entitlement: &Entitlement) -> [String; 13] {
    let settings = entitlement.config.issue();
    let limit = settings.activations_limit;
    let other = entitlement.config.license_key().is_none();
    [
        entitlement.id.to_string(),
        harmless(&entitlement.name),
        entitlement.product_id.to_string(),
        harmless(&entitlement.product_name),
        entitlement.config.integration_type().as_str().to_owned(),
        if other { String::new() } else { settings.fulfillment_mode.as_str().to_owned() },
        limit.map(|limit| limit.get().to_string()).unwrap_or_default(),
        entitlement.is_active.to_string(),
        entitlement.created_at.to_string(),
        settings.validity_period.map(|period| period.count.to_string()).unwrap_or_default(),
        settings.validity_period.map(|period| period.interval.as_str().to_owned()).unwrap_or_default(),
        settings.stock.delivery.as_str().to_owned(),
        if other { harmless(&integration_config(&entitlement.config).to_string()) } else { String::new() },
    ]
}
