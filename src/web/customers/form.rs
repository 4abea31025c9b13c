//! The form that changes a customer, as submitted.

use serde::Deserialize;

use crate::domain::customer::{self, Customer, EmailAddress};
use crate::domain::ids::CustomerId;
use crate::domain::text::TextError;
use crate::i18n::Localizer;
use crate::storage::customers;
use crate::usecases::Context;
use crate::usecases::customers::save::CustomerChange;
use crate::web::grants::new_form::email_error;
use crate::web::{FormErrors, PageError, in_background};

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

/// The customer who has the address, and their name.
pub(crate) async fn taken_by(
    ctx: &Context,
    email: Option<EmailAddress>,
) -> Result<Option<(CustomerId, String)>, PageError> {
    let Some(email) = email else { return Ok(None) };
    let found = in_background(ctx, move |ctx| ctx.db.read(|conn| customers::find_by_email(conn, &email)));
    Ok(found.await??.map(|customer| (customer.id, customer.name)))
}
