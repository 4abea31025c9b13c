//! The form that changes a customer, as submitted.

use std::slice;

use serde::Deserialize;

use crate::domain::customer::{self, Customer, EmailAddress};
use crate::domain::ids::CustomerId;
use crate::domain::text::TextError;
use crate::i18n::Localizer;
use crate::storage::StorageError;
use crate::storage::customers::{self, figures};
use crate::usecases::Context;
use crate::usecases::customers::save::CustomerChange;
use crate::web::grants::new_form::email_error;
use crate::web::{FormErrors, PageContext, PageError, in_background};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CustomerForm {
    pub name: String,
    pub email: String,
    pub locale: String,
    /// Of the customer when the form was shown.
    pub version: String,
}

impl CustomerForm {
    pub(crate) fn of(customer: &Customer) -> Self {
        Self {
            name: customer.name.clone(),
            email: customer.email.to_string(),
            locale: customer.locale.clone(),
            version: customer.version(),
        }
    }

    /// The change, or the errors of each field.
    pub(crate) fn parse(&self, l: &Localizer) -> Result<CustomerChange, FormErrors> {
        let mut errors = FormErrors::new();
        let name = customer::parse_name(&self.name).map_err(|error| {
            errors.add(
                "name",
                l.t(match error {
                    TextError::Empty => "customers-name-empty",
                    TextError::DirectionOverride => "grants-name-reversed",
                    _ => "grants-name-wrong",
                }),
            );
        });
        let email = EmailAddress::parse(&self.email).map_err(|error| errors.add("email", email_error(l, error)));
        let locale = customer::parse_locale(&self.locale).map_err(|_| errors.add("locale", l.t("grants-locale-wrong")));
        match (name, email, locale) {
            (Ok(name), Ok(email), Ok(locale)) => Ok(CustomerChange {
                name: Some(name),
                email: Some(email),
                locale: Some(locale),
                version: Some(self.version.clone()).filter(|version| !version.is_empty()),
                ..CustomerChange::default()
            }),
            _ => Err(errors),
        }
    }
}

/// The customer who has an address that was entered for somebody else.
pub(crate) struct TakenBy {
    pub id: CustomerId,
    pub name: String,
    email: EmailAddress,
    grants: i64,
}

impl TakenBy {
    /// Who it is, in a sentence: `zoe@example.com is Zoë van der Meer, who has 3 grants.`
    pub(crate) fn sentence(&self, page: &PageContext) -> String {
        let grants = page.t2("customers-grants-count", "count", self.grants, "shown", page.count(&self.grants));
        page.t3("customers-taken", "email", self.email.as_str(), "name", &self.name, "grants", grants)
    }
}

/// The customer who has the address.
pub(crate) async fn taken_by(ctx: &Context, email: Option<EmailAddress>) -> Result<Option<TakenBy>, PageError> {
    let Some(email) = email else { return Ok(None) };
    let found = in_background(ctx, move |ctx| {
        ctx.db.read(|conn| {
            let Some(customer) = customers::find_by_email(conn, &email)? else { return Ok(None) };
            let figures = figures::of_customers(conn, slice::from_ref(&customer.id), ctx.clock.now())?;
            let grants = figures.get(customer.id.as_str()).map_or(0, |figures| figures.grants);
            Ok::<_, StorageError>(Some(TakenBy { id: customer.id, name: customer.name, email: customer.email, grants }))
        })
    });
    Ok(found.await??)
}
