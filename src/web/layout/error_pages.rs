//! Turns errors into pages in the portal's layout, in the person's language. The cause is logged here, once.

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::wait;
use crate::http::body::BodyError;
use crate::http::{Site, csrf};
use crate::usecases::Context;
use crate::web::{Nav, PageContext, PageError, SignedInStaff};

/// Rejects requests that change something and do not come from our own pages.
pub(crate) async fn refuse_foreign(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_proxied = request.app_data::<Data<Context>>().zip(request.peer_addr()).is_some_and(|(ctx, peer)| {
        let peer = peer.ip().to_canonical();
        ctx.config.trusted_proxies.iter().any(|network| network.contains(&peer))
    });
    let is_from_here = request
        .app_data::<Data<Site>>()
        .is_some_and(|site| csrf::is_from_here(request.method(), request.headers(), site, is_proxied));
    if is_from_here {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let error = PageError::of_wrong_address(request.request()).unwrap_or(PageError::Forged);
    Ok(request.error_response(error))
}

/// Turns plain errors into pages.
pub(crate) async fn error_pages(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answered = next.call(request).await?.map_into_boxed_body();
    let status = answered.status();
    let is_bare = matches!(answered.response().body().size(), BodySize::None | BodySize::Sized(0));
    let error = answered.response().error().and_then(Error::as_error::<PageError>);
    if status.as_u16() < 400 || (error.is_none() && answered.response().error().is_none() && !is_bare) {
        return Ok(answered);
    }
    log(status, answered.response().error());
    let is_foreign = matches!(error, Some(PageError::Forged | PageError::StaleForm(_)));
    let lost = if is_foreign { PageError::of_lost_cookies(answered.request()) } else { None };
    let problem = lost.as_ref().or(error).map_or_else(|| Problem::of_status(status), Problem::of_error);
    let (request, bare) = answered.into_parts();
    let page = render(&request, status, problem).await;
    let mut response = HttpResponse::build(status);
    for (name, value) in bare.headers() {
        response.append_header((name.clone(), value.clone()));
    }
    let response = match page {
        Ok(page) => response.content_type("text/html; charset=utf-8").body(page),
        Err(error) => {
            tracing::error!(%error, "an error page could not be rendered");
            response.content_type("text/plain; charset=utf-8").body("Something went wrong on our side.\n")
        }
    };
    Ok(ServiceResponse::new(request, response))
}

fn log(status: StatusCode, error: Option<&Error>) {
    let cause = error.map(ToString::to_string).unwrap_or_default();
    if status.is_server_error() {
        tracing::error!(cause, status = status.as_u16(), "a request failed");
    } else if status != StatusCode::NOT_FOUND {
        tracing::info!(cause, status = status.as_u16(), "a request was refused");
    }
}

/// The texts of an error page, as locale keys.
struct Problem {
    title: &'static str,
    sentence: &'static str,
    /// The required role, as a locale key.
    role: Option<&'static str>,
    minutes: Option<i64>,
    /// The address that was opened, and the portal's.
    addresses: Option<(String, String)>,
}

impl Problem {
    fn new(title: &'static str, sentence: &'static str) -> Self {
        Self { title, sentence, role: None, minutes: None, addresses: None }
    }

    fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::of_error(&PageError::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Self::of_error(&PageError::MethodNotAllowed),
            StatusCode::SERVICE_UNAVAILABLE => Self::new("error-unavailable-title", "error-unavailable-text"),
            status if status.is_server_error() => Self::new("error-internal-title", "error-internal-text"),
            _ => Self::of_error(&PageError::malformed()),
        }
    }

    fn of_error(error: &PageError) -> Self {
        match error {
            PageError::NotFound => Self::new("error-not-found-title", "error-not-found-text"),
            PageError::Forbidden { needs } => Self {
                role: Some(match needs {
                    crate::domain::staff::Role::Viewer => "role-viewer",
                    crate::domain::staff::Role::Agent => "role-agent",
                    crate::domain::staff::Role::Admin => "role-admin",
                }),
                ..Self::new("error-forbidden-title", "error-forbidden-text")
            },
            PageError::NoLongerAllowed => Self::new("error-forbidden-title", "error-no-longer-allowed-text"),
            PageError::Forged | PageError::StaleForm(_) => Self::new("error-forged-title", "error-forged-text"),
            PageError::WrongAddress { opened, expected } => Self {
                addresses: Some((opened.clone(), expected.clone())),
                ..Self::new("error-wrong-address-title", "error-wrong-address-text")
            },
            PageError::Body(BodyError::TooLarge) => Self::new("error-too-large-title", "error-too-large-text"),
            PageError::Body(BodyError::NotAForm) => Self::new("error-bad-request-title", "error-not-a-form-text"),
            PageError::Body(BodyError::NotUtf8) => Self::new("error-bad-request-title", "error-not-utf8-text"),
            PageError::Body(_) => Self::new("error-bad-request-title", "error-bad-request-text"),
            PageError::MethodNotAllowed => Self::new("error-method-title", "error-method-text"),
            PageError::Conflict { sentence } => Self::new("error-conflict-title", sentence),
            PageError::Unprocessable { sentence } => Self::new("error-unprocessable-title", sentence),
            PageError::TooManyRequests { retry_after } => Self {
                minutes: Some(wait::minutes(*retry_after)),
                ..Self::new("error-too-many-title", "error-too-many-text")
            },
            PageError::Unavailable(_) => Self::new("error-unavailable-title", "error-unavailable-text"),
            PageError::Unwritable(_) => Self::new("error-unwritable-title", "error-unwritable-text"),
            PageError::PasswordsOff => Self::new("error-passwords-off-title", "error-passwords-off-text"),
            PageError::ProviderBusy => Self::new("error-provider-busy-title", "error-provider-busy-text"),
            PageError::SignedOut { .. } | PageError::FactorDemanded | PageError::Internal(_) => {
                Self::new("error-internal-title", "error-internal-text")
            }
        }
    }

    fn sentence(&self, page: &PageContext) -> String {
        if let Some((opened, expected)) = &self.addresses {
            return page.t2(self.sentence, "opened", opened, "expected", expected);
        }
        match (self.role, self.minutes) {
            (Some(role), _) => page.t1(self.sentence, "role", page.localizer.t(role)),
            (None, Some(minutes)) => page.t1(self.sentence, "minutes", minutes),
            (None, None) => page.localizer.t(self.sentence),
        }
    }
}

/// An error page in the layout.
#[derive(Template)]
#[template(path = "layout/error.html")]
struct ErrorPage {
    page: PageContext,
    title: String,
    sentence: String,
    status: u16,
}

/// An error page for people who are not signed in.
#[derive(Template)]
#[template(path = "layout/error_plain.html")]
struct PlainErrorPage {
    page: PageContext,
    title: String,
    sentence: String,
    status: u16,
}

async fn render(request: &HttpRequest, status: StatusCode, problem: Problem) -> Result<String, askama::Error> {
    let status = status.as_u16();
    if let Ok(Some(staff)) = SignedInStaff::load(request).await {
        let page = staff.page_without_flash(Nav::None);
        let (title, sentence) = (page.localizer.t(problem.title), problem.sentence(&page));
        return ErrorPage { page, title, sentence, status }.render();
    }
    let Some(ctx) = request.app_data::<Data<Context>>() else { return Ok(String::new()) };
    let page = PageContext::signed_out(request, ctx);
    let (title, sentence) = (page.localizer.t(problem.title), problem.sentence(&page));
    PlainErrorPage { page, title, sentence, status }.render()
}
