//! Erasing a customer from what arrived at connections and still has its body.

use crate::domain::ids::CustomerId;
use crate::storage::connections::{hooks, mirrored};
use crate::storage::customers::{self, merging};
use crate::storage::sales::held;
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;

/// What became of it.
const ERASED: &str = "erased";

/// Empties what names the customer: by their address, or by an id that they have at an account. What cannot be read is
/// emptied too.
pub(crate) fn erase_from_hooks(ctx: &Context, tx: &mut Tx<'_>, id: &CustomerId) -> Result<(), StorageError> {
    let mut names = mirrored::remote_ids(tx, id)?;
    names.push(customers::find(tx, id)?.email.to_string());
    names.extend(merging::merged(tx, id)?.into_iter().map(|(_, email)| email.to_string()));
    let now = ctx.clock.now();
    for hook in hooks::readable_of(tx, id)? {
        let body = ctx.keyring.open(&hooks::associated_data(hook.id.as_str()), &hook.body).unwrap_or_default();
        let body = String::from_utf8_lossy(&body).to_lowercase();
        if body.is_empty() || names.iter().any(|name| body.contains(&name.to_lowercase())) {
            held::forget(tx, &hook.id)?;
            hooks::finish(tx, &hook.id, ERASED, now)?;
        }
    }
    Ok(())
}
