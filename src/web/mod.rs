//! The portal's pages: forms become commands, results become HTML. Rules live further down.

pub mod audit_csv;
pub mod audit_entries;
pub mod audit_filter;
pub mod background;
pub mod claims;
pub mod entitlement_form;
pub mod entitlements;
pub mod error;
pub mod error_pages;
pub mod flash;
pub mod forms;
pub mod fulfillment_form;
pub mod fulfillment_page;
pub mod fulfillments;
pub mod health;
pub mod icons;
pub mod kept_mail;
pub mod language;
pub mod moments;
pub mod page;
pub mod preferences;
pub mod query;
pub mod response;
pub mod routes;
pub mod session;
pub mod sessions;
pub mod signed_in;

pub use background::in_background;
pub use error::PageError;
pub use flash::Flash;
pub use forms::{CsrfForm, FormErrors};
pub use page::{Nav, PageContext};
pub use query::CheckedQuery;
pub use response::{html, see_other};
pub use signed_in::SignedInStaff;
