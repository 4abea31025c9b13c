//! What a customer may download for a grant.

use crate::domain::customer::Customer;
use crate::domain::entitlement::{Entitlement, IntegrationConfig};
use crate::domain::file::StoredFile;
use crate::domain::grant::Grant;
use crate::domain::ids::GrantId;
use crate::storage::catalog::entitlements;
use crate::storage::{Conn, StorageError, customers, files, grants};

/// A grant whose files may be downloaded, with all that is said about them.
#[derive(Debug, Clone)]
pub(crate) struct GrantFiles {
    pub grant: Grant,
    pub customer: Customer,
    pub entitlement: Entitlement,
    /// In their order; those that the entitlement carries at present.
    pub files: Vec<StoredFile>,
}

/// The files of a grant; `None` if it is not delivered, or no longer, if its customer was erased, or if it has none.
pub(crate) fn files_of_grant(conn: &mut Conn, id: &GrantId) -> Result<Option<GrantFiles>, StorageError> {
    let grant = grants::find(conn, id)?;
    if !grant.is_delivered() {
        return Ok(None);
    }
    let customer = customers::find(conn, &grant.customer_id)?;
    let entitlement = entitlements::find(conn, &grant.entitlement_id)?;
    let files = files::of_entitlement(conn, &entitlement.id)?;
    let has_files = !files.is_empty() && customer.erased_at.is_none() && entitlement.config.delivers().carries_files();
    Ok(has_files.then_some(GrantFiles { grant, customer, entitlement, files }))
}

/// What an entitlement says beside its files.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct FilesTexts {
    pub external_url: Option<String>,
    pub instructions: Option<String>,
}

/// The texts beside the files of an entitlement; none for license keys, whose e-mail has its own.
pub(crate) fn texts_of(entitlement: &Entitlement) -> FilesTexts {
    match &entitlement.config {
        IntegrationConfig::Other(other) => serde_json::from_str(&other.fields).unwrap_or_default(),
        IntegrationConfig::LicenseKey(_) => FilesTexts::default(),
    }
}
