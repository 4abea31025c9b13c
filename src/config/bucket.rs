//! Where files are stored if not on this machine: a bucket of S3-compatible storage.

use std::collections::BTreeMap;

use url::Url;

use super::ConfigError;
use super::oidc::{SecretText, plain};
use super::parse::Given;

/// A bucket and the key to it.
#[derive(Debug, Clone)]
pub struct BucketSettings {
    pub bucket: String,
    /// A folder within the bucket; may be empty.
    pub prefix: String,
    pub region: String,
    /// `None` for that of AWS in the region.
    pub endpoint: Option<String>,
    pub access_key: String,
    pub secret_key: SecretText,
}

/// A bucket without its key: `s3://bucket/folder?region=eu-central-1&endpoint=https://s3.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BucketAddress {
    pub bucket: String,
    pub prefix: String,
    pub region: String,
    pub endpoint: Option<String>,
}

pub(crate) fn address(text: &str) -> Option<BucketAddress> {
    let url = Url::parse(text.trim()).ok()?;
    let bucket = url.host_str().filter(|_| url.scheme() == "s3" && url.username().is_empty())?.to_owned();
    let (mut region, mut endpoint) = ("us-east-1".to_owned(), None);
    for (name, value) in url.query_pairs() {
        match &*name {
            "region" if !value.is_empty() => region = value.into_owned(),
            "endpoint" if value.starts_with("https://") || value.starts_with("http://") => {
                endpoint = Some(value.trim_end_matches('/').to_owned());
            }
            _ => return None,
        }
    }
    Some(BucketAddress { bucket, prefix: url.path().trim_matches('/').to_owned(), region, endpoint })
}

const ADDRESS: &str = "s3://BUCKET/FOLDER?region=…&endpoint=https://…";

/// The bucket, if one is configured; fails if its key is missing or this build lacks the feature.
pub(super) fn bucket(values: &BTreeMap<String, String>) -> Result<Option<BucketSettings>, ConfigError> {
    let Some(address) = Given::new("files_store", values).optional(address, ADDRESS)? else { return Ok(None) };
    if !cfg!(feature = "s3") {
        let text = "KEYDESK_FILES_STORE: got a bucket, expected none: this build does not include the feature s3";
        return Err(ConfigError(text.to_owned()));
    }
    let key = |name: &'static str, environment: &str| {
        let given = Given::new(name, values).optional(plain, "one line without spaces")?;
        given.ok_or_else(|| ConfigError(format!("{environment}: got nothing, expected the key to KEYDESK_FILES_STORE")))
    };
    let BucketAddress { bucket, prefix, region, endpoint } = address;
    Ok(Some(BucketSettings {
        bucket,
        prefix,
        region,
        endpoint,
        access_key: key("files_access_key", "KEYDESK_FILES_ACCESS_KEY")?,
        secret_key: SecretText::new(key("files_secret_key", "KEYDESK_FILES_SECRET_KEY")?),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_bucket_folder_region_and_endpoint() {
        let found = address("s3://shop-files/keydesk/?region=eu-central-1&endpoint=https://s3.example.com/").unwrap();
        assert_eq!((found.bucket.as_str(), found.prefix.as_str()), ("shop-files", "keydesk"));
        assert_eq!(
            (found.region.as_str(), found.endpoint.as_deref()),
            ("eu-central-1", Some("https://s3.example.com"))
        );
        assert_eq!(address("s3://shop").unwrap().region, "us-east-1");
        for text in ["", "https://shop", "s3://", "s3://key@shop", "s3://shop?endpoint=ftp://x", "s3://shop?zone=eu"] {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
