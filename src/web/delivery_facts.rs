//! What the other integrations deliver, read from the grant's stored JSON.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::grant::Grant;

/// An address that may be clicked if it is one of the web.
pub struct Link {
    pub text: String,
    pub is_safe: bool,
}

impl Link {
    fn new(text: String) -> Self {
        let is_safe = text.starts_with("https://") || text.starts_with("http://");
        Self { text, is_safe }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stored {
    files: Vec<StoredFile>,
    external_url: Option<String>,
    instructions: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StoredFile {
    filename: String,
    content_type: Option<String>,
    file_size: Option<u64>,
    download_url: Option<String>,
}

pub struct File {
    pub name: String,
    pub kind: String,
    pub size: Option<u64>,
    pub link: Option<Link>,
}

/// What is delivered beside license keys.
pub struct DeliveryFacts {
    pub oauth: Option<Link>,
    pub oauth_expires_at: Option<Timestamp>,
    pub feature: Option<String>,
    pub files: Vec<File>,
    pub external: Option<Link>,
    pub instructions: Option<String>,
}

impl DeliveryFacts {
    pub fn of(grant: &Grant) -> Self {
        let stored: Stored = grant
            .digital_product_delivery
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let file = |file: StoredFile| File {
            name: file.filename,
            kind: file.content_type.unwrap_or_default(),
            size: file.file_size,
            link: file.download_url.map(Link::new),
        };
        Self {
            oauth: grant.oauth_url.clone().map(Link::new),
            oauth_expires_at: grant.oauth_expires_at,
            feature: grant.feature.clone(),
            files: stored.files.into_iter().map(file).collect(),
            external: stored.external_url.map(Link::new),
            instructions: stored.instructions,
        }
    }

    pub fn is_empty(&self) -> bool {
        let has_link = self.oauth.is_some() || self.external.is_some();
        !has_link && self.feature.is_none() && self.files.is_empty() && self.instructions.is_none()
    }
}
