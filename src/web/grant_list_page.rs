//! The page with the list of grants.

use askama::Template;

use super::PageContext;
use super::figures_strip::FiguresStrip;
use super::grant_list::GrantList;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;

#[derive(Template)]
#[template(path = "grants/index.html")]
pub struct GrantsPage {
    pub page: PageContext,
    pub list: GrantList,
    pub strip: Option<FiguresStrip>,
}
