//! The pages that invitation and reset links lead to: they set a password and use up the link. The token is in the
//! query, which is never logged.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::guest::Guest;
use super::one_at_a_time::Turn;
use super::sessions::{HASHING, require_passwords};
use crate::crypto::{Password, PasswordError};
use crate::domain::staff::Staff;
use crate::domain::staff::link::LinkPurpose;
use crate::i18n::Localizer;
use crate::usecases::Context;
use crate::usecases::auth::set_password::{find_link, set_password};
use crate::usecases::staff::error::StaffError;
use crate::web::{CheckedQuery, FormErrors, PageContext, PageError, in_background, see_other};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LinkQuery {
    token: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NewPasswordForm {
    token: String,
    password: String,
}

#[derive(Template)]
#[template(path = "auth/new_password.html")]
struct NewPasswordPage {
    page: PageContext,
    errors: FormErrors,
    token: String,
    /// The link's purpose and person; `None` if it is no longer valid.
    link: Option<(LinkPurpose, Staff)>,
}

impl NewPasswordPage {
    fn title(&self) -> String {
        self.page.localizer.t(match &self.link {
            Some((LinkPurpose::Invitation, _)) => "sessions-join-title",
            Some((LinkPurpose::Reset, _)) => "sessions-new-password-title",
            None => "sessions-link-over-title",
        })
    }
}

/// Shows the form, if the link is valid.
pub(crate) async fn new(
    request: HttpRequest,
    query: CheckedQuery<LinkQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    require_passwords(&ctx)?;
    let guest = Guest::of(&request)?;
    show(&guest, &ctx, query.token.clone(), StatusCode::OK, FormErrors::new()).await
}

/// Sets the password; the person then signs in with it and with their existing second factor. The link is checked
/// before the expensive password work.
pub(crate) async fn create(
    request: HttpRequest,
    payload: Payload,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    require_passwords(&ctx)?;
    let guest = Guest::of(&request)?;
    let form: NewPasswordForm = guest.read_own(payload).await?;
    let token = form.token.clone();
    let Some((_, person)) = in_background(&ctx, move |ctx| find_link(ctx, &token)).await?? else {
        return show(&guest, &ctx, form.token, StatusCode::NOT_FOUND, FormErrors::new()).await;
    };
    let _turn = Turn::take(&person.id)?;
    let password = match rate(&ctx, person, form.password).await? {
        Ok(password) => password,
        Err(error) => {
            let errors = FormErrors::one("password", password_error(&guest.page().localizer, error));
            return show(&guest, &ctx, form.token, StatusCode::UNPROCESSABLE_ENTITY, errors).await;
        }
    };
    let (token, actor) = (form.token.clone(), guest.actor());
    let set = {
        let _place = HASHING.acquire().await.map_err(PageError::internal)?;
        in_background(&ctx, move |ctx| set_password(ctx, &token, &password, &actor)).await?
    };
    match set {
        Ok(_) => Ok(see_other("/login?done=password")),
        Err(StaffError::NotFound) => show(&guest, &ctx, form.token, StatusCode::NOT_FOUND, FormErrors::new()).await,
        Err(StaffError::Storage(error)) => Err(error.into()),
        Err(error) => Err(PageError::internal(error)),
    }
}

/// Rates a new password. This takes a while, but does not occupy a hashing permit.
pub(in crate::web) async fn rate(
    ctx: &Context,
    person: Staff,
    text: String,
) -> Result<Result<Password, PasswordError>, PageError> {
    let rated = in_background(ctx, move |_| Password::parse_new(&text, &[&person.name, person.email.as_str()]));
    Ok(rated.await?)
}

async fn show(
    guest: &Guest,
    ctx: &Context,
    token: String,
    status: StatusCode,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let wanted = token.clone();
    let found = in_background(ctx, move |ctx| find_link(ctx, &wanted)).await??;
    let link = found.map(|(link, person)| (link.purpose, person));
    let status = if link.is_some() { status } else { StatusCode::NOT_FOUND };
    guest.html(status, &NewPasswordPage { page: guest.page(), errors, token, link })
}

/// The error message for a new password.
pub(in crate::web) fn password_error(l: &Localizer, error: PasswordError) -> String {
    l.t(match error {
        PasswordError::TooShort => "password-too-short",
        PasswordError::TooLong => "password-too-long",
        PasswordError::TooEasy => "password-too-easy",
    })
}
