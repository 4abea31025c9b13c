//! The e-mail with a link for a staff member. The token is derived here from the link's id, so what is stored does not
//! give access.

use jiff::Timestamp;

use crate::domain::ids::StaffLinkId;
use crate::domain::outbox::{OutboxMessage, next_attempt};
use crate::domain::staff::link::{LINK_LIFETIME, LinkPurpose, StaffLink as Link};
use crate::i18n::Language;
use crate::mail::{Outgoing, StaffLinkEmail};
use crate::outbox::kind::{Attempted, Kind, Outcome, Transports, send_email};
use crate::storage::{Conn, StorageError, staff};
use crate::usecases::Context;
use crate::usecases::staff::send_link::link_url;

pub(crate) struct StaffLink;

impl Kind for StaffLink {
    fn attempt(
        &self,
        ctx: &Context,
        transports: &Transports,
        message: &OutboxMessage,
    ) -> Result<Attempted, StorageError> {
        let link = match ctx.db.read(|conn| load(conn, message)) {
            Ok(None) => return Ok(Outcome::Cancelled.into()),
            Ok(Some(link)) if link.purpose == LinkPurpose::Reset && !ctx.config.has_passwords => {
                // The link was created before passwords were turned off, and would not work.
                return Ok(Outcome::Refused { reply: "passwords are turned off".to_owned() }.into());
            }
            Ok(Some(link)) => Ok(link),
            Err(error) => Err(error.to_string()),
        };
        let composed = link.and_then(|link| compose(ctx, &link)).map(Some);
        Ok(send_email(transports, message, composed))
    }

    /// Like other e-mails, but not once the link has expired.
    fn next_attempt(&self, message: &OutboxMessage, now: Timestamp) -> Option<Timestamp> {
        let expires_at = message.created_at.saturating_add(LINK_LIFETIME).ok()?;
        next_attempt(message.created_at, message.attempts, now).filter(|next| *next < expires_at)
    }
}

/// The link; `None` if it was used or replaced in the meantime.
fn load(conn: &mut Conn, message: &OutboxMessage) -> Result<Option<Link>, StorageError> {
    let id = message.ref_id.clone().ok_or_else(|| StorageError::Corrupt(format!("{} has no link", message.id)))?;
    staff::links::find(conn, &StaffLinkId::stored(id))
}

/// Composes the e-mail. Its `Message-ID` is the link's id.
fn compose(ctx: &Context, link: &Link) -> Result<Outgoing, String> {
    let person = ctx.db.read(|conn| staff::find(conn, &link.staff_id)).map_err(|error| error.to_string())?;
    let person = person.ok_or("there is no such person")?;
    let email = StaffLinkEmail {
        language: Language::for_locale(person.language.as_deref().unwrap_or(&link.language)),
        purpose: link.purpose,
        has_passwords: ctx.config.has_passwords,
        to_name: person.name.clone(),
        to_address: person.email.to_string(),
        business_name: ctx.config.business_name.clone(),
        url: link_url(ctx, &link.id),
        expires_at: link.expires_at,
        time_zone: ctx.config.time_zone.clone(),
    };
    email.outgoing(link.id.as_str(), link.created_at).map_err(|error| error.to_string())
}
