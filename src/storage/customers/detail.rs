//! Everything about one customer, for their page.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

use super::figures::{self, Figures};
use super::merging;
use super::notes::{self, ShownNote};
use crate::domain::audit::AuditEntry;
use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, GrantId};
use crate::domain::license_key::{LicenseKeyStatus, LicenseKeySummary};
use crate::domain::outbox::OutboxMessage;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional};
use crate::storage::grants::stats::COUNT_CAP;
use crate::storage::license_keys::LicenseKeyRow;
use crate::storage::schema::{entitlements, grants, license_keys};
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::{audit_log, outbox};

/// How many grants the page shows; the list of grants shows all.
pub(crate) const SHOWN_GRANTS: usize = 50;
/// How many e-mails the page shows.
pub(crate) const SHOWN_EMAILS: usize = 10;

/// A customer with everything related to them.
#[derive(Debug, Clone)]
pub(crate) struct CustomerDetail {
    pub customer: Customer,
    /// Of those who were merged into them.
    pub other_addresses: Vec<EmailAddress>,
    pub figures: Figures,
    /// When the sale was made that waits longest.
    pub waiting_since: Option<Timestamp>,
    /// What needs work first, then newest first; at most [`SHOWN_GRANTS`].
    pub grants: Vec<CustomerGrant>,
    /// Newest first, at most [`SHOWN_EMAILS`], each with the entitlement it is about, if it is about one.
    pub emails: Vec<(OutboxMessage, Option<String>)>,
    pub has_more_emails: bool,
    /// The first entry about their oldest grant: who brought them in.
    pub origin: Option<AuditEntry>,
    /// What people and programs did, newest first.
    pub acts: Vec<AuditEntry>,
    /// Newest first, each with the entitlement of the grant it is about, if it is about one.
    pub notes: Vec<(ShownNote, Option<String>)>,
}

/// A grant of the customer, with its key.
#[derive(Debug, Clone)]
pub(crate) struct CustomerGrant {
    pub id: GrantId,
    pub status: GrantStatus,
    pub integration_type: IntegrationType,
    pub entitlement_name: String,
    pub payment_id: Option<String>,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub license_key: Option<LicenseKeySummary>,
}

impl CustomerGrant {
    /// Whether its key can be used.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        let is_issued = matches!(self.status, GrantStatus::Delivered | GrantStatus::Failed);
        is_issued && self.license_key.as_ref().is_some_and(|key| key.status(now) == LicenseKeyStatus::Active)
    }
}

/// Everything about a customer; `NotFound` if there is none with this id.
pub(crate) fn find(conn: &mut Conn, id: &CustomerId, now: Timestamp) -> Result<CustomerDetail, StorageError> {
    let customer = super::find(conn, id)?;
    let id = &customer.id;
    let merged = merging::merged(conn, id)?;
    let figures = figures::of_customers(conn, std::slice::from_ref(id), now)?;
    let (ids, waiting_since) = what_needs_work_first(conn, id)?;
    let mut emails = outbox::of_customer(conn, id, SHOWN_EMAILS + 1)?;
    for (id, _) in &merged {
        emails.extend(outbox::of_customer(conn, id, SHOWN_EMAILS + 1)?);
    }
    emails.sort_by(|one, two| (two.created_at, two.id.as_str()).cmp(&(one.created_at, one.id.as_str())));
    let has_more_emails = emails.len() > SHOWN_EMAILS;
    emails.truncate(SHOWN_EMAILS);
    let notes = notes::of_customer(conn, id)?;
    let mentioned = emails.iter().filter_map(|email| email.grant_id.as_ref());
    let mentioned = mentioned.chain(notes.iter().filter_map(|shown| shown.note.grant_id.as_ref()));
    let names = entitlement_names(conn, mentioned)?;
    let name_of = |id: Option<&GrantId>| names.get(id?.as_str()).cloned();
    Ok(CustomerDetail {
        figures: figures.get(id.as_str()).copied().unwrap_or_default(),
        waiting_since,
        grants: grants_of(conn, &ids)?,
        emails: emails.into_iter().map(|email| (email.clone(), name_of(email.grant_id.as_ref()))).collect(),
        notes: notes.into_iter().map(|shown| (shown.clone(), name_of(shown.note.grant_id.as_ref()))).collect(),
        has_more_emails,
        origin: origin(conn, id)?,
        acts: audit_log::list::of_customer(conn, id, &ids)?,
        other_addresses: merged.into_iter().map(|(_, email)| email).collect(),
        customer,
    })
}

/// The ids of the grants to be shown, in their order, and when the oldest pending one was sold.
fn what_needs_work_first(conn: &mut Conn, id: &CustomerId) -> Result<(Vec<GrantId>, Option<Timestamp>), StorageError> {
    // Read from the index alone.
    let mut newest: Vec<(String, String, i64)> = grants::table
        .filter(grants::customer_id.eq(id.as_str()))
        .order((grants::created_at.desc(), grants::id.desc()))
        .select((grants::id, grants::status, grants::created_at))
        .inline_limit(COUNT_CAP)
        .load(conn)?;
    let is = |status: GrantStatus| move |row: &(String, String, i64)| row.1 == status.as_str();
    let waiting_since = newest.iter().filter(|row| is(GrantStatus::Pending)(row)).map(|row| row.2).min();
    newest.sort_by_key(|row| match row {
        row if is(GrantStatus::Failed)(row) => 0,
        row if is(GrantStatus::Pending)(row) => 1,
        _ => 2,
    });
    let ids = newest.into_iter().take(SHOWN_GRANTS).map(|(id, ..)| GrantId::stored(id)).collect();
    Ok((ids, waiting_since.map(from_micros)))
}

type GrantColumns = (String, String, String, String, Option<String>, i64, Option<i64>, Option<LicenseKeyRow>);

/// The grants with these ids, in the order of the ids.
fn grants_of(conn: &mut Conn, ids: &[GrantId]) -> Result<Vec<CustomerGrant>, StorageError> {
    let rows: Vec<GrantColumns> = grants::table
        .inner_join(entitlements::table)
        .left_join(license_keys::table)
        .filter(grants::id.eq_any(ids.iter().map(GrantId::as_str)))
        .select((
            grants::id,
            grants::status,
            grants::integration_type,
            entitlements::name,
            grants::payment_id,
            grants::created_at,
            grants::revoked_at,
            Option::<LicenseKeyRow>::as_select(),
        ))
        .load(conn)?;
    let mut found: HashMap<String, CustomerGrant> = HashMap::new();
    for (id, status, integration_type, entitlement_name, payment_id, created_at, revoked_at, license_key) in rows {
        let corrupt = || StorageError::Corrupt(format!("the state of {id}"));
        let grant = CustomerGrant {
            status: GrantStatus::parse(&status).ok_or_else(corrupt)?,
            integration_type: IntegrationType::parse(&integration_type).ok_or_else(corrupt)?,
            entitlement_name,
            payment_id,
            created_at: from_micros(created_at),
            revoked_at: from_optional(revoked_at),
            license_key: license_key.map(LicenseKeySummary::try_from).transpose()?,
            id: GrantId::stored(id.clone()),
        };
        found.insert(id, grant);
    }
    Ok(ids.iter().filter_map(|id| found.remove(id.as_str())).collect())
}

/// The names of the entitlements of these grants, by the grant's id.
fn entitlement_names<'a>(
    conn: &mut Conn,
    ids: impl Iterator<Item = &'a GrantId>,
) -> Result<HashMap<String, String>, StorageError> {
    let rows: Vec<(String, String)> = grants::table
        .inner_join(entitlements::table)
        .filter(grants::id.eq_any(ids.map(GrantId::as_str)))
        .select((grants::id, entitlements::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

fn origin(conn: &mut Conn, id: &CustomerId) -> Result<Option<AuditEntry>, StorageError> {
    let oldest: Option<String> = grants::table
        .filter(grants::customer_id.eq(id.as_str()))
        .order((grants::created_at.asc(), grants::id.asc()))
        .select(grants::id)
        .inline_limit(1)
        .get_result(conn)
        .optional()?;
    oldest.map_or(Ok(None), |id| audit_log::list::first_of_grant(conn, &GrantId::stored(id)))
}
