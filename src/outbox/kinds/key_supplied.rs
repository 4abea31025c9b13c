//! The key of a mirrored grant, for the account that the grant comes from. It is supplied once; whenever it is not certain
//! what became of it, the account is asked before anything else is done. Nothing is repeated because of a conflict.

use jiff::SignedDuration;

use crate::dodo::objects::{RemoteGrant, RemoteStatus};
use crate::dodo::{Account, CallError, SupplyKey};
use crate::domain::connection::trouble::{MirroredGrant, Trouble};
use crate::domain::connection::{Connection, ConnectionState};
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::{ExpirySource, LicenseKeyValue};
use crate::domain::outbox::{MessageState, OutboxMessage};
use crate::outbox::kind::{Attempted, Kind, Outcome, Settled, Transports};
use crate::storage::connections::{mirrored, rows};
use crate::storage::grants::supply;
use crate::storage::license_keys::SealedKey;
use crate::storage::{Conn, StorageError, Tx, grants, license_keys};
use crate::usecases::Context;
use crate::usecases::mirror::account::account_of;
use crate::usecases::mirror::read;
use crate::usecases::mirror::settle_supply::{UNSURE, came_back, is_stopped, note_call, settle};

/// How long what is on its way waits for a person to mend the connection.
const STOPPED: SignedDuration = SignedDuration::from_mins(1);

/// The answer that means one of three things.
const CONFLICT: &str = "409";

pub(crate) struct KeySupplied;

impl Kind for KeySupplied {
    fn claimed(&self, tx: &mut Tx<'_>, message: &OutboxMessage) -> Result<(), StorageError> {
        set_state(tx, message, MessageState::Sending)
    }

    fn attempt(&self, ctx: &Context, _: &Transports, message: &OutboxMessage) -> Result<Attempted, StorageError> {
        let Some(outgoing) = ctx.db.read(|conn| load(conn, message))? else {
            return Ok(Outcome::Cancelled.into());
        };
        if outgoing.connection.state != ConnectionState::Active {
            return Ok(Outcome::Postponed.into());
        }
        let Some(value) = outgoing.sealed.open(&ctx.keyring)? else { return Ok(Outcome::Cancelled.into()) };
        let account = account_of(ctx, &outgoing.connection)?;
        let supply = Supply { ctx, message, outgoing: &outgoing, account: &account, value: &value };
        let outcome = supply.run()?;
        Ok(outcome.into())
    }

    fn settled(&self, _: &Context, tx: &mut Tx<'_>, settled: &Settled<'_>) -> Result<(), StorageError> {
        match settled.progress.state {
            state @ (MessageState::Queued | MessageState::Failed) => set_state(tx, settled.message, state),
            _ => Ok(()),
        }
    }
}

fn key_of(message: &OutboxMessage) -> Option<LicenseKeyId> {
    message.ref_id.clone().map(LicenseKeyId::stored)
}

fn set_state(tx: &mut Tx<'_>, message: &OutboxMessage, state: MessageState) -> Result<(), StorageError> {
    match (&message.grant_id, key_of(message)) {
        (Some(grant_id), Some(key)) => supply::set_state(tx, grant_id, &key, state),
        _ => Ok(()),
    }
}

/// What is supplied.
struct Outgoing {
    connection: Connection,
    grant: Grant,
    seen: MirroredGrant,
    key: LicenseKeyId,
    sealed: SealedKey,
}

/// `None` if the key is not on its way any more.
fn load(conn: &mut Conn, message: &OutboxMessage) -> Result<Option<Outgoing>, StorageError> {
    let (Some(grant_id), Some(key)) = (&message.grant_id, key_of(message)) else { return Ok(None) };
    let grant = grants::find(conn, grant_id)?;
    if grant.status != GrantStatus::Pending || grant.license_key_id.as_ref() != Some(&key) {
        return Ok(None);
    }
    let Some(seen) = mirrored::grant(conn, grant_id)? else { return Ok(None) };
    let connection = rows::find(conn, &seen.connection_id)?;
    let sealed = license_keys::find_sealed(conn, &key)?;
    Ok(Some(Outgoing { connection, grant, seen, key, sealed }))
}

/// One attempt.
struct Supply<'a> {
    ctx: &'a Context,
    message: &'a OutboxMessage,
    outgoing: &'a Outgoing,
    account: &'a Account,
    value: &'a LicenseKeyValue,
}

impl Supply<'_> {
    fn run(&self) -> Result<Outcome, StorageError> {
        // An attempt before this one may have reached the account, whatever was noted of it.
        if self.message.attempts > 1 {
            match self.read() {
                Ok(Some(remote)) if remote.status == RemoteStatus::Pending && remote.license_key.is_none() => {}
                Ok(Some(remote)) => return self.settled("read_again", "200", &remote),
                Ok(None) => return self.back(Trouble::NotFound, UNSURE, "404"),
                Err(error) => return self.failed("read_again", &error),
            }
        }
        match self.account.supply(self.outgoing.grant.id.as_str(), &self.key()) {
            Ok(remote) if remote.id == self.outgoing.grant.id.as_str() && remote.status == RemoteStatus::Delivered => {
                self.settled("supply", "200", &remote)
            }
            // It was taken, and the answer does not say so; or it means one of three things.
            Ok(_) | Err(CallError::Unreadable) => self.read_after("200"),
            Err(CallError::Conflict) => self.read_after(CONFLICT),
            Err(CallError::NotFound) => self.back(Trouble::NotFound, "", "404"),
            Err(CallError::Rejected { status, words }) => self.back(Trouble::Refused, &words, &status.to_string()),
            Err(error) => self.failed("supply", &error),
        }
    }

    /// The key with its limits; without them where they are the entitlement's own, which the account knows.
    fn key(&self) -> SupplyKey<'_> {
        let summary = &self.outgoing.sealed.key.summary;
        let is_chosen = summary.expiry_source == Some(ExpirySource::Chosen);
        SupplyKey {
            value: self.value,
            activations_limit: summary.activations_limit.and_then(ActivationsLimit::new),
            expires_at: summary.expires_at.filter(|_| is_chosen),
        }
    }

    fn read(&self) -> Result<Option<RemoteGrant>, CallError> {
        let Outgoing { grant, seen, .. } = self.outgoing;
        read::grant(self.account, grant.entitlement_id.as_str(), &seen.remote_customer_id, grant.id.as_str())
    }

    /// Reads what became of the key after an answer that does not say it.
    fn read_after(&self, answered: &str) -> Result<Outcome, StorageError> {
        match self.read() {
            Ok(Some(remote)) if remote.status == RemoteStatus::Pending => {
                // One that has a key already is about to be delivered.
                if answered == CONFLICT && remote.license_key.is_none() {
                    return self.back(Trouble::KeyKnownThere, "", answered);
                }
                self.later("supply", answered, SignedDuration::from_secs(10))
            }
            Ok(Some(remote)) => self.settled("read_again", answered, &remote),
            Ok(None) => self.back(Trouble::NotFound, UNSURE, answered),
            Err(error) => self.failed("read_again", &error),
        }
    }

    fn settled(&self, what: &str, answered: &str, remote: &RemoteGrant) -> Result<Outcome, StorageError> {
        let Outgoing { connection, grant, .. } = self.outgoing;
        let (ctx, now) = (self.ctx, self.ctx.clock.now());
        ctx.db.write(|tx| {
            settle(ctx, tx, connection, remote, now)?;
            let detail = format!("{answered} {}", remote.status.as_str());
            note_call(ctx, tx, connection, (what, detail, true), self.account.calls(), &grant.id)?;
            note_account(tx, self.account, connection)
        })?;
        // Settled for good, unless the account still has it as pending.
        let present = ctx.db.read(|conn| grants::find(conn, &grant.id))?;
        if present.status == GrantStatus::Pending && present.license_key_id.as_ref() == Some(&self.outgoing.key) {
            return Ok(Outcome::Later { reply: answered.to_owned(), after: SignedDuration::from_secs(10) });
        }
        Ok(Outcome::Sent { reply: answered.to_owned() })
    }

    /// The grant waits for staff again.
    fn back(&self, trouble: Trouble, detail: &str, answered: &str) -> Result<Outcome, StorageError> {
        let Outgoing { connection, grant, key, .. } = self.outgoing;
        let (ctx, now) = (self.ctx, self.ctx.clock.now());
        ctx.db.write(|tx| {
            came_back(ctx, tx, (&grant.id, key), (trouble, detail), now)?;
            let noted = format!("{answered} {}", trouble.as_str());
            note_call(ctx, tx, connection, ("supply", noted, false), self.account.calls(), &grant.id)?;
            note_account(tx, self.account, connection)
        })?;
        Ok(Outcome::Refused { reply: answered.to_owned() })
    }

    fn failed(&self, what: &str, error: &CallError) -> Result<Outcome, StorageError> {
        let Outgoing { connection, grant, .. } = self.outgoing;
        let after = match error {
            CallError::Busy { after } => *after,
            CallError::Unauthorized | CallError::Forbidden => STOPPED,
            _ => pause_after(self.message.attempts),
        };
        // One that waits for its turn has called nobody.
        if self.account.calls() > 0 {
            let ctx = self.ctx;
            ctx.db.write(|tx| {
                is_stopped(ctx, tx, connection, (what == "supply", error))?;
                note_call(ctx, tx, connection, (what, error.explain(), false), self.account.calls(), &grant.id)?;
                note_account(tx, self.account, connection)
            })?;
        }
        Ok(Outcome::Later { reply: error.explain(), after })
    }

    fn later(&self, what: &str, answered: &str, after: SignedDuration) -> Result<Outcome, StorageError> {
        let Outgoing { connection, grant, .. } = self.outgoing;
        let ctx = self.ctx;
        ctx.db.write(|tx| {
            note_call(ctx, tx, connection, (what, answered.to_owned(), true), self.account.calls(), &grant.id)?;
            note_account(tx, self.account, connection)
        })?;
        Ok(Outcome::Later { reply: answered.to_owned(), after })
    }
}

fn note_account(tx: &mut Tx<'_>, account: &Account, connection: &Connection) -> Result<(), StorageError> {
    account.budget().map_or(Ok(()), |budget| rows::note_budget(tx, &connection.id, budget))
}

/// The pause after an attempt that met an error on the other side. It is never given up: what became of the key has to be
/// known.
fn pause_after(attempts: i32) -> SignedDuration {
    SignedDuration::from_secs(match attempts {
        ..=1 => 2,
        2 => 10,
        3 => 30,
        4 => 2 * 60,
        5 => 5 * 60,
        _ => 15 * 60,
    })
}
