//! Requests to other servers: limited in total time, without redirects or a proxy, and never to a private address that
//! the configuration does not allow. What is sent and what an answer means is for others to know.

pub(crate) mod agent;
pub(crate) mod guard;
pub mod http;

pub use guard::{AddressGuard, OutboundUrl, UrlError};
pub use http::{Answer, HttpClient, NoAnswer};
