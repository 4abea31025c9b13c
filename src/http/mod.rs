//! What applies to every request: request ids, client addresses, response headers, sessions, CSRF protection, bodies.
//! No pages are built here.

pub mod address;
pub mod api_document;
pub mod assets;
pub mod background;
pub mod body;
pub mod compress;
pub mod csrf;
pub mod headers;
pub mod id;
pub mod metrics;
pub mod multipart;
pub mod observe;
pub mod proxies;
pub mod rate_limit;
pub mod session_store;
pub mod site;

pub use background::{in_background, read_shortly};
pub use id::Id;
pub use observe::RequestFacts;
pub use site::Site;
