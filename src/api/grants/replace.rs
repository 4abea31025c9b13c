//! Replacing the key or link of a delivered grant, and undoing what was delivered in the portal.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::fulfill::takes;
use super::shown;
use crate::api::request::described::body;
use crate::api::request::values::{license_key, link, parsed, text};
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, JsonBody, path_id};
use crate::domain::grant::DeliverError;
use crate::domain::grant::replacement::{InstancesFate, MAX_DETAILS, ReplaceReason};
use crate::domain::ids::GrantId;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::text as texts;
use crate::http::in_background;
use crate::i18n::{Localizer, link_error};
use crate::usecases::Context;
use crate::usecases::grants::fulfill::KeyChoice;
use crate::usecases::grants::replace::{ReplaceKey, ReplaceKeyError, replace_key};
use crate::usecases::grants::undo::{UndoError, undo_delivery};
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::license_keys::read::JustWritten;
use crate::wire;

/// The longest note to the customer.
const MAX_NOTE: usize = 1_000;

body! {
    /// Why a key is replaced, and by what. Without `key` and `url`, the next one comes from stock.
    ReplaceLicenseKey {
        /// `wrong`, `defective`, `exposed` or `other`. Defective keys are counted for their batch.
        #[schema(value_type = String)]
        reason: ReplaceReason = required(reason),
        /// For colleagues and the supplier; required if the reason is `other`.
        #[schema(value_type = Option<String>, max_length = 500)]
        details: Option<String> = optional(|value| parsed(value, |text| texts::line(text, MAX_DETAILS))),
        /// The new key of a grant that takes keys.
        #[schema(value_type = Option<String>)]
        key: Option<Option<LicenseKeyValue>> = optional(license_key),
        /// The new link of a grant that takes links.
        #[schema(value_type = Option<String>, max_length = 2048)]
        url: Option<LicenseKeyValue> = optional(link),
        /// What happens to the activations of the old key: `end`, or `move` to the new one. Default: `end`.
        #[schema(value_type = Option<String>)]
        instances: Option<InstancesFate> = optional(instances),
        /// What the customer is told with the new key.
        #[schema(value_type = Option<String>, max_length = 1000)]
        customer_note: Option<String> = optional(|value| parsed(value, |text| texts::block(text, MAX_NOTE))),
    }
}

fn reason(value: &crate::wire::Json) -> Result<ReplaceReason, String> {
    ReplaceReason::parse(text(value)?).ok_or_else(|| "must be wrong, defective, exposed or other".to_owned())
}

fn instances(value: &crate::wire::Json) -> Result<InstancesFate, String> {
    InstancesFate::parse(text(value)?).ok_or_else(|| "must be end or move".to_owned())
}

/// Replaces the key or link of a delivered or failed grant (Keydesk extension): the old one is disabled at once, and the new
/// one has its limit and its expiry and is e-mailed to the customer.
#[utoipa::path(
    post, path = "/grants/{grant_id}/replace", tag = "Grants",
    params(("grant_id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = ReplaceLicenseKey,
    responses(
        (status = 200, body = wire::Grant),
        (status = 409, description = "The grant has no key that can be replaced, the new one was issued before, or there is none in stock (`GRANT_NOT_DELIVERED`, `DUPLICATE_LICENSE_KEY`, `OUT_OF_STOCK`, `NOT_REPLACEABLE`).", body = wire::Error),
        Refusals
    )
)]
pub(crate) async fn create(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let grant_id: GrantId = path_id(&request, "grant_id", "grant")?;
    let sent = body.parse(ReplaceLicenseKey::read)?;
    if sent.reason == ReplaceReason::Other && sent.details.is_none() {
        return Err(ApiError::field("details", "must say why if the reason is other"));
    }
    let key = match (sent.key, sent.url) {
        (Some(_), Some(_)) => return Err(ApiError::field("url", "must not come with a key")),
        (Some(key), None) => KeyChoice::Typed(key.ok_or_else(ApiError::empty_license_key)?),
        (None, Some(url)) => KeyChoice::Link(url),
        (None, None) => KeyChoice::FromStock,
    };
    let command = ReplaceKey {
        grant_id,
        old_key_id: None,
        key,
        reason: sent.reason,
        details: sent.details,
        instances: sent.instances.unwrap_or(InstancesFate::End),
        customer_note: sent.customer_note,
        // Warnings are part of the response.
        is_confirmed: true,
        idempotency_key: body.idempotency_key().map(str::to_owned),
        actor: caller.actor(),
    };
    let grant = in_background(&ctx, move |ctx| {
        let replaced = replace_key(ctx, &command)?;
        let written = match command.key.typed() {
            Some(key) if replaced.license_key_id.is_some() => JustWritten::Supplied(key),
            _ => JustWritten::Nothing,
        };
        let grant = shown(ctx, &command.grant_id, &caller, written)?;
        Ok::<_, ApiError>(wire::Grant { warnings: wire::KeyWarning::of(&replaced.warnings), ..grant })
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}

/// Undoes the latest delivery or replacement of a grant that somebody made in the portal, while its e-mail waits (Keydesk
/// extension). The grant is pending again, or has its key from before.
#[utoipa::path(
    post, path = "/grants/{grant_id}/undo", tag = "Grants",
    params(("grant_id" = String, Path)),
    responses(
        (status = 200, body = wire::Grant),
        (status = 409, description = "The e-mail has left, or the key is in use (`TOO_LATE_TO_UNDO`).", body = wire::Error),
        Refusals
    )
)]
pub(crate) async fn undo(request: HttpRequest, caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let grant_id: GrantId = path_id(&request, "grant_id", "grant")?;
    let grant = in_background(&ctx, move |ctx| {
        undo_delivery(ctx, &grant_id, &caller.actor())?;
        shown(ctx, &grant_id, &caller, JustWritten::Nothing)
    });
    Ok(HttpResponse::Ok().json(grant.await??))
}

impl From<ReplaceKeyError> for ApiError {
    fn from(error: ReplaceKeyError) -> Self {
        let refused = |message: &str| Self::conflict("NOT_REPLACEABLE", message);
        match error {
            ReplaceKeyError::GrantNotFound => Self::not_found("grant"),
            ReplaceKeyError::Mirrored => {
                refused("The key of this grant is supplied to the account that it comes from.")
            }
            ReplaceKeyError::Erased => Self::customer_erased(),
            ReplaceKeyError::NothingToReplace(status) => Self::conflict(
                "GRANT_NOT_DELIVERED",
                format!("This grant is {}, or has no key or link; there is nothing to replace.", status.as_str()),
            ),
            ReplaceKeyError::ReplacedMeanwhile => refused("The key was replaced in the meantime."),
            ReplaceKeyError::StillWaiting => {
                refused("The e-mail with this key has not left yet. POST /grants/{grant_id}/undo instead.")
            }
            ReplaceKeyError::Expired => refused("The key has expired, and the new one would have too."),
            ReplaceKeyError::Takes(DeliverError::Takes(delivers)) => {
                Self::new(StatusCode::BAD_REQUEST, "NOT_A_LICENSE_KEY_GRANT", takes(delivers))
            }
            ReplaceKeyError::Takes(_) => refused("This grant takes no key."),
            ReplaceKeyError::NotALink(why) => Self::field("url", link_error(&Localizer::for_programs(), why)),
            // Who may not look keys up is told no more than this.
            ReplaceKeyError::KeyAlreadyUsed(_) | ReplaceKeyError::KeyInStock => {
                Self::conflict("DUPLICATE_LICENSE_KEY", "This license key was issued before, or lies in stock.")
            }
            ReplaceKeyError::OutOfStock => Self::conflict("OUT_OF_STOCK", "The entitlement has no key in stock."),
            ReplaceKeyError::Unconfirmed => Self::internal("a key that was confirmed is not"),
            ReplaceKeyError::IdempotencyMismatch | ReplaceKeyError::Undone => IdempotencyMismatch.into(),
            ReplaceKeyError::Storage(error) => error.into(),
        }
    }
}

impl From<UndoError> for ApiError {
    fn from(error: UndoError) -> Self {
        let late = |message: &str| Self::conflict("TOO_LATE_TO_UNDO", message);
        match error {
            UndoError::GrantNotFound => Self::not_found("grant"),
            UndoError::TooLate(_) => late("The e-mail has left. Replace or revoke the key."),
            UndoError::AlreadyUndone => late("This was undone already."),
            UndoError::NotDelivered => late("The grant is not delivered."),
            UndoError::InUse => late("The key is in use already. Replace or revoke it."),
            UndoError::Storage(error) => error.into(),
        }
    }
}
