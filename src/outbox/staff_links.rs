//! E-mails with links for staff. The token is derived here from the link's id, so what is stored does not give access.

use jiff::Timestamp;

use crate::config::BaseUrl;
use crate::domain::outbox::{MessageState, next_attempt};
use crate::domain::staff::link::{LinkPurpose, StaffLink};
use crate::i18n::Language;
use crate::mail::{Mailer, SendError, StaffLinkEmail};
use crate::storage::{StorageError, installation, staff};
use crate::usecases::Context;

/// Whether an e-mail is due.
pub fn is_due(ctx: &Context) -> Result<bool, StorageError> {
    ctx.db.read(|conn| staff::links::has_due(conn, ctx.clock.now()))
}

/// Sends one due e-mail; `false` if none is due.
pub fn run_once(ctx: &Context, mailer: &Mailer, owner: &str) -> Result<bool, StorageError> {
    if !is_due(ctx)? {
        return Ok(false);
    }
    let now = ctx.clock.now();
    let Some(link) = ctx.db.write(|tx| staff::links::claim(tx, owner, now))? else { return Ok(false) };
    let (state, reply, is_our_fault) = match attempt(ctx, mailer, &link) {
        Ok(reply) => (MessageState::Sent, reply, false),
        Err(SendError::Permanent { reply }) => (MessageState::Failed, reply, false),
        Err(SendError::Temporary { reply, ours }) => (MessageState::Queued, reply, ours),
    };
    let now = ctx.clock.now();
    let (state, next) = match next(&link, now) {
        Some(next) if state == MessageState::Queued => (state, next),
        None if state == MessageState::Queued => (MessageState::Failed, now),
        _ => (state, now),
    };
    ctx.db.write(|tx| {
        if is_our_fault {
            installation::set(tx, installation::MAIL_FAULT, &reply)?;
        }
        staff::links::settle(tx, &link.id, owner, state, &reply, next)
    })?;
    Ok(true)
}

/// When to retry; `None` if that would be after the link expires.
fn next(link: &StaffLink, now: Timestamp) -> Option<Timestamp> {
    next_attempt(link.created_at, link.attempts, now).filter(|next| *next < link.expires_at)
}

fn attempt(ctx: &Context, mailer: &Mailer, link: &StaffLink) -> Result<String, SendError> {
    let our_fault = |cause: String| {
        tracing::error!(link_id = %link.id, %cause, "an e-mail could not be written");
        SendError::Temporary { reply: cause, ours: true }
    };
    let has_passwords = ctx.config.has_passwords;
    if link.purpose == LinkPurpose::Reset && !has_passwords {
        // The link was created before passwords were turned off, and would not work.
        return Err(SendError::Permanent { reply: "passwords are turned off".to_owned() });
    }
    let person = ctx.db.read(|conn| staff::find(conn, &link.staff_id)).map_err(|error| our_fault(error.to_string()))?;
    let person = person.ok_or_else(|| our_fault("there is no such person".to_owned()))?;
    let base = ctx.config.base_url.as_ref().map(BaseUrl::origin).unwrap_or_default();
    let email = StaffLinkEmail {
        language: Language::for_locale(person.language.as_deref().unwrap_or(&link.language)),
        purpose: link.purpose,
        has_passwords,
        to_name: person.name.clone(),
        to_address: person.email.to_string(),
        business_name: ctx.config.business_name.clone(),
        url: if has_passwords {
            format!("{base}/new-password?token={}", ctx.keyring.link_token(link.id.as_str()))
        } else {
            format!("{base}/login")
        },
        expires_at: link.expires_at,
        time_zone: ctx.config.time_zone.clone(),
    };
    let outgoing = email.outgoing(link.id.as_str(), link.created_at).map_err(|error| our_fault(error.to_string()))?;
    mailer.send(&outgoing).map(|sent| sent.reply)
}
