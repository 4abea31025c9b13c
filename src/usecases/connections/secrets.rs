//! The secrets of a connection: its API key, and what its webhooks are signed with.

use jiff::Timestamp;

use super::entry;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change};
use crate::domain::connection::{ConnectionSecretKind, OLD_SECRET_LASTS};
use crate::domain::ids::{ConnectionId, ConnectionSecretId};
use crate::storage::connections::{rows, secrets};
use crate::storage::{Conn, StorageError, Tx, audit_log};
use crate::usecases::context::Context;

/// A secret is shown by its last characters only if this many more stay hidden.
const HIDDEN: usize = 8;

/// The secrets of a kind that are in use at `now`, the newest first.
pub(crate) fn open_secrets(
    ctx: &Context,
    conn: &mut Conn,
    id: &ConnectionId,
    kind: ConnectionSecretKind,
    now: Timestamp,
) -> Result<Vec<String>, StorageError> {
    let sealed = secrets::in_use(conn, id, kind, now)?;
    sealed.iter().map(|secret| open(ctx, secret.id.as_str(), &secret.ciphertext)).collect()
}

fn open(ctx: &Context, id: &str, sealed: &[u8]) -> Result<String, StorageError> {
    let corrupt = |cause: String| StorageError::Corrupt(format!("the secret {id}: {cause}"));
    let secret = ctx.keyring.open(&secrets::associated_data(id), sealed).map_err(|error| corrupt(error.to_string()))?;
    String::from_utf8(secret).map_err(|error| corrupt(error.to_string()))
}

/// Stores a secret. An older API key ends at once; an older secret of webhooks is accepted for a while.
pub(crate) fn store_secret(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &ConnectionId,
    kind: ConnectionSecretKind,
    text: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let secret_id = ConnectionSecretId::random();
    let secret = secrets::SealedConnectionSecret {
        ciphertext: ctx.keyring.seal(&secrets::associated_data(secret_id.as_str()), text.as_bytes()),
        last_four: last_four(text),
        created_at: now,
        id: secret_id,
    };
    let others_end = match kind {
        ConnectionSecretKind::ApiKey => now,
        ConnectionSecretKind::WebhookSecret => now.saturating_add(OLD_SECRET_LASTS).unwrap_or(now),
    };
    secrets::add(tx, id, kind, &secret, others_end)
}

/// The last characters by which people tell secrets apart; none of a short one.
fn last_four(text: &str) -> String {
    let letters: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let shown = letters.len().checked_sub(4).filter(|hidden| *hidden >= HIDDEN);
    shown.and_then(|from| letters.get(from..)).map(String::from_iter).unwrap_or_default()
}

/// Replaces the secret that the connection's webhooks are signed with.
pub(crate) fn change_webhook_secret(
    ctx: &Context,
    id: &ConnectionId,
    text: &str,
    actor: &Actor,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        if !rows::lock(tx, id)?.kind.has_webhooks() {
            return Err(StorageError::NotFound);
        }
        let now = ctx.clock.now();
        store_secret(ctx, tx, id, ConnectionSecretKind::WebhookSecret, text, now)?;
        let changes = vec![Change::set("kind", ConnectionSecretKind::WebhookSecret.as_str())];
        audit_log::append(tx, &ctx.keyring, &entry(actor, AuditAction::ConnectionChangeSecret, id, changes), now)
    })
}

#[cfg(test)]
mod tests {
    use super::last_four;

    #[test]
    fn a_short_secret_shows_nothing_of_itself() {
        assert_eq!(last_four("sk_live_abcdefgh"), "efgh");
        assert_eq!(last_four("whsec_a2V5ZGVzay10b3=="), "10b3");
        for text in ["", "abc", "abcdefghijk"] {
            assert_eq!(last_four(text), "", "{text}");
        }
    }
}
