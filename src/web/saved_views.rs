//! Saved views of the list of grants: the page on which they are renamed and deleted, and saving one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use super::forms::NoFields;
use super::grants::query::GrantsQuery;
use super::{CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::ids::SavedViewId;
use crate::domain::list::List;
use crate::domain::list::view::{MAX_VIEWS, ViewName};
use crate::domain::staff::Role;
use crate::domain::text::TextError;
use crate::http::id::Id;
use crate::i18n::Localizer;
use crate::storage::saved_views::{self, ShownView};
use crate::usecases::Context;
use crate::usecases::saved_views::SavedViewError;
use crate::usecases::saved_views::change::{delete_view, rename_view};
use crate::usecases::saved_views::save::{SaveView, save_view};

/// A view to be saved, as submitted: its name, and the filters of the list. A search is not saved: it may name a
/// customer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ViewForm {
    name: String,
    /// `yes` if everybody is to see it.
    is_shared: String,
    needs: String,
    status: String,
    entitlement_id: String,
    integration_type: String,
    assignee: String,
    by: String,
    from: String,
    to: String,
    channel: String,
    order: String,
    sort: String,
}

impl ViewForm {
    fn query(&self) -> GrantsQuery {
        GrantsQuery {
            needs: self.needs.clone(),
            status: self.status.clone(),
            entitlement_id: self.entitlement_id.clone(),
            integration_type: self.integration_type.clone(),
            assignee: self.assignee.clone(),
            by: self.by.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            channel: self.channel.clone(),
            order: self.order.clone(),
            sort: self.sort.clone(),
            ..GrantsQuery::default()
        }
    }

    fn is_shared(&self) -> bool {
        !self.is_shared.is_empty()
    }
}

/// Another name, as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NameForm {
    name: String,
}

#[derive(Template)]
#[template(path = "saved_views/index.html")]
struct ViewsPage {
    page: PageContext,
    views: Vec<ShownView>,
    errors: FormErrors,
    /// A view that could not be saved, to be sent again.
    form: Option<ViewForm>,
    filters: Vec<(&'static str, String)>,
    /// The view whose new name was refused, and that name.
    renamed: Option<(SavedViewId, String)>,
}

impl ViewsPage {
    fn may_change(&self, shown: &ShownView) -> bool {
        let is_own = self.page.staff.as_ref().is_some_and(|me| me.id == shown.view.owner_id);
        is_own || self.page.may_manage()
    }

    /// The name in the form of a view.
    fn name(&self, shown: &ShownView) -> String {
        let typed = self.renamed.as_ref().filter(|(id, _)| *id == shown.view.id).map(|(_, name)| name.clone());
        typed.unwrap_or_else(|| shown.view.name.as_str().to_owned())
    }

    fn is_wrong(&self, shown: &ShownView) -> bool {
        self.renamed.as_ref().is_some_and(|(id, _)| *id == shown.view.id)
    }
}

/// The URL of a view.
pub(crate) fn url_of(shown: &ShownView) -> String {
    format!("{}?{}", urls::GRANTS, shown.view.query)
}

/// Shows the person's own views and those for everybody.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    html(StatusCode::OK, &load(&staff, &ctx).await?)
}

async fn load(staff: &SignedInStaff, ctx: &Context) -> Result<ViewsPage, PageError> {
    let me = staff.id.clone();
    let views = in_background(ctx, move |ctx| ctx.db.read(|conn| saved_views::of_person(conn, &me))).await??;
    let (page, errors) = (staff.page(Nav::Grants), FormErrors::new());
    Ok(ViewsPage { page, views, errors, form: None, filters: Vec::new(), renamed: None })
}

/// Saves the filters of a list under a name.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfForm<ViewForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let asked = form.query().read(&staff);
    let filters = asked.pairs();
    let is_shared = form.is_shared();
    let errors = match parse_name(staff.localizer(), &form.name) {
        _ if !asked.errors.is_empty() || !asked.is_understood => {
            FormErrors::one("name", staff.localizer().t("views-filter-wrong"))
        }
        Err(errors) => errors,
        Ok(name) => {
            let query = urls::query(&filters);
            let command = SaveView { list: List::Grants, name, query, is_shared, actor: staff.actor() };
            match in_background(&ctx, move |ctx| save_view(ctx, &command)).await? {
                Ok(_) => return Ok(staff.see_other(&asked.url(urls::GRANTS), Flash::ok("views-saved"))),
                Err(SavedViewError::TooMany) => {
                    FormErrors::one("name", staff.localizer().t1("views-too-many", "count", MAX_VIEWS))
                }
                Err(other) => return Err(refusal(other, Role::Agent)),
            }
        }
    };
    let view = ViewsPage { errors, form: Some(form.into_inner()), filters, ..load(&staff, &ctx).await? };
    html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// Gives a view another name.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<SavedViewId>,
    form: CsrfForm<NameForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let name = match parse_name(staff.localizer(), &form.name) {
        Ok(name) => name,
        Err(errors) => {
            let renamed = Some((id.0.clone(), form.name.clone()));
            let view = ViewsPage { errors, renamed, ..load(&staff, &ctx).await? };
            return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let (view_id, actor) = (id.0.clone(), staff.actor());
    match in_background(&ctx, move |ctx| rename_view(ctx, &view_id, &name, &actor)).await? {
        Ok(()) => Ok(staff.see_other(urls::SAVED_VIEWS, Flash::ok("views-renamed"))),
        Err(other) => Err(refusal(other, Role::Admin)),
    }
}

/// Deletes a view.
pub(crate) async fn destroy(
    staff: SignedInStaff,
    id: Id<SavedViewId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (view_id, actor) = (id.0.clone(), staff.actor());
    match in_background(&ctx, move |ctx| delete_view(ctx, &view_id, &actor)).await? {
        Ok(()) => Ok(staff.see_other(urls::SAVED_VIEWS, Flash::ok("views-deleted"))),
        Err(other) => Err(refusal(other, Role::Admin)),
    }
}

fn parse_name(l: &Localizer, typed: &str) -> Result<ViewName, FormErrors> {
    ViewName::parse(typed).map_err(|error| {
        let key = if error == TextError::Empty { "views-name-empty" } else { "views-name-wrong" };
        FormErrors::one("name", l.t(key))
    })
}

fn refusal(error: SavedViewError, needs: Role) -> PageError {
    match error {
        SavedViewError::ViewNotFound => PageError::NotFound,
        SavedViewError::Forbidden => PageError::Forbidden { needs },
        SavedViewError::TooMany => PageError::Unprocessable { sentence: "views-filter-wrong" },
        SavedViewError::Storage(error) => error.into(),
    }
}
