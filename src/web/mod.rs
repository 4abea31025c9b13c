//! The portal's pages: forms become commands, results become HTML. The rules are in lower layers.

pub(crate) mod account;
pub(crate) mod api_docs;
pub(crate) mod api_keys;
pub(crate) mod audit_log;
pub(crate) mod auth;
pub(crate) mod connections;
pub(crate) mod csv_file;
pub(crate) mod customer_files;
pub(crate) mod customers;
pub(crate) mod dev_mailbox;
pub(crate) mod entitlements;
pub mod forms;
pub mod grants;
pub(crate) mod health;
pub(crate) mod hooks;
pub(crate) mod layout;
pub(crate) mod license_keys;
pub mod overview;
pub mod routes;
pub(crate) mod saved_views;
pub(crate) mod searches;
pub(crate) mod settings;
pub(crate) mod staff;
pub(crate) mod stock;
pub mod unsent_forms;
pub mod urls;
pub(crate) mod webhooks;

pub(crate) use crate::http::in_background;
pub use auth::signed_in::SignedInStaff;
pub use forms::query::CheckedQuery;
pub use forms::{CsrfFields, CsrfForm, FormErrors};
pub use layout::error::PageError;
pub use layout::flash::Flash;
pub use layout::page::PageContext;
pub use layout::response::{html, see_other};
pub use routes::navigation::Nav;
