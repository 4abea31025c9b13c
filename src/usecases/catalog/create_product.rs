//! Creating a product.

use super::error::SaveEntitlementError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::ProductId;
use crate::storage::catalog::entitlements;
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, run_once};

/// Creates a product, once per idempotency key.
pub(crate) fn create_product(
    ctx: &Context,
    name: &str,
    key: Option<&IdempotencyKey>,
    actor: &Actor,
) -> Result<ProductId, SaveEntitlementError> {
    let made =
        run_once(ctx, key, |tx| Ok::<_, SaveEntitlementError>(create_product_in(ctx, tx, name, actor)?.to_string()))?;
    Ok(ProductId::stored(made.id))
}

/// Like [`create_product`], but inside the caller's transaction.
pub(in crate::usecases) fn create_product_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    name: &str,
    actor: &Actor,
) -> Result<ProductId, StorageError> {
    let (id, now) = (ProductId::random(), ctx.clock.now());
    entitlements::insert_product(tx, &id, name, now)?;
    let entry =
        NewAuditEntry::on(actor, AuditAction::ProductCreate, ObjectKind::Product, &id, vec![Change::set("name", name)]);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    Ok(id)
}
