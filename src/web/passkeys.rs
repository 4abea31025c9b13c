//! Passkeys: signing in with one, adding one, removing one. Browsers need script for them; everything
//! else works without.

use actix_session::SessionExt;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::{Deserialize, Serialize};

use super::account_factor::{ConfirmationForm, confirm};
use super::account_page::{AccountPage, Confirmation, confirmation_error};
use super::session::TypedSession;
use super::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff};
use super::{html, in_background, routes, see_other};
use crate::domain::actor::{Actor, Who};
use crate::domain::ids::PasskeyId;
use crate::domain::text;
use crate::http::RequestFacts;
use crate::http::csrf::CsrfSecret;
use crate::http::id::Id;
use crate::passkeys::{Challenge, Passkeys};
use crate::storage::{StorageError, staff_passkeys};
use crate::usecases::Context;
use crate::usecases::passkeys::{add_passkey, note_refused_passkey, remove_passkey, sign_in_with_passkey};
use crate::usecases::sign_in::Method;
use crate::usecases::throttle::reserve_guest_session;

const ASKED: &str = "passkey";
const MAX_NAME: usize = 100;

/// What an answer is checked against, kept in the session.
#[derive(Serialize, Deserialize)]
struct Asked {
    state: String,
    next: String,
}

#[derive(Template)]
#[template(path = "sessions/passkey.html")]
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
pub struct StartQuery {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    credential: String,
    name: String,
    password: String,
}

fn passkeys(ctx: &Context) -> Result<Passkeys, PageError> {
    Passkeys::from_config(&ctx.config).ok_or(PageError::NotFound)
}

/// Asks the browser for a passkey of this portal.
pub async fn start(
    request: HttpRequest,
    query: CheckedQuery<StartQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if SignedInStaff::load(&request).await?.is_some() {
        return Ok(see_other(routes::HOME));
    }
    let session = TypedSession::new(request.get_session());
    session.check()?;
    let address = RequestFacts::of(&request).address;
    in_background(&ctx, move |ctx| reserve_guest_session(ctx, address.as_deref())).await??;
    ask(&request, &ctx, &session, routes::safe_next(&query.next), StatusCode::OK, FormErrors::new())
}

fn ask(
    request: &HttpRequest,
    ctx: &Context,
    session: &TypedSession,
    next: String,
    status: StatusCode,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let Challenge { options, state } = passkeys(ctx)?.begin_signing_in().map_err(PageError::internal)?;
    session.keep(ASKED, &Asked { state, next })?;
    let secret = CsrfSecret::random();
    session.keep("csrf", &secret.encode())?;
    let mut page = PageContext::signed_out(request, ctx);
    page.csrf_token = secret.token();
    html(status, &PasskeyPage { page, errors, options })
}

/// Checks the browser's answer; the session that begins has a new key.
pub async fn finish(
    request: HttpRequest,
    form: CsrfForm<AnswerForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let session = TypedSession::new(request.get_session());
    session.check()?;
    let Some(asked) = session.take::<Asked>(ASKED) else { return Ok(see_other(routes::LOGIN)) };
    let facts = RequestFacts::of(&request);
    let actor = Actor { who: Who::Unknown, address: facts.address, request_id: Some(facts.request_id) };
    let (answer, state, passkeys) = (form.into_inner().credential, asked.state, passkeys(&ctx)?);
    let signed_in = in_background(&ctx, move |ctx| -> Result<_, StorageError> {
        let found = match passkeys.credential_id(&answer) {
            Ok(id) => ctx.db.read(|conn| staff_passkeys::find(conn, &id))?,
            Err(_) => None,
        };
        let checked = found
            .as_ref()
            .map(|passkey| passkeys.finish_signing_in(&state, &answer, &passkey.staff_id, &passkey.credential));
        match (found, checked) {
            (Some(passkey), Some(Ok(credential))) => {
                let is_in = sign_in_with_passkey(ctx, &passkey, &credential, &actor)?;
                Ok(is_in.then_some(passkey.staff_id))
            }
            (found, checked) => {
                if let Some(Err(error)) = checked {
                    tracing::warn!(%error, "a passkey was refused");
                }
                note_refused_passkey(ctx, found.as_ref().map(|passkey| &passkey.staff_id), &actor)?;
                Ok(None)
            }
        }
    });
    if let Some(staff_id) = signed_in.await?? {
        session.sign_in(&staff_id, Method::Passkey, &request)?;
        return Ok(see_other(&asked.next));
    }
    let sentence = if ctx.config.has_passwords { "passkeys-refused" } else { "passkeys-refused-only" };
    let errors = FormErrors::one("passkey", PageContext::signed_out(&request, &ctx).t(sentence));
    ask(&request, &ctx, &session, asked.next, StatusCode::UNPROCESSABLE_ENTITY, errors)
}

/// Asks the browser for a new passkey.
pub async fn new(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
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

/// Checks the password and the browser's answer, and keeps the passkey.
pub async fn create(
    staff: SignedInStaff,
    form: CsrfForm<AnswerForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    let l = staff.localizer();
    let refuse = |errors| show(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, errors, form.name.clone());
    let Ok(name) = text::line(&form.name, MAX_NAME) else {
        return refuse(FormErrors::one("name", l.t("passkeys-name-wrong"))).await;
    };
    if let Err(error) = confirm(&staff, &ctx, form.password.clone()).await? {
        return refuse(confirmation_error(l, "password", error)?).await;
    }
    let asked = staff.session().take::<Asked>(ASKED);
    let passkeys = passkeys(&ctx)?;
    let made = asked.and_then(|asked| passkeys.finish_adding(&asked.state, &form.credential).ok());
    let Some(made) = made else { return refuse(FormErrors::one("passkey", l.t("passkeys-not-made"))).await };
    let (staff_id, actor) = (staff.id.clone(), staff.actor());
    let added = in_background(&ctx, move |ctx| {
        add_passkey(ctx, &staff_id, &name, &made.credential_id, &made.credential, &actor)
    });
    match added.await? {
        Ok(()) => Ok(staff.see_other(routes::ACCOUNT, Flash::ok("passkeys-added"))),
        Err(StorageError::Conflict) => refuse(FormErrors::one("passkey", l.t("passkeys-known"))).await,
        Err(error) => Err(error.into()),
    }
}

/// Takes one of one's own passkeys away.
pub async fn destroy(
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
    let (staff_id, actor) = (staff.id.clone(), staff.actor());
    let is_gone = in_background(&ctx, move |ctx| remove_passkey(ctx, &staff_id, &id, &actor)).await??;
    let flash = if is_gone { Flash::ok("passkeys-removed") } else { Flash::warn("passkeys-unknown") };
    Ok(staff.see_other(routes::ACCOUNT, flash))
}
