//! What a customer may download for a grant.

use std::collections::HashMap;

use crate::domain::customer::Customer;
use crate::domain::entitlement::{Entitlement, IntegrationConfig};
use crate::domain::file::StoredFile;
use crate::domain::grant::Grant;
use crate::domain::ids::{EntitlementId, GrantId};
use crate::domain::integration::rules::Delivers;
use crate::domain::integration::rules_of;
use crate::storage::catalog::entitlements;
use crate::storage::{Conn, StorageError, customers, files, grants};

/// The field of the configuration that names the files.
const FILES_FIELD: &str = "digital_file_ids";

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

/// The ids that a configuration names; `None` if its type has no files of its own.
pub(crate) fn named_files(config: &IntegrationConfig) -> Option<Vec<String>> {
    let IntegrationConfig::Other(other) = config else { return None };
    let fields: serde_json::Value = serde_json::from_str(&other.fields).ok()?;
    let ids = fields.get(FILES_FIELD)?.as_array()?;
    Some(ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect())
}

/// Entitlements whose configuration names the files that they carry, as the contract has it.
pub(crate) fn with_file_ids(
    mut entitlements: Vec<Entitlement>,
    conn: &mut Conn,
) -> Result<Vec<Entitlement>, StorageError> {
    let has_field = |entitlement: &&Entitlement| entitlement.config.delivers() == Delivers::Files;
    let ids: Vec<EntitlementId> = entitlements.iter().filter(has_field).map(|with| with.id.clone()).collect();
    let carried = files::of_entitlements(conn, &ids.iter().collect::<Vec<_>>())?;
    for entitlement in &mut entitlements {
        if let (true, IntegrationConfig::Other(other)) = (ids.contains(&entitlement.id), &mut entitlement.config) {
            let ids = carried.get(&entitlement.id).into_iter().flatten().map(|file| file.id.to_string());
            let mut fields: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(&other.fields).unwrap_or_default();
            fields.insert(FILES_FIELD.to_owned(), ids.collect());
            other.fields = serde_json::Value::Object(fields).to_string();
        }
    }
    Ok(entitlements)
}

/// What was delivered for a grant, for programs.
#[derive(Debug, Clone)]
pub(crate) struct FilesDelivery {
    pub files: Vec<StoredFile>,
    pub texts: FilesTexts,
    /// Whether the reader may have the links.
    pub may_download: bool,
}

/// What is delivered for those of the grants that have files.
pub(crate) fn deliveries_of(
    conn: &mut Conn,
    grants: &[Grant],
    may_download: bool,
) -> Result<HashMap<GrantId, FilesDelivery>, StorageError> {
    let may_have = |grant: &&Grant| grant.is_delivered() && rules_of(grant.integration_type).delivers.carries_files();
    let delivered: Vec<&Grant> = grants.iter().filter(may_have).collect();
    let mut ids: Vec<&EntitlementId> = delivered.iter().map(|grant| &grant.entitlement_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let carried = files::of_entitlements(conn, &ids)?;
    let mut texts: HashMap<EntitlementId, FilesTexts> = HashMap::new();
    for id in carried.keys() {
        texts.insert(id.clone(), texts_of(&entitlements::find(conn, id)?));
    }
    let mut deliveries = HashMap::new();
    for grant in delivered {
        let Some(files) = carried.get(&grant.entitlement_id).cloned() else { continue };
        if customers::find(conn, &grant.customer_id)?.erased_at.is_none() {
            let texts = texts.get(&grant.entitlement_id).cloned().unwrap_or_default();
            deliveries.insert(grant.id.clone(), FilesDelivery { files, texts, may_download });
        }
    }
    Ok(deliveries)
}
