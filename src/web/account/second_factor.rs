//! A person's own second factor: setting up an app, renewing recovery codes, removing the app.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use askama::filters::Safe;
use serde::Deserialize;

use super::qr;
use super::show::{AccountPage, Confirmation, confirmation_error};
use crate::crypto::{Password, TotpSecret};
use crate::domain::staff::Staff;
use crate::usecases::Context;
use crate::usecases::auth::confirm_password::{ConfirmPasswordError, confirm_password};
use crate::usecases::auth::manage_second_factor::{AddedFactor, FactorOwner, PendingTotp, RecoveryCodes};
use crate::usecases::auth::manage_second_factor::{SecondFactorError, begin_totp, confirm_totp, open_pending};
use crate::usecases::auth::manage_second_factor::{remove_totp, renew_recovery_codes};
use crate::web::auth::one_at_a_time::Turn;
use crate::web::auth::sessions::HASHING;
use crate::web::auth::sign_in_steps::remember_browser;
use crate::web::{CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background};
use crate::web::{see_other, urls};

/// The session entry with the secret shown most recently.
const PENDING: &str = "pending_totp";

#[derive(Template)]
#[template(path = "account/second_factor.html")]
struct SecondFactorPage {
    page: PageContext,
    errors: FormErrors,
    code: Safe<String>,
    /// The secret in groups of four characters, for typing.
    secret: String,
    uri: String,
    confirmation: Confirmation,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct EnrolForm {
    code: String,
    password: String,
}

/// Shows a new secret as QR code and text, with the form for its first code.
pub(crate) async fn new(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    show_new(&staff, &ctx, StatusCode::OK, FormErrors::new()).await
}

async fn show_new(
    staff: &SignedInStaff,
    ctx: &Context,
    status: StatusCode,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let owner = owner(staff);
    match in_background(ctx, move |ctx| begin_totp(ctx, &owner)).await? {
        Ok((secret, pending)) => {
            staff.session().keep(PENDING, &pending)?;
            show(staff, ctx, status, errors, &secret).await
        }
        Err(error) => refuse(staff, error),
    }
}

async fn show(
    staff: &SignedInStaff,
    ctx: &Context,
    status: StatusCode,
    errors: FormErrors,
    secret: &TotpSecret,
) -> Result<HttpResponse, PageError> {
    // People who have just signed in to set this up need not confirm their identity again.
    let confirmation = if staff.lacks_factor() { Confirmation::Done } else { Confirmation::of(staff, ctx).await? };
    let page = staff.page(Nav::None);
    let uri = secret
        .uri(&ctx.config.business_name, staff.email.as_str())
        .ok_or_else(|| PageError::internal("no uri for the second factor"))?;
    let code = qr::svg(&uri, &page.localizer.t("factor-qr-label")).ok_or_else(|| PageError::internal("no QR code"))?;
    html(status, &SecondFactorPage { code, secret: grouped(secret), uri, confirmation, page, errors })
}

/// Verifies the first code and shows the recovery codes, once. Ends other sessions. After an error, the form shows the
/// same secret again, so that the scanned one still works.
pub(crate) async fn create(
    request: HttpRequest,
    staff: SignedInStaff,
    form: CsrfForm<EnrolForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    let form = form.into_inner();
    let l = staff.localizer();
    let pending: Option<PendingTotp> = staff.session().peek(PENDING);
    let shown = pending.and_then(|pending| open_pending(&ctx, &staff, &pending).map(|secret| (secret, pending)));
    let expired = || FormErrors::one("code", l.t("factor-secret-expired"));
    let Some((secret, pending)) = shown else { return show_new(&staff, &ctx, REFUSED, expired()).await };
    // People who have just signed in with their password to set this up need not enter it again.
    if !staff.lacks_factor()
        && let Err(error) = confirm(&staff, &ctx, form.password).await?
    {
        return show(&staff, &ctx, REFUSED, confirmation_error(l, "password", error)?, &secret).await;
    }
    let owner = owner(&staff);
    match in_background(&ctx, move |ctx| confirm_totp(ctx, &owner, &pending, &form.code)).await? {
        Ok(added) => {
            staff.session().forget(PENDING);
            factor_added(&request, &staff, &ctx, added, Flash::ok("factor-added")).await
        }
        Err(SecondFactorError::WrongCode) => {
            show(&staff, &ctx, REFUSED, FormErrors::one("code", l.t("factor-code-wrong")), &secret).await
        }
        Err(SecondFactorError::Expired) => show_new(&staff, &ctx, REFUSED, expired()).await,
        Err(error) => refuse(&staff, error),
    }
}

/// Called after a factor was added: raises the session's rights, and shows the recovery codes if there were none
/// before.
pub(in crate::web) async fn factor_added(
    request: &HttpRequest,
    staff: &SignedInStaff,
    ctx: &Context,
    added: AddedFactor,
    flash: Flash,
) -> Result<HttpResponse, PageError> {
    staff.session().strengthen(added.security_stamp)?;
    remember_browser(request, ctx, &staff.id, added.security_stamp);
    match added.codes {
        Some(codes) => show_codes(staff, ctx, codes).await,
        None => Ok(staff.see_other(urls::ACCOUNT, flash)),
    }
}

async fn show_codes(staff: &SignedInStaff, ctx: &Context, codes: RecoveryCodes) -> Result<HttpResponse, PageError> {
    let mut view = AccountPage::load(staff, ctx).await?;
    view.page.is_enrolling = false;
    view.codes = Some(codes);
    html(StatusCode::OK, &view)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ConfirmationForm {
    #[serde(alias = "password_for_codes", alias = "password_for_removal")]
    pub(in crate::web) password: String,
}

/// Removes the authenticator app, unless it is the last factor and one is required.
pub(crate) async fn destroy(
    staff: SignedInStaff,
    form: CsrfForm<ConfirmationForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if let Err(error) = confirm(&staff, &ctx, form.into_inner().password).await? {
        let errors = confirmation_error(staff.localizer(), "password_for_removal", error)?;
        return AccountPage::load(&staff, &ctx).await?.refuse(errors);
    }
    let owner = owner(&staff);
    match in_background(&ctx, move |ctx| remove_totp(ctx, &owner)).await? {
        Ok(()) => Ok(staff.see_other(urls::ACCOUNT, Flash::ok("factor-removed"))),
        Err(error) => refuse(&staff, error),
    }
}

/// Creates new recovery codes and shows them in the response.
pub(crate) async fn renew_codes(
    staff: SignedInStaff,
    form: CsrfForm<ConfirmationForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if let Err(error) = confirm(&staff, &ctx, form.into_inner().password).await? {
        let errors = confirmation_error(staff.localizer(), "password_for_codes", error)?;
        return AccountPage::load(&staff, &ctx).await?.refuse(errors);
    }
    let owner = owner(&staff);
    match in_background(&ctx, move |ctx| renew_recovery_codes(ctx, &owner)).await? {
        Ok(codes) => show_codes(&staff, &ctx, codes).await,
        Err(error) => refuse(&staff, error),
    }
}

/// The person whose factors change, and their session.
pub(in crate::web) fn owner(staff: &SignedInStaff) -> FactorOwner {
    FactorOwner {
        person: Staff::clone(staff),
        session: staff.session().id(),
        is_strong: staff.session().is_strong(),
        actor: staff.actor(),
    }
}

/// Redirects to the account page, or to sign-in if this session may not change factors.
pub(in crate::web) fn refuse(staff: &SignedInStaff, error: SecondFactorError) -> Result<HttpResponse, PageError> {
    let sentence = match error {
        SecondFactorError::Storage(error) => return Err(error.into()),
        SecondFactorError::StartAgain => {
            staff.session().sign_out();
            return Ok(see_other(urls::LOGIN));
        }
        SecondFactorError::Demanded => "factor-demanded",
        SecondFactorError::IsNotThere => "factor-is-not-there",
        SecondFactorError::IsThere | SecondFactorError::WrongCode | SecondFactorError::Expired => "factor-is-there",
    };
    Ok(staff.see_other(urls::ACCOUNT, Flash::warn(sentence)))
}

/// Requires the password again, or a recent sign-in with the identity provider; one request per person at a time.
pub(in crate::web) async fn confirm(
    staff: &SignedInStaff,
    ctx: &Context,
    password: String,
) -> Result<Result<(), ConfirmPasswordError>, PageError> {
    match Confirmation::of(staff, ctx).await? {
        Confirmation::Password => {}
        Confirmation::Provider => return Ok(Err(ConfirmPasswordError::ProviderFirst)),
        Confirmation::Done => return Ok(Ok(())),
    }
    let _turn = Turn::take(&staff.id)?;
    confirm_in_turn(staff, ctx, password).await
}

/// Checks the password for [`confirm`]; the caller already holds the person's turn.
pub(super) async fn confirm_in_turn(
    staff: &SignedInStaff,
    ctx: &Context,
    password: String,
) -> Result<Result<(), ConfirmPasswordError>, PageError> {
    let (person, actor) = (Staff::clone(staff), staff.actor());
    let _place = HASHING.acquire().await.map_err(PageError::internal)?;
    let checked = in_background(ctx, move |ctx| confirm_password(ctx, &person, &Password::entered(&password), &actor));
    Ok(checked.await?)
}

fn grouped(secret: &TotpSecret) -> String {
    let letters: Vec<char> = secret.base32().chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
