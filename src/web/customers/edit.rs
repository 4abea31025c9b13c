//! Changing a customer's name, address and language.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::form::{CustomerForm, TakenBy, taken_by};
use super::show::load;
use crate::domain::customer::Customer;
use crate::domain::ids::CustomerId;
use crate::http::id::Id;
use crate::storage::customers::figures::Figures;
use crate::usecases::Context;
use crate::usecases::customers::save::{SaveCustomerError, update_customer};
use crate::web::grants::fulfillment::page::locale_name;
use crate::web::grants::new_form::LOCALES;
use crate::web::{CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};

#[derive(Template)]
#[template(path = "customers/edit.html")]
struct EditPage {
    page: PageContext,
    customer: Customer,
    figures: Figures,
    form: CustomerForm,
    errors: FormErrors,
    /// Why the change is not possible.
    refusal: Option<String>,
    /// The customer who has the address.
    taken_by: Option<TakenBy>,
}

impl EditPage {
    /// The languages to choose from, with the customer's own, whatever it is.
    fn locales(&self) -> Vec<(String, String)> {
        let mut locales: Vec<&str> = LOCALES.to_vec();
        if !locales.contains(&self.form.locale.as_str()) {
            locales.insert(0, &self.form.locale);
        }
        locales.into_iter().map(|locale| (locale.to_owned(), locale_name(&self.page, locale))).collect()
    }

    /// Whom a change of the address concerns.
    fn email_hint(&self) -> String {
        let count = self.page.count(&self.figures.grants);
        self.page.t2("customers-email-hint", "count", self.figures.grants, "shown", count)
    }
}

/// Shows the form.
pub(crate) async fn new(
    staff: SignedInStaff,
    id: Id<CustomerId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let view = page(&staff, &ctx, &id).await?;
    if view.customer.erased_at.is_some() {
        return Err(PageError::Conflict { sentence: "erasure-done-conflict" });
    }
    html(StatusCode::OK, &view)
}

/// Changes the customer.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<CustomerId>,
    form: CsrfForm<CustomerForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    let l = staff.localizer();
    let change = match form.parse(l) {
        Ok(change) => change,
        Err(errors) => {
            let view = EditPage { form, errors, ..page(&staff, &ctx, &id).await? };
            return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let (customer_id, actor, email) = (id.0.clone(), staff.actor(), change.email.clone());
    match in_background(&ctx, move |ctx| update_customer(ctx, &customer_id, &change, &actor)).await? {
        Ok(()) => Ok(staff.see_other(&urls::customer(&id), Flash::ok("customers-saved"))),
        Err(SaveCustomerError::EmailTaken) => {
            let errors = FormErrors::one("email", l.t("customers-email-taken"));
            let taken_by = taken_by(&ctx, email).await?;
            let view = EditPage { form, errors, taken_by, ..page(&staff, &ctx, &id).await? };
            html(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(SaveCustomerError::ChangedMeanwhile) => {
            // The form keeps what was typed, and the page shows the present values beside it.
            let view = page(&staff, &ctx, &id).await?;
            let form = CustomerForm { version: view.customer.version(), ..form };
            let refusal = Some(l.t("customers-changed-meanwhile"));
            html(StatusCode::CONFLICT, &EditPage { form, refusal, ..view })
        }
        Err(SaveCustomerError::AddressForbidden) => Err(PageError::Forbidden { needs: ctx.config.reveal }),
        Err(SaveCustomerError::Erased) => Err(PageError::Conflict { sentence: "erasure-done-conflict" }),
        Err(SaveCustomerError::CustomerNotFound) => Err(PageError::NotFound),
        Err(SaveCustomerError::IdempotencyMismatch) => Err(PageError::internal("a change without a key was repeated")),
        Err(SaveCustomerError::Storage(error)) => Err(error.into()),
    }
}

async fn page(staff: &SignedInStaff, ctx: &Context, id: &CustomerId) -> Result<EditPage, PageError> {
    let detail = load(ctx, id).await?;
    Ok(EditPage {
        page: staff.page(Nav::Customers),
        form: CustomerForm::of(&detail.customer),
        customer: detail.customer,
        figures: detail.figures,
        errors: FormErrors::new(),
        refusal: None,
        taken_by: None,
    })
}
