//! The demo's deliveries: keys, files, and the metadata that shops attach to an order.

use super::offers::KeyStyle;
use super::rng::Rng;
use crate::domain::entitlement::IntegrationType;

/// A shop's metadata of an order.
pub(crate) fn metadata(rng: &mut Rng) -> String {
    match rng.below(4) {
        0 => format!(r#"{{"order_no":"W-{}"}}"#, rng.between(40_000, 99_999)),
        1 => format!(r#"{{"order_no":"W-{}","channel":"web shop"}}"#, rng.between(40_000, 99_999)),
        _ => "{}".to_owned(),
    }
}

/// The JSON of a delivery of files.
pub(crate) fn files(rng: &mut Rng) -> String {
    let file = |rng: &mut Rng, name: &str, size: usize| {
        serde_json::json!({
            "file_id": rng.id("fil_"),
            "filename": name,
            "content_type": "application/zip",
            "file_size": size,
            "download_url": format!("https://files.example/d/{}", rng.id("")),
            "expires_in": 604_800,
        })
    };
    let files =
        [file(rng, "foley-volume-3-part-1.zip", 2_147_483_000), file(rng, "foley-volume-3-part-2.zip", 2_033_112_874)];
    serde_json::json!({ "files": files, "external_url": null, "instructions": "Unpack all parts into one folder." })
        .to_string()
}

/// A license key of this style.
pub(crate) fn key(rng: &mut Rng, style: KeyStyle) -> String {
    const LETTERS: &str = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let group = |rng: &mut Rng| rng.word(LETTERS, 5);
    match style {
        KeyStyle::Groups(prefix) => {
            let groups: Vec<String> = (0..5).map(|_| group(rng)).collect();
            format!("{prefix}-{}", groups.join("-"))
        }
        KeyStyle::LicenseFile | KeyStyle::None => {
            let lines: Vec<String> = (0..3)
                .map(|_| rng.word("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 48))
                .collect();
            format!("-----BEGIN FERRUM LICENSE-----\n{}\n-----END FERRUM LICENSE-----", lines.join("\n"))
        }
    }
}

/// Whether the customer has to connect an account.
pub(crate) fn is_oauth(kind: IntegrationType) -> bool {
    matches!(kind, IntegrationType::Github | IntegrationType::Discord | IntegrationType::Figma)
}

/// Why a delivery by another service failed: code and message.
pub(crate) fn failure(kind: IntegrationType) -> (&'static str, &'static str) {
    match kind {
        IntegrationType::DigitalFiles => ("file_unavailable", "foley-volume-3-part-2.zip is no longer in the store."),
        IntegrationType::FeatureFlag => ("flag_not_found", "The flag render-farm-beta is archived."),
        _ => ("permission_denied", "The app may no longer invite members: the owner has suspended it."),
    }
}
