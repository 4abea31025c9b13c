//! The demo's deliveries: keys, files, and the metadata that shops attach to an order.

use super::offers::KeyStyle;
use super::rng::Rng;
use crate::domain::entitlement::IntegrationType;
use crate::domain::integration::rules_of;

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

/// Whether staff deliver it with a link.
pub(crate) fn is_link(kind: IntegrationType) -> bool {
    rules_of(kind).delivers.is_link()
}

/// A link of the platform.
pub(crate) fn link(rng: &mut Rng, kind: IntegrationType) -> String {
    const LETTERS: &str = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let code = rng.word(LETTERS, 16);
    match kind {
        IntegrationType::Discord => format!("https://discord.gg/{}", rng.word(LETTERS, 10)),
        IntegrationType::Telegram => format!("https://t.me/+{code}"),
        IntegrationType::Github => format!("https://github.com/ferrum-cad/sdk/invitations?token={code}"),
        IntegrationType::Figma => format!("https://www.figma.com/design/{code}/Iconsmith-Design-Kit"),
        IntegrationType::Framer => format!("https://framer.com/projects/new?duplicate={code}"),
        IntegrationType::Notion => format!("https://nordwind.notion.site/Launch-Planner-{code}?duplicate=true"),
        IntegrationType::LicenseKey | IntegrationType::DigitalFiles | IntegrationType::FeatureFlag => String::new(),
    }
}

/// The metadata of an order of a platform; shops ask for the customer's name there.
pub(crate) fn platform_metadata(rng: &mut Rng, kind: IntegrationType) -> String {
    const NAMES: [&str; 6] = ["ferro-builds", "cad-kat", "mwerner", "jo-lathe", "tolerance-zero", "nina-nurbs"];
    match kind {
        IntegrationType::Github if rng.percent(80) => {
            format!(r#"{{"github_username":"{}"}}"#, rng.pick_text(&NAMES))
        }
        _ => metadata(rng),
    }
}

/// Why a delivery by another service failed: code and message.
pub(crate) fn failure(kind: IntegrationType) -> (&'static str, &'static str) {
    match kind {
        IntegrationType::DigitalFiles => ("file_unavailable", "foley-volume-3-part-2.zip is no longer in the store."),
        IntegrationType::FeatureFlag => ("flag_not_found", "The flag render-farm-beta is archived."),
        _ => ("permission_denied", "The app may no longer invite members: the owner has suspended it."),
    }
}
