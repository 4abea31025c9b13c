//! Forms that could not be sent because their session had ended, or another one had begun. Nothing that was typed is
//! lost: after signing in, the form is there again, filled in, and not sent until its button is pressed.

pub mod fields;
pub mod sealed;

use actix_session::SessionExt;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{self, Data};
use actix_web::{Error, HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use self::fields::{FULFILLMENT, is_kept, submit_label};
use self::sealed::{Carried, UnsentForm};
use super::auth::guest::Guest;
use super::auth::session::TypedSession;
use super::auth::sessions;
use super::forms::labels::label;
use super::grants::fulfillment;
use super::routes::access::{Access, PageAccess, access};
use super::{Flash, Nav, PageContext, PageError, SignedInStaff, html, in_background, see_other, urls};
use crate::domain::ids::GrantId;
use crate::http::body::{BodyError, Fields};
use crate::http::id::PathId;
use crate::http::multipart::{is_upload, read_small_upload};
use crate::http::{RequestFacts, session_store};
use crate::usecases::Context;
use crate::usecases::auth::throttle::reserve_guest_session;

/// The middleware of every form that requires a session. Without one, the response is the sign-in page, which carries
/// the form; with the token of an older session, it is the form, filled in.
pub async fn keep_forms(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_form = *request.method() == Method::POST
        && access(request.request()).is_ok_and(|access| access != Access::Open)
        && request.app_data::<Data<Context>>().is_some();
    if !is_form {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    match SignedInStaff::load(request.request()).await {
        Err(error) => Ok(request.error_response(error)),
        Ok(None) => {
            let (request, payload) = request.into_parts();
            Ok(answer(ask_to_sign_in(&request, payload).await, request))
        }
        Ok(Some(staff)) => {
            let answered = next.call(request).await?.map_into_boxed_body();
            let error = answered.response().error().and_then(Error::as_error::<PageError>);
            let Some(fields) = error.and_then(PageError::stale_form).cloned() else { return Ok(answered) };
            let (request, _) = answered.into_parts();
            Ok(answer(show_again(&request, &staff, fields).await, request))
        }
    }
}

fn answer(response: Result<HttpResponse, PageError>, request: HttpRequest) -> ServiceResponse<BoxBody> {
    match response {
        Ok(response) => ServiceResponse::new(request, response),
        Err(error) => ServiceResponse::from_err(error, request),
    }
}

async fn ask_to_sign_in(request: &HttpRequest, payload: Payload) -> Result<HttpResponse, PageError> {
    let (ctx, page) = of(request)?;
    // Of a form with a file, only the other fields are kept.
    let fields = match read_small_upload(request, payload).await {
        Err(BodyError::TooLarge) if is_upload(request) => None,
        read => Some(read?),
    };
    // Nobody sees the response to a script, and its cookie would replace that of the sign-in page that is shown.
    if request.headers().get("sec-fetch-dest").is_some_and(|destination| destination == "empty") {
        return Ok(HttpResponse::Unauthorized().finish());
    }
    let next = page.object_url(request.path()).unwrap_or_else(|| urls::HOME.to_owned());
    if !is_kept(page.pattern()) {
        return sessions::ask(request, &ctx, StatusCode::UNAUTHORIZED, next, Carried::Nothing);
    }
    let Some(fields) = fields else {
        return sessions::ask(request, &ctx, StatusCode::UNAUTHORIZED, next, Carried::TooLong);
    };
    let typed_by = session_store::last_person();
    let form = UnsentForm::new(&ctx, page.pattern(), request.path(), fields, typed_by.as_ref());
    sessions::ask(request, &ctx, StatusCode::UNAUTHORIZED, next, form.seal(&ctx))
}

/// Shows a form that was sent with the token of an older session of the person.
async fn show_again(request: &HttpRequest, staff: &SignedInStaff, fields: Fields) -> Result<HttpResponse, PageError> {
    let (ctx, page) = of(request)?;
    let form = UnsentForm::new(&ctx, page.pattern(), request.path(), fields, Some(&staff.id));
    if !is_kept(page.pattern()) {
        return Err(PageError::Forged);
    }
    render(staff, &ctx, form, StatusCode::FORBIDDEN).await.map_err(|error| match error {
        PageError::NotFound => PageError::Forged,
        other => other,
    })
}

fn of(request: &HttpRequest) -> Result<(Data<Context>, &PageAccess), PageError> {
    let ctx = request.app_data::<Data<Context>>().ok_or_else(|| PageError::internal("no context"))?;
    let page = request.app_data::<PageAccess>().ok_or(PageError::NotFound)?;
    Ok((ctx.clone(), page))
}

/// Shows the form that waits in the session after signing in.
pub async fn show(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let session = staff.session();
    let Some(form) = session.unsent_form().and_then(|sealed| UnsentForm::open(&ctx, &sealed)) else {
        session.forget_unsent_form();
        return Ok(staff.see_other(urls::HOME, Flash::warn("unsent-gone")));
    };
    if form.is_of_another(&staff.id) {
        session.forget_unsent_form();
        return Ok(staff.see_other(urls::HOME, Flash::warn("unsent-of-another")));
    }
    render(&staff, &ctx, form, StatusCode::OK).await
}

/// The sealed form of a visitor who signs in without a password.
#[derive(Default, Deserialize)]
#[serde(default)]
struct CarriedForm {
    unsent_form: String,
    next: String,
    /// `passkey` or `provider`.
    with: String,
}

#[derive(Template)]
#[template(path = "auth/departure.html")]
struct DeparturePage {
    page: PageContext,
    url: String,
}

/// Keeps the form in the session while a visitor signs in with a passkey or the identity provider.
pub async fn carry(request: HttpRequest, payload: web::Payload, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let guest = Guest::of(&request)?;
    let (form, is_ours): (CarriedForm, bool) = guest.read(payload).await?;
    let next = urls::safe_next(&form.next);
    if !is_ours {
        return sessions::ask(&request, &ctx, StatusCode::FORBIDDEN, next, Carried::Form(form.unsent_form));
    }
    let session = TypedSession::new(request.get_session());
    session.check()?;
    let address = RequestFacts::of(&request).address;
    in_background(&ctx, move |ctx| reserve_guest_session(ctx, address.as_deref())).await??;
    if let Some(unsent) = UnsentForm::open(&ctx, &form.unsent_form) {
        session.keep_unsent_form(&unsent.path, &form.unsent_form)?;
    }
    let next = urls::encode(&next);
    if form.with == "passkey" {
        return Ok(see_other(&format!("/login/passkey?next={next}")));
    }
    // A page, not a redirect: the policy forbids that a form leads to another site.
    let url = format!("/login/provider?next={next}");
    guest.html(StatusCode::OK, &DeparturePage { page: guest.page(), url })
}

#[derive(Template)]
#[template(path = "unsent_forms/show.html")]
struct UnsentFormPage {
    page: PageContext,
    form: UnsentForm,
    submit: &'static str,
}

impl UnsentFormPage {
    /// The fields that the person filled in, with their labels.
    fn fields(&self) -> impl Iterator<Item = (&str, String, &str)> {
        let label_of = |name: &str| label(name).map(|key| self.page.localizer.t(key));
        let fields = self.form.fields.iter();
        fields.filter_map(move |(name, value)| Some((name.as_str(), label_of(name)?, value.as_str())))
    }

    fn hidden_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let hidden = self.form.fields.iter().filter(|(name, _)| label(name).is_none());
        hidden.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

async fn render(
    staff: &SignedInStaff,
    ctx: &Context,
    form: UnsentForm,
    status: StatusCode,
) -> Result<HttpResponse, PageError> {
    if FULFILLMENT.contains(&form.pattern.as_str()) {
        let id = form.path.split('/').nth(2).unwrap_or_default();
        let id = GrantId::parse_path(id).map_err(|_| PageError::NotFound)?;
        return fulfillment::show_unsent(staff, ctx, &id, form.into_fields().into_struct()?, status).await;
    }
    let submit = submit_label(&form.pattern).ok_or(PageError::NotFound)?;
    html(status, &UnsentFormPage { page: staff.page(Nav::None), form, submit })
}
