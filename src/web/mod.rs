//! The portal's pages: forms become commands, results become HTML. Rules live further down.

pub mod background;
pub mod error;
pub mod error_pages;
pub mod flash;
pub mod forms;
pub mod health;
pub mod icons;
pub mod language;
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
