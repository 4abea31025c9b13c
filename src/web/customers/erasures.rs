//! Erasing a customer, for admins: the confirmation page, which lists what is erased and what stays, and the action.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::ids::CustomerId;
use crate::http::id::Id;
use crate::i18n::Localizer;
use crate::storage::StorageError;
use crate::storage::customers::{self, erasure};
use crate::usecases::Context;
use crate::usecases::customers::erase::{Erasure, erase_customer};
use crate::web::urls;
use crate::web::{CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background};

#[derive(Template)]
#[template(path = "customers/erasure.html")]
struct ErasurePage {
    page: PageContext,
    customer: Customer,
    grants: usize,
    errors: FormErrors,
    typed: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ErasureForm {
    /// The customer's address, entered for confirmation.
    email: String,
}

/// Shows what is erased and what stays, and asks for the address.
pub(crate) async fn new(
    staff: SignedInStaff,
    id: Id<CustomerId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    html(StatusCode::OK, &load(&staff, &ctx, &id).await?)
}

/// Erases the customer if the entered address is theirs.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<CustomerId>,
    form: CsrfForm<ErasureForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let mut view = load(&staff, &ctx, &id).await?;
    let is_confirmed = form.email.trim().to_lowercase() == view.customer.email.key();
    if !is_confirmed && view.customer.erased_at.is_none() {
        view.errors = FormErrors::one("email", view.page.localizer.t("erasure-confirm-wrong"));
        view.typed = form.into_inner().email;
        return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    let actor = staff.actor();
    let flash = match in_background(&ctx, move |ctx| erase_customer(ctx, &id, &actor)).await?? {
        Erasure::Done(_) => Flash::ok("erasure-done"),
        Erasure::WasDone => Flash::warn("erasure-nothing-left"),
    };
    Ok(staff.see_other(urls::GRANTS, flash))
}

/// Replaces the name of an erased customer with a text in the reader's language.
pub(in crate::web) fn name_erased(localizer: &Localizer, email: &EmailAddress, name: &mut String) {
    if email.is_of_erased() {
        *name = localizer.t("erasure-name");
    }
}

async fn load(staff: &SignedInStaff, ctx: &Context, id: &CustomerId) -> Result<ErasurePage, PageError> {
    let id = id.clone();
    let (mut customer, grants) = in_background(ctx, move |ctx| {
        ctx.db.read(|conn| {
            let customer = customers::find(conn, &id)?;
            let grants = erasure::grants_of(conn, &customer.id)?.len();
            Ok::<_, StorageError>((customer, grants))
        })
    })
    .await??;
    name_erased(staff.localizer(), &customer.email, &mut customer.name);
    Ok(ErasurePage { page: staff.page(Nav::Grants), customer, grants, errors: FormErrors::new(), typed: String::new() })
}
