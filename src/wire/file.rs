//! Files: as an entitlement carries them, and as a customer gets them.

use serde::Serialize;
use utoipa::ToSchema;

use super::json::Json;
use super::text::{object, time};
use crate::domain::file::StoredFile;
use crate::domain::ids::GrantId;
use crate::usecases::Context;
use crate::usecases::files::link::{LinkTarget, new_expiry, url};
use crate::usecases::files::shown::FilesDelivery;

/// A file that an entitlement carries (Keydesk extension).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntitlementFile {
    #[schema(example = "file_4kPq8sVw2Xy7Zb3Nc6Md9R")]
    pub file_id: String,
    pub filename: String,
    /// What customers read below the name.
    #[schema(required)]
    pub note: Option<String>,
    pub content_type: String,
    /// In bytes.
    pub file_size: u64,
    pub sha256: String,
    /// How often it was downloaded, by all customers.
    pub downloads: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl EntitlementFile {
    pub(crate) fn new(file: &StoredFile, downloads: i64) -> Self {
        Self {
            file_id: file.id.to_string(),
            filename: file.name.to_string(),
            note: file.note.clone(),
            content_type: file.content_type.as_str().to_owned(),
            file_size: file.size,
            sha256: file.hash.to_string(),
            downloads,
            created_at: time(file.created_at),
        }
    }
}

/// What a customer gets of a grant with files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DigitalProductDelivery {
    pub files: Vec<DigitalFile>,
    #[schema(required)]
    pub external_url: Option<String>,
    #[schema(required)]
    pub instructions: Option<String>,
}

/// A file to download.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DigitalFile {
    pub file_id: String,
    pub filename: String,
    pub content_type: String,
    /// In bytes.
    pub file_size: u64,
    /// Empty for API keys that may not see keys.
    pub download_url: String,
    /// For how many seconds from now the URL works.
    pub expires_in: i64,
}

impl DigitalProductDelivery {
    pub(crate) fn new(ctx: &Context, grant_id: &GrantId, delivery: &FilesDelivery) -> Self {
        let expires_at = new_expiry(ctx);
        let expires_in = ctx.clock.now().duration_until(expires_at).as_secs();
        let file = |file: &StoredFile| DigitalFile {
            file_id: file.id.to_string(),
            filename: file.name.to_string(),
            content_type: file.content_type.as_str().to_owned(),
            file_size: file.size,
            download_url: if delivery.may_download {
                url(ctx, LinkTarget::File(grant_id, &file.id), expires_at)
            } else {
                String::new()
            },
            expires_in: if delivery.may_download { expires_in } else { 0 },
        };
        Self {
            files: delivery.files.iter().map(file).collect(),
            external_url: delivery.texts.external_url.clone(),
            instructions: delivery.texts.instructions.clone(),
        }
    }

    pub(crate) fn into_json(self) -> Json {
        object(&serde_json::to_string(&self).unwrap_or_default())
    }
}
