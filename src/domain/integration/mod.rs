//! The integration types: one file of rules for each.

pub mod config_value;
mod digital_files;
mod discord;
mod feature_flag;
mod figma;
mod framer;
mod github;
pub mod github_names;
pub mod kind;
mod license_key;
pub mod link;
mod notion;
pub mod rules;
mod telegram;

use self::kind::IntegrationType;
use self::rules::Rules;

/// The rules of a type.
pub fn rules_of(kind: IntegrationType) -> &'static Rules {
    match kind {
        IntegrationType::LicenseKey => &license_key::RULES,
        IntegrationType::DigitalFiles => &digital_files::RULES,
        IntegrationType::Discord => &discord::RULES,
        IntegrationType::Telegram => &telegram::RULES,
        IntegrationType::Github => &github::RULES,
        IntegrationType::Figma => &figma::RULES,
        IntegrationType::Framer => &framer::RULES,
        IntegrationType::Notion => &notion::RULES,
        IntegrationType::FeatureFlag => &feature_flag::RULES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_own_rules() {
        for kind in IntegrationType::ALL {
            assert_eq!(rules_of(*kind).kind, *kind);
        }
    }
}
