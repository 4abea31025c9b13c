//! The e-mail again, to a corrected address if one is given.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::grants_show::{Shown, render};
use super::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, in_background, routes};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::GrantId;
use crate::domain::staff::Role;
use crate::domain::text::optional;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::resend_email::{ResendEmail, ResendEmailError, resend_email};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EmailForm {
    email: String,
    idempotency_key: String,
}

/// Sends it again.
pub async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<EmailForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    staff.require(Role::Agent)?;
    let Ok(email) = optional(&form.email, EmailAddress::parse) else {
        let errors = FormErrors::one("email", staff.localizer().t("grants-email-wrong"));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return render(
            &staff,
            &ctx,
            &id,
            Shown { status, email: Some(form.email.clone()), errors, ..Shown::default() },
        )
        .await;
    };
    let key = form.idempotency_key.trim();
    let command = ResendEmail {
        grant_id: id.0.clone(),
        email,
        idempotency_key: (!key.is_empty() && key.len() <= 200).then(|| key.to_owned()),
        actor: staff.actor(),
    };
    match in_background(&ctx, move |ctx| resend_email(ctx, &command)).await? {
        Ok(sent) => {
            let flash = Flash::ok("grants-resent").with("email", sent.recipient.as_str());
            Ok(staff.see_other(&routes::grant(&sent.grant_id), &flash))
        }
        Err(ResendEmailError::GrantNotFound) => Err(PageError::NotFound),
        Err(ResendEmailError::NothingToSend(_)) => Err(PageError::Conflict { sentence: "grants-nothing-to-send" }),
        Err(ResendEmailError::Storage(error)) => Err(error.into()),
    }
}
