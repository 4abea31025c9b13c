//! Sending the e-mail with the key again, to a corrected address if one is given.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::new_form::email_error;
use super::show::{GrantPage, load};
use crate::domain::customer::EmailAddress;
use crate::domain::idempotency;
use crate::domain::ids::{CustomerId, GrantId};
use crate::domain::text;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::grants::resend_email::{Moves, ResendEmail, ResendEmailError, resend_email};
use crate::web::customers::form::taken_by;
use crate::web::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, html, in_background, urls};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EmailForm {
    /// Empty for the current address.
    email: String,
    idempotency_key: String,
    /// The customer who has the address, once the person has confirmed that the grant moves to them.
    confirm: String,
}

/// Queues the e-mail again.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<EmailForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let detail = load(&ctx, &id).await?;
    let l = staff.localizer();
    let email = match text::optional(&form.email, EmailAddress::parse) {
        Ok(email) => email,
        Err(error) => {
            let mut view = GrantPage::new(&staff, &ctx, detail);
            view.errors = FormErrors::one("email", email_error(l, error));
            view.email.clone_from(&form.email);
            return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let typed = form.email.clone();
    // A damaged key protects from nothing, and must not keep the e-mail from going out.
    let idempotency_key = idempotency::parse_key(&form.idempotency_key).unwrap_or_default();
    let moves = Moves::Confirmed(CustomerId::parse(&form.confirm).ok());
    let owner = email.clone();
    let command = ResendEmail { grant_id: id.0.clone(), email, moves, idempotency_key, actor: staff.actor() };
    match in_background(&ctx, move |ctx| resend_email(ctx, &command)).await? {
        Ok(resent) => {
            let sent = if resent.is_repeated { "grants-resent" } else { "grants-resent-first" };
            let flash = Flash::mailed(sent, "grants-resent-kept", ctx.config.smtp_url.is_none());
            let flash = flash.with("email", resent.recipient.as_str());
            Ok(staff.see_other(&urls::grant(&id), flash))
        }
        Err(ResendEmailError::AskFirst) => {
            let mut view = GrantPage::new(&staff, &ctx, load(&ctx, &id).await?);
            view.taken_by = taken_by(&ctx, owner).await?;
            let sentence = view.taken_by.as_ref().map(|other| other.sentence(&view.page)).unwrap_or_default();
            view.errors = FormErrors::one("email", l.t1("grants-move-ask", "sentence", sentence));
            view.email = typed;
            html(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(ResendEmailError::NothingToSend(status)) => {
            let mut view = GrantPage::new(&staff, &ctx, load(&ctx, &id).await?);
            view.refusal = Some(l.named("grants-nothing-to-send", status.as_str()));
            html(StatusCode::CONFLICT, &view)
        }
        Err(ResendEmailError::IdempotencyMismatch) => {
            // The page has a new idempotency key, so the form can be submitted again after it has been reviewed.
            let mut view = GrantPage::new(&staff, &ctx, load(&ctx, &id).await?);
            view.errors = FormErrors::one("email", l.t("grants-resend-changed"));
            view.email = typed;
            html(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(ResendEmailError::AddressUnreachable) => {
            let mut view = GrantPage::new(&staff, &ctx, load(&ctx, &id).await?);
            view.errors = FormErrors::one("email", l.t("grants-email-unreachable"));
            view.email = typed;
            html(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(ResendEmailError::AddressForbidden) => Err(PageError::Forbidden { needs: ctx.config.reveal }),
        Err(ResendEmailError::Erased) => Err(PageError::Conflict { sentence: "erasure-done-conflict" }),
        Err(ResendEmailError::GrantNotFound) => Err(PageError::NotFound),
        Err(ResendEmailError::Storage(error)) => Err(error.into()),
    }
}
