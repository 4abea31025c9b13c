//! The result of a line, for the loader and the dry run.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::fields::{Field, RawSale};
use super::sale_line::{self, SaleLine};
use super::{End, Problem};
use crate::domain::entitlement::Entitlement;
use crate::domain::sale::{Quantity, Sale};
use crate::shops::line::Skip;
use crate::usecases::grants::create::IssueGrantError;

/// The result of a line.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Done {
        added: u64,
        present: u64,
    },
    Refused(Vec<Problem>),
    /// No sale to be served, which is no error.
    Skipped(Skip),
}

impl Outcome {
    pub(crate) fn refused(problem: Problem) -> Self {
        Self::Refused(vec![problem])
    }
}

/// Checks a record; what is wrong with one at which the file ends may come from its being cut off.
pub(crate) fn checked(
    raw: Result<RawSale, Outcome>,
    end: End,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<SaleLine, Outcome> {
    let parsed = |raw: RawSale| match raw.skip {
        Some(skip) => Err(Outcome::Skipped(skip)),
        None => sale_line::parse(&raw, zone, now).map_err(Outcome::Refused),
    };
    let mut sale = raw.and_then(parsed);
    if let Err(Outcome::Refused(problems)) = &mut sale
        && end != End::Whole
    {
        problems.push(Problem::of_line("the file seems to be cut off here: it ends within this line"));
    }
    sale
}

/// A line as a report of its sale.
pub(crate) fn to_sale(line: &SaleLine, entitlement: &Entitlement, quantity: Quantity) -> Sale {
    Sale {
        shop: line.shop.to_owned(),
        grant_id: line.grant_id.clone(),
        entitlement_id: entitlement.id.clone(),
        customer_email: line.customer_email.clone(),
        customer_name: line.customer_name.clone(),
        customer_locale: line.customer_locale.clone(),
        payment_id: line.payment_id.clone(),
        subscription_id: line.subscription_id.clone(),
        external_id: line.external_id.clone(),
        quantity,
        metadata: line.metadata.clone(),
        created_at: line.created_at,
    }
}

/// The error message for a line whose grant could not be created.
pub(crate) fn problem(error: &IssueGrantError) -> Problem {
    match error {
        IssueGrantError::EntitlementNotFound => {
            Problem::of(Field::EntitlementId, "there is no entitlement with this id")
        }
        IssueGrantError::EntitlementInactive => Problem::of(Field::EntitlementId, "the entitlement is not active"),
        IssueGrantError::CustomerErased => Problem::of(Field::CustomerEmail, "the customer was erased"),
        IssueGrantError::AddressUnreachable => Problem::of(
            Field::CustomerEmail,
            "the mail server cannot send to addresses with such letters before the @ (no SMTPUTF8)",
        ),
        IssueGrantError::GrantIdTaken => Problem::of(Field::GrantId, "belongs to another sale's grant"),
        IssueGrantError::Storage(error) => Problem::of_line(error.to_string()),
    }
}
