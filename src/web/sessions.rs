//! Signing in and out. Before there is a session, forms are guarded by a signed cookie of their own,
//! so that strangers leave nothing in the database.

use actix_session::SessionExt;
use actix_web::cookie::{Cookie, CookieJar, Key, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, RETRY_AFTER};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::forms::{NoFields, TOKEN_FIELD};
use super::session::TypedSession;
use super::{CheckedQuery, CsrfForm, FormErrors, PageContext, PageError, SignedInStaff};
use super::{html, in_background, language, routes, see_other};
use crate::crypto::Password;
use crate::http::csrf::CsrfSecret;
use crate::http::{RequestFacts, Site, body};
use crate::i18n::Language;
use crate::usecases::Context;
use crate::usecases::sign_in::{SignIn, SignInError, sign_in};
use crate::usecases::sign_out::sign_out;

const GUARD_COOKIE: &str = "keydesk_login";

/// Passwords take memory and time on purpose; more at once would starve everything else.
static HASHING: Semaphore = Semaphore::const_new(2);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignInQuery {
    next: String,
    lang: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SignInForm {
    email: String,
    password: String,
    next: String,
}

#[derive(Template)]
#[template(path = "sessions/new.html")]
struct SignInPage {
    page: PageContext,
    errors: FormErrors,
    email: String,
    next: String,
    wait_minutes: Option<i64>,
}

impl SignInPage {
    /// What to do about a refused sign-in.
    fn advice(&self) -> String {
        match (self.errors.is_empty(), self.wait_minutes) {
            (true, _) => String::new(),
            (false, None) => self.page.t("sessions-advice"),
            (false, Some(_)) => self.page.t("sessions-advice-wait"),
        }
    }

    /// The link that shows this page in another language.
    fn language_url(&self, language: &str) -> String {
        let next = routes::encode(&self.next);
        format!("/login?lang={language}&next={next}")
    }
}

/// The sign-in page.
pub async fn new(
    request: HttpRequest,
    query: CheckedQuery<SignInQuery>,
    ctx: Data<Context>,
    site: Data<Site>,
) -> Result<HttpResponse, PageError> {
    let next = routes::safe_next(&query.next);
    if SignedInStaff::load(&request).await?.is_some() {
        return Ok(see_other(&next));
    }
    let guard = guard_secret(&request, &ctx, &site);
    let secret = guard.clone().unwrap_or_else(CsrfSecret::random);
    let mut page = PageContext::signed_out(&request, &ctx);
    let chosen = Language::parse(&query.lang);
    if let Some(language) = chosen {
        page.localizer.language = language;
    }
    page.csrf_token = secret.token();
    let page = SignInPage { page, errors: FormErrors::new(), email: String::new(), next, wait_minutes: None };
    let mut response = html(StatusCode::OK, &page)?;
    if guard.is_none() {
        response.add_cookie(&guard_cookie(&secret, &ctx, &site)).map_err(PageError::internal)?;
    }
    if let Some(language) = chosen {
        let cookie = Cookie::build(language::COOKIE, language.code()).path("/").http_only(true);
        let cookie = cookie.same_site(SameSite::Lax).secure(site.is_https).finish();
        response.add_cookie(&cookie).map_err(PageError::internal)?;
    }
    Ok(response)
}

/// Signs in, and goes on to where the person wanted to be.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    ctx: Data<Context>,
    site: Data<Site>,
) -> Result<HttpResponse, PageError> {
    let fields = body::read_form(&request, payload.into_inner()).await?;
    let secret = guard_secret(&request, &ctx, &site).ok_or(PageError::Forged)?;
    if !secret.accepts(fields.get(TOKEN_FIELD)) {
        return Err(PageError::Forged);
    }
    let form: SignInForm = fields.into_struct()?;
    let session = TypedSession::new(request.get_session());
    session.check()?;
    let facts = RequestFacts::of(&request);
    let command = SignIn {
        email: form.email.clone(),
        password: Password::entered(&form.password),
        address: facts.address,
        request_id: Some(facts.request_id),
    };
    let signed_in = {
        let _turn = HASHING.acquire().await.map_err(PageError::internal)?;
        in_background(&ctx, move |ctx| sign_in(ctx, &command)).await?
    };
    let next = routes::safe_next(&form.next);
    let mut page = PageContext::signed_out(&request, &ctx);
    page.csrf_token = secret.token();
    match signed_in {
        Ok(done) => {
            session.sign_in(&done.staff_id)?;
            Ok(see_other(&next))
        }
        Err(SignInError::WrongCredentials) => {
            let errors = FormErrors::one("email", page.t("sessions-wrong-credentials"));
            let page = SignInPage { page, errors, email: form.email, next, wait_minutes: None };
            html(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(SignInError::TooManyAttempts { retry_after }) => {
            let seconds = retry_after.as_secs().saturating_add(1);
            let minutes = seconds.saturating_add(59) / 60;
            let errors = FormErrors::one("email", page.t1("sessions-too-many", "minutes", minutes));
            let page = SignInPage { page, errors, email: form.email, next, wait_minutes: Some(minutes) };
            let mut response = html(StatusCode::TOO_MANY_REQUESTS, &page)?;
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
            Ok(response)
        }
        Err(SignInError::Storage(error)) => Err(error.into()),
    }
}

/// Signs out; the session ends in the database too.
pub async fn destroy(
    staff: SignedInStaff,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let actor = staff.actor();
    in_background(&ctx, move |ctx| sign_out(ctx, &actor)).await??;
    staff.session().sign_out();
    let mut response = see_other("/login");
    let clear = actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), clear);
    Ok(response)
}

/// What the tokens of this browser's sign-in page are made of, if the cookie is one of ours.
fn guard_secret(request: &HttpRequest, ctx: &Context, site: &Site) -> Option<CsrfSecret> {
    let name = site.cookie_name(GUARD_COOKIE);
    let mut jar = CookieJar::new();
    jar.add_original(request.cookie(&name)?);
    CsrfSecret::decode(jar.signed(&cookie_key(ctx)).get(&name)?.value())
}

fn guard_cookie(secret: &CsrfSecret, ctx: &Context, site: &Site) -> Cookie<'static> {
    let name = site.cookie_name(GUARD_COOKIE);
    let cookie = Cookie::build(name.clone(), secret.encode()).path("/").http_only(true);
    let cookie = cookie.same_site(SameSite::Lax).secure(site.is_https).finish();
    let mut jar = CookieJar::new();
    jar.signed_mut(&cookie_key(ctx)).add(cookie.clone());
    jar.get(&name).cloned().unwrap_or(cookie)
}

fn cookie_key(ctx: &Context) -> Key {
    Key::from(ctx.keyring.session_key())
}
