//! The second step of signing in: a code from the app, a passkey, or a recovery code.

use actix_session::SessionExt;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::SignedDuration;
use serde::Deserialize;

use super::session::{AwaitsCode, CODE_WITHIN, TypedSession};
use super::sign_in_steps::{enter, known_browser};
use crate::domain::clock::is_within;
use crate::domain::ids::StaffId;
use crate::domain::wait;
use crate::http::RequestFacts;
use crate::storage::staff::second_factors;
use crate::usecases::Context;
use crate::usecases::auth::check_second_factor::{CheckSecondFactorError, check_second_factor};
use crate::usecases::auth::second_step::SecondStep;
use crate::usecases::auth::signed_in::{Method, SignedIn};
use crate::web::layout::flash_cookie::FlashSlot;
use crate::web::{CsrfForm, Flash, FormErrors, PageContext, PageError, SignedInStaff, html, in_background};
use crate::web::{see_other, urls};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    code: String,
}

#[derive(Template)]
#[template(path = "auth/second_step.html")]
struct CodePage {
    page: PageContext,
    errors: FormErrors,
    has_app: bool,
    /// The passkey challenge for the browser, if the person has a passkey and this portal supports them.
    passkey_options: Option<String>,
    /// Whether the person has a passkey that this portal does not support.
    has_useless_passkey: bool,
}

/// Asks for the second factor of a person who has just passed the first.
pub(crate) async fn new(request: HttpRequest, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    if SignedInStaff::load(&request).await?.is_some() {
        return Ok(see_other(urls::HOME));
    }
    let session = TypedSession::new(request.get_session());
    match waiting(&session, &ctx)? {
        Some(waiting) => ask(&request, &ctx, &waiting, StatusCode::OK, FormErrors::new()).await,
        None => Ok(see_other(urls::LOGIN)),
    }
}

/// Checks a code. The new session gets a new key.
pub(crate) async fn create(
    request: HttpRequest,
    form: CsrfForm<CodeForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let session = TypedSession::new(request.get_session());
    let Some(waiting) = waiting(&session, &ctx)? else { return Ok(see_other(urls::LOGIN)) };
    let step = step(&request, &session, &waiting);
    let staff_id = step.staff_id.clone();
    let code = form.into_inner().code;
    match in_background(&ctx, move |ctx| check_second_factor(ctx, &step, &code)).await? {
        Ok(checked) => {
            let security_stamp = checked.security_stamp;
            let done = SignedIn { staff_id, security_stamp, needs_code: false, pending_identity: None };
            let next = urls::safe_next(&waiting.next);
            let response = enter(&request, &ctx, &done, checked.method, waiting.provider_at, &next)?;
            if let Some(left) = checked.recovery_codes_left {
                let flash = Flash::warn("sessions-recovery-code-used").with("count", left.to_string());
                FlashSlot::of(&request).leave(&done.staff_id, flash);
            }
            Ok(response)
        }
        Err(CheckSecondFactorError::WrongCode) => {
            let l = PageContext::signed_out(&request, &ctx).localizer;
            let errors = FormErrors::one("code", l.t("sessions-code-wrong"));
            ask(&request, &ctx, &waiting, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(CheckSecondFactorError::TooManyAttempts { retry_after }) => {
            let errors = too_many(&request, &ctx, "code", retry_after);
            let response = ask(&request, &ctx, &waiting, StatusCode::TOO_MANY_REQUESTS, errors).await?;
            Ok(delayed(response, retry_after))
        }
        Err(CheckSecondFactorError::StartAgain) => {
            session.sign_out();
            Ok(see_other(urls::LOGIN))
        }
        Err(CheckSecondFactorError::Storage(error)) => Err(error.into()),
    }
}

/// The person of the second step, while their first step is valid.
pub(super) fn waiting(session: &TypedSession, ctx: &Context) -> Result<Option<AwaitsCode>, PageError> {
    session.check()?;
    let now = ctx.clock.now();
    let is_first_step_valid = |waiting: &AwaitsCode| waiting.provider_at.is_some() || ctx.config.has_passwords;
    Ok(session.awaits_code().filter(is_first_step_valid).filter(|waiting| is_within(waiting.since, CODE_WITHIN, now)))
}

/// The second step as passed to the use cases.
pub(super) fn step(request: &HttpRequest, session: &TypedSession, waiting: &AwaitsCode) -> SecondStep {
    let facts = RequestFacts::of(request);
    SecondStep {
        staff_id: StaffId::stored(waiting.staff_id.clone()),
        security_stamp: session.security_stamp(),
        first: if waiting.provider_at.is_some() { Method::Provider } else { Method::Password },
        pending_identity: waiting.pending_identity.clone(),
        browser: known_browser(request),
        address: facts.address,
        request_id: Some(facts.request_id),
    }
}

/// Shows the page for the person's factors: a field for codes, a button for a passkey.
pub(super) async fn ask(
    request: &HttpRequest,
    ctx: &Context,
    waiting: &AwaitsCode,
    status: StatusCode,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let session = TypedSession::new(request.get_session());
    let staff_id = StaffId::stored(waiting.staff_id.clone());
    let factors = in_background(ctx, move |ctx| ctx.db.read(|conn| second_factors::of(conn, &staff_id))).await??;
    let has_passkey = factors.passkeys > 0;
    let passkey_options = if has_passkey { passkey_options(ctx, &session, waiting)? } else { None };
    let mut page = PageContext::signed_out(request, ctx);
    page.csrf_token = session.csrf_secret().ok_or(PageError::Forged)?.token();
    let has_useless_passkey = has_passkey && passkey_options.is_none();
    html(status, &CodePage { page, errors, has_app: factors.has_app, passkey_options, has_useless_passkey })
}

#[cfg(feature = "passkeys")]
fn passkey_options(ctx: &Context, session: &TypedSession, waiting: &AwaitsCode) -> Result<Option<String>, PageError> {
    super::passkeys::begin(ctx, session, urls::safe_next(&waiting.next))
}

/// Always `None`: this build does not support passkeys.
#[cfg(not(feature = "passkeys"))]
#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
fn passkey_options(_: &Context, _: &TypedSession, _: &AwaitsCode) -> Result<Option<String>, PageError> {
    Ok(None)
}

/// The field error after too many failures.
pub(super) fn too_many(request: &HttpRequest, ctx: &Context, field: &str, retry_after: SignedDuration) -> FormErrors {
    let minutes = wait::minutes(retry_after);
    let l = PageContext::signed_out(request, ctx).localizer;
    FormErrors::one(field, l.t1("sessions-too-many", "minutes", minutes))
}

/// Adds the header that says when to retry.
pub(super) fn delayed(mut response: HttpResponse, retry_after: SignedDuration) -> HttpResponse {
    response.headers_mut().insert(RETRY_AFTER, wait::seconds(retry_after).into());
    response
}
