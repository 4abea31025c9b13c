//! Signing in and out.

use actix_session::SessionExt;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, RETRY_AFTER};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::guest::Guest;
use super::session::TypedSession;
use super::sign_in_steps::{go_on, known_browser};
use crate::crypto::Password;
use crate::domain::wait;
use crate::http::{RequestFacts, Site};
use crate::i18n::Language;
use crate::storage::staff as people;
use crate::usecases::Context;
use crate::usecases::auth::sign_in::{SignIn, SignInError, sign_in};
use crate::usecases::auth::sign_out::sign_out;
use crate::web::account::show::takes_passkeys;
use crate::web::forms::NoFields;
use crate::web::layout::language;
use crate::web::unsent_forms::sealed::{Carried, UnsentForm};
use crate::web::{CheckedQuery, CsrfForm, FormErrors, PageContext, PageError, SignedInStaff, in_background};
use crate::web::{see_other, urls};

/// Hashing is deliberately expensive in memory and time; more than two at once would starve other requests.
pub(in crate::web) static HASHING: Semaphore = Semaphore::const_new(2);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignInQuery {
    next: String,
    lang: String,
    /// What the person has just done: `password` or `link`.
    done: String,
    /// Why the identity provider's sign-in failed: `account`, `role` or `provider`.
    failed: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SignInForm {
    email: String,
    password: String,
    next: String,
    /// A sealed form to show after signing in.
    unsent_form: String,
}

#[derive(Template)]
#[template(path = "auth/sign_in.html")]
struct SignInPage {
    page: PageContext,
    errors: FormErrors,
    email: String,
    next: String,
    /// The form to show after signing in.
    carried: Carried,
    wait_minutes: Option<i64>,
    /// The locale key of a message about what the person has just done.
    done: Option<&'static str>,
    /// Whether sign-in with passwords is enabled.
    has_passwords: bool,
    /// Whether an identity provider is configured.
    has_provider: bool,
    takes_passkeys: bool,
    /// What to do if nobody has an account yet, as a locale key.
    nobody_yet: Option<&'static str>,
}

impl SignInPage {
    fn new(page: PageContext, next: String, ctx: &Context) -> Self {
        Self {
            page,
            errors: FormErrors::new(),
            email: String::new(),
            next,
            carried: Carried::Nothing,
            wait_minutes: None,
            done: None,
            has_passwords: ctx.config.has_passwords,
            has_provider: ctx.config.oidc.is_some(),
            takes_passkeys: takes_passkeys(ctx),
            nobody_yet: None,
        }
    }

    /// The sealed form; empty if there is none.
    fn unsent_form(&self) -> &str {
        if let Carried::Form(sealed) = &self.carried { sealed } else { "" }
    }

    /// What became of a form whose session had ended, as a locale key.
    fn carried_note(&self) -> Option<&'static str> {
        match self.carried {
            Carried::Nothing => None,
            Carried::Form(_) => Some("unsent-signed-out"),
            Carried::TooLong => Some("unsent-too-long"),
        }
    }

    fn passkey_url(&self) -> String {
        format!("/login/passkey?next={}", urls::encode(&self.next))
    }

    /// The URL for signing in with the identity provider.
    fn provider_url(&self) -> String {
        format!("/login/provider?next={}", urls::encode(&self.next))
    }

    /// Advice after a rejected sign-in.
    fn advice(&self) -> String {
        match (self.errors.is_empty(), self.wait_minutes) {
            (true, _) => String::new(),
            _ if self.errors.has("provider") => String::new(),
            (false, None) => self.page.localizer.t("sessions-advice"),
            (false, Some(_)) => self.page.localizer.t("sessions-advice-wait"),
        }
    }

    /// The URL of this page in another language.
    fn language_url(&self, language: &str) -> String {
        let next = urls::encode(&self.next);
        format!("/login?lang={language}&next={next}")
    }
}

/// Shows the sign-in page.
pub(crate) async fn new(
    request: HttpRequest,
    query: CheckedQuery<SignInQuery>,
    ctx: Data<Context>,
    site: Data<Site>,
) -> Result<HttpResponse, PageError> {
    let next = urls::safe_next(&query.next);
    if SignedInStaff::load(&request).await?.is_some() {
        return Ok(see_other(&next));
    }
    let guest = Guest::of(&request)?;
    let mut view = SignInPage::new(guest.page(), next, &ctx);
    let chosen = Language::parse(&query.lang);
    if let Some(language) = chosen {
        view.page.localizer.language = language;
    }
    view.done = match query.done.as_str() {
        "password" => Some("sessions-password-set"),
        "link" if ctx.config.smtp_url.is_none() => Some("sessions-link-kept"),
        "link" => Some("sessions-link-sent"),
        _ => None,
    };
    let failure = match query.failed.as_str() {
        "account" => Some("sessions-no-account"),
        "role" => Some("sessions-no-role"),
        "provider" if view.has_passwords => Some("sessions-provider-failed"),
        "provider" => Some("sessions-provider-failed-only"),
        _ => None,
    };
    let has_people = in_background(&ctx, |ctx| ctx.db.read(people::has_any)).await??;
    view.nobody_yet = (!has_people).then_some("sessions-nobody-yet-text");
    if let Some(failure) = failure {
        view.errors = FormErrors::one("provider", view.page.localizer.t(failure));
    }
    let mut response = guest.html(StatusCode::OK, &view)?;
    if let Some(language) = chosen {
        let cookie = Cookie::build(site.cookie_name(language::COOKIE), language.code()).path("/").http_only(true);
        let cookie = cookie.same_site(SameSite::Lax).secure(site.is_https).finish();
        response.add_cookie(&cookie).map_err(PageError::internal)?;
    }
    Ok(response)
}

/// Shows the sign-in page in the response to a form, and carries that form.
pub(crate) fn ask(
    request: &HttpRequest,
    ctx: &Context,
    status: StatusCode,
    next: String,
    carried: Carried,
) -> Result<HttpResponse, PageError> {
    let guest = Guest::of(request)?;
    let mut view = SignInPage { carried, ..SignInPage::new(guest.page(), next, ctx) };
    if status == StatusCode::FORBIDDEN {
        view.errors = FormErrors::one("email", view.page.localizer.t("sessions-stale"));
    }
    guest.html(status, &view)
}

/// Signs in and continues to the requested page, or to the second factor.
pub(crate) async fn create(
    request: HttpRequest,
    payload: Payload,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    require_passwords(&ctx)?;
    let guest = Guest::of(&request)?;
    let (form, is_ours): (SignInForm, bool) = guest.read(payload).await?;
    let next = urls::safe_next(&form.next);
    let mut view = SignInPage::new(guest.page(), next.clone(), &ctx);
    view.email.clone_from(&form.email);
    if !form.unsent_form.is_empty() {
        view.carried = Carried::Form(form.unsent_form.clone());
    }
    if !is_ours {
        // Two tabs were opened before the cookie was set, or the page is old.
        view.errors = FormErrors::one("email", view.page.localizer.t("sessions-stale"));
        return guest.html(StatusCode::FORBIDDEN, &view);
    }
    let session = TypedSession::new(request.get_session());
    session.check()?;
    let facts = RequestFacts::of(&request);
    let command = SignIn {
        email: form.email,
        password: Password::entered(&form.password),
        browser: known_browser(&request),
        address: facts.address,
        request_id: Some(facts.request_id),
    };
    let signed_in = {
        let _turn = HASHING.acquire().await.map_err(PageError::internal)?;
        in_background(&ctx, move |ctx| sign_in(ctx, &command)).await?
    };
    match signed_in {
        Ok(done) => {
            if let Some(unsent) = UnsentForm::open(&ctx, &form.unsent_form) {
                session.keep_unsent_form(&unsent.path, &form.unsent_form)?;
            }
            go_on(&request, &ctx, &done, None, next)
        }
        Err(SignInError::WrongCredentials) => {
            view.errors = FormErrors::one("email", view.page.localizer.t("sessions-wrong-credentials"));
            guest.html(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(SignInError::TooManyAttempts { retry_after }) => {
            let minutes = wait::minutes(retry_after);
            view.errors = FormErrors::one("email", view.page.t1("sessions-too-many", "minutes", minutes));
            view.wait_minutes = Some(minutes);
            let mut response = guest.html(StatusCode::TOO_MANY_REQUESTS, &view)?;
            response.headers_mut().insert(RETRY_AFTER, wait::seconds(retry_after).into());
            Ok(response)
        }
        Err(SignInError::Storage(error)) => Err(error.into()),
    }
}

/// Signs out and deletes the session from the database.
pub(crate) async fn destroy(
    staff: SignedInStaff,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let actor = staff.actor();
    in_background(&ctx, move |ctx| sign_out(ctx, &actor)).await??;
    staff.session().sign_out();
    staff.forget_flash();
    let mut response = see_other("/login");
    let clear = actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), clear);
    Ok(response)
}

/// Fails if passwords are turned off; called by every page that accepts or sets one.
pub(in crate::web) fn require_passwords(ctx: &Context) -> Result<(), PageError> {
    if ctx.config.has_passwords { Ok(()) } else { Err(PageError::PasswordsOff) }
}
