//! The portal's pages: forms become commands, results become HTML. The rules are in lower layers.

pub mod account;
pub mod api_docs;
pub mod api_keys;
pub mod audit_log;
pub mod auth;
pub mod customers;
pub mod dev_mailbox;
pub mod entitlements;
pub mod forms;
pub mod grants;
pub mod health;
pub mod layout;
pub mod license_keys;
pub mod overview;
pub mod routes;
pub mod searches;
pub mod staff;
pub mod stock;
pub mod unsent_forms;
pub mod urls;
pub mod webhooks;

pub use crate::http::in_background;
pub use auth::signed_in::SignedInStaff;
pub use forms::query::CheckedQuery;
pub use forms::{CsrfFields, CsrfForm, FormErrors};
pub use layout::error::PageError;
pub use layout::flash::Flash;
pub use layout::page::PageContext;
pub use layout::response::{html, see_other};
pub use routes::navigation::Nav;
