//! What is handed out in the demo: keys, files, and what shops attach to an order.

use super::dice::Dice;
use super::offers::KeyStyle;
use crate::domain::entitlement::IntegrationType;

/// What a shop knows of an order.
pub fn metadata(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!(r#"{{"order_no":"W-{}"}}"#, dice.between(40_000, 99_999)),
        1 => format!(r#"{{"order_no":"W-{}","channel":"web shop"}}"#, dice.between(40_000, 99_999)),
        _ => "{}".to_owned(),
    }
}

/// What a delivery of files looks like.
pub fn files(dice: &mut Dice) -> String {
    let file = |dice: &mut Dice, name: &str, size: usize| {
        serde_json::json!({
            "file_id": dice.id("fil_"),
            "filename": name,
            "content_type": "application/zip",
            "file_size": size,
            "download_url": format!("https://files.example/d/{}", dice.id("")),
            "expires_in": 604_800,
        })
    };
    let files = [
        file(dice, "foley-volume-3-part-1.zip", 2_147_483_000),
        file(dice, "foley-volume-3-part-2.zip", 2_033_112_874),
    ];
    serde_json::json!({ "files": files, "external_url": null, "instructions": "Unpack all parts into one folder." })
        .to_string()
}

/// A license key of that style.
pub fn key(dice: &mut Dice, style: KeyStyle) -> String {
    const LETTERS: &str = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let group = |dice: &mut Dice| dice.word(LETTERS, 5);
    match style {
        KeyStyle::Groups(prefix) => {
            let groups: Vec<String> = (0..5).map(|_| group(dice)).collect();
            format!("{prefix}-{}", groups.join("-"))
        }
        KeyStyle::LicenseFile | KeyStyle::None => {
            let lines: Vec<String> = (0..3)
                .map(|_| dice.word("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 48))
                .collect();
            format!("-----BEGIN FERRUM LICENSE-----\n{}\n-----END FERRUM LICENSE-----", lines.join("\n"))
        }
    }
}

/// Whether the customer has to connect an account.
pub fn is_oauth(kind: IntegrationType) -> bool {
    matches!(kind, IntegrationType::Github | IntegrationType::Discord | IntegrationType::Figma)
}

/// Why a delivery by another service failed: its code and its words.
pub fn failure(kind: IntegrationType) -> (&'static str, &'static str) {
    match kind {
        IntegrationType::DigitalFiles => ("file_unavailable", "foley-volume-3-part-2.zip is no longer in the store."),
        IntegrationType::FeatureFlag => ("flag_not_found", "The flag render-farm-beta is archived."),
        _ => ("permission_denied", "The app may no longer invite members: the owner has suspended it."),
    }
}
