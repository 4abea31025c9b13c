//! What nobody waits for: how many were bought, whether the vendor's e-mails arrived, and whether customers have changed. A
//! few of each are read in a round.

use jiff::SignedDuration;

use super::grants::follow_customer;
use super::read::Reader;
use super::report::RoundError;
use crate::dodo::CallError;
use crate::domain::connection::Connection;
use crate::domain::connection::trouble::Trouble;
use crate::storage::connections::{mirrored, progress};
use crate::usecases::context::Context;

/// How many purchases and mail logs are read in one round, of those that are due.
const EXTRAS: i64 = 20;
/// How old what is known of a customer may be.
const CUSTOMER_AGE: SignedDuration = SignedDuration::from_hours(1);
/// How many customers are read again in one round.
const CUSTOMERS: i64 = 5;
/// Mail logs of older deliveries are not looked at.
const MAIL_AGE: SignedDuration = SignedDuration::from_hours(24);

/// Reads how many were bought, whether e-mails arrived, and whether customers have changed, a few each round.
pub(super) fn read_extras(ctx: &Context, connection: &Connection, reader: &mut Reader) -> Result<(), RoundError> {
    let now = ctx.clock.now();
    let ago = |span: SignedDuration| now.saturating_sub(span).unwrap_or(now);
    let db = &ctx.db;
    let bought = db.read(|conn| progress::without_quantity(conn, &connection.id, EXTRAS))?;
    for (id, payment, subscription) in bought {
        reader.check()?;
        let account = reader.account();
        let quantity = match (&payment, &subscription) {
            (Some(payment), _) => account.payment_quantity(payment),
            (None, Some(subscription)) => account.subscription_quantity(subscription),
            (None, None) => Ok(None),
        };
        let quantity = match quantity {
            Ok(quantity) => quantity.unwrap_or(1),
            Err(CallError::NotFound | CallError::Rejected { .. } | CallError::Unreadable) => 1,
            Err(error) => return Err(error.into()),
        };
        db.write(|tx| progress::note_quantity(tx, &id, quantity))?;
    }
    let delivered = db.read(|conn| progress::delivered_between(conn, &connection.id, (ago(MAIL_AGE), now), EXTRAS))?;
    for (id, customer) in delivered {
        reader.check()?;
        let emails = match reader.account().emails(&customer) {
            Ok(emails) => emails,
            Err(CallError::NotFound | CallError::Rejected { .. } | CallError::Unreadable) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let lost = emails.iter().find(|email| email.is_lost_key());
        db.write(|tx| {
            progress::note_seen(tx, &id, now)?;
            match lost {
                Some(email) => {
                    let detail = email.failure_code.as_deref().unwrap_or(&email.status);
                    mirrored::set_trouble(tx, &id, Some((Trouble::EmailBounced, detail)), now)
                }
                None => Ok(()),
            }
        })?;
    }
    let before = ago(CUSTOMER_AGE);
    let old = db.read(|conn| progress::old_customers(conn, &connection.id, before, CUSTOMERS))?;
    reader.read_customers(&old.iter().map(String::as_str).collect::<Vec<_>>())?;
    for id in &old {
        match reader.customer(id) {
            Some(customer) => follow_customer(ctx, connection, customer, now)?,
            None => db.write(|tx| progress::note_customer_seen(tx, &connection.id, id, now))?,
        }
    }
    Ok(())
}
