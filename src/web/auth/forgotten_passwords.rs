//! Forgotten passwords: sends a link by e-mail. The response is the same whether the address is known or not.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::guest::Guest;
use super::sessions::require_passwords;
use crate::domain::customer::EmailAddress;
use crate::usecases::Context;
use crate::usecases::staff::send_link::{ForgottenPasswordError, send_forgotten_password_link};
use crate::web::{FormErrors, PageContext, PageError, in_background, see_other};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ForgottenForm {
    email: String,
}

#[derive(Template)]
#[template(path = "auth/forgotten_password.html")]
struct ForgottenPage {
    page: PageContext,
    errors: FormErrors,
    email: String,
}

/// Asks for the address.
pub(crate) async fn new(request: HttpRequest, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    require_passwords(&ctx)?;
    let guest = Guest::of(&request)?;
    let view = ForgottenPage { page: guest.page(), errors: FormErrors::new(), email: String::new() };
    guest.html(StatusCode::OK, &view)
}

/// Sends the link if the address belongs to someone.
pub(crate) async fn create(
    request: HttpRequest,
    payload: Payload,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    require_passwords(&ctx)?;
    let guest = Guest::of(&request)?;
    let form: ForgottenForm = guest.read_own(payload).await?;
    let page = guest.page();
    if EmailAddress::parse(&form.email).is_err() {
        let errors = FormErrors::one("email", page.localizer.t("sessions-email-wrong"));
        return guest.html(StatusCode::UNPROCESSABLE_ENTITY, &ForgottenPage { page, errors, email: form.email });
    }
    let (actor, language) = (guest.actor(), page.language.code());
    let sent = in_background(&ctx, move |ctx| send_forgotten_password_link(ctx, &form.email, language, &actor)).await?;
    match sent {
        Ok(()) => Ok(see_other("/login?done=link")),
        Err(ForgottenPasswordError::TooManyAttempts { retry_after }) => Err(PageError::TooManyRequests { retry_after }),
        Err(ForgottenPasswordError::Storage(error)) => Err(error.into()),
    }
}
