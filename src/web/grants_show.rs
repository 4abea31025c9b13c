//! One grant: everything about it, its key, its e-mail, its timeline.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::Timestamp;

use super::delivery_facts::DeliveryFacts;
use super::email_card::EmailCard;
use super::fulfillment_page::{grants_of, locale_name, metadata_pairs};
use super::{FormErrors, Nav, PageContext, PageError, SignedInStaff};
use super::{html, in_background};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::license_key::{LicenseKeyStatus, LicenseKeySummary, LicenseKeyValue};
use crate::http::id::Id;
use crate::storage::grant_detail::{self, GrantDetail};
use crate::usecases::Context;

/// What an act adds to the page: a key in clear, or a form that was refused.
#[derive(Default)]
pub struct Shown {
    pub status: StatusCode,
    pub revealed: Option<LicenseKeyValue>,
    pub is_unreadable: bool,
    /// The address as it was typed.
    pub email: Option<String>,
    pub reason: String,
    pub errors: FormErrors,
}

#[derive(Template)]
#[template(path = "grants/show.html")]
struct GrantPage {
    page: PageContext,
    detail: GrantDetail,
    email: EmailCard,
    delivery: DeliveryFacts,
    shown: Shown,
    errors: FormErrors,
    /// A new one for the form that resends.
    idempotency_key: String,
}

/// The grant's page.
pub async fn show(staff: SignedInStaff, id: Id<GrantId>, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    render(&staff, &ctx, &id, Shown::default()).await
}

/// The page as it is after an act that stays on it.
pub async fn render(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    mut shown: Shown,
) -> Result<HttpResponse, PageError> {
    let grant_id = id.clone();
    let detail = in_background(ctx, move |ctx| ctx.db.read(|conn| grant_detail::find(conn, &grant_id))).await??;
    let page = staff.page(Nav::Grants);
    let errors = std::mem::take(&mut shown.errors);
    let email = EmailCard::new(&page, &detail);
    let delivery = DeliveryFacts::of(&detail.grant);
    let idempotency_key = crate::crypto::random_base62(22);
    let status = shown.status;
    html(status, &GrantPage { page, detail, email, delivery, shown, errors, idempotency_key })
}

impl GrantPage {
    /// To whom and when, beside the chip.
    fn story(&self) -> String {
        let (grant, name) = (&self.detail.grant, &self.detail.customer.name);
        let with_time = |key: &str, at: Timestamp| self.page.t2(key, "name", name, "time", self.page.date_time(at));
        match (grant.status, grant.delivered_at, grant.revoked_at) {
            (GrantStatus::Delivered, Some(at), _) => with_time("grants-delivered-at", at),
            (GrantStatus::Failed, ..) => with_time("grants-failed-at", grant.updated_at),
            (GrantStatus::Revoked, _, Some(at)) => with_time("grants-revoked-at", at),
            _ => self.page.t1("grants-for", "name", name),
        }
    }

    fn is(&self, status: &str) -> bool {
        self.detail.grant.status.as_str() == status
    }

    fn can_fulfill(&self) -> bool {
        self.page.may_act() && self.detail.grant.awaits_key(&self.detail.entitlement.config).is_ok()
    }

    /// The sentence about a colleague's hold.
    fn held(&self) -> Option<String> {
        let hold = self.detail.grant.held(self.page.now)?;
        if self.page.staff.as_ref().is_some_and(|staff| staff.id == hold.by) {
            return None;
        }
        let name = self.detail.holder_name.clone().unwrap_or_else(|| hold.by.to_string());
        Some(self.page.t2("grants-held", "name", name, "time", self.page.time(hold.until)))
    }

    fn can_resend(&self) -> bool {
        let is_out = matches!(self.detail.grant.status, GrantStatus::Delivered | GrantStatus::Failed);
        self.page.may_act() && is_out && self.detail.license_key.is_some()
    }

    fn key_status(&self, key: &LicenseKeySummary) -> &'static str {
        key.status(self.page.now).as_str()
    }

    fn key_class(&self, key: &LicenseKeySummary) -> &'static str {
        match key.status(self.page.now) {
            LicenseKeyStatus::Active => "c-ok",
            LicenseKeyStatus::Expired => "c-warn",
            LicenseKeyStatus::Disabled => "muted",
        }
    }

    fn hidden_key(&self, key: &LicenseKeySummary) -> String {
        match key.last_four.as_str() {
            "" => self.page.t("grants-key-hidden-short"),
            end => self.page.t1("grants-key-hidden", "end", end),
        }
    }

    fn activations(&self, key: &LicenseKeySummary) -> String {
        match key.activations_limit {
            Some(limit) => self.page.t2("grants-activations-used", "used", key.activations_used, "limit", limit),
            None => self.page.t1("grants-activations-unlimited", "used", key.activations_used),
        }
    }

    fn source(&self, key: &LicenseKeySummary) -> String {
        let source = self.page.named("key-source", &key.source);
        match (&self.detail.delivered_by_name, key.source.as_str()) {
            (Some(name), "manual") => self.page.t2("grants-source-by", "source", source, "name", name),
            _ => source,
        }
    }

    /// In how long the key expires, for one that has not.
    fn expires_in(&self, at: &Timestamp) -> Option<String> {
        let now = self.page.now;
        (*at > now).then(|| self.page.t1("in-duration", "duration", self.page.duration_between(now, *at)))
    }

    /// The address in the form: as it was typed, else the present one.
    fn typed_email(&self) -> &str {
        self.shown.email.as_deref().unwrap_or(self.detail.customer.email.as_str())
    }

    fn is_revoked(&self) -> bool {
        self.detail.grant.status == GrantStatus::Revoked
    }

    fn file_size(&self, size: &u64) -> String {
        self.page.t1("grants-file-size", "size", i64::try_from(*size).unwrap_or(i64::MAX))
    }
}
