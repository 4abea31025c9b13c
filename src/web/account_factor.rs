//! One's own second factor: setting it up, new recovery codes, taking it away.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama::filters::Safe;
use serde::Deserialize;

use super::account_page::{AccountPage, Confirmation, confirmation_error};
use super::sessions::HASHING;
use super::{CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff};
use super::{html, in_background, qr, routes};
use crate::crypto::{Password, TotpSecret};
use crate::domain::staff::Staff;
use crate::usecases::Context;
use crate::usecases::confirm_password::{ConfirmPasswordError, confirm_password};
use crate::usecases::second_factor::{
    SecondFactorError, begin_totp, confirm_totp, remove_second_factor, renew_recovery_codes,
};

#[derive(Template)]
#[template(path = "account/second_factor.html")]
struct SecondFactorPage {
    page: PageContext,
    errors: FormErrors,
    code: Safe<String>,
    /// The secret in groups of four, for typing.
    secret: String,
    uri: String,
    confirmation: Confirmation,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EnrolForm {
    code: String,
    password: String,
}

/// The QR code, the secret to type, and the form for a first code.
pub async fn new(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    show(&staff, &ctx, StatusCode::OK, FormErrors::new()).await
}

async fn show(
    staff: &SignedInStaff,
    ctx: &Context,
    status: StatusCode,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let staff_id = staff.id.clone();
    let secret = match in_background(ctx, move |ctx| begin_totp(ctx, &staff_id)).await? {
        Ok(secret) => secret,
        Err(SecondFactorError::Storage(error)) => return Err(error.into()),
        Err(_) => return Ok(staff.see_other(routes::ACCOUNT, Flash::warn("factor-is-there"))),
    };
    // Who has just come in to set this up has shown who they are a moment ago.
    let confirmation = if staff.lacks_factor() { Confirmation::Done } else { Confirmation::of(staff, ctx).await? };
    let page = staff.page(Nav::None);
    let uri = secret
        .uri(&ctx.config.business_name, staff.email.as_str())
        .ok_or_else(|| PageError::internal("no uri for the second factor"))?;
    let code = qr::svg(&uri, &page.localizer.t("factor-qr-label")).ok_or_else(|| PageError::internal("no QR code"))?;
    html(status, &SecondFactorPage { code, secret: grouped(&secret), uri, confirmation, page, errors })
}

/// Takes the first code and shows the recovery codes, this once. Other sessions end.
pub async fn create(
    staff: SignedInStaff,
    form: CsrfForm<EnrolForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    let l = staff.localizer();
    // Who has just come in by password to set this up has shown it a moment ago.
    if !staff.lacks_factor()
        && let Err(error) = confirm(&staff, &ctx, form.password).await?
    {
        let errors = confirmation_error(l, "password", error)?;
        return show(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, errors).await;
    }
    let (staff_id, actor, keep) = (staff.id.clone(), staff.actor(), staff.session().id());
    let confirmed =
        in_background(&ctx, move |ctx| confirm_totp(ctx, &staff_id, &form.code, keep.as_ref(), &actor)).await?;
    match confirmed {
        Ok(codes) => {
            staff.session().strengthen()?;
            let mut view = AccountPage::load(&staff, &ctx).await?;
            view.page.is_enrolling = false;
            view.codes = Some(codes);
            html(StatusCode::OK, &view)
        }
        Err(SecondFactorError::WrongCode) => {
            let errors = FormErrors::one("code", l.t("factor-code-wrong"));
            show(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(SecondFactorError::Storage(error)) => Err(error.into()),
        Err(SecondFactorError::IsThere | SecondFactorError::IsNotThere) => {
            Ok(staff.see_other(routes::ACCOUNT, Flash::warn("factor-is-there")))
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ConfirmationForm {
    #[serde(alias = "password_for_codes", alias = "password_for_removal")]
    pub(super) password: String,
}

/// Takes the second factor away, where nobody demands it.
pub async fn destroy(
    staff: SignedInStaff,
    form: CsrfForm<ConfirmationForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if ctx.config.second_factor.is_demanded_of(staff.role) {
        return Ok(staff.see_other(routes::ACCOUNT, Flash::warn("factor-demanded")));
    }
    if let Err(error) = confirm(&staff, &ctx, form.into_inner().password).await? {
        let errors = confirmation_error(staff.localizer(), "password_for_removal", error)?;
        return AccountPage::load(&staff, &ctx).await?.refuse(errors);
    }
    let (staff_id, actor) = (staff.id.clone(), staff.actor());
    let is_gone = in_background(&ctx, move |ctx| remove_second_factor(ctx, &staff_id, &actor)).await??;
    let flash = if is_gone { Flash::ok("factor-removed") } else { Flash::warn("factor-is-not-there") };
    Ok(staff.see_other(routes::ACCOUNT, flash))
}

/// New recovery codes, shown on the page that answers.
pub async fn renew_codes(
    staff: SignedInStaff,
    form: CsrfForm<ConfirmationForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if let Err(error) = confirm(&staff, &ctx, form.into_inner().password).await? {
        let errors = confirmation_error(staff.localizer(), "password_for_codes", error)?;
        return AccountPage::load(&staff, &ctx).await?.refuse(errors);
    }
    let (staff_id, actor) = (staff.id.clone(), staff.actor());
    match in_background(&ctx, move |ctx| renew_recovery_codes(ctx, &staff_id, &actor)).await? {
        Ok(codes) => {
            let mut view = AccountPage::load(&staff, &ctx).await?;
            view.codes = Some(codes);
            html(StatusCode::OK, &view)
        }
        Err(SecondFactorError::Storage(error)) => Err(error.into()),
        Err(_) => Ok(staff.see_other(routes::ACCOUNT, Flash::warn("factor-is-not-there"))),
    }
}

/// The password once more, or a recent sign-in with the identity provider.
pub(super) async fn confirm(
    staff: &SignedInStaff,
    ctx: &Context,
    password: String,
) -> Result<Result<(), ConfirmPasswordError>, PageError> {
    match Confirmation::of(staff, ctx).await? {
        Confirmation::Password => {}
        Confirmation::Provider => return Ok(Err(ConfirmPasswordError::ProviderFirst)),
        Confirmation::Done => return Ok(Ok(())),
    }
    let (person, actor) = (Staff::clone(staff), staff.actor());
    let _turn = HASHING.acquire().await.map_err(PageError::internal)?;
    let checked = in_background(ctx, move |ctx| confirm_password(ctx, &person, &Password::entered(&password), &actor));
    Ok(checked.await?)
}

fn grouped(secret: &TotpSecret) -> String {
    let letters: Vec<char> = secret.base32().chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
