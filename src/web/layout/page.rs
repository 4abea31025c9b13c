//! The data of the page layout.

use std::borrow::{Borrow, Cow};
use std::ops::Deref;

use actix_web::HttpRequest;
use askama::filters::Safe;
use jiff::tz::TimeZone;

use super::{icons, language};
use crate::domain::customer::EmailAddress;
use crate::domain::email::Typo;
use crate::domain::grant::GrantStatus;
use crate::domain::grant::target::Target as GrantTarget;
use crate::domain::ids::StaffId;
use crate::domain::outbox::MessageState;
use crate::domain::page::Cursor;
use crate::domain::search::could_be_key;
use crate::domain::staff::{Role, Theme};
use crate::http::assets::ASSETS;
use crate::http::body::Fields;
use crate::http::proxies::ProxyNotices;
use crate::i18n::Localizer;
use crate::storage::grants::stats::COUNT_CAP;
use crate::usecases::Context;
use crate::web::Flash;
use crate::web::forms::labels;
use crate::web::routes::navigation::{NAVIGATION, Nav, NavItem};

/// The signed-in person, as shown in the header.
#[derive(Debug, Clone)]
pub struct StaffSummary {
    pub id: StaffId,
    pub name: String,
    pub initials: String,
    pub role: Role,
}

#[expect(clippy::struct_excessive_bools, reason = "each switches a part of the frame on by itself")]
/// The data of the layout; each page's struct has one as `page`. Also translates: `page.t("…")`.
pub struct PageContext {
    pub localizer: Localizer,
    pub staff: Option<StaffSummary>,
    pub csrf_token: String,
    pub flash: Option<Flash>,
    pub nav: Nav,
    pub pending: i64,
    /// How much about sales needs a decision.
    pub to_decide: i64,
    /// The place of the newest pending grant in the list, for the script of a page that stays open.
    pub newest_pending: Option<Cursor>,
    pub theme: Theme,
    pub has_shortcuts: bool,
    pub business_name: String,
    /// How long a grant may wait.
    pub target: GrantTarget,
    /// The time zone in which the business counts days.
    pub business_zone: TimeZone,
    /// Path and query of the page, for forms that return to it.
    pub path: String,
    /// The mail server's reply while it rejects us; shown to admins.
    pub mail_fault: Option<String>,
    /// Whether Keydesk has disabled a webhook endpoint; shown to admins.
    pub has_webhooks_off: bool,
    /// The number of connections that no longer work; shown to admins.
    pub broken_connections: i64,
    /// The number of stocks that run low and whose alert is not hidden.
    pub low_stocks: usize,
    /// What requests tell about proxies in front; shown to admins.
    pub proxies: ProxyNotices,
    /// Whether e-mails go to the local mailbox instead of a mail server.
    pub keeps_mail: bool,
    /// The lowest role that may see keys in plaintext.
    pub reveal: Role,
    /// Whether sign-in with passwords is enabled.
    pub has_passwords: bool,
    /// Whether the person has not chosen a time zone.
    pub lacks_time_zone: bool,
    /// Whether the person can do nothing but set up a second factor.
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
    /// The label of a form's field, as a locale key. What is wrong when signing in is said of the form as a whole.
    pub(crate) fn field_label(&self, field: &str) -> Option<&'static str> {
        self.staff.as_ref().and_then(|_| labels::label(field))
    }

    /// The layout for a visitor who is not signed in.
    pub fn signed_out(request: &HttpRequest, ctx: &Context) -> Self {
        Self {
            localizer: language::localizer(request, ctx, None),
            staff: None,
            csrf_token: String::new(),
            flash: None,
            nav: Nav::None,
            pending: 0,
            to_decide: 0,
            newest_pending: None,
            theme: Theme::Auto,
            has_shortcuts: true,
            business_name: ctx.config.business_name.clone(),
            target: ctx.config.target.clone(),
            business_zone: ctx.config.time_zone.clone(),
            path: local_path(request),
            mail_fault: None,
            has_webhooks_off: false,
            broken_connections: 0,
            low_stocks: 0,
            proxies: ProxyNotices::default(),
            keeps_mail: false,
            reveal: ctx.config.reveal,
            has_passwords: ctx.config.has_passwords,
            lacks_time_zone: false,
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

    /// The newest pending grant that the page knows of; empty if none is pending.
    pub fn newest_cursor(&self) -> String {
        self.newest_pending.as_ref().map(Cursor::encode).unwrap_or_default()
    }

    /// Whether something is wrong that pages tell of.
    pub fn has_fault(&self) -> bool {
        let is_proxy_unknown = self.proxies.untrusted.is_some() || self.proxies.lacks_https;
        self.mail_fault.is_some()
            || self.has_webhooks_off
            || self.has_connection_banner()
            || self.keeps_mail
            || is_proxy_unknown
            || self.has_stock_banner()
    }

    /// Whether the page says that connections no longer work; the pages of connections say more.
    pub fn has_connection_banner(&self) -> bool {
        self.broken_connections > 0 && self.nav != Nav::Connections
    }

    /// Whether the page says that stocks run low; the pages of stock say more.
    pub fn has_stock_banner(&self) -> bool {
        self.low_stocks > 0 && self.nav != Nav::Stock
    }

    /// Whether the person has this role or one that includes it.
    pub fn may(&self, role: Role) -> bool {
        self.staff.as_ref().is_some_and(|staff| staff.role >= role)
    }

    /// Whether the person is an agent or an admin.
    pub fn may_act(&self) -> bool {
        self.may(Role::Agent)
    }

    /// Whether the person may see keys in plaintext.
    pub fn may_reveal(&self) -> bool {
        self.may(self.reveal)
    }

    /// Whether the header contains the search.
    pub fn has_search(&self) -> bool {
        self.staff.is_some() && !self.is_enrolling
    }

    /// The search field's hint; mentions complete keys only to people who may see them.
    pub fn search_hint(&self) -> Cow<'static, str> {
        self.t(if self.may_reveal() { "search-hint-with-keys" } else { "search-hint" })
    }

    /// Whether the person is an admin.
    pub fn may_manage(&self) -> bool {
        self.may(Role::Admin)
    }

    /// What the navigation shows this person: the items whose page they may open.
    pub(crate) fn navigation(&self) -> impl Iterator<Item = &'static NavItem> {
        self.items().filter(|item| !item.is_setting)
    }

    /// The settings that this person may open.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &'static NavItem> {
        self.items().filter(|item| item.is_setting)
    }

    /// Whether the page belongs to the settings.
    pub(crate) fn is_setting(&self) -> bool {
        self.settings().any(|item| item.nav == self.nav)
    }

    fn items(&self) -> impl Iterator<Item = &'static NavItem> {
        let is_shown =
            |item: &&NavItem| self.may(item.access.role(self.reveal)) && (item.nav != Nav::Mail || self.keeps_mail);
        NAVIGATION.iter().filter(is_shown)
    }

    /// The text of `key`; the key itself if it has no text.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        self.localizer.shown(key)
    }

    /// Like `t`; where it is about a link, the text that stands for the one about a license key.
    pub fn t_value(&self, key: &str, is_link: impl Borrow<bool>) -> String {
        self.localizer.t(&self.localizer.of_value(key, *is_link.borrow()))
    }

    /// A count for display; with a plus if it exceeds the cap.
    pub fn count(&self, count: &i64) -> String {
        if *count > COUNT_CAP { self.t1("more-than-count", "count", COUNT_CAP) } else { self.number(*count) }
    }

    /// The definition of an icon used on the page; the names are literals in the templates.
    pub fn symbol<'a>(&self, name: &'a str) -> Safe<icons::Symbol<'a>> {
        icons::symbol(name, name)
    }

    /// An icon that is defined on the page.
    pub fn icon<'a>(&self, name: &'a str) -> Safe<icons::Icon<'a>> {
        icons::icon(name)
    }

    /// A definition under another id, for the layout's own icons.
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

    /// The time zone's name, as entered.
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

    /// A hint if an address looks mistyped.
    pub fn email_hint(&self, address: &EmailAddress) -> Option<String> {
        Some(match address.typo()? {
            Typo::Meant(domain) => self.t1("email-hint-meant", "domain", domain),
            Typo::NoSuchEnding => self.localizer.t("email-hint-ending"),
        })
    }

    pub fn email_state_name(&self, state: &MessageState) -> Cow<'static, str> {
        self.t(match state {
            MessageState::Queued => "email-state-queued",
            MessageState::Sending => "email-state-sending",
            MessageState::Sent => "email-state-sent",
            MessageState::Kept => "email-state-kept",
            MessageState::Unknown => "email-state-unknown",
            MessageState::Failed => "email-state-failed",
            MessageState::Cancelled => "email-state-cancelled",
        })
    }

    pub fn email_state_class(&self, state: &MessageState) -> &'static str {
        match state {
            MessageState::Sent => "c-ok",
            MessageState::Failed => "c-bad",
            MessageState::Queued | MessageState::Sending | MessageState::Kept | MessageState::Unknown => "c-warn",
            MessageState::Cancelled => "muted",
        }
    }

    pub fn email_state_icon(&self, state: &MessageState) -> &'static str {
        match state {
            MessageState::Sent => "delivered",
            MessageState::Failed => "failed",
            MessageState::Queued | MessageState::Sending | MessageState::Kept | MessageState::Unknown => "pending",
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

/// The path and query of a GET request, for returning to it; the home page for other methods. A search for what could
/// be a license key is left out, so that it is not repeated in another URL.
pub(crate) fn local_path(request: &HttpRequest) -> String {
    if request.method() != actix_web::http::Method::GET {
        return "/".to_owned();
    }
    let searches_key = Fields::parse(request.query_string().as_bytes()).is_ok_and(|query| could_be_key(query.get("q")));
    if searches_key {
        return request.path().to_owned();
    }
    request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}
