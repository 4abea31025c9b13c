//! The language of a page: the person's own, otherwise the one chosen on the sign-in page, otherwise the browser's
//! preference.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::web::Data;
use jiff::tz::TimeZone;

use crate::domain::staff::Staff;
use crate::http::Site;
use crate::i18n::{Language, Localizer};
use crate::usecases::Context;

/// The cookie with the choice made on the sign-in page.
pub(crate) const COOKIE: &str = "keydesk_language";

/// The language for this request.
pub(crate) fn language(request: &HttpRequest, staff: Option<&Staff>) -> Language {
    let own = staff.and_then(|staff| staff.language.as_deref()).and_then(Language::parse);
    let name = request.app_data::<Data<Site>>().map_or_else(|| COOKIE.to_owned(), |site| site.cookie_name(COOKIE));
    let chosen = || request.cookie(&name).and_then(|cookie| Language::parse(cookie.value()));
    let asked = || {
        let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Language::from_accept_language(header.unwrap_or_default())
    };
    own.or_else(chosen).unwrap_or_else(asked)
}

/// The localizer for this request.
pub(crate) fn localizer(request: &HttpRequest, ctx: &Context, staff: Option<&Staff>) -> Localizer {
    let own = staff.and_then(|staff| staff.time_zone.as_deref()).and_then(|name| TimeZone::get(name).ok());
    Localizer {
        language: language(request, staff),
        time_zone: own.unwrap_or_else(|| ctx.config.time_zone.clone()),
        now: ctx.clock.now(),
    }
}
