//! What the demo's business sells.

use jiff::SignedDuration;

use super::team::Team;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::entitlement::{
    Entitlement, FulfillmentMode, IntegrationConfig, IntegrationType, LicenseKeySettings,
};
use crate::domain::license_key::expiry::{ActivationsLimit, Interval, ValidityPeriod};
use crate::storage::catalog::entitlements;
use crate::storage::{StorageError, audit_log};
use crate::usecases::Context;
use crate::usecases::catalog::save_entitlement::{EntitlementFields, create_entitlement};

/// How the keys of an offer look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStyle {
    /// `NLS7-K3QDM-…`
    Groups(&'static str),
    /// A text of several lines.
    LicenseFile,
    /// Made by Keydesk, or nothing to make.
    None,
}

#[derive(Debug, Clone)]
pub struct Offer {
    pub entitlement: Entitlement,
    pub keys: KeyStyle,
    /// How often it is bought.
    pub weight: usize,
}

const STUDIO: &str =
    "Install Studio from https://studio.example/download, start it, choose Help > Activate and paste the key.";
const CAD: &str =
    "Save the whole text, with its first and last line, as license.txt in the program's folder and start it again.";
const SUITE: &str = "Open the plug-in in your DAW, click the lock in the upper corner and paste the key. No internet connection is needed.";
const ICONS: &str = "Paste the key under Settings > License.";

/// Makes the entitlements, the last one no longer active.
pub fn publish(ctx: &Context, team: &Team) -> Result<Vec<Offer>, StorageError> {
    let key = |mode, limit, years: i32, message: &str| {
        IntegrationConfig::LicenseKey(LicenseKeySettings {
            fulfillment_mode: mode,
            activations_limit: ActivationsLimit::new(limit),
            validity_period: ValidityPeriod::new(years, Interval::Year),
            activation_message: Some(message.to_owned()),
            key_format: None,
        })
    };
    let manual = |limit, years, message| key(FulfillmentMode::Manual, limit, years, message);
    let other = |kind, text: &str| IntegrationConfig::Other(kind, text.to_owned());
    let wanted: [(&str, &str, IntegrationConfig, KeyStyle, usize); 12] = [
        ("Nordwind Studio Pro", "One seat, updates for a year", manual(3, 1, STUDIO), KeyStyle::Groups("NWSP"), 30),
        ("Nordwind Studio Team", "Five seats, updates for a year", manual(5, 1, STUDIO), KeyStyle::Groups("NWST"), 14),
        ("Ferrum CAD Desktop", "Perpetual license, node-locked", manual(2, 0, CAD), KeyStyle::LicenseFile, 16),
        ("Ferrum CAD Maintenance", "Updates and support for a year", manual(0, 1, CAD), KeyStyle::LicenseFile, 8),
        ("Klangwerk Mastering Suite", "All plug-ins, two machines", manual(2, 0, SUITE), KeyStyle::Groups("KWM"), 14),
        ("Iconsmith Starter", "The key comes at once", key(FulfillmentMode::Auto, 1, 1, ICONS), KeyStyle::None, 6),
        (
            "Ferrum SDK repository",
            "Read access to the source",
            other(IntegrationType::Github, r#"{"permission":"pull","target_id":"ferrum-cad/sdk"}"#),
            KeyStyle::None,
            4,
        ),
        (
            "Studio Community",
            "Role in the community server",
            other(IntegrationType::Discord, r#"{"guild_id":"118200000000000001","role_id":"118200000000000042"}"#),
            KeyStyle::None,
            3,
        ),
        (
            "Foley Library, Volume 3",
            "4.2 GB of recordings",
            other(IntegrationType::DigitalFiles, r#"{"instructions":"Unpack all parts into one folder."}"#),
            KeyStyle::None,
            4,
        ),
        (
            "Iconsmith Design Kit",
            "The kit's file, with comments",
            other(IntegrationType::Figma, r#"{"figma_file_id":"Zq81kXnJb4"}"#),
            KeyStyle::None,
            2,
        ),
        (
            "Early access: render farm",
            "Switches the beta on",
            other(IntegrationType::FeatureFlag, r#"{"feature_id":"render-farm-beta"}"#),
            KeyStyle::None,
            2,
        ),
        ("Nordwind Studio 2024", "Superseded by Studio Pro", manual(3, 1, STUDIO), KeyStyle::None, 0),
    ];
    let mut offers = Vec::new();
    for (name, description, config, keys, weight) in wanted {
        ctx.clock.advance(SignedDuration::from_mins(4));
        let fields = EntitlementFields {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            config,
            metadata: None,
            product_id: None,
        };
        let id = create_entitlement(ctx, &fields, &team.admin)?;
        let entitlement = ctx.db.read(|conn| entitlements::find(conn, &id))?;
        offers.push(Offer { entitlement, keys, weight });
    }
    if let Some(last) = offers.last_mut() {
        retire(ctx, team, &mut last.entitlement)?;
    }
    Ok(offers)
}

fn retire(ctx: &Context, team: &Team, entitlement: &mut Entitlement) -> Result<(), StorageError> {
    ctx.clock.advance(SignedDuration::from_mins(1));
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        (entitlement.is_active, entitlement.updated_at) = (false, now);
        entitlements::update(tx, entitlement)?;
        let changes = vec![Change::new("is_active", Some("true"), Some("false"))];
        let entry = NewAuditEntry::on(
            &team.admin,
            AuditAction::EntitlementUpdate,
            ObjectKind::Entitlement,
            &entitlement.id,
            changes,
        );
        audit_log::append(tx, &ctx.keyring, &entry, now)
    })
}
