//! Claiming the next grant: the unclaimed pending grant that has waited longest.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::grant::CLAIM_DURATION;
use crate::domain::ids::{GrantId, StaffId};
use crate::storage::stock::draw;
use crate::storage::{StorageError, audit_log, grants};
use crate::usecases::context::Context;

/// The number of candidates read at once, because colleagues may claim some of them.
const BATCH: i64 = 20;

/// Claims the next grant for `staff`; `None` if no unclaimed grant is waiting.
pub(crate) fn take_next_grant(ctx: &Context, staff: &StaffId, actor: &Actor) -> Result<Option<GrantId>, StorageError> {
    loop {
        let now = ctx.clock.now();
        let candidates = ctx.db.read(|conn| grants::claims::oldest_free(conn, now, BATCH))?;
        if candidates.is_empty() {
            return Ok(None);
        }
        for grant_id in candidates {
            let is_mine = ctx.db.write(|tx| {
                if !grants::claims::take_free(tx, &grant_id, staff, now)? {
                    return Ok::<_, StorageError>(false);
                }
                let until = now.saturating_add(CLAIM_DURATION).unwrap_or(now);
                let grant = grants::find(tx, &grant_id)?;
                draw::reserve(tx, &grant.entitlement_id, &grant_id, until, now)?;
                let entry = NewAuditEntry::on_grant(
                    actor,
                    AuditAction::GrantClaim,
                    &grant_id,
                    vec![Change::set("held_until", until)],
                );
                audit_log::append(tx, &ctx.keyring, &entry, now)?;
                Ok(true)
            })?;
            if is_mine {
                return Ok(Some(grant_id));
            }
        }
    }
}
