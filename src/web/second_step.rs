//! The second step of signing in: a code from the app, or a recovery code.

use actix_session::SessionExt;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::flash_cookie::FlashSlot;
use super::session::{AwaitsCode, CODE_WITHIN, TypedSession};
use super::{CsrfForm, Flash, FormErrors, PageContext, PageError, SignedInStaff};
use super::{html, in_background, routes, see_other};
use crate::domain::ids::StaffId;
use crate::http::RequestFacts;
use crate::usecases::Context;
use crate::usecases::check_second_factor::{CheckSecondFactor, CheckSecondFactorError, check_second_factor};
use crate::usecases::sign_in::Method;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    code: String,
}

#[derive(Template)]
#[template(path = "sessions/code.html")]
struct CodePage {
    page: PageContext,
    errors: FormErrors,
}

/// Asks for the code, of somebody whose password was right a moment ago.
pub async fn new(request: HttpRequest, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    if SignedInStaff::load(&request).await?.is_some() {
        return Ok(see_other(routes::HOME));
    }
    let session = TypedSession::new(request.get_session());
    match waiting(&session, &ctx)? {
        Some(_) => ask(&request, &ctx, &session, StatusCode::OK, FormErrors::new()),
        None => Ok(see_other(routes::LOGIN)),
    }
}

/// Checks it; the session that begins has a new key.
pub async fn create(
    request: HttpRequest,
    form: CsrfForm<CodeForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let session = TypedSession::new(request.get_session());
    let Some(waiting) = waiting(&session, &ctx)? else { return Ok(see_other(routes::LOGIN)) };
    let staff_id = StaffId::stored(waiting.staff_id);
    let facts = RequestFacts::of(&request);
    let command = CheckSecondFactor {
        staff_id: staff_id.clone(),
        first: if waiting.is_from_provider { Method::Provider } else { Method::Password },
        code: form.into_inner().code,
        address: facts.address,
        request_id: Some(facts.request_id),
    };
    let l = PageContext::signed_out(&request, &ctx).localizer;
    match in_background(&ctx, move |ctx| check_second_factor(ctx, &command)).await? {
        Ok(checked) => {
            session.sign_in(&staff_id, checked.method, &request)?;
            if let Some(at) = waiting.provider_at {
                session.note_provider(at)?;
            }
            if let Some(left) = checked.recovery_codes_left {
                let flash = Flash::warn("sessions-recovery-code-used").with("count", left.to_string());
                FlashSlot::of(&request).leave(&staff_id, flash);
            }
            Ok(see_other(&routes::safe_next(&waiting.next)))
        }
        Err(CheckSecondFactorError::WrongCode) => {
            let errors = FormErrors::one("code", l.t("sessions-code-wrong"));
            ask(&request, &ctx, &session, StatusCode::UNPROCESSABLE_ENTITY, errors)
        }
        Err(CheckSecondFactorError::TooManyAttempts { retry_after }) => {
            let seconds = retry_after.as_secs().saturating_add(1);
            let minutes = seconds.saturating_add(59) / 60;
            let errors = FormErrors::one("code", l.t1("sessions-too-many", "minutes", minutes));
            let mut response = ask(&request, &ctx, &session, StatusCode::TOO_MANY_REQUESTS, errors)?;
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
            Ok(response)
        }
        Err(CheckSecondFactorError::StartAgain) => {
            session.sign_out();
            Ok(see_other(routes::LOGIN))
        }
        Err(CheckSecondFactorError::Storage(error)) => Err(error.into()),
    }
}

fn waiting(session: &TypedSession, ctx: &Context) -> Result<Option<AwaitsCode>, PageError> {
    session.check()?;
    let now = ctx.clock.now().as_second();
    let is_first_step_valid = |waiting: &AwaitsCode| waiting.is_from_provider || ctx.config.has_passwords;
    Ok(session
        .awaits_code()
        .filter(is_first_step_valid)
        .filter(|waiting| now.saturating_sub(waiting.since) < CODE_WITHIN.as_secs()))
}

fn ask(
    request: &HttpRequest,
    ctx: &Context,
    session: &TypedSession,
    status: StatusCode,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let mut page = PageContext::signed_out(request, ctx);
    page.csrf_token = session.csrf_secret().ok_or(PageError::Forged)?.token();
    html(status, &CodePage { page, errors })
}
