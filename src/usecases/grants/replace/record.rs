//! What is recorded of a replacement, and how the same request is recognised.

use super::ReplaceKey;
use crate::domain::audit::Change;
use crate::domain::grant::replacement::Replacement;
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::warnings::Inspection;
use crate::domain::license_key::{LicenseKeySummary, LicenseKeyValue, masked};
use crate::usecases::context::Context;
use crate::usecases::idempotent::IdempotencyKey;

/// What is recorded of a replacement; the texts are beside the grant, where they can be erased.
pub(super) fn changes(
    replacement: &Replacement,
    (old, value, instances): (&LicenseKeySummary, &LicenseKeyValue, usize),
    inspection: &Inspection,
) -> Vec<Change> {
    let length = |text: &String| format!("({} characters)", text.chars().count());
    let mut changes = vec![
        Change::new("license_key_id", Some(replacement.old_key_id.as_str()), Some(replacement.new_key_id.as_str())),
        Change::new("license_key", Some(&old.masked()), Some(&masked(&value.last_four()))),
        Change::set("reason", replacement.reason.as_str()),
    ];
    changes.extend(replacement.details.as_ref().map(|details| Change::set("details", length(details))));
    if instances > 0 {
        changes.push(Change::set("instances", format!("{} {instances}", replacement.instances.as_str())));
    }
    if !inspection.warnings.is_empty() {
        changes.push(Change::set("warnings", inspection.codes()));
    }
    changes.extend(replacement.customer_note.as_ref().map(|note| Change::set("customer_note", length(note))));
    changes
}

/// The key with a fingerprint of the command. The pattern has no `..`, so that no field can be forgotten. Confirming the
/// key does not make it another request.
pub(super) fn idempotency_key(ctx: &Context, command: &ReplaceKey) -> Option<IdempotencyKey> {
    let ReplaceKey {
        grant_id,
        old_key_id,
        key,
        reason,
        details,
        instances,
        customer_note,
        is_confirmed: _,
        idempotency_key,
        actor,
    } = command;
    let idempotency_key = idempotency_key.clone()?;
    let fingerprint = ctx.keyring.fingerprint(&[
        b"replace_key",
        grant_id.as_str().as_bytes(),
        old_key_id.as_ref().map(LicenseKeyId::as_str).unwrap_or_default().as_bytes(),
        // No typed key is empty.
        key.typed().map(LicenseKeyValue::expose).unwrap_or_default().as_bytes(),
        reason.as_str().as_bytes(),
        details.as_deref().unwrap_or_default().as_bytes(),
        instances.as_str().as_bytes(),
        customer_note.as_deref().unwrap_or_default().as_bytes(),
    ]);
    Some(IdempotencyKey { scope: actor.id().to_owned(), key: idempotency_key, fingerprint })
}
