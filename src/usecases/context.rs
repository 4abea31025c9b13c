//! What every use case needs.

use std::sync::Arc;

use crate::config::Config;
use crate::crypto::Keyring;
use crate::dodo::Dodo;
use crate::domain::clock::Clock;
use crate::domain::ids::{BrandId, BusinessId};
use crate::files::FileStore;
use crate::github::Github;
use crate::outbound::HttpClient;
use crate::storage::Db;
use crate::storage::cache::page_cache::PageCache;

/// Shared by all requests and workers; cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub db: Db,
    pub clock: Clock,
    pub keyring: Arc<Keyring>,
    pub config: Arc<Config>,
    pub business_id: BusinessId,
    pub brand_id: BrandId,
    pub page_cache: Arc<PageCache>,
    /// The contents of files for customers.
    pub files: FileStore,
    /// The accounts of connections.
    pub(crate) dodo: Dodo,
    pub(crate) github: Github,
    /// The shops of connections.
    pub(crate) shops: HttpClient,
    /// `None` if no identity provider is configured.
    #[cfg(feature = "oidc")]
    pub provider: Option<crate::oidc::Provider>,
}
