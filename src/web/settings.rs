//! The settings in force, for admins. They are set where the portal runs, never here.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::{Nav, PageContext, PageError, SignedInStaff, html};
use crate::config::{Setting, Shown};
use crate::usecases::Context;

#[derive(Template)]
#[template(path = "settings/show.html")]
struct SettingsPage {
    page: PageContext,
    settings: Vec<(&'static Setting, Shown)>,
}

/// Shows every setting with its value, secrets hidden.
pub(crate) async fn show(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    html(StatusCode::OK, &SettingsPage { page: staff.page(Nav::Settings), settings: ctx.config.in_force().collect() })
}
