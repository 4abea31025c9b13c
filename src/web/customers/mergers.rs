//! Merging a customer with another record of the same person, for admins: the form that asks for the other's address or
//! id, the page that says what moves, and the action.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::ids::CustomerId;
use crate::domain::staff::Role;
use crate::http::id::Id;
use crate::storage::customers::merging::{self, Belongings};
use crate::storage::{StorageError, customers};
use crate::usecases::Context;
use crate::usecases::customers::merge::{Merge, MergeCustomers, MergeCustomersError, merge_customers};
use crate::web::customers::show::load;
use crate::web::{
    CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls,
};

#[derive(Template)]
#[template(path = "customers/merger.html")]
struct MergerPage {
    page: PageContext,
    /// Who lives on.
    customer: Customer,
    /// Who would be merged into them, once somebody was found.
    other: Option<Other>,
    errors: FormErrors,
    typed: String,
    /// Why they cannot be merged any more.
    refusal: Option<String>,
}

struct Other {
    customer: Customer,
    belongings: Belongings,
}

impl MergerPage {
    /// What moves, a line for each kind of thing that the other has.
    fn moves(&self, other: &Other) -> Vec<String> {
        let Belongings { grants, license_keys, notes, sales, mirrored } = other.belongings;
        let counted = [
            ("merger-grants", grants),
            ("merger-keys", license_keys),
            ("merger-notes", notes),
            ("merger-sales", sales),
            ("merger-mirrored", mirrored),
        ];
        let present = counted.into_iter().filter(|(_, count)| *count > 0);
        present.map(|(key, count)| self.page.t2(key, "count", count, "shown", self.page.number(count))).collect()
    }
}

/// The other customer, as submitted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MergerForm {
    /// Their address or id.
    other: String,
}

/// Asks for the other customer, or says what moves if the address of the page names them.
pub(crate) async fn new(
    staff: SignedInStaff,
    id: Id<CustomerId>,
    query: CheckedQuery<MergerForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let view = page(&staff, &ctx, &id).await?;
    if query.other.is_empty() { html(StatusCode::OK, &view) } else { preview_of(view, &ctx, &query.other).await }
}

/// Says what moves.
pub(crate) async fn preview(
    staff: SignedInStaff,
    id: Id<CustomerId>,
    form: CsrfForm<MergerForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    preview_of(page(&staff, &ctx, &id).await?, &ctx, &form.other).await
}

/// Merges the other into the customer.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<CustomerId>,
    form: CsrfForm<MergerForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    // The preview has the id of whom it shows, so nobody else is merged, whoever has the address by now.
    let Ok(other_id) = CustomerId::parse(form.other.trim()) else {
        return preview_of(page(&staff, &ctx, &id).await?, &ctx, &form.other).await;
    };
    let command = MergeCustomers { id: id.0.clone(), other_id: other_id.clone(), actor: staff.actor() };
    let l = staff.localizer();
    let refusal = match in_background(&ctx, move |ctx| merge_customers(ctx, &command)).await? {
        Ok(Merge::Done) => return Ok(staff.see_other(&urls::customer(&id), Flash::ok("merger-done"))),
        Ok(Merge::WasDone) => return Ok(staff.see_other(&urls::customer(&id), Flash::warn("merger-was-done"))),
        Err(MergeCustomersError::Same) => {
            return preview_of(page(&staff, &ctx, &id).await?, &ctx, other_id.as_str()).await;
        }
        Err(MergeCustomersError::MergedElsewhere) => l.t("merger-elsewhere"),
        Err(MergeCustomersError::Erased) => l.t("merger-erased"),
        Err(MergeCustomersError::NotFound) => return Err(PageError::NotFound),
        Err(MergeCustomersError::Forbidden) => return Err(PageError::Forbidden { needs: Role::Admin }),
        Err(MergeCustomersError::Storage(error)) => return Err(error.into()),
    };
    html(StatusCode::CONFLICT, &MergerPage { refusal: Some(refusal), ..page(&staff, &ctx, &id).await? })
}

async fn page(staff: &SignedInStaff, ctx: &Context, id: &CustomerId) -> Result<MergerPage, PageError> {
    let customer = load(ctx, id).await?.customer;
    Ok(MergerPage {
        page: staff.page(Nav::Customers),
        refusal: customer.erased_at.is_some().then(|| staff.localizer().t("merger-erased")),
        customer,
        other: None,
        errors: FormErrors::new(),
        typed: String::new(),
    })
}

/// The page with what moves, or with what is wrong about the other.
async fn preview_of(mut view: MergerPage, ctx: &Context, typed: &str) -> Result<HttpResponse, PageError> {
    let text = typed.trim().to_owned();
    let other = in_background(ctx, move |ctx| {
        ctx.db.read(|conn| {
            let found = match (CustomerId::parse(&text), EmailAddress::parse_for_lookup(&text)) {
                (Ok(id), _) => customers::find(conn, &id).map(Some),
                (_, Ok(email)) => customers::find_by_email(conn, &email),
                _ => Ok(None),
            };
            let found = match found {
                Err(StorageError::NotFound) => None,
                found => found?,
            };
            let Some(customer) = found else { return Ok(None) };
            let belongings = merging::belongings(conn, &customer.id)?;
            Ok::<_, StorageError>(Some(Other { customer, belongings }))
        })
    });
    let wrong = match other.await?? {
        None => "merger-nobody",
        Some(other) if other.customer.id == view.customer.id => "merger-same",
        Some(other) if other.customer.erased_at.is_some() => "merger-erased",
        Some(other) => {
            view.other = Some(other);
            return html(StatusCode::OK, &view);
        }
    };
    view.errors = FormErrors::one("other", view.page.localizer.t(wrong));
    typed.clone_into(&mut view.typed);
    html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}
