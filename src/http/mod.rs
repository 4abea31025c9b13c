//! What applies to every request: request ids, client addresses, response headers, sessions, CSRF protection, bodies.
//! No pages are built here.

pub(crate) mod address;
pub(crate) mod api_document;
pub(crate) mod assets;
pub(crate) mod background;
pub(crate) mod body;
pub(crate) mod byte_range;
pub(crate) mod compress;
pub(crate) mod csrf;
pub(crate) mod headers;
pub(crate) mod id;
pub(crate) mod metrics;
pub(crate) mod multipart;
pub(crate) mod observe;
pub(crate) mod parts;
pub(crate) mod proxies;
pub(crate) mod rate_limit;
pub(crate) mod session_store;
pub(crate) mod site;

pub(crate) use background::{in_background, read_shortly};
pub(crate) use id::Id;
pub(crate) use observe::RequestFacts;
pub(crate) use site::Site;
