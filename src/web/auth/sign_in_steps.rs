//! The steps after a valid factor, whichever it was: continue to the second factor, or sign in. From then on, the
//! browser is known.

use actix_session::SessionExt;
use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};

use super::session::{AwaitsCode, TypedSession};
use crate::domain::ids::StaffId;
use crate::http::Site;
use crate::usecases::Context;
use crate::usecases::auth::known_browser::KnownBrowser;
use crate::usecases::auth::signed_in::{Method, SignedIn};
use crate::web::{PageError, see_other, urls};

const COOKIE: &str = "keydesk_browser";
const LASTS: Duration = Duration::days(365);

/// After the first factor: asks for the second if the person has one. `provider_at` is when they authenticated at the
/// identity provider, in seconds since 1970; `None` after a password.
pub(crate) fn go_on(
    request: &HttpRequest,
    ctx: &Context,
    done: &SignedIn,
    provider_at: Option<i64>,
    next: String,
) -> Result<HttpResponse, PageError> {
    if !done.needs_code {
        let method = if provider_at.is_some() { Method::Provider } else { Method::Password };
        return enter(request, ctx, done, method, provider_at, &next);
    }
    let waiting = AwaitsCode {
        staff_id: done.staff_id.to_string(),
        provider_at,
        since: ctx.clock.now().as_second(),
        next,
        pending_identity: done.pending_identity.clone(),
    };
    TypedSession::new(request.get_session()).await_code(&waiting, done.security_stamp)?;
    Ok(see_other(urls::LOGIN_CODE))
}

/// Signs in: starts a new session and remembers the browser.
pub(crate) fn enter(
    request: &HttpRequest,
    ctx: &Context,
    done: &SignedIn,
    method: Method,
    provider_at: Option<i64>,
    next: &str,
) -> Result<HttpResponse, PageError> {
    let session = TypedSession::new(request.get_session());
    session.sign_in(done, method, request)?;
    if let Some(at) = provider_at {
        session.note_provider(at)?;
    }
    remember_browser(request, ctx, &done.staff_id, done.security_stamp);
    Ok(see_other(if session.has_unsent_form() { urls::UNSENT_FORM } else { next }))
}

/// The known browser from the request's cookie.
pub(crate) fn known_browser(request: &HttpRequest) -> Option<KnownBrowser> {
    let site = request.app_data::<Data<Site>>()?;
    KnownBrowser::parse(request.cookie(&site.cookie_name(COOKIE))?.value())
}

/// Remembers the browser for an account under its current security stamp.
pub(crate) fn remember_browser(request: &HttpRequest, ctx: &Context, staff_id: &StaffId, security_stamp: i64) {
    let mut browser = known_browser(request).unwrap_or_default();
    browser.add(&ctx.keyring, staff_id, security_stamp);
    request.extensions_mut().insert(browser);
}

/// The middleware that sets the cookie. It wraps the session middleware, so the session cookie is set first.
pub(crate) async fn carry_known_browser(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let site = request.app_data::<Data<Site>>().cloned();
    let mut answered = next.call(request).await?;
    let browser = answered.request().extensions_mut().remove::<KnownBrowser>();
    if let Some((browser, site)) = browser.zip(site) {
        let cookie = Cookie::build(site.cookie_name(COOKIE), browser.to_string()).path("/").http_only(true);
        let cookie = cookie.same_site(SameSite::Lax).secure(site.is_https).max_age(LASTS).finish();
        answered.response_mut().add_cookie(&cookie)?;
    }
    Ok(answered)
}
