//! An invitation to a Discord server.

use super::kind::IntegrationType;
use super::rules::{Delivers, Rules, Takes, optional, required};

pub(super) const RULES: Rules = Rules {
    kind: IntegrationType::Discord,
    delivers: Delivers::Link {
        hosts: &["discord.gg", "discord.com", "discordapp.com"],
        example: "https://discord.gg/aB3dE5",
    },
    fields: &[required("guild_id", Takes::Line), optional("role_id", Takes::Line)],
};
