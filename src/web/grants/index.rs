//! The page with the list of grants.

use askama::Template;

use super::list::GrantList;
use crate::domain::entitlement::IntegrationType;
use crate::web::PageContext;
use crate::web::overview::stats_strip::FiguresStrip;

#[derive(Template)]
#[template(path = "grants/index.html")]
pub(crate) struct GrantsPage {
    pub page: PageContext,
    pub list: GrantList,
    pub strip: Option<FiguresStrip>,
    pub has_next: bool,
}
