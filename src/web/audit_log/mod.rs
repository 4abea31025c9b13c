//! The audit log page: who did what to which object, newest first.

pub(crate) mod csv;
pub(crate) mod filter;

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::Timestamp;

use self::filter::AuditQuery;
use super::{CheckedQuery, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::actor::SystemPart;
use crate::domain::api_key::ApiKey;
use crate::domain::audit::{AuditAction, AuditEntry, SECURITY_EVENTS};
use crate::domain::page::Page;
use crate::domain::staff::{Staff, initials};
use crate::storage::audit_log;
use crate::storage::audit_log::objects::{self, CustomerName, ObjectName};
use crate::storage::audit_log::seals::{self, Seal};
use crate::storage::{StorageError, api_keys, staff as people};
use crate::usecases::Context;
use crate::web::customers::erasures::name_erased;

const PAGE_SIZE: usize = 40;

#[derive(Template)]
#[template(path = "audit_log/index.html")]
struct AuditPage {
    page: PageContext,
    query: AuditQuery,
    errors: FormErrors,
    entries: Page<AuditEntry>,
    staff: Vec<Staff>,
    api_keys: Vec<ApiKey>,
    seal: Option<Seal>,
    names: HashMap<String, ObjectName>,
}

impl AuditPage {
    fn sealed(&self) -> String {
        match &self.seal {
            Some(seal) => {
                let at = self.page.date_time(seal.sealed_at);
                self.page.t2("audit-sealed", "sequence", seal.last_sequence, "time", at)
            }
            None => self.page.localizer.t("audit-unsealed"),
        }
    }

    /// All possible actors, as values and names.
    fn actors(&self) -> Vec<(String, String)> {
        let mut actors: Vec<(String, String)> =
            self.staff.iter().map(|person| (person.id.to_string(), person.name.clone())).collect();
        actors.extend(self.api_keys.iter().map(|key| (key.id.to_string(), self.page.api_key_name(&key.name))));
        actors.extend(
            SystemPart::ALL.iter().map(|part| (part.as_str().to_owned(), self.page.system_name(part.as_str()))),
        );
        actors.push(("unknown".to_owned(), self.page.localizer.t("actor-unknown")));
        let chosen = self.query.actor.trim();
        if !chosen.is_empty() && actors.iter().all(|(id, _)| id != chosen) {
            actors.push((chosen.to_owned(), chosen.to_owned()));
        }
        actors
    }

    /// All actions, as values and in words, in the order of the words.
    fn actions(&self) -> Vec<(String, String)> {
        let named = |action: &AuditAction| {
            let value = action.as_str();
            (value.to_owned(), self.page.named("audit-action", value))
        };
        let mut actions: Vec<(String, String)> = AuditAction::ALL.iter().map(named).collect();
        actions.sort_by_key(|(_, words)| words.to_lowercase());
        let chosen = self.query.action.trim();
        if !chosen.is_empty() && chosen != SECURITY_EVENTS && AuditAction::parse(chosen).is_none() {
            actions.push((chosen.to_owned(), chosen.to_owned()));
        }
        actions
    }

    /// What an entry is about, by name; its id where there is none.
    fn object_name(&self, entry: &AuditEntry) -> String {
        let of_customer = |customer: &CustomerName| {
            let mut name = customer.name.clone();
            name_erased(&self.page.localizer, &customer.email, &mut name);
            name
        };
        let own = self.names.get(&entry.object_id);
        let found = own.or_else(|| entry.grant_id.as_ref().and_then(|id| self.names.get(id)));
        match found {
            None => entry.object_id.clone(),
            Some(ObjectName::Plain(name)) => name.clone(),
            Some(ObjectName::Customer(customer)) => of_customer(customer),
            Some(ObjectName::Grant { entitlement, customer }) => {
                self.page.t2("audit-of-grant", "entitlement", entitlement, "customer", of_customer(customer))
            }
        }
    }

    /// A value of a change; a moment is shown in the person's time zone.
    fn value(&self, text: &str) -> String {
        let moment = text.ends_with('Z').then(|| text.parse::<Timestamp>().ok()).flatten();
        moment.map_or_else(|| text.to_owned(), |at| self.page.date_time(at))
    }

    fn is_me(&self, entry: &AuditEntry) -> bool {
        self.page.staff.as_ref().is_some_and(|me| me.id.as_str() == entry.actor_id)
    }

    /// The page of the object, if there is one that the person may see.
    fn object_url(&self, entry: &AuditEntry) -> Option<String> {
        match (entry.object_kind.as_str(), &entry.grant_id) {
            ("grant", _) => Some(format!("/grants/{}", entry.object_id)),
            ("customer", _) => Some(format!("{}/{}", urls::CUSTOMERS, entry.object_id)),
            ("message" | "license_key" | "license_key_instance" | "sale" | "task", Some(grant_id)) => {
                Some(format!("/grants/{grant_id}"))
            }
            ("staff", _) if self.page.may_manage() => Some(format!("{}/{}", urls::STAFF, entry.object_id)),
            ("webhook", _) if self.page.may_manage() => Some(format!("{}/{}", urls::WEBHOOKS, entry.object_id)),
            ("sale_import", _) => Some(format!("{}/{}", urls::SALE_IMPORTS, entry.object_id)),
            ("batch", _) => Some(format!("/batches/{}", entry.object_id)),
            ("api_key", _) if self.page.may_manage() => Some(urls::API_KEYS.to_owned()),
            ("entitlement", _) if self.page.may_manage() => Some(format!("/entitlements/{}/edit", entry.object_id)),
            _ => None,
        }
    }

    fn newer_url(&self) -> String {
        let first = self.entries.first_after_previous();
        first.map(|entry| self.query.url(urls::AUDIT, Some(("before", entry.sequence)))).unwrap_or_default()
    }

    fn older_url(&self) -> String {
        let last = self.entries.last_before_next();
        last.map(|entry| self.query.url(urls::AUDIT, Some(("after", entry.sequence)))).unwrap_or_default()
    }

    fn csv_url(&self) -> String {
        self.query.url(urls::AUDIT_CSV, None)
    }

    fn count(&self) -> String {
        self.page.t1("audit-count", "count", self.entries.rows.len())
    }
}

/// Shows the filtered log; an invalid filter is shown again with its errors.
pub(crate) async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<AuditQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (filter, errors) = match query.parse(staff.localizer()) {
        Ok(filter) => (Some(filter), FormErrors::new()),
        Err(errors) => (None, errors),
    };
    let from = query.start();
    let read = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| {
            let entries = match &filter {
                Some(filter) => {
                    let filter = objects::with_ids(conn, filter)?;
                    audit_log::list::list(conn, &filter, &from, PAGE_SIZE)?
                }
                None => Page { rows: Vec::new(), has_previous: false, has_next: false },
            };
            let names = objects::names(conn, &entries.rows)?;
            Ok::<_, StorageError>((entries, names, people::list(conn)?, api_keys::list(conn)?, seals::last(conn)?))
        })
    });
    let (entries, names, everybody, programs, seal) = read.await??;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = staff.page(Nav::Audit);
    let query = query.0;
    html(status, &AuditPage { page, query, errors, entries, staff: everybody, api_keys: programs, seal, names })
}
