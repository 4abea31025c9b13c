//! Sending all live keys of a customer in one e-mail, to a corrected address if one is given.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::show::{CustomerPage, load};
use crate::domain::customer::EmailAddress;
use crate::domain::idempotency;
use crate::domain::ids::CustomerId;
use crate::domain::text;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::customers::send_keys::{MOST_KEYS, SendKeys, SendKeysError, send_keys};
use crate::web::customers::form::taken_by;
use crate::web::grants::new_form::email_error;
use crate::web::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, html, in_background, urls};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeysForm {
    /// Empty for the current address.
    email: String,
    idempotency_key: String,
}

/// Queues the e-mail.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<CustomerId>,
    form: CsrfForm<KeysForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let l = staff.localizer();
    let email = match text::optional(&form.email, EmailAddress::parse) {
        Ok(email) => email,
        Err(error) => return refuse(&staff, &ctx, &id, &form, email_error(l, error)).await,
    };
    // A damaged key protects from nothing, and must not keep the e-mail from going out.
    let idempotency_key = idempotency::parse_key(&form.idempotency_key).unwrap_or_default();
    let command = SendKeys { customer_id: id.0.clone(), email: email.clone(), idempotency_key, actor: staff.actor() };
    match in_background(&ctx, move |ctx| send_keys(ctx, &command)).await? {
        Ok(sent) => {
            let flash = Flash::mailed("customers-keys-sent", "customers-keys-kept", ctx.config.smtp_url.is_none());
            Ok(staff.see_other(&urls::customer(&id), flash.with("email", sent.recipient.as_str())))
        }
        Err(SendKeysError::NothingToSend) => stop(&staff, &ctx, &id, l.t("customers-no-live-keys")).await,
        Err(SendKeysError::TooMany) => {
            stop(&staff, &ctx, &id, l.t1("customers-too-many-keys", "count", MOST_KEYS)).await
        }
        Err(SendKeysError::IdempotencyMismatch) => refuse(&staff, &ctx, &id, &form, l.t("grants-resend-changed")).await,
        Err(SendKeysError::AddressUnreachable) => {
            refuse(&staff, &ctx, &id, &form, l.t("grants-email-unreachable")).await
        }
        Err(SendKeysError::AddressTaken) => {
            let mut view = refused(&staff, &ctx, &id, &form, l.t("customers-email-taken")).await?;
            view.taken_by = taken_by(&ctx, email).await?;
            html(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(SendKeysError::AddressForbidden) => Err(PageError::Forbidden { needs: ctx.config.reveal }),
        Err(SendKeysError::Erased) => Err(PageError::Conflict { sentence: "erasure-done-conflict" }),
        Err(SendKeysError::CustomerNotFound) => Err(PageError::NotFound),
        Err(SendKeysError::Storage(error)) => Err(error.into()),
    }
}

/// Says on the page why nothing is sent.
async fn stop(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &CustomerId,
    refusal: String,
) -> Result<HttpResponse, PageError> {
    let mut view = CustomerPage::new(staff, load(ctx, id).await?);
    view.refusal = Some(refusal);
    html(StatusCode::CONFLICT, &view)
}

/// Shows the page with the form again. It has a new idempotency key, so that the form can be sent after it was reviewed.
async fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &CustomerId,
    form: &KeysForm,
    error: String,
) -> Result<HttpResponse, PageError> {
    html(StatusCode::UNPROCESSABLE_ENTITY, &refused(staff, ctx, id, form, error).await?)
}

async fn refused(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &CustomerId,
    form: &KeysForm,
    error: String,
) -> Result<CustomerPage, PageError> {
    let mut view = CustomerPage::new(staff, load(ctx, id).await?);
    view.errors = FormErrors::one("email", error);
    view.email.clone_from(&form.email);
    view.asks_to_send = true;
    Ok(view)
}
