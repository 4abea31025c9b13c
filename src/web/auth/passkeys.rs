//! Passkeys: signing in with one, adding one, removing one. They are the only feature that requires JavaScript.

use actix_session::SessionExt;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::{Deserialize, Serialize};

use super::second_step::{self, delayed, step, too_many, waiting};
use super::session::TypedSession;
use super::sign_in_steps::enter;
use crate::domain::actor::{Actor, Who};
use crate::domain::ids::PasskeyId;
use crate::domain::text;
use crate::http::RequestFacts;
use crate::http::csrf::CsrfSecret;
use crate::http::id::Id;
use crate::passkeys::{Challenge, Passkeys};
use crate::storage::staff;
use crate::usecases::Context;
use crate::usecases::auth::manage_second_factor::SecondFactorError;
use crate::usecases::auth::passkeys::{NewPasskey, PasskeyCaller, add_passkey, note_refused_passkey};
use crate::usecases::auth::passkeys::{remove_passkey, reserve_passkey_try, sign_in_with_passkey};
use crate::usecases::auth::signed_in::{Method, SignedIn};
use crate::usecases::auth::throttle::{Throttled, reserve_guest_session};
use crate::web::account::second_factor::{ConfirmationForm, confirm, factor_added, owner, refuse};
use crate::web::account::show::{AccountPage, Confirmation, confirmation_error};
use crate::web::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html};
use crate::web::{in_background, see_other, urls};

const ASKED: &str = "passkey";
const MAX_NAME: usize = 100;

/// The challenge and its context, stored in the session to verify the response.
#[derive(Serialize, Deserialize)]
struct Asked {
    state: String,
    next: String,
}

#[derive(Template)]
#[template(path = "auth/passkey.html")]
struct PasskeyPage {
    page: PageContext,
    errors: FormErrors,
    options: String,
}

#[derive(Template)]
#[template(path = "account/passkey.html")]
struct NewPasskeyPage {
    page: PageContext,
    errors: FormErrors,
    options: String,
    name: String,
    confirmation: Confirmation,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StartQuery {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct AnswerForm {
    credential: String,
    name: String,
    password: String,
}

fn passkeys(ctx: &Context) -> Result<Passkeys, PageError> {
    Passkeys::from_config(&ctx.config).ok_or(PageError::NotFound)
}

/// Asks the browser for a passkey of this portal.
pub(crate) async fn start(
    request: HttpRequest,
    query: CheckedQuery<StartQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if SignedInStaff::load(&request).await?.is_some() {
        return Ok(see_other(urls::HOME));
    }
    let session = TypedSession::new(request.get_session());
    if waiting(&session, &ctx)?.is_some() {
        return Ok(see_other(urls::LOGIN_CODE));
    }
    session.forget_first_step();
    let address = RequestFacts::of(&request).address;
    in_background(&ctx, move |ctx| reserve_guest_session(ctx, address.as_deref())).await??;
    ask(&request, &ctx, &session, urls::safe_next(&query.next), StatusCode::OK, FormErrors::new())
}

fn ask(
    request: &HttpRequest,
    ctx: &Context,
    session: &TypedSession,
    next: String,
    status: StatusCode,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let options = begin(ctx, session, next)?.ok_or(PageError::NotFound)?;
    let secret = CsrfSecret::random();
    session.keep("csrf", &secret.encode())?;
    let mut page = PageContext::signed_out(request, ctx);
    page.csrf_token = secret.token();
    html(status, &PasskeyPage { page, errors, options })
}

/// The challenge for the browser; its state is stored in the session to verify the response. `None` if this portal
/// does not support passkeys.
pub(super) fn begin(ctx: &Context, session: &TypedSession, next: String) -> Result<Option<String>, PageError> {
    let Some(passkeys) = Passkeys::from_config(&ctx.config) else { return Ok(None) };
    let Challenge { options, state } = passkeys.begin_signing_in().map_err(PageError::internal)?;
    session.keep(ASKED, &Asked { state, next })?;
    Ok(Some(options))
}

/// Verifies the browser's response, as the first or the second factor. The new session gets a new key.
pub(crate) async fn finish(
    request: HttpRequest,
    form: CsrfForm<AnswerForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let session = TypedSession::new(request.get_session());
    let waiting = waiting(&session, &ctx)?;
    let asked = session.take::<Asked>(ASKED);
    let (asked, caller) = match (asked, &waiting) {
        (Some(asked), Some(waiting)) => (asked, PasskeyCaller::SecondStep(step(&request, &session, waiting))),
        (Some(asked), None) if session.awaits_code().is_none() => (asked, PasskeyCaller::Stranger(stranger(&request))),
        (None, Some(_)) => return Ok(see_other(urls::LOGIN_CODE)),
        _ => return Ok(see_other(urls::LOGIN)),
    };
    let (answer, state, passkeys) = (form.into_inner().credential, asked.state, passkeys(&ctx)?);
    let signed_in = in_background(&ctx, move |ctx| check(ctx, &passkeys, &caller, &state, &answer)).await?;
    let (status, errors, retry_after) = match signed_in {
        Ok(Some(done)) => {
            let provider_at = waiting.and_then(|waiting| waiting.provider_at);
            return enter(&request, &ctx, &done, Method::Passkey, provider_at, &asked.next);
        }
        Ok(None) => {
            let sentence = match (&waiting, ctx.config.has_passwords) {
                (Some(_), _) => "passkeys-refused-second",
                (None, true) => "passkeys-refused",
                (None, false) => "passkeys-refused-only",
            };
            let sentence = PageContext::signed_out(&request, &ctx).localizer.t(sentence);
            (StatusCode::UNPROCESSABLE_ENTITY, FormErrors::one("passkey", sentence), None)
        }
        Err(Throttled::TooManyAttempts { retry_after }) => {
            let errors = too_many(&request, &ctx, "passkey", retry_after);
            (StatusCode::TOO_MANY_REQUESTS, errors, Some(retry_after))
        }
        Err(Throttled::Storage(error)) => return Err(error.into()),
    };
    let response = match &waiting {
        Some(waiting) => second_step::ask(&request, &ctx, waiting, status, errors).await?,
        None => ask(&request, &ctx, &session, asked.next, status, errors)?,
    };
    Ok(match retry_after {
        Some(retry_after) => delayed(response, retry_after),
        None => response,
    })
}

fn stranger(request: &HttpRequest) -> Actor {
    let facts = RequestFacts::of(request);
    Actor { who: Who::Unknown, address: facts.address, request_id: Some(facts.request_id) }
}

/// Counts the attempt, then verifies the response.
fn check(
    ctx: &Context,
    passkeys: &Passkeys,
    caller: &PasskeyCaller,
    state: &str,
    answer: &str,
) -> Result<Option<SignedIn>, Throttled> {
    let attempt = reserve_passkey_try(ctx, caller)?;
    let found = match passkeys.credential_id(answer) {
        Ok(id) => ctx.db.read(|conn| staff::passkeys::find(conn, &id))?,
        Err(_) => None,
    };
    if let Some(passkey) = &found {
        match passkeys.finish_signing_in(state, answer, &passkey.staff_id, &passkey.credential) {
            Ok(credential) => {
                let signed_in = sign_in_with_passkey(ctx, caller, &attempt, passkey, &credential)?;
                if signed_in.is_some() {
                    return Ok(signed_in);
                }
            }
            Err(error) => tracing::warn!(%error, "a passkey was refused"),
        }
    }
    note_refused_passkey(ctx, caller, &attempt, found.as_ref().map(|passkey| &passkey.staff_id))?;
    Ok(None)
}

/// Asks the browser to create a passkey.
pub(crate) async fn new(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    show(&staff, &ctx, StatusCode::OK, FormErrors::new(), String::new()).await
}

async fn show(
    staff: &SignedInStaff,
    ctx: &Context,
    status: StatusCode,
    errors: FormErrors,
    name: String,
) -> Result<HttpResponse, PageError> {
    let begun = passkeys(ctx)?.begin_adding(&staff.id, staff.email.as_str(), &staff.name);
    let Challenge { options, state } = begun.map_err(PageError::internal)?;
    staff.session().keep(ASKED, &Asked { state, next: String::new() })?;
    let confirmation = Confirmation::of(staff, ctx).await?;
    html(status, &NewPasskeyPage { page: staff.page(Nav::None), errors, options, name, confirmation })
}

/// Checks the password and the browser's response, and stores the passkey.
pub(crate) async fn create(
    request: HttpRequest,
    staff: SignedInStaff,
    form: CsrfForm<AnswerForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    let l = staff.localizer();
    let refuse_form = |errors| show(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, errors, form.name.clone());
    let Ok(name) = text::line(&form.name, MAX_NAME) else {
        return refuse_form(FormErrors::one("name", l.t("passkeys-name-wrong"))).await;
    };
    if let Err(error) = confirm(&staff, &ctx, form.password.clone()).await? {
        return refuse_form(confirmation_error(l, "password", error)?).await;
    }
    let asked = staff.session().take::<Asked>(ASKED);
    let passkeys = passkeys(&ctx)?;
    let made = asked.and_then(|asked| passkeys.finish_adding(&asked.state, &form.credential).ok());
    let Some(made) = made else { return refuse_form(FormErrors::one("passkey", l.t("passkeys-not-made"))).await };
    let owner = owner(&staff);
    let passkey = NewPasskey { name, credential_id: made.credential_id, credential: made.credential };
    match in_background(&ctx, move |ctx| add_passkey(ctx, &owner, &passkey)).await? {
        Ok(added) => factor_added(&request, &staff, &ctx, added, Flash::ok("passkeys-added")).await,
        Err(SecondFactorError::IsThere) => refuse_form(FormErrors::one("passkey", l.t("passkeys-known"))).await,
        Err(error) => refuse(&staff, error),
    }
}

/// Removes one of the person's passkeys, unless it is the last factor and one is required.
pub(crate) async fn destroy(
    staff: SignedInStaff,
    id: Id<PasskeyId>,
    form: CsrfForm<ConfirmationForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if let Err(error) = confirm(&staff, &ctx, form.into_inner().password).await? {
        let field = format!("password-{}", id.0);
        let errors = confirmation_error(staff.localizer(), &field, error)?;
        return AccountPage::load(&staff, &ctx).await?.refuse(errors);
    }
    let owner = owner(&staff);
    match in_background(&ctx, move |ctx| remove_passkey(ctx, &owner, &id)).await? {
        Ok(()) => Ok(staff.see_other(urls::ACCOUNT, Flash::ok("passkeys-removed"))),
        Err(SecondFactorError::IsNotThere) => Ok(staff.see_other(urls::ACCOUNT, Flash::warn("passkeys-unknown"))),
        Err(error) => refuse(&staff, error),
    }
}
