//! What the frame of every page needs.

use std::borrow::Cow;
use std::ops::Deref;

use actix_web::HttpRequest;
use askama::filters::Safe;

use super::{icons, language};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::StaffId;
use crate::domain::outbox::MessageState;
use crate::domain::staff::{Role, Theme};
use crate::http::assets::ASSETS;
use crate::i18n::Localizer;
use crate::storage::grants::stats::COUNT_CAP;
use crate::usecases::Context;
use crate::web::Flash;

/// Where in the portal a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    Overview,
    Grants,
    Entitlements,
    Audit,
    ApiKeys,
    Webhooks,
    Mail,
    Staff,
    /// Nowhere in the navigation.
    None,
}

/// The person in the corner of the page.
#[derive(Debug, Clone)]
pub struct StaffSummary {
    pub id: StaffId,
    pub name: String,
    pub initials: String,
    pub role: Role,
}

#[expect(clippy::struct_excessive_bools, reason = "each switches a part of the frame on by itself")]
/// The frame; each page's struct holds one as `page`. It speaks the page's language: `page.t("…")`.
pub struct PageContext {
    pub localizer: Localizer,
    pub staff: Option<StaffSummary>,
    pub csrf_token: String,
    pub flash: Option<Flash>,
    pub nav: Nav,
    pub pending: i64,
    pub theme: Theme,
    pub has_shortcuts: bool,
    pub business_name: String,
    /// Path and query of the page, for forms that come back to it.
    pub path: String,
    /// The mail server's words, for admins, while it refuses us.
    pub mail_fault: Option<String>,
    /// Whether Keydesk has switched a webhook endpoint off; told to admins.
    pub has_webhooks_off: bool,
    /// Whether mail is kept here instead of being sent.
    pub keeps_mail: bool,
    /// The least role that may see keys in clear.
    pub reveal: Role,
    /// Whether people sign in with passwords.
    pub has_passwords: bool,
    /// Whether nothing but setting up a second factor is open to the person.
    pub is_enrolling: bool,
    pub request_id: String,
}

impl Deref for PageContext {
    type Target = Localizer;

    fn deref(&self) -> &Localizer {
        &self.localizer
    }
}

impl PageContext {
    /// The frame of a page for somebody who is not signed in.
    pub fn signed_out(request: &HttpRequest, ctx: &Context) -> Self {
        Self {
            localizer: language::localizer(request, ctx, None),
            staff: None,
            csrf_token: String::new(),
            flash: None,
            nav: Nav::None,
            pending: 0,
            theme: Theme::Auto,
            has_shortcuts: true,
            business_name: ctx.config.business_name.clone(),
            path: local_path(request),
            mail_fault: None,
            has_webhooks_off: false,
            keeps_mail: false,
            reveal: ctx.config.reveal,
            has_passwords: ctx.config.has_passwords,
            is_enrolling: false,
            request_id: crate::http::RequestFacts::of(request).request_id,
        }
    }

    pub fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    pub fn style_url(&self) -> &'static str {
        &ASSETS.style.url
    }

    pub fn script_url(&self) -> &'static str {
        &ASSETS.script.url
    }

    pub fn icon_url(&self) -> &'static str {
        &ASSETS.icon.url
    }

    /// Whether the person has this role or one that includes it.
    pub fn may(&self, role: Role) -> bool {
        self.staff.as_ref().is_some_and(|staff| staff.role >= role)
    }

    pub fn may_act(&self) -> bool {
        self.may(Role::Agent)
    }

    pub fn may_reveal(&self) -> bool {
        self.may(self.reveal)
    }

    /// Whether the header has the search.
    pub fn has_search(&self) -> bool {
        self.staff.is_some() && !self.is_enrolling
    }

    /// What can be searched for; whole keys only by those who may see them.
    pub fn search_hint(&self) -> Cow<'static, str> {
        self.t(if self.may_reveal() { "search-hint-with-keys" } else { "search-hint" })
    }

    pub fn may_manage(&self) -> bool {
        self.may(Role::Admin)
    }

    pub fn is_on(&self, place: &str) -> bool {
        matches!(
            (self.nav, place),
            (Nav::Overview, "overview")
                | (Nav::Grants, "grants")
                | (Nav::Entitlements, "entitlements")
                | (Nav::Audit, "audit")
                | (Nav::ApiKeys, "api-keys")
                | (Nav::Webhooks, "webhooks")
                | (Nav::Mail, "mail")
                | (Nav::Staff, "staff")
        )
    }

    /// The text of `key`; the key itself if there is none.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        self.localizer.shown(key)
    }

    /// A count as it is shown: beyond the cap with a plus.
    pub fn count(&self, count: &i64) -> String {
        if *count > COUNT_CAP { self.t1("more-than-count", "count", COUNT_CAP) } else { self.number(*count) }
    }

    /// The definition of an icon that the page uses; the names are literals of the templates.
    pub fn symbol<'a>(&self, name: &'a str) -> Safe<icons::Symbol<'a>> {
        icons::symbol(name, name)
    }

    /// An icon whose definition stands on the page.
    pub fn icon<'a>(&self, name: &'a str) -> Safe<icons::Icon<'a>> {
        icons::icon(name)
    }

    /// A definition under another id, for the frame's own icons.
    pub fn symbol_as<'a>(&self, name: &'a str, id: &'a str) -> Safe<icons::Symbol<'a>> {
        icons::symbol(name, id)
    }

    pub fn theme_name(&self, theme: &str) -> Cow<'static, str> {
        self.t(match theme {
            "light" => "theme-light",
            "dark" => "theme-dark",
            _ => "theme-auto",
        })
    }

    /// The time zone's name as it is typed.
    pub fn time_zone_name(&self) -> String {
        self.localizer.time_zone.iana_name().unwrap_or("UTC").to_owned()
    }

    pub fn status_name(&self, status: &GrantStatus) -> Cow<'static, str> {
        self.t(match status {
            GrantStatus::Pending => "status-pending",
            GrantStatus::Delivered => "status-delivered",
            GrantStatus::Failed => "status-failed",
            GrantStatus::Revoked => "status-revoked",
        })
    }

    pub fn email_state_name(&self, state: &MessageState) -> Cow<'static, str> {
        self.t(match state {
            MessageState::Queued => "email-state-queued",
            MessageState::Sending => "email-state-sending",
            MessageState::Sent => "email-state-sent",
            MessageState::Failed => "email-state-failed",
            MessageState::Cancelled => "email-state-cancelled",
        })
    }

    pub fn email_state_class(&self, state: &MessageState) -> &'static str {
        match state {
            MessageState::Sent => "c-ok",
            MessageState::Failed => "c-bad",
            MessageState::Queued | MessageState::Sending => "c-warn",
            MessageState::Cancelled => "muted",
        }
    }

    pub fn email_state_icon(&self, state: &MessageState) -> &'static str {
        match state {
            MessageState::Sent => "delivered",
            MessageState::Failed => "failed",
            MessageState::Queued | MessageState::Sending => "pending",
            MessageState::Cancelled => "revoked",
        }
    }

    pub fn role_name(&self, role: &Role) -> Cow<'static, str> {
        self.t(match role {
            Role::Viewer => "role-viewer",
            Role::Agent => "role-agent",
            Role::Admin => "role-admin",
        })
    }
}

/// Path and query of a request, for coming back; of a form's target the home page.
pub fn local_path(request: &HttpRequest) -> String {
    if request.method() == actix_web::http::Method::GET {
        request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
    } else {
        "/".to_owned()
    }
}
