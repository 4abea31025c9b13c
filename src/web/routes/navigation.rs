//! The navigation: its items in their order, each with its page, its text and who may open it. The settings share one
//! entry, which leads to the first of them that a person may open; they are tabs of each other. The table of pages takes
//! path and access of these pages from here.

use super::access::{ADMIN, AGENT, Access, VIEWER};
use crate::web::urls::{
    API_KEYS, AUDIT, CONNECTIONS, CUSTOMERS, DEV_MAILBOX, ENTITLEMENTS, GRANTS, HOME, SALES, SETTINGS, STAFF, STOCK,
    WEBHOOKS,
};

/// The item of the navigation that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    Overview,
    Grants,
    Sales,
    Customers,
    Stock,
    Entitlements,
    Audit,
    Staff,
    ApiKeys,
    Webhooks,
    Connections,
    Mail,
    Settings,
    /// Not in the navigation.
    None,
}

/// An item of the navigation.
#[derive(Debug)]
pub struct NavItem {
    pub nav: Nav,
    /// The path of its page.
    pub path: &'static str,
    /// What its link adds to the path.
    pub query: &'static str,
    /// The key of its text.
    pub label: &'static str,
    pub access: Access,
    /// Whether it shows how many grants are pending.
    pub has_count: bool,
    /// Whether it shows how much needs a decision.
    pub has_decisions: bool,
    /// Whether it is a tab of the settings.
    pub is_setting: bool,
}

/// Every item, in the order shown.
pub const NAVIGATION: &[NavItem] = &[
    item(Nav::Overview, HOME, "nav-overview", VIEWER),
    NavItem { query: "?status=pending", has_count: true, ..item(Nav::Grants, GRANTS, "nav-grants", VIEWER) },
    NavItem { has_decisions: true, ..item(Nav::Sales, SALES, "nav-sales", VIEWER) },
    item(Nav::Customers, CUSTOMERS, "nav-customers", VIEWER),
    item(Nav::Stock, STOCK, "nav-stock", VIEWER),
    item(Nav::Audit, AUDIT, "nav-audit", AGENT),
    setting(Nav::Entitlements, ENTITLEMENTS, "nav-entitlements", VIEWER),
    setting(Nav::Connections, CONNECTIONS, "nav-connections", ADMIN),
    setting(Nav::Staff, STAFF, "nav-staff", ADMIN),
    setting(Nav::ApiKeys, API_KEYS, "nav-api-keys", ADMIN),
    setting(Nav::Webhooks, WEBHOOKS, "nav-webhooks", ADMIN),
    setting(Nav::Mail, DEV_MAILBOX, "nav-mail", ADMIN),
    setting(Nav::Settings, SETTINGS, "nav-in-force", ADMIN),
];

const fn item(nav: Nav, path: &'static str, label: &'static str, access: Access) -> NavItem {
    NavItem { nav, path, query: "", label, access, has_count: false, has_decisions: false, is_setting: false }
}

const fn setting(nav: Nav, path: &'static str, label: &'static str, access: Access) -> NavItem {
    NavItem { is_setting: true, ..item(nav, path, label, access) }
}

/// The item of a section, for the table of pages; does not compile for one that is not in the navigation.
pub const fn item_of(nav: Nav) -> &'static NavItem {
    let mut rest = NAVIGATION;
    while let [item, after @ ..] = rest {
        if item.nav as u8 == nav as u8 {
            return item;
        }
        rest = after;
    }
    panic!("not in the navigation")
}
